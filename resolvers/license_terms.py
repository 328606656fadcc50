"""Changing what a license allows and how long it runs: modify, renew, cancel, suspend, revoke, add days."""

from uuid import UUID

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from resolvers.activations import withdraw_all
from resolvers.grants import require_within_grants
from resolvers.licenses import LicenseChanged
from resolvers.products import features_of
from store.db.periods import days_between
from store.grants import GrantVerb
from store.license_states import DeactivationRule
from store.licenses import License
from store.queries import activations


@use_case("licenseModify")
async def modify_license(
    gate: Gate,
    *,
    license_id: UUID,
    quantity: int | None = None,
    feature_ids: list[UUID] | None = None,
    deactivation: DeactivationRule | None = None,
    auto_renew: bool | None = None,
) -> LicenseChanged:
    """Change the seats, features and rules of a license; its model says when another number of seats takes effect."""
    license = await gate.one(License, license_id, to="modify", load=(License.features,))
    license.require_not_revoked(at=gate.now)
    if quantity is not None:
        await _require_within_grant(gate, license, quantity=quantity)
        license.change_quantity(quantity)
    if deactivation is not None:
        license.deactivation_allowed = deactivation.allowed
    if auto_renew is not None:
        license.set_auto_renew(on=auto_renew, at=gate.now)
    entry = gate.record("license.modified", license)
    if feature_ids is not None:
        before = [str(feature.id) for feature in license.features]
        license.features = await features_of(gate, license.product_id, feature_ids)
        entry.before = {**(entry.before or {}), "features": before}
        entry.after = {**(entry.after or {}), "features": [str(feature.id) for feature in license.features]}
    return LicenseChanged(license)


@use_case("licenseRenew")
async def renew_license(gate: Gate, *, license_id: UUID) -> LicenseChanged:
    """Add one term to the end of the present one."""
    license = await gate.one(License, license_id, to="renew")
    license.renew(at=gate.now, taken=len(await gate.run(activations.seats_in_use, license.id)))
    await _require_within_grant(gate, license, quantity=license.quantity)
    gate.record("license.renewed", license)
    return LicenseChanged(license)


@use_case("licenseCancel")
async def cancel_license(gate: Gate, *, license_id: UUID) -> LicenseChanged:
    """End a subscription with its present term."""
    license = await gate.one(License, license_id, to="cancel")
    license.cancel(at=gate.now)
    gate.record("license.cancelled", license)
    return LicenseChanged(license)


@use_case("licenseSuspend")
async def suspend_license(gate: Gate, *, license_id: UUID) -> LicenseChanged:
    """Suspend a license; its clock keeps running."""
    license = await gate.one(License, license_id, to="suspend")
    license.suspend(at=gate.now)
    gate.record("license.suspended", license)
    return LicenseChanged(license)


@use_case("licenseReinstate")
async def reinstate_license(gate: Gate, *, license_id: UUID) -> LicenseChanged:
    """Reinstate a suspended license."""
    license = await gate.one(License, license_id, to="suspend")
    license.reinstate(at=gate.now)
    gate.record("license.reinstated", license)
    return LicenseChanged(license)


@use_case("licenseRevoke")
async def revoke_license(gate: Gate, *, license_id: UUID) -> LicenseChanged:
    """Revoke a license for good, and withdraw what was activated of it."""
    license = await gate.one(License, license_id, to="revoke")
    license.revoke(at=gate.now)
    await withdraw_all(gate, license)
    gate.record("license.revoked", license)
    return LicenseChanged(license)


@use_case("licenseAddDays")
async def add_days(gate: Gate, *, license_id: UUID, days: int) -> LicenseChanged:
    """Add days that were bought for one prepaid license."""
    license = await gate.one(License, license_id, to="modify")
    await _require_grant(gate, license, quantity=license.quantity, days=days)
    license.add_days(days, at=gate.now)
    gate.record("license.days_added", license)
    return LicenseChanged(license)


async def _require_within_grant(gate: Gate, license: License, *, quantity: int) -> None:
    """Hold the holder of a MODIFY grant to its bounds, including the term that begins now."""
    days = days_between(max(gate.now, license.starts_at), license.expires_at) if license.expires_at else license.days
    await _require_grant(gate, license, quantity=quantity, days=days)


async def _require_grant(gate: Gate, license: License, *, quantity: int, days: int | None) -> None:
    await require_within_grants(
        gate, GrantVerb.MODIFY, license, group_id=license.owner_group_id, quantity=quantity, days=days
    )
