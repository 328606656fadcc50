"""`./portal mail`, run through the command-line entry point."""

import asyncio

import pytest

from cli.__main__ import main
from store.db.database import Database
from store.outgoing_mail import MailKind, OutgoingMail
from tests.portal import NOW


@pytest.fixture
def outgoing(new_database):
    """`outgoing(OutgoingMail(...), ...)` stores emails and returns the URL of their database."""

    def store(*mails):
        url = new_database()

        async def add():
            database = Database(url, pool_size=1)
            async with database.transaction() as session:
                session.add_all(mails)
            await database.close()

        asyncio.run(add())
        return url

    return store


def test_unsent_emails_are_printed_with_their_tokens_and_sent_ones_are_not(outgoing, capsys, monkeypatch):
    sent = OutgoingMail(email="otto@acme.example", kind=MailKind.CONFIRMATION, created_at=NOW)
    sent.mark_sent(at=NOW)
    unsent = OutgoingMail(
        email="nora@acme.example", kind=MailKind.INVITATION, about="Acme", secret="lp_x", created_at=NOW
    )
    plain = OutgoingMail(email="tom@acme.example", kind=MailKind.ALREADY_REGISTERED, created_at=NOW)
    monkeypatch.setenv("PORTAL_DATABASE_URL", outgoing(sent, unsent, plain))

    assert main(["mail", " Nora@ACME.example"]) == 0
    assert capsys.readouterr().out == "2026-11-24 12:00\tnora@acme.example\tINVITATION\tlp_x\tAcme\n"
    assert main(["mail"]) == 0
    assert {line.split("\t")[1] for line in capsys.readouterr().out.splitlines()} == {
        "nora@acme.example",
        "tom@acme.example",
    }


@pytest.mark.feature("F71")
def test_failed_emails_are_printed_with_their_error_and_can_be_queued_again(outgoing, capsys, monkeypatch):
    def failed(email):
        mail = OutgoingMail(
            email=email, kind=MailKind.INVITATION, about="Acme", secret="lp_x", attempts=1, created_at=NOW
        )
        mail.mark_failed("550 no such user", at=NOW)
        return mail

    delayed = OutgoingMail(email="tom@acme.example", kind=MailKind.CONFIRMATION, attempts=2, created_at=NOW)
    delayed.schedule_retry("451 later", at=NOW)
    url = outgoing(failed("nora@acme.example"), failed("otto@acme.example"), delayed)
    monkeypatch.setenv("PORTAL_DATABASE_URL", url)
    nora = "2026-11-24 12:00\tnora@acme.example\tINVITATION\tlp_x\tAcme"

    assert main(["mail", "nora@acme.example"]) == 0
    assert capsys.readouterr().out == f"{nora}\tfailed: 550 no such user\n"
    assert main(["mail", "tom@acme.example"]) == 0
    assert capsys.readouterr().out.endswith("CONFIRMATION\t-\t\t2 failed attempts: 451 later\n")
    assert main(["mail", "nora@acme.example", "--retry"]) == 0
    assert capsys.readouterr().out == f"{nora}\n"
    assert main(["mail", "otto@acme.example"]) == 0
    assert "failed: " in capsys.readouterr().out


def test_a_sent_email_keeps_no_secret():
    mail = OutgoingMail(email="nora@acme.example", kind=MailKind.INVITATION, secret="lp_x")

    mail.mark_sent(at=NOW)

    assert (mail.secret, mail.sent_at) == (None, NOW)
