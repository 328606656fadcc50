"""Letters go out by a real mail server on a socket: each once, tried again with patience, and never lost."""

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
HEAD = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "Content-Transfer-Encoding",
    "MIME-Version",
}  # fmt: skip


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
def port(mailbox):
    with serving(mailbox) as port:
        yield port


@pytest.fixture
def office_at(database, clock):
    """`office_at(port)` sends by the server at a port of this machine."""

    def at(port, query="?starttls=off", host=HOST, login=""):
        server = MailServer.from_url(f"smtp://{login}{host}:{port}{query}")
        return MailDelivery(database, clock, server, parse_sender("The portal <portal@isv.example>"))

    return at


@pytest.fixture
def office(office_at, port):
    return office_at(port)


@pytest.fixture
def write(database, clock):
    """`await write(email, kind, secret=...)` gives the id of a new letter."""

    async def written(email=NORA, kind=MailKind.CONFIRMATION, **values):
        letter = OutgoingMail(email=email, kind=kind, created_at=clock.now(), **{"secret": "lp_secret"} | values)
        async with database.transaction() as session:
            session.add(letter)
        return letter.id

    return written


@pytest.fixture
def kept(database):
    """`await kept(id)` is a letter as it stands in the table."""

    async def read(id_):
        async with database.transaction() as session:
            return await session.get_one(OutgoingMail, id_)

    return read


async def until_taken(kept, id_):
    for _ in range(1000):
        if (await kept(id_)).attempts:
            return
        await asyncio.sleep(0.01)
    pytest.fail("nobody took the letter")


@pytest.mark.feature("F71")
async def test_a_letter_goes_out_once_and_what_it_held_is_kept_nowhere(office, mailbox, write, kept, clock):
    id_ = await write(secret="lp_open-sesame", expires_at=clock.now() + timedelta(days=2))

    assert await deliver(office) == 1
    assert await deliver(office) == 0

    (letter,) = mailbox.letters
    (envelope,) = mailbox.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("portal@isv.example", [NORA])
    assert (letter["From"], letter["To"]) == ("The portal <portal@isv.example>", NORA)
    assert letter["Message-ID"] == f"<{id_}@isv.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime == clock.now()
    assert letter.get_content_type() == "text/plain"
    assert "lp_open-sesame" in letter.get_content()
    assert "26 November 2026, 12:00 UTC" in letter.get_content()
    sent = await kept(id_)
    assert (sent.sent_at, sent.secret, sent.last_error, sent.attempts) == (clock.now(), None, None, 1)


@pytest.mark.feature("F71")
async def test_a_letter_is_written_in_the_language_of_its_reader(office, mailbox, write):
    await write(locale="de-AT")
    await write(locale="fr")
    await write(
        kind=MailKind.NOTIFICATION,
        event=NotificationEvent.LICENSE_EXPIRED,
        about="Größe 3",
        locale="de",
        secret=None,
    )

    assert await deliver(office) == 3

    subjects = [each["Subject"] for each in mailbox.letters]
    assert [each.partition(": ")[2] for each in subjects] == [
        "Bestätigen Sie Ihre Adresse",
        "confirm your address",
        "Eine Lizenz von Größe 3 ist abgelaufen",
    ]
    assert "gültig bis auf Weiteres" in mailbox.letters[0].get_content()
    assert {each.get_content_charset() for each in mailbox.letters} == {"utf-8"}


async def test_whoever_is_told_of_an_assignment_reads_what_is_true_for_the_holder_and_for_administrators(
    office,
    mailbox,
    write,
):
    for locale in ("en", "de"):
        await write(
            kind=MailKind.NOTIFICATION,
            event=NotificationEvent.LICENSE_ASSIGNED,
            about="Atlas",
            locale=locale,
            secret=None,
        )

    assert await deliver(office) == 2

    assert [each["Subject"].partition(": ")[2] for each in mailbox.letters] == [
        "A license of Atlas was assigned",
        "Eine Lizenz von Atlas wurde zugewiesen",
    ]


@pytest.mark.feature("F71")
async def test_a_fleet_sends_each_letter_once(office, mailbox, write):
    written = {f"<{await write(f'guest{number}@acme.example')}@isv.example>" for number in range(60)}

    counts = await asyncio.gather(*(deliver(office) for _ in range(5)))

    found = [each["Message-ID"] for each in mailbox.letters]
    assert len(found) == sum(counts) == 60
    assert set(found) == written


@pytest.mark.feature("F71")
async def test_a_dead_server_loses_no_letter_and_costs_none_a_try(office_at, mailbox, write, kept, clock):
    port = free_port()
    office = office_at(port)
    id_ = await write()

    for _ in range(MAX_ATTEMPTS + 1):
        with pytest.raises(Unreachable, match=f"{HOST}:{port}"):
            await deliver(office)
        clock.advance(timedelta(days=1))
    waiting = await kept(id_)
    assert (waiting.attempts, waiting.secret, waiting.failed_at) == (0, "lp_secret", None)

    with serving(mailbox, port):
        assert await deliver(office) == 1
    assert [each["To"] for each in mailbox.letters] == [NORA]


