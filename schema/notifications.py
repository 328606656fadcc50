"""The GraphQL types of notifications and notification rules."""

from schema.fields.declare import column, to_one
from schema.fields.entities import entity
from schema.nodes import Node
from store.notifications import Channel
from store.notifications import Notification as NotificationRow
from store.notifications import NotificationRule as NotificationRuleRow


@entity(NotificationRow, "A notification in the portal for one person.")
class Notification(Node):
    """An event that is reported to a person."""

    event = column(NotificationRow.event, "The event that the notification is about.", filterable=True)
    state = column(
        NotificationRow.state, "Whether the recipient has read or archived the notification.", filterable=True
    )
    license = to_one(
        NotificationRow.license,
        "The license that the event concerns. Null if there is none, or the recipient may no longer read it.",
        filterable=True,
    )
    payload = column(
        NotificationRow.payload,
        'Details of the event, as a JSON object: `{"product": "Atlas CAD"}` for a license, `{"group": "Acme"}` for an '
        "invitation.",
    )
    recipient = to_one(NotificationRow.recipient, "The person for whom the notification is.")
    created_at = column(NotificationRow.created_at, "When the event happened.", filterable=True, sortable=True)


@entity(
    NotificationRuleRow,
    "A rule about an event: whether and how it is reported. A rule of a person takes precedence over that of a group, and that "
    "of a group over the groups above and the whole portal.",
)
class NotificationRule(Node):
    """Whether and how an event is reported, and to whom."""

    event = column(NotificationRuleRow.event, "The event to which the rule applies.", filterable=True)
    channels = column(
        NotificationRuleRow.channels,
        "The channels on which the event is reported, at least one.",
        graphql_type=list[Channel],
    )
    group = to_one(
        NotificationRuleRow.group,
        "The group to which the rule applies, together with the groups below. Null: it applies to a person or the whole "
        "portal.",
        filterable=True,
    )
    user = to_one(
        NotificationRuleRow.user,
        "The person to whom the rule applies. Null: it applies to a group or the whole portal.",
        filterable=True,
    )
    offsets = column(
        NotificationRuleRow.offsets,
        "The numbers of days before the expiry of a license at which it is reported, such as `[30, 7, 1]`; only for "
        "LICENSE_EXPIRING.",
    )
    enabled = column(NotificationRuleRow.enabled, "Whether the event is reported at all.", filterable=True)
    created_at = column(NotificationRuleRow.created_at, "When the rule was created.", filterable=True, sortable=True)
