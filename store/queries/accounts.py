"""Queries about accounts, their access tokens and the licenses that people have bought."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from store.license_states import Lifecycle
from store.licenses import License
from store.users import AccessToken, User, UserStatus


async def has_any(session: AsyncSession) -> bool:
    """Whether there is any account."""
    return bool(await session.scalar(sa.select(sa.exists().select_from(User))))


async def user_by_email(session: AsyncSession, email: str | None) -> User | None:
    """The account with this address, written as `normalize_address` returns it."""
    return await session.scalar(sa.select(User).where(User.email == email))


async def lock_user_by_email(session: AsyncSession, email: str) -> User | None:
    """The account with this address, locked."""
    return await session.scalar(sa.select(User).where(User.email == email).with_for_update())


async def confirmed_user(session: AsyncSession, email: str) -> User | None:
    """The account whose holder has confirmed this address."""
    return await session.scalar(sa.select(User).where(User.email == email, User.email_verified_at.is_not(None)))


async def first_isv_admin(session: AsyncSession) -> User | None:
    """The ISV administrator whose active account is the oldest."""
    admins = sa.select(User).where(User.is_isv_admin, User.status == UserStatus.ACTIVE)
    return await session.scalar(admins.order_by(User.created_at, User.id).limit(1))


async def lock_bought(session: AsyncSession, user_id: UUID) -> Sequence[License]:
    """The licenses that a person has bought (B2C) and that are not revoked, locked."""
    bought = (License.owner_user_id == user_id, License.lifecycle != Lifecycle.REVOKED)
    return (await session.scalars(sa.select(License).where(*bought).order_by(License.id).with_for_update())).all()


def other_logins(user_id: UUID, token_id: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    """Conditions: the tokens of a person's logins that are not revoked, except this one."""
    return (
        AccessToken.user_id == user_id,
        AccessToken.name == "login",
        AccessToken.id != token_id,
        AccessToken.revoked_at.is_(None),
    )


async def delete_tokens(session: AsyncSession, user_id: UUID) -> None:
    """Delete every access token of an account."""
    tokens = sa.delete(AccessToken).where(AccessToken.user_id == user_id)
    await session.execute(tokens, execution_options={"synchronize_session": False})
