"""The letters that wait to be sent, for whoever may run commands on the portal's machine and has no mail, or trouble with it."""

import asyncio
from argparse import ArgumentParser, Namespace

import sqlalchemy as sa

from cli import portal_database
from settings import Settings
from store.db.database import Database
from store.outgoing_mail import OutgoingMail

SUMMARY = "print the letters that wait to be sent, with the tokens for their mailboxes"
_AT_MOST = 100


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("address", metavar="EMAIL", nargs="?", help="only those to this address")
    parser.add_argument("--again", action="store_true", help="have those sent that were given up, before printing")


def run(args: Namespace, settings: Settings) -> int:
    with portal_database(settings) as url:
        for each in asyncio.run(_waiting(url, args.address, again=args.again)):
            words = [f"{each.created_at:%Y-%m-%d %H:%M}", each.email, each.kind, each.secret or "-", each.about]
            print(*words, *_trouble(each), sep="\t")
    return 0


def _trouble(letter: OutgoingMail) -> list[str]:
    """What the last try came to; nothing where there was none."""
    if letter.last_error is None:
        return []
    return [f"{'given up' if letter.failed_at else f'{letter.attempts} times'}: {letter.last_error}"]


async def _waiting(url: str, address: str | None, *, again: bool) -> list[OutgoingMail]:
    """The newest last, so that it stands above the prompt."""
    waiting = sa.select(OutgoingMail).where(OutgoingMail.sent_at.is_(None)).order_by(OutgoingMail.created_at.desc())
    if address is not None:
        waiting = waiting.where(OutgoingMail.email == address.strip().casefold())
    database = Database(url, pool_size=1)
    try:
        async with database.transaction() as session:
            if again:
                for each in await session.scalars(waiting.where(OutgoingMail.failed_at.is_not(None)).with_for_update()):
                    each.reset()
            await session.flush()
            return list(await session.scalars(waiting.limit(_AT_MOST)))[::-1]
    finally:
        await database.close()
