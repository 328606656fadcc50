"""Refusals as clients read them: a code to act on, words for a person, and what a code brings along."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import strawberry
from strawberry.utils.str_converters import to_camel_case

import schema.enums  # noqa: F401 - they are described before anybody uses them
from schema.actions import Action
from schema.fields.enum_types import described_enum
from schema.fields.scalars import BigInt
from store.license_models import ModelCell
from store.portal import Capability, Edition
from store.products import GrantBound
from store.tickets import CodeProblem

_DESCRIPTIONS = {
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
    "CONTAINER_NOT_READY": "The container takes no licenses in this `state`.",
    "OPERATION_OPEN": "The container has not confirmed its last file yet; bring that receipt first.",
    "REQUEST_FILE_NEEDED": "A computer or a dongle takes part by signed files: send its request file.",
    "CONTAINER_FILE_NOT_GENUINE": "The file is not as the container has signed it, or is another kind of file.",
    "CONTAINER_FILE_FOREIGN": "The file is of another container, or answers another file.",
    "CONTAINER_FILE_REPLAYED": "The file has been taken once.",
    "CONTAINER_FILE_OUTDATED": "The container has said something newer, or the file was on its way for too long.",
    "COUNTER_MISMATCH": "The container's update counter does not fit: the vendor has to settle it.",
    "CONTAINER_NOT_EMPTY": "Something is activated in the container, or lent to it.",
    "CREDENTIAL_INVALID": "The credential is forged or over, its container was reset, or its device released.",
    "DEVICES_EXHAUSTED": "So many devices may use a personal cloud container, as `quantity` says.",
    "DEACTIVATION_LIMIT": "The license was given back `quantity` times within `days` days, and not more.",
    "NOT_BORROWABLE": "The seat is of a cloud, or not lent for so long; `days` says for how many days at most.",
    "BORROW_OPEN": "The seat is lent; it comes back first.",
    "RESTORE_OPEN": "The loss is reported already; `state` says where its case stands.",
    "ORIGINAL_NEEDS_RECEIPT": "The old container gives the seat back by files first, or is not available any more.",
    "GROUP_LEVELS_EXHAUSTED": "The tree of groups has as many levels as it may have.",
    "GROUP_CYCLE": "A group cannot be moved below itself.",
    "GROUP_NOT_EMPTY": "Something still hangs on the group; `content` says what.",
    "GROUP_DELETED": "The group is deleted.",
    "ALREADY_MEMBER": "The person belongs to the group already; `state` says as what.",
    "NOT_MEMBER": "The membership is over.",
    "NOT_OF_VENDOR": "Only the vendor's own people are entrusted with this; `state` says what the group is.",
    "INVITATION_NOT_OPEN": "The invitation was answered, withdrawn, or is too old, or another one is open; see `state`.",
    "INVITATION_NOT_VALID": "The token opens no invitation, or its address has an account: log in and accept it there.",
    "CONFIRMATION_NOT_VALID": "The confirmation is unknown, used or too old.",
    "PASSWORD_NEEDED": "The account has no password yet.",
    "WRONG_PASSWORD": "The present password is another one.",
    "ADDRESS_TAKEN": "There is an account with this address: invite its holder.",
    "ACCOUNT_NOT_USABLE": "The account is not a person's, not confirmed yet, or erased; `state` says which.",
    "ACCOUNT_HOLDS_LICENSES": "Licenses would be lost with the account; `quantity` says how many.",
    "STILL_ISV_ADMIN": "An administrator of the vendor is not deleted.",
    "OWN_ISV_RIGHT": "Nobody ends his own right of an administrator of the vendor.",
    "TOO_MANY_REQUESTS": "There were too many of these; try again after `retryAfter` seconds.",
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
    "MODEL_RULE": "The license model does not go with this; `cell` says which column of its row is broken.",
    "NOT_FOR_RESALE": "The license is for the vendor's and the resellers' own people.",
    "NOTICE_PASSED": "It is too late to cancel this term; `deadline` was the last moment.",
    "CONTAINER_TYPE_NOT_ALLOWED": "The license does not live in a container of this type.",
    "OVER_BOUND": "The right of creation ends before; `bound` says in which respect, `limit` at how much.",
    "ALREADY_EXISTS": "There is one with this name or number already.",
    "FEATURE_OF_OTHER_PRODUCT": "A feature belongs to another product.",
    "CONTINGENT_EXHAUSTED": "The pool holds fewer days; `limit` says how many.",
    "EXTERNAL_REF_TAKEN": "The external reference was used for another order.",
    "DEMO_EXISTS": "There is one live demo of a product for each owner.",
    "TICKET_NOT_FRESH": "The ticket has been redeemed, is void, or has not been redeemed yet; `state` says which.",
    "TICKET_INCOMPLETE": "Only complete tickets are assigned, and a part of this one would stay behind.",
    "TICKETS_REFUSED": "Not every code can be redeemed, and so none was; `codes` says which and why.",
    "CODE_NOT_KEPT": "The code of this ticket is not kept here.",
    "IMPORT_REFUSED": "Something is wrong with the rows, and so none was imported; `mistakes` says everything, and where.",
    "LICENSE_FILE_NOT_GENUINE": "The license file is not as License Central has signed it.",
}

ErrorCode = described_enum("ErrorCode", "Why something was refused.", _DESCRIPTIONS)


@strawberry.type(name="TicketCodeError", description="Why a code of a ticket cannot be redeemed.")
class TicketCodeError:
    """Never with the code itself."""

    number: int = strawberry.field(description="Which of the codes, counted from 1.")
    masked_code: str | None = strawberry.field(description="Its end; null where it is no code at all.")
    problem: CodeProblem = strawberry.field(description="What is wrong with it.")


@strawberry.type(name="ImportMistake", description="What is wrong with a row of an import.")
class ImportMistake:
    """One of all that there are."""

    path: list[str] = strawberry.field(description="Which rows, which of them counted from 1, and which field of it.")
    message: str = strawberry.field(description="What is wrong, for a person.")


@strawberry.type(description="Why something was refused.")
class UserError:
    """A refusal is data: it is part of the answer, and nothing has changed."""

    code: Any = strawberry.field(graphql_type=ErrorCode, description="What to act on; it stays when the words change.")
    message: str = strawberry.field(description="What is wrong, for a person.")
    path: list[str] | None = strawberry.field(description="The argument that is wrong, if it is one.", default=None)
    action: Any = strawberry.field(graphql_type=Action | None, description="What the viewer may not do.", default=None)
    reason: str | None = strawberry.field(description="Who may, in the words of the policy.", default=None)
    state: str | None = strawberry.field(description="The state in which it is not possible.", default=None)
    quantity: int | None = strawberry.field(description="How many there are.", default=None)
    limit: BigInt | None = strawberry.field(description="The bound that would be passed.", default=None)
    content: list[str] | None = strawberry.field(description="What is in the way.", default=None)
    retry_after: int | None = strawberry.field(
        description="After how many seconds it may be tried again.",
        default=None,
    )
    days: int | None = strawberry.field(description="The bound, in days.", default=None)
    cell: ModelCell | None = strawberry.field(description="The column of the license model.", default=None)
    bound: GrantBound | None = strawberry.field(description="Where the right of creation ends.", default=None)
    deadline: datetime | None = strawberry.field(description="Until when it was possible.", default=None)
    codes: list[TicketCodeError] | None = strawberry.field(description="The codes that are refused.", default=None)
    mistakes: list[ImportMistake] | None = strawberry.field(
        description="What is wrong with the rows of an import.",
        default=None,
    )
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
        limit=details.get("limit"),
        content=details.get("content"),
        retry_after=details.get("retry_after"),
        days=details.get("days"),
        cell=_known(ModelCell, details.get("cell")),
        bound=_known(GrantBound, details.get("bound")),
        deadline=_known(datetime.fromisoformat, details.get("deadline")),
        codes=_known(lambda codes: [_code_error(**each) for each in codes], details.get("codes")),
        mistakes=_known(lambda findings: [_mistake(**each) for each in findings], details.get("findings")),
        capability=details.get("capability"),
        required_edition=details.get("minimum"),
    )


def _code_error(*, number: int, masked_code: str | None, problem: str) -> TicketCodeError:
    return TicketCodeError(number=number, masked_code=masked_code, problem=CodeProblem(problem))


def _mistake(*, file: str, line: int, column: str | None, message: str) -> ImportMistake:
    field = [to_camel_case(column)] if column else []
    return ImportMistake(path=[file.removesuffix(".csv"), str(line), *field], message=message)


def _known(read: Callable[[Any], Any], detail: Any) -> Any:
    """A detail in its own type, whether it is fresh or was kept as JSON."""
    return None if detail is None else read(detail)
