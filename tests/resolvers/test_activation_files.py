"""Activation by files: a request of a local container or a dongle, an update from the portal, and a receipt."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from authz.gate.results import Completed
from license_central.container_statements import digest_of
from license_central.simulated_container import UpdateRefused
from resolvers.activations import (
    abort_activation,
    abort_stale,
    activate_license,
    confirm_activation,
    deactivate_activation,
    withdraw_activation,
)
from resolvers.checkpoints import check_container
from resolvers.containers import settle_container
from resolvers.licenses import assign_license
from seeds.cast import ANN, BEA, IDA, TOM, UWE, Groups, Licenses, cloud_of
from store import audit
from store.activations import Activation, ActivationState, NotActive, OperationOpen
from store.container_files import CounterMismatch, FileNotGenuine, FileOfOtherContainer, FileOutdated, FileReplayed
from store.containers import Container, ContainerNotReady, ContainerState, ContainerType, SettleOutcome
from store.errors import Conflict, Forbidden, NotFound
from store.groups import Group
from store.notifications import Notification, NotificationEvent, NotificationRule

TEN = Licenses.ACME_TEN_SEATS


@pytest.fixture
def start(access_of, clock, newest_file):
    """`await start(ANN, container_id, device)` requests a seat, and returns the activation's id and the update file."""

    async def request_seat(account, container_id, device, license_id=TEN):
        done = await activate_license(
            await access_of(account),
            license_id=license_id,
            container_id=container_id,
            request_file=device.request(clock.now()),
        )
        activation_id = done.result.activation.id
        return activation_id, await newest_file(activation_id)

    return request_seat


@pytest.fixture
def active(start, access_of, clock):
    """`await active(ANN, container_id, device)` activates a seat, and returns the activation's id."""

    async def activate(account, container_id, device, license_id=TEN):
        activation_id, update = await start(account, container_id, device, license_id)
        receipt = device.import_file(update, clock.now())
        await confirm_activation(await access_of(account), activation_id=activation_id, receipt_file=receipt)
        return activation_id

    return activate


@pytest.mark.feature("F12", "F93", "F94")
@pytest.mark.parametrize("kind", [ContainerType.LOCAL, ContainerType.DONGLE])
async def test_a_seat_is_activated_by_request_update_and_receipt(
    new_container, start, access_of, clock, row, central, kind
):
    container_id, device = await new_container(ANN, Groups.ACME, kind)
    activation_id, update = await start(ANN, container_id, device)
    waiting = await row(Activation, activation_id)
    grant = await central.verify(update)

    receipt = device.import_file(update, clock.now())
    await confirm_activation(await access_of(ANN), activation_id=activation_id, receipt_file=receipt)

    assert (waiting.state, waiting.seat, waiting.receipt_at) == (ActivationState.PENDING, 1, None)
    assert (grant.container_serial, grant.update_counter, grant.activation_id) == (device.serial, 1, activation_id)
    found, container = await row(Activation, activation_id), await row(Container, container_id)
    assert (found.state, found.receipt_at, found.update_number) == (ActivationState.ACTIVE, clock.now(), None)
    assert (container.update_counter, device.held) == (1, {activation_id: digest_of(update)})


@pytest.mark.feature("F03", "F94")
async def test_a_seat_is_returned_by_files_and_stays_taken_until_the_receipt(
    new_container, active, access_of, clock, row, newest_file
):
    container_id, device = await new_container(ANN, Groups.ACME)
    activation_id = await active(ANN, container_id, device)
    ann = await access_of(ANN)

    await deactivate_activation(ann, activation_id=activation_id, request_file=device.request(clock.now()))
    returning = await row(Activation, activation_id)
    receipt = device.import_file(await newest_file(activation_id), clock.now())
    await confirm_activation(ann, activation_id=activation_id, receipt_file=receipt)

    assert (returning.state, returning.seat) == (ActivationState.RETURNING, 1)
    found = await row(Activation, activation_id)
    assert (found.state, found.seat, found.ended_at) == (ActivationState.RETURNED, None, clock.now())
    assert (device.held, (await row(Container, container_id)).update_counter) == ({}, 2)


