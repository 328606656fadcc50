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
from store.users import User
from worlds.decisions import decision_table
from worlds.verifying import Verified, verify_policy, verify_random_policies
from worlds.witnesses import living

SUMMARY = "check the policy, show what it decides, verify that SQL, Python and Oso agree on it"


def arguments(parser: ArgumentParser) -> None:
    choices = parser.add_subparsers(metavar="WHAT", dest="what", required=True)
    check = choices.add_parser("check", help="compile a policy, or say with every line why not")
    check.add_argument("file", metavar="FILE", nargs="?", type=Path, default=POLICY_FILE)
    verify = choices.add_parser("verify", help="compare SQL, Python and Oso in random worlds; exit 1 if they differ")
    verify.add_argument("--triples", type=int, default=100_000, help="accounts x actions x rows to compare")
    verify.add_argument("--policies", type=int, default=30, help="random policies to compare as well")
    verify.add_argument("--mutants", action="store_true", help="also make every fault there is, and see it noticed")
    verify.add_argument(
        "--ask", type=float, default=0.1, help="the part that is asked of Oso, which takes milliseconds each"
    )
    verify.add_argument("--seed", type=int, default=1, help="of the first world")
    choices.add_parser("decisions", help="write anew what the policy decides about the demo world, and its SQL")


def run(args: Namespace, settings: Settings) -> int:  # noqa: ARG001 - the same for every command
    match args.what:
        case "decisions":
            return _decisions()
        case "verify":
            return _verify(args)
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


def _verify(args: Namespace) -> int:
    if not AVAILABLE:
        raise CommandFailed("Oso is not installed, and there is nothing to compare with")
    wrong = 0
    if args.mutants:
        compiled = load_policy().compiled
        made, alive = living([*compiled.plans.values(), *compiled.fields.values()], actor=User)
        print(f"mutants: {made:,}, {len(alive)} of them unnoticed", *alive, sep="\n")
        wrong += len(alive)
    with tempfile.TemporaryDirectory() as folder, embedded.running(Path(folder), durable=False) as server:
        asyncio.run(migrate(server.url()))
        for subject, done in asyncio.run(_compared(server.url(), args)).items():
            print(done.said(subject), *done.found.told, sep="\n")
            wrong += done.found.differences
    return 1 if wrong else 0


async def _compared(url: str, args: Namespace) -> dict[str, Verified]:
    def progress(done: Verified) -> None:
        sys.stderr.write(
            f"\r{done.found.triples:,} triples, {done.found.differences} differences, {done.seconds:.0f} s "
        )

    database = Database(url, pool_size=1)
    try:
        policy = await verify_policy(
            database, load_policy(), triples=args.triples, seed=args.seed, ask=args.ask, progress=progress
        )
        chance = await verify_random_policies(
            database, policies=args.policies, seed=args.seed, ask=args.ask, progress=progress
        )
    finally:
        await database.close()
        sys.stderr.write("\n")
    return {"policies.polar": policy, f"{args.policies} random policies": chance}


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
