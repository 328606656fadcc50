"""Verification in random worlds, one after the other, until enough answers have been compared."""

import random
import time
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field

from authz.backends.oso import Reference
from authz.policy import Policy
from authz.verify.random_policies import CLASSES, RandomPolicy, random_policy
from authz.verify.random_world import loaded_random_world
from authz.verify.verifier import Result, Verifier
from store.db.database import Database
from store.db.registry import RESOURCES

POLICIES_PER_WORLD = 30


@dataclass
class Report:
    """The result so far, and what it took."""

    worlds: int = 0
    policies: int = 0
    result: Result = field(default_factory=Result)
    seconds: float = 0

    def text(self, subject: str) -> str:
        """One line for the command line."""
        result = self.result
        return (
            f"{subject}: {self.worlds} worlds, {result.triples:,} triples in two forms of SQL and in Python,"
            f" {result.asked_of_oso:,} of them also in Oso, {result.allowed:,} allowed: {result.differences} differences;"
            f" {self.seconds:.0f} s, {result.triples / self.seconds if self.seconds else 0:,.0f} triples per second"
        )


async def compare_in_world(database: Database, verifier: Verifier, seed: int, *, oso_share: float = 1) -> Result:
    """Compare one policy in the random world of a seed; the database must be empty, and is left empty."""
    async with loaded_random_world(database, seed) as (session, world):
        return await verifier.compare(session, world, oso_share=oso_share, rng=random.Random(seed))


async def compare_random_policies(
    database: Database, seed: int, policies: Iterable[RandomPolicy], *, oso_share: float = 1
) -> AsyncIterator[tuple[Result, RandomPolicy]]:
    """Compare random policies in the random world of a seed; the database must be empty, and is left empty."""
    async with loaded_random_world(database, seed) as (session, world):
        for policy in policies:
            verifier = Verifier(Policy(policy.compiled), Reference(policy.compiled.text, CLASSES))
            yield await verifier.compare(session, world, oso_share=oso_share, rng=random.Random(seed)), policy


async def verify_policy(
    database: Database, policy: Policy, *, triples: int, seed: int, oso_share: float, progress: Callable[[Report], None]
) -> Report:
    """Compare a policy in the worlds from a seed on, until this many triples have been compared."""
    verifier, report, begin = Verifier(policy, Reference(policy.compiled.text, RESOURCES)), Report(), time.monotonic()
    while report.result.triples < triples:
        report.result += await compare_in_world(database, verifier, seed + report.worlds, oso_share=oso_share)
        report.worlds += 1
        report.seconds = time.monotonic() - begin
        progress(report)
    return report


async def verify_random_policies(
    database: Database, *, policies: int, seed: int, oso_share: float, progress: Callable[[Report], None]
) -> Report:
    """Compare this many random policies, POLICIES_PER_WORLD in each random world."""
    report, begin = Report(), time.monotonic()
    while report.policies < policies:
        count = min(POLICIES_PER_WORLD, policies - report.policies)
        first = seed * 1000 + report.policies
        some = (random_policy(first + number) for number in range(count))
        async for result, _ in compare_random_policies(database, seed + report.worlds, some, oso_share=oso_share):
            report.result += result
        report.policies += count
        report.worlds += 1
        report.seconds = time.monotonic() - begin
        progress(report)
    return report
