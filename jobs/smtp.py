"""The mail server that letters are handed to: where it is, how one speaks to it, and what its answers mean."""

import asyncio
import enum
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

import aiosmtplib

RESPONSE_TIMEOUT = (
    300.0  # seconds that the server may take for one answer: it may look through a letter before it takes it
)
MESSAGE_TIMEOUT = 400.0  # seconds for one letter; well below what whoever has taken it may keep it
_WELCOME = 60.0  # seconds until the server lets the portal in
_PARTING = 1.0  # seconds that the server may take to say goodbye; nothing hangs on it
_FINAL = range(500, 600)
_OF_THIS_LETTER = {552, 555}  # it is too long, or asks for what the server does not have; the sender is named with both
_NO_SERVER = "is not as smtp://user:password@host:port?starttls=required"
_NO_ADDRESS = "is no address that mail can be sent to"


class Tls(enum.Enum):
    """When a conversation with the server is enciphered; the server has to prove its name wherever it is."""

    FROM_THE_START = "smtps"
    REQUIRED = "required"
    OFFERED = "offered"
    OFF = "off"


class Unreachable(Exception):
    """There is no server to talk to, or it takes nothing from the portal: that says nothing about any letter."""


class TransientFailure(Exception):
    """This letter was not taken, and may be another time."""


class PermanentFailure(Exception):
    """This letter will not be taken, however often one tries."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server for outgoing mail."""

    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    tls: Tls
    trusted: ssl.SSLContext | None = None
    """Who may say that the server is who it is; None is whoever the machine trusts."""

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Read `smtp://user:password@host:port?starttls=required`, or smtps://; raises ValueError without a password in it."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise ValueError(_NO_SERVER) from None  # its own words quote what may be a piece of the password
        asked = dict(parse_qsl(parts.query, keep_blank_values=True))
        wish = asked.pop("starttls", None)
        if parts.scheme not in {"smtp", "smtps"}:
            raise ValueError("starts with none of smtp://, smtps://")
        if not parts.hostname or parts.path not in {"", "/"} or parts.fragment or asked:
            raise ValueError(_NO_SERVER)
        if wish not in {None, Tls.REQUIRED.value, Tls.OFFERED.value, Tls.OFF.value}:
            raise ValueError("starttls is none of required, offered, off")
        at_once = parts.scheme == "smtps"
        if at_once and wish is not None:
            raise ValueError("has no use for starttls: smtps:// is in cipher from the start")
        return cls(
            host=parts.hostname,
            port=port or (465 if at_once else 587),
            user=None if parts.username is None else unquote(parts.username),
            password=None if parts.password is None else unquote(parts.password),
            tls=Tls.FROM_THE_START if at_once else Tls(wish or Tls.REQUIRED.value),
        )

    @asynccontextmanager
    async def open(self) -> AsyncIterator["SmtpSession"]:
        """A conversation with the server; raises Unreachable."""
        client = aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            use_tls=self.tls is Tls.FROM_THE_START,
            start_tls={Tls.REQUIRED: True, Tls.OFFERED: None}.get(self.tls, False),
            tls_context=self.trusted,
            timeout=RESPONSE_TIMEOUT,
        )
        try:
            async with asyncio.timeout(_WELCOME):
                await client.connect()
        except (aiosmtplib.SMTPException, OSError, ValueError) as problem:
            client.close()
            reason = str(problem) or "no greeting in time"
            raise Unreachable(one_line(f"{self.host}:{self.port}: {reason}")) from problem
        try:
            yield SmtpSession(client)
        finally:
            with suppress(aiosmtplib.SMTPException, OSError):
                async with asyncio.timeout(_PARTING):
                    await client.quit()
            client.close()


class SmtpSession:
    """What is said to a server between coming and going."""

    def __init__(self, client: aiosmtplib.SMTP) -> None:
        self._client = client

    @property
    def is_connected(self) -> bool:
        """Whether the server is still there."""
        return self._client.is_connected

    async def send(self, message: EmailMessage, *, sender: str, recipient: str) -> None:
        """Have the server take a letter; raises NotNow, Never or Unreachable, with the server's own words."""
        try:
            async with asyncio.timeout(MESSAGE_TIMEOUT):
                await self._client.send_message(message, sender=sender, recipients=[recipient])
        except aiosmtplib.SMTPSenderRefused as problem:
            if problem.code in _OF_THIS_LETTER:
                raise _refused(problem.code, problem.message) from problem
            # Whatever the other codes are: it would be the same for the next letter.
            refusal = f"{self._client.hostname} takes nothing from {sender}: {problem.code} {problem.message}"
            raise Unreachable(one_line(refusal)) from problem
        except aiosmtplib.SMTPRecipientsRefused as problem:
            refused = problem.recipients[0]
            raise _refused(refused.code, refused.message) from problem
        except aiosmtplib.SMTPDataError as problem:
            raise _refused(problem.code, problem.message) from problem
        except (aiosmtplib.SMTPNotSupported, ValueError) as problem:
            raise PermanentFailure(one_line(str(problem))) from problem
        except TimeoutError as problem:  # the answer may still come, and would be read as one about the next letter
            self._client.close()
            raise TransientFailure("no answer in time") from problem
        except (aiosmtplib.SMTPException, OSError) as problem:
            raise TransientFailure(one_line(str(problem) or type(problem).__name__)) from problem


def _refused(code: int, words: str) -> Exception:
    return (PermanentFailure if code in _FINAL else TransientFailure)(one_line(f"{code} {words}"))


def parse_sender(text: str) -> Address:
    """Read `portal@example.com` or `The portal <portal@example.com>`; raises ValueError."""
    name, spec = parseaddr(text)
    if not spec or not text.isprintable():
        raise ValueError("is no address such as portal@example.com or Portal <portal@example.com>")
    found = parse_address(spec)
    return Address(display_name=name, username=found.username, domain=found.domain)


def parse_address(spec: str) -> Address:
    """An address that can stand in a letter's head; raises ValueError for what would be read as something else there."""
    try:
        found = Address(addr_spec=spec)
        domain = found.domain.encode("idna").decode("ascii")
    except (
        ValueError,
        MessageError,
        IndexError,
        AttributeError,
    ) as problem:  # of a reader that is not made for strangers
        raise ValueError(_NO_ADDRESS) from problem
    if not spec.isprintable() or not found.username or not domain or found.addr_spec != spec:
        raise ValueError(_NO_ADDRESS)
    return Address(username=found.username, domain=domain)


def one_line(text: str) -> str:
    """Words of strangers, for a place that has one line and takes what can be read."""
    shown = "".join(each if each.isprintable() else " " for each in text.encode("utf-8", "replace").decode())
    return " ".join(shown.split())
