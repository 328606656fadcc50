"""Assigning licenses: who may do it, what follows, and that a refusal changes nothing."""

import asyncio

import pytest
import sqlalchemy as sa

from authz.gate.access import Access
from authz.gate.transaction import AlreadyAnswered
from authz.lists.queries import PageQuery, Projection
from resolvers.licenses import assign_license, set_visibility, unassign_license
from seeds.cast import ANN, BEA, IDA, LEA, MAX, REX, SAM, TOM, Groups, Licenses
from store import audit
from store.activations import Activation, ActivationState
from store.audit import AuditEntry, Outcome
from store.errors import Forbidden, IdempotencyConflict, NotFound, Unauthenticated
from store.groups import Group
from store.license_errors import NotForResale, NotShared, TargetOutsideOwner
from store.license_states import Visibility
from store.licenses import License
from store.users import User


async def _ids(access):
    page = await access.view.page(License, PageQuery(first=100), Projection())
    return {each.id for each in page.rows}


async def _audit_entries(database):
    async with database.transaction() as session:
        return (await session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc()))).all()


@pytest.mark.feature("F05", "F26", "F39")
async def test_an_assigned_license_is_visible_to_its_assignee_immediately(access_of):
    tom = await access_of(TOM)
    assert Licenses.ACME_POOL not in await _ids(tom)
    await tom.view.renew()

    await assign_license(
        (await access_of(ANN)).attempt(key="1"), license_id=Licenses.ACME_POOL, target=User, target_id=TOM.id
    )

    assert Licenses.ACME_POOL in await _ids(tom)


@pytest.mark.feature("F05", "F26")
async def test_an_unassigned_license_is_hidden_from_its_former_assignee(access_of, row):
    tom = await access_of(TOM)
    assert Licenses.TOM_CAD in await _ids(tom)
    await tom.view.renew()

    await unassign_license((await access_of(ANN)).attempt(key="1"), license_id=Licenses.TOM_CAD)

    assert Licenses.TOM_CAD not in await _ids(tom)
    license = await row(License, Licenses.TOM_CAD)
    assert (license.assigned_user_id, license.visibility) == (None, Visibility.ADMIN_ONLY)


@pytest.mark.feature("F26")
async def test_unassigning_a_license_withdraws_its_activations(access_of, database):
    await unassign_license((await access_of(ANN)).attempt(key="1"), license_id=Licenses.TOM_CAD)

    async with database.transaction() as session:
        states = await session.scalars(sa.select(Activation.state).where(Activation.license_id == Licenses.TOM_CAD))
    assert ActivationState.WITHDRAWN in set(states)


@pytest.mark.feature("F50")
async def test_a_refused_assignment_changes_nothing_and_is_recorded(access_of, row, database):
    before = len(await _audit_entries(database))

    with pytest.raises(Forbidden):
        await assign_license(
            (await access_of(TOM)).attempt(key="1"), license_id=Licenses.TOM_CAD, target=User, target_id=LEA.id
        )

    assert (await row(License, Licenses.TOM_CAD)).assigned_user_id == TOM.id
    trail = await _audit_entries(database)
    assert len(trail) == before + 1
    assert (trail[0].outcome, trail[0].code, trail[0].actor_id) == (Outcome.REFUSED, "FORBIDDEN", TOM.id)


async def test_a_hidden_license_reads_as_absent(access_of):
    with pytest.raises(NotFound) as hidden:
        await unassign_license((await access_of(TOM)).attempt(key="1"), license_id=Licenses.BERLIN_ADMIN_ONLY)
    with pytest.raises(NotFound) as absent:
        await unassign_license((await access_of(TOM)).attempt(key="2"), license_id=Groups.ACME)
    assert str(hidden.value) == str(absent.value)


@pytest.mark.feature("F40")
async def test_a_person_of_another_customer_reads_as_absent(access_of):
    with pytest.raises(NotFound, match="there is no user"):
        await assign_license(
            (await access_of(ANN)).attempt(key="1"), license_id=Licenses.ACME_POOL, target=User, target_id=MAX.id
        )


async def test_even_the_vendor_cannot_assign_a_license_to_another_customer(access_of, row):
    for number, (target, id_) in enumerate([(User, MAX.id), (Group, Groups.BOLT), (User, SAM.id)]):
        with pytest.raises(TargetOutsideOwner):
            await assign_license(
                (await access_of(IDA)).attempt(key=str(number)),
                license_id=Licenses.ACME_POOL,
                target=target,
                target_id=id_,
            )
    assert (await row(License, Licenses.ACME_POOL)).assigned_user_id is None


@pytest.mark.feature("F90")
async def test_internal_licenses_stay_within_the_vendor_and_its_resellers(access_of, row):
    for license_id, (target, id_) in (
        (Licenses.RHEINTAL_NFR, (Group, Groups.ACME)),
        (Licenses.RHEINTAL_NFR, (Group, Groups.BERLIN)),
        (Licenses.RHEINTAL_NFR, (User, TOM.id)),
        (Licenses.SALES_NFR, (User, MAX.id)),
    ):
        before = await row(License, license_id)
        with pytest.raises(NotForResale):
            await assign_license(await access_of(IDA), license_id=license_id, target=target, target_id=id_)
        after = await row(License, license_id)
        assert (after.assigned_group_id, after.assigned_user_id) == (before.assigned_group_id, None)

    await assign_license(await access_of(IDA), license_id=Licenses.RHEINTAL_NFR, target=User, target_id=REX.id)

    assert (await row(License, Licenses.RHEINTAL_NFR)).assigned_user_id == REX.id


