"""Three views of the portal, as its pages ask for them, against one hand-written statement that returns the same JSON.

The viewer is an ISV admin: no criterion stands in either statement, so what is measured is the way from a document to an
answer. The portal is asked through its ASGI application in this process, the statement through asyncpg; both read the
token first. Neither side pays for the parsing of HTTP.
"""

import json
import statistics
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import sqlalchemy as sa
from starlette.types import ASGIApp, Message

from bench import views_by_hand
from schema.fields.ids import encode
from store.db.tokens import hash_token

ROUNDS, _WARMING = 25, 5

LICENSES = """{ viewer { licenses(first: 50) { nodes {
    id model quantity visibility product { id name } group { id name }
    activations(first: 1) { nodes { deviceLabel container { id name } } }
} } } }"""
GROUP = """query ($id: ID!) { node(id: $id) { ... on Group {
    name children(first: 20) { nodes { id name memberships { totalCount } } }
    licenses(first: 100) { nodes { id quantity visibility activations(first: 2) { nodes { state deviceLabel } } } }
} } }"""
LICENSE = """query ($id: ID!) {
    node(id: $id) { ... on License {
        id model quantity product { name } activations(first: 50) { nodes { id state deviceLabel container { name } } }
    } }
    viewer { auditEntries(first: 20, where: { license: { eq: $id } }) { nodes { number action actor { name } } } }
}"""


@dataclass(frozen=True, slots=True)
class Viewed:
    """One view: medians in milliseconds, of the portal and of the hand-written statement."""

    name: str
    statements: int
    bytes: int
    cpu: float
    wall: float
    cpu_by_hand: float
    wall_by_hand: float


async def measure(app: ASGIApp, raw: asyncpg.Connection, token: str) -> list[Viewed]:
    """Ask each view in turn with its statement; the answers have to be equal."""
    group_id = await raw.fetchval(views_by_hand.BUSY_GROUP)
    license_id = await raw.fetchval(views_by_hand.TOLD_LICENSE)
    return [
        await _view("Q1: 50 licenses", app, raw, token, LICENSES, views_by_hand.LICENSES, None),
        await _view("Q2: a group", app, raw, token, GROUP, views_by_hand.GROUP, ("Group", group_id)),
        await _view("Q3: a license", app, raw, token, LICENSE, views_by_hand.LICENSE, ("License", license_id)),
    ]


async def _view(
    name: str,
    app: ASGIApp,
    raw: asyncpg.Connection,
    token: str,
    document: str,
    text: str,
    about: tuple[str, UUID] | None,
) -> Viewed:
    values = () if about is None else (about[1],)
    variables = {} if about is None else {"id": encode(*about)}
    body = json.dumps({"query": document, "variables": variables}).encode()
    who, statement = await raw.prepare(views_by_hand.WHO_ASKS), await raw.prepare(text)

    async def by_hand() -> bytes:
        if not await who.fetchval(hash_token(token)):
            raise AssertionError("the token is not one of an ISV admin")
        return f'{{"data":{await statement.fetchval(*values)}}}'.encode()

    async def portal() -> bytes:
        return await _post(app, body, token)

    asked = _Statements()
    with asked:
        answer = await portal()
    data, expected = json.loads(answer)["data"], json.loads(await by_hand())["data"]
    if data != expected:
        raise AssertionError(f"{name}: the statement does not answer like the portal")
    times = await _in_turn({"portal": portal, "by hand": by_hand})
    return Viewed(name, asked.count, len(answer), *times["portal"], *times["by hand"])


async def _in_turn(runs: dict[str, Callable[[], Awaitable[bytes]]]) -> dict[str, tuple[float, float]]:
    """CPU of this process and wall time, medians of rounds in turn; the first rounds only warm up."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    for number in range(_WARMING + ROUNDS):
        for name, run in runs.items():
            cpu, wall = time.process_time(), time.perf_counter()
            await run()
            if number >= _WARMING:
                taken[name].append((time.process_time() - cpu, time.perf_counter() - wall))
    return {name: (_median(cpu for cpu, _ in each), _median(wall for _, wall in each)) for name, each in taken.items()}


def _median(seconds: Iterable[float]) -> float:
    return statistics.median(seconds) * 1000


async def _post(app: ASGIApp, body: bytes, token: str) -> bytes:
    """One request as a server would hand it in."""
    parts: list[bytes] = []
    headers = [
        (b"content-type", b"application/json"),
        (b"accept", b"application/graphql-response+json"),
        (b"authorization", f"Bearer {token}".encode()),
    ]
    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http", "path": "/graphql",
        "raw_path": b"/graphql", "query_string": b"", "root_path": "", "headers": headers,
    }  # fmt: skip

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        parts.append(message.get("body", b""))

    await app(scope, receive, send)
    return b"".join(parts)


class _Statements:
    """How many statements SQLAlchemy sends, to whichever database, inside the block."""

    def __init__(self) -> None:
        self.count = 0

    def __enter__(self) -> None:
        sa.event.listen(sa.Engine, "before_cursor_execute", self._one)

    def __exit__(self, *_: object) -> None:
        sa.event.remove(sa.Engine, "before_cursor_execute", self._one)

    def _one(self, *_: object) -> None:
        self.count += 1
