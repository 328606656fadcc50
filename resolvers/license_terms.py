"""How long licenses run: changed, renewed, cancelled, stopped, withdrawn, and extended by days that were bought."""

from uuid import UUID

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from resolvers.activations import withdraw_all
from resolvers.grants import require_grant
from resolvers.locking import seats_taken
from resolvers.products import features_of
from store.db.periods import days_between
from store.licenses import DeactivationRule, License
from store.products import GrantVerb


@use_case("licenseModify")
async def modify_license(
    gate: Gate,
    *,
    license_id: UUID,
    quantity: int | None = None,
    feature_ids: list[UUID] | None = None,
    deactivation: DeactivationRule | None = None,
    auto_renew: bool | None = None,
) -> None:
    """Seats, features and rules of one license; its model says when another number of seats counts."""
    license = await gate.one(License, license_id, to="modify", load=(License.features,))
    license.require_not_revoked(at=gate.now)
    if quantity is not None:
        await _require_within(gate, license, quantity=quantity)
        license.change_quantity(quantity)
    if deactivation is not None:
        license.deactivation_allowed = deactivation.allowed
    if auto_renew is not None:
        license.set_auto_renew(on=auto_renew, at=gate.now)
    entry = gate.record("license.modified", license)
    if feature_ids is not None:
        before = [str(each.id) for each in license.features]
        license.features = await features_of(gate, license.product_id, feature_ids)
        entry.before = {**(entry.before or {}), "features": before}
        entry.after = {**(entry.after or {}), "features": [str(each.id) for each in license.features]}


@use_case("licenseRenew")
async def renew_license(gate: Gate, *, license_id: UUID) -> None:
    """One term more, from the end of the present one."""
    license = await gate.one(License, license_id, to="renew")
    license.renew(at=gate.now, taken=await seats_taken(gate.session, license))
    await _require_within(gate, license, quantity=license.quantity)
    gate.record("license.renewed", license)


@use_case("licenseCancel")
async def cancel_license(gate: Gate, *, license_id: UUID) -> None:
    """A subscription ends with its present term; until then it is as it was."""
    license = await gate.one(License, license_id, to="cancel")
    license.cancel(at=gate.now)
    gate.record("license.cancelled", license)


@use_case("licenseSuspend")
async def suspend_license(gate: Gate, *, license_id: UUID) -> None:
    """Stop a license for a while; its clock goes on."""
    license = await gate.one(License, license_id, to="suspend")
    license.suspend(at=gate.now)
    gate.record("license.suspended", license)


@use_case("licenseReinstate")
async def reinstate_license(gate: Gate, *, license_id: UUID) -> None:
    """Let a suspended license go on."""
    license = await gate.one(License, license_id, to="suspend")
    license.reinstate(at=gate.now)
    gate.record("license.reinstated", license)


@use_case("licenseRevoke")
async def revoke_license(gate: Gate, *, license_id: UUID) -> None:
    """Withdraw a license for good, and everything that was activated of it."""
    license = await gate.one(License, license_id, to="revoke")
    license.revoke(at=gate.now)
    await withdraw_all(gate, license)
    gate.record("license.revoked", license)


@use_case("licenseAddDays")
async def add_days(gate: Gate, *, license_id: UUID, days: int) -> None:
    """Days that were bought for one prepaid license."""
    license = await gate.one(License, license_id, to="modify")
    await require_grant(
        gate, GrantVerb.MODIFY, product_id=license.product_id, group_id=license.owner_group_id, days=days,
        quantity=license.quantity, model=license.model,
    )  # fmt: skip
    license.add_days(days, at=gate.now)
    gate.record("license.days_added", license)


async def _require_within(gate: Gate, license: License, *, quantity: int) -> None:
    """A holder of the right to change licenses stays within its bounds, the term that begins now included."""
    days = days_between(max(gate.now, license.starts_at), license.expires_at) if license.expires_at else None
    await require_grant(
        gate, GrantVerb.MODIFY, product_id=license.product_id, group_id=license.owner_group_id,
        days=license.days if days is None else days, quantity=quantity, model=license.model,
    )  # fmt: skip
