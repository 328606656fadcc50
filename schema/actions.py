"""The actions of the policy as a GraphQL enum, and denied actions with their reason."""

from collections.abc import Iterable
from typing import Any

import strawberry

from authz.policy import Policy
from schema.fields.enum_types import described_enum
from store.db.base import Base

_DESCRIPTIONS = {
    "read": "Read the object: without this permission it does not exist for the viewer.",
    "administer": "Change the settings of the portal.",
    "manage_catalogue": "Manage products, features, categories and license templates.",
    "create_top_level_group": "Create a group without a parent.",
    "create_account": "Create an account for a person.",
    "import": "Import accounts, groups and licenses in bulk.",
    "read_policy": "Read the access policy and explain its decisions about other users.",
    "modify": "Change the object.",
    "remove": "Remove a person from a group or a project.",
    "delete": "Delete the object.",
    "receive": "Assign licenses to the user, group or project, or activate licenses in the container.",
    "claim_ticket": "Redeem a ticket for the person or the group.",
    "change_credentials": "Change the password.",
    "manage_technical": "Manage a technical user.",
    "register_container": "Register a computer or a dongle for the account.",
    "export": "Export everything that the portal stores about the account.",
    "issue_token": "Issue an access token for the account.",
    "set_isv_right": "Make a person a vendor administrator, or end that right.",
    "revoke": "Revoke the object: a license, a grant, an invitation or an access token.",
    "rename": "Change the name.",
    "tag": "Change the kind of the group, and whether it is internal.",
    "move": "Move the group below another parent.",
    "create_subgroup": "Create a group below the group.",
    "invite": "Invite people to the group.",
    "manage_roles": "Give and take roles in the group.",
    "manage_technical_users": "Create technical users in the group.",
    "create_project": "Create a project in the group.",
    "create_license": "Create licenses for the group.",
    "sell_directly": "Order licenses for the vendor's own customers, without the capability RESELLER_MANAGEMENT.",
    "report": "Read and export reports about the group or the project.",
    "edit_notification_rules": "Change the notification rules of the group.",
    "change_role": "Change the role of the member.",
    "entrust": "Set the bundle of rights of a vendor employee.",
    "leave": "Leave the group.",
    "accept": "Accept the invitation.",
    "decline": "Decline the invitation.",
    "grant": "Create category grants for the category.",
    "skip_approval": "Order licenses without waiting for the vendor's approval.",
    "order": "Order licenses with the template.",
    "pass_on": "Pass on the category grant, or a part of it.",
    "read_code": "Read the complete ticket code.",
    "assign": "Assign the license or the ticket to a person, a group or a project.",
    "void": "Make the ticket void.",
    "create": "Create the order, license or activation.",
    "decide": "Approve or reject the order or the restore case.",
    "unassign": "Return the license to the pool of its owner group.",
    "set_visibility": "Make the license visible to all members, or to administrators only.",
    "activate": "Activate a seat of the license.",
    "add_time": "Add days of a time contingent to the license.",
    "renew": "Renew the license for another period.",
    "cancel": "Cancel the subscription, so that it ends with its current period.",
    "suspend": "Suspend and reinstate the license.",
    "override_limits": "Exceed the limits of the license for deactivations and restores.",
    "draw": "Use days of the time contingent.",
    "deactivate": "Deactivate the activation, so that its seat is free again.",
    "borrow": "Borrow the seat for another container, and return it.",
    "transfer": "Move the activation to another container.",
    "withdraw": "Take the license out of its container.",
    "request_restore": "Report the loss of the activation and request a restore.",
    "use": "Use the licenses in the container: get its credential and its license files.",
    "reset": "Reset the container, so that all its credentials become invalid.",
    "reset_now": "Reset the container without its owner's consent, even if it holds licenses of other groups.",
    "confirm": "Confirm or decline the reset of a container that an administrator has requested.",
    "report_lost": "Report the container as lost, damaged or stolen.",
    "fetch_update": "Get the pending updates of the container.",
    "block": "Block and unblock the container.",
    "settle": "Settle an unexpected update counter of the container.",
    "edit": "Edit the project or the virtual container.",
    "publish": "Publish the project.",
    "archive": "Archive the project.",
    "manage_participants": "Add and remove participants of the project.",
    "pull": "Pull virtual containers of the project into real containers.",
    "mark": "Mark the notification as read or archived.",
}

Action = described_enum(
    "Action", "An action of the access policy. Which actions exist depends on the object.", _DESCRIPTIONS
)


@strawberry.type(description="An action that the viewer may not perform, and who may.")
class Denial:
    """A denied action and the rules that allow it to others."""

    action: Any = strawberry.field(graphql_type=Action, description="The action that the viewer may not perform.")
    reason: str = strawberry.field(
        description="Who may perform the action, in the words of the access policy, such as `ISV administrators can manage the "
        "whole portal.`"
    )


def unknown_actions(policy: Policy, classes: Iterable[type[Base]]) -> set[str]:
    """Actions that are in the policy or in the enum, but not in both."""
    return {action for cls in classes for action in policy.actions(cls)} ^ _DESCRIPTIONS.keys()
