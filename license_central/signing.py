"""Compact JWS under Ed25519, one type for each purpose: no file is ever mistaken for another, nor for a login token."""

import enum
from collections.abc import Callable, Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import GuestProtocol, OKPKey
from joserfc.jws import JWSRegistry

ALGORITHM = "EdDSA"
Key = OKPKey | Callable[[GuestProtocol], OKPKey]


class Purpose(enum.StrEnum):
    """What a signed text is for; it stands in its header."""

    LICENSE = "license+jwt"
    REMOVAL = "removal+jwt"
    CREDENTIAL = "credential+jwt"
    CONTAINER = "container+jwt"


class InvalidSignature(Exception):
    """The text is not as it was signed, or was signed for another purpose."""


class _OneAlgorithm(JWSRegistry):
    """EdDSA by the name that tools in the field know; RFC 9864 renames it, and the library warns of the old name."""

    def get_alg(self, name: str) -> Any:
        if name != ALGORITHM:
            raise UnsupportedAlgorithmError
        return self.algorithms[name]


_REGISTRY = _OneAlgorithm()


def sign_jws(purpose: Purpose, claims: Mapping[str, Any], key: OKPKey) -> str:
    header = {"alg": ALGORITHM, "typ": purpose.value, "kid": str(key.kid)}
    return jwt.encode(header, dict(claims), key, registry=_REGISTRY)


def verify_jws(content: str, key: Key, *purposes: Purpose) -> tuple[Purpose, Mapping[str, Any]]:
    """What a signed text is for and says; raises Broken."""
    try:
        token = jwt.decode(content, key, registry=_REGISTRY)
        purpose = Purpose(str(token.header.get("typ")))
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as problem:
        raise InvalidSignature from problem
    if purpose not in purposes:
        raise InvalidSignature
    return purpose, token.claims
