"""Check the policy, explain and list its decisions, and verify that SQL, Python and Oso agree about it."""

import asyncio
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from authz.backends.oso import AVAILABLE, check_with_oso
from authz.backends.policy_sql import policy_sql
from authz.explain.question import AccessQuestion
from authz.load_policy import POLICY_FILE, compile_text, load_policy, required_actions
from authz.polar.errors import PolicyError
from authz.verify.run import Report, verify_policy, verify_random_policies
from authz.verify.witnesses import unnoticed_mutants
from cli import CommandFailed, portal_database
from cli.token import find_account
from devtools import embedded_postgres
from devtools.decision_table import decision_table
from schema.fields.ids import from_global_id
from settings import CHECKOUT, Settings
from store.db.database import Database, migrate
from store.db.registry import RESOURCES
from store.errors import BadInput
from store.users import User

SUMMARY = "check or explain the policy, or verify that SQL, Python and Oso agree about it"


def arguments(parser: ArgumentParser) -> None:
    choices = parser.add_subparsers(metavar="ACTION", dest="what", required=True)
    check = choices.add_parser("check", help="compile a policy and print its errors with their lines")
    check.add_argument(
        "file", metavar="FILE", nargs="?", type=Path, default=POLICY_FILE, help="(default: policies.polar)"
    )
    verify = choices.add_parser(
        "verify", help="compare SQL, Python and Oso in random worlds; exit code 1 if they differ"
    )
    verify.add_argument(
        "--triples",
        type=int,
        default=100_000,
        help="number of (account, action, row) triples to compare (default: 100000)",
    )
    verify.add_argument(
        "--policies", type=int, default=30, help="number of random policies to compare as well (default: 30)"
    )
    verify.add_argument(
        "--mutants",
        action="store_true",
        help="also check that a witness detects every single-fault mutant of the policy",
    )
    verify.add_argument(
        "--oso-share",
        type=float,
        default=0.1,
        metavar="SHARE",
        help="share of the triples to check with Oso as well, 0 to 1; each takes milliseconds (default: 0.1)",
    )
    verify.add_argument("--seed", type=int, default=1, help="random seed of the first world (default: 1)")
    explain = choices.add_parser("explain", help="explain why an account may or may not do something with a row")
    explain.add_argument("account", metavar="EMAIL", help="a person's email address or a technical user's name")
    explain.add_argument("action", metavar="ACTION", help="an action of the policy, such as assign")
    explain.add_argument(
        "id", metavar="ID", help="the ID of the row: a global ID of the API, or TYPE:UUID, such as License:5d0c..."
    )
    explain.add_argument(
        "--paths", type=int, default=3, help="if the answer is no: number of paths to a yes to show (default: 3)"
    )
    choices.add_parser(
        "decisions", help="update the approved decisions about the demo world and the approved SQL, in tests/authz"
    )


def run(args: Namespace, settings: Settings) -> int:
    match args.what:
        case "decisions":
            return _decisions()
        case "verify":
            return _verify(args)
        case "explain":
            with portal_database(settings) as url:
                print(asyncio.run(_explained(url, args)))
            return 0
        case _:
            return _check(args.file)


def _decisions() -> int:
    """Write both files with the help of a temporary database."""
    with tempfile.TemporaryDirectory() as folder, embedded_postgres.running(Path(folder), durable=False) as server:
        asyncio.run(migrate(server.url()))
        for file, text in asyncio.run(approved_files(server.url())).items():
            file.write_text(text, encoding="utf-8")
            print(f"{file.relative_to(CHECKOUT)}: {len(text.splitlines())} lines")
    return 0


def _verify(args: Namespace) -> int:
    if not AVAILABLE:
        raise CommandFailed(
            "Oso is not installed, so there is nothing to compare with; it needs Linux on x86-64 or macOS"
        )
    failures = 0
    if args.mutants:
        total, survivors = unnoticed_mutants(load_policy().compiled.predicates, actor=User)
        print(f"mutants: {total:,}, undetected: {len(survivors)}", *survivors, sep="\n")
        failures += len(survivors)
    with tempfile.TemporaryDirectory() as folder, embedded_postgres.running(Path(folder), durable=False) as server:
        asyncio.run(migrate(server.url()))
        for subject, compare in _comparisons(server.url(), args):
            report = asyncio.run(compare)
            sys.stderr.write("\n")
            print(report.text(subject), *report.result.examples, sep="\n", flush=True)
            failures += report.result.differences
    return 1 if failures else 0


