"""Concurrent mutations of one license, container or case: some succeed, the others are refused, and none waits forever."""

import asyncio
from datetime import timedelta

import sqlalchemy as sa

from authz.gate.results import Completed
from resolvers.activations import activate_license, deactivate_activation, withdraw_activation
from resolvers.borrows import borrow_activation
from resolvers.licenses import unassign_license
from resolvers.restores import approve_restore, deny_restore, report_lost, request_restore
from resolvers.transfers import transfer_license
from seeds.cast import ANN, IDA, Groups, Licenses, cloud_of
from store import audit
from store.activations import COUNTING, Activation, ActivationState, BorrowOpen
from store.errors import Refusal, WrongState
from store.licenses import License
from store.restores import RestoreReason

TEN = Licenses.ACME_TEN_SEATS
LOST = RestoreReason.LOST


async def test_of_a_concurrent_approval_and_denial_one_decides(access_of, activate_in_cloud, set_rules, row):
    await set_rules(TEN, restores={"count": 0})
    activation_id = await activate_in_cloud(ANN)
    done = await request_restore(await access_of(ANN), activation_id=activation_id, reason=LOST)
    case_id = done.result.restore_case.id
    ida = await access_of(IDA)

    answers = await asyncio.gather(
        approve_restore(ida, restore_case_id=case_id),
        approve_restore(ida, restore_case_id=case_id),
        deny_restore(ida, restore_case_id=case_id),
        return_exceptions=True,
    )

    kinds = [type(each) for each in answers]
    assert kinds.count(Completed) == 1
    assert all(issubclass(each, Completed | Refusal) for each in kinds)
    denied = kinds[2] is Completed
    assert (await row(License, TEN)).generation == (1 if denied else 2)
    assert (await row(Activation, activation_id)).state is (
        ActivationState.ACTIVE if denied else ActivationState.REPLACED
    )


async def test_a_seat_is_borrowed_once(access_of, activate_in_dongle, new_container, clock, database):
    lender, _, _ = await activate_in_dongle(ANN)
    targets = [await new_container(ANN, Groups.ACME) for _ in range(2)]
    ann, until = await access_of(ANN), clock.now() + timedelta(days=1)

    answers = await asyncio.gather(
        *(
            borrow_activation(
                ann,
                activation_id=lender,
                container_id=container_id,
                until=until,
                request_file=device.request(clock.now()),
            )
            for container_id, device in targets
        ),
        return_exceptions=True,
    )

    assert {type(each) for each in answers} == {Completed, BorrowOpen}
    async with database.transaction() as session:
        loans = sa.select(Activation.state).where(Activation.parent_id == lender)
        assert list(await session.scalars(loans)) == [ActivationState.BORROWED]


async def test_concurrent_reports_of_one_loss_open_one_case(access_of, activate_in_dongle, row):
    activation_id, container_id, _ = await activate_in_dongle(ANN)
    ann = await access_of(ANN)

    answers = await asyncio.gather(
        report_lost(ann, container_id=container_id, reason=LOST),
        report_lost(ann, container_id=container_id, reason=RestoreReason.STOLEN),
        request_restore(ann, activation_id=activation_id, reason=LOST),
        return_exceptions=True,
    )

    assert sum(isinstance(each, Completed) for each in answers) == 1
    assert all(isinstance(each, Completed | WrongState | Refusal) for each in answers)
    assert (await row(License, TEN)).generation == 2


async def test_concurrent_mutations_leave_no_more_seats_than_licensed_and_an_intact_audit_log(
    access_of, activate_in_cloud, database, row
):
    seats = [await activate_in_cloud(ANN) for _ in range(5)]
    ann, ida = await access_of(ANN), await access_of(IDA)

    def steps():
        for each in seats:
            yield deactivate_activation(ann, activation_id=each)
            yield request_restore(ida, activation_id=each, reason=LOST)
            yield withdraw_activation(ann, activation_id=each)
            yield transfer_license(ida, activation_id=each, container_id=cloud_of(Groups.BERLIN))
            yield activate_license(ann, license_id=TEN, container_id=cloud_of(Groups.LAB))
        yield unassign_license(ida, license_id=TEN)

    async with asyncio.timeout(60):
        answers = await asyncio.gather(*steps(), return_exceptions=True)

    assert [each for each in answers if not isinstance(each, Completed | Refusal)] == []
    async with database.transaction() as session:
        rows = list(await session.scalars(sa.select(Activation).where(Activation.license_id == TEN)))
        assert (await audit.verify(session))[1] is None
    taken = [each.seat for each in rows if each.state in COUNTING]
    assert len(taken) == len(set(taken)) <= (await row(License, TEN)).quantity
    assert all(each.seat is None for each in rows if each.state not in COUNTING)
    restored = sum(each.state is ActivationState.REPLACED for each in rows)
    assert (await row(License, TEN)).generation == 1 + restored
