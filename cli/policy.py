"""The policy, looked at from outside: is it sound, what does it decide, does it mean the same everywhere."""

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
from authz.backends.policy_sql import conditions
from authz.explain.question import Why
from authz.load_policy import POLICY_FILE, compile_text, load_policy
from authz.polar.errors import PolicyError
from authz.verify.run import Verified, verify_policy, verify_random_policies
from authz.verify.witnesses import living
from cli import CommandFailed, portal_database
from cli.token import find_account
from devtools import embedded_postgres
from devtools.decision_table import decision_table
from schema.fields.ids import decode
from settings import CHECKOUT, Settings
from store.db.database import Database, migrate
from store.db.registry import RESOURCES
from store.errors import BadInput
from store.users import User

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
        "--ask",
        type=float,
        default=0.1,
        help="the part that is asked of Oso, which takes milliseconds each",
    )
    verify.add_argument("--seed", type=int, default=1, help="of the first world")
    explain = choices.add_parser("explain", help="why an account may do something with a thing, or what it lacks")
    explain.add_argument("account", metavar="EMAIL", help="a person's e-mail address or a technical user's name")
    explain.add_argument("action", metavar="ACTION", help="a permission of the policy, such as assign")
    explain.add_argument("id", metavar="ID", help="the thing's id, as the API gives it, or such as License:UUID")
    explain.add_argument("--ways", type=int, default=3, help="how many ways to a yes a no names (default: 3)")
    choices.add_parser("decisions", help="write anew what the policy decides about the demo world, and its SQL")


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
    """In a database that lives as long as the command: nobody's rows are touched."""
    with tempfile.TemporaryDirectory() as folder, embedded_postgres.running(Path(folder), durable=False) as server:
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
    with tempfile.TemporaryDirectory() as folder, embedded_postgres.running(Path(folder), durable=False) as server:
        asyncio.run(migrate(server.url()))
        for subject, compare in _comparisons(server.url(), args):
            done = asyncio.run(compare)
            sys.stderr.write("\n")
            print(done.said(subject), *done.found.told, sep="\n", flush=True)
            wrong += done.found.differences
    return 1 if wrong else 0


def _comparisons(url: str, args: Namespace) -> Iterator[tuple[str, Coroutine[Any, Any, Verified]]]:
    policy = load_policy()

    def progress(done: Verified) -> None:
        sys.stderr.write(
            f"\r{done.found.triples:,} triples, {done.found.differences} differences, {done.seconds:.0f} s ",
        )

    async def written() -> Verified:
        async with _opened(url) as database:
            return await verify_policy(
                database,
                policy,
                triples=args.triples,
                seed=args.seed,
                ask=args.ask,
                progress=progress,
            )

    async def chance() -> Verified:
        async with _opened(url) as database:
            return await verify_random_policies(
                database,
                policies=args.policies,
                seed=args.seed,
                ask=args.ask,
                progress=progress,
            )

    yield f"{POLICY_FILE.name} ({policy.hash[:12]})", written()
    yield f"{args.policies} random policies", chance()


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Database]:
    database = Database(url, pool_size=1)
    try:
        yield database
    finally:
        await database.close()


async def _explained(url: str, args: Namespace) -> str:
    policy = load_policy()
    kind, id_ = _meant(args.id)
    cls = next((each for each in policy.compiled.classes if each.__name__ == kind), None)
    if cls is None:
        raise CommandFailed(f"the policy does not speak of a {kind}")
    if args.action not in policy.actions(cls):
        raise CommandFailed(f"there is no {args.action!r} on {kind}; there is {', '.join(policy.actions(cls))}")
    async with _opened(url) as database, database.transaction() as session:
        account = await find_account(session, args.account)
        why = await Why.ask(session, policy, account_id=account.id, kind=cls, id_=id_, action=args.action)
    if why is None:
        raise CommandFailed(f"there is no {kind} {id_}")
    return why.said(ways=args.ways)


def _meant(text: str) -> tuple[str, UUID]:
    """The kind and the id of a thing: as the API gives it, or in plain words."""
    kind, _, id_ = text.partition(":")
    try:
        return (kind, UUID(id_)) if id_ else decode(text)
    except (BadInput, ValueError):
        raise CommandFailed(f"{text!r} is no id") from None


async def approved(url: str) -> dict[Path, str]:
    """What is approved as text, by file; the database has to be empty, and is empty again afterwards."""
    policy = load_policy()
    async with _opened(url) as database, database.transaction() as session:
        table = await decision_table(session, policy)
        await session.rollback()
    folder = CHECKOUT / "tests" / "authz"
    return {folder / "decisions.txt": table, folder / "conditions.sql": conditions(policy.compiled)}


def _check(file: Path) -> int:
    try:
        text = file.read_text(encoding="utf-8")
    except OSError:
        raise CommandFailed(f"there is no file {file}") from None
    name = POLICY_FILE.name if file == POLICY_FILE else str(file)
    try:
        compiled = compile_text(text, file=name)
        check_with_oso(text, RESOURCES, name)
    except PolicyError as refused:
        sys.stderr.write(f"{refused}\n")
        return 1
    ways = sum(len(plan.disjuncts) for plan in (*compiled.plans.values(), *compiled.fields.values()))
    print(
        f"{name}: {len(compiled.classes)} classes, {len(compiled.plans)} permissions, {len(compiled.fields)} protected"
        f" and {len(compiled.public)} public fields, {len(compiled.document.rules)} rules, {ways} ways to be allowed"
        f"{'' if AVAILABLE else '; Oso was not asked'}",
    )
    return 0
