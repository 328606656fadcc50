"""A mail server on a socket, in its own thread, that stores emails and rejects what a test has chosen."""

import asyncio
import datetime as dt
import socket
import ssl
import time
from contextlib import contextmanager
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOST = "127.0.0.1"


class Mailbox:
    """The received emails, and the behavior of the server.

    `rejects` maps an address, `MAIL` or `DATA` to a response; `delays` maps an address or `QUIT` to seconds before the
    response.
    """

    def __init__(self):
        self.envelopes = []
        self.logins = []
        self.rejects = {}
        self.seconds_per_message = 0.0
        self.messages_per_session = None
        self.delays = {}
        self.drops_connections = False

    async def handle_MAIL(self, _server, session, envelope, address, _options):  # noqa: N802 - aiosmtpd's name
        if "MAIL" in self.rejects:
            return self.rejects["MAIL"]
        session.count = getattr(session, "count", 0) + 1
        if self.messages_per_session is not None and session.count > self.messages_per_session:
            return "421 too many messages in this connection"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, _session, envelope, address, _options):  # noqa: N802 - aiosmtpd's name
        if self.drops_connections:
            server.transport.close()
        await asyncio.sleep(self.delays.get(address, 0))
        if address in self.rejects:
            return self.rejects[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_QUIT(self, _server, _session, _envelope):  # noqa: N802 - aiosmtpd's name
        await asyncio.sleep(self.delays.get("QUIT", 0))
        return "221 bye"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        if "DATA" in self.rejects:
            return self.rejects["DATA"]
        time.sleep(self.seconds_per_message)  # noqa: ASYNC251 - this thread serves one client at a time
        self.envelopes.append(envelope)
        return "250 accepted"

    def authenticate(self, _server, _session, _envelope, _mechanism, login):
        self.logins.append((login.login, login.password))
        return AuthResult(success=True)

    @property
    def messages(self):
        return [message_from_bytes(envelope.content, policy=policy.default) for envelope in self.envelopes]


def free_port():
    with socket.create_server((HOST, 0)) as server:
        return server.getsockname()[1]


@contextmanager
def serving(mailbox, port=None, **options):
    """Run the server until the block ends; yields its port."""
    controller = Controller(mailbox, hostname=HOST, port=port or free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def certificate(folder):
    """A self-signed certificate for this host: the TLS context of the server, and that of a client that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "mail.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    return server, ssl.create_default_context(cafile=pem)
