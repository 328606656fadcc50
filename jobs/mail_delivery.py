"""The post: letters that wait are handed to the mail server, each by one worker of the fleet, and once as far as one can know.

Who has handed a letter over and is killed before he can say so has it sent again by another; it bears the same Message-ID.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

import sqlalchemy as sa

from jobs.mail_templates import mail_text
from jobs.smtp import MailServer, PermanentFailure, SmtpSession, TransientFailure, Unreachable, one_line, parse_address
from store import outgoing_mail
from store.db.clock import Clock
from store.db.database import Database
from store.outgoing_mail import OutgoingMail
from store.portal import Portal

_log = logging.getLogger(__name__)

POLL_INTERVAL = 2.0  # seconds between two looks at what waits
_LONGEST_PAUSE = 300.0  # seconds that a server which is away is left in peace
_PATIENCE = 5.0  # seconds that a letter in hand gets when the worker is told to stop


@dataclass(frozen=True, slots=True)
class MailDelivery:
    """Where letters wait, the server that takes them, and in whose name they are written."""

    database: Database
    clock: Clock
    server: MailServer
    sender: Address


async def deliver(office: MailDelivery) -> int:
    """Hand over what waits, one letter after the other, and say how many were taken; raises Unreachable.

    A server that cannot be reached, or that takes nothing from the portal, costs no letter a try.
    """
    if not await _something_waits(office):
        return 0
    taken = 0
    async with office.server.open() as conversation:
        try:
            while conversation.is_connected and not _stops() and (letter := await _take(office)):
                taken += await _to_the_end(_hand_over(office, conversation, letter))
        except Unreachable as problem:
            if not taken:
                raise
            # Many servers take so many letters in one conversation, and the next ones in another.
            _log.info("after %d letters: %s", taken, problem)
    return taken


async def run(office: MailDelivery) -> None:
    """Deliver until cancelled; a server or a database that is away is asked again after pauses that grow."""
    pause = POLL_INTERVAL
    while True:
        try:
            await deliver(office)
            pause = POLL_INTERVAL
        except (Unreachable, OSError, sa.exc.SQLAlchemyError) as problem:
            pause = min(pause * 2, _LONGEST_PAUSE)
            _log.warning("no letter goes out for %d seconds: %s", pause, problem)
        except Exception:  # noqa: BLE001 - what nobody has thought of must not end the post
            pause = min(pause * 2, _LONGEST_PAUSE)
            _log.exception("no letter goes out for %d seconds", pause)
        if _stops():
            return
        await asyncio.sleep(pause)


@asynccontextmanager
async def running(office: MailDelivery | None) -> AsyncIterator[None]:
    """Deliver beside whatever happens in the block; without an office letters wait, and `./portal mail` prints them."""
    if office is None:
        yield
        return
    task = asyncio.create_task(run(office))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _stops() -> bool:
    """Whether the task was cancelled, also where that went under.

    `asyncio.wait_for` of Python 3.11 swallows it when the answer that it waits for comes at the same moment.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def message_of(letter: OutgoingMail, *, portal: str, sender: Address, at: datetime) -> EmailMessage:
    """A letter as it goes out; raises ValueError where its address is none."""
    about = one_line(letter.about)
    words = mail_text(letter, portal=one_line(portal), about=about)
    message = EmailMessage()
    message["From"], message["To"] = sender, parse_address(letter.email)
    message["Subject"], message["Date"] = words.subject, format_datetime(at)
    message["Message-ID"] = f"<{letter.id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # nobody's holiday replies to it
    message.set_content(words.text)
    return message


async def _something_waits(office: MailDelivery) -> bool:
    async with office.database.transaction() as session:
        return await session.scalar(outgoing_mail.due_now(office.clock.now()).limit(1)) is not None


async def _take(office: MailDelivery) -> OutgoingMail | None:
    async with office.database.transaction() as session:
        return await outgoing_mail.claim_next(session, office.clock.now())


async def _hand_over(office: MailDelivery, conversation: SmtpSession, letter: OutgoingMail) -> bool:
    """One letter, and what became of it; whether it was taken. Raises Unreachable where nothing was said about the letter."""
    problem: Exception | None = None
    try:
        async with office.database.transaction() as session:
            portal = await session.scalar(sa.select(Portal.name)) or office.sender.domain
        message = message_of(letter, portal=portal, sender=office.sender, at=office.clock.now())
        await conversation.send(message, sender=office.sender.addr_spec, recipient=str(message["To"]))
    except (TransientFailure, PermanentFailure, Unreachable, ValueError) as found:
        problem = found
    async with office.database.transaction() as session:
        if held := await outgoing_mail.lock_claimed(session, letter):
            _put_down(held, problem, at=office.clock.now())
    if isinstance(problem, Unreachable):
        raise problem
    return problem is None


def _put_down(letter: OutgoingMail, problem: Exception | None, *, at: datetime) -> None:
    match problem:
        case None:
            letter.mark_sent(at=at)
        case Unreachable():
            letter.release(at=at)
        case TransientFailure():
            letter.schedule_retry(str(problem), at=at)
        case _:
            letter.mark_failed(str(problem), at=at)


async def _to_the_end(work: Coroutine[None, None, bool]) -> bool:
    """A letter in hand is put down properly before a worker stops, or whoever comes next would send it again."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=_PATIENCE)
        task.cancel()
        raise
