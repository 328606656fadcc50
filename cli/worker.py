"""Run scheduled jobs and mail delivery without serving requests; any number of workers can run side by side."""

import asyncio
import signal
from argparse import ArgumentParser, Namespace
from contextlib import suppress
from dataclasses import replace

from app import run_worker
from cli import portal_database
from settings import Settings

SUMMARY = "run scheduled jobs (expiry, renewals, timeouts, notices) and mail delivery without serving requests"


def arguments(parser: ArgumentParser) -> None:
    """Settings come from the environment."""


def run(args: Namespace, settings: Settings) -> int:  # noqa: ARG001 - the same for every command
    with suppress(KeyboardInterrupt), portal_database(settings) as url:
        asyncio.run(_run_until_stopped(replace(settings, database_url=url)))
    return 0


async def _run_until_stopped(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT; a job in progress is finished or left to another worker."""
    running = asyncio.create_task(run_worker(settings))
    for stop_signal in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(stop_signal, running.cancel)
    print("the worker is running", flush=True)
    with suppress(asyncio.CancelledError):
        await running