@pytest.mark.feature("F71")
async def test_what_is_turned_down_for_now_is_tried_again_after_pauses_that_grow(office, mailbox, write, kept, clock):
    mailbox.refuses[NORA] = "451 come back later"
    id_ = await write()

    for number, pause in enumerate(RETRY_DELAYS, start=1):
        assert await deliver(office) == 0
        waiting = await kept(id_)
        assert (waiting.attempts, waiting.last_error) == (number, "451 come back later")
        assert waiting.next_attempt_at == clock.now() + pause
        clock.advance(pause - MINUTE / 2)
        await deliver(office)  # not yet
        assert (await kept(id_)).attempts == number
        clock.advance(MINUTE / 2)

    mailbox.refuses.clear()
    assert await deliver(office) == 1
    assert (await kept(id_)).attempts == MAX_ATTEMPTS


@pytest.mark.feature("F71")
async def test_after_the_last_try_a_letter_is_given_up_with_the_reason_and_can_be_sent_again(
    office,
    mailbox,
    write,
    kept,
    clock,
    database,
):
    mailbox.refuses["DATA"] = "452 the disk is full"
    id_ = await write()

    for pause in (*RETRY_DELAYS, timedelta(days=30)):
        await deliver(office)
        clock.advance(pause)
    await deliver(office)

    given_up = await kept(id_)
    assert (given_up.attempts, given_up.last_error, given_up.secret) == (
        MAX_ATTEMPTS,
        "452 the disk is full",
        "lp_secret",
    )
    assert given_up.failed_at is not None
    mailbox.refuses.clear()
    assert await deliver(office) == 0
    async with database.transaction() as session:
        (await session.get_one(OutgoingMail, id_)).reset()
    assert await deliver(office) == 1


@pytest.mark.feature("F71")
@pytest.mark.parametrize("where", [NORA, "DATA"])
async def test_what_is_refused_for_good_is_not_tried_again_and_holds_nobody_up(
    office,
    mailbox,
    write,
    kept,
    clock,
    where,
):
    mailbox.refuses[where] = "550 nobody of that name"
    id_ = await write()
    await deliver(office)
    mailbox.refuses.pop("DATA", None)
    other = await write(OTTO)

    clock.advance(timedelta(days=30))
    assert await deliver(office) == 1

    refused = await kept(id_)
    assert (refused.attempts, refused.last_error, refused.sent_at) == (1, "550 nobody of that name", None)
    assert refused.failed_at is not None
    assert (await kept(other)).sent_at == clock.now()


@pytest.mark.feature("F71")
@pytest.mark.parametrize("answer", ["450 too much mail from you", "550 not with that sender"])
async def test_a_server_that_refuses_the_sender_costs_no_letter_a_try(office, mailbox, write, kept, clock, answer):
    mailbox.refuses["MAIL"] = answer
    written = await write(), await write(OTTO)

    for _ in range(MAX_ATTEMPTS + 1):
        with pytest.raises(Unreachable, match=f"rejects the sender portal@isv.example: {answer}$"):
            await deliver(office)
        clock.advance(MINUTE)
    for each in written:
        waiting = await kept(each)
        assert (waiting.attempts, waiting.secret, waiting.last_error) == (0, "lp_secret", None)

    mailbox.refuses.clear()
    assert await deliver(office) == 2


async def test_a_server_that_takes_so_many_at_a_time_is_asked_on_in_another_conversation(office, mailbox, write, kept):
    mailbox.at_a_time = 2
    written = [await write(f"number{each}@acme.example") for each in range(5)]

    assert [await deliver(office) for _ in range(4)] == [2, 2, 1, 0]
    assert [(await kept(each)).attempts for each in written] == [1] * 5


@pytest.mark.parametrize("code", [552, 555])
async def test_a_letter_that_the_server_does_not_want_is_told_from_a_sender(office, mailbox, write, kept, code):
    mailbox.refuses["MAIL"] = f"{code} not such a letter"
    id_ = await write()

    assert await deliver(office) == 0
    given_up = await kept(id_)
    assert (given_up.attempts, given_up.last_error) == (1, f"{code} not such a letter")
    assert given_up.failed_at is not None


