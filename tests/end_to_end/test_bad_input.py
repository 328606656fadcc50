"""Bad input over HTTP: always an error code, never an internal error or an exception text, and nothing is written."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from graphql import build_schema, get_named_type, is_required_input_field

from schema.fields.ids import to_global_id
from seeds.cast import ANN, TOM, Groups, Licenses
from settings import CHECKOUT
from store.audit import AuditEntry, Outcome
from store.db.base import Base
from store.db.clock import SystemClock
from store.db.idempotency import IdempotencyKey
from tests.end_to_end.queries import arguments_of
from tests.end_to_end.server import JSON

SCHEMA = build_schema((CHECKOUT / "schema.graphql").read_text())
EXCEPTION_TEXTS = (
    "Traceback",
    "Exception",
    "sqlalchemy",
    "asyncpg",
    "object at 0x",
    "psycopg",
    "NoneType",
    'File "',
    "<class",
)
LICENSE = to_global_id("License", Licenses.BERLIN_PUBLIC)
LIST = "query($first: Int, $after: Cursor) { viewer { licenses(first: $first, after: $after) { nodes { id } } } }"
IDS = {"License": Licenses.BERLIN_PUBLIC, "Group": Groups.BERLIN, "User": TOM.id}
HUGE = "x" * 10_000_000


def codes(answer) -> list[str]:
    """The error codes of a response, from `errors` and from payloads; at least one, and no internal error."""
    assert answer.status_code < 500, answer.text[:500]
    assert not [text for text in EXCEPTION_TEXTS if text in answer.text], answer.text[:500]
    body = answer.json()
    result = [error["extensions"]["code"] for error in body.get("errors", ())]
    for value in (body.get("data") or {}).values():
        if isinstance(value, dict):
            result += [error["code"] for error in value.get("errors") or ()]
    assert result, answer.text[:500]
    assert "INTERNAL" not in result, answer.text[:500]
    return result


async def row_counts(database) -> dict[str, int]:
    """The number of rows by table, without refused actions and the idempotency keys of refusals."""
    async with database.transaction() as session:
        counts = {
            name: await session.scalar(sa.select(sa.func.count()).select_from(table))
            for name, table in Base.metadata.tables.items()
            if name not in {"audit_entries", "idempotency_keys", "access_tokens"}
        }
        changes = sa.select(sa.func.count()).where(AuditEntry.outcome == Outcome.DONE)
        keys = sa.select(sa.func.count()).where(~IdempotencyKey.answer.has_key("refusal"))
        return {**counts, "changes": await session.scalar(changes), "keys": await session.scalar(keys)}


REQUESTS = {
    "a malformed ID": ('{ node(id: "no id") { id } }', {}, "BAD_USER_INPUT"),
    "an empty ID": ('{ node(id: "") { id } }', {}, "BAD_USER_INPUT"),
    "an ID with NUL": ("query($id: ID!) { node(id: $id) { id } }", {"id": "a\x00b"}, "BAD_USER_INPUT"),
    "a lone surrogate": ("query($id: ID!) { node(id: $id) { id } }", {"id": "\ud800"}, "BAD_USER_INPUT"),
    "a number for an ID": ("query($id: ID!) { node(id: $id) { id } }", {"id": 4.5}, "BAD_USER_INPUT"),
    "a negative page size": (LIST, {"first": -1}, "BAD_USER_INPUT"),
    "page size 0": (LIST, {"first": 0}, "BAD_USER_INPUT"),
    "a page size above the maximum": (LIST, {"first": 10001}, "BAD_USER_INPUT"),
    "a number beyond 32 bits": (LIST, {"first": 2**40}, None),
    "a malformed cursor": (LIST, {"first": 1, "after": "nowhere"}, "BAD_USER_INPUT"),
    "a cursor with NUL": (LIST, {"first": 1, "after": "\x00"}, "BAD_USER_INPUT"),
    "an unknown enum value": ("{ viewer { licenses(where: {model: {eq: RENTED}}) { nodes { id } } } }", {}, None),
    "an unknown field": ("{ viewer { secrets } }", {}, None),
    "a filter with an ID of another type": (
        f'{{ viewer {{ licenses(where: {{product: {{eq: "{LICENSE}"}}}}) {{ nodes {{ id }} }} }} }}',
        {},
        "BAD_USER_INPUT",
    ),
    "a malformed instant": (
        '{ viewer { licenses(where: {createdAt: {gt: "yesterday"}}) { nodes { id } } } }',
        {},
        None,
    ),
    "an incomplete document": ("{ viewer {", {}, "SYNTAX_ERROR"),
    "an empty document": ("", {}, None),
}


@pytest.mark.parametrize("case", REQUESTS)
async def test_an_invalid_request_gets_an_error_code(case, server, token_of):
    document, variables, code = REQUESTS[case]
    body = json.dumps({"query": document, "variables": variables})  # not by httpx: UTF-8 cannot encode a lone surrogate

    answer = await server.client.post(
        server.url, content=body, headers=JSON | {"authorization": f"Bearer {await token_of(TOM)}"}
    )

    assert code in (None, *codes(answer))


async def test_a_cursor_of_another_list_or_order_is_refused(server, token_of):
    token = await token_of(ANN)
    page = await server.data(token, "{ viewer { groups(first: 1) { pageInfo { endCursor } } } }")
    cursor = page["viewer"]["groups"]["pageInfo"]["endCursor"]

    assert codes(await server.execute(token, LIST, first=1, after=cursor)) == ["BAD_USER_INPUT"]
    forged = cursor[:-2] + ("A" if cursor[-2] != "A" else "B") + cursor[-1]
    groups = "query($after: Cursor) { viewer { groups(first: 1, after: $after) { nodes { id } } } }"
    assert codes(await server.execute(token, groups, after=forged)) == ["BAD_USER_INPUT"]


async def test_an_expired_or_forged_token_is_refused(server, token_of):
    expired = await token_of(TOM, now=SystemClock().now() - timedelta(days=41))
    good = await token_of(TOM)
    forged = good[:-1] + ("A" if good[-1] != "A" else "B")
    for invalid in (expired, forged, "x", "x" * 5000, "Bearer"):
        answer = await server.execute(invalid, "{ viewer { user { name } } }")
        assert codes(answer) == ["UNAUTHENTICATED"], invalid[:20]


async def test_a_body_of_ten_megabytes_is_refused(server, token_of):
    answer = await server.execute(await token_of(TOM), "query($id: ID!) { node(id: $id) { id } }", id=HUGE)

    assert codes(answer)
    assert answer.status_code == 413


async def test_no_mutation_accepts_an_invalid_argument(server, database, token_of):
    """Each argument of each mutation gets NUL, values of other types and values out of range, one at a time."""
    token, before, requests = await token_of(ANN), await row_counts(database), 0
    ids = {kind: to_global_id(kind, id_) for kind, id_ in IDS.items()}
    for name, field in SCHEMA.mutation_type.fields.items():
        kind = get_named_type(field.args["input"].type)
        document = f"mutation($input: {kind.name}!) {{ {name}(input: $input) {{ errors {{ code message }} }} }}"
        valid = arguments_of(field, ids, f"bad {name}")
        for argument, declared in kind.fields.items():
            for value in _invalid_values(get_named_type(declared.type).name):
                answer = await server.execute(token, document, input=valid | {argument: value})
                assert codes(answer), (name, argument, value)
                requests += 1
            if is_required_input_field(declared):
                incomplete = {key: kept for key, kept in valid.items() if key != argument}
                assert codes(await server.execute(token, document, input=incomplete)), (name, argument)
                requests += 1
    print(f"{requests} invalid arguments of {len(SCHEMA.mutation_type.fields)} mutations")
    assert requests > 500
    assert await row_counts(database) == before


def _invalid_values(kind: str) -> list[object]:
    match kind:
        case "ID":
            return ["no id", {"a": 1}]
        case "String" | "EmailAddress":
            return ["\x00", 7, ["x"] * 3]
        case "Int" | "BigInt":
            return ["seven", -(2**60)]
        case "Boolean":
            return ["perhaps"]
        case "DateTime":
            return ["yesterday", "2026-13-45T00:00:00Z"]
        case _:
            return [3.5]
