"""Import groups, accounts and licenses from CSV files, after checking all of them."""

import asyncio
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from authz.gate.access import Access
from authz.gate.services import Services
from authz.lists.builder import QueryBuilder
from authz.load_policy import load_policy
from cli import CommandFailed, portal_database
from cli.token import find_account
from resolvers.bootstrap import bootstrap, is_unused
from resolvers.bulk.check import Plan
from resolvers.bulk.columns import FILES
from resolvers.bulk.csv_files import NoFiles, read_folder
from resolvers.bulk.importing import check_import, check_rows, import_part
from resolvers.bulk.parts import parts_of
from resolvers.bulk.rows import Finding, Given, ImportRefused
from settings import Settings
from store.db.clock import SystemClock
from store.db.database import Database
from store.db.tokens import hash_token, issue
from store.errors import Refusal
from store.portal import Edition
from store.queries import accounts
from store.users import AccessToken
from subscriptions.announcer import create_announcer
from subscriptions.feed import Feed

SUMMARY = "import groups, accounts, licenses and assignments from CSV files, or only check the files"

_LIFETIME = timedelta(days=1)


def arguments(parser: ArgumentParser) -> None:
    parser.formatter_class = RawDescriptionHelpFormatter
    parser.epilog = _columns()
    parser.add_argument(
        "folder", metavar="DIR", type=Path, help="folder of the CSV files; a missing file counts as empty"
    )
    parser.add_argument(
        "--as", dest="account", metavar="EMAIL", help="account that imports (default: the oldest ISV admin)"
    )
    parser.add_argument("--dry-run", action="store_true", help="only print the mistakes and what would be added")


def run(args: Namespace, settings: Settings) -> int:
    try:
        given, mistakes = read_folder(args.folder)
    except NoFiles as problem:
        raise CommandFailed(str(problem)) from None
    with portal_database(settings) as url:
        return asyncio.run(_import(url, settings, args, given, mistakes))


async def _import(url: str, settings: Settings, args: Namespace, given: Given, mistakes: list[Finding]) -> int:
    database = Database(url, pool_size=2)
    announcing = create_announcer(Feed(database), settings.redis_url)
    portal = Services(database, QueryBuilder(load_policy()), SystemClock(), announcing)
    try:
        async with announcing.running():
            plan = await _bootstrap(portal, args, given, mistakes)
            if plan is not None and args.dry_run:  # there is no account yet that could run the import
                _print_plan(plan, dry_run=True)
                return 0
            async with _logged_in(portal, args.account) as access:
                await _run_import(access, given, mistakes, plan=plan, dry_run=args.dry_run)
                return 0
    except ImportRefused as refusal:
        return _print_mistakes([Finding(**each) for each in refusal.details["findings"]])
    except Refusal as refusal:
        raise CommandFailed(refusal.message) from None
    finally:
        await database.close()


async def _run_import(
    access: Access, given: Given, mistakes: list[Finding], *, plan: Plan | None, dry_run: bool
) -> None:
    if plan is None:
        done = await check_rows(access.attempt(dry_run=dry_run), given=given, mistakes=mistakes)
        plan = done.result.plan
    _print_plan(plan, dry_run=dry_run)
    parts = parts_of(plan)
    total = sum(len(rows) for part in parts for rows in part.values())
    if dry_run or not total:
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("rows", total=total)
        for part in parts:
            await import_part(access, given=part, aliases=plan.aliases)
            progress.advance(bar, sum(len(rows) for rows in part.values()))


async def _bootstrap(portal: Services, args: Namespace, given: Given, mistakes: list[Finding]) -> Plan | None:
    """Prepare an unused portal: check the rows, create the first administrator, and return the plan; None if it is in use.

    An unused portal has no account whose permissions could be checked, so users.csv names the administrator.
    """
    now = portal.clock.now()
    async with portal.database.transaction() as session:
        if not await is_unused(session):
            return None
        check = await check_import(session, given, now=now, edition=Edition.ENTERPRISE, mistakes=mistakes)
        if check.plan.errors:
            raise ImportRefused(check.plan.errors)
        email = args.account and args.account.strip().casefold()
        admins = [admin for admin in check.plan.new["users"] if admin[1]["is_isv_admin"]]
        first = next((admin for admin in admins if email in (None, admin[1]["email"])), None)
        if first is None:
            raise CommandFailed(
                "the portal is empty: users.csv must have a row for its administrator (isv_admin true, status ACTIVE)"
            )
        if not args.dry_run:
            await bootstrap(session, first[1], at=now)
            check.plan.new["users"].remove(first)
            check.plan.known["users"] += 1
    return check.plan


@asynccontextmanager
async def _logged_in(portal: Services, account: str | None) -> AsyncIterator[Access]:
    """Log in with the importing account; its token is revoked afterwards."""
    async with portal.database.transaction() as session:
        if account is not None:
            user = await find_account(session, account)
        else:
            first = await accounts.first_isv_admin(session)
            if first is None:
                raise CommandFailed("the portal has no active ISV admin; name the importing account with --as")
            user = first
        now = portal.clock.now()
        token = await issue(session, user, name="./portal import", lifetime=_LIFETIME, now=now)
    access = Access(portal, token, f"import-{uuid4()}")
    try:
        yield access
    finally:
        await access.close()
        async with portal.database.transaction() as session:
            access_token = await session.scalar(sa.select(AccessToken).where(AccessToken.hash == hash_token(token)))
            if access_token is not None:
                access_token.revoke(at=portal.clock.now())


def _print_mistakes(mistakes: list[Finding]) -> int:
    for mistake in mistakes:
        sys.stderr.write(f"{mistake}\n")
    sys.stderr.write(f"{len(mistakes)} mistakes; nothing was imported\n")
    return 1


def _print_plan(plan: Plan, *, dry_run: bool) -> None:
    for note in plan.notes:
        print(note)
    for name, new in plan.new.items():
        if new or plan.known[name]:
            print(f"{name}: {len(new)} new, {plan.known[name]} existing")
    if not any(plan.new.values()):
        print("nothing to import: the portal already has all rows")
    elif dry_run:
        print("dry run: nothing was written")


def _columns() -> str:
    lines = ["The files and their columns (* must not be empty); for details see docs/import.md:"]
    for csv_file in FILES.values():
        lines += ["", f"{csv_file.file} - {csv_file.about}"]
        lines += [f"  {column.name + '*' * column.needed:20} {column.about}" for column in csv_file.columns]
    return "\n".join(lines)
