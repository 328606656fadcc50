"""Global IDs: opaque texts that contain the type and the ID of an object."""

import base64
import binascii
from typing import TYPE_CHECKING
from uuid import UUID

from store.errors import BadInput

if TYPE_CHECKING:
    from schema.fields.entities import Entity


def to_global_id(type_name: str, id_: UUID) -> str:
    """`License:<uuid>` in base64url without padding."""
    return base64.urlsafe_b64encode(f"{type_name}:{id_}".encode()).rstrip(b"=").decode()


def from_global_id(text: str) -> tuple[str, UUID]:
    """The type name and the ID; raises BadInput for anything that `to_global_id` does not return."""
    try:
        type_name, _, id_ = (
            base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            .decode("ascii")
            .partition(":")
        )
        decoded = type_name, UUID(id_)
    except (binascii.Error, ValueError):
        raise BadInput("malformed ID") from None
    if to_global_id(*decoded) != text:
        raise BadInput("malformed ID")
    return decoded


def expect_global_id(text: str, *expected: "Entity") -> tuple["Entity", UUID]:
    """The entity and the ID of an object of one of these entities; raises BadInput."""
    type_name, id_ = from_global_id(text)
    for each in expected:
        if each.name == type_name:
            return each, id_
    expected_types = " or ".join(each.name for each in expected)
    raise BadInput(f"expected the ID of a {expected_types}, got the ID of a {type_name[:50]}")
