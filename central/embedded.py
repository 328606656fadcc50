"""License Central inside the portal: license files are compact JWS under Ed25519, which any JOSE tool can check."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import GuestProtocol, OKPKey
from joserfc.jws import JWSRegistry

from central.grants import LicenseGrant
from central.keys import Keys
from central.port import NotGenuine, SignedFile
from store.containers import ContainerType
from store.products import LicenseModel

_ALGORITHM = "EdDSA"
_TYPE = "license+jwt"  # a license file is never mistaken for a login token, nor the other way round


class _OneAlgorithm(JWSRegistry):
    """EdDSA by the name that tools in the field know; RFC 9864 renames it, and the library warns of the old name."""

    def get_alg(self, name: str) -> Any:
        if name != _ALGORITHM:
            raise UnsupportedAlgorithmError
        return self.algorithms[name]


_REGISTRY = _OneAlgorithm()


class EmbeddedCentral:
    """Signs with the newest of its keys, and vouches for what any of them has signed."""

    def __init__(self, keys: Keys, *, issuer: str) -> None:
        self._keys = keys
        self._issuer = issuer

    async def issue(self, grant: LicenseGrant, at: datetime) -> SignedFile:
        key = self._keys.all()[-1]
        header = {"alg": _ALGORITHM, "typ": _TYPE, "kid": str(key.kid)}
        claims = {"iss": self._issuer, "iat": int(at.timestamp()), **_claims(grant)}
        return SignedFile(jwt.encode(header, claims, key, registry=_REGISTRY), header["kid"])

    async def verify(self, content: str) -> LicenseGrant:
        try:
            token = jwt.decode(content, self._key_of, registry=_REGISTRY)
            if token.header.get("typ") != _TYPE or token.claims["iss"] != self._issuer:
                raise NotGenuine("this is no license file of this License Central")
            return _grant(token.claims)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as problem:
            raise NotGenuine("the license file is not as it was signed") from problem

    async def jwks(self) -> dict[str, Any]:
        return {"keys": [{**key.as_dict(private=False), "use": "sig", "alg": _ALGORITHM} for key in self._keys.all()]}

    def _key_of(self, signature: GuestProtocol) -> OKPKey:
        named = signature.headers().get("kid")
        for key in self._keys.all():
            if key.kid == named:
                return key
        raise NotGenuine("the license file names a key that never signed here")


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
