"""Run the complete queries in a world and report them as a Markdown table."""

import os
import platform
import time
from dataclasses import replace
from datetime import timedelta

import asyncpg
import sqlalchemy as sa

from app import create_app
from bench.views import ROUNDS, Measured, measure
from settings import Settings
from store.db import tokens
from store.db.clock import SystemClock
from store.db.database import Database
from store.users import User


async def report(settings: Settings, url: str) -> list[str]:
    """Measure the assembled portal with the database of this URL, and return the lines of the report."""
    app = create_app(replace(settings, database_url=url))
    database = Database(url, pool_size=1)
    raw = await asyncpg.connect(url.replace("postgresql+asyncpg", "postgresql"), server_settings={"jit": "off"})
    try:
        async with database.transaction() as session:
            admin = (await session.scalars(sa.select(User).where(User.is_isv_admin).order_by(User.id).limit(1))).one()
            now = SystemClock().now()
            token = await tokens.issue(session, admin, name="bench", lifetime=timedelta(hours=1), now=now)
        licenses = await raw.fetchval("SELECT count(*) FROM licenses")
        version = await raw.fetchval("SHOW server_version")
        async with app.router.lifespan_context(app):
            results = await measure(app, raw, token)
    finally:
        await raw.close()
        await database.close()
    return [
        f"# Complete queries in a world of {licenses:,} licenses",
        "",
        (
            f"`./portal bench views --licenses {licenses}`, {time.strftime('%Y-%m-%d')}; {os.cpu_count()} cores,"
            f" PostgreSQL {version}, Python {platform.python_version()}. Medians of {ROUNDS} alternating rounds,"
            " in milliseconds. *CPU* is the CPU time of the server process, without PostgreSQL and HTTP parsing."
            " *Hand-written* is one statement that returns the whole response as JSON (`bench/handwritten_views.py`), after"
            " one that checks the token; the responses are compared and equal. The viewer is an ISV admin, so neither side"
            " needs a filter. The queries are in `bench/views.py`."
        ),
        "",
        "| view | bytes | statements | CPU | hand-written | ratio | wall time | hand-written | ratio |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
        *(_row(result) for result in results),
    ]


def _row(result: Measured) -> str:
    cells = [
        result.name,
        f"{result.bytes:,}",
        f"{result.statements}",
        f"{result.cpu:.2f}",
        f"{result.handwritten_cpu:.2f}",
        f"{result.cpu / result.handwritten_cpu:.1f}",
        f"{result.wall:.2f}",
        f"{result.handwritten_wall:.2f}",
        f"{result.wall / result.handwritten_wall:.1f}",
    ]
    return f"| {' | '.join(cells)} |"
