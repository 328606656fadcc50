"""Run the point checks in a large world and report them as a Markdown table."""

import os
import platform
import time
from importlib.metadata import version

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from authz.load_policy import load_policy
from authz.verify.load_world import World, load_world
from bench.points import Measured, measure
from seeds import large
from store.db.clock import SystemClock
from store.db.database import Database
from store.groups import Group
from store.licenses import License
from store.users import User

_INPUTS = {
    "hand-written sets": "precomputed sets of IDs for each account",
    "portal": "the same policy as Oso, compiled to Python; loaded rows",
    "cedarpy": "three rules; all entities parsed in advance, a request contains three identifiers",
    "casbin": "four rules; every role of an account in every group below is precomputed",
    "Oso": "the policy, interpreted; loaded rows",
}


async def report(url: str, licenses: int) -> list[str]:
    """Load the world, which is created if needed, measure, and return the lines of the report."""
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
            " Each question is whether one account may perform one action on one row. CPU time per question in"
            " microseconds, in one process; medians of five alternating rounds. All data is in memory: no engine reads a"
            " database. All answers are compared and equal."
        ),
        "",
        "## The whole policy",
        "",
        (
            "`policies.polar`. Half of the questions are about licenses, the others about containers, activations and groups;"
            ' 60 % of them are "read", the others any action; half of them are about rows that the account may read. Of a'
            f" hundred accounts, ten belong to the vendor and thirty administer groups. {allowed:.0%} of the answers are yes."
        ),
        "",
        "| engine | questions | µs | ratio | per second |",
        "|---|--:|--:|--:|--:|",
        *(_row(result, whole[0]) for result in whole),
        "",
        "## A small model in five engines",
        "",
        (
            'The questions about licenses ("read" and "assign") in a small model that all engines can express'
            " (`bench/peers.py`): accounts, memberships with role and state, the group tree, and for each license its owning"
            " group, its assigned group and its visibility."
        ),
        "",
        "| engine | input | questions | µs | ratio | per second |",
        "|---|---|--:|--:|--:|--:|",
        *(_row(result, small[1], _INPUTS[result.engine]) for result in small),
    ]


def _row(result: Measured, portal: Measured, *cells: str) -> str:
    cells = (
        result.engine,
        *cells,
        f"{result.questions:,}",
        f"{result.microseconds:,.1f}",
        f"{result.microseconds / portal.microseconds:,.1f}",
        f"{1e6 / result.microseconds:,.0f}",
    )
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
