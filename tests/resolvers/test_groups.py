"""The tree of groups: who creates, moves and deletes groups, and what happens to their content."""

import asyncio

import pytest
import sqlalchemy as sa

from authz.gate.results import Completed
from authz.lists.queries import PageQuery, Projection
from resolvers.activations import activate_license
from resolvers.groups import create_group, delete_group, modify_group, move_group, rename_group
from resolvers.memberships import add_membership
from seeds.cast import ANN, BEA, IDA, LEA, REX, SERVER, TOM, Groups, Licenses, cloud_of
from store.activations import Activation, ActivationState
from store.containers import Container, ContainerState, ContainerType
from store.db.base import new_id
from store.errors import BadInput, Conflict, EditionRequired, Forbidden, NotFound
from store.grants import CategoryGrant, GrantState
from store.groups import Group, GroupClosure, GroupDeleted, GroupKind
from store.licenses import License
from store.memberships import MemberRole, Membership, MembershipState
from store.portal import Edition, Portal
from store.services import group_tree
from store.services.group_content import GroupNotEmpty
from store.services.group_tree import TooDeep, WouldCreateCycle
from store.time_contingents import TimeContingent
from store.users import User


async def created(access_of, account, name="Acme Hamburg", *, kind=GroupKind.TEAM, **more):
    done = await create_group((await access_of(account)).attempt(key=name), name=name, kind=kind, **more)
    return done.result.group.id


async def groups_of(access):
    page = await access.view.page(Group, PageQuery(first=100), Projection(columns=frozenset({"name"})))
    return {each.name for each in page.rows}


async def count(database, cls=Group):
    async with database.transaction() as session:
        return await session.scalar(sa.select(sa.func.count()).select_from(cls))


async def set_edition(database, edition):
    async with database.transaction() as session:
        await session.execute(sa.update(Portal).values(edition=edition))


@pytest.mark.feature("F24", "F34")
async def test_an_administrator_creates_a_subgroup_with_its_cloud_container(access_of, row, database):
    group_id = await created(access_of, ANN, parent_id=Groups.ACME)

    group = await row(Group, group_id)
    assert (group.parent_id, group.level, group.kind) == (Groups.ACME, 3, GroupKind.TEAM)
    async with database.transaction() as session:
        clouds = (await session.scalars(sa.select(Container).where(Container.owner_group_id == group.id))).all()
    assert [(each.type, each.state) for each in clouds] == [(ContainerType.GROUP_CLOUD, ContainerState.READY)]


@pytest.mark.feature("F27")
async def test_a_new_group_is_visible_to_administrators_above_and_to_no_other_group(access_of):
    await created(access_of, ANN, parent_id=Groups.ACME)

    assert "Acme Hamburg" in await groups_of(await access_of(REX))
    for other in (TOM, LEA, BEA):
        assert "Acme Hamburg" not in await groups_of(await access_of(other))


@pytest.mark.parametrize(
    ("account", "parent", "refusal"),
    [
        (TOM, Groups.BERLIN, Forbidden),
        (ANN, Groups.BOLT, NotFound),
        (ANN, Groups.RHEINTAL, NotFound),
        (ANN, None, Forbidden),
    ],
)
@pytest.mark.feature("F24")
async def test_a_group_is_created_only_by_an_administrator_of_its_parent(access_of, database, account, parent, refusal):
    before = await count(database)

    with pytest.raises(refusal):
        await created(access_of, account, parent_id=parent)

    assert await count(database) == before


@pytest.mark.feature("F120")
async def test_the_basic_edition_has_customers_and_no_subgroups(access_of, database):
    await set_edition(database, Edition.BASIC)

    await created(access_of, IDA, "Carl", kind=GroupKind.CUSTOMER)
    with pytest.raises(EditionRequired) as refused:
        await created(access_of, IDA, parent_id=Groups.NORTHWIND)

    assert refused.value.details == {"capability": "GROUP_LEVELS", "minimum": "PROFESSIONAL"}


@pytest.mark.feature("F10")
async def test_the_professional_edition_has_two_levels(access_of, database):
    await set_edition(database, Edition.PROFESSIONAL)

    await created(access_of, REX, parent_id=Groups.RHEINTAL)
    with pytest.raises(EditionRequired) as refused:
        await created(access_of, ANN, "third", parent_id=Groups.ACME)

    assert refused.value.details["minimum"] == "ENTERPRISE"


