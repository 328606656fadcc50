"""Imports in parts: an interrupted import can be continued, existing rows keep their values, and a part is all or nothing."""

import asyncio

import pytest
import sqlalchemy as sa

from resolvers.activations import activate_license
from resolvers.bulk.importing import check_rows, import_part
from resolvers.bulk.parts import parts_of
from resolvers.bulk.rows import ImportRefused, id_of
from resolvers.groups import delete_group, rename_group
from resolvers.licenses import assign_license
from resolvers.memberships import remove_membership
from seeds.cast import ANN, IDA, TOM, Groups, Licenses, Projects, cloud_of
from store.groups import Group
from store.license_states import Lifecycle, Visibility
from store.licenses import License
from store.memberships import Membership, MembershipState
from store.portal import Edition, Portal
from store.users import User

OAK, PLANT = id_of("group", "oak"), id_of("group", "plant")
PERPETUAL = {"firm_code": "6000010", "product_code": "1001", "model": "PERPETUAL_SINGLE_USER", "quantity": "1"}
WORLD = {
    "groups": [
        {"key": "plant", "name": "Oak Plant", "kind": "TEAM", "parent": "oak"},
        {"key": "oak", "name": "Oak", "kind": "CUSTOMER"},
    ],
    "users": [
        {"key": "olli", "email": "olli@oak.example", "name": "Olli"},
        {"key": "tom", "email": TOM.email, "name": TOM.name},
    ],
    "memberships": [{"user": "olli", "group": "oak"}, {"user": "tom", "group": "plant"}],
    "licenses": [{"key": f"l{number}", "owner_group": "oak", **PERPETUAL} for number in range(4)],
    "assignments": [{"license": "l0", "user": "tom"}, {"license": "l3", "group": "plant", "visibility": "PUBLIC"}],
}

POOL = {"assignments": [{"license": str(Licenses.ACME_POOL), "user": TOM.email}]}


def lines(rows):
    return {name: list(enumerate(found, start=2)) for name, found in rows.items()}


@pytest.fixture
def planned(access_of):
    """`await planned(WORLD)` is what an import of these rows would do."""

    async def check(rows):
        answer = await check_rows((await access_of(IDA)).attempt(dry_run=True), given=lines(rows), mistakes=[])
        return answer.result.plan

    return check


@pytest.fixture
def imported(access_of, planned):
    """`await imported(WORLD, most=3, parts=2)` imports the first parts of so many rows; all, if nothing is said."""

    async def run(rows, *, most=10_000, parts=None):
        plan = await planned(rows)
        for part in parts_of(plan, most=most)[:parts]:
            await import_part(await access_of(IDA), given=part, aliases=plan.aliases)
        return plan

    return run


def news(plan):
    return {name: len(found) for name, found in plan.new.items() if found}


async def refusal(awaitable):
    with pytest.raises(ImportRefused) as refused:
        await awaitable
    return [f"{each['file']}:{each['line']}: {each['message']}" for each in refused.value.details["findings"]]


@pytest.mark.feature("F106")
@pytest.mark.parametrize("stopped_after", [1, 2, 3, 4])
async def test_an_interrupted_import_continues_where_it_stopped(imported, planned, audit_entries, stopped_after):
    await imported(WORLD, most=3, parts=stopped_after)

    rest = await imported(WORLD)

    assert sum(news(rest).values()) < 11
    assert news(await planned(WORLD)) == {}
    counts = [entry.after for entry in await audit_entries("portal.imported")]
    assert sum(sum(count.values()) for count in counts) == 11


@pytest.mark.feature("F106")
async def test_a_license_and_its_assignment_are_in_the_same_part(planned):
    parts = parts_of(await planned(WORLD), most=2)

    for part in parts:
        assigned = {cells["license"] for _, cells in part.get("assignments", [])}
        assert assigned <= {cells["key"] for _, cells in part.get("licenses", [])}
    assert [cells["key"] for part in parts for _, cells in part.get("groups", [])] == ["oak", "plant"]


async def test_a_person_with_an_account_keeps_it_in_all_parts(imported, row, database):
    await imported(WORLD, most=1)

    async with database.transaction() as session:
        assert await session.scalar(sa.select(sa.func.count()).where(User.email == TOM.email)) == 1
        assert await session.scalar(sa.select(Membership.user_id).where(Membership.group_id == PLANT)) == TOM.id
    assert (await row(License, id_of("license", "l0"))).assigned_user_id == TOM.id
    assert (await row(License, id_of("license", "l3"))).visibility is Visibility.PUBLIC


