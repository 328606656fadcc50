"""The portal on the network: its database, its first data, and the server until someone stops it."""

import signal
import socket
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import replace

import uvicorn

from app import Settings, create_app
from commands import CommandFailed, portal_database

SUMMARY = "start the portal, with a database and a demo world of its own where there is none"

_PATIENCE_WITH_CLIENTS = 5  # seconds an open request or socket gets at the end


def arguments(parser: ArgumentParser) -> None:
    """Take no arguments."""


def run(args: Namespace, settings: Settings) -> int:  # noqa: ARG001
    # However it is told to stop, every `with` on the way out still does its part.
    signal.signal(signal.SIGTERM, _interrupt)
    _refuse_taken_address(settings)
    try:
        with portal_database(settings) as url:
            app = create_app(replace(settings, database_url=url))
            print(f"http://{settings.host}:{settings.port}", flush=True)
            uvicorn.run(
                app,
                host=settings.host,
                port=settings.port,
                loop="uvloop",
                http="httptools",
                log_level="warning",
                access_log=False,
                timeout_graceful_shutdown=_PATIENCE_WITH_CLIENTS,
            )
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
    return 0


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _refuse_taken_address(settings: Settings) -> None:
    """Say so before a database is started for nothing."""
    try:
        socket.create_server((settings.host, settings.port)).close()
    except OSError as error:
        message = f"{settings.host}:{settings.port} cannot be used ({error.strerror}); PORTAL_PORT chooses another"
        raise CommandFailed(message) from None
