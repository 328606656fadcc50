"""Mail delivery through a real mail server on a socket: each email once, with retries, and never lost."""

import asyncio
import socket
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import aiosmtplib
import pytest
import sqlalchemy as sa

from app import create_app, run_worker
from jobs import smtp
from jobs.mail_delivery import MailDelivery, deliver, run, running
from jobs.smtp import MailServer, Unreachable, parse_sender
from settings import Settings
from store import outgoing_mail
from store.notifications import NotificationEvent
from store.outgoing_mail import CLAIM_DURATION, MAX_ATTEMPTS, RETRY_DELAYS, MailKind, OutgoingMail
from tests.jobs.mail_server import HOST, Mailbox, certificate, free_port, serving

NORA, OTTO = "nora@acme.example", "otto@acme.example"
MINUTE = timedelta(minutes=1)
HEADERS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "Content-Type",
    "Content-Transfer-Encoding",
    "MIME-Version",
}


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
def port(mailbox):
    with serving(mailbox) as port:
        yield port


@pytest.fixture
def delivery_to(database, clock):
    """Return a delivery by the server at a local port: `delivery_to(port)`."""

    def create(port, query="?starttls=off", host=HOST, login=""):
        server = MailServer.from_url(f"smtp://{login}{host}:{port}{query}")
        return MailDelivery(database, clock, server, parse_sender("The portal <portal@isv.example>"))

    return create


@pytest.fixture
def delivery(delivery_to, port):
    return delivery_to(port)


@pytest.fixture
def queue(database, clock):
    """Queue an email and return its id: `await queue(email, kind, secret=...)`."""

    async def add(email=NORA, kind=MailKind.CONFIRMATION, **values):
        mail = OutgoingMail(email=email, kind=kind, created_at=clock.now(), **{"secret": "lp_secret"} | values)
        async with database.transaction() as session:
            session.add(mail)
        return mail.id

    return add


@pytest.fixture
def stored(database):
    """Return an email as it is stored: `await stored(id)`."""

    async def read(id_):
        async with database.transaction() as session:
            return await session.get_one(OutgoingMail, id_)

    return read


async def wait_for_attempt(stored, id_):
    for _ in range(1000):
        if (await stored(id_)).attempts:
            return
        await asyncio.sleep(0.01)
    pytest.fail("no worker claimed the email")


@pytest.mark.feature("F71")
async def test_an_email_is_sent_once_and_its_secret_is_deleted(delivery, mailbox, queue, stored, clock):
    id_ = await queue(secret="lp_open-sesame", expires_at=clock.now() + timedelta(days=2))

    assert await deliver(delivery) == 1
    assert await deliver(delivery) == 0

    (message,) = mailbox.messages
    (envelope,) = mailbox.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("portal@isv.example", [NORA])
    assert (message["From"], message["To"]) == ("The portal <portal@isv.example>", NORA)
    assert message["Message-ID"] == f"<{id_}@isv.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == clock.now()
    assert message.get_content_type() == "text/plain"
    assert "lp_open-sesame" in message.get_content()
    assert "26 November 2026, 12:00 UTC" in message.get_content()
    sent = await stored(id_)
    assert (sent.sent_at, sent.secret, sent.last_error, sent.attempts) == (clock.now(), None, None, 1)


@pytest.mark.feature("F71")
async def test_an_email_is_written_in_the_language_of_its_recipient(delivery, mailbox, queue):
    await queue(locale="de-AT")
    await queue(locale="fr")
    await queue(
        kind=MailKind.NOTIFICATION, event=NotificationEvent.LICENSE_EXPIRED, about="Größe 3", locale="de", secret=None
    )

    assert await deliver(delivery) == 3

    subjects = [each["Subject"] for each in mailbox.messages]
    assert [each.partition(": ")[2] for each in subjects] == [
        "Bestätigen Sie Ihre E-Mail-Adresse",
        "confirm your email address",
        "Eine Lizenz für Größe 3 ist abgelaufen",
    ]
    assert "gültig bis auf Weiteres" in mailbox.messages[0].get_content()
    assert {each.get_content_charset() for each in mailbox.messages} == {"utf-8"}


