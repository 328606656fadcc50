"""The list of licenses, page by page: the engine's statement against the best that an expert writes for the same person."""

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
from authz.lists.queries import COUNT_LIMIT, PageQuery, Projection, Statement
from bench import by_hand
from seeds.personas import Persona
from store.db import tokens
from store.licenses import License
from store.users import User

ROUNDS = 21
_FIRST = 50
_PATIENCE = 4  # seconds for one run of a candidate; what takes longer is out
_HOPELESS = 10  # times slower than the fastest: such a candidate is compared once, and timed no further
_WANT = Projection(columns=frozenset(by_hand.COLUMNS) - {"id"})


@dataclass(frozen=True, slots=True)
class Measured:
    """One persona on one page: medians in milliseconds."""

    persona: Persona
    page: str
    plan: str
    engine: float
    by_hand: float
    best: str
    choosing: float
    rows: int

    @property
    def ratio(self) -> float:
        return self.engine / self.by_hand


async def measure(portal: Services, raw: asyncpg.Connection, persona: Persona) -> list[Measured]:
    """The first and the tenth page of one persona, candidates and engine in turn."""
    actor = await _actor(portal, persona)
    everything = actor.is_isv_admin
    found = []
    after = None
    for page in ("first", "tenth"):
        query = PageQuery(first=_FIRST, after=after)
        plan, choosing = await _choice(portal, raw, actor)
        statement = _statement(portal, actor, query, plan)
        values = {**actor.values, "limit": _FIRST, **values_of(query)}
        hand_values = [persona.user_id, _FIRST, *(after or ())]
        candidates = {
            name: (text, _used(text, hand_values))
            for name, text in by_hand.pages(after=after is not None, everything=everything).items()
        }
        times, rows = await _in_turn(raw, {"engine": _compiled(statement, values), **candidates})
        engine = times.pop("engine")
        best = min(times, key=lambda name: times[name])
        found.append(Measured(persona, page, plan.value, engine, times[best], best, choosing, len(rows["engine"])))
        ids = {name: [row["id"] for row in got] for name, got in rows.items()}
        if any(each != ids["engine"] for each in ids.values()):
            message = f"{persona.name}: the candidates do not answer alike"
            raise AssertionError(message)
        after = await _cursor(portal, raw, actor, plan)
        if after is None:
            break
    return found


async def count(portal: Services, raw: asyncpg.Connection, persona: Persona) -> Measured:
    """The count up to COUNT_LIMIT, against the best that an expert writes."""
    actor = await _actor(portal, persona)
    plan, _ = await _choice(portal, raw, actor)
    if plan is Plan.FAN:
        statement: Any = plans.count(portal.queries, License, "read", actor, PageQuery())
    else:
        statement = portal.queries.count(License, "read", actor, PageQuery())
    limit = COUNT_LIMIT + 1
    texts = by_hand.counts(everything=actor.is_isv_admin)
    hand = {name: (text, [persona.user_id, limit]) for name, text in texts.items()}
    times, rows = await _in_turn(raw, {"engine": _compiled(statement, {**actor.values, "limit": limit}), **hand})
    if len({each[0][0] for each in rows.values()}) > 1:
        message = f"{persona.name}: the candidates do not count alike"
        raise AssertionError(message)
    engine = times.pop("engine")
    best = min(times, key=lambda name: times[name])
    return Measured(
        persona,
        "count",
        "FAN" if plan is Plan.FAN else "HASH",
        engine,
        times[best],
        best,
        0.0,
        rows["engine"][0][0],
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
    """Which plan the engine takes, and what the choice costs when nothing is remembered."""
    if portal.policy.condition(License, "read", actor).everything:
        return Plan.WALK, 0.0
    query, took = PageQuery(first=_FIRST), 0.0
    found = {"keys": 0, "hits": 0}
    for name in found:
        statement = (
            plans.keys(portal.queries, License, "read", actor)
            if name == "keys"
            else plans.hits(portal.queries, License, "read", actor, query, many=found["keys"] > plans.MANY)
        )
        times, rows = await _in_turn(raw, {name: _compiled(statement, dict(actor.values))})
        found[name], took = rows[name][0][0], took + times[name]
        if found["keys"] <= plans.FEW:
            break
    return plans.choose(**found, first=_FIRST), took


def _statement(portal: Services, actor: Actor, query: PageQuery, plan: Plan) -> Statement:
    if plan is Plan.FAN:
        return plans.fan(portal.queries, License, "read", actor, query, _WANT)
    return plans.walk(portal.queries, License, "read", actor, query, _WANT, hashed=plan is Plan.HASH)


async def _cursor(portal: Services, raw: asyncpg.Connection, actor: Actor, plan: Plan) -> tuple[Any, Any] | None:
    """The last row of the ninth page; None for who has no tenth."""
    statement = _statement(portal, actor, PageQuery(first=_FIRST), plan)
    text, values = _compiled(statement, {**actor.values, "limit": 9 * _FIRST + 1})
    rows = await raw.fetch(text, *values)
    return (rows[-2]["created_at"], rows[-2]["id"]) if len(rows) > 9 * _FIRST else None


async def _in_turn(
    raw: asyncpg.Connection,
    questions: dict[str, tuple[str, Sequence[Any]]],
) -> tuple[dict[str, float], dict[str, Any]]:
    """Medians of prepared runs, one after the other, so that the machine's moods meet all alike."""
    prepared: dict[str, Any] = {}
    rows: dict[str, Any] = {}
    times: dict[str, list[float]] = {}
    for name, (text, values) in questions.items():
        try:
            prepared[name] = await raw.prepare(text)
            await prepared[name].fetch(*values, timeout=_PATIENCE)
            begin = time.perf_counter()
            rows[name] = await prepared[name].fetch(*values, timeout=_PATIENCE)
            times[name] = [(time.perf_counter() - begin) * 1000]
        except TimeoutError:
            rows.pop(name, None)
    hopeless = _HOPELESS * min((taken[0] for name, taken in times.items() if name != "engine"), default=0.0)
    times = {name: [] for name, taken in times.items() if taken[0] < hopeless or name == "engine" or len(times) == 1}
    for _ in range(ROUNDS):
        for name, taken in times.items():
            begin = time.perf_counter()
            await prepared[name].fetch(*questions[name][1])
            taken.append((time.perf_counter() - begin) * 1000)
    return {name: statistics.median(each) for name, each in times.items()}, rows


def _compiled(statement: Statement, values: dict[str, Any]) -> tuple[str, list[Any]]:
    """The statement and its values as they reach the driver."""
    dialect: Any = dialects.dialect
    compiled: Any = statement.compile(dialect=dialect())
    bound = compiled.construct_params(values, _check=False)
    return str(compiled), [bound[name] for name in compiled.positiontup]


def _used(text: str, values: list[Any]) -> list[Any]:
    """Only the values that a candidate asks for: PostgreSQL wants no others."""
    return values[: max(number for number in range(1, 5) if f"${number}" in text)]
