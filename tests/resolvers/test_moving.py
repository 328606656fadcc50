"""Transferring, borrowing and checking activations."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from license_central.container_statements import digest_of
from resolvers.activations import activate_license, confirm_activation, deactivate_activation, withdraw_activation
from resolvers.borrows import borrow_activation, extend_activation, lapse_due, return_activation
from resolvers.checkpoints import check_container, check_license
from resolvers.transfers import transfer_license
from seeds.cast import ANN, BEA, IDA, TOM, Containers, Groups, Licenses, Products, cloud_of, named
from store.activations import (
    Activation,
    ActivationState,
    BorrowOpen,
    LicenseFile,
    NotActive,
    NotBorrowable,
    OriginalNeedsReceipt,
    RequestFileNeeded,
)
from store.audit import AuditEntry
from store.containers import Container, ContainerState
from store.errors import BadInput, Forbidden, NotFound, WrongState
from store.licenses import License
from store.products import Product
from store.restores import DeactivationLimit, RestoreCase, RestoreState

TEN = Licenses.ACME_TEN_SEATS
BERLIN = cloud_of(Groups.BERLIN)
GATEWAY = named("activation", f"{Licenses.TOM_GATEWAY} {Containers.TOM_WORKSTATION}")
DONGLE_SEAT = named("activation", f"{Licenses.BERLIN_DONGLE} {Containers.BERLIN_DONGLE}")


@pytest.fixture
def borrowed(access_of, activate_in_dongle, new_container, clock, newest_file):
    """`await borrowed(ANN)` borrows a seat of one dongle for another: the ids of both activations, and the borrowing dongle."""

    async def borrow(account, days=7):
        lender, _, _ = await activate_in_dongle(account)
        container_id, device = await new_container(account, Groups.ACME)
        person = await access_of(account)
        done = await borrow_activation(
            person,
            activation_id=lender,
            container_id=container_id,
            until=clock.now() + timedelta(days=days),
            request_file=device.request(clock.now()),
        )
        loan = done.result.activation.id
        receipt = device.import_file(await newest_file(loan), clock.now())
        await confirm_activation(person, activation_id=loan, receipt_file=receipt)
        return lender, loan, device

    return borrow


@pytest.mark.feature("F48")
async def test_a_seat_is_transferred_from_cloud_to_cloud_in_one_step(access_of, activate_in_cloud, row, audit_entries):
    old = await activate_in_cloud(ANN)

    done = await transfer_license(await access_of(ANN), activation_id=old, container_id=BERLIN, device_label="new")

    left, new = (each.id for each in done.result.activations)
    found = await row(Activation, new)
    assert (left, (await row(Activation, old)).state) == (old, ActivationState.RETURNED)
    assert (found.state, found.container_id, found.seat) == (ActivationState.ACTIVE, BERLIN, 1)
    assert [each.resource_id for each in await audit_entries("license.deactivated")][-1] == old


@pytest.mark.feature("F48")
async def test_a_transfer_whose_target_refuses_changes_nothing(access_of, activate_in_cloud, row, database):
    old = await activate_in_cloud(ANN)
    for target, error in ((cloud_of(Groups.BOLT), NotFound), (Containers.BERLIN_DONGLE, RequestFileNeeded)):
        with pytest.raises(error):
            await transfer_license(await access_of(ANN), activation_id=old, container_id=target)
    found = await row(Activation, old)
    assert (found.state, found.seat) == (ActivationState.ACTIVE, 1)
    async with database.transaction() as session:
        seats = sa.select(sa.func.count()).where(Activation.license_id == TEN)
        assert await session.scalar(seats) == 1


async def test_an_available_dongle_returns_the_seat_by_its_receipt_before_a_transfer(
    access_of, activate_in_dongle, row
):
    old, _, _ = await activate_in_dongle(ANN)
    with pytest.raises(OriginalNeedsReceipt):
        await transfer_license(await access_of(ANN), activation_id=old, container_id=BERLIN)
    assert (await row(Activation, old)).state is ActivationState.ACTIVE


@pytest.mark.feature("F49")
@pytest.mark.parametrize(
    ("rules", "state"),
    [
        ({"allow_transfer_without_original": True}, RestoreState.COMPLETED),
        ({}, RestoreState.AWAITING_APPROVAL),
        ({"without_original": "DENY"}, RestoreState.DENIED),
        ({"allow_transfer_without_original": True, "restores": {"count": 0}}, RestoreState.AWAITING_APPROVAL),
    ],
)
async def test_the_rules_decide_about_a_transfer_without_the_original_container(
    access_of, activate_in_dongle, set_rules, row, rules, state
):
    await set_rules(TEN, **rules)
    old, container_id, _ = await activate_in_dongle(ANN)

    done = await transfer_license(
        await access_of(ANN), activation_id=old, container_id=BERLIN, original_available=False
    )

    case = await row(RestoreCase, done.result.restore_case.id)
    moved = state is RestoreState.COMPLETED
    assert (case.state, case.activation_id) == (state, old)
    assert (await row(Activation, old)).state is (ActivationState.REPLACED if moved else ActivationState.ACTIVE)
    assert (await row(Container, container_id)).state is (ContainerState.BLOCKED if moved else ContainerState.READY)
    seats = [each.id for each in done.result.activations]
    assert len([each for each in seats if each != old]) == int(moved)
    if moved:
        assert (await row(Activation, seats[-1])).generation == 2


@pytest.mark.feature("F45", "F46")
async def test_deactivation_can_be_disabled_for_a_product_and_enabled_or_disabled_for_a_license(
    access_of, row, database
):
    for who, seat in ((TOM, GATEWAY), (ANN, DONGLE_SEAT)):
        with pytest.raises(Forbidden) as refused:
            await deactivate_activation(await access_of(who), activation_id=seat)
        assert any("has disabled it" in each for each in refused.value.details["rules"])
        assert (await row(Activation, seat)).state is ActivationState.ACTIVE
    async with database.transaction() as session:
        (await session.get_one(License, Licenses.TOM_GATEWAY)).deactivation_allowed = True
        assert (await session.get_one(Product, Products.GATEWAY)).deactivation_allowed is False

    await deactivate_activation(await access_of(TOM), activation_id=GATEWAY)
    await deactivate_activation(await access_of(IDA), activation_id=DONGLE_SEAT)

    for seat in (GATEWAY, DONGLE_SEAT):
        assert (await row(Activation, seat)).state is ActivationState.RETURNING


@pytest.mark.feature("F03")
async def test_the_number_of_deactivations_is_limited_except_for_the_vendor(
    access_of, activate_in_cloud, set_rules, row
):
    await set_rules(TEN, deactivations={"count": 1, "window_days": 30})
    seats = [await activate_in_cloud(ANN) for _ in range(3)]
    ann = await access_of(ANN)
    await deactivate_activation(ann, activation_id=seats[0])
    with pytest.raises(DeactivationLimit) as refused:
        await deactivate_activation(ann, activation_id=seats[1])
    await deactivate_activation(await access_of(IDA), activation_id=seats[2])
    assert refused.value.details == {"quantity": 1, "days": 30}
    states = [(await row(Activation, each)).state for each in seats]
    assert states == [ActivationState.RETURNED, ActivationState.ACTIVE, ActivationState.RETURNED]


async def test_a_loan_keeps_the_lenders_seat_taken_and_ends_with_the_receipt(
    borrowed, access_of, clock, row, newest_file, central
):
    lender, loan, device = await borrowed(ANN)
    ann, end = await access_of(ANN), clock.now() + timedelta(days=7)
    grant = await central.verify(await newest_file(loan))
    with pytest.raises(BorrowOpen):
        await deactivate_activation(ann, activation_id=lender)
    found = await row(Activation, loan)
    assert (found.state, found.parent_id, found.seat, found.borrowed_until) == (
        ActivationState.BORROWED,
        lender,
        None,
        end,
    )
    assert (grant.expires_at, (await row(Activation, lender)).seat) == (end, 1)

    await return_activation(ann, activation_id=loan)
    assert (await row(Activation, loan)).state is ActivationState.BORROWED
    receipt = device.import_file(await newest_file(loan), clock.now())
    await confirm_activation(ann, activation_id=loan, receipt_file=receipt)

    assert ((await row(Activation, loan)).state, device.held) == (ActivationState.RETURNED, {})
    await deactivate_activation(ann, activation_id=lender)


async def test_a_loan_is_extended_within_what_the_license_allows(borrowed, access_of, clock, row, newest_file):
    _, loan, device = await borrowed(ANN)
    ann = await access_of(ANN)
    for days, error in ((15, NotBorrowable), (-1, BadInput)):
        with pytest.raises(error):
            await extend_activation(ann, activation_id=loan, until=clock.now() + timedelta(days=days))
    until = clock.now() + timedelta(days=14)

    await extend_activation(ann, activation_id=loan, until=until)
    receipt = device.import_file(await newest_file(loan), clock.now())
    await confirm_activation(ann, activation_id=loan, receipt_file=receipt)

    found = await row(Activation, loan)
    assert (found.state, found.borrowed_until, found.update_number) == (ActivationState.BORROWED, until, None)


async def test_a_loan_lapses_at_its_end_and_only_once(borrowed, clock, row, database):
    lender, loan, _ = await borrowed(ANN)
    end = clock.now() + timedelta(days=7)
    async with database.transaction() as session:
        assert await lapse_due(session, end - timedelta(seconds=1)) == []
    async with database.transaction() as session:
        entries = await lapse_due(session, end)
        again = await lapse_due(session, end)
    assert ([(each.action, each.resource_id) for each in entries], again) == ([("activation.lapsed", loan)], [])
    assert (await row(Activation, loan)).state is ActivationState.LAPSED
    assert (await row(Activation, lender)).state is ActivationState.ACTIVE


async def test_seats_cannot_be_borrowed_from_or_into_a_cloud(
    access_of, activate_in_cloud, activate_in_dongle, new_container, clock, database
):
    in_the_cloud, (seat, _, _) = await activate_in_cloud(ANN), await activate_in_dongle(ANN)
    container_id, device = await new_container(ANN, Groups.ACME)
    until = clock.now() + timedelta(days=1)
    ann = await access_of(ANN)
    for activation_id, target in ((in_the_cloud, container_id), (seat, BERLIN)):
        with pytest.raises(NotBorrowable):
            await borrow_activation(
                ann,
                activation_id=activation_id,
                container_id=target,
                until=until,
                request_file=device.request(clock.now()),
            )
    with pytest.raises(NotFound):
        await borrow_activation(await access_of(BEA), activation_id=seat, container_id=container_id, until=until)
    with pytest.raises(WrongState) as refused:
        await return_activation(ann, activation_id=seat)
    assert refused.value.details == {"state": ActivationState.ACTIVE}
    async with database.transaction() as session:
        assert not list(await session.scalars(sa.select(Activation).where(Activation.parent_id.is_not(None))))


async def test_a_checkpoint_removes_a_withdrawn_license(access_of, activate_in_dongle, clock, row, newest_file):
    activation_id, container_id, device = await activate_in_dongle(ANN)
    ann = await access_of(ANN)
    await withdraw_activation(ann, activation_id=activation_id)

    done = await check_container(ann, container_id=container_id, file=device.report(clock.now()))
    receipt = device.import_file(await newest_file(activation_id), clock.now())
    await confirm_activation(ann, activation_id=activation_id, receipt_file=receipt)

    assert (done.result.missing, done.result.surplus) == ([], [])
    assert done.result.license_file.removes
    found = await row(Activation, activation_id)
    assert (found.state, found.seat, device.held) == (ActivationState.WITHDRAWN, None, {})


async def test_a_report_replaces_a_lost_receipt(access_of, new_container, clock, row, newest_file):
    container_id, device = await new_container(ANN, Groups.ACME)
    ann = await access_of(ANN)
    done = await activate_license(
        ann, license_id=TEN, container_id=container_id, request_file=device.request(clock.now())
    )
    activation_id = done.result.activation.id
    update = await newest_file(activation_id)
    await check_container(ann, container_id=container_id, file=device.report(clock.now()))
    before = (await row(Activation, activation_id)).state
    device.import_file(update, clock.now())

    await check_container(ann, container_id=container_id, file=device.report(clock.now()))

    assert before is ActivationState.PENDING
    assert (await row(Activation, activation_id)).state is ActivationState.ACTIVE
    assert (await row(Container, container_id)).update_counter == 1
    assert device.held == {activation_id: digest_of(update)}


async def test_a_checkpoint_issues_the_newer_license_and_shows_the_differences(
    access_of, activate_in_dongle, clock, database, newest_file, central, row
):
    activation_id, container_id, device = await activate_in_dongle(ANN)
    ann = await access_of(ANN)
    async with database.transaction() as session:
        (await session.get_one(License, TEN)).quantity = 12
    unknown = UUID(int=7)
    device.held = {unknown: "0"}

    done = await check_container(ann, container_id=container_id, file=device.report(clock.now()))
    receipt = device.import_file(await newest_file(activation_id), clock.now())
    await confirm_activation(ann, activation_id=activation_id, receipt_file=receipt)

    assert (done.result.missing, done.result.surplus) == ([activation_id], [unknown])
    assert (await central.verify(await newest_file(activation_id))).quantity == 12
    assert (await row(Activation, activation_id)).state is ActivationState.ACTIVE
    again = await check_license(ann, activation_id=activation_id)
    assert again.result.newer_waits is False


async def test_a_cloud_gets_the_newer_license_immediately(access_of, activate_in_cloud, database, central, row):
    activation_id = await activate_in_cloud(ANN)
    ann = await access_of(ANN)
    counter = (await row(Container, cloud_of(Groups.ACME))).update_counter
    async with database.transaction() as session:
        (await session.get_one(License, TEN)).quantity = 12
    assert (await check_license(ann, activation_id=activation_id)).result.newer_waits is True
    assert (await check_license(ann, activation_id=activation_id)).result.newer_waits is False
    async with database.transaction() as session:
        files = await session.scalars(sa.select(LicenseFile).where(LicenseFile.activation_id == activation_id))
        assert sorted([(await central.verify(each.content)).quantity for each in files]) == [10, 12]
    assert (await row(Container, cloud_of(Groups.ACME))).update_counter == counter + 1


@pytest.mark.feature("F50")
async def test_refusals_of_borrowing_and_transfers_are_recorded(access_of, activate_in_cloud, database):
    activation_id = await activate_in_cloud(ANN)
    tom = await access_of(TOM)
    for case in (
        transfer_license(tom, activation_id=activation_id, container_id=cloud_of(TOM.id)),
        return_activation(tom, activation_id=activation_id),
        check_license(tom, activation_id=activation_id),
    ):
        with pytest.raises((NotFound, Forbidden, NotActive)):
            await case
    async with database.transaction() as session:
        refused = sa.select(AuditEntry.action).where(
            AuditEntry.resource_id == activation_id, AuditEntry.actor_id == TOM.id
        )
        found = sorted(await session.scalars(refused))
    assert found == ["activationReturn", "licenseCheckpoint", "licenseTransfer"]
