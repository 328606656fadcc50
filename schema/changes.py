"""What mutations take and what they answer: an input and a payload for each."""

from typing import Any

import strawberry
from strawberry.types.info import Info

from authz.asking import PageOf, Through
from schema.acting import Once
from schema.context import Context, raw_info
from schema.entities import ENTITIES
from schema.errors import UserError
from schema.fields import Named, shown
from schema.loaders import Listed
from schema.scalars import EmailAddress
from schema.selection import want_of
from store.activations import Activation, LicenseFile
from store.licenses import License, Visibility
from store.notifications import Notification
from store.users import AccessToken, User

_LICENSE = "Which license."
_CHANGED = "The license as it is now."


@strawberry.input(description="Which license goes to whom.")
class LicenseAssignInput(Once):
    license_id: strawberry.ID = strawberry.field(description=_LICENSE)
    target_id: strawberry.ID = strawberry.field(description="Who gets it: the id of a User, a Group or a Project.")


@strawberry.input(description="Which license comes back.")
class LicenseUnassignInput(Once):
    license_id: strawberry.ID = strawberry.field(description=_LICENSE)


@strawberry.input(description="Which license is shown to whom.")
class LicenseSetVisibilityInput(Once):
    license_id: strawberry.ID = strawberry.field(description=_LICENSE)
    visibility: Visibility = strawberry.field(description="Who is to see it.")


@strawberry.input(description="What is activated where.")
class LicenseActivateInput(Once):
    license_id: strawberry.ID = strawberry.field(description=_LICENSE)
    container_id: strawberry.ID = strawberry.field(description="Into which container.")
    device_label: str = strawberry.field(default="", description="What you call the place; up to 200 characters.")


@strawberry.input(description="Which seat is given back.")
class LicenseDeactivateInput(Once):
    activation_id: strawberry.ID = strawberry.field(description="Which activation.")


@strawberry.input(description="Who logs in. It has no idempotency key: whoever sends it again gets another token.")
class LoginInput:
    email: EmailAddress = strawberry.field(description="The address of the account.")
    password: str = strawberry.field(description="Its password.")


@strawberry.input(description="Which login ends.")
class TokenRevokeInput(Once):
    token_id: strawberry.ID | None = strawberry.field(
        default=None, description="Which one; null: the one of this request."
    )


@strawberry.input(description="Which message was seen.")
class NotificationMarkReadInput(Once):
    notification_id: strawberry.ID = strawberry.field(description="Which message.")


@strawberry.interface(description="What a mutation answers.")
class Payload:
    """Refusals are data, and then the other fields are null."""

    errors: list[UserError] = strawberry.field(description="Why nothing has changed; empty where something has.")


@strawberry.type(description="What became of the assignment.")
class LicenseAssignPayload(Payload):
    license = shown(License, _CHANGED)


@strawberry.type(description="What became of the return.")
class LicenseUnassignPayload(Payload):
    license = shown(License, _CHANGED)


@strawberry.type(description="Who sees the license now.")
class LicenseSetVisibilityPayload(Payload):
    license = shown(License, _CHANGED)


async def newest_file(root: strawberry.Parent[Any], info: Info[Context, None]) -> Any:
    """The license file of the activation of an outcome."""
    if root.Activation is None:
        return None
    raw = raw_info(info)
    want = want_of(raw, raw.field_nodes, ENTITIES["LicenseFile"], info.context.access.view.policy)
    newest = Listed(LicenseFile, Through(LicenseFile.activation_id), PageOf(first=1))
    page = await info.context.loaders.page(newest, want).load(root.Activation)
    return page.rows[0] if page.rows else None


@strawberry.type(description="What became of the activation.")
class LicenseActivatePayload(Payload):
    license = shown(License, _CHANGED)
    activation = shown(Activation, "The seat that was taken; null after a dry run.")

    license_file = strawberry.field(
        newest_file,
        description="The signed file, for whoever may use the container.",
        graphql_type=Named("LicenseFile") | None,
    )


@strawberry.type(description="What became of the seat.")
class LicenseDeactivatePayload(Payload):
    activation = shown(Activation, "The activation as it is now.")


@strawberry.type(description="The login; the rest of the request is asked by whoever has logged in.")
class LoginPayload(Payload):
    token: str | None = strawberry.field(description="Send it as `Authorization: Bearer TOKEN`. It is told this once.")
    access_token = shown(AccessToken, "The login, without the token itself.")
    user = shown(User, "Who has logged in.")


@strawberry.type(description="What became of the login.")
class TokenRevokePayload(Payload):
    access_token = shown(AccessToken, "The login that was ended; null where it was the one of this request.")


@strawberry.type(description="What became of the message.")
class NotificationMarkReadPayload(Payload):
    notification = shown(Notification, "The message as it is now.")
