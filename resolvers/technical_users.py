"""Accounts of license servers: each has a home group, a container of its own and tokens, and nobody logs in with it."""

from datetime import timedelta
from uuid import UUID

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from resolvers.offboarding import end_account
from store.db.base import new_id
from store.db.tokens import new_access_token
from store.groups import Group, clean_name
from store.services import group_tree
from store.services.cloud_containers import new_cloud_container
from store.users import AccessToken, User, UserKind, UserStatus

LONGEST_DAYS = 730


@use_case("technicalUserCreate")
async def create_technical_user(gate: Gate, *, group_id: UUID, name: str, days: int = 365) -> None:
    """A license server of a group, with its cloud container and its first token, which is told once."""
    await group_tree.lock_tree_shared(gate.session)
    group = await gate.one(Group, group_id, to="manage_technical_users", lock=False)
    group.require_not_deleted()
    server = User(
        id=new_id(),
        name=clean_name(name),
        kind=UserKind.TECHNICAL,
        home_group_id=group.id,
        status=UserStatus.ACTIVE,
    )
    gate.add(server)
    gate.record("technical_user.created", server, about=group)
    await gate.session.flush()
    gate.add(new_cloud_container(server))
    await gate.authorize_new(server, to="manage_technical")
    _tell_token(gate, server, name="first", days=days)


@use_case("technicalUserIssueToken")
async def issue_token(gate: Gate, *, user_id: UUID, name: str, days: int = 365) -> None:
    """Another token for a license server; those that it has stay good until they are revoked."""
    server = await gate.one(User, user_id, to="manage_technical", load=(User.home_group,))
    server.require_not_erased()
    token = _tell_token(gate, server, name=clean_name(name), days=days)
    gate.record("token.issued", token, about=server.home_group)
    gate.shows(server)


@use_case("technicalUserDelete")
async def delete_technical_user(gate: Gate, *, user_id: UUID) -> None:
    """A license server is gone: its tokens open nothing, and its licenses are back in the pool."""
    server = await gate.one(User, user_id, to="manage_technical", load=(User.home_group,))
    server.erase()
    gate.record("technical_user.deleted", server, about=server.home_group)
    await end_account(gate, server)


def _tell_token(gate: Gate, server: User, *, name: str, days: int) -> AccessToken:
    token, gate.told["token"] = new_access_token(server, name=name, lifetime=timedelta(days=days), now=gate.now)
    gate.add(token)
    gate.shows(token)
    return token
