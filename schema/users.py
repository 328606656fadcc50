"""The GraphQL types of accounts and access tokens."""

from authz.lists.queries import ParentLink
from schema.fields.declare import column, to_many, to_one
from schema.fields.entities import entity
from schema.fields.scalars import EmailAddress
from schema.nodes import Assignee, Node
from store.activations import Activation as ActivationRow
from store.containers import Container as ContainerRow
from store.grants import CategoryGrant as CategoryGrantRow
from store.licenses import License as LicenseRow
from store.memberships import Membership as MembershipRow
from store.projects import ProjectParticipant as ProjectParticipantRow
from store.tickets import Ticket as TicketRow
from store.users import AccessToken as AccessTokenRow
from store.users import User as UserRow


@entity(UserRow, "The account of a person, or of a technical user such as a license server.")
class User(Node, Assignee):
    """An account with its memberships, licenses and containers."""

    name = column(UserRow.name, "The name of the person or technical user.", filterable=True, sortable=True)
    email = column(
        UserRow.email,
        "The email address with which the person logs in. Null for a technical user.",
        filterable=True,
        graphql_type=EmailAddress,
    )
    email_verified_at = column(
        UserRow.email_verified_at,
        "When the person confirmed the email address. Null: it is not confirmed, or the account is that of a technical user.",
    )
    kind = column(UserRow.kind, "Whether the account is that of a person or a technical user.", filterable=True)
    status = column(UserRow.status, "Whether the account can be used.", filterable=True)
    is_isv_admin = column(
        UserRow.is_isv_admin,
        "Whether the user is a vendor administrator, who administers the whole portal.",
        filterable=True,
    )
    locale = column(UserRow.locale, "The language of emails to the user, such as `en`, `de` or `pt-BR`.")
    profile = column(
        UserRow.profile,
        "Settings that the user stores, as a JSON object. Null unless the viewer is the user, administers the account or is "
        "vendor staff.",
        guarded=True,
    )
    home_group = to_one(
        UserRow.home_group,
        "The group to which a technical user belongs. Null for a person, or if the viewer may not read the group.",
        filterable=True,
    )
    memberships = to_many(ParentLink(MembershipRow.user_id), "The memberships of the user in groups.")
    participations = to_many(ParentLink(ProjectParticipantRow.user_id), "The participations of the user in projects.")
    licenses = to_many(ParentLink(LicenseRow.assigned_user_id), "The licenses that are assigned to the user.")
    bought_licenses = to_many(
        ParentLink(LicenseRow.owner_user_id),
        "The licenses that the person has bought, and that therefore belong to no group.",
    )
    containers = to_many(ParentLink(ContainerRow.owner_user_id), "The containers that the user owns.")
    activations = to_many(ParentLink(ActivationRow.requested_by_id), "The activations that the user has requested.")
    tickets = to_many(ParentLink(TicketRow.owner_user_id), "The tickets that the person has redeemed.")
    category_grants = to_many(
        ParentLink(CategoryGrantRow.holder_id), "The grants that allow the user to create, modify or revoke licenses."
    )
    access_tokens = to_many(
        ParentLink(AccessTokenRow.user_id), "The access tokens of the account, without their secrets."
    )
    created_at = column(UserRow.created_at, "When the account was created.", filterable=True, sortable=True)
    updated_at = column(UserRow.updated_at, "When the account was last changed.")


@entity(AccessTokenRow, "An access token of an account. Its secret is returned only once, when the token is issued.")
class AccessToken(Node):
    """An access token without its secret."""

    name = column(AccessTokenRow.name, "The purpose of the token, such as `login` or `build server`.")
    user = to_one(AccessTokenRow.user, "The account to which the token gives access.")
    expires_at = column(AccessTokenRow.expires_at, "When the token expires, exclusive.", filterable=True)
    revoked_at = column(
        AccessTokenRow.revoked_at,
        "When the token was revoked before its expiry. Null: it was not revoked.",
        filterable=True,
    )
    created_at = column(AccessTokenRow.created_at, "When the token was issued.", filterable=True, sortable=True)
