"""The outgoing mail server: its URL, SMTP sessions with it, and the meaning of its responses."""

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

RESPONSE_TIMEOUT = 300.0  # seconds for a response; a server may scan an email before it accepts it
MESSAGE_TIMEOUT = 400.0  # seconds for an email; well below CLAIM_DURATION
_CONNECT_TIMEOUT = 60.0  # seconds, including the greeting and the login
_QUIT_TIMEOUT = 1.0  # seconds; the session is closed anyway
_PERMANENT = range(500, 600)
_ABOUT_THE_MESSAGE = {552, 555}  # too large, or parameters not supported: sent in response to MAIL FROM
_MALFORMED_URL = "must look like smtp://user:password@host:port?starttls=required"
_MALFORMED_ADDRESS = "is not an address that email can be sent to"


class Tls(enum.Enum):
    """When a session is encrypted; the certificate of the server is always verified."""

    FROM_THE_START = "smtps"
    REQUIRED = "required"
    OFFERED = "offered"
    OFF = "off"


class Unreachable(Exception):
    """The server cannot be reached or accepts nothing from the portal; says nothing about an individual email."""


class TransientFailure(Exception):
    """The email was not accepted, but may be later."""


class PermanentFailure(Exception):
    """The email will not be accepted at any time."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """An outgoing mail server and the credentials for it."""

    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    tls: Tls
    trusted: ssl.SSLContext | None = None
    """The certificates to verify the server with; None: those of the system."""

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Parse `smtp://user:password@host:port?starttls=required` or `smtps://...`; a ValueError never has the password."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise ValueError(_MALFORMED_URL) from None  # the original message may quote a part of the password
        parameters = dict(parse_qsl(parts.query, keep_blank_values=True))
        starttls = parameters.pop("starttls", None)
        if parts.scheme not in {"smtp", "smtps"}:
            raise ValueError("must start with smtp:// or smtps://")
        if not parts.hostname or parts.path not in {"", "/"} or parts.fragment or parameters:
            raise ValueError(_MALFORMED_URL)
        if starttls not in {None, Tls.REQUIRED.value, Tls.OFFERED.value, Tls.OFF.value}:
            raise ValueError("starttls must be required, offered or off")
        implicit_tls = parts.scheme == "smtps"
        if implicit_tls and starttls is not None:
            raise ValueError("smtps:// is always encrypted; remove starttls")
        return cls(
            host=parts.hostname,
            port=port or (465 if implicit_tls else 587),
            user=None if parts.username is None else unquote(parts.username),
            password=None if parts.password is None else unquote(parts.password),
            tls=Tls.FROM_THE_START if implicit_tls else Tls(starttls or Tls.REQUIRED.value),
        )

    @asynccontextmanager
    async def open(self) -> AsyncIterator["SmtpSession"]:
        """Open a session with the server; raises Unreachable."""
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
            async with asyncio.timeout(_CONNECT_TIMEOUT):
                await client.connect()
        except (aiosmtplib.SMTPException, OSError, ValueError) as problem:
            client.close()
            reason = str(problem) or "no greeting within the time limit"
            raise Unreachable(one_line(f"{self.host}:{self.port}: {reason}")) from problem
        try:
            yield SmtpSession(client)
        finally:
            with suppress(aiosmtplib.SMTPException, OSError):
                async with asyncio.timeout(_QUIT_TIMEOUT):
                    await client.quit()
            client.close()


class SmtpSession:
    """An open session with a mail server."""

    def __init__(self, client: aiosmtplib.SMTP) -> None:
        self._client = client

    @property
    def is_connected(self) -> bool:
        return self._client.is_connected

    async def send(self, message: EmailMessage, *, sender: str, recipient: str) -> None:
        """Send an email; raises TransientFailure, PermanentFailure or Unreachable with the server's response."""
        try:
            async with asyncio.timeout(MESSAGE_TIMEOUT):
                await self._client.send_message(message, sender=sender, recipients=[recipient])
        except aiosmtplib.SMTPSenderRefused as problem:
            if problem.code in _ABOUT_THE_MESSAGE:
                raise _failure(problem.code, problem.message) from problem
            # Other codes are about the sender, and would be the same for the next email.
            rejection = f"{self._client.hostname} rejects the sender {sender}: {problem.code} {problem.message}"
            raise Unreachable(one_line(rejection)) from problem
        except aiosmtplib.SMTPRecipientsRefused as problem:
            refused = problem.recipients[0]
            raise _failure(refused.code, refused.message) from problem
        except aiosmtplib.SMTPDataError as problem:
            raise _failure(problem.code, problem.message) from problem
        except (aiosmtplib.SMTPNotSupported, ValueError) as problem:
            raise PermanentFailure(one_line(str(problem))) from problem
        except TimeoutError as problem:  # a late response would be taken for one about the next email
            self._client.close()
            raise TransientFailure("no response within the time limit") from problem
        except (aiosmtplib.SMTPException, OSError) as problem:
            raise TransientFailure(one_line(str(problem) or type(problem).__name__)) from problem


def _failure(code: int, text: str) -> Exception:
    return (PermanentFailure if code in _PERMANENT else TransientFailure)(one_line(f"{code} {text}"))


def parse_sender(text: str) -> Address:
    """Parse `portal@example.com` or `Portal <portal@example.com>`; raises ValueError."""
    name, spec = parseaddr(text)
    if not spec or not text.isprintable():
        raise ValueError("must be an address such as portal@example.com or Portal <portal@example.com>")
    address = parse_address(spec)
    return Address(display_name=name, username=address.username, domain=address.domain)


def parse_address(spec: str) -> Address:
    """Parse an address for a header field; raises ValueError if a header would contain anything else."""
    try:
        address = Address(addr_spec=spec)
        domain = address.domain.encode("idna").decode("ascii")
    except (ValueError, MessageError, IndexError, AttributeError) as problem:  # the parser fails on some input
        raise ValueError(_MALFORMED_ADDRESS) from problem
    if not spec.isprintable() or not address.username or not domain or address.addr_spec != spec:
        raise ValueError(_MALFORMED_ADDRESS)
    return Address(username=address.username, domain=domain)


def one_line(text: str) -> str:
    """Untrusted text as one line of printable characters."""
    printable = "".join(
        character if character.isprintable() else " " for character in text.encode("utf-8", "replace").decode()
    )
    return " ".join(printable.split())
