"""The port: what the portal asks of License Central, whoever answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from license_central.credentials import CloudCredential
from license_central.license_grants import LicenseGrant
from store.errors import Refusal


class LicenseFileNotGenuine(Refusal):
    """The license file is not one that this License Central has signed."""

    code = "LICENSE_FILE_NOT_GENUINE"


@dataclass(frozen=True, slots=True)
class SignedFile:
    """A license file as it goes into a container, and which key vouches for it."""

    content: str
    key_id: str


class LicenseCentral(Protocol):
    """Issues license files, and lets everybody check them."""

    async def issue(self, grant: LicenseGrant, at: datetime) -> SignedFile:
        """Sign what is granted."""
        ...

    async def issue_removal(self, grant: LicenseGrant, at: datetime) -> SignedFile:
        """Sign that a container has to take out what was granted."""
        ...

    async def verify(self, content: str) -> LicenseGrant:
        """Read a file back; raises NotGenuine where anything in it is not as it was signed.

        Whether the grant's time has come or is over is for the caller, who knows the time.
        """
        ...

    async def issue_credential(self, credential: CloudCredential, at: datetime) -> SignedFile:
        """Sign that a device may use a cloud container."""
        ...

    async def verify_credential(self, content: str) -> CloudCredential:
        """Read a credential back; raises CredentialInvalid. Whether it still counts is for the caller, who keeps the book."""
        ...

    async def jwks(self) -> dict[str, Any]:
        """The public keys of every file that was ever signed, as a JWK Set (RFC 7517)."""
        ...