async def test_the_email_about_an_assignment_fits_the_holder_and_administrators(delivery, mailbox, queue):
    for locale in ("en", "de"):
        await queue(
            kind=MailKind.NOTIFICATION,
            event=NotificationEvent.LICENSE_ASSIGNED,
            about="Atlas",
            locale=locale,
            secret=None,
        )

    assert await deliver(delivery) == 2

    assert [each["Subject"].partition(": ")[2] for each in mailbox.messages] == [
        "A license for Atlas was assigned",
        "Eine Lizenz für Atlas wurde zugewiesen",
    ]


@pytest.mark.feature("F71")
async def test_several_workers_send_each_email_once(delivery, mailbox, queue):
    queued = {f"<{await queue(f'guest{number}@acme.example')}@isv.example>" for number in range(60)}

    counts = await asyncio.gather(*(deliver(delivery) for _ in range(5)))

    sent = [message["Message-ID"] for message in mailbox.messages]
    assert len(sent) == sum(counts) == 60
    assert set(sent) == queued


@pytest.mark.feature("F71")
async def test_an_unreachable_server_does_not_count_as_an_attempt(delivery_to, mailbox, queue, stored, clock):
    port = free_port()
    delivery = delivery_to(port)
    id_ = await queue()

    for _ in range(MAX_ATTEMPTS + 1):
        with pytest.raises(Unreachable, match=f"{HOST}:{port}"):
            await deliver(delivery)
        clock.advance(timedelta(days=1))
    waiting = await stored(id_)
    assert (waiting.attempts, waiting.secret, waiting.failed_at) == (0, "lp_secret", None)

    with serving(mailbox, port):
        assert await deliver(delivery) == 1
    assert [each["To"] for each in mailbox.messages] == [NORA]


@pytest.mark.feature("F71")
async def test_a_temporary_rejection_is_retried_after_growing_delays(delivery, mailbox, queue, stored, clock):
    mailbox.rejects[NORA] = "451 come back later"
    id_ = await queue()

    for number, pause in enumerate(RETRY_DELAYS, start=1):
        assert await deliver(delivery) == 0
        waiting = await stored(id_)
        assert (waiting.attempts, waiting.last_error) == (number, "451 come back later")
        assert waiting.next_attempt_at == clock.now() + pause
        clock.advance(pause - MINUTE / 2)
        await deliver(delivery)  # not yet
        assert (await stored(id_)).attempts == number
        clock.advance(MINUTE / 2)

    mailbox.rejects.clear()
    assert await deliver(delivery) == 1
    assert (await stored(id_)).attempts == MAX_ATTEMPTS


@pytest.mark.feature("F71")
async def test_after_the_last_attempt_an_email_fails_with_the_reason_and_can_be_reset(
    delivery, mailbox, queue, stored, clock, database
):
    mailbox.rejects["DATA"] = "452 the disk is full"
    id_ = await queue()

    for pause in (*RETRY_DELAYS, timedelta(days=30)):
        await deliver(delivery)
        clock.advance(pause)
    await deliver(delivery)

    failed = await stored(id_)
    assert (failed.attempts, failed.last_error, failed.secret) == (MAX_ATTEMPTS, "452 the disk is full", "lp_secret")
    assert failed.failed_at is not None
    mailbox.rejects.clear()
    assert await deliver(delivery) == 0
    async with database.transaction() as session:
        (await session.get_one(OutgoingMail, id_)).reset()
    assert await deliver(delivery) == 1


@pytest.mark.feature("F71")
@pytest.mark.parametrize("where", [NORA, "DATA"])
async def test_a_permanent_rejection_is_not_retried_and_does_not_block_others(
    delivery, mailbox, queue, stored, clock, where
):
    mailbox.rejects[where] = "550 no such mailbox"
    id_ = await queue()
    await deliver(delivery)
    mailbox.rejects.pop("DATA", None)
    other = await queue(OTTO)

    clock.advance(timedelta(days=30))
    assert await deliver(delivery) == 1

    refused = await stored(id_)
    assert (refused.attempts, refused.last_error, refused.sent_at) == (1, "550 no such mailbox", None)
    assert refused.failed_at is not None
    assert (await stored(other)).sent_at == clock.now()


