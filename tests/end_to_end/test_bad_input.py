"""Bad input at the front door: a typed answer each time, never an internal error, never the words of a machine, nothing written."""

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
MACHINE = ("Traceback", "Exception", "sqlalchemy", "asyncpg", "object at 0x", "psycopg", "NoneType", 'File "', "<class")
LICENSE = to_global_id("License", Licenses.BERLIN_PUBLIC)
LIST = "query($first: Int, $after: Cursor) { viewer { licenses(first: $first, after: $after) { nodes { id } } } }"
IDS = {"License": Licenses.BERLIN_PUBLIC, "Group": Groups.BERLIN, "User": TOM.id}
HUGE = "x" * 10_000_000


def codes(answer) -> list[str]:
    """The codes of an answer, wherever they stand; a machine's words are nowhere."""
    assert answer.status_code < 500, answer.text[:500]
    assert not [word for word in MACHINE if word in answer.text], answer.text[:500]
    body = answer.json()
    found = [each["extensions"]["code"] for each in body.get("errors", ())]
    for value in (body.get("data") or {}).values():
        if isinstance(value, dict):
            found += [each["code"] for each in value.get("errors") or ()]
    assert found, answer.text[:500]
    assert "INTERNAL" not in found, answer.text[:500]
    return found


async def written(database) -> dict[str, int]:
    """How many rows there are, without the refusals on record and the keys that remember them."""
    async with database.transaction() as session:
        counts = {
            name: await session.scalar(sa.select(sa.func.count()).select_from(table))
            for name, table in Base.metadata.tables.items()
            if name not in {"audit_entries", "idempotency_keys", "access_tokens"}
        }
        done = sa.select(sa.func.count()).where(AuditEntry.outcome == Outcome.DONE)
        kept = sa.select(sa.func.count()).where(~IdempotencyKey.answer.has_key("refusal"))
        return {**counts, "done": await session.scalar(done), "kept": await session.scalar(kept)}


QUESTIONS = {
    "an id that is none": ('{ node(id: "no id") { id } }', {}, "BAD_USER_INPUT"),
    "an empty id": ('{ node(id: "") { id } }', {}, "BAD_USER_INPUT"),
    "an id with NUL": ("query($id: ID!) { node(id: $id) { id } }", {"id": "a\x00b"}, "BAD_USER_INPUT"),
    "half a character": ("query($id: ID!) { node(id: $id) { id } }", {"id": "\ud800"}, "BAD_USER_INPUT"),
    "a number for an id of another shape": ("query($id: ID!) { node(id: $id) { id } }", {"id": 4.5}, "BAD_USER_INPUT"),
    "a page below nothing": (LIST, {"first": -1}, "BAD_USER_INPUT"),
    "an empty page": (LIST, {"first": 0}, "BAD_USER_INPUT"),
    "a page that is too long": (LIST, {"first": 10001}, "BAD_USER_INPUT"),
    "a number beyond all bounds": (LIST, {"first": 2**40}, None),
    "a cursor that is none": (LIST, {"first": 1, "after": "nowhere"}, "BAD_USER_INPUT"),
    "a cursor with NUL": (LIST, {"first": 1, "after": "\x00"}, "BAD_USER_INPUT"),
    "an unknown choice": ("{ viewer { licenses(where: {model: {eq: RENTED}}) { nodes { id } } } }", {}, None),
    "an unknown field": ("{ viewer { secrets } }", {}, None),
    "a filter on the wrong kind": (
        f'{{ viewer {{ licenses(where: {{product: {{eq: "{LICENSE}"}}}}) {{ nodes {{ id }} }} }} }}',
        {},
        "BAD_USER_INPUT",
    ),
    "no such instant": (
        '{ viewer { licenses(where: {createdAt: {gt: "yesterday"}}) { nodes { id } } } }',
        {},
        None,
    ),
    "half a document": ("{ viewer {", {}, "SYNTAX_ERROR"),
    "no document": ("", {}, None),
}


@pytest.mark.parametrize("case", QUESTIONS)
async def test_a_wrong_question_gets_a_typed_answer(case, server, token_of):
    document, variables, code = QUESTIONS[case]
    body = json.dumps({"query": document, "variables": variables})  # json, not httpx: half a character has no UTF-8

    answer = await server.client.post(
        server.url,
        content=body,
        headers=JSON | {"authorization": f"Bearer {await token_of(TOM)}"},
    )

    found = codes(answer)
    assert code is None or found == [code], found


async def test_a_cursor_of_another_list_or_order_is_refused(server, token_of):
    by = await token_of(ANN)
    page = await server.data(by, "{ viewer { groups(first: 1) { pageInfo { endCursor } } } }")
    cursor = page["viewer"]["groups"]["pageInfo"]["endCursor"]

    assert codes(await server.execute(by, LIST, first=1, after=cursor)) == ["BAD_USER_INPUT"]
    bent = cursor[:-2] + ("A" if cursor[-2] != "A" else "B") + cursor[-1]
    groups = "query($after: Cursor) { viewer { groups(first: 1, after: $after) { nodes { id } } } }"
    assert codes(await server.execute(by, groups, after=bent)) == ["BAD_USER_INPUT"]


async def test_a_token_that_opens_nothing_says_so(server, token_of):
    expired = await token_of(TOM, now=SystemClock().now() - timedelta(days=41))
    good = await token_of(TOM)
    forged = good[:-1] + ("A" if good[-1] != "A" else "B")
    for bad in (expired, forged, "x", "x" * 5000, "Bearer"):
        answer = await server.execute(bad, "{ viewer { user { name } } }")
        assert codes(answer) == ["UNAUTHENTICATED"], bad[:20]


async def test_ten_megabytes_are_turned_away_at_the_door(server, token_of):
    answer = await server.execute(await token_of(TOM), "query($id: ID!) { node(id: $id) { id } }", id=HUGE)

    assert codes(answer)
    assert answer.status_code == 413


async def test_no_argument_of_any_mutation_takes_what_it_should_not(server, database, token_of):
    """Each argument of each mutation in turn holds NUL, a word too long, or something of another shape."""
    by, before, asked = await token_of(ANN), await written(database), 0
    ids = {kind: to_global_id(kind, id_) for kind, id_ in IDS.items()}
    for name, field in SCHEMA.mutation_type.fields.items():
        kind = get_named_type(field.args["input"].type)
        document = f"mutation($input: {kind.name}!) {{ {name}(input: $input) {{ errors {{ code message }} }} }}"
        good = arguments_of(field, ids, f"bad {name}")
        for argument, declared in kind.fields.items():
            for bad in _wrong(get_named_type(declared.type).name):
                answer = await server.execute(by, document, input=good | {argument: bad})
                assert codes(answer), (name, argument, bad)
                asked += 1
            if is_required_input_field(declared):
                left_out = {key: value for key, value in good.items() if key != argument}
                assert codes(await server.execute(by, document, input=left_out)), (name, argument)
                asked += 1
    print(f"{asked} wrong arguments of {len(SCHEMA.mutation_type.fields)} mutations")
    assert asked > 500
    assert await written(database) == before


def _wrong(kind: str) -> list[object]:
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
