"""Measure pages of the list of licenses: the portal's statement against the best hand-written one for the same account."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import asyncpg
from sqlalchemy.dialects.postgresql import asyncpg as dialects
from sqlalchemy.orm import undefer

from authz.gate.actor import ACTOR_QUERY, Actor, actor_of
from authz.gate.services import Services
from authz.lists import plans
from authz.lists.filters import values_of
from authz.lists.plans import Plan
from authz.lists.queries import COUNT_LIMIT, ListRequest, PageQuery, Projection, Statement
from bench import handwritten_sql
from seeds.personas import Persona
from store.db import tokens
from store.licenses import License
from store.users import User

ROUNDS = 21
_PAGE_SIZE = 50
_TIMEOUT = 4  # seconds for one run; slower statements are excluded
_MAX_RATIO = 10  # statements slower than the fastest by this factor are compared once but not measured
_PROJECTION = Projection(columns=frozenset(handwritten_sql.COLUMNS) - {"id"})


@dataclass(frozen=True, slots=True)
class Measured:
    """The result for one persona and one page; times are medians in milliseconds."""

    persona: Persona
    page: str
    plan: str
    engine: float
    handwritten: float
    best: str
    choosing: float
    rows: int

    @property
    def ratio(self) -> float:
        return self.engine / self.handwritten


async def measure(portal: Services, raw: asyncpg.Connection, persona: Persona) -> list[Measured]:
    """Measure the first and the tenth page of one persona."""
    actor = await _actor(portal, persona)
    everything = actor.is_isv_admin
    results = []
    after = None
    for page in ("first", "tenth"):
        query = PageQuery(first=_PAGE_SIZE, after=after)
        plan, choosing = await _choice(portal, raw, actor)
        statement = _statement(portal, actor, query, plan)
        values = {**actor.values, "limit": _PAGE_SIZE, **values_of(query)}
        hand_values = [persona.user_id, _PAGE_SIZE, *(after or ())]
        candidates = {
            name: (text, _used(text, hand_values))
            for name, text in handwritten_sql.pages(after=after is not None, everything=everything).items()
        }
        times, rows = await _run_alternately(raw, {"engine": _compiled(statement, values), **candidates})
        engine = times.pop("engine")
        best = min(times, key=lambda name: times[name])
        results.append(Measured(persona, page, plan.value, engine, times[best], best, choosing, len(rows["engine"])))
        ids = {name: [row["id"] for row in page_rows] for name, page_rows in rows.items()}
        if any(other != ids["engine"] for other in ids.values()):
            message = f"{persona.name}: the statements return different rows"
            raise AssertionError(message)
        after = await _cursor(portal, raw, actor, plan)
        if after is None:
            break
    return results


async def count(portal: Services, raw: asyncpg.Connection, persona: Persona) -> Measured:
    """Measure the count up to COUNT_LIMIT."""
    actor = await _actor(portal, persona)
    plan, _ = await _choice(portal, raw, actor)
    if plan is Plan.FAN:
        statement: Any = plans.count(portal.queries, ListRequest(License, "read", actor))
    else:
        statement = portal.queries.count(ListRequest(License, "read", actor))
    limit = COUNT_LIMIT + 1
    texts = handwritten_sql.counts(everything=actor.is_isv_admin)
    hand = {name: (text, [persona.user_id, limit]) for name, text in texts.items()}
    times, rows = await _run_alternately(
        raw, {"engine": _compiled(statement, {**actor.values, "limit": limit}), **hand}
    )
    if len({counts[0][0] for counts in rows.values()}) > 1:
        message = f"{persona.name}: the statements return different counts"
        raise AssertionError(message)
    engine = times.pop("engine")
    best = min(times, key=lambda name: times[name])
    return Measured(
        persona, "count", "FAN" if plan is Plan.FAN else "HASH", engine, times[best], best, 0.0, rows["engine"][0][0]
    )


async def _actor(portal: Services, persona: Persona) -> Actor:
    now = portal.clock.now()
    async with portal.database.transaction() as session:
        user = await session.get_one(User, persona.user_id, options=[undefer(User.holds_support)])
        token = await tokens.issue(session, user, name="bench", lifetime=timedelta(hours=1), now=now)
    async with portal.database.snapshot() as connection:
        row = (await connection.execute(ACTOR_QUERY, {"token_hash": tokens.hash_token(token)})).first()
    return actor_of(row, at=now)


async def _choice(portal: Services, raw: asyncpg.Connection, actor: Actor) -> tuple[Plan, float]:
    """Return the plan that the portal chooses, and how long the choice takes when it is not cached."""
    if portal.policy.condition(License, "read", actor).everything:
        return Plan.WALK, 0.0
    query, took = PageQuery(first=_PAGE_SIZE), 0.0
    numbers = {"keys": 0, "hits": 0}
    for name in numbers:
        statement = (
            plans.keys(portal.queries, ListRequest(License, "read", actor))
            if name == "keys"
            else plans.hits(
                portal.queries, ListRequest(License, "read", actor, query), many=numbers["keys"] > plans.MANY
            )
        )
        times, rows = await _run_alternately(raw, {name: _compiled(statement, dict(actor.values))})
        numbers[name], took = rows[name][0][0], took + times[name]
        if numbers["keys"] <= plans.FEW:
            break
    return plans.choose(**numbers, first=_PAGE_SIZE), took


def _statement(portal: Services, actor: Actor, query: PageQuery, plan: Plan) -> Statement:
    return plans.page(portal.queries, ListRequest(License, "read", actor, query, _PROJECTION), plan)


async def _cursor(portal: Services, raw: asyncpg.Connection, actor: Actor, plan: Plan) -> tuple[Any, Any] | None:
    """Return the cursor of the last row of page nine, or None if there is no tenth page."""
    statement = _statement(portal, actor, PageQuery(first=_PAGE_SIZE), plan)
    text, values = _compiled(statement, {**actor.values, "limit": 9 * _PAGE_SIZE + 1})
    rows = await raw.fetch(text, *values)
    return (rows[-2]["created_at"], rows[-2]["id"]) if len(rows) > 9 * _PAGE_SIZE else None


async def _run_alternately(
    raw: asyncpg.Connection, statements: dict[str, tuple[str, Sequence[Any]]]
) -> tuple[dict[str, float], dict[str, Any]]:
    """Return medians and rows of the prepared statements, run alternately so that noise affects all of them equally."""
    prepared: dict[str, Any] = {}
    rows: dict[str, Any] = {}
    times: dict[str, list[float]] = {}
    for name, (text, values) in statements.items():
        try:
            prepared[name] = await raw.prepare(text)
            await prepared[name].fetch(*values, timeout=_TIMEOUT)
            start = time.perf_counter()
            rows[name] = await prepared[name].fetch(*values, timeout=_TIMEOUT)
            times[name] = [(time.perf_counter() - start) * 1000]
        except TimeoutError:
            rows.pop(name, None)
    limit = _MAX_RATIO * min((taken[0] for name, taken in times.items() if name != "engine"), default=0.0)
    times = {name: [] for name, taken in times.items() if taken[0] < limit or name == "engine" or len(times) == 1}
    for _ in range(ROUNDS):
        for name, taken in times.items():
            start = time.perf_counter()
            await prepared[name].fetch(*statements[name][1])
            taken.append((time.perf_counter() - start) * 1000)
    return {name: statistics.median(taken) for name, taken in times.items()}, rows


def _compiled(statement: Statement, values: dict[str, Any]) -> tuple[str, list[Any]]:
    """Return the text and the values of the statement as the driver gets them."""
    dialect: Any = dialects.dialect
    compiled: Any = statement.compile(dialect=dialect())
    bound = compiled.construct_params(values, _check=False)
    return str(compiled), [bound[name] for name in compiled.positiontup]


def _used(text: str, values: list[Any]) -> list[Any]:
    """Return the values that a statement has parameters for; PostgreSQL rejects others."""
    return values[: max(number for number in range(1, 5) if f"${number}" in text)]
