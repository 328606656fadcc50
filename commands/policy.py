"""The policy, looked at from outside: is it sound, what does it decide, does it mean the same everywhere."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from app import Settings
from authz.loading import POLICY_FILE, compile_text
from authz.reference import AVAILABLE, witness
from authz.refusals import PolicyRefused
from commands import CommandFailed
from store.nouns import RESOURCES

SUMMARY = "check the policy, show what it decides, verify that SQL, Python and Oso agree on it"


def arguments(parser: ArgumentParser) -> None:
    choices = parser.add_subparsers(metavar="WHAT", dest="what", required=True)
    check = choices.add_parser("check", help="compile a policy, or say with every line why not")
    check.add_argument("file", metavar="FILE", nargs="?", type=Path, default=POLICY_FILE)


def run(args: Namespace, settings: Settings) -> int:  # noqa: ARG001 - the same for every command
    return _check(args.file)


def _check(file: Path) -> int:
    try:
        text = file.read_text(encoding="utf-8")
    except OSError:
        raise CommandFailed(f"there is no file {file}") from None
    name = POLICY_FILE.name if file == POLICY_FILE else str(file)
    try:
        compiled = compile_text(text, file=name)
        witness(text, RESOURCES, name)
    except PolicyRefused as refused:
        sys.stderr.write(f"{refused}\n")
        return 1
    ways = sum(len(plan.disjuncts) for plan in (*compiled.plans.values(), *compiled.fields.values()))
    print(
        f"{name}: {len(compiled.classes)} classes, {len(compiled.plans)} permissions, {len(compiled.fields)} protected fields,"
        f" {len(compiled.document.rules)} rules, {ways} ways to be allowed{'' if AVAILABLE else '; Oso was not asked'}"
    )
    return 0