async def test_a_withdrawn_seat_stays_taken_until_the_next_contact_of_its_container(
    new_container, active, access_of, row
):
    container_id, device = await new_container(ANN, Groups.ACME)
    activation_id = await active(ANN, container_id, device)

    await withdraw_activation(await access_of(ANN), activation_id=activation_id)

    found = await row(Activation, activation_id)
    assert (found.state, found.seat) == (ActivationState.WITHDRAWING, 1)


@pytest.mark.feature("F94")
async def test_receipts_and_requests_are_accepted_once(new_container, start, access_of, clock, row):
    container_id, device = await new_container(ANN, Groups.ACME)
    ann = await access_of(ANN)
    request = device.request(clock.now())
    done = await activate_license(ann, license_id=TEN, container_id=container_id, request_file=request)
    activation_id = done.result.activation.id
    with pytest.raises(OperationOpen):
        await activate_license(ann, license_id=TEN, container_id=container_id, request_file=device.request(clock.now()))
    await abort_activation(ann, activation_id=activation_id)

    with pytest.raises(FileReplayed):
        await activate_license(ann, license_id=TEN, container_id=container_id, request_file=request)
    other, update = await start(ANN, container_id, device)
    receipt = device.import_file(update, clock.now())
    await confirm_activation(ann, activation_id=other, receipt_file=receipt)
    with pytest.raises(FileReplayed):
        await confirm_activation(ann, activation_id=other, receipt_file=receipt)

    assert (await row(Activation, activation_id)).state is ActivationState.ABORTED
    assert (await row(Container, container_id)).state is ContainerState.READY


@pytest.mark.feature("F94")
async def test_altered_files_and_files_of_other_containers_or_kinds_are_refused(
    new_container, start, access_of, clock, row
):
    first_id, first = await new_container(ANN, Groups.ACME)
    second_id, second = await new_container(ANN, Groups.ACME)
    activation_id, update = await start(ANN, first_id, first)
    other_id, other_update = await start(ANN, second_id, second)
    ann = await access_of(ANN)
    receipt = first.import_file(update, clock.now())
    header, claims, signature = receipt.split(".")

    refused = {
        second.import_file(other_update, clock.now()): FileOfOtherContainer,
        f"{header}.{claims[:-2]}AA.{signature}": FileNotGenuine,
        f"{header}.{claims}.{'A' * 86}": FileNotGenuine,
        first.request(clock.now()): FileNotGenuine,
        "no file at all": FileNotGenuine,
        update: FileOfOtherContainer,
    }
    for content, error in refused.items():
        with pytest.raises(error):
            await confirm_activation(ann, activation_id=activation_id, receipt_file=content)
    with pytest.raises(UpdateRefused):
        first.import_file(other_update, clock.now())

    assert (await row(Activation, activation_id)).state is ActivationState.PENDING
    assert (await row(Activation, other_id)).state is ActivationState.PENDING
    assert {(await row(Container, each)).state for each in (first_id, second_id)} == {ContainerState.READY}


async def test_files_that_are_too_old_out_of_order_or_from_the_future_are_refused(new_container, access_of, clock, row):
    container_id, device = await new_container(ANN, Groups.ACME)
    ann = await access_of(ANN)
    for content in (
        device.request(clock.now() - timedelta(minutes=1)),
        device.request(clock.now() - timedelta(days=31)),
    ):
        with pytest.raises(FileOutdated):
            await activate_license(ann, license_id=TEN, container_id=container_id, request_file=content)
    with pytest.raises(FileOutdated):
        await activate_license(
            ann, license_id=TEN, container_id=container_id, request_file=device.request(clock.now() + timedelta(days=2))
        )
    assert (await row(Container, container_id)).update_counter == 0