async def test_an_anonymous_caller_is_unauthenticated(portal):

    with pytest.raises(Unauthenticated):
        await unassign_license(Access(portal, None, "test").attempt(key="1"), license_id=Licenses.ACME_POOL)


@pytest.mark.feature("F41", "F43")
async def test_a_public_license_is_visible_to_direct_members_only(access_of):
    await set_visibility(
        (await access_of(ANN)).attempt(key="1"), license_id=Licenses.BERLIN_ADMIN_ONLY, visibility=Visibility.PUBLIC
    )

    assert Licenses.BERLIN_ADMIN_ONLY in await _ids(await access_of(TOM))
    assert Licenses.BERLIN_ADMIN_ONLY not in await _ids(await access_of(LEA))


async def test_a_license_assigned_to_a_person_has_no_visibility_to_set(access_of):
    with pytest.raises(NotShared):
        await set_visibility(
            (await access_of(ANN)).attempt(key="1"), license_id=Licenses.TOM_CAD, visibility=Visibility.PUBLIC
        )


async def test_the_same_idempotency_key_returns_the_first_result_and_changes_nothing(access_of, database):
    ann = await access_of(ANN)
    first = await assign_license(ann.attempt(key="once"), license_id=Licenses.ACME_POOL, target=User, target_id=TOM.id)
    entries_before = len(await _audit_entries(database))

    with pytest.raises(AlreadyAnswered) as answered:
        await assign_license(ann.attempt(key="once"), license_id=Licenses.ACME_POOL, target=User, target_id=TOM.id)

    answer = answered.value.answer
    assert answer["result"] == {"license": str(Licenses.ACME_POOL)}
    assert answer["changes"] == first.changes
    assert first.result.license.id == Licenses.ACME_POOL
    assert len(await _audit_entries(database)) == entries_before


async def test_a_refusal_is_replayed_for_the_same_key(access_of):
    tom = await access_of(TOM)
    for expected in (Forbidden, AlreadyAnswered):
        with pytest.raises(expected) as refused:
            await unassign_license(tom.attempt(key="once"), license_id=Licenses.TOM_CAD)
    assert refused.value.answer["refusal"]["code"] == "FORBIDDEN"


async def test_an_idempotency_key_with_other_arguments_is_refused(access_of, row):
    ann = await access_of(ANN)
    await assign_license(ann.attempt(key="once"), license_id=Licenses.ACME_POOL, target=User, target_id=TOM.id)
    with pytest.raises(IdempotencyConflict):
        await assign_license(ann.attempt(key="once"), license_id=Licenses.ACME_POOL, target=User, target_id=BEA.id)
    assert (await row(License, Licenses.ACME_POOL)).assigned_user_id == TOM.id


async def test_ten_concurrent_repeats_are_executed_once(access_of, database):
    ann = await access_of(ANN)
    before = len(await _audit_entries(database))

    answers = await asyncio.gather(
        *(unassign_license(ann.attempt(key="once"), license_id=Licenses.TOM_CAD) for _ in range(10)),
        return_exceptions=True,
    )

    assert sorted(type(each).__name__ for each in answers) == ["AlreadyAnswered"] * 9 + ["Completed"]
    assert len(await _audit_entries(database)) == before + 1


async def test_a_dry_run_returns_the_changes_and_makes_none(access_of, row, database):
    ann = await access_of(ANN)
    before = len(await _audit_entries(database))

    would = await assign_license(
        ann.attempt(key="1", dry_run=True), license_id=Licenses.ACME_POOL, target=User, target_id=TOM.id
    )
    with pytest.raises(TargetOutsideOwner):
        await assign_license(
            (await access_of(IDA)).attempt(key="1", dry_run=True),
            license_id=Licenses.ACME_POOL,
            target=User,
            target_id=MAX.id,
        )

    (change,) = would.changes
    assert (change["action"], change["type"], change["id"]) == ("license.assigned", "License", str(Licenses.ACME_POOL))
    assert change["after"] == {"assigned_user_id": str(TOM.id)}
    assert (await row(License, Licenses.ACME_POOL)).assigned_user_id is None
    assert len(await _audit_entries(database)) == before


@pytest.mark.feature("F50")
async def test_every_change_is_one_chained_audit_entry_and_one_announcement(access_of, announcer, database):
    ann = await access_of(ANN)
    await assign_license(ann.attempt(key="1"), license_id=Licenses.ACME_POOL, target=User, target_id=TOM.id)
    await unassign_license(ann.attempt(key="2"), license_id=Licenses.ACME_POOL)

    last, first = (await _audit_entries(database))[:2]
    assert announcer.numbers == [first.number, last.number]
    assert (first.action, last.action) == ("license.assigned", "license.unassigned")
    assert first.after["assigned_user_id"] == last.before["assigned_user_id"] == str(TOM.id)
    async with database.transaction() as session:
        count, broken = await audit.verify(session)
    assert (count, broken) == (last.number, None)
