"""Measurements, each against a peer or a hand-written limit in the same run."""

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

SUMMARY = "measure the portal against hand-written SQL, on a large world of a stated size"

_WHAT = (
    "authz: pages of licenses for people who see much or little;"
    " views: three whole answers of the portal, against one statement that returns their JSON;"
    " points: single checks of loaded rows, against Oso, casbin and cedarpy"
)
_RESULTS = CHECKOUT / "bench" / "results"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("what", choices=["authz", "points", "views"], help=_WHAT)
    parser.add_argument(
        "--licenses",
        type=int,
        help="size of the world, made where it is missing (100000; points: 2000)",
    )


def run(args: Namespace, settings: Settings) -> int:
    if args.what == "points":
        return _points(settings, args.licenses or 2_000)
    args.licenses = args.licenses or 100_000
    folder = settings.data_dir / f"bench-{args.licenses}"
    with (
        portal_database(replace(settings, database_url=None, data_dir=folder)) as url,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,  # the loop of the server
    ):
        lines = runner.run(_views(settings, url, args.licenses) if args.what == "views" else _authz(url, args.licenses))
    report = "\n".join(lines)
    print(report)
    _write(_RESULTS / f"{args.what}-{args.licenses}.md", report)
    return 0


def _points(settings: Settings, licenses: int) -> int:
    from bench import points_report  # noqa: PLC0415 - its peers are heavy, and no other command needs them

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
    from bench import views_report  # noqa: PLC0415 - the whole portal comes with it

    database = Database(url, pool_size=1)
    try:
        await _stocked(database, licenses)
    finally:
        await database.close()
    return await views_report.report(settings, url)


async def _stocked(database: Database, licenses: int) -> None:
    """Make the world where there is none."""
    async with database.snapshot() as connection:
        count = await connection.scalar(sa.text("SELECT count(*) FROM licenses"))
    if not count:
        size = large.Size(licenses=licenses, groups=licenses * 11 // 1000, users=licenses // 10, seed=1)
        await large.load(database, size, now=SystemClock().now(), report=lambda *_: None)


async def _authz(url: str, licenses: int) -> list[str]:
    database = Database(url)
    begin = time.perf_counter()
    policy = load_policy()
    compiling = time.perf_counter() - begin
    portal = Services(database, QueryBuilder(policy), SystemClock(), LocalAnnouncer(Feed(database)))
    raw = await asyncpg.connect(url.replace("postgresql+asyncpg", "postgresql"), server_settings={"jit": "off"})
    try:
        await _stocked(database, licenses)
        async with database.snapshot() as connection:
            await connection.execute(
                sa.text("SET LOCAL enable_nestloop = off"),
            )  # people are found in seconds, not minutes
            people = await personas(connection)
            version = await connection.scalar(sa.text("SHOW server_version"))
            size = await connection.scalar(sa.text("SELECT count(*) FROM licenses"))
        if size != licenses:
            raise CommandFailed(f"the world has {size} licenses; remove its folder to make one of {licenses}")
        found = []
        for person in people:
            found += [*await measure(portal, raw, person), await count(portal, raw, person)]
    finally:
        await raw.close()
        await database.close()
    head = [
        f"# Pages of 50 licenses among {licenses:,}",
        "",
        (
            f"`./portal bench authz --licenses {licenses}`, {time.strftime('%Y-%m-%d')}; {os.cpu_count()} cores,"
            f" PostgreSQL {version}, Python {platform.python_version()}. Medians in milliseconds, the statements prepared and run"
            " in turn on one connection, rows compared. *best* is the fastest hand-written statement for this person"
            " (`bench/by_hand.py`); *choosing* is paid at a person's first page of a list, and then remembered;"
            " a count ends at 2001."
        ),
        "",
        f"The policy compiles in {compiling * 1000:.0f} ms.",
        "",
        "| who | groups | page | plan | engine | by hand | best | ratio | choosing |",
        "|---|--:|---|---|--:|--:|---|--:|--:|",
    ]
    return [*head, *(_row(each) for each in found)]


def _row(each: Measured) -> str:
    return (
        f"| {each.persona.name} | {each.persona.groups} | {each.page} | {each.plan} | {each.engine:.2f} | {each.by_hand:.2f}"
        f" | {each.best} | {each.ratio:.2f} | {each.choosing:.2f} |"
    )
