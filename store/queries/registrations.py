"""Queries about registrations: confirmations of email addresses, and the emails that ask for them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from store.confirmations import LIFETIME, Confirmation
from store.outgoing_mail import MailKind, OutgoingMail


async def count(session: AsyncSession, *, since: datetime, email: str | None = None) -> int:
    """How often accounts were asked for since an instant, for one address or for any."""
    new = sa.select(sa.func.count()).where(Confirmation.user_id.is_(None), Confirmation.expires_at > since + LIFETIME)
    known = sa.select(sa.func.count()).where(
        OutgoingMail.kind == MailKind.ALREADY_REGISTERED, OutgoingMail.created_at > since
    )
    if email is not None:
        new, known = new.where(Confirmation.email == email), known.where(OutgoingMail.email == email)
    return int(await session.scalar(sa.select(new.scalar_subquery() + known.scalar_subquery())) or 0)


async def lock_confirmation(session: AsyncSession, token_hash: bytes) -> Confirmation | None:
    """The confirmation with this token, locked."""
    return await session.scalar(sa.select(Confirmation).where(Confirmation.token_hash == token_hash).with_for_update())


async def delete_before(session: AsyncSession, instant: datetime, *, now: datetime) -> None:
    """Delete confirmations that ended before an instant, and emails created before it whose secrets have expired."""
    await session.execute(sa.delete(Confirmation).where(Confirmation.expires_at <= instant))
    expired = sa.func.coalesce(OutgoingMail.expires_at, now) <= now
    await session.execute(sa.delete(OutgoingMail).where(OutgoingMail.created_at <= instant, expired))
