"""Reading the demo world through the schema: who sees what, and what it takes."""

import pytest
import sqlalchemy as sa
from graphql import get_named_type, is_leaf_type

from schema.fields.ids import from_global_id, to_global_id
from seeds.cast import ANN, BEA, CAST, IDA, LEA, OLGA, REX, SAM, SERVER, TOM, Groups, Licenses, Products, cloud_of
from store.activations import Activation, ActivationState
from store.groups import Membership
from store.licenses import License
from store.portal import Edition, Portal
from store.products import LicenseModel
from tests.portal import NOW

MUST_SHOW = """query Page($first: Int! = 50) { viewer { licenses(first: $first) { nodes { id
    product { name } group { name } assignee { name } activations { nodes { container { serial } } } viewerCan
} } } }"""
# The log-in; the choice of a plan; the page; products, groups, activations, containers; assignees of three kinds.
MOST_STATEMENTS = 10

_TOMS = {Licenses.TOM_CAD, Licenses.TOM_RENDER, Licenses.TOM_PREPAID, Licenses.TOM_GATEWAY, Licenses.TOM_SUSPENDED}
_BERLIN = {Licenses.BERLIN_PUBLIC, Licenses.BERLIN_EXPIRED}
_ACME = {
    *_TOMS,
    *_BERLIN,
    *(Licenses.BEA_ACME, Licenses.SERVER_FLOW, Licenses.BERLIN_ADMIN_ONLY, Licenses.BERLIN_DONGLE, Licenses.LAB_PUBLIC),
    *(Licenses.ACME_PUBLIC, Licenses.ACME_TEN_SEATS, Licenses.ACME_POOL, Licenses.ACME_DEMO, Licenses.ACME_REVOKED),
    *(Licenses.PROJECT_PUBLIC, Licenses.PROJECT_ADMIN_ONLY),
}
_BOLT = {
    Licenses.BOLT_PUBLIC,
    Licenses.BOLT_ADMIN_ONLY,
    Licenses.BOLT_CANCELLED,
    Licenses.BOLT_SCHEDULED,
    Licenses.BEA_BOLT,
}
SEEN = {
    IDA: {value for name, value in vars(Licenses).items() if not name.startswith("_")},
    REX: _ACME | {Licenses.RHEINTAL_NFR},
    ANN: _ACME,
    TOM: _TOMS | _BERLIN,
    BEA: _BOLT | _BERLIN | {Licenses.BEA_ACME},
    SERVER: {Licenses.SERVER_FLOW},
    OLGA: {Licenses.PROJECT_PUBLIC},
    SAM: {Licenses.SAM_HOME},
}


def ids(connection):
    return {from_global_id(each["id"])[1] for each in connection["nodes"]}


@pytest.mark.feature("F21")
@pytest.mark.parametrize("account", CAST, ids=lambda each: each.name)
async def test_everybody_sees_his_licenses_in_one_number_of_statements(execute, account):
    few = await execute(account, MUST_SHOW, first=2)
    all_ = await execute(account, MUST_SHOW)

    assert (all_.errors, ids(all_.data["viewer"]["licenses"])) == ([], SEEN[account])
    assert max(few.statements, all_.statements) <= MOST_STATEMENTS


async def test_a_page_five_times_as_full_takes_not_one_statement_more(execute, database):
    before = await execute(ANN, MUST_SHOW, first=100)
    async with database.transaction() as session:
        for number in range(80):
            to_tom = number % 2 == 0
            license = License(
                product_id=Products.CAD,
                model=LicenseModel.PERPETUAL_MULTI_USER,
                quantity=2,
                owner_group_id=Groups.ACME,
                assigned_user_id=TOM.id if to_tom else None,
                assigned_group_id=None if to_tom else Groups.BERLIN,
            )
            session.add(license)
            await session.flush()
            seat = {"seat": 1, "generation": 1, "state": ActivationState.ACTIVE}
            asked = {"requested_by_id": ANN.id, "requested_at": NOW}
            session.add(
                Activation(license_id=license.id, container_id=cloud_of(Groups.ACME), device_label="", **seat, **asked),
            )

    after = await execute(ANN, MUST_SHOW, first=100)

    found = [len(each.data["viewer"]["licenses"]["nodes"]) for each in (before, after)]
    assert found == [19, 99]
    assert before.statements == after.statements


async def test_what_a_page_holds_is_told_with_it(execute):
    answer = await execute(TOM, MUST_SHOW)

    found = {from_global_id(each["id"])[1]: each for each in answer.data["viewer"]["licenses"]["nodes"]}
    assert found[Licenses.TOM_CAD] | {"id": None} == {
        "id": None,
        "product": {"name": "Atlas CAD"},
        "group": None,  # whose it was before it became his is for administrators
        "assignee": {"name": "Tom Tanner"},
        "activations": {"nodes": [{"container": {"serial": "140-1000004"}}]},
        "viewerCan": ["READ", "ACTIVATE", "ADD_TIME"],
    }
    assert found[Licenses.BERLIN_PUBLIC]["group"] == {"name": "Acme Berlin"}


