"""A login token for one account of the portal's database, for whoever may run commands on its machine."""

import asyncio
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from cli import CommandFailed, portal_database
from settings import Settings
from store.db.clock import SystemClock
from store.db.database import Database
from store.db.tokens import issue
from store.users import User, UserKind, UserStatus

SUMMARY = "print a login token for an account"

_MOST_DAYS = 3650


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("account", metavar="EMAIL", help="a person's e-mail address or a technical user's name")
    parser.add_argument("--days", type=_days, default=30, help="how long the token is good for (default: 30)")


def run(args: Namespace, settings: Settings) -> int:
    with portal_database(settings) as url:
        print(asyncio.run(_issue(url, args.account, timedelta(days=args.days))))
    return 0


async def _issue(url: str, account: str, lifetime: timedelta) -> str:
    database = Database(url, pool_size=1)
    try:
        async with database.transaction() as session:
            user = await find_account(session, account)
            return await issue(session, user, name="./portal token", lifetime=lifetime, now=SystemClock().now())
    finally:
        await database.close()


async def find_account(session: AsyncSession, account: str) -> User:
    """The active account of an e-mail address, or of a technical user's name."""
    named = sa.or_(
        User.email == account.strip().lower(),
        sa.and_(User.kind == UserKind.TECHNICAL, User.name == account.strip()),
    )
    found = (await session.scalars(sa.select(User).where(named).limit(2))).all()
    if not found:
        raise CommandFailed(f"there is no account {account!r}")
    if len(found) > 1:
        raise CommandFailed(f"there are several technical users named {account!r}")
    if found[0].status is not UserStatus.ACTIVE:
        raise CommandFailed(f"the account {account!r} is {found[0].status.lower()}")
    return found[0]


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= _MOST_DAYS):
        raise ArgumentTypeError(f"{text!r} is no number of days between 1 and {_MOST_DAYS}")
    return int(text)