@pytest.mark.feature("F71")
@pytest.mark.parametrize("answer", ["450 too much mail from you", "550 not with that sender"])
async def test_a_rejected_sender_does_not_count_as_an_attempt(delivery, mailbox, queue, stored, clock, answer):
    mailbox.rejects["MAIL"] = answer
    queued = await queue(), await queue(OTTO)

    for _ in range(MAX_ATTEMPTS + 1):
        with pytest.raises(Unreachable, match=f"rejects the sender portal@isv.example: {answer}$"):
            await deliver(delivery)
        clock.advance(MINUTE)
    for each in queued:
        waiting = await stored(each)
        assert (waiting.attempts, waiting.secret, waiting.last_error) == (0, "lp_secret", None)

    mailbox.rejects.clear()
    assert await deliver(delivery) == 2


async def test_after_the_limit_of_a_session_emails_are_sent_in_the_next_one(delivery, mailbox, queue, stored):
    mailbox.messages_per_session = 2
    queued = [await queue(f"number{each}@acme.example") for each in range(5)]

    assert [await deliver(delivery) for _ in range(4)] == [2, 2, 1, 0]
    assert [(await stored(each)).attempts for each in queued] == [1] * 5


@pytest.mark.parametrize("code", [552, 555])
async def test_a_rejected_message_is_distinguished_from_a_rejected_sender(delivery, mailbox, queue, stored, code):
    mailbox.rejects["MAIL"] = f"{code} message not accepted"
    id_ = await queue()

    assert await deliver(delivery) == 0
    failed = await stored(id_)
    assert (failed.attempts, failed.last_error) == (1, f"{code} message not accepted")
    assert failed.failed_at is not None


async def test_a_server_without_a_greeting_is_reported(delivery_to, queue, monkeypatch):
    monkeypatch.setattr("jobs.smtp._CONNECT_TIMEOUT", 0.1)
    await queue()
    with socket.create_server((HOST, 0)) as silent_server:
        port = silent_server.getsockname()[1]
        with pytest.raises(Unreachable, match=f"^{HOST}:{port}: no greeting within the time limit$"):
            await deliver(delivery_to(port))


async def test_a_lost_connection_counts_as_an_attempt_for_one_email(delivery, mailbox, queue, stored, clock):
    first, second = await queue(), await queue(OTTO)
    mailbox.drops_connections = True
    assert await deliver(delivery) == 0
    assert ((await stored(first)).attempts, (await stored(second)).attempts) == (1, 0)

    mailbox.drops_connections = False
    clock.advance(RETRY_DELAYS[0])
    assert await deliver(delivery) == 2


async def test_a_session_is_closed_when_a_response_is_missing(delivery, mailbox, queue, stored, clock, monkeypatch):
    monkeypatch.setattr("jobs.smtp.MESSAGE_TIMEOUT", 0.3)
    mailbox.delays[NORA] = 1.0
    mailbox.rejects[NORA] = "550 no such mailbox"
    first, second = await queue(), await queue(OTTO)

    assert await deliver(delivery) == 0
    waiting = await stored(first)
    assert (waiting.attempts, waiting.failed_at, waiting.last_error) == (1, None, "no response within the time limit")
    assert (await stored(second)).attempts == 0

    assert await deliver(delivery) == 1
    assert [each.rcpt_tos for each in mailbox.envelopes] == [[OTTO]]
    assert (await stored(second)).sent_at == clock.now()


def test_the_time_limits_of_the_server_are_within_the_claim_of_the_worker():
    assert smtp.RESPONSE_TIMEOUT >= 300
    assert smtp.RESPONSE_TIMEOUT < smtp.MESSAGE_TIMEOUT < CLAIM_DURATION.total_seconds() - 60


