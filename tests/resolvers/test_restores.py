"""Restores: decided by the rules or by the vendor, within limits."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from authz.gate.results import Completed
from resolvers.activations import activate_license, deactivate_activation, withdraw_activation
from resolvers.restores import approve_restore, deny_restore, report_lost, request_restore
from seeds.cast import ANN, BEA, IDA, LEA, REX, SAL, TOM, UWE, Containers, Groups, Licenses, cloud_of, named
from store.activations import Activation, ActivationState, NotActive
from store.containers import Container, ContainerNotReady, ContainerState
from store.errors import BadInput, Conflict, Forbidden, NotFound, WrongState
from store.licenses import License
from store.notifications import Notification, NotificationEvent
from store.portal import Portal
from store.restores import GROUP_RESTORE_LIMIT, RestoreCase, RestoreOpen, RestoreReason, RestoreState

TEN = Licenses.ACME_TEN_SEATS
LOST = RestoreReason.LOST


def case_id_of(done):
    return done.result.restore_case.id


@pytest.mark.feature("F04", "F47")
async def test_a_lost_dongle_is_blocked_and_its_license_continues_in_the_next_generation(
    access_of, activate_in_dongle, activate_in_cloud, row
):
    activation_id, container_id, _ = await activate_in_dongle(ANN)

    done = await request_restore(await access_of(ANN), activation_id=activation_id, reason=LOST)
    again = await row(Activation, await activate_in_cloud(ANN))

    old, container = await row(Activation, activation_id), await row(Container, container_id)
    assert (old.state, old.seat, container.state) == (ActivationState.REPLACED, None, ContainerState.BLOCKED)
    assert (again.state, again.generation) == (ActivationState.ACTIVE, 2)
    case = await row(RestoreCase, case_id_of(done))
    assert (case.state, case.decided_by_id, case.reason) == (RestoreState.COMPLETED, None, LOST)


async def test_a_rule_may_leave_the_lost_container_unblocked(access_of, activate_in_dongle, set_rules, row):
    await set_rules(TEN, on_loss="LICENSE")
    activation_id, container_id, _ = await activate_in_dongle(ANN)
    await request_restore(await access_of(ANN), activation_id=activation_id, reason=LOST)
    assert (await row(Container, container_id)).state is ContainerState.READY


async def test_a_reinstalled_machine_is_not_blocked_and_has_a_limit_of_its_own(
    access_of, activate_in_dongle, set_rules, row
):
    await set_rules(TEN, restores={"count": 0})
    activation_id, container_id, _ = await activate_in_dongle(ANN)
    await request_restore(await access_of(ANN), activation_id=activation_id, reason=RestoreReason.REINSTALL)
    assert (await row(Activation, activation_id)).state is ActivationState.REPLACED
    assert (await row(Container, container_id)).state is ContainerState.READY


@pytest.mark.feature("F47")
@pytest.mark.parametrize(
    ("later", "state"),
    [(timedelta(days=1, seconds=-1), RestoreState.AWAITING_APPROVAL), (timedelta(days=1), RestoreState.COMPLETED)],
)
async def test_the_limit_applies_to_a_rolling_window(access_of, activate_in_cloud, set_rules, row, clock, later, state):
    await set_rules(TEN, restores={"count": 1, "window_days": 1})
    first, second = [await activate_in_cloud(ANN) for _ in range(2)]
    ann = await access_of(ANN)
    await request_restore(ann, activation_id=first, reason=LOST)

    clock.advance(later)
    done = await request_restore(ann, activation_id=second, reason=LOST)

    assert (await row(RestoreCase, case_id_of(done))).state is state
    lost = state is RestoreState.COMPLETED
    assert (await row(Activation, second)).state is (ActivationState.REPLACED if lost else ActivationState.ACTIVE)


async def test_the_first_restores_do_not_count_if_the_rule_says_so(access_of, activate_in_cloud, set_rules, row):
    await set_rules(TEN, restores={"count": 1, "window_days": 365, "initial": 1})
    seats = [await activate_in_cloud(ANN) for _ in range(3)]
    ann = await access_of(ANN)
    for each in seats:
        await request_restore(ann, activation_id=each, reason=LOST)
    states = [(await row(Activation, each)).state for each in seats]
    assert states == [ActivationState.REPLACED, ActivationState.REPLACED, ActivationState.ACTIVE]


async def test_the_rule_may_deny_restores_above_the_limit(access_of, activate_in_cloud, set_rules, row):
    await set_rules(TEN, restores={"count": 0}, over_limit="DENY")
    activation_id = await activate_in_cloud(ANN)
    done = await request_restore(await access_of(ANN), activation_id=activation_id, reason=LOST)
    assert (await row(RestoreCase, case_id_of(done))).state is RestoreState.DENIED
    found = await row(Activation, activation_id)
    assert (found.state, found.seat, (await row(License, TEN)).generation) == (ActivationState.ACTIVE, 1, 1)


@pytest.mark.feature("F47", "F51")
async def test_the_vendor_approves_restores_and_support_may_if_it_is_delegated(
    access_of, activate_in_cloud, set_rules, row, database
):
    await set_rules(TEN, restores={"count": 0})
    first, second = await activate_in_cloud(ANN), await activate_in_cloud(ANN)
    ann = await access_of(ANN)
    one = case_id_of(await request_restore(ann, activation_id=first, reason=LOST))
    other = case_id_of(await request_restore(ann, activation_id=second, reason=LOST))
    for who in (ANN, UWE):
        with pytest.raises(Forbidden):
            await approve_restore(await access_of(who), restore_case_id=one)
    for who in (TOM, BEA):
        with pytest.raises(NotFound):
            await approve_restore(await access_of(who), restore_case_id=one)
    assert (await row(Activation, first)).state is ActivationState.ACTIVE

    await approve_restore(await access_of(IDA), restore_case_id=one)
    async with database.transaction() as session:
        await session.execute(sa.update(Portal).values(support_may_decide=True))
    await approve_restore(await access_of(UWE), restore_case_id=other)

    assert (await row(RestoreCase, one)).decided_by_id == IDA.id
    assert (await row(RestoreCase, other)).decided_by_id == UWE.id
    assert {(await row(Activation, each)).state for each in (first, second)} == {ActivationState.REPLACED}
    assert (await row(License, TEN)).generation == 3
    with pytest.raises(WrongState) as refused:
        await deny_restore(await access_of(IDA), restore_case_id=one)
    assert refused.value.details == {"state": RestoreState.COMPLETED}


async def test_a_loss_is_reported_once(access_of, activate_in_cloud, set_rules, row):
    await set_rules(TEN, restores={"count": 0})
    activation_id = await activate_in_cloud(ANN)
    ann = await access_of(ANN)
    await request_restore(ann, activation_id=activation_id, reason=LOST)
    with pytest.raises(RestoreOpen):
        await request_restore(ann, activation_id=activation_id, reason=RestoreReason.STOLEN)
    with pytest.raises(RestoreOpen):  # it has an open case
        await report_lost(await access_of(TOM), container_id=Containers.TOM_WORKSTATION, reason=LOST)
    assert (await row(Activation, activation_id)).state is ActivationState.ACTIVE


@pytest.mark.feature("F47")
async def test_a_lost_container_is_one_case_for_all_its_activations(access_of, activate_in_dongle, row, clock):
    first, container_id, device = await activate_in_dongle(ANN)
    second, _, _ = await activate_in_dongle(ANN, Licenses.ACME_POOL, (container_id, device))

    done = await report_lost(await access_of(ANN), container_id=container_id, reason=RestoreReason.STOLEN)

    case = await row(RestoreCase, case_id_of(done))
    assert (case.state, case.lost_container_id, case.activation_id) == (RestoreState.COMPLETED, container_id, None)
    assert {(await row(Activation, each)).state for each in (first, second)} == {ActivationState.REPLACED}
    assert {(await row(License, each)).generation for each in (TEN, Licenses.ACME_POOL)} == {2}
    assert (await row(Container, container_id)).state is ContainerState.BLOCKED
    with pytest.raises(ContainerNotReady):
        await activate_license(
            await access_of(ANN), license_id=TEN, container_id=container_id, request_file=device.request(clock.now())
        )


@pytest.mark.feature("F27", "F47")
async def test_administrators_of_a_license_read_the_case_of_a_members_container_but_cannot_decide_it(access_of):
    case_id = named("restore", "the damaged workstation")
    for who in (ANN, REX):
        with pytest.raises(Forbidden):  # they can read the case
            await approve_restore(await access_of(who), restore_case_id=case_id)
    for who in (BEA, SAL, LEA):
        with pytest.raises(NotFound):
            await approve_restore(await access_of(who), restore_case_id=case_id)


async def test_the_strictest_license_decides_for_the_whole_container(access_of, activate_in_dongle, set_rules, row):
    await set_rules(Licenses.ACME_POOL, restores={"count": 0})
    first, container_id, device = await activate_in_dongle(ANN)
    second, _, _ = await activate_in_dongle(ANN, Licenses.ACME_POOL, (container_id, device))

    done = await report_lost(await access_of(ANN), container_id=container_id, reason=LOST)
    waiting = {(await row(Activation, each)).state for each in (first, second)}
    await approve_restore(await access_of(IDA), restore_case_id=case_id_of(done))

    assert waiting == {ActivationState.ACTIVE}
    assert {(await row(Activation, each)).state for each in (first, second)} == {ActivationState.REPLACED}
    assert (await row(Container, container_id)).state is ContainerState.BLOCKED


async def test_clouds_and_containers_of_others_cannot_be_reported_lost(access_of, activate_in_dongle, row):
    _, container_id, _ = await activate_in_dongle(ANN)
    with pytest.raises(BadInput):
        await report_lost(await access_of(ANN), container_id=cloud_of(Groups.ACME), reason=LOST)
    with pytest.raises(NotFound):
        await report_lost(await access_of(BEA), container_id=container_id, reason=LOST)
    assert (await row(Container, container_id)).state is ContainerState.READY


@pytest.mark.feature("F69", "F51")
async def test_administrators_of_the_group_and_the_vendor_are_notified_once_of_too_many_restores(
    access_of, activate_in_cloud, set_rules, audit_entries, database, clock
):
    await set_rules(TEN, restores={"count": 2, "window_days": 30})
    rex = await access_of(REX)
    for expected in (0, 1, 1, 1):
        await request_restore(rex, activation_id=await activate_in_cloud(REX), reason=LOST)
        assert len([each for each in await audit_entries("restore.excessive") if each.license_id == TEN]) == expected

    async with database.transaction() as session:
        found = await session.scalars(
            sa.select(Notification.recipient_id).where(
                Notification.event == NotificationEvent.EXCESSIVE_RECOVERY,
                Notification.license_id == TEN,
                Notification.created_at == clock.now(),
            )
        )
        assert sorted(found) == sorted([ANN.id, IDA.id])


@pytest.mark.feature("F51")
async def test_many_losses_over_a_whole_group_are_an_anomaly_even_within_each_licenses_limit(
    access_of, activate_in_cloud, set_rules, audit_entries
):
    await set_rules(TEN, restores={"count": 50})
    ann = await access_of(ANN)
    for number in range(1, 12):
        await request_restore(ann, activation_id=await activate_in_cloud(ANN), reason=LOST)
        found = [each.group_id for each in await audit_entries("restore.spreading")]
        assert found == ([] if number < GROUP_RESTORE_LIMIT.count else [Groups.ACME])
    assert await audit_entries("restore.excessive") == []


@pytest.mark.feature("F04")
async def test_a_withdrawal_that_never_arrives_can_become_a_restore(access_of, activate_in_dongle, row):
    activation_id, _, _ = await activate_in_dongle(ANN)
    ann = await access_of(ANN)
    await withdraw_activation(ann, activation_id=activation_id)
    seat = (await row(Activation, activation_id)).seat

    await request_restore(ann, activation_id=activation_id, reason=LOST)

    found = await row(Activation, activation_id)
    assert (seat, found.state, found.seat) == (1, ActivationState.REPLACED, None)


@pytest.mark.parametrize("attempt", range(3))
async def test_of_a_concurrent_restore_and_deactivation_exactly_one_succeeds(
    access_of, activate_in_cloud, row, attempt
):
    activation_id = await activate_in_cloud(ANN)
    ann, ida = await access_of(ANN), await access_of(IDA)

    answers = await asyncio.gather(
        request_restore(ann.attempt(key=f"restore {attempt}"), activation_id=activation_id, reason=LOST),
        deactivate_activation(ida.attempt(key=f"back {attempt}"), activation_id=activation_id),
        return_exceptions=True,
    )

    kinds = [type(each) for each in answers]
    assert kinds.count(Completed) == 1
    assert set(kinds) <= {Completed, NotActive, Conflict}
    state = (await row(Activation, activation_id)).state
    assert state is (ActivationState.REPLACED if kinds[0] is Completed else ActivationState.RETURNED)
    assert (await row(License, TEN)).generation == (2 if kinds[0] is Completed else 1)
