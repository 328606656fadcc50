"""A PostgreSQL cluster that a test can stop and start again at the same address."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

from devtools import embedded_postgres, postgres_supervisor


def postmaster(folder: Path) -> psutil.Process:
    """The server process of a folder, the parent of all others."""
    return psutil.Process(int((folder / postgres_supervisor.CLUSTER / "postmaster.pid").read_text().split()[0]))


class StoppableCluster:
    def __init__(self, folder: Path, server: embedded_postgres.Server, users: ExitStack) -> None:
        self.url = server.url()
        self._folder = folder
        self._users = users

    def stop(self) -> None:
        """End the server with all its sessions, as an administrator would; the supervisor does not restart it."""
        server = postmaster(self._folder)
        supervisor = server.parent()
        server.send_signal(signal.SIGINT)
        server.wait(30)
        if supervisor is not None and supervisor.pid > 1:
            supervisor.wait(30)

    def start(self) -> None:
        server = self._users.enter_context(embedded_postgres.running(self._folder, durable=False))
        assert server.url() == self.url


@contextmanager
def stoppable_cluster(folder: Path) -> Iterator[StoppableCluster]:
    with ExitStack() as users:
        server = users.enter_context(embedded_postgres.running(folder, durable=False))
        yield StoppableCluster(folder, server, users)
