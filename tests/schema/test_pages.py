"""Lists: pages that neither skip nor repeat, filters, orders, counts, and what no list can answer."""

import base64
import json

import pytest
from graphql import get_named_type

from schema.fields.entities import ENTITIES
from schema.fields.ids import to_global_id
from schema.fields.sources import ToOne
from seeds.cast import ANN, IDA, TOM, Groups, Licenses, Products
from store.products import Product

PAGE = """query($first: Int! = 50, $after: Cursor, $where: LicenseWhere, $orderBy: LicenseOrderBy) {
    viewer { licenses(first: $first, after: $after, where: $where, orderBy: $orderBy) {
        edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount
    } }
}"""
PRODUCTS = """query($after: Cursor) {
    viewer { products(first: 2, after: $after, orderBy: { field: NAME, direction: ASC }) {
        nodes { name } pageInfo { endCursor }
    } }
}"""


async def test_page_by_page_everything_comes_once(execute):
    whole = (await execute(ANN, PAGE)).data["viewer"]["licenses"]
    seen, after = [], None
    while True:
        page = (await execute(ANN, PAGE, first=4, after=after)).data["viewer"]["licenses"]
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        seen += page["edges"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert seen == whole["edges"]
    assert len(seen) == whole["totalCount"] == page["totalCount"]


async def test_an_order_by_name_goes_on_where_it_was_when_rows_come_in_between(execute, database):
    first = (await execute(IDA, PRODUCTS)).data["viewer"]["products"]
    async with database.transaction() as session:
        session.add(Product(name="Aardvark", firm_code=1, product_code=1))
    second = (await execute(IDA, PRODUCTS, after=first["pageInfo"]["endCursor"])).data["viewer"]["products"]

    names = [each["name"] for each in first["nodes"] + second["nodes"]]
    assert names == ["Atlas CAD", "Atlas Render", "Harbor Gateway", "Meridian Flow"]


async def test_nested_lists_have_pages_of_their_own(execute):
    document = """query($id: ID!, $after: Cursor) { node(id: $id) { ... on License {
        activations(first: 2, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } totalCount }
    } } }"""
    license_id = to_global_id("License", Licenses.BERLIN_PUBLIC)

    first = (await execute(ANN, document, id=license_id)).data["node"]["activations"]
    second = (await execute(ANN, document, id=license_id, after=first["pageInfo"]["endCursor"])).data["node"][
        "activations"
    ]

    assert (first["totalCount"], second["totalCount"]) == (4, 4)
    assert len({each["id"] for each in first["nodes"] + second["nodes"]}) == 4
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)


async def test_filters_hold_together(execute):
    where = {
        "product": {"eq": to_global_id("Product", Products.CAD)},
        "assignedUser": {"in": [to_global_id("User", TOM.id)]},
        "expiresAt": {"isNull": False},
        "lifecycle": {"ne": "SUSPENDED"},
    }

    answer = await execute(ANN, PAGE, where=where)

    assert [each["node"]["id"] for each in answer.data["viewer"]["licenses"]["edges"]] == [
        to_global_id("License", Licenses.TOM_CAD),
    ]


async def test_texts_are_found_as_they_are_written(execute):
    document = "query($where: UserWhere) { viewer { users(where: $where) { nodes { name } } } }"

    part = await execute(IDA, document, where={"name": {"contains": "an T"}})
    joker = await execute(IDA, document, where={"name": {"contains": "%"}})
    email = await execute(IDA, document, where={"email": {"startsWith": "TOM@"}})

    assert part.data["viewer"]["users"]["nodes"] == []
    assert joker.data["viewer"]["users"]["nodes"] == []
    assert email.data["viewer"]["users"]["nodes"] == [{"name": TOM.name}]


async def test_the_number_of_rows_alone_takes_no_rows(execute):
    answer = await execute(ANN, "{ viewer { licenses { totalCount few: totalCount(upTo: 3) } } }")

    assert answer.data["viewer"]["licenses"] == {"totalCount": 19, "few": None}
    assert answer.statements == 3


