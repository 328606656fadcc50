"""Mail delivery: each queued email is sent by one worker, and once unless a worker dies at the wrong moment.

If a worker dies after sending an email and before recording it, another one sends it again with the same Message-ID.
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

POLL_INTERVAL = 2.0  # seconds
_MAX_PAUSE = 300.0  # seconds between attempts to reach the server or the database
_SHUTDOWN_TIMEOUT = 5.0  # seconds for an email that is being sent when the worker is stopped


@dataclass(frozen=True, slots=True)
class MailDelivery:
    """The queue, the mail server, and the sender."""

    database: Database
    clock: Clock
    server: MailServer
    sender: Address


async def deliver(delivery: MailDelivery) -> int:
    """Send the emails that are due in one SMTP session; return how many were accepted. Raises Unreachable.

    A server that cannot be reached, or that rejects the sender, does not count as an attempt for any email.
    """
    if not await _has_due_mail(delivery):
        return 0
    accepted = 0
    async with delivery.server.open() as session:
        try:
            while session.is_connected and not _is_canceled() and (mail := await _claim_next(delivery)):
                accepted += await _finish(_send(delivery, session, mail))
        except Unreachable as problem:
            if not accepted:
                raise
            # Many servers accept only a number of emails per session; the next ones go into another one.
            _log.info("after %d emails: %s", accepted, problem)
    return accepted


async def run(delivery: MailDelivery) -> None:
    """Deliver until canceled, with growing pauses while the server or the database is unavailable."""
    pause = POLL_INTERVAL
    while True:
        try:
            await deliver(delivery)
            pause = POLL_INTERVAL
        except (Unreachable, OSError, sa.exc.SQLAlchemyError) as problem:
            pause = min(pause * 2, _MAX_PAUSE)
            _log.warning("no emails are sent for %d seconds: %s", pause, problem)
        except Exception:  # noqa: BLE001 - an unexpected error must not end the delivery
            pause = min(pause * 2, _MAX_PAUSE)
            _log.exception("no emails are sent for %d seconds", pause)
        if _is_canceled():
            return
        await asyncio.sleep(pause)


@asynccontextmanager
async def running(delivery: MailDelivery | None) -> AsyncIterator[None]:
    """Deliver in the background until the block ends; without a delivery, emails wait and `./portal mail` prints them."""
    if delivery is None:
        yield
        return
    task = asyncio.create_task(run(delivery))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _is_canceled() -> bool:
    """Whether the task was canceled, even if the CancelledError was lost.

    `asyncio.wait_for` of Python 3.11 swallows it if the result arrives at the same moment.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def message_of(mail: OutgoingMail, *, portal: str, sender: Address, at: datetime) -> EmailMessage:
    """The message of an email; raises ValueError if the address cannot be used."""
    template = mail_text(mail, portal=one_line(portal), about=one_line(mail.about))
    message = EmailMessage()
    message["From"], message["To"] = sender, parse_address(mail.email)
    message["Subject"], message["Date"] = template.subject, format_datetime(at)
    message["Message-ID"] = f"<{mail.id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # prevents vacation replies
    message.set_content(template.text)
    return message


async def _has_due_mail(delivery: MailDelivery) -> bool:
    async with delivery.database.transaction() as session:
        return await session.scalar(outgoing_mail.due_now(delivery.clock.now()).limit(1)) is not None


async def _claim_next(delivery: MailDelivery) -> OutgoingMail | None:
    async with delivery.database.transaction() as session:
        return await outgoing_mail.claim_next(session, delivery.clock.now())


async def _send(delivery: MailDelivery, smtp: SmtpSession, mail: OutgoingMail) -> bool:
    """Send a claimed email and record the result; return whether it was accepted.

    Raises Unreachable if the server said nothing about the email.
    """
    problem: Exception | None = None
    try:
        async with delivery.database.transaction() as session:
            portal = await session.scalar(sa.select(Portal.name)) or delivery.sender.domain
        message = message_of(mail, portal=portal, sender=delivery.sender, at=delivery.clock.now())
        await smtp.send(message, sender=delivery.sender.addr_spec, recipient=str(message["To"]))
    except (TransientFailure, PermanentFailure, Unreachable, ValueError) as failure:
        problem = failure
    async with delivery.database.transaction() as session:
        if claimed := await outgoing_mail.lock_claimed(session, mail):
            _record(claimed, problem, at=delivery.clock.now())
    if isinstance(problem, Unreachable):
        raise problem
    return problem is None


def _record(mail: OutgoingMail, problem: Exception | None, *, at: datetime) -> None:
    match problem:
        case None:
            mail.mark_sent(at=at)
        case Unreachable():
            mail.release(at=at)
        case TransientFailure():
            mail.schedule_retry(str(problem), at=at)
        case _:
            mail.mark_failed(str(problem), at=at)


async def _finish(sending: Coroutine[None, None, bool]) -> bool:
    """Finish sending and recording an email before a cancellation takes effect, so that it is not sent twice."""
    task = asyncio.ensure_future(sending)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=_SHUTDOWN_TIMEOUT)
        task.cancel()
        raise
