"""Refusals as clients read them: a code to act on, words for a person, and what a code brings along."""

from collections.abc import Mapping
from typing import Any

import strawberry

from schema.actions import Action
from schema.closed_sets import closed_set
from store.portal import Capability, Edition

_MEANINGS = {
    "NOT_FOUND": "There is no such thing, or you may not know of it.",
    "FORBIDDEN": "You may see the thing and may not do this to it; `action` and `reason` say who may.",
    "BAD_USER_INPUT": "The request itself is wrong; `path` says where.",
    "UNAUTHENTICATED": "The token, or the password, is missing or wrong, or its time is over.",
    "CONFLICT": "Somebody else changed it at the same moment: read it again and decide again.",
    "IDEMPOTENCY_KEY_REUSED": "The idempotency key was used for another request.",
    "EDITION_REQUIRED": "The portal's edition does not include this; `requiredEdition` does.",
    "WRONG_STATE": "It is not possible in the present `state`.",
    "LICENSE_EXPIRED": "The license's time is over.",
    "LICENSE_NOT_USABLE": "The license is scheduled, suspended or revoked; `state` says which.",
    "TARGET_OUTSIDE_OWNER": "A license goes only to people, groups and projects of its own group and below.",
    "NOT_ASSIGNED": "There is no assignment to take away.",
    "NOT_SHARED": "Only what is assigned to a group or project can be shown or hidden.",
    "SEATS_EXHAUSTED": "Every seat is taken; `quantity` says how many there are.",
    "NOT_ACTIVE": "The activation is not active; `state` says what it is.",
    "DEACTIVATION_DISABLED": "The vendor does not let this seat be given back.",
    "CONTAINER_NOT_READY": "The container takes no licenses in this `state`.",
    "GROUP_LEVELS_EXHAUSTED": "The tree of groups has as many levels as it may have.",
    "GROUP_CYCLE": "A group cannot be moved below itself.",
    "GROUP_NOT_EMPTY": "Something still hangs on the group.",
    "PROJECT_NOT_IN_PROGRESS": "What a project holds is changed in edit mode only; `state` says where it stands.",
    "PROJECT_NOT_PUBLISHED": "On site only what is published arrives; `state` says where the project stands.",
    "VIRTUAL_CONTAINER_BOUND": "The virtual container has become a real one, which still holds licenses.",
    "VIRTUAL_CONTAINER_UP_TO_DATE": "The container holds what was published last.",
    "CONTAINER_OCCUPIED": "A virtual container goes into an empty container, and each takes one.",
    "CONTAINER_OUTSIDE_PROJECT": "The container belongs neither to the project nor to its group or people.",
    "LICENSE_NOT_IN_PROJECT": "Only what is assigned to the project is planned in it.",
    "LICENSE_ALREADY_PLANNED": "A license sits in at most one virtual container.",
    "LICENSE_NOT_PLANNED": "The license is not in this virtual container.",
    "NAME_TAKEN": "There is one of this name already.",
    "LICENSE_FILE_NOT_GENUINE": "The license file is not as License Central has signed it.",
}

ErrorCode = closed_set("ErrorCode", "Why something was refused.", _MEANINGS)


@strawberry.type(description="Why something was refused.")
class UserError:
    """A refusal is data: it is part of the answer, and nothing has changed."""

    code: Any = strawberry.field(graphql_type=ErrorCode, description="What to act on; it stays when the words change.")
    message: str = strawberry.field(description="What is wrong, for a person.")
    path: list[str] | None = strawberry.field(description="The argument that is wrong, if it is one.", default=None)
    action: Any = strawberry.field(graphql_type=Action | None, description="What the viewer may not do.", default=None)
    reason: str | None = strawberry.field(description="Who may, in the words of the policy.", default=None)
    state: str | None = strawberry.field(description="The state in which it is not possible.", default=None)
    quantity: int | None = strawberry.field(description="How many seats there are.", default=None)
    capability: Capability | None = strawberry.field(description="What the edition does not include.", default=None)
    required_edition: Edition | None = strawberry.field(description="The edition that includes it.", default=None)


def user_error(code: str, message: str, details: Mapping[str, Any], path: list[str] | None = None) -> UserError:
    """A refusal, fresh or kept under an idempotency key, as clients read it."""
    return UserError(
        code=ErrorCode(code),
        message=message,
        path=path,
        action=details.get("action"),
        reason=" ".join(details["rules"]) if "rules" in details else None,
        state=details.get("state"),
        quantity=details.get("quantity"),
        capability=details.get("capability"),
        required_edition=details.get("minimum"),
    )
