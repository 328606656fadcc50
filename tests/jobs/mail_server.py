"""A mail server on a socket, in a thread of its own: it keeps what it takes, and turns down what a test wants it to."""

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
    """What has come in; `refuses` maps an address, `MAIL` or `DATA` to the answer it gets.

    `at_a_time` is how many letters it takes in one conversation, `slow` how long one of them takes, and `silent` maps an
    address, or `QUIT`, to the seconds before it gets its answer.
    """

    def __init__(self):
        self.envelopes = []
        self.logins = []
        self.refuses = {}
        self.slow = 0.0
        self.at_a_time = None
        self.silent = {}
        self.hangs_up = False

    async def handle_MAIL(self, _server, session, envelope, address, _options):  # noqa: N802 - aiosmtpd's name
        if "MAIL" in self.refuses:
            return self.refuses["MAIL"]
        session.begun = getattr(session, "begun", 0) + 1
        if self.at_a_time is not None and session.begun > self.at_a_time:
            return "421 too many messages in this connection"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, _session, envelope, address, _options):  # noqa: N802 - aiosmtpd's name
        if self.hangs_up:
            server.transport.close()
        await asyncio.sleep(self.silent.get(address, 0))
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_QUIT(self, _server, _session, _envelope):  # noqa: N802 - aiosmtpd's name
        await asyncio.sleep(self.silent.get("QUIT", 0))
        return "221 bye"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        if "DATA" in self.refuses:
            return self.refuses["DATA"]
        time.sleep(self.slow)  # noqa: ASYNC251 - this thread serves one client at a time
        self.envelopes.append(envelope)
        return "250 taken"

    def authenticate(self, _server, _session, _envelope, _mechanism, login):
        self.logins.append((login.login, login.password))
        return AuthResult(success=True)

    @property
    def letters(self):
        return [message_from_bytes(each.content, policy=policy.default) for each in self.envelopes]


def free_port():
    with socket.create_server((HOST, 0)) as door:
        return door.getsockname()[1]


@contextmanager
def serving(mailbox, port=None, **options):
    """The server, until the block ends; gives its port."""
    controller = Controller(mailbox, hostname=HOST, port=port or free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def certificate(folder):
    """A certificate for this host that speaks for itself: what the server shows, and what a client has to trust."""
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
        + signed.public_bytes(serialization.Encoding.PEM),
    )
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(pem)
    return shown, ssl.create_default_context(cafile=pem)
