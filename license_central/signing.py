"""Compact JWS with Ed25519, with one type for each purpose, so that no file is mistaken for another or for a token."""

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
    """The purpose of a signed text, which is the type in its header."""

    LICENSE = "license+jwt"
    REMOVAL = "removal+jwt"
    CREDENTIAL = "credential+jwt"
    CONTAINER = "container+jwt"


class InvalidSignature(Exception):
    """The signature is invalid, or the text was signed for another purpose."""


class _OneAlgorithm(JWSRegistry):
    """Accepts only EdDSA, by the name that existing tools use; RFC 9864 renames it, and the library warns of it."""

    def get_alg(self, name: str) -> Any:
        if name != ALGORITHM:
            raise UnsupportedAlgorithmError
        return self.algorithms[name]


_REGISTRY = _OneAlgorithm()


def sign_jws(purpose: Purpose, claims: Mapping[str, Any], key: OKPKey) -> str:
    header = {"alg": ALGORITHM, "typ": purpose.value, "kid": str(key.kid)}
    return jwt.encode(header, dict(claims), key, registry=_REGISTRY)


def verify_jws(content: str, key: Key, *purposes: Purpose) -> tuple[Purpose, Mapping[str, Any]]:
    """Verify a signed text, and return its purpose and claims; raises InvalidSignature."""
    try:
        token = jwt.decode(content, key, registry=_REGISTRY)
        purpose = Purpose(str(token.header.get("typ")))
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as problem:
        raise InvalidSignature from problem
    if purpose not in purposes:
        raise InvalidSignature
    return purpose, token.claims
