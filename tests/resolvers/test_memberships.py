"""Memberships: joining, roles, leaving, and the licenses that return to a group when a member leaves."""

import asyncio

import pytest
import sqlalchemy as sa

from authz.lists.queries import PageQuery, Projection
from resolvers.containers import import_credential
from resolvers.licenses import assign_license
from resolvers.memberships import add_membership, change_role, leave_group, remove_membership, set_bundle
from seeds.cast import ANN, BEA, IDA, LEA, MAX, OLGA, REX, SAL, SERVER, TOM, UWE, Groups, Licenses, cloud_of, named
from store.activations import Activation, ActivationState
from store.containers import Container
from store.devices import ContainerDevice
from store.errors import Forbidden, NotFound
from store.groups import Group
from store.license_states import Visibility
from store.licenses import License
from store.memberships import (
    AlreadyMember,
    Bundle,
    MemberRole,
    Membership,
    MembershipState,
    NotInVendorGroup,
    NotMember,
)
from store.users import AccountNotUsable, User
from tests.portal import NOW


def membership_of(account, group):
    return named("membership", f"{account.login} {group}")


async def sees(access, cls):
    page = await access.view.page(cls, PageQuery(first=100), Projection())
    await access.view.renew()
    return {each.id for each in page.rows}


@pytest.mark.feature("F105")
async def test_a_person_who_joins_a_further_group_sees_the_licenses_of_both(access_of, row):
    tom = await access_of(TOM)
    assert Licenses.LAB_PUBLIC not in await sees(tom, License)

    done = await add_membership((await access_of(ANN)).attempt(key="1"), group_id=Groups.LAB, user_id=TOM.id)

    assert {Licenses.LAB_PUBLIC, Licenses.BERLIN_PUBLIC} <= await sees(tom, License)
    membership = await row(Membership, done.result.membership.id)
    assert (membership.role, membership.state) == (MemberRole.MEMBER, MembershipState.ACTIVE)


@pytest.mark.parametrize(
    ("account", "group", "user", "refusal"),
    [
        (ANN, Groups.BOLT, TOM, NotFound),
        (TOM, Groups.BERLIN, LEA, Forbidden),
        (ANN, Groups.LAB, MAX, NotFound),
        (ANN, Groups.LAB, OLGA, Forbidden),  # works on a project of Acme, so that Ann may read her account
        (IDA, Groups.LAB, SERVER, AccountNotUsable),
        (ANN, Groups.BERLIN, TOM, AlreadyMember),
    ],
    ids=["foreign group", "no admin", "foreign person", "only known", "license server", "a member already"],
)
async def test_only_an_administrator_of_the_group_and_the_person_adds_a_membership(
    access_of, database, account, group, user, refusal
):
    async def rows():
        async with database.transaction() as session:
            return await session.scalar(sa.select(sa.func.count()).select_from(Membership))

    before = await rows()

    with pytest.raises(refusal):
        await add_membership((await access_of(account)).attempt(key="1"), group_id=group, user_id=user.id)

    assert await rows() == before


@pytest.mark.feature("F23")
async def test_a_new_role_counts_from_the_next_statement_on(access_of):
    tom = await access_of(TOM)
    assert Licenses.BERLIN_ADMIN_ONLY not in await sees(tom, License)

    await change_role(
        (await access_of(ANN)).attempt(key="1"), membership_id=membership_of(TOM, "BERLIN"), role=MemberRole.ADMIN
    )
    assert Licenses.BERLIN_ADMIN_ONLY in await sees(tom, License)

    await change_role(
        (await access_of(ANN)).attempt(key="2"), membership_id=membership_of(TOM, "BERLIN"), role=MemberRole.MEMBER
    )
    assert Licenses.BERLIN_ADMIN_ONLY not in await sees(tom, License)


