"""Technical users, the accounts of license servers: each has a home group, its own container and tokens, and no password."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from authz.gate.gate import Gate
from authz.gate.results import OneTime
from authz.gate.use_case import use_case
from resolvers.offboarding import offboard_account
from store.db.base import new_id
from store.db.tokens import new_access_token
from store.groups import Group, clean_name
from store.services import group_tree
from store.services.cloud_containers import new_cloud_container
from store.users import AccessToken, User, UserKind, UserStatus

LONGEST_DAYS = 730


@dataclass(frozen=True, slots=True)
class TechnicalUserToken:
    """A technical user with a new access token."""

    user: User
    access_token: AccessToken
    token: OneTime[str]


@dataclass(frozen=True, slots=True)
class TechnicalUserDeleted:
    """A technical user after its deletion: the row without personal data."""

    user: User


@use_case("technicalUserCreate")
async def create_technical_user(gate: Gate, *, group_id: UUID, name: str, days: int = 365) -> TechnicalUserToken:
    """Create a license server of a group, with its cloud container and its first access token."""
    await gate.run(group_tree.lock_tree_shared)
    group = await gate.one(Group, group_id, to="manage_technical_users", lock=False)
    group.require_not_deleted()
    user = User(
        id=new_id(), name=clean_name(name), kind=UserKind.TECHNICAL, home_group_id=group.id, status=UserStatus.ACTIVE
    )
    gate.add(user)
    gate.record("technical_user.created", user, about=group)
    await gate.flush()
    gate.add(new_cloud_container(user))
    await gate.authorize_new(user, to="manage_technical")
    return _issue_token(gate, user, name="first", days=days)


@use_case("technicalUserIssueToken")
async def issue_token(gate: Gate, *, user_id: UUID, name: str, days: int = 365) -> TechnicalUserToken:
    """Issue another access token to a license server; its other tokens stay valid until they are revoked."""
    user = await gate.one(User, user_id, to="manage_technical", load=(User.home_group,))
    user.require_not_erased()
    issued = _issue_token(gate, user, name=clean_name(name), days=days)
    gate.record("token.issued", issued.access_token, about=user.home_group)
    return issued


@use_case("technicalUserDelete")
async def delete_technical_user(gate: Gate, *, user_id: UUID) -> TechnicalUserDeleted:
    """Delete a license server: its tokens are revoked, and its licenses return to the pool."""
    user = await gate.one(User, user_id, to="manage_technical", load=(User.home_group,))
    user.erase()
    gate.record("technical_user.deleted", user, about=user.home_group)
    await offboard_account(gate, user)
    return TechnicalUserDeleted(user=user)


def _issue_token(gate: Gate, user: User, *, name: str, days: int) -> TechnicalUserToken:
    token, text = new_access_token(user, name=name, lifetime=timedelta(days=days), now=gate.now)
    gate.add(token)
    return TechnicalUserToken(user=user, access_token=token, token=OneTime(text))
