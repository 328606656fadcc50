"""Fill a database with test data: the demo world, or a large world generated from a seed."""

import asyncio
from argparse import ArgumentParser, ArgumentTypeError, Namespace

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from cli import CommandFailed, portal_database
from seeds import demo, large
from seeds.personas import personas
from settings import Settings
from store.db.clock import SystemClock
from store.db.database import Database
from store.errors import BadInput, Conflict

SUMMARY = "fill an empty database with the demo world or with a large generated world"

_GROUPS_PER_LICENSE, _USERS_PER_LICENSE = 0.011, 0.1


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--demo", action="store_true", help="load the demo world instead of a large one")
    parser.add_argument("--licenses", type=_count, default=10_000, help="number of licenses (default: 10000)")
    parser.add_argument("--groups", type=_count, help="number of groups, on ten levels (default: 11 per 1000 licenses)")
    parser.add_argument("--users", type=_count, help="number of accounts (default: 100 per 1000 licenses)")
    parser.add_argument(
        "--seed", type=_count, default=1, help="random seed; the same seed gives the same world (default: 1)"
    )
    parser.add_argument(
        "--into-existing", action="store_true", help="add the large world to a database that is not empty"
    )


def run(args: Namespace, settings: Settings) -> int:
    if args.demo and args.into_existing:
        raise CommandFailed("--demo needs an empty database and cannot be combined with --into-existing")
    with portal_database(settings) as url:
        asyncio.run(_seed(url, args))
    return 0


async def _seed(url: str, args: Namespace) -> None:
    database = Database(url, pool_size=1)
    now = SystemClock().now()
    try:
        async with database.transaction() as session:
            empty = await demo.is_empty(session)
            if empty and args.demo:
                await demo.load(session, now=now)
        if not empty and not args.into_existing:
            raise CommandFailed(
                "the database is not empty; choose another one with PORTAL_DATA_DIR or PORTAL_DATABASE_URL,"
                " or add a large world to this one with --into-existing"
            )
        if not args.demo:
            await _load_large(database, args)
    finally:
        await database.close()


async def _load_large(database: Database, args: Namespace) -> None:
    columns = (TextColumn("{task.description:12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = progress.add_task(stage, total=total)
            progress.update(tasks[stage], completed=done)

        today = (
            SystemClock().now().replace(hour=0, minute=0, second=0, microsecond=0)
        )  # the same world for the whole day
        try:
            await large.load(database, _size(args), now=today, report=report)
        except (BadInput, Conflict) as problem:
            raise CommandFailed(problem.message) from None
    async with database.snapshot() as connection:
        for persona in await personas(connection):
            print(f"{persona.name:29} {persona.user_id}  {persona.groups} groups")


def _size(args: Namespace) -> large.Size:
    groups = args.groups or max(20, round(args.licenses * _GROUPS_PER_LICENSE))
    users = args.users or max(groups + 100, round(args.licenses * _USERS_PER_LICENSE))
    return large.Size(licenses=args.licenses, groups=groups, users=users, seed=args.seed)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0):  # noqa: PLR2004
        raise ArgumentTypeError(f"must be a whole number from 1 to 999999999, got {text!r}")
    return int(text)
