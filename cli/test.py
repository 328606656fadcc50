"""The test suite, with everything it needs: its own PostgreSQL and its own Redis, gone afterwards."""

import subprocess
import sys
from argparse import ArgumentParser, Namespace

from settings import CHECKOUT, Settings

SUMMARY = "run the tests; what follows is passed on to pytest"


def arguments(parser: ArgumentParser) -> None:
    parser.set_defaults(rest=[])


def run(args: Namespace, settings: Settings) -> int:  # noqa: ARG001 - the tests bring their own settings
    chosen = any(not each.startswith("-") for each in args.rest)
    # The whole suite goes file by file to as many processes as there are cores; what one is working on stays in one.
    # The rooms whose tests take longest are the first ones by name: at the end nobody waits for a long file.
    spread = () if chosen else ("-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder")
    return subprocess.run([sys.executable, "-m", "pytest", *spread, *args.rest], cwd=CHECKOUT, check=False).returncode
