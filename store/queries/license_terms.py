"""Queries about licenses whose term begins, ends or is renewed."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from store.audit import AuditEntry
from store.errors import Conflict
from store.groups import GroupClosure
from store.license_states import Lifecycle
from store.licenses import License
from store.notifications import NotificationEvent, NotificationRule

T = TypeVar("T")
BATCH = 500
EXPIRING = "license.expiring"
OFFSETS = (30, 7, 1)
"""Days before the end, where no rule for the whole portal says otherwise."""
_NOTICES = 200


async def lock_to_begin(session: AsyncSession, now: datetime) -> Sequence[License]:
    """Scheduled licenses whose start has come, the earliest first."""
    due = (_is(Lifecycle.SCHEDULED), License.starts_at <= now)
    return await _lock(session, *due, order=License.starts_at)


async def lock_to_expire(session: AsyncSession, now: datetime) -> Sequence[License]:
    """Valid licenses whose end has come and that are not renewed automatically, the earliest first."""
    due = (_is(Lifecycle.VALID), License.expires_at <= now, License.renews_at.is_(None))
    return await _lock(session, *due, order=License.expires_at)


async def lock_to_renew(session: AsyncSession, now: datetime) -> Sequence[License]:
    """Subscriptions that can no longer be canceled before their next term, the earliest first."""
    return await _lock(session, _is(Lifecycle.VALID), License.renews_at <= now, order=License.renews_at)


async def renew(session: AsyncSession, renewal: Callable[[], T]) -> T:
    """Run the renewal of a license and flush it in a savepoint; raises a Refusal where nothing was changed."""
    try:
        async with session.begin_nested():
            result = renewal()
            await session.flush()
    except sa.exc.IntegrityError as problem:
        raise Conflict("the next term violates a constraint of the database") from problem
    return result


async def expiring(session: AsyncSession, now: datetime) -> Sequence[tuple[License, int]]:
    """Licenses with the offset, in days, at which a notice of their end is due and was not sent.

    Licenses that are renewed automatically do not end. An offset before the beginning of the term is left out. Of several
    offsets that have come only the nearest counts, and no wider one after it. Earlier notices are read from the audit trail.
    """
    offsets = _offsets()
    moment = License.expires_at - sa.func.make_interval(0, 0, 0, offsets.c.days)
    noticed = sa.exists().where(
        AuditEntry.license_id == License.id,
        AuditEntry.action == EXPIRING,
        AuditEntry.after["offset"].as_integer() <= offsets.c.days,
        sa.cast(AuditEntry.after["expires_at"].astext, sa.DateTime(timezone=True)) == License.expires_at,
    )
    below = sa.exists().where(
        GroupClosure.ancestor_id == offsets.c.group_id, GroupClosure.descendant_id == License.owner_group_id
    )
    widest = sa.select(sa.func.max(offsets.c.days)).scalar_subquery()
    due = (
        sa.select(License, offsets.c.days)
        .join(offsets, sa.or_(offsets.c.group_id.is_(None), below))
        .where(
            License.lifecycle == Lifecycle.VALID,
            License.renews_at.is_(None),
            License.expires_at > now,
            License.expires_at <= now + sa.func.make_interval(0, 0, 0, widest),
            moment <= now,
            moment >= sa.func.greatest(License.starts_at, License.first_activated_at),
            ~noticed,
        )
        .ext(distinct_on(License.id))
        .order_by(License.id, offsets.c.days)
        .limit(_NOTICES)
    )
    return [(license, days) for license, days in await session.execute(due)]


def _offsets() -> sa.CTE:
    """The days of every enabled rule with the group that it is for; null is the whole portal."""
    of_event = (NotificationRule.event == NotificationEvent.LICENSE_EXPIRING, NotificationRule.user_id.is_(None))
    days = sa.func.unnest(NotificationRule.offsets).label("days")
    by_rule = sa.select(days, NotificationRule.group_id).where(*of_event, NotificationRule.enabled)
    no_rule = ~sa.exists().where(*of_event, NotificationRule.group_id.is_(None))
    values = sa.values(sa.column("days", sa.Integer), name="usual").data([(offset,) for offset in OFFSETS])
    usual = sa.select(values.c.days, sa.cast(sa.null(), sa.Uuid)).where(no_rule)
    return sa.union(by_rule, usual).cte("offsets")


def _is(state: Lifecycle) -> sa.ColumnElement[bool]:
    """A literal and no bound value: otherwise PostgreSQL cannot use the partial index on rows of this state."""
    return License.lifecycle == sa.literal_column(f"'{state}'")


async def _lock(
    session: AsyncSession, *due: sa.ColumnElement[bool], order: sa.SQLColumnExpression[datetime | None]
) -> Sequence[License]:
    """A batch of what is due, without the rows that another worker has locked."""
    wanted = sa.select(License).where(*due).order_by(order, License.id).limit(BATCH)
    return (await session.scalars(wanted.with_for_update(skip_locked=True, key_share=True, of=License))).all()
