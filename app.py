"""The whole portal as one ASGI application, and the only reader of the environment."""

import gc
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from authz.access import Access, Portal
from authz.listing import Listing
from authz.loading import load_policy
from central.embedded import EmbeddedCentral
from central.keys import KeyFolder
from central.sealing import CodeSeal
from schema.build import build_schema
from schema.context import Context
from schema.subscription import Subscription
from store.clock import SystemClock
from store.database import Database
from subscriptions.announcer import announcer
from subscriptions.feed import Feed
from transport.exports import export_routes
from transport.routes import graphql_routes
from transport.settings import TransportSettings
from work import post, worker
from work.duties import Workplace
from work.mail import MailServer, sender_of

CHECKOUT = Path(__file__).resolve().parent
_HIGHEST_PORT = 65535
_ISSUER = "urn:portal:license-central"


class Environment(StrEnum):
    """Who is at the other end: developers who want to see everything, or strangers."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class BadSettings(Exception):
    """Environment variables that cannot be meant; the message lists all of them."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What may differ from one installation to the next: `port` is read from PORTAL_PORT, and so on."""

    database_url: str | None = None
    """Without one the portal runs a PostgreSQL of its own in `data_dir`."""
    redis_url: str | None = None
    """Without one live updates reach only the clients of this process."""
    host: str = "127.0.0.1"
    port: int = 8000
    data_dir: Path = CHECKOUT / ".portal"
    environment: Environment = Environment.DEVELOPMENT
    worker: bool = True
    """Whether a serving process also does what falls due; `./portal worker` is a process for nothing else."""
    smtp_url: str | None = None
    """Without one letters wait, and `./portal letters` prints them."""
    mail_from: str | None = None
    """In whose name letters are sent."""

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> Self:
        """Read the PORTAL_* variables; every problem is named at once, so that one correction is enough."""
        values: dict[str, Any] = {}
        problems: list[str] = []
        for name, text in sorted(variables.items()):
            if not name.startswith("PORTAL_") or not text:
                continue
            field = name.removeprefix("PORTAL_").lower()
            if field not in _READERS:
                problems.append(f"{name}: no such setting; there are {', '.join(_NAMES)}")
                continue
            try:
                values[field] = _READERS[field](text)
            except ValueError as error:
                problems.append(f"{name}: {error}")
        if "smtp_url" in values and not variables.get("PORTAL_MAIL_FROM"):
            problems.append("PORTAL_MAIL_FROM: is needed beside PORTAL_SMTP_URL")
        if problems:
            raise BadSettings("\n".join(problems))
        return cls(**values)


def create_app(settings: Settings) -> Starlette:
    """Assemble the portal over the database of the settings."""
    if settings.database_url is None:
        message = "the portal needs a database_url"
        raise BadSettings(message)
    clock = SystemClock()
    database = Database(settings.database_url)
    feed = Feed(database)
    announcing = announcer(feed, settings.redis_url)
    central = EmbeddedCentral(KeyFolder(settings.data_dir / "keys"), issuer=_ISSUER)
    policy = load_policy()
    seal = CodeSeal(settings.data_dir / "keys")
    portal = Portal(database, Listing(policy), clock, announcing, central, seal)
    schema = build_schema(policy, Subscription)
    place = Workplace(database, clock, announcing)
    working = worker.running(place, settings.database_url) if settings.worker else nullcontext()
    office = _post_office(settings, database) if settings.worker else None

    @asynccontextmanager
    async def open_context(credentials: str | None, request_id: str) -> AsyncIterator[Context]:
        access = Access(portal, credentials, request_id)
        try:
            yield Context(access, feed)
        finally:
            await access.close()

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with feed.running(), announcing.running(), working, post.running(office):
            # What exists now stays for ever: out of the collector's sight the slowest answers are seven times faster.
            gc.collect()
            gc.freeze()
            try:
                yield
            finally:
                gc.unfreeze()
        await database.close()

    async def live(_request: Request) -> Response:
        return JSONResponse({"status": "live"})

    async def ready(_request: Request) -> Response:
        if await database.answers():
            return JSONResponse({"status": "ready"})
        return JSONResponse({"status": "database unreachable"}, status_code=503)

    async def jwks(_request: Request) -> Response:
        return JSONResponse(await central.jwks(), headers={"Cache-Control": "public, max-age=300"})

    transport = TransportSettings(strangers_explore=settings.environment is Environment.DEVELOPMENT, clock=clock)
    return Starlette(
        routes=[
            *graphql_routes(schema, open_context, transport),
            *export_routes(open_context, transport),
            Route("/health/live", live),
            Route("/health/ready", ready),
            Route("/.well-known/jwks.json", jwks),
        ],
        lifespan=lifespan,
    )


async def work(settings: Settings) -> None:
    """Do what falls due over the database of the settings, and nothing else, until cancelled."""
    assert settings.database_url is not None
    database = Database(settings.database_url, pool_size=4)
    announcing = announcer(Feed(database), settings.redis_url)
    try:
        async with announcing.running(), post.running(_post_office(settings, database)):
            await worker.run(Workplace(database, SystemClock(), announcing), settings.database_url)
    finally:
        await database.close()


def _post_office(settings: Settings, database: Database) -> post.PostOffice | None:
    """Who sends letters; None where they wait."""
    if settings.smtp_url is None or settings.mail_from is None:
        return None
    return post.PostOffice(database, SystemClock(), MailServer.at(settings.smtp_url), sender_of(settings.mail_from))


def _read_by(reader: Callable[[str], object]) -> Callable[[str], str]:
    """A text that something else will read: it has to be able to."""

    def read(text: str) -> str:
        reader(text)
        return text

    return read


def _address(*schemes: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        # The value itself may carry a password, and stays out of the message.
        if urlsplit(text).scheme not in schemes:
            message = f"starts with none of {', '.join(f'{scheme}://' for scheme in schemes)}"
            raise ValueError(message)
        return text

    return read


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= _HIGHEST_PORT:
        message = f"{text!r} is no port between 1 and {_HIGHEST_PORT}"
        raise ValueError(message)
    return int(text)


def _environment(text: str) -> Environment:
    if text not in list(Environment):
        message = f"{text!r} is neither development nor production"
        raise ValueError(message)
    return Environment(text)


def _switch(text: str) -> bool:
    if text not in _SWITCH:
        message = f"{text!r} is neither on nor off"
        raise ValueError(message)
    return _SWITCH[text]


_SWITCH: Mapping[str, bool] = MappingProxyType({"on": True, "off": False})
_READERS: Mapping[str, Callable[[str], object]] = MappingProxyType(
    {
        "database_url": _address("postgresql", "postgres", "postgresql+asyncpg"),
        "redis_url": _address("redis", "rediss", "unix"),
        "host": str,
        "port": _port,
        "data_dir": lambda text: Path(text).expanduser().absolute(),
        "environment": _environment,
        "worker": _switch,
        "smtp_url": _read_by(MailServer.at),
        "mail_from": _read_by(sender_of),
    }
)
_NAMES = [f"PORTAL_{field.upper()}" for field in _READERS]
