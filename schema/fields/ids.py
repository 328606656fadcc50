"""Global IDs: opaque texts that contain the type and the ID of an object."""

import base64
import binascii
from typing import TYPE_CHECKING
from uuid import UUID

from store.errors import BadInput

if TYPE_CHECKING:
    from schema.fields.entities import Entity


def encode(type_name: str, id_: UUID) -> str:
    """`License:<uuid>` in base64url without padding."""
    return base64.urlsafe_b64encode(f"{type_name}:{id_}".encode()).rstrip(b"=").decode()


def decode(text: str) -> tuple[str, UUID]:
    """The type name and the ID; raises BadInput for anything that `encode` does not return."""
    try:
        type_name, _, id_ = (
            base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            .decode("ascii")
            .partition(":")
        )
        decoded = type_name, UUID(id_)
    except (binascii.Error, ValueError):
        raise BadInput("malformed ID") from None
    if encode(*decoded) != text:
        raise BadInput("malformed ID")
    return decoded


def decode_as(text: str, *expected: "Entity") -> tuple["Entity", UUID]:
    """The entity and the ID of an object of one of these entities; raises BadInput."""
    type_name, id_ = decode(text)
    for each in expected:
        if each.name == type_name:
            return each, id_
    expected_types = " or ".join(each.name for each in expected)
    raise BadInput(f"expected the ID of a {expected_types}, got the ID of a {type_name[:50]}")