async def test_an_administrator_sees_what_a_member_does_not(execute):
    document = (
        "query($id: ID!) { node(id: $id) { ... on License { group { name } ownerGroup { name } order { id } } } }"
    )

    by_ann = await execute(ANN, document, id=to_global_id("License", Licenses.TOM_CAD))
    by_tom = await execute(TOM, document, id=to_global_id("License", Licenses.TOM_CAD))

    assert by_ann.data["node"] | {"order": None} == {
        "group": {"name": "Acme"},
        "ownerGroup": {"name": "Acme"},
        "order": None,
    }
    assert by_tom.data["node"] == {"group": None, "ownerGroup": None, "order": None}


@pytest.mark.feature("F27", "F40", "F41", "F42")
async def test_each_license_is_read_by_those_it_is_meant_for_and_null_to_the_others(execute):
    document = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    licenses = {
        Licenses.BERLIN_PUBLIC: {"Tom Tanner", "Bea Brandt", "Ann Archer", "Rex Rheiner"},
        Licenses.BERLIN_ADMIN_ONLY: {"Ann Archer", "Rex Rheiner"},
        Licenses.TOM_CAD: {"Tom Tanner", "Ann Archer", "Rex Rheiner"},
        Licenses.LAB_PUBLIC: {"Lea Lang", "Ann Archer", "Rex Rheiner"},  # those above see down, and nobody up
        Licenses.BOLT_ADMIN_ONLY: {"Bea Brandt"},
    }
    seen = {each: set() for each in licenses}
    for who in (TOM, BEA, LEA, ANN, REX, SAM):
        answer = await execute(who, document, ids=[to_global_id("License", each) for each in licenses])
        for license, node in zip(licenses, answer.data["nodes"], strict=True):
            if node is not None:
                seen[license].add(who.name)
    assert seen == licenses


@pytest.mark.feature("F40")
async def test_a_hidden_license_and_none_at_all_read_the_same(execute):
    document = """query($id: ID!) {
        node(id: $id) { id } nodes(ids: [$id]) { id viewerCan } explain(action: ASSIGN, id: $id) { decision }
    }"""
    hidden, absent = to_global_id("License", Licenses.BERLIN_ADMIN_ONLY), to_global_id("License", TOM.id)
    group, nobody = to_global_id("Group", Groups.ACME), to_global_id("Group", TOM.id)
    lists = (
        "query($group: ID!) { viewer { licenses(where: { ownerGroup: { eq: $group } }) { nodes { id } totalCount } } }"
    )

    first, second = [await execute(TOM, document, id=each) for each in (hidden, absent)]
    third, fourth = [await execute(TOM, lists, group=each) for each in (group, nobody)]

    assert (first.data, first.codes) == (second.data, second.codes)
    assert (first.data["node"], first.data["nodes"], first.data["explain"]) == (None, [None], None)
    assert (third.data, third.codes) == (fourth.data, fourth.codes)
    assert third.data["viewer"]["licenses"] == {"nodes": [], "totalCount": 0}


async def test_a_group_lists_only_licenses_whose_owner_may_be_told(execute, database):
    """Tom joins Acme itself; that what he has was Acme's is for its administrators still."""
    async with database.transaction() as session:
        session.add(Membership(user_id=TOM.id, group_id=Groups.ACME))

    answer = await execute(
        TOM,
        "query($id: ID!) { node(id: $id) { ... on Group { name licenses { nodes { id } totalCount } } } }",
        id=to_global_id("Group", Groups.ACME),
    )

    assert answer.data["node"] == {"name": "Acme", "licenses": {"nodes": [], "totalCount": 0}}


async def test_nodes_come_in_the_order_asked_for(execute):
    asked = [
        to_global_id("User", ANN.id),
        to_global_id("License", Licenses.TOM_CAD),
        to_global_id("User", IDA.id),
        to_global_id("Group", Groups.ACME),
    ]

    answer = await execute(
        ANN,
        "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Assignee { name } } }",
        ids=asked,
    )

    assert [each and (each["__typename"], each["id"]) for each in answer.data["nodes"]] == [
        ("User", asked[0]), ("License", asked[1]), None, ("Group", asked[3]),
    ]  # fmt: skip
    assert answer.data["nodes"][0]["name"] == ANN.name


async def test_a_denial_says_who_may(execute):
    document = """query($id: ID!) {
        node(id: $id) { viewerCan viewerCannot { action reason } }
        explain(action: ASSIGN, id: $id) { decision rules { place sentence } }
    }"""

    answer = await execute(TOM, document, id=to_global_id("License", Licenses.BERLIN_PUBLIC))

    assert answer.data["node"]["viewerCan"] == ["READ", "ACTIVATE"]
    denied = {each["action"]: each["reason"] for each in answer.data["node"]["viewerCannot"]}
    assert "Group administrators can manage the licenses" in denied["ASSIGN"]
    assert answer.data["explain"]["decision"] == "DENIED"
    assert "ISV administrators can manage the whole portal." in [
        each["sentence"] for each in answer.data["explain"]["rules"]
    ]


