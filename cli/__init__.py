"""The command line: each module of this package is one command of `./portal`.

A command is a module with a `SUMMARY` (its line in the help), `arguments(parser)`, and `run(args, settings)`, which returns
the exit code. A new module in this package is found automatically.
"""

import asyncio
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from devtools import embedded_postgres
from settings import Settings
from store.db.database import migrate


class Command(Protocol):
    """The interface of a command module."""

    SUMMARY: str

    def arguments(self, parser: ArgumentParser) -> None: ...

    def run(self, args: Namespace, settings: Settings) -> int: ...


class CommandFailed(Exception):
    """A command cannot continue; the message is printed without a traceback, and the exit code is 1."""


@contextmanager
def portal_database(settings: Settings) -> Iterator[str]:
    """Yield the URL of the migrated database: the one from the settings, or else the embedded one, running."""
    if settings.database_url is not None:
        asyncio.run(migrate(settings.database_url))
        yield settings.database_url
        return
    with embedded_postgres.running(settings.data_dir) as server:
        asyncio.run(migrate(server.url()))
        yield server.url()
