"""Reading and putting away one's messages, and the rules of what is told to whom."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from store.db.base import new_id
from store.errors import BadInput
from store.groups import Group
from store.notifications import DEFAULT_CHANNELS, Channel, Notification, NotificationEvent, NotificationRule
from store.queries.license_terms import OFFSETS


@use_case("notificationMarkRead")
async def mark_read(gate: Gate, *, notification_id: UUID) -> None:
    """A message that was seen is no longer unread; an archived one stays archived."""
    notification = await gate.one(Notification, notification_id, to="mark")
    notification.mark_read()
    gate.record("notification.read", notification)


@use_case("notificationRuleSet")
async def set_rule(
    gate: Gate,
    *,
    event: NotificationEvent,
    group_id: UUID | None = None,
    everywhere: bool = False,
    enabled: bool | None = None,
    channels: Sequence[Channel] | None = None,
    offsets: Sequence[int] | None = None,
) -> None:
    """Say whether and how an event is told: to oneself, to a group and those below it, or to everybody."""
    if group_id is not None and everywhere:
        raise BadInput("a rule is for a group or for everybody")
    if group_id is not None:
        (await gate.one(Group, group_id, to="edit_notification_rules")).require_not_deleted()
    user_id = None if everywhere or group_id is not None else gate.actor.id
    rule = await _rule_for(gate, event, group_id=group_id, user_id=user_id)
    rule.update(enabled=enabled, channels=channels, offsets=offsets)
    gate.record("notification_rule.set", rule)
    await gate.authorize_new(rule, to="modify")


@use_case("notificationRuleRemove")
async def remove_rule(gate: Gate, *, notification_rule_id: UUID) -> None:
    """From now on the next wider rule counts, or what is usual."""
    rule = await gate.one(NotificationRule, notification_rule_id, to="modify")
    gate.record("notification_rule.removed", rule)
    await gate.session.delete(rule)


async def _rule_for(
    gate: Gate,
    event: NotificationEvent,
    *,
    group_id: UUID | None,
    user_id: UUID | None,
) -> NotificationRule:
    """The one rule there is, held; or a new one that says what is usual."""
    scope = (
        NotificationRule.group_id.is_not_distinct_from(group_id),
        NotificationRule.user_id.is_not_distinct_from(user_id),
    )
    found = sa.select(NotificationRule).where(NotificationRule.event == event, *scope).with_for_update()
    rule = await gate.session.scalar(found)
    if rule is None:
        # The portal's rule starts with the usual days; a group's days are added to those.
        is_when = event is NotificationEvent.LICENSE_EXPIRING and group_id is user_id is None
        rule = NotificationRule(
            id=new_id(), event=event, group_id=group_id, user_id=user_id, enabled=True,
            channels=[each.value for each in DEFAULT_CHANNELS[event]], offsets=list(OFFSETS) if is_when else [],
        )  # fmt: skip
        gate.add(rule)
    return rule
