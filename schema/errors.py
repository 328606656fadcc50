"""Refusals as GraphQL types: a code for programs, a message for people, and details that depend on the code."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import strawberry
from strawberry.utils.str_converters import to_camel_case

import schema.enums  # noqa: F401 - gives the enums of the store their descriptions before they are used
from schema.actions import Action
from schema.fields.enum_types import described_enum
from schema.fields.scalars import BigInt
from store.grants import GrantBound
from store.license_models import ModelCell
from store.portal import Capability, Edition
from store.tickets import CodeProblem

_DESCRIPTIONS = {
    "NOT_FOUND": "The object does not exist, or the viewer may not read it.",
    "FORBIDDEN": "The viewer may read the object but not perform this action on it; `action` and `reason` say who may.",
    "BAD_USER_INPUT": "An argument is malformed or out of bounds; `path` names it, and `limit` is the bound.",
    "UNAUTHENTICATED": "The access token or the password is missing, wrong or expired.",
    "CONFLICT": "Another request changed the object at the same time. Read it again and repeat the request if it still fits.",
    "IDEMPOTENCY_KEY_REUSED": "The idempotency key was already used for a request with other arguments.",
    "EDITION_REQUIRED": "The edition of the portal does not include `capability`; `requiredEdition` does.",
    "WRONG_STATE": "The action is not possible in the current `state` of the object.",
    "LICENSE_EXPIRED": "The license has expired.",
    "LICENSE_NOT_USABLE": "The license is scheduled, suspended or revoked; see `state`.",
    "TARGET_OUTSIDE_OWNER": "A license can be assigned only to people, groups and projects within its owner group.",
    "NOT_ASSIGNED": "The license is not assigned, so it cannot be unassigned.",
    "NOT_SHARED": "Only a license that is assigned to a group or project has a visibility.",
    "SEATS_EXHAUSTED": "All seats of the license are taken; `quantity` is their number.",
    "NOT_ACTIVE": "The action needs an activation in the state ACTIVE; see `state`.",
    "CONTAINER_NOT_READY": "The action needs a container in the state READY; see `state`.",
    "OPERATION_OPEN": "The container has not confirmed its last license file yet. Send the receipt for it first.",
    "REQUEST_FILE_NEEDED": "A computer or dongle is updated by signed files. Send the request file of the container.",
    "CONTAINER_FILE_NOT_GENUINE": "The signature of the container's file is wrong, or it is another kind of file.",
    "CONTAINER_FILE_FOREIGN": "The file comes from another container, or answers another license file.",
    "CONTAINER_FILE_REPLAYED": "The file was received before. Let the container write a new one.",
    "CONTAINER_FILE_OUTDATED": "The container has sent a newer file, or the file is more than 30 days old.",
    "COUNTER_MISMATCH": "The update counter of the container differs from the portal's. The vendor has to settle it.",
    "CONTAINER_NOT_EMPTY": "Licenses are activated in the container, or borrowed by it.",
    "CREDENTIAL_INVALID": "The credential is forged or expired, its container was reset, or its device was released.",
    "DEVICES_EXHAUSTED": "A personal cloud container can be used on at most `quantity` devices at the same time.",
    "DEACTIVATION_LIMIT": "The license was already deactivated `quantity` times within `days` days.",
    "NOT_BORROWABLE": "The seat cannot be borrowed: it is in a cloud container, or only for at most `days` days.",
    "BORROW_OPEN": "The seat is borrowed by another container. It has to be returned first.",
    "RESTORE_OPEN": "The loss was already reported; `state` is the state of its restore case.",
    "ORIGINAL_NEEDS_RECEIPT": "The old container must return the seat by files first, or has to be reported unavailable.",
    "GROUP_LEVELS_EXHAUSTED": "The group would be nested more than `limit` levels deep.",
    "GROUP_CYCLE": "A group cannot be moved below itself.",
    "GROUP_NOT_EMPTY": "The group cannot be deleted because it still contains something; see `content`.",
    "GROUP_DELETED": "The group was deleted.",
    "ALREADY_MEMBER": "The person is already a member of the group; `state` is their role.",
    "NOT_MEMBER": "The person is not a member of the group, or no longer.",
    "NOT_OF_VENDOR": "A bundle of rights needs a membership in a group of kind ISV; `state` is the kind of this group.",
    "INVITATION_NOT_OPEN": "The invitation was answered, revoked or has expired, or another one is pending; see `state`.",
    "INVITATION_NOT_VALID": "The token is not valid, or the invited address has an account: log in to accept the invitation.",
    "CONFIRMATION_NOT_VALID": "The confirmation token is unknown, used or expired.",
    "PASSWORD_NEEDED": "The account has no password yet. Choose one.",
    "WRONG_PASSWORD": "The current password is wrong.",
    "ADDRESS_TAKEN": "There is already an account with this email address. Invite its holder instead.",
    "ACCOUNT_NOT_USABLE": "The account belongs to a technical user, is not confirmed yet, or was erased; see `state`.",
    "ACCOUNT_HOLDS_LICENSES": "Deleting the account would lose `quantity` licenses that its holder has bought.",
    "STILL_ISV_ADMIN": "The account of a vendor administrator cannot be deleted. End that right first.",
    "OWN_ISV_RIGHT": "Vendor administrators cannot end their own right; another one has to do it.",
    "TOO_MANY_REQUESTS": "There were too many requests or wrong attempts. Try again after `retryAfter` seconds.",
    "PROJECT_NOT_IN_PROGRESS": "The project can be changed only in the state IN_PROGRESS; see `state`.",
    "PROJECT_NOT_PUBLISHED": "The project can be pulled only in the state PUBLISHED; see `state`.",
    "VIRTUAL_CONTAINER_BOUND": "The virtual container has been pulled into a real container that still holds its licenses.",
    "VIRTUAL_CONTAINER_UP_TO_DATE": "The real container already holds the current revision, so there is nothing to pull.",
    "CONTAINER_OCCUPIED": "A virtual container is pulled into an empty container, and each container holds only one.",
    "CONTAINER_OUTSIDE_PROJECT": "The container does not belong to the project, its group or its participants.",
    "LICENSE_NOT_IN_PROJECT": "Only a license that is assigned to the project can be added to its virtual containers.",
    "LICENSE_ALREADY_PLANNED": "The license is already in a virtual container of the project.",
    "LICENSE_NOT_PLANNED": "The license is not in this virtual container.",
    "NAME_TAKEN": "The project already has a virtual container with this name.",
    "MODEL_RULE": "The license model does not allow this; `cell` says in which respect, and `limit` is the bound.",
    "NOT_FOR_RESALE": "An internal license is only for people and groups of the vendor and its resellers.",
    "NOTICE_PASSED": "It is too late to cancel the subscription before its next period; `deadline` has passed.",
    "CONTAINER_TYPE_NOT_ALLOWED": "The license cannot be activated in a container of this type; see `state`.",
    "OVER_BOUND": "The request exceeds the viewer's category grant; `bound` says in which respect, `limit` is the bound.",
    "ALREADY_EXISTS": "There is already an object with this name or number.",
    "FEATURE_OF_OTHER_PRODUCT": "A feature belongs to another product than the license.",
    "CONTINGENT_EXHAUSTED": "The time contingent has only `limit` days left.",
    "EXTERNAL_REF_TAKEN": "The external reference was used for an order with other contents.",
    "DEMO_EXISTS": "The owner already has a demo license of this product; only one can be live at a time.",
    "TICKET_NOT_FRESH": "The ticket was redeemed, is void, or was not redeemed yet; see `state`.",
    "TICKET_INCOMPLETE": "Only complete tickets can be assigned, and a part of this one cannot be.",
    "TICKETS_REFUSED": "Some of the codes cannot be redeemed, so none was; `codes` says which and why.",
    "CODE_NOT_KEPT": "The portal does not store the code of this ticket.",
    "IMPORT_REFUSED": "Some rows of the import are wrong, so none was imported; `mistakes` lists all of them.",
    "LICENSE_FILE_NOT_GENUINE": "The signature of the license file is wrong.",
}

ErrorCode = described_enum("ErrorCode", "Why a request was refused. Messages may change, codes do not.", _DESCRIPTIONS)


@strawberry.type(description="A ticket code that cannot be redeemed. The code itself is not repeated.")
class TicketCodeError:
    """One of the codes of a request."""

    number: int = strawberry.field(description="The position of the code in the request, counted from 1.")
    masked_code: str | None = strawberry.field(
        description="The end of the code, such as `*****-*****-*****-*****-7KQ2M`. Null if the text is not a ticket code."
    )
    problem: CodeProblem = strawberry.field(description="Why the code cannot be redeemed.")


@strawberry.type(description="A mistake in the rows of an import.")
class ImportMistake:
    """One mistake; all of them are reported at once."""

    path: list[str] = strawberry.field(
        description="Where the mistake is: the kind of rows, the position of the row counted from 1, and the field, such as "
        '`["users", "3", "email"]`.'
    )
    message: str = strawberry.field(description="What is wrong, in English.")


@strawberry.type(
    description="Why a mutation was refused; nothing was changed. All fields but `code` and `message` depend on the code."
)
class UserError:
    """A refusal as data."""

    code: Any = strawberry.field(graphql_type=ErrorCode, description="The reason of the refusal, for programs.")
    message: str = strawberry.field(description="What is wrong and what to do, in English.")
    path: list[str] | None = strawberry.field(
        description='The argument that is wrong, such as `["input", "licenseId"]`. Null if it is not a single argument.',
        default=None,
    )
    action: Any = strawberry.field(
        graphql_type=Action | None, description="The action that the viewer may not perform.", default=None
    )
    reason: str | None = strawberry.field(
        description="Who may perform the action, in the words of the access policy.", default=None
    )
    state: str | None = strawberry.field(
        description="The state of the object in which the action is not possible, such as `SUSPENDED`.", default=None
    )
    quantity: int | None = strawberry.field(
        description="A number that the code refers to, such as the seats of a license.", default=None
    )
    limit: BigInt | None = strawberry.field(description="The bound that the request exceeds.", default=None)
    content: list[str] | None = strawberry.field(
        description='What the group still contains, such as `["subgroups", "licenses"]`.', default=None
    )
    retry_after: int | None = strawberry.field(
        description="The number of seconds after which the request can be repeated.", default=None
    )
    days: int | None = strawberry.field(description="The bound that the code refers to, in days.", default=None)
    cell: ModelCell | None = strawberry.field(
        description="The aspect of the license model that the request contradicts.", default=None
    )
    bound: GrantBound | None = strawberry.field(
        description="The limit of the category grant that the request exceeds.", default=None
    )
    deadline: datetime | None = strawberry.field(
        description="The instant from which the action is no longer possible.", default=None
    )
    codes: list[TicketCodeError] | None = strawberry.field(
        description="The ticket codes that cannot be redeemed.", default=None
    )
    mistakes: list[ImportMistake] | None = strawberry.field(
        description="All mistakes in the rows of the import.", default=None
    )
    capability: Capability | None = strawberry.field(
        description="The capability that the edition of the portal does not include.", default=None
    )
    required_edition: Edition | None = strawberry.field(
        description="The smallest edition that includes the capability.", default=None
    )


def user_error(code: str, message: str, details: Mapping[str, Any], path: list[str] | None = None) -> UserError:
    """A refusal as a GraphQL object; `details` are those of a Refusal, or read from the record of an idempotency key."""
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
        cell=_optional(ModelCell, details.get("cell")),
        bound=_optional(GrantBound, details.get("bound")),
        deadline=_optional(datetime.fromisoformat, details.get("deadline")),
        codes=_optional(lambda codes: [_ticket_code_error(**each) for each in codes], details.get("codes")),
        mistakes=_optional(lambda findings: [_import_mistake(**each) for each in findings], details.get("findings")),
        capability=details.get("capability"),
        required_edition=details.get("minimum"),
    )


def _ticket_code_error(*, number: int, masked_code: str | None, problem: str) -> TicketCodeError:
    return TicketCodeError(number=number, masked_code=masked_code, problem=CodeProblem(problem))


def _import_mistake(*, file: str, line: int, column: str | None, message: str) -> ImportMistake:
    field = [to_camel_case(column)] if column else []
    return ImportMistake(path=[file.removesuffix(".csv"), str(line), *field], message=message)


def _optional(convert: Callable[[Any], Any], detail: Any) -> Any:
    """A detail in its type, whether it is one already or was stored as JSON."""
    return None if detail is None else convert(detail)