async def test_the_trail_is_read_from_its_end(execute):
    document = """query($after: Cursor) {
        viewer { auditEntries(first: 2, after: $after) { nodes { number } pageInfo { endCursor } } }
    }"""
    first = (await execute(IDA, document)).data["viewer"]["auditEntries"]
    second = (await execute(IDA, document, after=first["pageInfo"]["endCursor"])).data["viewer"]["auditEntries"]

    numbers = [each["number"] for each in first["nodes"] + second["nodes"]]
    assert numbers == list(range(numbers[0], numbers[0] - 4, -1))


def forged(*words):
    return base64.urlsafe_b64encode(json.dumps(words).encode()).rstrip(b"=").decode()


TOMS = Licenses.TOM_CAD.hex
BAD_CURSORS = {
    "nonsense": "nonsense",
    "no letters of ours": "ü" * 8,
    "empty": "",
    "half a character": base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    "no list": forged(),
    "a number": base64.urlsafe_b64encode(b"1").decode(),
    "nested": base64.urlsafe_b64encode(b"[" * 2000).decode(),
    "too long": "A" * 5000,
    "another list": forged("User", "created_at", "desc", "2026-01-01T00:00:00+00:00", TOMS),
    "another order": forged("License", "created_at", "asc", "2026-01-01T00:00:00+00:00", TOMS),
    "another column": forged("License", "expires_at", "desc", "2026-01-01T00:00:00+00:00", TOMS),
    "no instant": forged("License", "created_at", "desc", "soon", TOMS),
    "an instant of nowhere": forged("License", "created_at", "desc", "2026-01-01T00:00:00", TOMS),
    "a number for an instant": forged("License", "created_at", "desc", 1, TOMS),
    "before the calendar": forged("License", "created_at", "desc", "0001-01-01T00:00:00+14:00", TOMS),
    "no id": forged("License", "created_at", "desc", "2026-01-01T00:00:00+00:00", "x"),
    "null for an id": forged("License", "created_at", "desc", "2026-01-01T00:00:00+00:00", None),
}


@pytest.mark.parametrize("cursor", BAD_CURSORS.values(), ids=BAD_CURSORS)
async def test_a_cursor_of_something_else_is_refused(execute, cursor):
    answer = await execute(TOM, PAGE, after=cursor)

    assert answer.codes == ["BAD_USER_INPUT"]
    assert "cursor" in answer.errors[0]["message"]


USER = to_global_id("User", TOM.id)
BAD_QUESTIONS = {
    "no rows": "{ viewer { licenses(first: 0) { nodes { id } } } }",
    "fewer than none": "{ viewer { licenses(first: -1) { nodes { id } } } }",
    "too many": "{ viewer { licenses(first: 101) { nodes { id } } } }",
    "counted too far": "{ viewer { licenses { totalCount(upTo: 100000) } } }",
    "no id": '{ node(id: "nonsense") { id } }',
    "no kind": f'{{ node(id: "{to_global_id("Nothing", TOM.id)}") {{ id }} }}',
    "another kind": f'{{ viewer {{ licenses(where: {{ product: {{ eq: "{USER}" }} }}) {{ totalCount }} }} }}',
    "null": "{ viewer { licenses(where: { quantity: { eq: null } }) { nodes { id } } } }",
    "no condition": "{ viewer { licenses(where: { quantity: null }) { nodes { id } } } }",
    "NUL": '{ viewer { users(where: { name: { eq: "\\u0000" } }) { nodes { id } } } }',
    "NUL for a host": '{ branding(host: "\\u0000") { name } }',
    "no such action": f'{{ explain(action: ASSIGN, id: "{USER}") {{ decision }} }}',
    "too many ids": f"{{ nodes(ids: {json.dumps([USER] * 101)}) {{ id }} }}",
}
REFUSED_DOCUMENTS = {
    "LIMIT_EXCEEDED": ("{ viewer { groups { nodes { licenses(first: 10001) { nodes { id } } } } } }",),
    "VALIDATION_FAILED": (
        '{ viewer { licenses(where: { expiresAt: { lt: "2026-01-01T00:00:00" } }) { totalCount } } }',
        '{ viewer { licenses(where: { expiresAt: { lt: "9999-12-31T23:59:59-14:00" } }) { totalCount } } }',
    ),
}


