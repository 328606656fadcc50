"""Notifications of the caller, and the rules for which events people are notified of, over which channels."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from store.db.base import new_id
from store.errors import BadInput
from store.groups import Group
from store.notifications import DEFAULT_CHANNELS, Channel, Notification, NotificationEvent, NotificationRule
from store.queries import notifications
from store.queries.license_terms import OFFSETS


@dataclass(frozen=True, slots=True)
class NotificationRead:
    """A notification after it was marked as read."""

    notification: Notification


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A notification rule that is new or has changed."""

    notification_rule: NotificationRule


@use_case("notificationMarkRead")
async def mark_read(gate: Gate, *, notification_id: UUID) -> NotificationRead:
    """Mark a notification as read; an archived one stays archived."""
    notification = await gate.one(Notification, notification_id, to="mark")
    notification.mark_read()
    gate.record("notification.read", notification)
    return NotificationRead(notification=notification)


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
) -> RuleSet:
    """Set whether and how people are notified of an event: the caller, a group and those below it, or the whole portal."""
    if group_id is not None and everywhere:
        raise BadInput("a rule is either for a group or for the whole portal; leave out `groupId` or `everywhere`")
    if group_id is not None:
        (await gate.one(Group, group_id, to="edit_notification_rules")).require_not_deleted()
    user_id = None if everywhere or group_id is not None else gate.actor.id
    rule = await gate.run(notifications.lock_rule, event, group_id=group_id, user_id=user_id)
    if rule is None:
        rule = _default_rule(event, group_id=group_id, user_id=user_id)
        gate.add(rule)
    rule.update(enabled=enabled, channels=channels, offsets=offsets)
    gate.record("notification_rule.set", rule)
    await gate.authorize_new(rule, to="modify")
    return RuleSet(notification_rule=rule)


@use_case("notificationRuleRemove")
async def remove_rule(gate: Gate, *, notification_rule_id: UUID) -> None:
    """Remove a rule; the next wider rule applies from now on, or the default."""
    rule = await gate.one(NotificationRule, notification_rule_id, to="modify")
    gate.record("notification_rule.removed", rule)
    await gate.delete(rule)


def _default_rule(event: NotificationEvent, *, group_id: UUID | None, user_id: UUID | None) -> NotificationRule:
    # The rule for the whole portal starts with the default days; the days of a group are added to those.
    has_days = event is NotificationEvent.LICENSE_EXPIRING and group_id is user_id is None
    return NotificationRule(
        id=new_id(),
        event=event,
        group_id=group_id,
        user_id=user_id,
        enabled=True,
        channels=[each.value for each in DEFAULT_CHANNELS[event]],
        offsets=list(OFFSETS) if has_days else [],
    )