@pytest.mark.feature("F09")
async def test_level_ten_is_created_and_level_eleven_refused_with_the_bound(access_of, row, database):
    parent_id = Groups.LAB
    for level in range(5, 11):
        parent_id = await created(access_of, ANN, f"level {level}", parent_id=parent_id)
    before = await count(database)

    with pytest.raises(TooDeep) as refused:
        await created(access_of, ANN, "level 11", parent_id=parent_id)

    assert (await row(Group, parent_id)).level == 10
    assert refused.value.details == {"limit": 10}
    assert await count(database) == before


async def test_only_the_vendor_decides_which_groups_are_resellers_or_internal(access_of, row):
    for number, tag in enumerate(({"kind": GroupKind.RESELLER}, {"kind": GroupKind.ISV}, {"is_internal": True})):
        with pytest.raises(Forbidden):
            await created(access_of, REX, f"tagged {number}", parent_id=Groups.RHEINTAL, **tag)
        with pytest.raises(Forbidden):
            await modify_group((await access_of(REX)).attempt(key=f"tag {number}"), group_id=Groups.ACME, **tag)
    assert (await row(Group, Groups.ACME)).kind is GroupKind.CUSTOMER

    await modify_group((await access_of(IDA)).attempt(key="1"), group_id=Groups.ACME, kind=GroupKind.RESELLER)
    await modify_group((await access_of(REX)).attempt(key="1"), group_id=Groups.BERLIN, kind=GroupKind.CUSTOMER)

    assert (await row(Group, Groups.ACME)).kind is GroupKind.RESELLER
    assert (await row(Group, Groups.BERLIN)).kind is GroupKind.CUSTOMER


@pytest.mark.feature("F31")
async def test_a_reseller_needs_the_capability_of_reseller_management(access_of, database):
    await set_edition(database, Edition.BASIC)

    with pytest.raises(EditionRequired) as refused:
        await created(access_of, IDA, kind=GroupKind.RESELLER)

    assert refused.value.details["capability"] == "RESELLER_MANAGEMENT"


@pytest.mark.feature("F24")
async def test_an_administrator_renames_the_own_group_and_modifies_only_those_below(access_of, row):
    await rename_group((await access_of(ANN)).attempt(key="1"), group_id=Groups.ACME, name="  Acme & Co ")
    with pytest.raises(Forbidden):
        await modify_group((await access_of(ANN)).attempt(key="2"), group_id=Groups.ACME, kind=GroupKind.TEAM)
    with pytest.raises(Forbidden):
        await rename_group((await access_of(TOM)).attempt(key="3"), group_id=Groups.BERLIN, name="Tom's")
    with pytest.raises(BadInput):
        await rename_group((await access_of(ANN)).attempt(key="4"), group_id=Groups.BERLIN, name=" \t")

    assert (await row(Group, Groups.ACME)).name == "Acme & Co"
    assert (await row(Group, Groups.BERLIN)).name == "Acme Berlin"


async def test_a_moved_group_is_visible_at_its_new_place_and_loses_the_licenses_of_its_former_parents(
    access_of, row, database
):
    done = await move_group((await access_of(IDA)).attempt(key="1"), group_id=Groups.BERLIN, parent_id=Groups.BOLT)

    assert done.changes[0]["before"] == {"parent_id": str(Groups.ACME)}
    assert "Acme Berlin Lab" in await groups_of(await access_of(BEA))
    assert "Acme Berlin" not in await groups_of(await access_of(ANN))
    lent = await row(License, Licenses.TOM_CAD)
    assert (lent.owner_group_id, lent.assigned_user_id) == (Groups.ACME, None)
    async with database.transaction() as session:
        states = set(await session.scalars(sa.select(Activation.state).where(Activation.license_id == lent.id)))
    assert ActivationState.ACTIVE not in states


async def test_only_the_vendor_moves_groups_and_never_below_themselves(access_of, row):
    with pytest.raises(Forbidden):
        await move_group((await access_of(REX)).attempt(key="1"), group_id=Groups.BERLIN, parent_id=Groups.RHEINTAL)
    with pytest.raises(WouldCreateCycle):
        await move_group((await access_of(IDA)).attempt(key="2"), group_id=Groups.ACME, parent_id=Groups.LAB)
    assert (await row(Group, Groups.BERLIN)).parent_id == Groups.ACME
    assert (await row(Group, Groups.ACME)).parent_id == Groups.RHEINTAL


