"""The portal on the network: its database, its first data, and the server until someone stops it."""

import os
import signal
import socket
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import uvicorn

from app import Settings, create_app
from commands import CommandFailed, portal_database

SUMMARY = "start the portal, with a database and a demo world of its own where there is none"

_PATIENCE_WITH_CLIENTS = 5  # seconds that open requests and sockets get at the end
_BACKLOG = 2048


def arguments(parser: ArgumentParser) -> None:
    """Settings come from the environment."""


def run(args: Namespace, settings: Settings) -> int:  # noqa: ARG001 - the same for every command
    signal.signal(signal.SIGTERM, _interrupt)  # however it is told to stop, every `with` below does its part
    with suppress(KeyboardInterrupt), _listening(settings) as door, portal_database(settings) as url:
        app = create_app(replace(settings, database_url=url))
        config = uvicorn.Config(
            app,
            loop="uvloop",
            http="httptools",
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=_PATIENCE_WITH_CLIENTS,
        )
        _Server(config, lambda: print(_welcome(settings), flush=True)).run(sockets=[door])
    return 0


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, welcome: Callable[[], None]) -> None:
        super().__init__(config)
        self._welcome = welcome

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._welcome()


def _listening(settings: Settings) -> socket.socket:
    """Take the address before a database is started for nothing; early clients wait instead of failing."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        message = f"{settings.host}:{settings.port} cannot be used ({reason}); PORTAL_PORT chooses another"
        raise CommandFailed(message) from None


def _welcome(settings: Settings) -> str:
    return f"the portal answers at http://{settings.host}:{settings.port}/graphql"


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
