"""Mutations of notifications and notification rules."""

from resolvers import notifications
from schema.fields.declare_mutation import declare, gives
from schema.fields.inputs import ref, takes, value
from store.groups import Group
from store.notifications import Channel, Notification, NotificationEvent, NotificationRule

CHANGES = (
    declare(
        notifications.mark_read,
        "Marks a notification of the viewer as read; an archived one stays archived.",
        takes(
            "What `notificationMarkRead` needs: the notification.",
            notification_id=ref("The notification to mark.", Notification),
        ),
        gives(
            "What `notificationMarkRead` returns.",
            notification="The notification as it is now; null if the mutation failed.",
        ),
    ),
    declare(
        notifications.set_rule,
        "Sets whether and how people are notified of an event: the viewer, a group and those below it, or everyone. A person's"
        " own rule takes precedence over the rule of the nearest group, and that over the rule for the whole portal.",
        takes(
            "What `notificationRuleSet` needs: the event, the scope and the values of the rule.",
            event=value("The event that the rule is about.", NotificationEvent),
            group_id=ref(
                "The group that the rule is for, with those below it; null: the viewer, unless `everywhere` is true.",
                Group,
                optional=True,
            ),
            everywhere=value("Whether the rule is for the whole portal; only the vendor sets it.", bool, default=False),
            enabled=value(
                "Whether people are notified at all; null: as before, and true for a new rule.",
                bool | None,
                default=None,
            ),
            channels=value(
                "The channels, PORTAL and EMAIL or one of them; null: as before, and the default of the event for a new rule.",
                list[Channel] | None,
                default=None,
            ),
            offsets=value(
                "How many days before the end of a license people are notified, at most ten numbers from 1 to 366, such as"
                " `[30, 7, 1]`. Only for LICENSE_EXPIRING, and not for a single person; the days of a group are added to those of"
                " the whole portal. Null: as before.",
                list[int] | None,
                default=None,
            ),
        ),
        gives(
            "What `notificationRuleSet` returns.",
            notification_rule="The rule as it is now; null if the mutation failed, or for a new rule after a dry run.",
        ),
    ),
    declare(
        notifications.remove_rule,
        "Removes a notification rule: the next wider rule applies from then on, or the default of the event.",
        takes(
            "What `notificationRuleRemove` needs: the rule.",
            notification_rule_id=ref("The rule to remove.", NotificationRule),
        ),
        gives("What `notificationRuleRemove` returns: whether the rule is removed."),
    ),
)
