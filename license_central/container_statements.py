"""The signed files of containers: registrations, requests, receipts and reports."""

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
    """The verified content of a file."""

    file_id: UUID
    kind: FileKind
    serial: str
    counter: int
    """The container's update counter when it wrote the file."""
    issued_at: datetime
    public_key: str | None = None
    """Only in a registration."""
    activation_id: UUID | None = None
    """Only in a receipt: the activation whose file was imported."""
    digest: str | None = None
    """Only in a receipt: the digest of the imported file."""
    held: Mapping[UUID, str] | None = None
    """Only in a report: the activations in the container, each with the digest of its file."""


def digest_of(content: str) -> str:
    """The digest by which a receipt identifies a file."""
    return hashlib.sha256(content.encode()).hexdigest()


def serial_of(public_key: str, kind: ContainerType) -> str:
    """A serial number derived from the container type and the fingerprint of its key."""
    digest = hashlib.sha256(public_key.encode()).digest()[:_FINGERPRINT]
    fingerprint = base64.b32encode(digest).decode()
    groups = (fingerprint[start : start + _GROUP] for start in range(0, len(fingerprint), _GROUP))
    return "-".join((_PREFIXES[kind], *groups))


def read_registration(content: str) -> tuple[Statement, ContainerType]:
    """Read the registration of a new container, which is signed with the key that it contains; raises FileNotGenuine."""
    try:
        claims = json.loads(base64.urlsafe_b64decode(content.split(".")[1] + "=="))
        statement = read_statement(content, claims["key"])
    except (ValueError, KeyError, TypeError, IndexError, RecursionError) as problem:
        raise FileNotGenuine("the file is not the registration of a container") from problem
    if statement.kind is not FileKind.REGISTRATION:
        raise FileNotGenuine("the file is not the registration of a container")
    for kind in _PREFIXES:
        if statement.serial == serial_of(claims["key"], kind):
            return statement, kind
    raise FileNotGenuine(f"the serial number {statement.serial!r} does not match the key")


def read_statement(content: str, public_key: str) -> Statement:
    """Read a file and verify it with the container's key; raises FileNotGenuine."""
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
        raise FileNotGenuine(
            "the signature of the file is invalid; send the file as the container wrote it"
        ) from problem


def serial_in(content: str) -> str | None:
    """The serial number that a file claims, without verification; None if there is none."""
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
