"""What can be asked of the portal from a shell: each module of this room is one command of `./portal`.

A command is a module with a `SUMMARY` (one line of the help), `arguments(parser)` and `run(args, settings)`, which
returns the exit code. Dropping the module in here is all it takes.
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
    """What a module of this room offers."""

    SUMMARY: str

    def arguments(self, parser: ArgumentParser) -> None: ...

    def run(self, args: Namespace, settings: Settings) -> int: ...


class CommandFailed(Exception):
    """An end the caller should hear about in one sentence, without a traceback."""


@contextmanager
def portal_database(settings: Settings) -> Iterator[str]:
    """Give the address of the portal's database, migrated: the one of the settings, or the portal's own, running."""
    if settings.database_url is not None:
        asyncio.run(migrate(settings.database_url))
        yield settings.database_url
        return
    with embedded_postgres.running(settings.data_dir) as server:
        asyncio.run(migrate(server.url()))
        yield server.url()