async def test_of_two_opposite_moves_at_once_one_succeeds(access_of, database):
    ida = [await access_of(IDA) for _ in range(2)]
    for number in range(5):
        one, other = [
            await created(access_of, IDA, f"{each} {number}", kind=GroupKind.TEAM) for each in ("one", "other")
        ]

        outcomes = await asyncio.gather(
            move_group((ida[0]).attempt(key=f"a{number}"), group_id=one, parent_id=other),
            move_group((ida[1]).attempt(key=f"b{number}"), group_id=other, parent_id=one),
            return_exceptions=True,
        )

        assert sorted(type(each).__name__ for each in outcomes) == ["Completed", "WouldCreateCycle"]
        async with database.transaction() as session:
            both = sa.select(sa.func.count()).where(
                GroupClosure.ancestor_id.in_([one, other]), GroupClosure.descendant_id.in_([one, other])
            )
            assert await session.scalar(both) == 3


async def test_of_two_moves_of_one_group_at_once_one_succeeds(access_of, row, database):
    places = (Groups.BOLT, Groups.ACME)
    async with database.transaction() as session:
        await group_tree.lock_tree(session)  # until both have read the group at its former place
        moves = [
            asyncio.create_task(
                move_group((await access_of(IDA)).attempt(key=str(each)), group_id=Groups.LAB, parent_id=each)
            )
            for each in places
        ]
        waiting = sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        async with asyncio.timeout(20):
            while await session.scalar(waiting) < len(moves):  # noqa: ASYNC110 - a lock has no event to wait for
                await asyncio.sleep(0.02)

    outcomes = await asyncio.gather(*moves, return_exceptions=True)

    assert sorted(type(each).__name__ for each in outcomes) == ["Completed", "Conflict"]
    (won,) = (place for place, each in zip(places, outcomes, strict=True) if isinstance(each, Completed))
    assert (await row(Group, Groups.LAB)).parent_id == won


async def test_a_group_cannot_be_moved_deeper_than_the_edition_allows(access_of, database):
    await set_edition(database, Edition.PROFESSIONAL)

    with pytest.raises(EditionRequired):
        await move_group((await access_of(IDA)).attempt(key="1"), group_id=Groups.BOLT, parent_id=Groups.BERLIN)
    moved = await move_group((await access_of(IDA)).attempt(key="2"), group_id=Groups.LAB, parent_id=Groups.ACME)

    assert moved.result.group.id == Groups.LAB


async def test_a_group_with_content_is_not_deleted_and_the_error_names_the_content(access_of, row):
    with pytest.raises(GroupNotEmpty) as refused:
        await delete_group((await access_of(ANN)).attempt(key="1"), group_id=Groups.LAB)

    assert {"members", "licenses"} <= set(refused.value.details["content"])
    assert (await row(Group, Groups.LAB)).deleted_at is None


@pytest.mark.feature("F24")
async def test_an_empty_group_is_deleted_and_its_administrators_no_longer_see_it(access_of, row):
    group_id = await created(access_of, ANN, parent_id=Groups.ACME)

    await delete_group((await access_of(ANN)).attempt(key="1"), group_id=group_id)

    assert "Acme Hamburg" not in await groups_of(await access_of(ANN))
    with pytest.raises(NotFound):
        await rename_group((await access_of(ANN)).attempt(key="2"), group_id=group_id, name="again")
    with pytest.raises(GroupDeleted):
        await created(access_of, IDA, "below", parent_id=group_id)
    assert (await row(Group, group_id)).deleted_at is not None


async def test_an_administrator_cannot_delete_the_own_group(access_of, row):
    with pytest.raises(Forbidden):
        await delete_group((await access_of(ANN)).attempt(key="1"), group_id=Groups.ACME, move_content_to_parent=True)
    assert (await row(Group, Groups.ACME)).deleted_at is None


async def test_the_content_of_a_deleted_group_moves_to_its_parent(access_of, row, database):
    async with database.transaction() as session:
        await session.execute(sa.update(Membership).where(Membership.user_id == TOM.id).values(role=MemberRole.ADMIN))
        days = sa.select(sa.func.coalesce(sa.func.sum(TimeContingent.days), 0))
        before = await session.scalar(days)

    await delete_group((await access_of(ANN)).attempt(key="1"), group_id=Groups.BERLIN, move_content_to_parent=True)

    assert (await row(Group, Groups.LAB)).parent_id == Groups.ACME
    assert (await row(License, Licenses.BERLIN_PUBLIC)).assigned_group_id == Groups.ACME
    assert (await row(License, Licenses.TOM_CAD)).assigned_user_id == TOM.id
    async with database.transaction() as session:
        assert await session.scalar(days) == before
        belongs = await session.execute(
            sa.select(Membership.group_id, Membership.role, Membership.state).where(Membership.user_id == TOM.id)
        )
        assert set(belongs) == {
            (Groups.BERLIN, MemberRole.ADMIN, MembershipState.REMOVED),
            (Groups.ACME, MemberRole.MEMBER, MembershipState.ACTIVE),
        }
        home = await session.get_one(User, SERVER.id)
        assert home.home_group_id == Groups.ACME
    assert "Acme Berlin" not in await groups_of(await access_of(TOM))


