"""Messages, and the rules by which they are told, as clients read them."""

from schema.fields.declare import column, to_one
from schema.fields.entities import entity
from schema.nodes import Node
from store.notifications import Channel
from store.notifications import Notification as NotificationRow
from store.notifications import NotificationRule as NotificationRuleRow


@entity(NotificationRow, "A message for one person.")
class Notification(Node):
    """What it is about."""

    event = column(NotificationRow.event, "What it is about.", filterable=True)
    state = column(NotificationRow.state, "What the person has done with it.", filterable=True)
    license = to_one(
        NotificationRow.license, "The license it is about, as long as the person may see it.", filterable=True
    )
    payload = column(NotificationRow.payload, "The words that stand in it, such as the name of the product.")
    recipient = to_one(NotificationRow.recipient, "Whom it is for.")
    created_at = column(NotificationRow.created_at, "When it was written.", filterable=True, sortable=True)


@entity(
    NotificationRuleRow,
    "Whether and how something is told: to everybody, to a group and those below it, or to one person.",
)
class NotificationRule(Node):
    """What, to whom, by which ways."""

    event = column(NotificationRuleRow.event, "What is told.", filterable=True)
    channels = column(NotificationRuleRow.channels, "By which ways.", graphql_type=list[Channel])
    group = to_one(NotificationRuleRow.group, "For which group and those below it.", filterable=True)
    user = to_one(NotificationRuleRow.user, "For which person.", filterable=True)
    offsets = column(NotificationRuleRow.offsets, "How many days before.")
    enabled = column(NotificationRuleRow.enabled, "Whether it counts.", filterable=True)
    created_at = column(NotificationRuleRow.created_at, "When it was made.", filterable=True, sortable=True)
