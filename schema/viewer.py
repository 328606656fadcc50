"""Whoever asks, and everything that he may see."""

import strawberry
from strawberry.types.info import Info

from authz.lists.queries import Projection
from schema.actions import Action
from schema.context import Context
from schema.fields.declare import answered, every, own
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


async def portal_actions(info: Info[Context, None]) -> list[str]:
    """Actions on the one row of the portal."""
    actions = info.context.access.view.policy.actions(Portal)
    row = await portal_row(info.context, Projection(can=frozenset(actions)))
    return [each for each in actions if row is not None and getattr(row, f"can_{each}")]


@strawberry.type(description="Whoever asks, and everything that he may see.")
class Viewer:
    """The lists hold what the policy lets the viewer read, whatever the reason."""

    user = own(User, "His account.")
    licenses = every(License, "Licenses.")
    activations = every(Activation, "Seats of licenses in containers.")
    containers = every(Container, "Containers.")
    groups = every(Group, "Groups.")
    memberships = every(Membership, "Who belongs to which group.")
    invitations = every(Invitation, "Offers to join a group: those to him, and those of his groups.")
    users = every(User, "Accounts.")
    projects = every(Project, "Projects.")
    products = every(Product, "Products.")
    categories = every(Category, "Shelves of products.")
    templates = every(LicenseTemplate, "What he may order.")
    category_grants = every(CategoryGrant, "Rights of creation.")
    tickets = every(Ticket, "Tickets.")
    orders = every(LicenseOrder, "Orders.")
    time_contingents = every(TimeContingent, "Bought days that are not used yet.")
    restore_cases = every(RestoreCase, "Reported losses.")
    notifications = every(Notification, "His messages.")
    notification_rules = every(NotificationRule, "What is told to whom.")
    audit_entries = every(AuditEntry, "What was done.")

    # Nothing is asked yet: each report is a statement of its own.
    reports = answered(lambda viewer, _info: viewer, Reports, "Figures about what he may report on.")
    portal_actions = strawberry.field(
        portal_actions,
        graphql_type=list[Action],
        description="What he may do with the portal as a whole.",
    )