async def test_an_unexpected_counter_stops_the_container_until_the_vendor_settles_it(
    new_container, active, access_of, clock, row, audit_entries, database
):
    container_id, device = await new_container(ANN, Groups.ACME)
    await active(ANN, container_id, device)
    ann, device.counter = await access_of(ANN), 7

    with pytest.raises(CounterMismatch) as refused:
        await activate_license(ann, license_id=TEN, container_id=container_id, request_file=device.request(clock.now()))

    assert refused.value.details == {"expected": 1, "counter": 7}
    container = await row(Container, container_id)
    assert (container.state, container.update_counter) == (ContainerState.UNEXPECTED, 1)
    (entry,) = await audit_entries("container.unexpected")
    assert (entry.resource_id, entry.group_id, entry.actor_id) == (container_id, Groups.ACME, ANN.id)
    with pytest.raises(ContainerNotReady):
        await activate_license(ann, license_id=TEN, container_id=container_id, request_file=device.request(clock.now()))
    for who in (ANN, UWE):
        with pytest.raises(Forbidden):
            await settle_container(await access_of(who), container_id=container_id, outcome=SettleOutcome.ACCEPT)

    await settle_container(await access_of(IDA), container_id=container_id, outcome=SettleOutcome.ACCEPT)
    await activate_license(ann, license_id=TEN, container_id=container_id, request_file=device.request(clock.now()))

    assert (await row(Container, container_id)).update_counter == 7
    async with database.transaction() as session:
        assert (await audit.verify(session))[1] is None


@pytest.mark.feature("F51")
async def test_each_file_of_a_blocked_container_is_recorded_as_an_anomaly(
    new_container, active, access_of, clock, row, audit_entries, database
):
    container_id, device = await new_container(ANN, Groups.ACME)
    activation_id = await active(ANN, container_id, device)
    async with database.transaction() as session:
        (await session.get_one(Container, container_id)).block()
    ann = await access_of(ANN)

    for send_file in (
        lambda: deactivate_activation(ann, activation_id=activation_id, request_file=device.request(clock.now())),
        lambda: activate_license(
            ann, license_id=Licenses.ACME_POOL, container_id=container_id, request_file=device.request(clock.now())
        ),
        lambda: check_container(ann, container_id=container_id, file=device.report(clock.now())),
    ):
        with pytest.raises(ContainerNotReady) as refused:
            await send_file()
        assert refused.value.details == {"state": ContainerState.BLOCKED}
    with pytest.raises(ContainerNotReady):
        await deactivate_activation(ann, activation_id=activation_id)

    assert (await row(Container, container_id)).state is ContainerState.BLOCKED
    assert (await row(Activation, activation_id)).state is ActivationState.ACTIVE
    assert [each.resource_id for each in await audit_entries("container.blocked_seen")] == [container_id] * 3


@pytest.mark.feature("F68")
async def test_the_holder_is_notified_of_an_activation_and_of_a_return_with_their_receipts(
    new_container, start, access_of, clock, database, newest_file
):
    """Before the receipt, nothing has happened yet."""
    container_id, device = await new_container(TOM)
    ida = await access_of(IDA)

    async def events():
        async with database.transaction() as session:
            messages = sa.select(Notification.event).where(
                Notification.recipient_id == TOM.id,
                Notification.license_id == Licenses.TOM_RENDER,
                Notification.created_at == clock.now(),
            )
            return sorted(await session.scalars(messages))

    async with database.transaction() as session:
        await session.execute(sa.delete(NotificationRule).where(NotificationRule.user_id == TOM.id))  # else muted
        await session.execute(
            sa.update(Activation)
            .where(Activation.license_id == Licenses.TOM_RENDER)
            .values(state=ActivationState.ABORTED, seat=None)
        )
    activation_id, update = await start(TOM, container_id, device, Licenses.TOM_RENDER)
    before = await events()
    await confirm_activation(ida, activation_id=activation_id, receipt_file=device.import_file(update, clock.now()))
    activated = await events()
    await deactivate_activation(ida, activation_id=activation_id)
    update = await newest_file(activation_id)
    await confirm_activation(ida, activation_id=activation_id, receipt_file=device.import_file(update, clock.now()))

    assert (before, activated) == ([], [NotificationEvent.LICENSE_ACTIVATED])
    assert await events() == [NotificationEvent.LICENSE_ACTIVATED, NotificationEvent.LICENSE_DEACTIVATED]


async def test_a_pending_activation_is_aborted_when_the_license_is_assigned_to_others(
    new_container, start, access_of, row
):
    container_id, device = await new_container(ANN, Groups.ACME)
    activation_id, _ = await start(ANN, container_id, device)
    await assign_license(await access_of(ANN), license_id=TEN, target=Group, target_id=Groups.BERLIN)
    found = await row(Activation, activation_id)
    assert (found.state, found.seat) == (ActivationState.ABORTED, None)


