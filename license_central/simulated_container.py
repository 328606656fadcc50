"""A simulated local container or dongle: it has its own key, imports license files and signs receipts.

Examples and tests of file-based activation use it in place of a real container:

    container = SimulatedContainer(ContainerType.DONGLE, jwks)
    registration = container.register(now)              # containerRegister(file: ...)
    request = container.request(now)                    # licenseActivate(requestFile: ...)
    receipt = container.import_file(license_file, now)  # activationConfirm(receiptFile: ...)
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
    """The container refuses to import the file."""


class SimulatedContainer:
    """A container whose update counter grows with each imported file, so that old files and copies are detected."""

    def __init__(self, kind: ContainerType, jwks: Mapping[str, Any]) -> None:
        self._key = OKPKey.generate_key("Ed25519")
        self._key.ensure_kid()
        self._trusted = {key["kid"]: OKPKey.import_key(key) for key in jwks["keys"]}
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
        return self._sign(FileKind.REPORT, at, held={str(id_): digest for id_, digest in self.held.items()})

    def import_file(self, update: str, at: datetime) -> str:
        """Import a license file, or one that removes a license, and return the receipt; raises UpdateRefused."""
        try:
            purpose, claims = verify_jws(update, self._signing_key, Purpose.LICENSE, Purpose.REMOVAL)
        except InvalidSignature as problem:
            raise UpdateRefused("the file is not signed by License Central") from problem
        if claims["sub"] != self.serial:
            raise UpdateRefused("the file is for another container")
        if claims["container"]["update_counter"] != self.counter + 1:
            raise UpdateRefused("the file is not the next update of this container")
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

    def _signing_key(self, signature: GuestProtocol) -> OKPKey:
        key = self._trusted.get(signature.headers().get("kid"))
        if key is None:
            raise ValueError("the file is signed with an unknown key")
        return key
