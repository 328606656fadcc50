"""The policy, looked at from outside: is it sound, what does it decide, does it mean the same everywhere."""

import asyncio
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from pathlib import Path

from app import CHECKOUT, Settings
from authz.conditions import conditions
from authz.loading import POLICY_FILE, compile_text, load_policy
from authz.reference import AVAILABLE, witness
from authz.refusals import PolicyRefused
from commands import CommandFailed
from store import embedded
from store.database import Database, migrate
from store.nouns import RESOURCES
from worlds.decisions import decision_table

SUMMARY = "check the policy, show what it decides, verify that SQL, Python and Oso agree on it"


def arguments(parser: ArgumentParser) -> None:
    choices = parser.add_subparsers(metavar="WHAT", dest="what", required=True)
    check = choices.add_parser("check", help="compile a policy, or say with every line why not")
    check.add_argument("file", metavar="FILE", nargs="?", type=Path, default=POLICY_FILE)
    choices.add_parser("decisions", help="write anew what the policy decides about the demo world, and its SQL")


def run(args: Namespace, settings: Settings) -> int:  # noqa: ARG001 - the same for every command
    match args.what:
        case "decisions":
            return _decisions()
        case _:
            return _check(args.file)


def _decisions() -> int:
    """In a database that lives as long as the command: nobody's rows are touched."""
    with tempfile.TemporaryDirectory() as folder, embedded.running(Path(folder), durable=False) as server:
        asyncio.run(migrate(server.url()))
        for file, text in asyncio.run(approved(server.url())).items():
            file.write_text(text, encoding="utf-8")
            print(f"{file.relative_to(CHECKOUT)}: {len(text.splitlines())} lines")
    return 0


async def approved(url: str) -> dict[Path, str]:
    """What is approved as text, by file; the database has to be empty, and is empty again afterwards."""
    policy = load_policy()
    database = Database(url, pool_size=1)
    try:
        async with database.transaction() as session:
            table = await decision_table(session, policy)
            await session.rollback()
    finally:
        await database.close()
    folder = CHECKOUT / "tests" / "authz"
    return {folder / "decisions.txt": table, folder / "conditions.sql": conditions(policy)}


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
