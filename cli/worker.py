"""A process that does what falls due and serves nobody: as many of them as one likes, beside any number of portals."""

import asyncio
import signal
from argparse import ArgumentParser, Namespace
from contextlib import suppress
from dataclasses import replace

from app import work
from cli import portal_database
from settings import Settings

SUMMARY = "do what falls due - ends, renewals, timeouts, notices - and nothing else"


def arguments(parser: ArgumentParser) -> None:
    """Settings come from the environment."""


def run(args: Namespace, settings: Settings) -> int:  # noqa: ARG001 - the same for every command
    with suppress(KeyboardInterrupt), portal_database(settings) as url:
        asyncio.run(_until_told(replace(settings, database_url=url)))
    return 0


async def _until_told(settings: Settings) -> None:
    """Work until a signal comes; what is being done then is finished, or left to another."""
    working = asyncio.create_task(work(settings))
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, working.cancel)
    print("working; the jobs are in the portal's database", flush=True)
    with suppress(asyncio.CancelledError):
        await working
