"""What clients may do with their messages, and with the rules of what is told to whom."""

from resolvers import notifications
from schema.fields.declare import shown
from schema.fields.declare_mutation import declare, gives
from schema.fields.inputs import ref, takes, value
from store.groups import Group
from store.notifications import Channel, Notification, NotificationEvent, NotificationRule

CHANGES = (
    declare(
        notifications.mark_read,
        "Mark a message as read; one that was put away stays so.",
        takes("Which message was seen.", notification_id=ref("Which message.", Notification)),
        gives("What became of the message.", notification=shown(Notification, "The message as it is now.")),
    ),
    declare(
        notifications.set_rule,
        "Say whether and how an event is told: to yourself, to a group and those below it, or to everybody. What people say for"
        " themselves counts before what the nearest group says, and that before what is said for everybody.",
        takes(
            "What is told to whom.",
            event=value("Of which event.", NotificationEvent),
            group_id=ref("For which group and those below it; null: for yourself.", Group, optional=True),
            everywhere=value("Whether it is for everybody; said by the vendor.", bool, default=False),
            enabled=value("Whether it is told at all; null: as before, and at first it is.", bool | None, default=None),
            channels=value(
                "By which ways: PORTAL, EMAIL or both; null: as before, and at first as usual.",
                list[Channel] | None,
                default=None,
            ),
            offsets=value(
                "How many days before an end that comes, 1 to 366, at most ten numbers: for everybody, or for a group on top"
                " of those for everybody; null: as before.",
                list[int] | None,
                default=None,
            ),
        ),
        gives("What became of it.", notification_rule=shown(NotificationRule, "The rule as it is now.")),
    ),
    declare(
        notifications.remove_rule,
        "Take a rule back: from then on the next wider one counts, or what is usual.",
        takes("Which rule goes.", notification_rule_id=ref("Which rule.", NotificationRule)),
        gives("What became of it."),
    ),
)
