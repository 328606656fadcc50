"""The letters that wait to be sent, for whoever may run commands on the portal's machine and has no mail yet."""

import asyncio
from argparse import ArgumentParser, Namespace

import sqlalchemy as sa

from app import Settings
from commands import portal_database
from store.database import Database
from store.letters import Letter

SUMMARY = "print the letters that wait to be sent, with the tokens for their mailboxes"
_AT_MOST = 100


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("address", metavar="EMAIL", nargs="?", help="only those to this address")


def run(args: Namespace, settings: Settings) -> int:
    with portal_database(settings) as url:
        for each in asyncio.run(_waiting(url, args.address)):
            print(f"{each.created_at:%Y-%m-%d %H:%M}", each.email, each.kind, each.secret or "-", each.about, sep="\t")
    return 0


async def _waiting(url: str, address: str | None) -> list[Letter]:
    """The newest last, so that it stands above the prompt."""
    waiting = sa.select(Letter).where(Letter.sent_at.is_(None)).order_by(Letter.created_at.desc()).limit(_AT_MOST)
    if address is not None:
        waiting = waiting.where(Letter.email == address.strip().casefold())
    database = Database(url, pool_size=1)
    try:
        async with database.transaction() as session:
            return list(await session.scalars(waiting))[::-1]
    finally:
        await database.close()
