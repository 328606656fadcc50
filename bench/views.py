"""Measure three complete queries against one hand-written SQL statement each that returns the same JSON.

The viewer is an ISV admin, so that no statement needs a filter: the benchmark measures everything between a document and
its response. The portal is called through its ASGI application in this process, the statement through asyncpg; both check
the token first. Neither side includes HTTP parsing.
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

from bench import handwritten_views
from schema.fields.ids import to_global_id
from store.db.tokens import hash_token

ROUNDS, _WARM_UP = 25, 5

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
class Measured:
    """The result for one query; times are medians in milliseconds."""

    name: str
    statements: int
    bytes: int
    cpu: float
    wall: float
    handwritten_cpu: float
    handwritten_wall: float


async def measure(app: ASGIApp, raw: asyncpg.Connection, token: str) -> list[Measured]:
    """Measure each query and its hand-written statement; raises AssertionError if their responses differ."""
    group_id = await raw.fetchval(handwritten_views.BUSY_GROUP)
    license_id = await raw.fetchval(handwritten_views.LICENSE_WITH_HISTORY)
    return [
        await _measure_one("Q1: 50 licenses", app, raw, token, LICENSES, handwritten_views.LICENSES, None),
        await _measure_one("Q2: a group", app, raw, token, GROUP, handwritten_views.GROUP, ("Group", group_id)),
        await _measure_one(
            "Q3: a license", app, raw, token, LICENSE, handwritten_views.LICENSE, ("License", license_id)
        ),
    ]


async def _measure_one(
    name: str,
    app: ASGIApp,
    raw: asyncpg.Connection,
    token: str,
    document: str,
    text: str,
    about: tuple[str, UUID] | None,
) -> Measured:
    values = () if about is None else (about[1],)
    variables = {} if about is None else {"id": to_global_id(*about)}
    body = json.dumps({"query": document, "variables": variables}).encode()
    viewer, statement = await raw.prepare(handwritten_views.VIEWER), await raw.prepare(text)

    async def handwritten() -> bytes:
        if not await viewer.fetchval(hash_token(token)):
            raise AssertionError("the token does not belong to an ISV admin")
        return f'{{"data":{await statement.fetchval(*values)}}}'.encode()

    async def portal() -> bytes:
        return await _post(app, body, token)

    statements = _StatementCounter()
    with statements:
        response = await portal()
    data, expected = json.loads(response)["data"], json.loads(await handwritten())["data"]
    if data != expected:
        raise AssertionError(f"{name}: the response of the hand-written statement differs from that of the portal")
    times = await _run_alternately({"portal": portal, "handwritten": handwritten})
    return Measured(name, statements.count, len(response), *times["portal"], *times["handwritten"])


async def _run_alternately(runs: dict[str, Callable[[], Awaitable[bytes]]]) -> dict[str, tuple[float, float]]:
    """Return the medians of CPU time and wall time of alternating rounds; the first rounds are not counted."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    for number in range(_WARM_UP + ROUNDS):
        for name, run in runs.items():
            cpu, wall = time.process_time(), time.perf_counter()
            await run()
            if number >= _WARM_UP:
                taken[name].append((time.process_time() - cpu, time.perf_counter() - wall))
    return {
        name: (_median(cpu for cpu, _ in rounds), _median(wall for _, wall in rounds)) for name, rounds in taken.items()
    }


def _median(seconds: Iterable[float]) -> float:
    return statistics.median(seconds) * 1000


async def _post(app: ASGIApp, body: bytes, token: str) -> bytes:
    """Call the ASGI application with one request and return the body of its response."""
    parts: list[bytes] = []
    headers = [
        (b"content-type", b"application/json"),
        (b"accept", b"application/graphql-response+json"),
        (b"authorization", f"Bearer {token}".encode()),
    ]
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "query_string": b"",
        "root_path": "",
        "headers": headers,
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        parts.append(message.get("body", b""))

    await app(scope, receive, send)
    return b"".join(parts)


class _StatementCounter:
    """Counts the statements that SQLAlchemy executes inside the block."""

    def __init__(self) -> None:
        self.count = 0

    def __enter__(self) -> None:
        sa.event.listen(sa.Engine, "before_cursor_execute", self._one)

    def __exit__(self, *_: object) -> None:
        sa.event.remove(sa.Engine, "before_cursor_execute", self._one)

    def _one(self, *_: object) -> None:
        self.count += 1