@pytest.mark.parametrize("question", BAD_QUESTIONS.values(), ids=BAD_QUESTIONS)
async def test_what_no_list_can_answer_is_refused(execute, question):
    answer = await execute(TOM, question)

    assert set(answer.codes) == {"BAD_USER_INPUT"}


@pytest.mark.parametrize(
    ("code", "document"),
    [(code, document) for code, documents in REFUSED_DOCUMENTS.items() for document in documents],
)
async def test_a_document_that_can_never_be_executed_is_refused(execute, code, document):
    answer = await execute(TOM, document)

    assert (answer.data, answer.codes) == (None, [code])


async def test_a_group_whose_owner_is_hidden_cannot_be_filtered_for(execute):
    """What the field hides, a filter must not tell: Tom's licenses are Acme's, and he is not told."""
    answer = await execute(TOM, PAGE, where={"ownerGroup": {"isNull": False}})
    by_ann = await execute(ANN, PAGE, where={"ownerGroup": {"eq": to_global_id("Group", Groups.ACME)}})

    assert answer.data["viewer"]["licenses"]["totalCount"] == 0
    assert by_ann.data["viewer"]["licenses"]["totalCount"] == 19


@pytest.mark.parametrize("account", [TOM, ANN], ids=lambda each: each.name)
async def test_what_reads_as_nobody_is_filtered_as_nobody(execute, schema, policy, account):
    """Neither a filter for `isNull` nor its opposite tells that there is a neighbour whom the viewer may not know."""
    for listed, name, filters in neighbours(schema, policy):
        asked = " ".join(
            f"{each}_{word}: {listed}(first: 100, where: {{ {each}: {{ isNull: {word} }} }}) "
            f"{{ nodes {{ {each} {{ id }} }} }}"
            for each in filters
            for word in ("true", "false")
        )
        answer = await execute(account, f"{{ viewer {{ all: {listed}(first: 100) {{ nodes {{ id }} }} {asked} }} }}")
        found = {key: page["nodes"] for key, page in answer.data["viewer"].items()}
        for each in filters:
            none, some = found[f"{each}_true"], found[f"{each}_false"]
            assert {row[each] for row in none if row[each]} == set(), f"{name}.{each}"
            assert all(row[each] for row in some), f"{name}.{each}"
            assert len(none) + len(some) == len(found["all"]), f"{name}.{each}"


async def test_a_hidden_neighbour_cannot_be_filtered_for_by_its_id(execute):
    document = """query($id: ID!) { viewer {
        groups(where: { parent: { eq: $id } }) { totalCount } among: groups(where: { parent: { in: [$id] } }) { totalCount }
    } }"""
    acme = to_global_id("Group", Groups.ACME)

    by_tom, by_ann = await execute(TOM, document, id=acme), await execute(ANN, document, id=acme)

    assert by_tom.data["viewer"] == {"groups": {"totalCount": 0}, "among": {"totalCount": 0}}
    assert by_ann.data["viewer"]["groups"]["totalCount"] > 0


def neighbours(schema, policy):
    """The lists of the viewer, each with the neighbours that it can be filtered by and no field rule hides."""
    for listed, field in schema._schema.type_map["Viewer"].fields.items():
        if "first" in field.args:
            entity = ENTITIES[get_named_type(field.type).name.removesuffix("Connection")]
            filters = [
                name
                for name, marks in entity.filters.items()
                if isinstance(marks.source, ToOne)
                and policy.compiled.fields.keys().isdisjoint((entity.cls, key) for key, _ in marks.source.keys)
            ]
            yield listed, entity.name, filters
