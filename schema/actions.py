"""The words of the policy as clients see them: every action, what it means, and what a thing tells about it."""

from collections.abc import Iterable
from typing import Any

import strawberry

from authz.policy import Policy
from schema.fields.enum_types import described_enum
from store.db.base import Base

_DESCRIPTIONS = {
    "read": "Know of it.",
    "administer": "Keep the settings of the portal.",
    "manage_catalogue": "Keep what is sold.",
    "create_top_level_group": "Create a group that has no parent.",
    "create_account": "Create an account.",
    "import": "Import accounts, groups and licenses in bulk.",
    "read_policy": "Read the policy and have it explained for others.",
    "modify": "Change it.",
    "remove": "Take a person out.",
    "delete": "Delete it.",
    "receive": "Be given licenses.",
    "claim_ticket": "Redeem a ticket for it.",
    "change_credentials": "Change password and second factors.",
    "manage_technical": "Look after a technical user.",
    "register_container": "Register a computer or a dongle for the account.",
    "export": "Export everything the portal keeps about the account.",
    "issue_token": "Issue an access token.",
    "set_isv_right": "Make it an administrator of the vendor, or end that.",
    "revoke": "Withdraw it.",
    "rename": "Change its name.",
    "tag": "Say that it is a reseller or a department of the vendor.",
    "move": "Hang it below another group.",
    "create_subgroup": "Create a group below it.",
    "invite": "Invite people.",
    "manage_roles": "Say who administers it.",
    "manage_technical_users": "Create technical users in it.",
    "create_project": "Create a project in it.",
    "create_license": "Create licenses for it.",
    "sell_directly": "Order for the vendor's own customers, which takes no reseller management.",
    "report": "Have its figures.",
    "edit_notification_rules": "Say what is told to whom.",
    "change_role": "Change the role.",
    "entrust": "Say what an employee of the vendor looks after.",
    "leave": "Leave the group.",
    "accept": "Accept the offer.",
    "decline": "Decline the offer.",
    "grant": "Give rights of creation for it.",
    "skip_approval": "Order it without waiting for the vendor's approval.",
    "order": "Order it.",
    "pass_on": "Pass the right on.",
    "read_code": "See the whole code.",
    "assign": "Hand it to a person, a group or a project.",
    "void": "Make it worthless.",
    "create": "Create it.",
    "decide": "Approve or refuse.",
    "unassign": "Take it back from whoever has it.",
    "set_visibility": "Show it to all members, or to administrators only.",
    "activate": "Put a seat of it into a container.",
    "add_time": "Add days from a contingent.",
    "renew": "Extend its term.",
    "cancel": "Let it end with its term.",
    "suspend": "Stop it for a while.",
    "override_limits": "Go beyond its limits.",
    "draw": "Use its days.",
    "deactivate": "Give the seat back.",
    "borrow": "Take the seat offline for a while.",
    "transfer": "Move the seat to another container.",
    "withdraw": "Take the seat away.",
    "request_restore": "Report a loss.",
    "use": "Use what is in it.",
    "reset": "Void every credential of it.",
    "reset_now": "Void every credential of it without its owner's consent, even if it holds licenses of others.",
    "confirm": "Say yes or no to what an administrator has asked for.",
    "report_lost": "Report it as lost.",
    "fetch_update": "Fetch updates for it.",
    "block": "Lock it.",
    "settle": "Settle an unexpected state.",
    "edit": "Prepare it.",
    "publish": "Publish it.",
    "archive": "Put it away.",
    "manage_participants": "Say who takes part.",
    "pull": "Carry it over to real containers.",
    "mark": "Mark it as read or put it away.",
}

Action = described_enum("Action", "What the policy knows that one may do.", _DESCRIPTIONS)


@strawberry.type(description="Something the viewer may not do.")
class Denial:
    """An action and the way to it."""

    action: Any = strawberry.field(graphql_type=Action, description="What he may not do.")
    reason: str = strawberry.field(description="Who may, in the words of the policy.")


def unknown_actions(policy: Policy, classes: Iterable[type[Base]]) -> set[str]:
    """Actions that the policy has and clients could not name, or the other way round."""
    return {action for cls in classes for action in policy.actions(cls)} ^ _DESCRIPTIONS.keys()