async def test_changes_made_in_the_portal_are_reported_and_kept(imported, access_of, database, row):
    await imported(WORLD)
    await rename_group(await access_of(IDA), group_id=OAK, name="Oak and Sons")
    async with database.transaction() as session:
        belongs = sa.select(Membership.id).where(Membership.group_id == PLANT, Membership.user_id == TOM.id)
        membership_id = await session.scalar(belongs)
    await assign_license(await access_of(IDA), license_id=id_of("license", "l3"), target=Group, target_id=OAK)
    await remove_membership(await access_of(IDA), membership_id=membership_id)

    rest = {name: rows for name, rows in WORLD.items() if name != "assignments"}
    plan = await imported(rest | {"assignments": WORLD["assignments"][1:]})

    assert news(plan) == {}
    assert [str(each) for each in plan.notes] == [
        "groups.csv:3: name: 'Oak and Sons' is kept: the portal already has this row",
        "memberships.csv:3: 'REMOVED' is kept: the portal already has this row",
        f"assignments.csv:2: group: '{OAK}' is kept: the portal already has this row",
        "assignments.csv:2: visibility: 'ADMIN_ONLY' is kept: the portal already has this row",
    ]
    assert (await row(Group, OAK)).name == "Oak and Sons"
    assert (await row(Membership, membership_id)).state is MembershipState.REMOVED


async def test_a_license_from_the_pool_is_assigned(imported, row):
    plan = await imported(POOL)

    assert news(plan) == {"assignments": 1}
    assert (await row(License, Licenses.ACME_POOL)).assigned_user_id == TOM.id


async def test_a_pool_license_in_use_is_not_assigned(imported, row, access_of):
    await activate_license(await access_of(ANN), license_id=Licenses.ACME_POOL, container_id=cloud_of(Groups.ACME))

    assert await refusal(imported(POOL)) == [
        "assignments.csv:2: seats of this license are in use; assign it in the portal, which withdraws them"
    ]
    assert (await row(License, Licenses.ACME_POOL)).assigned_user_id is None


async def test_a_license_is_not_assigned_to_a_person_who_leaves_the_group_concurrently(imported, database, row):
    async with database.transaction() as session:
        leaving = sa.select(Membership).where(Membership.user_id == TOM.id, Membership.group_id == Groups.BERLIN)
        (await session.scalars(leaving)).one().end()
        await session.flush()
        importing = asyncio.create_task(refusal(imported(POOL)))
        _, waiting = await asyncio.wait([importing], timeout=1)
        assert waiting == {importing}

    assert await importing == ["assignments.csv:2: a license can be assigned only within its owner group or below"]
    assert (await row(License, Licenses.ACME_POOL)).assigned_user_id is None


async def test_a_different_isv_right_is_reported_and_kept(imported, row):
    rows = {"users": [{"key": "ann", "email": ANN.email, "name": ANN.name, "status": "ACTIVE", "isv_admin": "true"}]}

    plan = await imported(rows)

    assert [str(each) for each in plan.notes] == [
        "users.csv:2: isv_admin: 'false' is kept: the portal already has this row"
    ]
    assert not (await row(User, ANN.id)).is_isv_admin


async def test_a_part_that_no_longer_fits_is_refused_and_earlier_parts_stay(planned, access_of, database, row):
    plan = await planned(WORLD)
    first, second, *_rest = parts_of(plan, most=3)
    await import_part(await access_of(IDA), given=first, aliases=plan.aliases)
    await delete_group(await access_of(IDA), group_id=PLANT)

    mistakes = await refusal(import_part(await access_of(IDA), given=second, aliases=plan.aliases))

    assert mistakes == ["memberships.csv:3: unknown group 'plant'"]
    assert (await row(User, id_of("user", "olli"))).name == "Olli"
    async with database.transaction() as session:
        assert not await session.scalar(sa.select(sa.exists().where(Membership.group_id == OAK)))


async def test_an_expired_license_is_imported_as_expired(imported, row):
    old = PERPETUAL | {"model": "SINGLE_USER_SUBSCRIPTION", "starts_at": "2024-01-01T00:00:00Z"}
    gone = {
        "licenses": [{"key": "old", "owner_group": str(Groups.ACME), **old}],
        "assignments": [{"license": "old", "group": str(Groups.BERLIN)}],
    }

    await imported(gone)

    license = await row(License, id_of("license", "old"))
    assert (license.lifecycle, license.expires_at.year) == (Lifecycle.EXPIRED, 2025)
    assert license.assigned_group_id == Groups.BERLIN


