"""Lists: pages, filters, orders and counts, and the requests that a list refuses."""

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


async def test_following_the_pages_returns_every_row_once(execute):
    whole = (await execute(ANN, PAGE)).data["viewer"]["licenses"]
    edges, after = [], None
    while True:
        page = (await execute(ANN, PAGE, first=4, after=after)).data["viewer"]["licenses"]
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        edges += page["edges"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert edges == whole["edges"]
    assert len(edges) == whole["totalCount"] == page["totalCount"]


async def test_a_cursor_continues_correctly_after_a_row_was_inserted_before_it(execute, database):
    first = (await execute(IDA, PRODUCTS)).data["viewer"]["products"]
    async with database.transaction() as session:
        session.add(Product(name="Aardvark", firm_code=1, product_code=1))
    second = (await execute(IDA, PRODUCTS, after=first["pageInfo"]["endCursor"])).data["viewer"]["products"]

    names = [node["name"] for node in first["nodes"] + second["nodes"]]
    assert names == ["Atlas CAD", "Atlas Render", "Harbor Gateway", "Meridian Flow"]


async def test_nested_lists_have_their_own_pages(execute):
    document = """query($id: ID!, $after: Cursor) { node(id: $id) { ... on License {
        activations(first: 2, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } totalCount }
    } } }"""
    license_id = to_global_id("License", Licenses.BERLIN_PUBLIC)

    first = (await execute(ANN, document, id=license_id)).data["node"]["activations"]
    second = (await execute(ANN, document, id=license_id, after=first["pageInfo"]["endCursor"])).data["node"][
        "activations"
    ]

    assert (first["totalCount"], second["totalCount"]) == (4, 4)
    assert len({node["id"] for node in first["nodes"] + second["nodes"]}) == 4
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)


async def test_filters_are_combined_with_and(execute):
    where = {
        "product": {"eq": to_global_id("Product", Products.CAD)},
        "assignedUser": {"in": [to_global_id("User", TOM.id)]},
        "expiresAt": {"isNull": False},
        "lifecycle": {"ne": "SUSPENDED"},
    }

    answer = await execute(ANN, PAGE, where=where)

    assert [edge["node"]["id"] for edge in answer.data["viewer"]["licenses"]["edges"]] == [
        to_global_id("License", Licenses.TOM_CAD)
    ]


async def test_text_filters_are_literal_and_email_addresses_ignore_case(execute):
    document = "query($where: UserWhere) { viewer { users(where: $where) { nodes { name } } } }"

    part = await execute(IDA, document, where={"name": {"contains": "an T"}})
    wildcard = await execute(IDA, document, where={"name": {"contains": "%"}})
    email = await execute(IDA, document, where={"email": {"startsWith": "TOM@"}})

    assert part.data["viewer"]["users"]["nodes"] == []
    assert wildcard.data["viewer"]["users"]["nodes"] == []
    assert email.data["viewer"]["users"]["nodes"] == [{"name": TOM.name}]


async def test_a_count_alone_reads_no_rows(execute):
    answer = await execute(ANN, "{ viewer { licenses { totalCount few: totalCount(upTo: 3) } } }")

    assert answer.data["viewer"]["licenses"] == {"totalCount": 19, "few": None}
    assert answer.statements == 3


async def test_the_audit_log_starts_with_the_latest_entry(execute):
    document = """query($after: Cursor) {
        viewer { auditEntries(first: 2, after: $after) { nodes { number } pageInfo { endCursor } } }
    }"""
    first = (await execute(IDA, document)).data["viewer"]["auditEntries"]
    second = (await execute(IDA, document, after=first["pageInfo"]["endCursor"])).data["viewer"]["auditEntries"]

    numbers = [entry["number"] for entry in first["nodes"] + second["nodes"]]
    assert numbers == list(range(numbers[0], numbers[0] - 4, -1))


def forged(*values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).rstrip(b"=").decode()


TOMS = Licenses.TOM_CAD.hex
BAD_CURSORS = {
    "nonsense": "nonsense",
    "not base64": "ü" * 8,
    "empty": "",
    "not UTF-8": base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    "an empty list": forged(),
    "a number": base64.urlsafe_b64encode(b"1").decode(),
    "nested": base64.urlsafe_b64encode(b"[" * 2000).decode(),
    "too long": "A" * 5000,
    "another list": forged("User", "created_at", "desc", "2026-01-01T00:00:00+00:00", TOMS),
    "another order": forged("License", "created_at", "asc", "2026-01-01T00:00:00+00:00", TOMS),
    "another column": forged("License", "expires_at", "desc", "2026-01-01T00:00:00+00:00", TOMS),
    "a malformed instant": forged("License", "created_at", "desc", "soon", TOMS),
    "an instant without an offset": forged("License", "created_at", "desc", "2026-01-01T00:00:00", TOMS),
    "a number for an instant": forged("License", "created_at", "desc", 1, TOMS),
    "before year 1": forged("License", "created_at", "desc", "0001-01-01T00:00:00+14:00", TOMS),
    "a malformed ID": forged("License", "created_at", "desc", "2026-01-01T00:00:00+00:00", "x"),
    "null for an ID": forged("License", "created_at", "desc", "2026-01-01T00:00:00+00:00", None),
}


