"""Everything about the code that a machine can judge without running it."""

import shlex
import subprocess
import sys
from argparse import ArgumentParser, Namespace

from settings import CHECKOUT, Settings

SUMMARY = "lint, format, types and the arrows between the rooms"

_RUFF = (sys.executable, "-m", "ruff")
_CHECKS = {
    "lint": (*_RUFF, "check", "--output-format=concise"),
    "format": (*_RUFF, "format", "--check", "--output-format=concise"),
    "types": (sys.executable, "-m", "mypy"),
    # Called without its script: that one's first line fails where the path of the checkout is long.
    "arrows": (sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"),
}
_OF_PATHS = ("lint", "format")
_REPAIRS = ((*_RUFF, "check", "--fix", "--quiet", "--exit-zero"), (*_RUFF, "format", "--quiet"))


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--fix", action="store_true", help="first repair what can be repaired without thinking")
    parser.add_argument("--only", nargs="+", metavar="PATH", default=["."], help="lint and format no more than this")


def run(args: Namespace, settings: Settings) -> int:  # noqa: ARG001 - the same for every command
    for repair in _REPAIRS if args.fix else ():
        subprocess.run([*repair, *args.only], cwd=CHECKOUT, check=True)
    failed = []
    for name, tool in _CHECKS.items():
        command = [*tool, *args.only] if name in _OF_PATHS else tool
        ended = subprocess.run(command, cwd=CHECKOUT, check=False, capture_output=True, text=True)
        print(f"{name:8}{'ok' if ended.returncode == 0 else 'FAILED: ' + shlex.join(command)}", flush=True)
        if ended.returncode != 0:
            failed.append(name)
            print(ended.stdout + ended.stderr, flush=True)
    return 1 if failed else 0
