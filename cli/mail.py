"""Show the emails that have not been sent, when the portal has no mail server or cannot deliver to it."""

import asyncio
from argparse import ArgumentParser, Namespace

import sqlalchemy as sa

from cli import portal_database
from settings import Settings
from store.db.database import Database
from store.outgoing_mail import OutgoingMail

SUMMARY = "print the emails that have not been sent, with the tokens in them"
_LIMIT = 100


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("address", metavar="EMAIL", nargs="?", help="only emails to this address")
    parser.add_argument("--retry", action="store_true", help="first queue failed emails for delivery again")


def run(args: Namespace, settings: Settings) -> int:
    with portal_database(settings) as url:
        for mail in asyncio.run(_unsent(url, args.address, retry=args.retry)):
            fields = [f"{mail.created_at:%Y-%m-%d %H:%M}", mail.email, mail.kind, mail.secret or "-", mail.about]
            print(*fields, *_problem(mail), sep="\t")
    return 0


def _problem(mail: OutgoingMail) -> list[str]:
    """Return the last delivery problem, if there was one."""
    if mail.last_error is None:
        return []
    return [f"{'failed' if mail.failed_at else f'{mail.attempts} failed attempts'}: {mail.last_error}"]


async def _unsent(url: str, address: str | None, *, retry: bool) -> list[OutgoingMail]:
    """Return the newest unsent emails, newest last."""
    unsent = sa.select(OutgoingMail).where(OutgoingMail.sent_at.is_(None)).order_by(OutgoingMail.created_at.desc())
    if address is not None:
        unsent = unsent.where(OutgoingMail.email == address.strip().casefold())
    database = Database(url, pool_size=1)
    try:
        async with database.transaction() as session:
            if retry:
                for mail in await session.scalars(unsent.where(OutgoingMail.failed_at.is_not(None)).with_for_update()):
                    mail.reset()
            await session.flush()
            return list(await session.scalars(unsent.limit(_LIMIT)))[::-1]
    finally:
        await database.close()