@pytest.mark.parametrize("cursor", BAD_CURSORS.values(), ids=BAD_CURSORS)
async def test_an_invalid_cursor_is_refused(execute, cursor):
    answer = await execute(TOM, PAGE, after=cursor)

    assert answer.codes == ["BAD_USER_INPUT"]
    assert "cursor" in answer.errors[0]["message"]


USER = to_global_id("User", TOM.id)
INVALID_REQUESTS = {
    "page size 0": "{ viewer { licenses(first: 0) { nodes { id } } } }",
    "a negative page size": "{ viewer { licenses(first: -1) { nodes { id } } } }",
    "a page size above the maximum": "{ viewer { licenses(first: 101) { nodes { id } } } }",
    "a count above the maximum": "{ viewer { licenses { totalCount(upTo: 100000) } } }",
    "a malformed ID": '{ node(id: "nonsense") { id } }',
    "an ID of an unknown type": f'{{ node(id: "{to_global_id("Nothing", TOM.id)}") {{ id }} }}',
    "an ID of another type": f'{{ viewer {{ licenses(where: {{ product: {{ eq: "{USER}" }} }}) {{ totalCount }} }} }}',
    "null": "{ viewer { licenses(where: { quantity: { eq: null } }) { nodes { id } } } }",
    "a null condition": "{ viewer { licenses(where: { quantity: null }) { nodes { id } } } }",
    "NUL": '{ viewer { users(where: { name: { eq: "\\u0000" } }) { nodes { id } } } }',
    "NUL in a host": '{ branding(host: "\\u0000") { name } }',
    "an action that the type does not have": f'{{ explain(action: ASSIGN, id: "{USER}") {{ decision }} }}',
    "too many IDs": f"{{ nodes(ids: {json.dumps([USER] * 101)}) {{ id }} }}",
}
REFUSED_DOCUMENTS = {
    "LIMIT_EXCEEDED": ("{ viewer { groups { nodes { licenses(first: 10001) { nodes { id } } } } } }",),
    "VALIDATION_FAILED": (
        '{ viewer { licenses(where: { expiresAt: { lt: "2026-01-01T00:00:00" } }) { totalCount } } }',
        '{ viewer { licenses(where: { expiresAt: { lt: "9999-12-31T23:59:59-14:00" } }) { totalCount } } }',
    ),
}


@pytest.mark.parametrize("document", INVALID_REQUESTS.values(), ids=INVALID_REQUESTS)
async def test_an_invalid_request_is_refused(execute, document):
    answer = await execute(TOM, document)

    assert set(answer.codes) == {"BAD_USER_INPUT"}


@pytest.mark.parametrize(
    ("code", "document"), [(code, document) for code, documents in REFUSED_DOCUMENTS.items() for document in documents]
)
async def test_an_invalid_document_is_refused_before_its_execution(execute, code, document):
    answer = await execute(TOM, document)

    assert (answer.data, answer.codes) == (None, [code])


async def test_a_filter_does_not_reveal_the_owner_of_a_license(execute):
    """Acme owns the licenses of Tom, but the field is null for Tom."""
    answer = await execute(TOM, PAGE, where={"ownerGroup": {"isNull": False}})
    by_ann = await execute(ANN, PAGE, where={"ownerGroup": {"eq": to_global_id("Group", Groups.ACME)}})

    assert answer.data["viewer"]["licenses"]["totalCount"] == 0
    assert by_ann.data["viewer"]["licenses"]["totalCount"] == 19


@pytest.mark.parametrize("account", [TOM, ANN], ids=lambda account: account.name)
async def test_a_hidden_neighbor_counts_as_null_in_filters(execute, schema, policy, account):
    """`isNull` does not reveal that there is a related object that the viewer may not see."""
    for listed, name, filters in neighbor_filters(schema, policy):
        selections = " ".join(
            f"{field}_{value}: {listed}(first: 100, where: {{ {field}: {{ isNull: {value} }} }}) "
            f"{{ nodes {{ {field} {{ id }} }} }}"
            for field in filters
            for value in ("true", "false")
        )
        document = f"{{ viewer {{ all: {listed}(first: 100) {{ nodes {{ id }} }} {selections} }} }}"
        answer = await execute(account, document)
        pages = {key: page["nodes"] for key, page in answer.data["viewer"].items()}
        for field in filters:
            null, not_null = pages[f"{field}_true"], pages[f"{field}_false"]
            assert not any(row[field] for row in null), f"{name}.{field}"
            assert all(row[field] for row in not_null), f"{name}.{field}"
            assert len(null) + len(not_null) == len(pages["all"]), f"{name}.{field}"


async def test_a_filter_by_the_id_of_a_hidden_group_finds_nothing(execute):
    document = """query($id: ID!) { viewer {
        groups(where: { parent: { eq: $id } }) { totalCount } among: groups(where: { parent: { in: [$id] } }) { totalCount }
    } }"""
    acme = to_global_id("Group", Groups.ACME)

    by_tom, by_ann = await execute(TOM, document, id=acme), await execute(ANN, document, id=acme)

    assert by_tom.data["viewer"] == {"groups": {"totalCount": 0}, "among": {"totalCount": 0}}
    assert by_ann.data["viewer"]["groups"]["totalCount"] > 0


def neighbor_filters(schema, policy):
    """The lists of the viewer, each with its filters for related objects that no field rule protects."""
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