async def test_internal_licenses_are_imported_only_for_internal_and_reseller_groups(imported):
    nfr = PERPETUAL | {"model": "INTERNAL_NFR"}
    rows = {
        "licenses": [
            {"key": "house", "owner_group": str(Groups.RHEINTAL), **nfr},
            {"key": "sold", "owner_group": str(Groups.ACME), **nfr},
        ],
        "assignments": [{"license": "house", "group": str(Groups.ACME)}],
    }

    assert await refusal(imported(rows)) == [
        "licenses.csv:3: an internal license can be owned only by a group of the vendor or of a reseller",
        "assignments.csv:2: an internal license can be assigned only to people of the vendor or of a reseller",
    ]


@pytest.mark.feature("F10")
async def test_the_edition_limits_the_levels_of_imported_groups(imported, planned, database):
    async with database.transaction() as session:
        await session.execute(sa.update(Portal).values(edition=Edition.PROFESSIONAL))
    third = WORLD["groups"] + [{"key": "shed", "name": "Shed", "kind": "TEAM", "parent": "plant"}]

    assert news(await planned({"groups": WORLD["groups"]})) == {"groups": 2}
    assert await refusal(imported({"groups": third})) == [
        "groups.csv:4: this group would be on level 3, the deepest is 2 in edition PROFESSIONAL"
    ]


async def test_an_import_adds_one_live_demo_per_owner_and_product(imported):
    demo = PERPETUAL | {"model": "DEMO", "days": "30"}
    rows = {
        "licenses": [
            {"key": "d1", "owner_group": str(Groups.ACME), **demo},
            {"key": "d2", "owner_group": str(Groups.BOLT), **demo},
            {"key": "d3", "owner_group": str(Groups.BOLT), **demo},
            {"key": "d4", "owner_group": str(Groups.BOLT), **demo, "state": "REVOKED"},
        ]
    }

    there = "this owner already has a live demo of this product"
    assert await refusal(imported(rows)) == [f"licenses.csv:2: {there}", f"licenses.csv:4: {there}"]


async def test_an_import_does_not_reassign_a_license_of_a_project(imported, row):
    taken = {"assignments": [{"license": str(Licenses.PROJECT_PUBLIC), "group": str(Groups.BERLIN)}]}

    plan = await imported(taken)

    assert (news(plan), plan.known["assignments"]) == ({}, 1)
    assert (await row(License, Licenses.PROJECT_PUBLIC)).assigned_project_id == Projects.HAMBURG


DEMO = {"firm_code": "6000010", "product_code": "2001", "model": "DEMO", "quantity": "1", "days": "30"}


@pytest.mark.feature("F106")
@pytest.mark.parametrize(
    ("said", "mistake"),
    [
        ({"first_activated_at": "9999-12-30T00:00:00Z"}, "days: the end of its days is outside the calendar"),
        ({"first_activated_at": "2020-01-01T00:00:00Z"}, "first_activated_at: the license would end before it starts"),
        (
            {"starts_at": "0001-01-01T00:00:01Z"},
            "starts_at: must be an instant in the years 1900 to 9999, got '0001-01-01T00:00:01Z'",
        ),
    ],
)
async def test_impossible_times_of_a_demo_are_reported_with_line_and_column(imported, said, mistake):
    with pytest.raises(ImportRefused) as refused:
        await imported({"licenses": [{"key": "d", "owner_group": str(Groups.ACME), **DEMO, **said}]})

    (found,) = refused.value.details["findings"]
    assert (f"{found['file']}:{found['line']}", f"{found['column']}: {found['message']}") == ("licenses.csv:2", mistake)


async def test_an_already_activated_demo_ends_after_its_days(imported, row):
    ran = {"starts_at": "2026-10-01T00:00:00Z", "first_activated_at": "2026-11-01T00:00:00Z"}

    await imported({"licenses": [{"key": "d", "owner_group": str(Groups.ACME), **DEMO, **ran}]})

    license = await row(License, id_of("license", "d"))
    assert f"{license.first_activated_at:%Y-%m-%d} {license.expires_at:%Y-%m-%d}" == "2026-11-01 2026-12-01"
    assert (license.days, license.lifecycle) == (30, Lifecycle.VALID)