def _comparisons(url: str, args: Namespace) -> Iterator[tuple[str, Coroutine[Any, Any, Report]]]:
    policy = load_policy()

    def progress(report: Report) -> None:
        sys.stderr.write(
            f"\r{report.result.triples:,} triples, {report.result.differences} differences, {report.seconds:.0f} s "
        )

    async def compare_policy() -> Report:
        async with _database(url) as database:
            return await verify_policy(
                database, policy, triples=args.triples, seed=args.seed, oso_share=args.oso_share, progress=progress
            )

    async def compare_random() -> Report:
        async with _database(url) as database:
            return await verify_random_policies(
                database, policies=args.policies, seed=args.seed, oso_share=args.oso_share, progress=progress
            )

    yield f"{POLICY_FILE.name} ({policy.hash[:12]})", compare_policy()
    yield f"{args.policies} random policies", compare_random()


@asynccontextmanager
async def _database(url: str) -> AsyncIterator[Database]:
    database = Database(url, pool_size=1)
    try:
        yield database
    finally:
        await database.close()


async def _explained(url: str, args: Namespace) -> str:
    policy = load_policy()
    kind, id_ = _parse_id(args.id)
    cls = next((cls for cls in policy.compiled.classes if cls.__name__ == kind), None)
    if cls is None:
        types = ", ".join(cls.__name__ for cls in policy.compiled.classes)
        raise CommandFailed(f"the policy has no type {kind!r}; it has {types}")
    if args.action not in policy.actions(cls):
        raise CommandFailed(f"{kind} has no action {args.action!r}; it has {', '.join(policy.actions(cls))}")
    async with _database(url) as database, database.transaction() as session:
        account = await find_account(session, args.account)
        question = await AccessQuestion.load(
            session, policy, account_id=account.id, kind=cls, id_=id_, action=args.action
        )
    if question is None:
        raise CommandFailed(f"the database has no {kind} with the ID {id_}")
    return question.answer(paths=args.paths)


def _parse_id(text: str) -> tuple[str, UUID]:
    """Return the type and the UUID in a global ID of the API, or in TYPE:UUID."""
    kind, _, id_ = text.partition(":")
    try:
        return (kind, UUID(id_)) if id_ else from_global_id(text)
    except (BadInput, ValueError):
        raise CommandFailed(f"malformed ID {text!r}; give a global ID of the API or TYPE:UUID") from None


async def approved_files(url: str) -> dict[Path, str]:
    """Return the texts of the approved files; the database must be empty, and is left empty."""
    policy = load_policy()
    async with _database(url) as database, database.transaction() as session:
        table = await decision_table(session, policy)
        await session.rollback()
    folder = CHECKOUT / "tests" / "authz"
    return {folder / "decisions.txt": table, folder / "conditions.sql": policy_sql(policy.compiled)}


def _check(file: Path) -> int:
    try:
        text = file.read_text(encoding="utf-8")
    except OSError:
        raise CommandFailed(f"cannot read {file}") from None
    name = POLICY_FILE.name if file == POLICY_FILE else str(file)
    try:
        compiled = compile_text(text, file=name, required=required_actions())
        check_with_oso(text, RESOURCES, name)
    except PolicyError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    paths = sum(len(predicate.disjuncts) for predicate in compiled.predicates)
    note = "" if AVAILABLE else " (not checked with Oso, which is not installed)"
    print(
        f"{name}: {len(compiled.classes)} classes, {len(compiled.permissions)} permissions, {len(compiled.fields)} protected"
        f" and {len(compiled.public)} public fields, {len(compiled.document.rules)} rules, {paths} paths to a"
        f" permission{note}"
    )
    return 0
