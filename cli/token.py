"""Issue a login token for an account of the portal's database."""

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

_MAX_DAYS = 3650


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("account", metavar="EMAIL", help="a person's email address or a technical user's name")
    parser.add_argument("--days", type=_days, default=30, help="lifetime of the token in days, 1 to 3650 (default: 30)")


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
    """Find the active account with this email address, or the technical user with this name; raises CommandFailed."""
    matches = sa.or_(
        User.email == account.strip().lower(), sa.and_(User.kind == UserKind.TECHNICAL, User.name == account.strip())
    )
    users = (await session.scalars(sa.select(User).where(matches).limit(2))).all()
    if not users:
        raise CommandFailed(f"there is no account {account!r}; give an email address or the name of a technical user")
    if len(users) > 1:
        raise CommandFailed(f"several technical users are named {account!r}")
    if users[0].status is not UserStatus.ACTIVE:
        raise CommandFailed(f"the account {account!r} is {users[0].status.lower()}, not active")
    return users[0]


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= _MAX_DAYS):
        raise ArgumentTypeError(f"must be a number of days between 1 and {_MAX_DAYS}, got {text!r}")
    return int(text)
