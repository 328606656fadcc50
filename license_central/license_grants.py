"""The content of license files: one seat of a license in one container, with the vendor's codes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from store.activations import Activation
from store.containers import Container, ContainerType
from store.licenses import License
from store.products import Feature, LicenseModel, Product


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseGrant:
    """The content of a license file, and everything that License Central needs to issue it."""

    activation_id: UUID
    license_id: UUID
    generation: int
    """The generation of the license at activation; after a restore it is higher, and older files are void."""
    model: LicenseModel
    quantity: int
    seat: int | None
    firm_code: int
    product_code: int
    feature_codes: tuple[int, ...]
    container_serial: str
    container_type: ContainerType
    update_counter: int
    """The container's counter after importing this file, by which an older file that is restored is detected."""
    starts_at: datetime
    expires_at: datetime | None
    """Exclusive; None: unlimited."""


def new_license_grant(
    license: License, activation: Activation, container: Container, product: Product, features: Iterable[Feature]
) -> LicenseGrant:
    """The grant of an activation, from its current rows; instants in whole seconds, as in license files."""
    return LicenseGrant(
        activation_id=activation.id,
        license_id=license.id,
        generation=activation.generation,
        model=license.model,
        quantity=license.quantity,
        seat=activation.seat,
        firm_code=product.firm_code,
        product_code=product.product_code,
        feature_codes=tuple(sorted(feature.code for feature in features)),
        container_serial=container.serial,
        container_type=container.type,
        update_counter=container.update_counter,
        starts_at=license.starts_at.replace(microsecond=0),
        expires_at=license.expires_at and license.expires_at.replace(microsecond=0),
    )
