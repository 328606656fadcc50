"""Accounts as clients read them."""

from authz.lists.queries import ParentLink
from schema.fields.declare import column, to_many, to_one
from schema.fields.entities import entity
from schema.fields.scalars import EmailAddress
from schema.nodes import Assignee, Node
from store.activations import Activation as ActivationRow
from store.containers import Container as ContainerRow
from store.groups import Membership as MembershipRow
from store.licenses import License as LicenseRow
from store.products import CategoryGrant as CategoryGrantRow
from store.projects import ProjectParticipant as ProjectParticipantRow
from store.tickets import Ticket as TicketRow
from store.users import AccessToken as AccessTokenRow
from store.users import User as UserRow


@entity(UserRow, "An account: of a person, or of a license server (a technical user).")
class User(Node, Assignee):
    """Who it is, where it belongs, and what it has."""

    name = column(UserRow.name, "What people call it.", filterable=True, sortable=True)
    email = column(UserRow.email, "The address a person logs in with.", filterable=True, graphql_type=EmailAddress)
    email_verified_at = column(UserRow.email_verified_at, "When the person has proven that the address is his.")
    kind = column(UserRow.kind, "Whom it is for.", filterable=True)
    status = column(UserRow.status, "Whether it can be used.", filterable=True)
    is_isv_admin = column(
        UserRow.is_isv_admin, "Whether it administers the whole portal for the vendor.", filterable=True
    )
    locale = column(UserRow.locale, "In which language the portal speaks to it.")
    profile = column(
        UserRow.profile,
        "What it keeps about itself; told to itself and to its administrators.",
        guarded=True,
    )
    home_group = to_one(UserRow.home_group, "Where a technical user belongs.", filterable=True)
    memberships = to_many(ParentLink(MembershipRow.user_id), "The groups it belongs to, and as what.")
    participations = to_many(ParentLink(ProjectParticipantRow.user_id), "The projects it takes part in.")
    licenses = to_many(ParentLink(LicenseRow.assigned_user_id), "The licenses that are assigned to it.")
    bought_licenses = to_many(ParentLink(LicenseRow.owner_user_id), "The licenses that it has bought for itself.")
    containers = to_many(ParentLink(ContainerRow.owner_user_id), "Its containers.")
    activations = to_many(ParentLink(ActivationRow.requested_by_id), "What it has activated.")
    tickets = to_many(ParentLink(TicketRow.owner_user_id), "The tickets it has redeemed.")
    category_grants = to_many(ParentLink(CategoryGrantRow.holder_id), "For which categories it may create licenses.")
    access_tokens = to_many(ParentLink(AccessTokenRow.user_id), "Its logins.")
    created_at = column(UserRow.created_at, "When it was created.", filterable=True, sortable=True)
    updated_at = column(UserRow.updated_at, "When it was changed last.")


@entity(AccessTokenRow, "A login; the token itself is told once and never again.")
class AccessToken(Node):
    """Of what account, and until when."""

    name = column(AccessTokenRow.name, "What it is for.")
    user = to_one(AccessTokenRow.user, "Whose it is.")
    expires_at = column(AccessTokenRow.expires_at, "Until when it opens the portal.", filterable=True)
    revoked_at = column(AccessTokenRow.revoked_at, "When it was ended before its time.", filterable=True)
    created_at = column(AccessTokenRow.created_at, "When it was issued.", filterable=True, sortable=True)