async def test_a_member_cannot_become_an_administrator_without_one(access_of, row):
    with pytest.raises(Forbidden):
        await change_role(
            (await access_of(TOM)).attempt(key="1"), membership_id=membership_of(TOM, "BERLIN"), role=MemberRole.ADMIN
        )
    with pytest.raises(NotFound):
        await change_role(
            (await access_of(ANN)).attempt(key="2"), membership_id=membership_of(MAX, "BOLT"), role=MemberRole.ADMIN
        )
    assert (await row(Membership, membership_of(TOM, "BERLIN"))).role is MemberRole.MEMBER


async def test_licenses_return_to_the_group_when_a_member_is_removed(access_of, row, database):
    before = (await row(Container, cloud_of(Groups.BERLIN))).credential_generation

    await remove_membership((await access_of(ANN)).attempt(key="1"), membership_id=membership_of(TOM, "BERLIN"))

    license = await row(License, Licenses.TOM_CAD)
    assert (license.owner_group_id, license.assigned_user_id, license.visibility) == (
        Groups.ACME,
        None,
        Visibility.ADMIN_ONLY,
    )
    async with database.transaction() as session:
        states = set(await session.scalars(sa.select(Activation.state).where(Activation.license_id == license.id)))
    assert ActivationState.ACTIVE not in states
    assert (await row(Container, cloud_of(Groups.BERLIN))).credential_generation == before + 1
    tom = await access_of(TOM)
    assert not {Licenses.TOM_CAD, Licenses.BERLIN_PUBLIC} & await sees(tom, License)
    assert Groups.BERLIN not in await sees(tom, Group)
    assert (await row(User, TOM.id)).status == "ACTIVE"


async def test_devices_need_new_credentials_for_the_group_cloud_after_a_member_is_removed(access_of, database):
    tom = await access_of(TOM)
    cloud = cloud_of(Groups.BERLIN)
    await import_credential(tom.attempt(key="1"), container_id=cloud, device_label="laptop")

    await remove_membership((await access_of(ANN)).attempt(key="2"), membership_id=membership_of(TOM, "BERLIN"))

    async with database.transaction() as session:
        ended = sa.select(ContainerDevice.ended_at).where(ContainerDevice.container_id == cloud)
        assert (await session.scalars(ended)).all() == [NOW]
    with pytest.raises(NotFound):
        await import_credential(tom.attempt(key="3"), container_id=cloud, device_label="laptop")


async def test_licenses_of_other_groups_stay_assigned(access_of, row):
    await remove_membership((await access_of(ANN)).attempt(key="1"), membership_id=membership_of(BEA, "BERLIN"))

    assert (await row(License, Licenses.BEA_ACME)).assigned_user_id is None
    assert (await row(License, Licenses.BEA_BOLT)).assigned_user_id == BEA.id


async def test_a_member_of_another_group_below_the_owner_keeps_its_licenses(access_of, row):
    await add_membership((await access_of(ANN)).attempt(key="1"), group_id=Groups.LAB, user_id=TOM.id)

    await remove_membership((await access_of(ANN)).attempt(key="2"), membership_id=membership_of(TOM, "BERLIN"))

    assert (await row(License, Licenses.TOM_CAD)).assigned_user_id == TOM.id


@pytest.mark.feature("F105")
async def test_a_former_administrator_comes_back_as_a_plain_member(access_of, row):
    own = membership_of(BEA, "BOLT")
    await leave_group((await access_of(BEA)).attempt(key="1"), membership_id=own)
    assert (await row(Membership, own)).state is MembershipState.REMOVED
    with pytest.raises(NotMember) as refused:
        await leave_group((await access_of(BEA)).attempt(key="2"), membership_id=own)
    assert refused.value.details == {"state": "REMOVED"}

    with pytest.raises(NotFound):
        await add_membership((await access_of(REX)).attempt(key="3"), group_id=Groups.BOLT, user_id=BEA.id)
    await add_membership((await access_of(IDA)).attempt(key="4"), group_id=Groups.BOLT, user_id=BEA.id)

    again = await row(Membership, own)
    assert (again.state, again.role) == (MembershipState.ACTIVE, MemberRole.MEMBER)


