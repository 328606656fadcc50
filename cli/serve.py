"""Serve the portal: start its database, load the demo world if needed, and run the server until it is stopped."""

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

SUMMARY = "start the portal, with an embedded database and the demo world unless configured otherwise"

_SHUTDOWN_TIMEOUT = 5  # seconds that open requests and sockets get to finish
_KEEP_ALIVE_TIMEOUT = 75
"""Seconds that an idle connection is kept. It must be longer than the timeouts of clients (about 5 s) and load balancers
(about 60 s): the side that closes first may lose a request that arrives at the same moment."""
_BACKLOG = 2048
_DEMO_LOCK = 0x6C_70_66_75  # advisory lock, held while the demo world is loaded


def arguments(parser: ArgumentParser) -> None:
    """Settings come from the environment."""


def run(args: Namespace, settings: Settings) -> int:  # noqa: ARG001 - the same for every command
    signal.signal(signal.SIGTERM, _interrupt)  # SIGTERM, like Ctrl-C, must run the exits of the context managers below
    with suppress(KeyboardInterrupt), _listen(settings) as server_socket, portal_database(settings) as url:
        accounts = asyncio.run(_load_demo(url)) if settings.environment is Environment.DEVELOPMENT else []
        app = create_app(replace(settings, database_url=url))
        _Server(server_config(app), lambda: print(_welcome(settings, accounts), flush=True)).run(
            sockets=[server_socket]
        )
    return 0


def server_config(app: Starlette, *, shutdown_timeout: int = _SHUTDOWN_TIMEOUT) -> uvicorn.Config:
    """Return the server configuration; open requests get `shutdown_timeout` seconds to finish."""
    return uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
        timeout_keep_alive=_KEEP_ALIVE_TIMEOUT,
        timeout_graceful_shutdown=shutdown_timeout,
    )


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, welcome: Callable[[], None]) -> None:
        super().__init__(config)
        self._welcome = welcome

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._welcome()


def _listen(settings: Settings) -> socket.socket:
    """Bind the address before the database is started: a taken port fails early, and early clients wait."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        message = f"cannot listen on {settings.host}:{settings.port} ({reason}); choose another port with PORTAL_PORT"
        raise CommandFailed(message) from None


async def _load_demo(url: str) -> list[Account]:
    """Load the demo world into an empty database, and return the demo accounts that the database has.

    Not called in production, because the password of the demo accounts is public.
    """
    database = Database(url, pool_size=1)
    try:
        async with database.transaction() as session:
            await session.execute(sa.select(sa.func.pg_advisory_xact_lock(_DEMO_LOCK)))
            if await demo.is_empty(session):
                await demo.load(session, now=SystemClock().now())
            ids = set(await session.scalars(sa.select(User.id).where(User.id.in_(account.id for account in CAST))))
            return [account for account in CAST if account.id in ids]
    finally:
        await database.close()


def _welcome(settings: Settings, accounts: list[Account]) -> str:
    lines = [f"the portal is running at http://{settings.host}:{settings.port}/graphql"]
    if accounts:
        width = max(len(account.login) for account in accounts)
        lines += ["", *(f"  {account.login:{width}}  {account.about}" for account in accounts), ""]
        lines += [f"password of all accounts: {PASSWORD}; to get a token: ./portal token {accounts[0].login}"]
    return "\n".join(lines)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
