"""What a license file grants: one seat of a license in one container, in the vendor's codes."""

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
    """Everything that a license file says, and all that License Central needs to know."""

    activation_id: UUID
    license_id: UUID
    generation: int
    """Of the license when it was activated; a restored license has a higher one, and older files are void."""
    model: LicenseModel
    quantity: int
    seat: int | None
    firm_code: int
    product_code: int
    feature_codes: tuple[int, ...]
    container_serial: str
    container_type: ContainerType
    update_counter: int
    """Of the container with this file in it: an older file put back is noticed."""
    starts_at: datetime
    expires_at: datetime | None
    """Exclusive; None is for ever."""


def new_license_grant(
    license: License,
    activation: Activation,
    container: Container,
    product: Product,
    features: Iterable[Feature],
) -> LicenseGrant:
    """Put into one grant what the rows say at this moment; instants in whole seconds, as license files count them."""
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
