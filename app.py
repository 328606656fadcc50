"""Assemble the portal as an ASGI application."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from authz.gate.access import Access
from authz.gate.services import Services
from authz.lists.builder import QueryBuilder
from authz.load_policy import load_policy
from jobs import mail_delivery, worker
from jobs.jobs import JobContext
from jobs.smtp import MailServer, parse_sender
from license_central.code_seal import CodeSeal
from license_central.embedded import EmbeddedCentral
from license_central.signing_keys import KeyFolder
from schema.context import Context
from schema.fields.build import build_schema
from schema.subscription import Subscription
from settings import BadSettings, Environment, Settings
from store.db.clock import SystemClock
from store.db.database import Database
from subscriptions.announcer import create_announcer
from subscriptions.feed import Feed
from transport.exports import export_routes
from transport.routes import graphql_routes
from transport.settings import TransportSettings

_ISSUER = "urn:portal:license-central"


def create_app(settings: Settings) -> Starlette:
    """Assemble the portal from the settings; raises BadSettings without a `database_url`."""
    if settings.database_url is None:
        message = "database_url: required by create_app; the command line sets it to the embedded database"
        raise BadSettings(message)
    clock = SystemClock()
    database = Database(settings.database_url)
    feed = Feed(database)
    event_announcer = create_announcer(feed, settings.redis_url)
    central = EmbeddedCentral(KeyFolder(settings.data_dir / "keys"), issuer=_ISSUER)
    policy = load_policy()
    seal = CodeSeal(settings.data_dir / "keys")
    portal = Services(database, QueryBuilder(policy), clock, event_announcer, central, seal)
    schema = build_schema(policy, Subscription)
    job_context = JobContext(database, clock, event_announcer)
    running_worker = worker.running(job_context, settings.database_url) if settings.worker else nullcontext()
    mail = _mail_delivery(settings, database) if settings.worker else None

    @asynccontextmanager
    async def open_context(credentials: str | None, request_id: str) -> AsyncIterator[Context]:
        access = Access(portal, credentials, request_id)
        try:
            yield Context(access, feed)
        finally:
            await access.close()

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with feed.running(), event_announcer.running(), running_worker, mail_delivery.running(mail):
            # These objects live as long as the process. Hiding them from the garbage collector makes the slowest responses
            # seven times faster.
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
        if await database.is_reachable():
            return JSONResponse({"status": "ready"})
        return JSONResponse({"status": "database unreachable"}, status_code=503)

    async def jwks(_request: Request) -> Response:
        return JSONResponse(await central.jwks(), headers={"Cache-Control": "public, max-age=300"})

    transport = TransportSettings(anonymous_introspection=settings.environment is Environment.DEVELOPMENT, clock=clock)
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


async def run_worker(settings: Settings) -> None:
    """Run scheduled jobs and mail delivery on the database of the settings until canceled."""
    assert settings.database_url is not None
    database = Database(settings.database_url, pool_size=4)
    event_announcer = create_announcer(Feed(database), settings.redis_url)
    try:
        async with event_announcer.running(), mail_delivery.running(_mail_delivery(settings, database)):
            await worker.run(JobContext(database, SystemClock(), event_announcer), settings.database_url)
    finally:
        await database.close()


def _mail_delivery(settings: Settings, database: Database) -> mail_delivery.MailDelivery | None:
    """Return what sends emails; None if no mail server is set, so that emails are only stored."""
    if settings.smtp_url is None or settings.mail_from is None:
        return None
    return mail_delivery.MailDelivery(
        database, SystemClock(), MailServer.from_url(settings.smtp_url), parse_sender(settings.mail_from)
    )
