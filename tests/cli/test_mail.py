"""`./portal letters`, as it is typed."""

import asyncio
from datetime import UTC, datetime

import pytest

from cli.__main__ import main
from store.db.database import Database
from store.outgoing_mail import MailKind, OutgoingMail

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def post(new_database):
    """`post(Letter(...), ...)` writes letters and gives the address of their database."""

    def write(*letters):
        url = new_database()

        async def add():
            database = Database(url, pool_size=1)
            async with database.transaction() as session:
                session.add_all(letters)
            await database.close()

        asyncio.run(add())
        return url

    return write


def test_what_waits_is_printed_with_its_token_and_what_is_sent_is_not(post, capsys, monkeypatch):
    sent = OutgoingMail(email="otto@acme.example", kind=MailKind.CONFIRMATION, created_at=NOW)
    sent.mark_sent(at=NOW)
    waiting = OutgoingMail(
        email="nora@acme.example", kind=MailKind.INVITATION, about="Acme", secret="lp_x", created_at=NOW
    )
    plain = OutgoingMail(email="tom@acme.example", kind=MailKind.ALREADY_REGISTERED, created_at=NOW)
    monkeypatch.setenv("PORTAL_DATABASE_URL", post(sent, waiting, plain))

    assert main(["mail", " Nora@ACME.example"]) == 0
    assert capsys.readouterr().out == "2026-11-24 12:00\tnora@acme.example\tINVITATION\tlp_x\tAcme\n"
    assert main(["mail"]) == 0
    assert {each.split("\t")[1] for each in capsys.readouterr().out.splitlines()} == {
        "nora@acme.example",
        "tom@acme.example",
    }


@pytest.mark.feature("F71")
def test_what_was_given_up_is_printed_with_the_reason_and_waits_again_when_one_says_so(post, capsys, monkeypatch):
    def refused(email):
        letter = OutgoingMail(
            email=email,
            kind=MailKind.INVITATION,
            about="Acme",
            secret="lp_x",
            attempts=1,
            created_at=NOW,
        )
        letter.mark_failed("550 nobody of that name", at=NOW)
        return letter

    delayed = OutgoingMail(email="tom@acme.example", kind=MailKind.CONFIRMATION, attempts=2, created_at=NOW)
    delayed.schedule_retry("451 later", at=NOW)
    url = post(refused("nora@acme.example"), refused("otto@acme.example"), delayed)
    monkeypatch.setenv("PORTAL_DATABASE_URL", url)
    nora = "2026-11-24 12:00\tnora@acme.example\tINVITATION\tlp_x\tAcme"

    assert main(["mail", "nora@acme.example"]) == 0
    assert capsys.readouterr().out == f"{nora}\tgiven up: 550 nobody of that name\n"
    assert main(["mail", "tom@acme.example"]) == 0
    assert capsys.readouterr().out.endswith("CONFIRMATION\t-\t\t2 times: 451 later\n")
    assert main(["mail", "nora@acme.example", "--again"]) == 0
    assert capsys.readouterr().out == f"{nora}\n"
    assert main(["mail", "otto@acme.example"]) == 0
    assert "given up" in capsys.readouterr().out


def test_what_is_sent_keeps_no_secret():
    letter = OutgoingMail(email="nora@acme.example", kind=MailKind.INVITATION, secret="lp_x")

    letter.mark_sent(at=NOW)

    assert (letter.secret, letter.sent_at) == (None, NOW)
