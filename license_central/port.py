"""The port: the interface that the portal needs of License Central."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from license_central.credentials import CloudCredential
from license_central.license_grants import LicenseGrant
from store.errors import Refusal


class LicenseFileNotGenuine(Refusal):
    """The license file was not signed by this License Central."""

    code = "LICENSE_FILE_NOT_GENUINE"


@dataclass(frozen=True, slots=True)
class SignedFile:
    """A signed license file for a container, and the id of the key that signed it."""

    content: str
    key_id: str


class LicenseCentral(Protocol):
    """Issues license files and credentials, and verifies them."""

    async def issue(self, grant: LicenseGrant, at: datetime) -> SignedFile:
        """Sign a file that adds the grant to its container."""
        ...

    async def issue_removal(self, grant: LicenseGrant, at: datetime) -> SignedFile:
        """Sign a file that removes the grant from its container."""
        ...

    async def verify(self, content: str) -> LicenseGrant:
        """Read a file; raises LicenseFileNotGenuine if its signature is invalid.

        The caller checks whether the grant is valid at the current time.
        """
        ...

    async def issue_credential(self, credential: CloudCredential, at: datetime) -> SignedFile:
        """Sign the credential by which a device uses a cloud container."""
        ...

    async def verify_credential(self, content: str) -> CloudCredential:
        """Read a credential; raises CredentialInvalid. The caller checks whether it was voided or has expired."""
        ...

    async def jwks(self) -> dict[str, Any]:
        """The public keys of all files that were ever signed, as a JWK Set (RFC 7517)."""
        ...
