"""Global ids: one opaque word that says what kind of thing is meant, and which."""

import base64
import binascii
from typing import TYPE_CHECKING
from uuid import UUID

from store.errors import BadInput

if TYPE_CHECKING:
    from schema.fields.entities import Entity


def encode(kind: str, id_: UUID) -> str:
    """`License:<uuid>` in the alphabet of URLs, without padding."""
    return base64.urlsafe_b64encode(f"{kind}:{id_}".encode()).rstrip(b"=").decode()


def decode(text: str) -> tuple[str, UUID]:
    """The kind and the id; anything that `encode` does not make is refused."""
    try:
        kind, _, id_ = (
            base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            .decode("ascii")
            .partition(":")
        )
        found = kind, UUID(id_)
    except (binascii.Error, ValueError):
        raise BadInput("this is no id") from None
    if encode(*found) != text:
        raise BadInput("this is no id")
    return found


def decode_as(text: str, *expected: "Entity") -> tuple["Entity", UUID]:
    """The id of one of some kinds of things."""
    kind, id_ = decode(text)
    for each in expected:
        if each.name == kind:
            return each, id_
    raise BadInput(f"this is no id of a {' or '.join(each.name for each in expected)}")