async def test_of_concurrent_requests_for_one_container_one_succeeds(new_container, access_of, clock, database):
    container_id, device = await new_container(ANN, Groups.ACME)
    ann = await access_of(ANN)

    answers = await asyncio.gather(
        *(
            activate_license(ann, license_id=TEN, container_id=container_id, request_file=device.request(clock.now()))
            for _ in range(6)
        ),
        return_exceptions=True,
    )

    assert sum(isinstance(each, Completed) for each in answers) == 1
    assert {type(each) for each in answers} <= {Completed, OperationOpen, Conflict}
    async with database.transaction() as session:
        found = await session.scalars(sa.select(Activation).where(Activation.container_id == container_id))
        assert [each.state for each in found] == [ActivationState.PENDING]


async def test_an_activation_without_a_receipt_is_aborted_after_14_days(new_container, start, clock, row, database):
    container_id, device = await new_container(ANN, Groups.ACME)
    activation_id, _ = await start(ANN, container_id, device)
    async with database.transaction() as session:
        early = await abort_stale(session, clock.now() + timedelta(days=13))
    async with database.transaction() as session:
        late = await abort_stale(session, clock.now() + timedelta(days=15))
        again = await abort_stale(session, clock.now() + timedelta(days=15))

    found = await row(Activation, activation_id)
    assert (found.state, found.seat, found.update_number) == (ActivationState.ABORTED, None, None)
    assert activation_id not in {each.resource_id for each in early}
    assert activation_id in {each.resource_id for each in late}
    assert again == []


async def test_a_receipt_for_an_aborted_activation_makes_the_container_unexpected(
    new_container, start, access_of, clock, row
):
    container_id, device = await new_container(ANN, Groups.ACME)
    activation_id, update = await start(ANN, container_id, device)
    ann = await access_of(ANN)
    await abort_activation(ann, activation_id=activation_id)

    with pytest.raises(CounterMismatch):
        await confirm_activation(ann, activation_id=activation_id, receipt_file=device.import_file(update, clock.now()))

    assert (await row(Activation, activation_id)).state is ActivationState.ABORTED
    assert (await row(Container, container_id)).state is ContainerState.UNEXPECTED


async def test_an_active_seat_cannot_be_aborted(new_container, active, access_of, row):
    container_id, device = await new_container(ANN, Groups.ACME)
    activation_id = await active(ANN, container_id, device)
    with pytest.raises(NotActive) as refused:
        await abort_activation(await access_of(ANN), activation_id=activation_id)
    assert refused.value.details == {"state": ActivationState.ACTIVE}
    assert (await row(Activation, activation_id)).seat == 1


@pytest.mark.feature("F44")
async def test_activations_of_other_people_are_not_found(new_container, start, access_of, clock, row):
    container_id, device = await new_container(ANN, Groups.ACME)
    activation_id, update = await start(ANN, container_id, device)
    receipt = device.import_file(update, clock.now())
    for who in (BEA, TOM):
        with pytest.raises(NotFound):
            await confirm_activation(await access_of(who), activation_id=activation_id, receipt_file=receipt)
        with pytest.raises(NotFound):
            await deactivate_activation(await access_of(who), activation_id=activation_id)
    assert (await row(Activation, activation_id)).state is ActivationState.PENDING


@pytest.mark.feature("F02", "F37", "F44")
async def test_a_person_activates_their_own_license_and_the_cloud_confirms_immediately(access_of, clock, row, database):
    async with database.transaction() as session:
        await session.execute(
            sa.update(Activation)
            .where(Activation.license_id == Licenses.TOM_CAD, Activation.seat.is_not(None))
            .values(state=ActivationState.RETURNED, seat=None)
        )
    done = await activate_license(await access_of(TOM), license_id=Licenses.TOM_CAD, container_id=cloud_of(TOM.id))
    found = await row(Activation, done.result.activation.id)
    assert (found.state, found.receipt_at) == (ActivationState.ACTIVE, clock.now())
