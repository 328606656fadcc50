"""The portal on the network: its database, its first data, and the server until someone stops it."""

import asyncio
import os
import signal
import socket
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import sqlalchemy as sa
import uvicorn
from starlette.applications import Starlette

from app import create_app
from cli import CommandFailed, portal_database
from seeds import demo
from seeds.cast import CAST, PASSWORD, Account
from settings import Environment, Settings
from store.db.clock import SystemClock
from store.db.database import Database
from store.users import User

SUMMARY = "start the portal, with a database and a demo world of its own where there is none"

_PATIENCE_WITH_CLIENTS = 5  # seconds that open requests and sockets get at the end
_KEPT_OPEN = 75
"""Seconds that an idle connection is kept. Whoever closes first may do so in the moment of the next request, which is lost
then: clients give up theirs after five seconds, balancers after sixty."""
_BACKLOG = 2048
_FURNISHING = 0x6C_70_66_75  # this advisory lock is held while the first data is loaded


def arguments(parser: ArgumentParser) -> None:
    """Settings come from the environment."""


def run(args: Namespace, settings: Settings) -> int:  # noqa: ARG001 - the same for every command
    signal.signal(signal.SIGTERM, _interrupt)  # however it is told to stop, every `with` below does its part
    with suppress(KeyboardInterrupt), _listening(settings) as door, portal_database(settings) as url:
        accounts = asyncio.run(_furnish(url)) if settings.environment is Environment.DEVELOPMENT else []
        app = create_app(replace(settings, database_url=url))
        _Server(served(app), lambda: print(_welcome(settings, accounts), flush=True)).run(sockets=[door])
    return 0


def served(app: Starlette, *, patience: int = _PATIENCE_WITH_CLIENTS) -> uvicorn.Config:
    """How the portal is served; at the end open requests and sockets get so many seconds."""
    return uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
        timeout_keep_alive=_KEPT_OPEN,
        timeout_graceful_shutdown=patience,
    )


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


async def _furnish(url: str) -> list[Account]:
    """Load the demo world into an empty database, and say who of its cast is there.

    Everybody knows their password, so none of this happens in production.
    """
    database = Database(url, pool_size=1)
    try:
        async with database.transaction() as session:
            await session.execute(sa.select(sa.func.pg_advisory_xact_lock(_FURNISHING)))  # two portals, one world
            if await demo.is_empty(session):
                await demo.load(session, now=SystemClock().now())
            present = set(await session.scalars(sa.select(User.id).where(User.id.in_(each.id for each in CAST))))
            return [each for each in CAST if each.id in present]
    finally:
        await database.close()


def _welcome(settings: Settings, accounts: list[Account]) -> str:
    lines = [f"the portal answers at http://{settings.host}:{settings.port}/graphql"]
    if accounts:
        width = max(len(each.login) for each in accounts)
        lines += ["", *(f"  {each.login:{width}}  {each.about}" for each in accounts), ""]
        lines += [f"their password is {PASSWORD}; a token for one of them: ./portal token {accounts[0].login}"]
    return "\n".join(lines)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
