"""Many requests for the same rows at once: every one ends with its result or a refusal on record, none with an error."""

import asyncio
import random
from collections import Counter

import pytest
import sqlalchemy as sa

from authz.gate.access import Access
from authz.gate.anonymous import anonymous_use_case
from authz.gate.transaction import MutationRequest
from resolvers.activations import activate_license, deactivate_activation
from resolvers.groups import create_group, delete_group, rename_group
from resolvers.licenses import assign_license, set_visibility, unassign_license
from resolvers.memberships import change_role, remove_membership
from seeds.cast import ANN, IDA, LEA, TOM, Groups, Licenses, cloud_of, named
from store.activations import Activation, ActivationState
from store.audit import AuditEntry, Outcome
from store.errors import Conflict, NotFound, Refusal
from store.groups import GroupKind
from store.license_states import Visibility
from store.memberships import MemberRole
from store.users import User


async def test_requests_for_the_same_rows_end_in_results_and_recorded_refusals(access_of, database, nightly):
    """Administrators of one customer act on the same groups, licenses, seats and memberships, all at once."""
    chance, outcomes = random.Random(3), Counter()
    berlin, lab = named("membership", f"{TOM.login} BERLIN"), named("membership", f"{LEA.login} LAB")

    async def seat():
        async with database.transaction() as session:
            states = Activation.state == ActivationState.ACTIVE
            return await session.scalar(
                sa.select(Activation.id).where(states, Activation.license_id == Licenses.ACME_TEN_SEATS).limit(1)
            )

    async def team(person):
        group = (await create_group(person, name="Team", kind=GroupKind.TEAM, parent_id=Groups.BERLIN)).result.group
        await rename_group(person, group_id=group.id, name="Crew")
        await delete_group(person, group_id=group.id, move_content_to_parent=True)

    actions = (
        lambda person: assign_license(person, license_id=Licenses.ACME_TEN_SEATS, target=User, target_id=TOM.id),
        lambda person: unassign_license(person, license_id=Licenses.ACME_TEN_SEATS),
        lambda person: set_visibility(
            person, license_id=Licenses.BERLIN_PUBLIC, visibility=chance.choice(list(Visibility))
        ),
        lambda person: activate_license(
            person, license_id=Licenses.ACME_TEN_SEATS, container_id=cloud_of(chance.choice((Groups.ACME, TOM.id)))
        ),
        lambda person: change_role(person, membership_id=berlin, role=chance.choice(list(MemberRole))),
        lambda person: remove_membership(person, membership_id=lab),
        team,
    )

    async def give_back(person):
        if (activation_id := await seat()) is not None:
            await deactivate_activation(person, activation_id=activation_id)

    async def act():
        person = await access_of(chance.choice((ANN, ANN, IDA)))
        try:
            await chance.choice((*actions, give_back))(person)
            outcomes["done"] += 1
        except Refusal as refusal:
            outcomes[refusal.code] += 1
        finally:
            await person.close()

    async with database.transaction() as session:
        before = await session.scalar(sa.select(sa.func.max(AuditEntry.number))) or 0
    for _ in range(40 if nightly else 12):
        await asyncio.gather(*(act() for _ in range(12)))

    async with database.transaction() as session:
        new = sa.select(AuditEntry).where(AuditEntry.number > before, AuditEntry.outcome == Outcome.REFUSED)
        recorded = Counter(each.code for each in await session.scalars(new))
    refused = Counter({code: count for code, count in outcomes.items() if code != "done"})
    assert recorded == refused
    assert outcomes["done"] > 20, outcomes


async def _deadlock(session):
    await session.execute(sa.text("DO $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$"))


async def test_a_deadlock_repeats_a_mutation_and_the_record_of_its_refusal(access_of, database):
    """The first attempt of the mutation and the first record of its refusal both end in a deadlock."""
    ann, deadlocks = await access_of(ANN), [2, 2]

    async def refused(gate):
        async def on_refusal(session):
            deadlocks[1] -= 1
            if deadlocks[1]:
                await _deadlock(session)
            return ()

        gate.on_refusal = on_refusal
        deadlocks[0] -= 1
        if deadlocks[0]:
            await gate.run(_deadlock)
        raise NotFound("there is no such thing")

    with pytest.raises(NotFound):
        await ann.run(MutationRequest("licenseAssign", "1", {}, dry_run=False, request_id="deadlock"), refused)

    async with database.transaction() as session:
        recorded = list(await session.scalars(sa.select(AuditEntry.code).where(AuditEntry.request_id == "deadlock")))
    assert (deadlocks, recorded) == ([0, 0], ["NOT_FOUND"])


async def test_a_deadlock_of_an_anonymous_caller_is_a_conflict(portal):
    @anonymous_use_case("accountRegister")
    async def registers(caller):
        async with caller.transaction() as transaction:
            await transaction.run(_deadlock)

    with pytest.raises(Conflict):
        await registers(Access(portal, None, "deadlock"))
