"""The GraphQL types of groups, memberships and invitations."""

import sqlalchemy as sa

from authz.lists.queries import ParentLink
from schema.fields.declare import column, sql_expression, to_many, to_one
from schema.fields.entities import entity
from schema.fields.scalars import EmailAddress
from schema.nodes import Assignee, Node
from store.audit import AuditEntry as AuditEntryRow
from store.containers import Container as ContainerRow
from store.grants import CategoryGrant as CategoryGrantRow
from store.groups import Group as GroupRow
from store.groups import GroupClosure
from store.invitations import Invitation as InvitationRow
from store.licenses import License as LicenseRow
from store.memberships import Membership as MembershipRow
from store.orders import LicenseOrder as LicenseOrderRow
from store.projects import Project as ProjectRow
from store.tickets import Ticket as TicketRow
from store.time_contingents import TimeContingent as TimeContingentRow
from store.users import User as UserRow


@entity(
    GroupRow,
    "A vendor, a reseller, a customer or a team. Groups form a tree of at most ten levels; the administrators of a group "
    "administer all groups below it as well.",
)
class Group(Node, Assignee):
    """A group with its place in the tree, its members and what it owns."""

    name = column(GroupRow.name, "The name of the group, 1 to 200 characters.", filterable=True)
    kind = column(
        GroupRow.kind,
        "What the group represents. Null unless the viewer administers the group or is vendor staff.",
        filterable=True,
        guarded=True,
    )
    level = column(
        GroupRow.level,
        "The level of the group in the tree, from 1 (no parent) to 10. Null unless the viewer is vendor staff.",
        filterable=True,
        guarded=True,
    )
    is_internal = column(
        GroupRow.is_internal,
        "Whether the group belongs to the vendor, so that it can own internal licenses. Null unless the viewer administers the "
        "group or is vendor staff.",
        guarded=True,
    )
    parent = to_one(
        GroupRow.parent,
        "The group directly above. Null if there is none, or the viewer may not read it.",
        filterable=True,
    )
    branding = to_one(GroupRow.branding, "The branding of the portal for this group. Null: it has none of its own.")
    children = to_many(ParentLink(GroupRow.parent_id), "The groups directly below.")
    ancestors = to_many(
        ParentLink(GroupClosure.descendant_id, GroupClosure.ancestor_id),
        "All groups above that the viewer may read, and the group itself.",
        of=GroupRow,
    )
    descendants = to_many(
        ParentLink(GroupClosure.ancestor_id, GroupClosure.descendant_id),
        "All groups below on any level, and the group itself.",
        of=GroupRow,
    )
    memberships = to_many(ParentLink(MembershipRow.group_id), "The members of the group, with their roles.")
    technical_users = to_many(
        ParentLink(UserRow.home_group_id), "The technical users of the group, such as license servers."
    )
    invitations = to_many(ParentLink(InvitationRow.group_id), "The invitations to the group, in all states.")
    licenses = to_many(
        ParentLink(LicenseRow.owner_group_id), "The licenses that the group owns, whatever their assignee."
    )
    assigned_licenses = to_many(
        ParentLink(LicenseRow.assigned_group_id), "The licenses that are assigned to the group."
    )
    containers = to_many(ParentLink(ContainerRow.owner_group_id), "The containers that the group owns.")
    projects = to_many(ParentLink(ProjectRow.group_id), "The projects of the group.")
    tickets = to_many(ParentLink(TicketRow.owner_group_id), "The tickets that were redeemed for the group.")
    orders = to_many(ParentLink(LicenseOrderRow.group_id), "The orders of licenses for the group.")
    time_contingents = to_many(
        ParentLink(TimeContingentRow.group_id),
        "The time contingents of the group: days that it has bought and not used yet.",
    )
    category_grants = to_many(
        ParentLink(CategoryGrantRow.scope_group_id),
        "The grants that allow users to create, modify or revoke licenses for the group and the groups below it.",
    )
    audit_entries = to_many(ParentLink(AuditEntryRow.group_id), "The entries of the audit log about the group.")
    created_at = column(GroupRow.created_at, "When the group was created.", filterable=True, sortable=True)
    updated_at = column(
        GroupRow.updated_at,
        "When the group was last changed. Null unless the viewer administers the group or is vendor staff.",
        guarded=True,
    )
    deleted_at = column(
        GroupRow.deleted_at,
        "When the group was deleted; then only vendor staff can read it. Null: it is not deleted.",
        filterable=True,
    )


@entity(MembershipRow, "The membership of a person in a group, with a role.")
class Membership(Node):
    """A user in a group, with a role."""

    user = to_one(
        MembershipRow.user, "The member of the group. Null if the viewer may not read the account.", filterable=True
    )
    group = to_one(MembershipRow.group, "The group to which the member belongs.", filterable=True)
    role = column(MembershipRow.role, "The role of the member in the group.", filterable=True)
    state = column(MembershipRow.state, "Whether the membership is in effect.", filterable=True)
    bundle = column(
        MembershipRow.bundle,
        "The additional rights of a vendor employee, only in groups of kind ISV. Null: none.",
        filterable=True,
    )
    created_at = column(MembershipRow.created_at, "When the membership was created.", filterable=True, sortable=True)
    updated_at = column(MembershipRow.updated_at, "When the membership was last changed.")


@entity(
    InvitationRow,
    "An invitation to join a group. Only the holder of the invited email address can accept or decline it.",
)
class Invitation(Node):
    """An invited email address, with the group and the role."""

    email = column(InvitationRow.email, "The invited email address.", filterable=True, graphql_type=EmailAddress)
    group = to_one(
        InvitationRow.group,
        "The group to which the person is invited. Null if the viewer may not read it yet; see `groupName`.",
        filterable=True,
    )
    group_name = sql_expression(
        "group_name",
        lambda row: sa.select(GroupRow.name).where(GroupRow.id == row.group_id).scalar_subquery(),
        str,
        "The name of the group, also for an invited person who may not read the group yet.",
    )
    role = column(InvitationRow.role, "The role that the person gets in the group.", filterable=True)
    state = column(InvitationRow.state, "Whether the invitation can still be accepted.", filterable=True)
    invited_by = to_one(
        InvitationRow.invited_by, "The user who has sent the invitation. Null if the viewer may not read the account."
    )
    expires_at = column(
        InvitationRow.expires_at, "When the invitation can no longer be accepted, exclusive.", filterable=True
    )
    created_at = column(InvitationRow.created_at, "When the invitation was sent.", filterable=True, sortable=True)
