"""License Central inside the portal: license files are compact JWS with Ed25519, which any JOSE tool can verify."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from joserfc.jwk import GuestProtocol, OKPKey

from license_central.credentials import CloudCredential
from license_central.license_grants import LicenseGrant
from license_central.port import LicenseFileNotGenuine, SignedFile
from license_central.signing import ALGORITHM, InvalidSignature, Purpose, sign_jws, verify_jws
from license_central.signing_keys import KeyFolder
from store.containers import ContainerType
from store.devices import CredentialInvalid
from store.products import LicenseModel


class EmbeddedCentral:
    """Signs with the newest of its keys, and verifies with all of them."""

    def __init__(self, keys: KeyFolder, *, issuer: str) -> None:
        self._keys = keys
        self._issuer = issuer

    async def issue(self, grant: LicenseGrant, at: datetime) -> SignedFile:
        return self._sign(Purpose.LICENSE, _claims(grant), at)

    async def issue_removal(self, grant: LicenseGrant, at: datetime) -> SignedFile:
        return self._sign(Purpose.REMOVAL, _claims(grant), at)

    async def verify(self, content: str) -> LicenseGrant:
        try:
            claims = self._open(content, Purpose.LICENSE)
            return _grant(claims)
        except (InvalidSignature, ValueError, TypeError, KeyError, AttributeError) as problem:
            raise LicenseFileNotGenuine("the signature of the license file is invalid") from problem

    async def issue_credential(self, credential: CloudCredential, at: datetime) -> SignedFile:
        claims = {
            "jti": str(credential.device_id),
            "sub": credential.container_serial,
            "generation": credential.generation,
            "exp": int(credential.expires_at.timestamp()),
        }
        return self._sign(Purpose.CREDENTIAL, claims, at)

    async def verify_credential(self, content: str) -> CloudCredential:
        try:
            claims = self._open(content, Purpose.CREDENTIAL)
            return CloudCredential(
                device_id=UUID(claims["jti"]),
                container_serial=claims["sub"],
                generation=claims["generation"],
                expires_at=datetime.fromtimestamp(claims["exp"], UTC),
            )
        except (InvalidSignature, LicenseFileNotGenuine, ValueError, TypeError, KeyError, AttributeError) as problem:
            raise CredentialInvalid("the signature of the credential is invalid") from problem

    async def jwks(self) -> dict[str, Any]:
        return {"keys": [{**key.as_dict(private=False), "use": "sig", "alg": ALGORITHM} for key in self._keys.all()]}

    def _sign(self, purpose: Purpose, claims: Mapping[str, Any], at: datetime) -> SignedFile:
        key = self._keys.all()[-1]
        content = sign_jws(purpose, {"iss": self._issuer, "iat": int(at.timestamp()), **claims}, key)
        return SignedFile(content, str(key.kid))

    def _open(self, content: str, purpose: Purpose) -> Mapping[str, Any]:
        _, claims = verify_jws(content, self._key_of, purpose)
        if claims["iss"] != self._issuer:
            raise InvalidSignature
        return claims

    def _key_of(self, signature: GuestProtocol) -> OKPKey:
        key_id = signature.headers().get("kid")
        for key in self._keys.all():
            if key.kid == key_id:
                return key
        raise LicenseFileNotGenuine("the license file is signed with an unknown key")


def _claims(grant: LicenseGrant) -> dict[str, Any]:
    claims = {
        "jti": str(grant.activation_id),
        "sub": grant.container_serial,
        "nbf": int(grant.starts_at.timestamp()),
        "license": {
            "id": str(grant.license_id),
            "generation": grant.generation,
            "model": grant.model.value,
            "quantity": grant.quantity,
            "seat": grant.seat,
        },
        "product": {
            "firm_code": grant.firm_code,
            "product_code": grant.product_code,
            "feature_codes": list(grant.feature_codes),
        },
        "container": {
            "serial": grant.container_serial,
            "type": grant.container_type.value,
            "update_counter": grant.update_counter,
        },
    }
    return claims if grant.expires_at is None else claims | {"exp": int(grant.expires_at.timestamp())}


def _grant(claims: Mapping[str, Any]) -> LicenseGrant:
    license, product, container = claims["license"], claims["product"], claims["container"]
    return LicenseGrant(
        activation_id=UUID(claims["jti"]),
        license_id=UUID(license["id"]),
        generation=license["generation"],
        model=LicenseModel(license["model"]),
        quantity=license["quantity"],
        seat=license["seat"],
        firm_code=product["firm_code"],
        product_code=product["product_code"],
        feature_codes=tuple(product["feature_codes"]),
        container_serial=container["serial"],
        container_type=ContainerType(container["type"]),
        update_counter=container["update_counter"],
        starts_at=datetime.fromtimestamp(claims["nbf"], UTC),
        expires_at=datetime.fromtimestamp(claims["exp"], UTC) if "exp" in claims else None,
    )
