"""The tree of groups, who belongs to it and who is invited, as clients read it."""

import sqlalchemy as sa

from authz.lists.queries import ParentLink
from schema.fields.declare import column, sql_expression, to_many, to_one
from schema.fields.entities import entity
from schema.fields.scalars import EmailAddress
from schema.nodes import Assignee, Node
from store.audit import AuditEntry as AuditEntryRow
from store.containers import Container as ContainerRow
from store.groups import Group as GroupRow
from store.groups import GroupClosure
from store.groups import Invitation as InvitationRow
from store.groups import Membership as MembershipRow
from store.licenses import License as LicenseRow
from store.orders import LicenseOrder as LicenseOrderRow
from store.orders import TimeContingent as TimeContingentRow
from store.products import CategoryGrant as CategoryGrantRow
from store.projects import Project as ProjectRow
from store.tickets import Ticket as TicketRow
from store.users import User as UserRow


@entity(GroupRow, "A vendor, a reseller, a customer or a team; groups form a tree of at most ten levels.")
class Group(Node, Assignee):
    """Where it hangs, who belongs to it, and what it has."""

    name = column(GroupRow.name, "What people call it.", filterable=True)
    kind = column(GroupRow.kind, "What it stands for; told to its administrators.", filterable=True, guarded=True)
    level = column(
        GroupRow.level,
        "How deep it lies, from 1 on; told to the vendor's people.",
        filterable=True,
        guarded=True,
    )
    is_internal = column(
        GroupRow.is_internal,
        "Whether it is a department of the vendor; told to its administrators.",
        guarded=True,
    )
    parent = to_one(GroupRow.parent, "The group it hangs below, for those who may know it.", filterable=True)
    branding = to_one(GroupRow.branding, "How the portal looks for it.")
    children = to_many(ParentLink(GroupRow.parent_id), "The groups right below it.")
    ancestors = to_many(
        ParentLink(GroupClosure.descendant_id, GroupClosure.ancestor_id),
        "The groups above it, and itself.",
        of=GroupRow,
    )
    descendants = to_many(
        ParentLink(GroupClosure.ancestor_id, GroupClosure.descendant_id),
        "All groups below it, and itself.",
        of=GroupRow,
    )
    memberships = to_many(ParentLink(MembershipRow.group_id), "Who belongs to it, and as what.")
    technical_users = to_many(ParentLink(UserRow.home_group_id), "Its license servers.")
    invitations = to_many(ParentLink(InvitationRow.group_id), "Who is invited.")
    licenses = to_many(ParentLink(LicenseRow.owner_group_id), "The licenses that were made for it.")
    assigned_licenses = to_many(ParentLink(LicenseRow.assigned_group_id), "The licenses that are assigned to it.")
    containers = to_many(ParentLink(ContainerRow.owner_group_id), "Its containers.")
    projects = to_many(ParentLink(ProjectRow.group_id), "Its projects.")
    tickets = to_many(ParentLink(TicketRow.owner_group_id), "The tickets that it has redeemed.")
    orders = to_many(ParentLink(LicenseOrderRow.group_id), "What was ordered for it.")
    time_contingents = to_many(ParentLink(TimeContingentRow.group_id), "The days that it has bought and not yet used.")
    category_grants = to_many(
        ParentLink(CategoryGrantRow.scope_group_id), "Who may create licenses for it, and of what."
    )
    audit_entries = to_many(ParentLink(AuditEntryRow.group_id), "What was done in it.")
    created_at = column(GroupRow.created_at, "When it was created.", filterable=True, sortable=True)
    updated_at = column(GroupRow.updated_at, "When it was changed last; told to its administrators.", guarded=True)
    deleted_at = column(
        GroupRow.deleted_at, "When it was deleted: then only the vendor's people see it.", filterable=True
    )


@entity(MembershipRow, "That somebody belongs to a group.")
class Membership(Node):
    """Who, where, as what."""

    user = to_one(MembershipRow.user, "Who belongs to the group.", filterable=True)
    group = to_one(MembershipRow.group, "The group.", filterable=True)
    role = column(MembershipRow.role, "What the person is there.", filterable=True)
    state = column(MembershipRow.state, "Whether it counts.", filterable=True)
    bundle = column(MembershipRow.bundle, "What an employee of the vendor is entitled to by it.", filterable=True)
    created_at = column(MembershipRow.created_at, "When it began.", filterable=True, sortable=True)
    updated_at = column(MembershipRow.updated_at, "When it was changed last.")


@entity(InvitationRow, "An offer to join a group, for the holder of an e-mail address.")
class Invitation(Node):
    """Whom, where, as what, until when."""

    email = column(InvitationRow.email, "Who is meant.", filterable=True, graphql_type=EmailAddress)
    group = to_one(InvitationRow.group, "The group, for whoever knows it already.", filterable=True)
    group_name = sql_expression(
        "group_name",
        lambda row: sa.select(GroupRow.name).where(GroupRow.id == row.group_id).scalar_subquery(),
        str,
        "The name of the group, for whoever decides about the offer.",
    )
    role = column(InvitationRow.role, "What the person would be there.", filterable=True)
    state = column(InvitationRow.state, "What became of it.", filterable=True)
    invited_by = to_one(InvitationRow.invited_by, "Who has invited.")
    expires_at = column(InvitationRow.expires_at, "Until when it can be accepted.", filterable=True)
    created_at = column(InvitationRow.created_at, "When it was sent.", filterable=True, sortable=True)
