"""How long licenses run: changed, renewed, cancelled, stopped, withdrawn, and extended by days that were bought.

For the worker there are `begin_due`, `renew_due` and `expire_due`, in this order. Each does a batch in the transaction of the
caller, writes messages and audit rows itself, and gives the entries: the caller commits, announces their numbers, and calls
again until nothing comes back. They ask the rows and no calendar of their own, so a worker that stood still for days does each
step once; and they skip what another worker holds. A renewal that is late by three terms is three entries.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from authz.gate import Gate
from authz.recording import changes_of, entry_for
from authz.use_case import use_case
from resolvers.activations import withdraw_all
from resolvers.catalogue import features_of
from resolvers.grants import require_grant
from store import audit, notices
from store.activations import COUNTING, Activation
from store.audit import AuditEntry
from store.calendar import days_between
from store.licenses import DeactivationRule, License, Lifecycle
from store.products import GrantVerb

BATCH = 500


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
    license.require_standing(at=gate.now)
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
    license.renew(at=gate.now, taken=await _taken(gate.session, license))
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


async def begin_due(session: AsyncSession, now: datetime) -> Sequence[AuditEntry]:
    """SCHEDULED -> VALID at the start."""
    due = (_is(Lifecycle.SCHEDULED), License.starts_at <= now)
    return await _each(session, now, "license.started", _settle(now), *due, order=License.starts_at)


async def expire_due(session: AsyncSession, now: datetime) -> Sequence[AuditEntry]:
    """VALID -> EXPIRED at the end, which is exclusive; what renews by itself is left to `renew_due`."""
    due = (_is(Lifecycle.VALID), License.expires_at <= now, License.renews_at.is_(None))
    return await _each(session, now, "license.expired", _settle(now), *due, order=License.expires_at)


async def renew_due(session: AsyncSession, now: datetime) -> Sequence[AuditEntry]:
    """From the last moment to cancel at, the next term of a subscription is settled; one entry for each term."""
    due = (_is(Lifecycle.VALID), License.renews_at <= now)
    entries = []
    for license in await _held(session, *due, order=License.renews_at):
        taken = await _taken(session, license)
        while license.renews_by(now):
            license.renew(at=now, taken=taken, by_itself=True)
            entries.append(_entry("license.renewed", license, now))
            await session.flush()
    return await _sealed(session, entries)


def _is(state: Lifecycle) -> sa.ColumnElement[bool]:
    """Written out and not bound: only so does PostgreSQL know that an index of these rows alone will do."""
    return License.lifecycle == sa.literal_column(f"'{state}'")


def _settle(now: datetime) -> Callable[[License], object]:
    return lambda license: license.settle(at=now)


async def _each(
    session: AsyncSession,
    now: datetime,
    action: str,
    step: Callable[[License], object],
    *due: sa.ColumnElement[bool],
    order: sa.SQLColumnExpression[datetime | None],
) -> Sequence[AuditEntry]:
    entries = []
    for license in await _held(session, *due, order=order):
        step(license)
        entries.append(_entry(action, license, now))
    return await _sealed(session, entries)


async def _held(
    session: AsyncSession, *due: sa.ColumnElement[bool], order: sa.SQLColumnExpression[datetime | None]
) -> Sequence[License]:
    """The next that are due, the most urgent first, without those that another worker holds."""
    asked = sa.select(License).where(*due).order_by(order, License.id).limit(BATCH)
    return (await session.scalars(asked.with_for_update(skip_locked=True, key_share=True, of=License))).all()


def _entry(action: str, license: License, now: datetime) -> AuditEntry:
    entry = entry_for(license, action=action, at=now, actor_id=None, request_id=None)
    entry.before, entry.after = changes_of(license)
    return entry


async def _sealed(session: AsyncSession, entries: list[AuditEntry]) -> Sequence[AuditEntry]:
    await session.flush()
    await notices.notify(session, entries)
    await audit.append(session, entries)
    return entries


async def _taken(session: AsyncSession, license: License) -> int:
    held = (Activation.license_id == license.id, Activation.state.in_(COUNTING))
    return await session.scalar(sa.select(sa.func.count()).where(*held)) or 0


async def _require_within(gate: Gate, license: License, *, quantity: int) -> None:
    """A holder of the right to change licenses stays within its bounds, the term that begins now included."""
    days = days_between(max(gate.now, license.starts_at), license.expires_at) if license.expires_at else None
    await require_grant(
        gate, GrantVerb.MODIFY, product_id=license.product_id, group_id=license.owner_group_id,
        days=license.days if days is None else days, quantity=quantity, model=license.model,
    )  # fmt: skip