async def test_a_permission_is_explained_by_the_rules_that_give_it(execute):
    document = "query($id: ID!) { explain(action: READ, id: $id) { decision rules { place sentence } } }"

    own = await execute(TOM, document, id=to_global_id("License", Licenses.TOM_CAD))
    shown = await execute(TOM, document, id=to_global_id("License", Licenses.BERLIN_PUBLIC))

    (rule,) = own.data["explain"]["rules"]
    assert rule["sentence"] == "A license assigned to an individual is visible to the individual, who can activate it."
    assert rule["place"].startswith("policies.polar:")
    assert "Licenses assigned to groups can be marked as public (visible to all members)." in [
        each["sentence"] for each in shown.data["explain"]["rules"]
    ]


@pytest.mark.feature("F06")
async def test_strangers_see_the_name_of_the_portal_and_nothing_else(execute):
    answer = await execute(
        None,
        """query($id: ID!) {
            viewer { user { name } } portal { name edition capabilities maxGroupLevels createdAt viewerCan }
            node(id: $id) { id } branding(host: "licenses.rheintal.example") { name colors viewerCan }
            missing: branding(host: "x.example") { name }
        }""",
        id=to_global_id("License", Licenses.BERLIN_PUBLIC),
    )

    assert (answer.codes, answer.data["viewer"], answer.data["node"], answer.data["missing"]) == ([], None, None, None)
    assert answer.data["portal"].pop("name") == "Northwind License Portal"
    assert answer.data["portal"].pop("viewerCan") == []
    assert set(answer.data["portal"].values()) == {None}
    assert answer.data["branding"] == {"name": "Rheintal", "colors": {"accent": "#7a1f3d"}, "viewerCan": []}


async def test_an_edition_includes_what_the_smaller_ones_include(execute, database):
    async with database.transaction() as session:
        await session.execute(sa.update(Portal).values(edition=Edition.PROFESSIONAL))

    answer = await execute(TOM, "{ portal { edition capabilities maxGroupLevels } }")

    found = answer.data["portal"]
    assert (found["edition"], found["maxGroupLevels"]) == ("PROFESSIONAL", 2)
    assert {"WHITE_LABELING", "SSO"} <= set(found["capabilities"])
    assert "PROJECT_WORKFLOW" not in found["capabilities"]


async def test_the_portal_tells_its_administrator_what_he_may(execute):
    document = "{ portal { viewerCan } viewer { portalActions } }"

    by_ida, by_tom = await execute(IDA, document), await execute(TOM, document)

    assert "MANAGE_CATALOGUE" in by_ida.data["viewer"]["portalActions"]
    assert by_tom.data == {"portal": {"viewerCan": ["READ"]}, "viewer": {"portalActions": ["READ"]}}


async def test_seats_and_availability_follow_the_activations(execute):
    answer = await execute(
        IDA,
        "{ viewer { licenses(first: 100) { nodes { id quantity seatsTaken seatsFree availability } } } }",
    )

    found = {from_global_id(each["id"])[1]: each for each in answer.data["viewer"]["licenses"]["nodes"]}
    assert all(each["seatsTaken"] + each["seatsFree"] == each["quantity"] for each in found.values())
    assert {name: found[getattr(Licenses, name)]["availability"] for name in _STANDING} == _STANDING


_STANDING = {
    "TOM_CAD": "FULLY_ACTIVATED",
    "BERLIN_PUBLIC": "PARTIALLY_ACTIVATED",
    "ACME_TEN_SEATS": "AVAILABLE",
}


async def test_each_kind_of_thing_can_be_read_with_all_its_fields(execute, schema):
    """Every column, neighbour and list of every kind, by somebody who sees them all."""
    viewer = schema._schema.type_map["Viewer"]
    for name, field in viewer.fields.items():
        if "first" in field.args:
            answer = await execute(IDA, f"{{ viewer {{ {name} {{ nodes {{ {everything(schema, field)} }} }} }} }}")
            assert answer.errors == [], name


def everything(schema, field):
    """All fields of what a list holds, one level deep."""
    node = schema._schema.type_map[field.type.of_type.name.removesuffix("Connection")]
    return " ".join(_selected(each, found) for each, found in node.fields.items())


def _selected(name, field):
    kind = get_named_type(field.type)
    if is_leaf_type(kind):
        return name
    if kind.name == "Denial":
        return f"{name} {{ action reason }}"
    return f"{name} {{ totalCount nodes {{ id }} }}" if "first" in field.args else f"{name} {{ id }}"


async def test_the_audit_log_does_not_tell_how_much_happens_elsewhere(execute):
    document = "{ viewer { auditEntries(first: 5) { nodes { number at } pageInfo { endCursor } } } }"
    member = await execute(TOM, document)
    vendor = await execute(IDA, document)

    entries = member.data["viewer"]["auditEntries"]
    assert entries["nodes"]
    assert {each["number"] for each in entries["nodes"]} == {None}
    assert all(each["number"] for each in vendor.data["viewer"]["auditEntries"]["nodes"])
    by_number = await execute(TOM, "{ viewer { auditEntries(where: {number: {gt: 1}}) { totalCount } } }")
    assert by_number.data["viewer"]["auditEntries"]["totalCount"] == 0
