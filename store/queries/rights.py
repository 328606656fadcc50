"""Queries about the rows that a decision of the policy rests on: token, account, settings, memberships and grants."""

from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from store.grants import CategoryGrant
from store.memberships import Membership
from store.portal import Portal
from store.users import AccessToken, User

Versions = Mapping[UUID, str]
"""For each row by id the transaction that has written it (its xmin)."""

_OF_TOKEN = AccessToken.hash == sa.bindparam("token_hash", type_=sa.LargeBinary)
_USER = sa.select(AccessToken.user_id).where(_OF_TOKEN).scalar_subquery()
_ROWS = (
    (AccessToken, _OF_TOKEN),
    (User, User.id == _USER),
    (Portal, sa.true()),
    (Membership, Membership.user_id == _USER),
    (CategoryGrant, CategoryGrant.holder_id == _USER),
)
_OWN: sa.ColumnElement[str | None] = sa.literal_column("pg_current_xact_id_if_assigned()::xid::text", sa.Text)


def _statement(*, lock: bool) -> sa.Select[tuple[UUID, str]]:
    parts = []
    for cls, condition in _ROWS:
        version: sa.ColumnElement[str] = sa.literal_column(f"{cls.__tablename__}.xmin::text", sa.Text)
        rows = sa.select(cls.id, version.label("version")).where(condition)
        parts.append(sa.select((rows.with_for_update(read=True) if lock else rows).cte(f"of_{cls.__tablename__}")))
    return sa.select(sa.union_all(*parts).subquery("rights"))


_READ, _LOCK = _statement(lock=False), _statement(lock=True)


async def versions(session: AsyncSession, token_hash: bytes) -> Versions:
    """The rows that the rights of a token's account rest on now; read them before anything is decided."""
    return {row.id: row.version for row in await session.execute(_READ, {"token_hash": token_hash})}


async def hold(session: AsyncSession, before: Versions, token_hash: bytes) -> bool:
    """Lock these rows until the transaction ends; whether they are as before, apart from changes of this transaction."""
    found = (await session.execute(_LOCK.add_columns(_OWN.label("own")), {"token_hash": token_hash})).all()
    now = {row.id: (row.version, row.own) for row in found}
    return all(id_ in now and (version == now[id_][0] or now[id_][0] == now[id_][1]) for id_, version in before.items())