async def test_a_missing_response_to_quit_does_not_delay_delivery(delivery, mailbox, queue):
    mailbox.delays["QUIT"] = 3.0
    await queue()

    async with asyncio.timeout(2.5):
        assert await deliver(delivery) == 1


async def test_the_claimed_email_of_a_dead_worker_is_sent_by_another_one(delivery, mailbox, queue, database, clock):
    id_ = await queue()
    async with database.transaction() as session:
        claimed = await outgoing_mail.claim_next(session, clock.now())
    assert claimed.id == id_

    clock.advance(CLAIM_DURATION - MINUTE)
    assert await deliver(delivery) == 0
    clock.advance(MINUTE)
    assert await deliver(delivery) == 1
    assert [each["Message-ID"] for each in mailbox.messages] == [f"<{id_}@isv.example>"]


async def test_a_worker_whose_claim_has_expired_does_not_record_a_result(queue, database, clock):
    await queue()
    async with database.transaction() as session:
        slow = await outgoing_mail.claim_next(session, clock.now())
    clock.advance(CLAIM_DURATION)
    async with database.transaction() as session:
        other = await outgoing_mail.claim_next(session, clock.now())
    assert other.id == slow.id

    async with database.transaction() as session:
        assert await outgoing_mail.lock_claimed(session, slow) is None
        assert (await outgoing_mail.lock_claimed(session, other)).id == other.id


async def test_an_email_that_is_being_sent_is_recorded_before_the_worker_stops(delivery, mailbox, queue, stored):
    mailbox.seconds_per_message = 0.5
    id_ = await queue()

    async with running(delivery):
        await wait_for_attempt(stored, id_)

    assert len(mailbox.envelopes) == 1
    assert (await stored(id_)).sent_at is not None


async def test_delivery_stops_even_if_its_cancellation_is_swallowed(delivery, queue, stored, monkeypatch):
    is_quitting = asyncio.Event()

    async def quit_(_):  # as `asyncio.wait_for` of Python 3.11 does if the result arrives at the same moment
        is_quitting.set()
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(0.9)

    monkeypatch.setattr(aiosmtplib.SMTP, "quit", quit_)
    id_ = await queue()

    async with asyncio.timeout(10) as time_limit, running(delivery):
        await is_quitting.wait()
    assert not time_limit.expired()
    assert (await stored(id_)).sent_at is not None


async def test_an_unexpected_error_does_not_stop_delivery(delivery, queue, stored, mailbox, caplog):
    broken = replace(delivery, server=replace(delivery.server, host=5))
    id_ = await queue()

    task = asyncio.create_task(run(broken))
    for _ in range(500):
        if caplog.records:
            break
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    assert not task.done()
    task.cancel()
    await asyncio.wait([task])

    assert caplog.records[0].exc_info is not None
    assert ((await stored(id_)).secret, mailbox.envelopes) == ("lp_secret", [])


async def test_an_expired_token_is_not_sent_and_is_deleted(delivery, mailbox, queue, stored, clock):
    id_ = await queue(expires_at=clock.now())

    assert await deliver(delivery) == 0

    expired = await stored(id_)
    assert (expired.secret, expired.last_error) == (None, "expired before it could be sent")
    assert (expired.failed_at, mailbox.envelopes) == (clock.now(), [])


@pytest.mark.parametrize(
    "about",
    ["Acme\r\nBcc: all@evil.example", "Acme\n\nclick here", "Acme\x0b\x85\u2028Bcc: all@evil.example", "{secret}"],
)
async def test_names_chosen_by_users_add_nothing_to_the_headers(delivery, mailbox, queue, about):
    await queue(kind=MailKind.INVITATION, about=about)

    assert await deliver(delivery) == 1

    (message,), (envelope,) = mailbox.messages, mailbox.envelopes
    assert envelope.rcpt_tos == [NORA]
    assert len(message.keys()) == 9
    assert set(message.keys()) == HEADERS
    assert message["Subject"].endswith("invitation to " + " ".join(about.split()))
    assert message.get_content().count("lp_secret") == 1


