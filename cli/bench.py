"""Run a benchmark of the portal against other engines or hand-written SQL in the same process."""

import asyncio
import os
import platform
import time
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path

import asyncpg
import sqlalchemy as sa
import uvloop

from authz.gate.services import Services
from authz.lists.builder import QueryBuilder
from authz.load_policy import load_policy
from bench.pages import Measured, count, measure
from cli import CommandFailed, portal_database
from seeds import large
from seeds.personas import personas
from settings import CHECKOUT, Settings
from store.db.clock import SystemClock
from store.db.database import Database
from subscriptions.announcer import LocalAnnouncer
from subscriptions.feed import Feed

SUMMARY = "run a benchmark in a large world, against hand-written SQL or other authorization engines"

_HELP = (
    "authz: pages of licenses for accounts that see many or few, against hand-written SQL;"
    " views: three complete queries, against one hand-written statement each that returns the JSON;"
    " points: single permission checks on loaded rows, against Oso, casbin and cedarpy"
)
_RESULTS = CHECKOUT / "bench" / "results"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("what", choices=["authz", "points", "views"], help=_HELP)
    parser.add_argument(
        "--licenses", type=int, help="size of the world, which is created if needed (default: 100000; for points: 2000)"
    )


def run(args: Namespace, settings: Settings) -> int:
    if args.what == "points":
        return _points(settings, args.licenses or 2_000)
    args.licenses = args.licenses or 100_000
    folder = settings.data_dir / f"bench-{args.licenses}"
    with (
        portal_database(replace(settings, database_url=None, data_dir=folder)) as url,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,  # as in production
    ):
        lines = runner.run(_views(settings, url, args.licenses) if args.what == "views" else _authz(url, args.licenses))
    report = "\n".join(lines)
    print(report)
    _write(_RESULTS / f"{args.what}-{args.licenses}.md", report)
    return 0


def _points(settings: Settings, licenses: int) -> int:
    from bench import points_report  # noqa: PLC0415 - imports the other engines, which only this benchmark needs

    folder = settings.data_dir / f"bench-points-{licenses}"
    with portal_database(replace(settings, database_url=None, data_dir=folder)) as url:
        report = "\n".join(asyncio.run(points_report.report(url, licenses)))
    print(report)
    _write(_RESULTS / "points.md", report)
    return 0


def _write(file: Path, report: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(report + "\n", encoding="utf-8")


async def _views(settings: Settings, url: str, licenses: int) -> list[str]:
    from bench import views_report  # noqa: PLC0415 - imports the whole portal

    database = Database(url, pool_size=1)
    try:
        await _ensure_world(database, licenses)
    finally:
        await database.close()
    return await views_report.report(settings, url)


async def _ensure_world(database: Database, licenses: int) -> None:
    """Load a large world into an empty database."""
    async with database.snapshot() as connection:
        count = await connection.scalar(sa.text("SELECT count(*) FROM licenses"))
    if not count:
        size = large.Size(licenses=licenses, groups=licenses * 11 // 1000, users=licenses // 10, seed=1)
        await large.load(database, size, now=SystemClock().now(), report=lambda *_: None)


async def _authz(url: str, licenses: int) -> list[str]:
    database = Database(url)
    start = time.perf_counter()
    policy = load_policy()
    compile_time = time.perf_counter() - start
    portal = Services(database, QueryBuilder(policy), SystemClock(), LocalAnnouncer(Feed(database)))
    raw = await asyncpg.connect(url.replace("postgresql+asyncpg", "postgresql"), server_settings={"jit": "off"})
    try:
        await _ensure_world(database, licenses)
        async with database.snapshot() as connection:
            await connection.execute(
                sa.text("SET LOCAL enable_nestloop = off")
            )  # finds the personas in seconds instead of minutes
            people = await personas(connection)
            version = await connection.scalar(sa.text("SHOW server_version"))
            size = await connection.scalar(sa.text("SELECT count(*) FROM licenses"))
        if size != licenses:
            raise CommandFailed(
                f"the world has {size} licenses instead of {licenses}; remove its folder and run this again"
            )
        results = []
        for persona in people:
            results += [*await measure(portal, raw, persona), await count(portal, raw, persona)]
    finally:
        await raw.close()
        await database.close()
    head = [
        f"# Pages of 50 licenses among {licenses:,}",
        "",
        (
            f"`./portal bench authz --licenses {licenses}`, {time.strftime('%Y-%m-%d')}; {os.cpu_count()} cores,"
            f" PostgreSQL {version}, Python {platform.python_version()}. Medians in milliseconds; the statements are prepared and"
            " run alternately on one connection, and their rows are compared. *Best* is the fastest hand-written statement for"
            " this account (`bench/handwritten_sql.py`). *Choosing* the plan is needed once per account and list, and then cached."
            " A count stops at 2001."
        ),
        "",
        f"The policy compiles in {compile_time * 1000:.0f} ms.",
        "",
        "| account | groups | page | plan | portal | hand-written | best | ratio | choosing |",
        "|---|--:|---|---|--:|--:|---|--:|--:|",
    ]
    return [*head, *(_row(result) for result in results)]


def _row(result: Measured) -> str:
    persona = result.persona
    return (
        f"| {persona.name} | {persona.groups} | {result.page} | {result.plan} | {result.engine:.2f} | {result.handwritten:.2f}"
        f" | {result.best} | {result.ratio:.2f} | {result.choosing:.2f} |"
    )
