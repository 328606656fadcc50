"""Reading the demo data through the schema: who sees what, and how many statements it takes."""

import pytest
import sqlalchemy as sa
from graphql import get_named_type, is_leaf_type

from schema.fields.ids import from_global_id, to_global_id
from seeds.cast import ANN, BEA, CAST, IDA, LEA, OLGA, REX, SAM, SERVER, TOM, Groups, Licenses, Products, cloud_of
from store.activations import Activation, ActivationState
from store.licenses import License
from store.memberships import Membership
from store.portal import Edition, Portal
from store.products import LicenseModel
from tests.portal import NOW

LICENSES = """query Page($first: Int! = 50) { viewer { licenses(first: $first) { nodes { id
    product { name } group { name } assignee { name } activations { nodes { container { serial } } } viewerCan
} } } }"""
# The token; the choice of a plan; the page; products, groups, activations, containers; assignees of three types.
MAX_STATEMENTS = 10

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
READABLE = {
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
    return {from_global_id(node["id"])[1] for node in connection["nodes"]}


@pytest.mark.feature("F21")
@pytest.mark.parametrize("account", CAST, ids=lambda account: account.name)
async def test_each_account_sees_its_licenses_in_a_bounded_number_of_statements(execute, account):
    few = await execute(account, LICENSES, first=2)
    full = await execute(account, LICENSES)

    assert (full.errors, ids(full.data["viewer"]["licenses"])) == ([], READABLE[account])
    assert max(few.statements, full.statements) <= MAX_STATEMENTS


async def test_a_larger_page_takes_the_same_number_of_statements(execute, database):
    before = await execute(ANN, LICENSES, first=100)
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
            request = {"requested_by_id": ANN.id, "requested_at": NOW}
            session.add(
                Activation(
                    license_id=license.id, container_id=cloud_of(Groups.ACME), device_label="", **seat, **request
                )
            )

    after = await execute(ANN, LICENSES, first=100)

    assert [len(answer.data["viewer"]["licenses"]["nodes"]) for answer in (before, after)] == [19, 99]
    assert before.statements == after.statements


async def test_a_page_includes_the_related_objects_of_its_licenses(execute):
    answer = await execute(TOM, LICENSES)

    licenses = {from_global_id(node["id"])[1]: node for node in answer.data["viewer"]["licenses"]["nodes"]}
    assert licenses[Licenses.TOM_CAD] | {"id": None} == {
        "id": None,
        "product": {"name": "Atlas CAD"},
        "group": None,  # only administrators see the owner
        "assignee": {"name": "Tom Tanner"},
        "activations": {"nodes": [{"container": {"serial": "140-1000004"}}]},
        "viewerCan": ["READ", "ACTIVATE", "ADD_TIME"],
    }
    assert licenses[Licenses.BERLIN_PUBLIC]["group"] == {"name": "Acme Berlin"}


async def test_an_administrator_sees_the_owner_of_a_license_and_its_assignee_does_not(execute):
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
async def test_a_license_is_null_for_accounts_that_may_not_read_it(execute):
    document = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    licenses = {
        Licenses.BERLIN_PUBLIC: {"Tom Tanner", "Bea Brandt", "Ann Archer", "Rex Rheiner"},
        Licenses.BERLIN_ADMIN_ONLY: {"Ann Archer", "Rex Rheiner"},
        Licenses.TOM_CAD: {"Tom Tanner", "Ann Archer", "Rex Rheiner"},
        Licenses.LAB_PUBLIC: {
            "Lea Lang",
            "Ann Archer",
            "Rex Rheiner",
        },  # administrators of the groups above see down, members do not see up
        Licenses.BOLT_ADMIN_ONLY: {"Bea Brandt"},
    }
    readers = {license: set() for license in licenses}
    for account in (TOM, BEA, LEA, ANN, REX, SAM):
        answer = await execute(account, document, ids=[to_global_id("License", id_) for id_ in licenses])
        for license, node in zip(licenses, answer.data["nodes"], strict=True):
            if node is not None:
                readers[license].add(account.name)
    assert readers == licenses


@pytest.mark.feature("F40")
async def test_a_hidden_license_reads_like_one_that_does_not_exist(execute):
    document = """query($id: ID!) {
        node(id: $id) { id } nodes(ids: [$id]) { id viewerCan } explain(action: ASSIGN, id: $id) { decision }
    }"""
    hidden, absent = to_global_id("License", Licenses.BERLIN_ADMIN_ONLY), to_global_id("License", TOM.id)
    group, absent_group = to_global_id("Group", Groups.ACME), to_global_id("Group", TOM.id)
    lists = (
        "query($group: ID!) { viewer { licenses(where: { ownerGroup: { eq: $group } }) { nodes { id } totalCount } } }"
    )

    first, second = [await execute(TOM, document, id=id_) for id_ in (hidden, absent)]
    third, fourth = [await execute(TOM, lists, group=id_) for id_ in (group, absent_group)]

    assert (first.data, first.codes) == (second.data, second.codes)
    assert (first.data["node"], first.data["nodes"], first.data["explain"]) == (None, [None], None)
    assert (third.data, third.codes) == (fourth.data, fourth.codes)
    assert third.data["viewer"]["licenses"] == {"nodes": [], "totalCount": 0}


async def test_a_group_does_not_list_licenses_whose_owner_the_viewer_may_not_see(execute, database):
    """As a member of Acme, Tom still may not see who owns the licenses that are assigned to Tom."""
    async with database.transaction() as session:
        session.add(Membership(user_id=TOM.id, group_id=Groups.ACME))

    answer = await execute(
        TOM,
        "query($id: ID!) { node(id: $id) { ... on Group { name licenses { nodes { id } totalCount } } } }",
        id=to_global_id("Group", Groups.ACME),
    )

    assert answer.data["node"] == {"name": "Acme", "licenses": {"nodes": [], "totalCount": 0}}


async def test_nodes_come_in_the_order_of_their_ids(execute):
    ids_in_order = [
        to_global_id("User", ANN.id),
        to_global_id("License", Licenses.TOM_CAD),
        to_global_id("User", IDA.id),
        to_global_id("Group", Groups.ACME),
    ]

    answer = await execute(
        ANN, "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Assignee { name } } }", ids=ids_in_order
    )

    assert [node and node["id"] for node in answer.data["nodes"]] == [*ids_in_order[:2], None, ids_in_order[3]]
    assert [node and node["__typename"] for node in answer.data["nodes"]] == ["User", "License", None, "Group"]
    assert answer.data["nodes"][0]["name"] == ANN.name


async def test_a_denial_gives_the_reason(execute):
    document = """query($id: ID!) {
        node(id: $id) { viewerCan viewerCannot { action reason } }
        explain(action: ASSIGN, id: $id) { decision rules { place sentence } }
    }"""

    answer = await execute(TOM, document, id=to_global_id("License", Licenses.BERLIN_PUBLIC))

    assert answer.data["node"]["viewerCan"] == ["READ", "ACTIVATE"]
    denied = {denial["action"]: denial["reason"] for denial in answer.data["node"]["viewerCannot"]}
    assert "Group administrators can manage the licenses" in denied["ASSIGN"]
    assert answer.data["explain"]["decision"] == "DENIED"
    assert "ISV administrators can manage the whole portal." in [
        rule["sentence"] for rule in answer.data["explain"]["rules"]
    ]


async def test_a_permission_is_explained_by_the_rules_that_grant_it(execute):
    document = "query($id: ID!) { explain(action: READ, id: $id) { decision rules { place sentence } } }"

    own = await execute(TOM, document, id=to_global_id("License", Licenses.TOM_CAD))
    public = await execute(TOM, document, id=to_global_id("License", Licenses.BERLIN_PUBLIC))

    (rule,) = own.data["explain"]["rules"]
    assert rule["sentence"] == "A license assigned to an individual is visible to the individual, who can activate it."
    assert rule["place"].startswith("policies.polar:")
    assert "Licenses assigned to groups can be marked as public (visible to all members)." in [
        rule["sentence"] for rule in public.data["explain"]["rules"]
    ]


@pytest.mark.feature("F06")
async def test_anonymous_callers_see_the_name_and_the_branding_of_the_portal_only(execute):
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


async def test_an_edition_includes_the_capabilities_of_the_smaller_ones(execute, database):
    async with database.transaction() as session:
        await session.execute(sa.update(Portal).values(edition=Edition.PROFESSIONAL))

    answer = await execute(TOM, "{ portal { edition capabilities maxGroupLevels } }")

    portal = answer.data["portal"]
    assert (portal["edition"], portal["maxGroupLevels"]) == ("PROFESSIONAL", 2)
    assert {"WHITE_LABELING", "SSO"} <= set(portal["capabilities"])
    assert "PROJECT_WORKFLOW" not in portal["capabilities"]


async def test_portal_actions_are_those_of_the_viewer(execute):
    document = "{ portal { viewerCan } viewer { portalActions } }"

    by_ida, by_tom = await execute(IDA, document), await execute(TOM, document)

    assert "MANAGE_CATALOGUE" in by_ida.data["viewer"]["portalActions"]
    assert by_tom.data == {"portal": {"viewerCan": ["READ"]}, "viewer": {"portalActions": ["READ"]}}


async def test_seats_and_availability_follow_the_activations(execute):
    answer = await execute(
        IDA, "{ viewer { licenses(first: 100) { nodes { id quantity seatsTaken seatsFree availability } } } }"
    )

    licenses = {from_global_id(node["id"])[1]: node for node in answer.data["viewer"]["licenses"]["nodes"]}
    assert all(node["seatsTaken"] + node["seatsFree"] == node["quantity"] for node in licenses.values())
    assert {name: licenses[getattr(Licenses, name)]["availability"] for name in _AVAILABILITY} == _AVAILABILITY


_AVAILABILITY = {"TOM_CAD": "FULLY_ACTIVATED", "BERLIN_PUBLIC": "PARTIALLY_ACTIVATED", "ACME_TEN_SEATS": "AVAILABLE"}


async def test_every_field_of_every_listed_type_can_be_read(execute, schema):
    """By the ISV admin, who sees everything."""
    viewer = schema._schema.type_map["Viewer"]
    for name, field in viewer.fields.items():
        if "first" in field.args:
            answer = await execute(IDA, f"{{ viewer {{ {name} {{ nodes {{ {all_fields(schema, field)} }} }} }} }}")
            assert answer.errors == [], name


def all_fields(schema, field):
    """A selection of all fields of the nodes of a list, one level deep."""
    node = schema._schema.type_map[field.type.of_type.name.removesuffix("Connection")]
    return " ".join(_selection(name, field) for name, field in node.fields.items())


def _selection(name, field):
    kind = get_named_type(field.type)
    if is_leaf_type(kind):
        return name
    if kind.name == "Denial":
        return f"{name} {{ action reason }}"
    return f"{name} {{ totalCount nodes {{ id }} }}" if "first" in field.args else f"{name} {{ id }}"


async def test_a_member_cannot_count_the_audit_entries_of_others_by_their_numbers(execute):
    document = "{ viewer { auditEntries(first: 5) { nodes { number at } pageInfo { endCursor } } } }"
    member = await execute(TOM, document)
    vendor = await execute(IDA, document)

    entries = member.data["viewer"]["auditEntries"]
    assert entries["nodes"]
    assert {entry["number"] for entry in entries["nodes"]} == {None}
    assert all(entry["number"] for entry in vendor.data["viewer"]["auditEntries"]["nodes"])
    by_number = await execute(TOM, "{ viewer { auditEntries(where: {number: {gt: 1}}) { totalCount } } }")
    assert by_number.data["viewer"]["auditEntries"]["totalCount"] == 0
