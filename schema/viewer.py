"""Whoever asks, and everything that he may see."""

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
from store.groups import Group, Invitation, Membership
from store.licenses import License
from store.notifications import Notification, NotificationRule
from store.orders import LicenseOrder, TimeContingent
from store.portal import Portal
from store.products import Category, CategoryGrant, LicenseTemplate, Product
from store.projects import Project
from store.restores import RestoreCase
from store.tickets import Ticket
from store.users import User


async def portal_actions(info: OperationInfo) -> list[str]:
    """Actions on the one row of the portal."""
    actions = info.context.access.view.policy.actions(Portal)
    row = await portal_row(info.context, Projection(can=frozenset(actions)))
    return [each for each in actions if row is not None and getattr(row, f"can_{each}")]


@strawberry.type(description="Whoever asks, and everything that he may see.")
class Viewer:
    """The lists hold what the policy lets the viewer read, whatever the reason."""

    user = with_same_id(User, "His account.")
    licenses = all_readable(License, "Licenses.")
    activations = all_readable(Activation, "Seats of licenses in containers.")
    containers = all_readable(Container, "Containers.")
    groups = all_readable(Group, "Groups.")
    memberships = all_readable(Membership, "Who belongs to which group.")
    invitations = all_readable(Invitation, "Offers to join a group: those to him, and those of his groups.")
    users = all_readable(User, "Accounts.")
    projects = all_readable(Project, "Projects.")
    products = all_readable(Product, "Products.")
    categories = all_readable(Category, "Shelves of products.")
    templates = all_readable(LicenseTemplate, "What he may order.")
    category_grants = all_readable(CategoryGrant, "Rights of creation.")
    tickets = all_readable(Ticket, "Tickets.")
    orders = all_readable(LicenseOrder, "Orders.")
    time_contingents = all_readable(TimeContingent, "Bought days that are not used yet.")
    restore_cases = all_readable(RestoreCase, "Reported losses.")
    notifications = all_readable(Notification, "His messages.")
    notification_rules = all_readable(NotificationRule, "What is told to whom.")
    audit_entries = all_readable(AuditEntry, "What was done.")

    # Nothing is asked yet: each report is a statement of its own.
    reports = resolved(lambda viewer, _info: viewer, Reports, "Figures about what he may report on.")
    portal_actions = strawberry.field(
        portal_actions,
        graphql_type=list[Action],
        description="What he may do with the portal as a whole.",
    )