async def test_a_dry_run_of_a_deletion_returns_the_changes_and_keeps_the_group(access_of, row):
    would = await delete_group(
        (await access_of(ANN)).attempt(key="1", dry_run=True), group_id=Groups.BERLIN, move_content_to_parent=True
    )

    assert would.changes[0]["action"] == "group.deleted"
    assert (await row(Group, Groups.BERLIN)).deleted_at is None
    assert (await row(License, Licenses.BERLIN_PUBLIC)).assigned_group_id == Groups.BERLIN


async def test_of_a_deletion_and_a_new_member_at_once_one_succeeds(access_of, row, database):
    for number in range(4):
        group_id = await created(access_of, ANN, f"short-lived {number}", parent_id=Groups.ACME)

        outcomes = await asyncio.gather(
            delete_group((await access_of(ANN)).attempt(key=f"d{number}"), group_id=group_id),
            add_membership((await access_of(ANN)).attempt(key=f"m{number}"), group_id=group_id, user_id=TOM.id),
            return_exceptions=True,
        )

        refused = [each for each in outcomes if isinstance(each, Exception)]
        assert len(refused) == 1
        assert isinstance(refused[0], GroupNotEmpty | GroupDeleted | NotFound | Conflict)
        async with database.transaction() as session:
            came = await session.scalar(sa.select(sa.exists().where(Membership.group_id == group_id)))
        assert came is ((await row(Group, group_id)).deleted_at is None)


@pytest.fixture
def passed_on(database):
    """`await passed_on(Groups.ACME)` adds a grant that Rex has passed on to Ann for a group, and returns its ID."""

    async def write(scope_group_id):
        grant_id = new_id()
        async with database.transaction() as session:
            held = await session.scalar(sa.select(CategoryGrant).where(CategoryGrant.holder_id == REX.id))
            session.add(
                CategoryGrant(
                    id=grant_id,
                    category_id=held.category_id,
                    holder_id=ANN.id,
                    scope_group_id=scope_group_id,
                    can_create=True,
                    granted_by_id=REX.id,
                    passed_on_from_id=held.id,
                )
            )
        return grant_id

    return write


async def test_a_grant_that_was_passed_on_ends_when_its_group_moves_out_of_the_source(access_of, row, passed_on):
    here, there = await passed_on(Groups.BERLIN), await passed_on(Groups.ACME)

    await move_group((await access_of(IDA)).attempt(key="1"), group_id=Groups.BERLIN, parent_id=Groups.BOLT)

    assert (await row(CategoryGrant, here)).state is GrantState.REVOKED
    assert (await row(CategoryGrant, there)).state is GrantState.ACTIVE


async def test_a_grant_ends_with_its_group_and_does_not_move_to_the_parent(access_of, row, passed_on):
    grant_id = await passed_on(Groups.BERLIN)

    await delete_group((await access_of(ANN)).attempt(key="1"), group_id=Groups.BERLIN, move_content_to_parent=True)

    grant = await row(CategoryGrant, grant_id)
    assert (grant.state, grant.scope_group_id) == (GrantState.REVOKED, Groups.BERLIN)


async def test_activations_in_the_cloud_of_a_deleted_group_free_their_seats(access_of, row):
    cloud = cloud_of(Groups.LAB)
    taken = await activate_license(
        (await access_of(ANN)).attempt(key="1"), license_id=Licenses.ACME_TEN_SEATS, container_id=cloud, device_label=""
    )

    await delete_group((await access_of(ANN)).attempt(key="2"), group_id=Groups.LAB, move_content_to_parent=True)

    activation = await row(Activation, taken.result.activation.id)
    assert (activation.state, activation.seat) == (ActivationState.WITHDRAWN, None)
    assert (await row(Container, cloud)).state is ContainerState.DELETED
