"""The authenticated user, and everything that they may read."""

import strawberry

from authz.lists.queries import Projection
from schema.actions import Action
from schema.context import OperationInfo
from schema.fields.declare import all_readable, resolved, with_same_id
from schema.fields.public import portal_row
from schema.reports import Reports
from store.activations import Activation
from store.audit import AuditEntry
from store.containers import Container
from store.grants import CategoryGrant
from store.groups import Group
from store.invitations import Invitation
from store.licenses import License
from store.memberships import Membership
from store.notifications import Notification, NotificationRule
from store.orders import LicenseOrder
from store.portal import Portal
from store.products import Category, LicenseTemplate, Product
from store.projects import Project
from store.restores import RestoreCase
from store.tickets import Ticket
from store.time_contingents import TimeContingent
from store.users import User


async def portal_actions(info: OperationInfo) -> list[str]:
    """The actions that the viewer may perform on the portal."""
    actions = info.context.access.view.policy.actions(Portal)
    row = await portal_row(info.context, Projection(can=frozenset(actions)))
    return [each for each in actions if row is not None and getattr(row, f"can_{each}")]


@strawberry.type(description="The authenticated user, and everything that they may read.")
class Viewer:
    """Each list contains what the policy allows the viewer to read, for whatever reason."""

    user = with_same_id(User, "The account of the viewer.")
    licenses = all_readable(
        License,
        "The licenses that the viewer may read: their own, public ones of their groups, and those that they administer.",
    )
    activations = all_readable(Activation, "The activations that the viewer may read, including those that have ended.")
    containers = all_readable(Container, "The containers that the viewer may read.")
    groups = all_readable(Group, "The groups to which the viewer belongs, and those that they administer.")
    memberships = all_readable(Membership, "The memberships of the viewer, and those in groups that they administer.")
    invitations = all_readable(
        Invitation, "The invitations that the viewer has received, and those to groups that they administer."
    )
    users = all_readable(User, "The account of the viewer, and the accounts that they may read.")
    projects = all_readable(Project, "The projects in which the viewer participates, and those that they administer.")
    products = all_readable(Product, "The products of the vendor.")
    categories = all_readable(
        Category, "The categories for which the viewer holds a grant; for the vendor, all of them."
    )
    templates = all_readable(LicenseTemplate, "The license templates that the viewer may order or manage.")
    category_grants = all_readable(
        CategoryGrant, "The grants that the viewer holds or has given, and those for groups that they administer."
    )
    tickets = all_readable(
        Ticket, "The tickets that the viewer has redeemed, and those of groups that they administer."
    )
    orders = all_readable(
        LicenseOrder, "The orders that the viewer has placed, and those for groups that they administer."
    )
    time_contingents = all_readable(TimeContingent, "The time contingents whose days the viewer may use.")
    restore_cases = all_readable(
        RestoreCase,
        "The restore cases that the viewer has reported, and those of licenses and containers that they administer.",
    )
    notifications = all_readable(Notification, "The notifications for the viewer.")
    notification_rules = all_readable(
        NotificationRule, "The notification rules of the viewer, and those of groups that they administer."
    )
    audit_entries = all_readable(
        AuditEntry,
        "The entries of the audit log about the viewer's own actions, and about groups and projects that they administer.",
    )

    # A plain object, because each report is a query of its own.
    reports = resolved(
        lambda viewer, _info: viewer,
        Reports,
        "Reports about the groups and projects for which the viewer has the permission REPORT.",
    )
    portal_actions = strawberry.field(
        portal_actions,
        graphql_type=list[Action],
        description="The actions that the viewer may perform on the portal as a whole, such as CREATE_TOP_LEVEL_GROUP.",
    )
