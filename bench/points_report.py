"""Point checks from a world made for them to a table that says what each engine knows."""

import os
import platform
import time
from importlib.metadata import version

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from authz.load_policy import load_policy
from authz.verify.load_world import World, load_world
from bench.points import Answered, measure
from seeds import large
from store.db.clock import SystemClock
from store.db.database import Database
from store.groups import Group
from store.licenses import License
from store.users import User

_KNOWS = {
    "sets, by hand": "sets of ids made ahead for each account",
    "native": "the same text as Oso, compiled to Python; loaded rows",
    "cedarpy": "three rules; the whole world parsed ahead, a question carries three names",
    "casbin": "four rules; every role of an account written out for every group below",
    "Oso": "the text of the model, interpreted; loaded rows",
}


async def report(url: str, licenses: int) -> list[str]:
    """Make the world where it is missing, load it whole, ask, and tell."""
    world = await _world(url, licenses)
    policy = load_policy()
    whole, small, allowed = measure(policy, world)
    sizes = ", ".join(
        f"{len(world[cls]):,} {name}" for cls, name in ((License, "licenses"), (Group, "groups"), (User, "accounts"))
    )
    return [
        f"# Point checks in a world of {sizes}",
        "",
        (
            f"`./portal bench points --licenses {licenses}`, {time.strftime('%Y-%m-%d')}; {os.cpu_count()} cores, Python"
            f" {platform.python_version()}, casbin {version('casbin')}, cedarpy {version('cedarpy')}, oso {version('oso')}."
            " One question at a time: may this account do this to this row. Microseconds of CPU for one question, in one"
            " process; medians of five rounds in turn. Everything is in memory: no engine reads a database. All answers"
            " were compared and are equal."
        ),
        "",
        "## The whole policy",
        "",
        (
            "`policies.polar`. Half of the questions are about licenses, the others about containers, activations and groups;"
            ' six in ten are "read", the others any action; half of them are about rows that the account may read. Ten of a'
            f" hundred accounts are of the vendor, thirty administer groups. {allowed:.0%} of the answers are yes."
        ),
        "",
        "| engine | questions | µs | ratio | per second |",
        "|---|--:|--:|--:|--:|",
        *(_row(each, whole[0]) for each in whole),
        "",
        "## One small model in five engines",
        "",
        (
            'The licenses of the same questions, "read" and "assign", in a model that all of them can hold'
            " (`bench/peers.py`): accounts, memberships with role and state, the tree of groups; of a license its owning group,"
            " its assigned group and its visibility."
        ),
        "",
        "| engine | what it is given | questions | µs | ratio | per second |",
        "|---|---|--:|--:|--:|--:|",
        *(_row(each, small[1], _KNOWS[each.engine]) for each in small),
    ]


def _row(each: Answered, native: Answered, *more: str) -> str:
    cells = [
        each.engine,
        *more,
        f"{each.questions:,}",
        f"{each.microseconds:,.1f}",
        f"{each.microseconds / native.microseconds:,.1f}",
        f"{1e6 / each.microseconds:,.0f}",
    ]
    return f"| {' | '.join(cells)} |"


async def _world(url: str, licenses: int) -> World:
    database = Database(url)
    try:
        async with database.snapshot() as connection:
            count = await connection.scalar(sa.text("SELECT count(*) FROM licenses"))
        if not count:
            size = large.Size(licenses=licenses, groups=max(20, licenses // 20), users=max(100, licenses // 2), seed=1)
            await large.load(database, size, now=SystemClock().now(), report=lambda *_: None)
        async with AsyncSession(database.engine, expire_on_commit=False, autoflush=False) as session:
            world = await load_world(session)
            session.expunge_all()
            return world
    finally:
        await database.close()