async def test_a_server_that_does_not_greet_is_named_with_the_reason(office_at, write, monkeypatch):
    monkeypatch.setattr("jobs.smtp._CONNECT_TIMEOUT", 0.1)
    await write()
    with socket.create_server((HOST, 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(Unreachable, match=f"^{HOST}:{port}: no greeting within the time limit$"):
            await deliver(office_at(port))


async def test_a_server_that_hangs_up_costs_one_letter_a_try(office, mailbox, write, kept, clock):
    first, second = await write(), await write(OTTO)
    mailbox.hangs_up = True
    assert await deliver(office) == 0
    assert ((await kept(first)).attempts, (await kept(second)).attempts) == (1, 0)

    mailbox.hangs_up = False
    clock.advance(RETRY_DELAYS[0])
    assert await deliver(office) == 2


async def test_a_server_that_falls_silent_is_not_asked_on_with_an_answer_outstanding(
    office,
    mailbox,
    write,
    kept,
    clock,
    monkeypatch,
):
    monkeypatch.setattr("jobs.smtp.MESSAGE_TIMEOUT", 0.3)
    mailbox.silent[NORA] = 1.0
    mailbox.refuses[NORA] = "550 nobody of that name"
    first, second = await write(), await write(OTTO)

    assert await deliver(office) == 0
    waiting = await kept(first)
    assert (waiting.attempts, waiting.failed_at, waiting.last_error) == (1, None, "no response within the time limit")
    assert (await kept(second)).attempts == 0

    assert await deliver(office) == 1
    assert [each.rcpt_tos for each in mailbox.envelopes] == [[OTTO]]
    assert (await kept(second)).sent_at == clock.now()


def test_a_server_gets_the_time_to_take_a_letter_in_and_no_other_worker_takes_it_meanwhile():
    assert smtp.RESPONSE_TIMEOUT >= 300
    assert smtp.RESPONSE_TIMEOUT < smtp.MESSAGE_TIMEOUT < CLAIM_DURATION.total_seconds() - 60


async def test_a_server_that_does_not_say_goodbye_holds_nobody_up(office, mailbox, write):
    mailbox.silent["QUIT"] = 3.0
    await write()

    async with asyncio.timeout(2.5):
        assert await deliver(office) == 1


async def test_what_a_killed_worker_had_in_hand_is_sent_by_another(office, mailbox, write, database, clock):
    id_ = await write()
    async with database.transaction() as session:
        taken = await outgoing_mail.claim_next(session, clock.now())
    assert taken.id == id_

    clock.advance(CLAIM_DURATION - MINUTE)
    assert await deliver(office) == 0
    clock.advance(MINUTE)
    assert await deliver(office) == 1
    assert [each["Message-ID"] for each in mailbox.letters] == [f"<{id_}@isv.example>"]


async def test_whoever_was_too_slow_does_not_put_down_what_another_holds(write, database, clock):
    await write()
    async with database.transaction() as session:
        slow = await outgoing_mail.claim_next(session, clock.now())
    clock.advance(CLAIM_DURATION)
    async with database.transaction() as session:
        other = await outgoing_mail.claim_next(session, clock.now())
    assert other.id == slow.id

    async with database.transaction() as session:
        assert await outgoing_mail.lock_claimed(session, slow) is None
        assert (await outgoing_mail.lock_claimed(session, other)).id == other.id


async def test_a_letter_in_hand_is_put_down_before_the_worker_stops(office, mailbox, write, kept):
    mailbox.slow = 0.5
    id_ = await write()

    async with running(office):
        await until_taken(kept, id_)

    assert len(mailbox.envelopes) == 1
    assert (await kept(id_)).sent_at is not None


async def test_the_post_ends_also_where_its_cancellation_goes_under(office, write, kept, monkeypatch):
    leaving = asyncio.Event()

    async def quit_(_):  # as `asyncio.wait_for` of Python 3.11 does when the answer comes at the same moment
        leaving.set()
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(0.9)

    monkeypatch.setattr(aiosmtplib.SMTP, "quit", quit_)
    id_ = await write()

    async with asyncio.timeout(10) as limit, running(office):
        await leaving.wait()
    assert not limit.expired()
    assert (await kept(id_)).sent_at is not None


async def test_what_nobody_has_thought_of_does_not_end_the_post(office, write, kept, mailbox, caplog):
    broken = replace(office, server=replace(office.server, host=5))
    id_ = await write()

    post = asyncio.create_task(run(broken))
    for _ in range(500):
        if caplog.records:
            break
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    assert not post.done()
    post.cancel()
    await asyncio.wait([post])

    assert caplog.records[0].exc_info is not None
    assert ((await kept(id_)).secret, mailbox.envelopes) == ("lp_secret", [])


async def test_a_token_whose_time_is_over_is_not_sent_and_not_kept(office, mailbox, write, kept, clock):
    id_ = await write(expires_at=clock.now())

    assert await deliver(office) == 0

    late = await kept(id_)
    assert (late.secret, late.last_error) == (None, "expired before it could be sent")
    assert (late.failed_at, mailbox.envelopes) == (clock.now(), [])


@pytest.mark.parametrize(
    "about",
    ["Acme\r\nBcc: all@evil.example", "Acme\n\nclick here", "Acme\x0b\x85\u2028Bcc: all@evil.example", "{secret}"],
)
async def test_what_strangers_name_things_adds_nothing_to_the_head_of_a_letter(office, mailbox, write, about):
    await write(kind=MailKind.INVITATION, about=about)

    assert await deliver(office) == 1

    (letter,), (envelope,) = mailbox.letters, mailbox.envelopes
    assert envelope.rcpt_tos == [NORA]
    assert len(letter.keys()) == 9
    assert set(letter.keys()) == HEAD
    assert letter["Subject"].endswith("you are invited to " + " ".join(about.split()))
    assert letter.get_content().count("lp_secret") == 1


@pytest.mark.parametrize(
    "email",
    ["a,all@evil.example", "<a@evil.example>", "a@evil.example,b", "a@b>\r\nrcpt to:<c", "müller@acme.example"],
)
async def test_what_is_no_address_gets_nothing(office, mailbox, write, kept, email):
    id_ = await write(email)

    assert await deliver(office) == 0

    assert mailbox.envelopes == []
    assert (await kept(id_)).last_error == "is not an address that email can be sent to"


async def test_a_host_with_letters_of_its_own_language_gets_its_mail(office, mailbox, write):
    await write("nora@müller.example")

    assert await deliver(office) == 1

    assert mailbox.envelopes[0].rcpt_tos == ["nora@xn--mller-kva.example"]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_password_is_said_to_the_right_server_and_in_cipher_only(office_at, mailbox, write, tmp_path, scheme):
    shown, trusted = certificate(tmp_path)
    options = {"authenticator": mailbox.authenticate}
    if scheme == "smtps":
        options |= {"ssl_context": shown, "auth_require_tls": False}  # it asks for STARTTLS inside TLS otherwise
    else:
        options |= {"tls_context": shown, "require_starttls": True, "auth_required": True}
    await write()
    with serving(mailbox, **options) as port:
        office = office_at(port, query="", host="localhost", login="portal:p%40ss@")
        server = MailServer.from_url(f"{scheme}://portal:p%40ss@localhost:{port}")
        with pytest.raises(Unreachable, match="certificate"):
            await deliver(replace(office, server=server))
        assert mailbox.logins == []

        assert await deliver(replace(office, server=replace(server, trusted=trusted))) == 1

    assert mailbox.logins == [(b"portal", b"p@ss")]


async def test_a_server_that_offers_no_cipher_gets_no_letter_unless_one_says_so(office_at, port, mailbox, write):
    await write()
    with pytest.raises(Unreachable):
        await deliver(office_at(port, query=""))
    assert mailbox.envelopes == []

    assert await deliver(office_at(port, query="?starttls=offered")) == 1


async def test_letters_that_nobody_waits_for_open_no_connection(office_at):
    assert await deliver(office_at(free_port())) == 0


async def test_every_kind_of_letter_and_notice_has_its_words_in_every_language(office, mailbox, write, database):
    for locale in ("en", "de"):
        for kind in set(MailKind) - {MailKind.NOTIFICATION}:
            await write(kind=kind, locale=locale, about="Acme")
        for event in NotificationEvent:
            await write(kind=MailKind.NOTIFICATION, event=event, locale=locale, about="Acme", secret=None)

    count = 2 * (len(MailKind) - 1 + len(NotificationEvent))
    assert await deliver(office) == count
    assert len({each["Subject"] for each in mailbox.letters}) == count
    assert not any("{" in each.get_content() for each in mailbox.letters)
    async with database.transaction() as session:
        assert await session.scalar(sa.select(sa.func.count()).where(OutgoingMail.secret.is_not(None))) == 0


@pytest.mark.feature("F71")
async def test_a_worker_and_a_serving_portal_send_where_a_server_is_named(
    demo_url,
    port,
    mailbox,
    write,
    kept,
    tmp_path,
):
    settings = Settings(
        database_url=demo_url,
        data_dir=tmp_path,
        smtp_url=f"smtp://{HOST}:{port}?starttls=off",
        mail_from="portal@isv.example",
    )
    first = await write()
    working = asyncio.create_task(run_worker(settings))
    await until_taken(kept, first)
    working.cancel()
    await asyncio.wait([working])
    assert (await kept(first)).sent_at is not None

    second = await write(OTTO)
    for silent in (replace(settings, worker=False), replace(settings, smtp_url=None)):
        app = create_app(silent)
        async with app.router.lifespan_context(app):
            await asyncio.sleep(0.2)
        assert (await kept(second)).attempts == 0
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        await until_taken(kept, second)
    assert (await kept(second)).sent_at is not None
    assert [each["To"] for each in mailbox.letters] == [NORA, OTTO]