async def test_a_membership_is_left_only_by_its_own_user(access_of, row):
    with pytest.raises(Forbidden):
        await leave_group((await access_of(ANN)).attempt(key="1"), membership_id=membership_of(TOM, "BERLIN"))
    assert (await row(Membership, membership_of(TOM, "BERLIN"))).state is MembershipState.ACTIVE


async def test_a_former_member_is_assigned_no_licenses(access_of, row):
    await remove_membership((await access_of(ANN)).attempt(key="1"), membership_id=membership_of(TOM, "BERLIN"))

    with pytest.raises(NotFound):
        await assign_license(
            (await access_of(ANN)).attempt(key="2"), license_id=Licenses.ACME_POOL, target=User, target_id=TOM.id
        )
    assert (await row(License, Licenses.ACME_POOL)).assigned_user_id is None


async def test_a_license_assigned_while_its_assignee_leaves_ends_in_the_pool(access_of, database):
    """Whichever comes first: no person holds a license of a group that they do not belong to."""
    for number in range(6):
        async with database.transaction() as session:
            tom = sa.update(Membership).where(Membership.user_id == TOM.id)
            await session.execute(tom.values(state=MembershipState.ACTIVE))
        ann, rex = await access_of(ANN), await access_of(REX)

        outcomes = await asyncio.gather(
            assign_license(
                ann.attempt(key=f"assign {number}"), license_id=Licenses.ACME_POOL, target=User, target_id=TOM.id
            ),
            remove_membership(rex.attempt(key=f"remove {number}"), membership_id=membership_of(TOM, "BERLIN")),
            return_exceptions=True,
        )

        assert {type(each).__name__ for each in outcomes} <= {"Completed", "NotFound", "TargetOutsideOwner", "Conflict"}
        async with database.transaction() as session:
            belongs = await session.scalar(sa.select(Membership.state).where(Membership.user_id == TOM.id))
            holder = await session.scalar(sa.select(License.assigned_user_id).where(License.id == Licenses.ACME_POOL))
        assert holder is None or belongs is MembershipState.ACTIVE


async def test_only_the_vendor_sets_bundles_and_only_for_its_own_employees(access_of, row):
    uwe_in = membership_of(UWE, "NORTHWIND")
    await set_bundle((await access_of(IDA)).attempt(key="1"), membership_id=uwe_in, bundle=None)
    assert Groups.BOLT not in await sees(await access_of(UWE), Group)
    await set_bundle((await access_of(IDA)).attempt(key="2"), membership_id=uwe_in, bundle=Bundle.AUDITOR)
    assert Groups.BOLT in await sees(await access_of(UWE), Group)

    with pytest.raises(NotInVendorGroup) as refused:
        await set_bundle(
            (await access_of(IDA)).attempt(key="3"), membership_id=membership_of(TOM, "BERLIN"), bundle=Bundle.SUPPORT
        )
    assert refused.value.details == {"state": "TEAM"}
    for account, membership, refusal in (
        (SAL, membership_of(SAL, "SALES"), Forbidden),
        (ANN, membership_of(TOM, "BERLIN"), Forbidden),
        (UWE, uwe_in, Forbidden),
        (TOM, uwe_in, NotFound),
    ):
        with pytest.raises(refusal):
            await set_bundle(
                (await access_of(account)).attempt(key="4"), membership_id=membership, bundle=Bundle.SUPPORT
            )
    assert (await row(Membership, membership_of(TOM, "BERLIN"))).bundle is None


async def test_a_bundle_ends_with_the_membership(access_of, row):
    uwe_in = membership_of(UWE, "NORTHWIND")
    await remove_membership((await access_of(IDA)).attempt(key="1"), membership_id=uwe_in)
    await add_membership((await access_of(IDA)).attempt(key="2"), group_id=Groups.NORTHWIND, user_id=UWE.id)

    assert ((await row(Membership, uwe_in)).state, (await row(Membership, uwe_in)).bundle) == ("ACTIVE", None)
    assert Groups.BOLT not in await sees(await access_of(UWE), Group)
