"""Run the test suite; it starts its own PostgreSQL and Redis-compatible server and stops them afterwards."""

import subprocess
import sys
from argparse import ArgumentParser, Namespace

from settings import CHECKOUT, Settings

SUMMARY = "run the tests; other arguments are passed on to pytest"


def arguments(parser: ArgumentParser) -> None:
    parser.set_defaults(rest=[])


def run(args: Namespace, settings: Settings) -> int:  # noqa: ARG001 - the tests have their own settings
    has_paths = any(not argument.startswith("-") for argument in args.rest)
    # The whole suite is distributed by file over one process per core, in alphabetical order: the packages with the
    # slowest tests come first, so that no process is left with a long file at the end.
    parallel = () if has_paths else ("-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder")
    return subprocess.run([sys.executable, "-m", "pytest", *parallel, *args.rest], cwd=CHECKOUT, check=False).returncode