@pytest.mark.parametrize(
    "email", ["a,all@evil.example", "<a@evil.example>", "a@evil.example,b", "a@b>\r\nrcpt to:<c", "müller@acme.example"]
)
async def test_an_email_to_a_malformed_address_is_not_sent(delivery, mailbox, queue, stored, email):
    id_ = await queue(email)

    assert await deliver(delivery) == 0

    assert mailbox.envelopes == []
    assert (await stored(id_)).last_error == "is not an address that email can be sent to"


async def test_an_email_to_an_internationalized_domain_is_sent(delivery, mailbox, queue):
    await queue("nora@müller.example")

    assert await deliver(delivery) == 1

    assert mailbox.envelopes[0].rcpt_tos == ["nora@xn--mller-kva.example"]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_the_password_is_sent_only_encrypted_and_to_a_verified_server(
    delivery_to, mailbox, queue, tmp_path, scheme
):
    shown, trusted = certificate(tmp_path)
    options = {"authenticator": mailbox.authenticate}
    if scheme == "smtps":
        options |= {"ssl_context": shown, "auth_require_tls": False}  # otherwise it requires STARTTLS inside TLS
    else:
        options |= {"tls_context": shown, "require_starttls": True, "auth_required": True}
    await queue()
    with serving(mailbox, **options) as port:
        delivery = delivery_to(port, query="", host="localhost", login="portal:p%40ss@")
        server = MailServer.from_url(f"{scheme}://portal:p%40ss@localhost:{port}")
        with pytest.raises(Unreachable, match="certificate"):
            await deliver(replace(delivery, server=server))
        assert mailbox.logins == []

        assert await deliver(replace(delivery, server=replace(server, trusted=trusted))) == 1

    assert mailbox.logins == [(b"portal", b"p@ss")]


async def test_an_unencrypted_server_gets_no_email_unless_the_settings_allow_it(delivery_to, port, mailbox, queue):
    await queue()
    with pytest.raises(Unreachable):
        await deliver(delivery_to(port, query=""))
    assert mailbox.envelopes == []

    assert await deliver(delivery_to(port, query="?starttls=offered")) == 1


async def test_without_queued_emails_no_connection_is_opened(delivery_to):
    assert await deliver(delivery_to(free_port())) == 0


async def test_every_kind_of_email_has_a_text_in_every_language(delivery, mailbox, queue, database):
    for locale in ("en", "de"):
        for kind in set(MailKind) - {MailKind.NOTIFICATION}:
            await queue(kind=kind, locale=locale, about="Acme")
        for event in NotificationEvent:
            await queue(kind=MailKind.NOTIFICATION, event=event, locale=locale, about="Acme", secret=None)

    count = 2 * (len(MailKind) - 1 + len(NotificationEvent))
    assert await deliver(delivery) == count
    assert len({each["Subject"] for each in mailbox.messages}) == count
    assert not any("{" in each.get_content() for each in mailbox.messages)
    async with database.transaction() as session:
        assert await session.scalar(sa.select(sa.func.count()).where(OutgoingMail.secret.is_not(None))) == 0


@pytest.mark.feature("F71")
async def test_a_worker_and_a_serving_portal_send_emails_if_a_mail_server_is_set(
    demo_url, port, mailbox, queue, stored, tmp_path
):
    settings = Settings(
        database_url=demo_url,
        data_dir=tmp_path,
        smtp_url=f"smtp://{HOST}:{port}?starttls=off",
        mail_from="portal@isv.example",
    )
    first = await queue()
    worker = asyncio.create_task(run_worker(settings))
    await wait_for_attempt(stored, first)
    worker.cancel()
    await asyncio.wait([worker])
    assert (await stored(first)).sent_at is not None

    second = await queue(OTTO)
    for without_delivery in (replace(settings, worker=False), replace(settings, smtp_url=None)):
        app = create_app(without_delivery)
        async with app.router.lifespan_context(app):
            await asyncio.sleep(0.2)
        assert (await stored(second)).attempts == 0
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        await wait_for_attempt(stored, second)
    assert (await stored(second)).sent_at is not None
    assert [each["To"] for each in mailbox.messages] == [NORA, OTTO]
