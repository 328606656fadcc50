"""Static checks: lint, format, types, and imports between packages."""

import shlex
import subprocess
import sys
from argparse import ArgumentParser, Namespace

from settings import CHECKOUT, Settings

SUMMARY = "check lint, format, types and the imports between packages"

_RUFF = (sys.executable, "-m", "ruff")
_CHECKS = {
    "lint": (*_RUFF, "check", "--output-format=concise"),
    "format": (*_RUFF, "format", "--check", "--output-format=concise"),
    "types": (sys.executable, "-m", "mypy"),
    # Not started with its script, whose first line is too long for the kernel if the path of the checkout is long.
    "imports": (
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as lint; lint()",
        "--no-cache",
    ),
}
_TAKE_PATHS = ("lint", "format")
_FIXES = ((*_RUFF, "check", "--fix", "--quiet", "--exit-zero"), (*_RUFF, "format", "--quiet"))


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--fix", action="store_true", help="first fix what can be fixed automatically")
    parser.add_argument(
        "--only", nargs="+", metavar="PATH", default=["."], help="restrict lint and format to these paths"
    )


def run(args: Namespace, settings: Settings) -> int:  # noqa: ARG001 - the same for every command
    for fix in _FIXES if args.fix else ():
        subprocess.run([*fix, *args.only], cwd=CHECKOUT, check=True)
    failed = []
    for name, tool in _CHECKS.items():
        command = [*tool, *args.only] if name in _TAKE_PATHS else tool
        completed = subprocess.run(command, cwd=CHECKOUT, check=False, capture_output=True, text=True)
        print(f"{name:8}{'ok' if completed.returncode == 0 else 'FAILED: ' + shlex.join(command)}", flush=True)
        if completed.returncode != 0:
            failed.append(name)
            print(completed.stdout + completed.stderr, flush=True)
    return 1 if failed else 0
