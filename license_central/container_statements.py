"""What a container says of itself, signed with its own key: that it is there, what it wants, what it took in, what it holds."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from license_central.signing import InvalidSignature, Purpose, verify_jws
from store.container_files import FileKind, FileNotGenuine
from store.containers import ContainerType

_PREFIXES = {ContainerType.LOCAL: "LOC", ContainerType.DONGLE: "DNG"}
_FINGERPRINT = 10
_GROUP = 4
_LARGEST_COUNTER = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One signed file of a container, read."""

    file_id: UUID
    kind: FileKind
    serial: str
    counter: int
    """The container's update counter when it spoke."""
    issued_at: datetime
    public_key: str | None = None
    """Of a registration."""
    activation_id: UUID | None = None
    """Of a receipt: what was taken in or out."""
    digest: str | None = None
    """Of a receipt: of which file."""
    held: Mapping[UUID, str] | None = None
    """Of a report: which activations it holds, and the digest of the file of each."""


def digest_of(content: str) -> str:
    """By which a receipt names a file."""
    return hashlib.sha256(content.encode()).hexdigest()


def serial_of(public_key: str, kind: ContainerType) -> str:
    """The serial number tells the kind and the fingerprint of the key: who has the number has the key."""
    digest = hashlib.sha256(public_key.encode()).digest()[:_FINGERPRINT]
    letters = base64.b32encode(digest).decode()
    groups = (letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))
    return "-".join((_PREFIXES[kind], *groups))


def read_registration(content: str) -> tuple[Statement, ContainerType]:
    """A new container brings its public key along, and shows by its signature that it has the private one."""
    try:
        claims = json.loads(base64.urlsafe_b64decode(content.split(".")[1] + "=="))
        statement = read_statement(content, claims["key"])
    except (ValueError, KeyError, TypeError, IndexError, RecursionError) as problem:
        raise FileNotGenuine("this is no registration of a container") from problem
    if statement.kind is not FileKind.REGISTRATION:
        raise FileNotGenuine("this is no registration of a container")
    for kind in _PREFIXES:
        if statement.serial == serial_of(claims["key"], kind):
            return statement, kind
    raise FileNotGenuine("the serial number does not fit the key")


def read_statement(content: str, public_key: str) -> Statement:
    """Read what the holder of this key has signed; raises FileNotGenuine."""
    try:
        key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": public_key})
        _, claims = verify_jws(content, key, Purpose.CONTAINER)
        return _statement(claims)
    except (
        InvalidSignature,
        JoseError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        OSError,
        OverflowError,
    ) as problem:
        raise FileNotGenuine("the file is not as the container has signed it") from problem


def serial_in(content: str) -> str | None:
    """Which container a file says that it is of, whether or not that is true; None where it says nothing."""
    try:
        serial = json.loads(base64.urlsafe_b64decode(content.split(".")[1] + "=="))["iss"]
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        return None
    return serial if isinstance(serial, str) else None


def _statement(claims: Mapping[str, Any]) -> Statement:
    counter, held = claims["counter"], claims.get("held")
    if type(counter) is not int or not 0 <= counter <= _LARGEST_COUNTER:
        raise ValueError(counter)
    return Statement(
        file_id=UUID(claims["jti"]),
        kind=FileKind(claims["kind"]),
        serial=claims["iss"],
        counter=counter,
        issued_at=datetime.fromtimestamp(claims["iat"], UTC),
        public_key=claims.get("key"),
        activation_id=UUID(claims["activation"]) if "activation" in claims else None,
        digest=claims.get("digest"),
        held=None if held is None else {UUID(each): str(digest) for each, digest in held.items()},
    )
