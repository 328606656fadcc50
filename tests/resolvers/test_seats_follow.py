"""Seats follow the owners of containers: they end when the owner leaves the groups of the license (spec A32)."""

import asyncio

import pytest
import sqlalchemy as sa

from authz.gate.results import Completed
from resolvers.activations import activate_license
from resolvers.groups import create_group, delete_group, move_group
from resolvers.memberships import remove_membership
from seeds.cast import ANN, IDA, TOM, Groups, Licenses, cloud_of
from store.activations import COUNTING, Activation, ActivationState
from store.containers import Container, ContainerType
from store.errors import Refusal
from store.groups import GroupKind
from store.memberships import Membership
from store.services.group_content import GroupNotEmpty

POOL = Licenses.ACME_TEN_SEATS


@pytest.fixture
def memberships_of(database):
    """`await memberships_of(TOM)` are the IDs of all memberships of a person."""

    async def read(account):
        async with database.transaction() as session:
            found = sa.select(Membership.id).where(Membership.user_id == account.id).order_by(Membership.id)
            return list(await session.scalars(found))

    return read


@pytest.fixture
def counting_in(database):
    """`await counting_in(container_id)` is the number of seats of the pool license in a container."""

    async def read(container_id):
        async with database.transaction() as session:
            seats = sa.select(sa.func.count()).where(
                Activation.license_id == POOL, Activation.container_id == container_id, Activation.state.in_(COUNTING)
            )
            return await session.scalar(seats)

    return read


async def test_a32_a_seat_of_a_pool_license_ends_when_a_person_leaves(
    access_of, memberships_of, row, audit_entries, database
):
    """A seat whose container's owner is no longer at or below the license's owner group is withdrawn."""
    ida = await access_of(IDA)
    async with database.transaction() as session:
        cloud = sa.select(Container.id).where(
            Container.owner_user_id == TOM.id, Container.type == ContainerType.PERSONAL_CLOUD
        )
        container_id = await session.scalar(cloud)
    done = await activate_license(ida, license_id=POOL, container_id=container_id)
    seat = done.result.activation.id

    for number, membership_id in enumerate(await memberships_of(TOM)):
        await remove_membership(ida.attempt(key=f"r{number}"), membership_id=membership_id)

    assert (await row(Activation, seat)).state is ActivationState.WITHDRAWN
    assert [each.resource_id for each in await audit_entries("activation.withdrawn")].count(seat) == 1


async def test_a32_a_seat_of_a_pool_license_ends_when_a_group_moves_to_another_customer(access_of, row):
    """A seat whose container's owner is no longer at or below the license's owner group is withdrawn."""
    ida = await access_of(IDA)
    done = await activate_license(ida, license_id=POOL, container_id=cloud_of(Groups.LAB))
    inside = await activate_license(ida, license_id=POOL, container_id=cloud_of(Groups.ACME))

    await move_group(ida.attempt(key="m"), group_id=Groups.LAB, parent_id=Groups.BOLT)

    assert (await row(Activation, done.result.activation.id)).state is ActivationState.WITHDRAWN
    assert (await row(Activation, inside.result.activation.id)).state is ActivationState.ACTIVE


async def test_a32_a_seat_whose_deactivation_is_disabled_stays_taken(access_of, row, update_license):
    """A32 ends with "but see A24": the seats taken stay taken until the vendor withdraws them."""
    ida = await access_of(IDA)
    done = await activate_license(ida, license_id=POOL, container_id=cloud_of(Groups.LAB))
    await update_license(POOL, deactivation_allowed=False)

    await move_group(ida.attempt(key="m"), group_id=Groups.LAB, parent_id=Groups.BOLT)

    assert (await row(Activation, done.result.activation.id)).state is ActivationState.ACTIVE


async def test_a32_an_activation_during_a_removal_leaves_no_seat(access_of, database, memberships_of, counting_in):
    """A removed person keeps no seat, whichever of the two requests comes first."""
    async with database.transaction() as session:
        cloud = sa.select(Container.id).where(
            Container.owner_user_id == TOM.id, Container.type == ContainerType.PERSONAL_CLOUD
        )
        container_id = await session.scalar(cloud)
    ida = await access_of(IDA)
    for number, each in enumerate(await memberships_of(TOM)):
        await remove_membership(ida.attempt(key=f"first{number}"), membership_id=each)
    for number in range(40):
        added = await _join(database)
        ann, other = await access_of(ANN), await access_of(IDA)

        outcomes = await asyncio.gather(
            activate_license(ann.attempt(key=f"a{number}"), license_id=POOL, container_id=container_id),
            remove_membership(other.attempt(key=f"r{number}"), membership_id=added),
            return_exceptions=True,
        )

        assert isinstance(outcomes[0], Completed | Refusal), outcomes
        assert isinstance(outcomes[1], Completed), outcomes
        assert await counting_in(container_id) == 0, f"round {number}: {outcomes}"


async def test_a32_an_activation_during_a_deletion_leaves_no_seat(access_of, database, counting_in):
    """A deleted group's container holds no seat, whichever of the two requests comes first."""
    for number in range(40):
        ida, ann = await access_of(IDA), await access_of(ANN)
        team = await create_group(
            ida.attempt(key=f"c{number}"), name=f"team {number}", kind=GroupKind.TEAM, parent_id=Groups.ACME
        )
        group_id = team.result.group.id
        async with database.transaction() as session:
            container_id = await session.scalar(sa.select(Container.id).where(Container.owner_group_id == group_id))

        outcomes = await asyncio.gather(
            activate_license(ann.attempt(key=f"a{number}"), license_id=POOL, container_id=container_id),
            delete_group(ida.attempt(key=f"d{number}"), group_id=group_id, move_content_to_parent=bool(number % 2)),
            return_exceptions=True,
        )

        assert isinstance(outcomes[0], Completed | Refusal), outcomes
        if isinstance(outcomes[1], GroupNotEmpty):
            assert await counting_in(container_id) == 1
            await delete_group(ida.attempt(key=f"e{number}"), group_id=group_id, move_content_to_parent=True)
        else:
            assert isinstance(outcomes[1], Completed), outcomes
        assert await counting_in(container_id) == 0, f"round {number}: {outcomes}"


async def _join(database):
    """Make Tom a member of Berlin again."""
    async with database.transaction() as session:
        of_tom = (Membership.user_id == TOM.id, Membership.group_id == Groups.BERLIN)
        await session.execute(sa.update(Membership).where(*of_tom).values(state="ACTIVE"))
        return await session.scalar(sa.select(Membership.id).where(*of_tom))
