"""The views of one world as a table."""

import os
import platform
import time
from dataclasses import replace
from datetime import timedelta

import asyncpg
import sqlalchemy as sa

from app import create_app
from bench.views import ROUNDS, Viewed, measure
from settings import Settings
from store.db import tokens
from store.db.clock import SystemClock
from store.db.database import Database
from store.users import User


async def report(settings: Settings, url: str) -> list[str]:
    """Ask the assembled portal over the world of this address, and tell."""
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
            found = await measure(app, raw, token)
    finally:
        await raw.close()
        await database.close()
    return [
        f"# Views of a world of {licenses:,} licenses",
        "",
        (
            f"`./portal bench views --licenses {licenses}`, {time.strftime('%Y-%m-%d')}; {os.cpu_count()} cores,"
            f" PostgreSQL {version}, Python {platform.python_version()}. Medians of {ROUNDS} rounds in"
            " turn, in milliseconds. *CPU* is that of the"
            " server's process alone, without PostgreSQL and without the parsing of HTTP. *By hand* is one statement that"
            " returns the whole answer as JSON (`bench/views_by_hand.py`), after one that reads the token; the answers were"
            " compared and are equal. The viewer is an ISV admin, so neither side carries a criterion. The documents are in"
            " `bench/views.py`."
        ),
        "",
        "| view | bytes | statements | CPU | by hand | ratio | wall | by hand | ratio |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
        *(_row(each) for each in found),
    ]


def _row(each: Viewed) -> str:
    return (
        f"| {each.name} | {each.bytes:,} | {each.statements} | {each.cpu:.2f} | {each.cpu_by_hand:.2f}"
        f" | {each.cpu / each.cpu_by_hand:.1f} | {each.wall:.2f} | {each.wall_by_hand:.2f} | {each.wall / each.wall_by_hand:.1f} |"
    )
