"""A computer or a dongle as it behaves in the field: it keeps a key of its own, takes update files in and signs receipts.

Whoever tries the portal, and every test of activation by files, lets one of these play the container:

    container = FieldContainer(ContainerType.DONGLE, jwks)
    registration = container.register(now)      # containerRegister(file: ...)
    request = container.request(now)            # licenseActivate(requestFile: ...)
    receipt = container.take(license_file, now) # activationConfirm(receiptFile: ...)
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from joserfc.jwk import GuestProtocol, OKPKey

from license_central.container_statements import digest_of, serial_of
from license_central.signing import InvalidSignature, Purpose, sign_jws, verify_jws
from store.container_files import FileKind
from store.containers import ContainerType


class UpdateRefused(Exception):
    """The container does not take this file in."""


class SimulatedContainer:
    """Its update counter grows with each file that it takes in, so an older file or a copy of the container shows."""

    def __init__(self, kind: ContainerType, jwks: Mapping[str, Any]) -> None:
        self._key = OKPKey.generate_key("Ed25519")
        self._key.ensure_kid()
        self._trusted = {each["kid"]: OKPKey.import_key(each) for each in jwks["keys"]}
        self.serial = serial_of(self.public_key, kind)
        self.counter = 0
        self.held: dict[UUID, str] = {}

    @property
    def public_key(self) -> str:
        return str(self._key.as_dict(private=False)["x"])

    def register(self, at: datetime) -> str:
        return self._sign(FileKind.REGISTRATION, at, key=self.public_key)

    def request(self, at: datetime) -> str:
        return self._sign(FileKind.REQUEST, at)

    def report(self, at: datetime) -> str:
        return self._sign(FileKind.REPORT, at, held={str(each): digest for each, digest in self.held.items()})

    def import_file(self, update: str, at: datetime) -> str:
        """Take a license in, or out, and sign that it was done; raises UpdateRefused."""
        try:
            purpose, claims = verify_jws(update, self._vouches, Purpose.LICENSE, Purpose.REMOVAL)
        except InvalidSignature as problem:
            raise UpdateRefused("License Central has not signed this") from problem
        if claims["sub"] != self.serial:
            raise UpdateRefused("this is for another container")
        if claims["container"]["update_counter"] != self.counter + 1:
            raise UpdateRefused("this is not the next update of this container")
        activation_id, digest = UUID(claims["jti"]), digest_of(update)
        self.counter += 1
        if purpose is Purpose.LICENSE:
            self.held[activation_id] = digest
        else:
            self.held.pop(activation_id, None)
        return self._sign(FileKind.RECEIPT, at, activation=str(activation_id), digest=digest)

    def _sign(self, kind: FileKind, at: datetime, **more: Any) -> str:
        claims = {
            "iss": self.serial,
            "jti": str(uuid4()),
            "iat": int(at.timestamp()),
            "kind": kind.value,
            "counter": self.counter,
        }
        return sign_jws(Purpose.CONTAINER, claims | more, self._key)

    def _vouches(self, signature: GuestProtocol) -> OKPKey:
        found = self._trusted.get(signature.headers().get("kid"))
        if found is None:
            raise ValueError("this key has never signed for License Central")
        return found
