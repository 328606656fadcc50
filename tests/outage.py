"""A PostgreSQL that can be taken away from those who use it, and given back at the same address."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

from devtools import embedded_postgres, postgres_supervisor


def postmaster(folder: Path) -> psutil.Process:
    """The server of a folder: the process that starts all the others."""
    return psutil.Process(int((folder / postgres_supervisor.CLUSTER / "postmaster.pid").read_text().split()[0]))


class Mains:
    """What the server runs on."""

    def __init__(self, folder: Path, server: embedded_postgres.Server, users: ExitStack) -> None:
        self.url = server.url()
        self._folder = folder
        self._users = users

    def off(self) -> None:
        """End the server as an administrator would, sessions and all; nobody starts it again by himself."""
        server = postmaster(self._folder)
        on_duty = server.parent()
        server.send_signal(signal.SIGINT)
        server.wait(30)
        if on_duty is not None and on_duty.pid > 1:
            on_duty.wait(30)

    def on(self) -> None:
        """Start it again."""
        again = self._users.enter_context(embedded_postgres.running(self._folder, durable=False))
        assert again.url() == self.url


@contextmanager
def mains(folder: Path) -> Iterator[Mains]:
    with ExitStack() as users:
        server = users.enter_context(embedded_postgres.running(folder, durable=False))
        yield Mains(folder, server, users)
