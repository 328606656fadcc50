"""Notice of what is about to end: at each offset of the rules once, and to the next end of the same license again."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from authz.gate.audit_entries import entry_for
from store.audit import AuditEntry
from store.groups import GroupClosure
from store.licenses import License, Lifecycle
from store.notifications import NotificationEvent, NotificationRule

ACTION = "license.expiring"
OFFSETS = (30, 7, 1)
"""Days before the end, where the vendor has made no rule for the whole portal."""
_AT_ONCE = 200
_DAY = timedelta(days=1)


async def warn_expiring(session: AsyncSession, now: datetime) -> Sequence[AuditEntry]:
    """One act for each license whose end has come as near as an offset says; what renews by itself does not end.

    An offset that lies before the beginning of the term is none of it. Of several whose moment has come only the nearest is
    told, and no wider one after it. What has been told is read from the trail.
    """
    offsets = _offsets()
    moment = License.expires_at - sa.func.make_interval(0, 0, 0, offsets.c.days)
    told = sa.exists().where(
        AuditEntry.license_id == License.id,
        AuditEntry.action == ACTION,
        AuditEntry.after["offset"].as_integer() <= offsets.c.days,
        sa.cast(AuditEntry.after["expires_at"].astext, sa.DateTime(timezone=True)) == License.expires_at,
    )
    concerns = sa.or_(
        offsets.c.group_id.is_(None),
        sa.exists().where(
            GroupClosure.ancestor_id == offsets.c.group_id,
            GroupClosure.descendant_id == License.owner_group_id,
        ),
    )
    widest = sa.select(sa.func.max(offsets.c.days)).scalar_subquery()
    due = (
        sa.select(License, offsets.c.days)
        .join(offsets, concerns)
        .where(
            License.lifecycle == Lifecycle.VALID,
            License.renews_at.is_(None),
            License.expires_at > now,
            License.expires_at <= now + sa.func.make_interval(0, 0, 0, widest),
            moment <= now,
            moment >= sa.func.greatest(License.starts_at, License.first_activated_at),
            ~told,
        )
        .ext(distinct_on(License.id))
        .order_by(License.id, offsets.c.days)
        .limit(_AT_ONCE)
    )
    return [_entry(license, days, now) for license, days in await session.execute(due)]


def _offsets() -> sa.CTE:
    """The days of every rule that is switched on, with the group that it is for; null is the whole portal."""
    of_this = (NotificationRule.event == NotificationEvent.LICENSE_EXPIRING, NotificationRule.user_id.is_(None))
    days = sa.func.unnest(NotificationRule.offsets).label("days")
    by_rule = sa.select(days, NotificationRule.group_id).where(*of_this, NotificationRule.enabled)
    unruled = ~sa.exists().where(*of_this, NotificationRule.group_id.is_(None))
    values = sa.values(sa.column("days", sa.Integer), name="usual").data([(each,) for each in OFFSETS])
    usual = sa.select(values.c.days, sa.cast(sa.null(), sa.Uuid)).where(unruled)
    return sa.union(by_rule, usual).cte("offsets")


def _entry(license: License, offset: int, now: datetime) -> AuditEntry:
    assert license.expires_at is not None
    entry = entry_for(license, action=ACTION, at=now, actor_id=None, request_id=None)
    left = -((now - license.expires_at) // _DAY)
    entry.after = {"days": left, "offset": offset, "expires_at": license.expires_at.isoformat()}
    return entry
