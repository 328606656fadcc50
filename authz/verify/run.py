"""Does the policy mean the same everywhere: asked world by world until enough has been compared."""

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from authz.backends.oso import Reference
from authz.policy import Policy
from authz.verify.agreement import compare_in_world, compare_random_policies
from authz.verify.random_policies import random_policy
from authz.verify.verifier import Agreement, Verifier
from store.db.database import Database
from store.db.registry import RESOURCES

POLICIES_PER_WORLD = 30


@dataclass
class Verified:
    """What was compared, and how long it took in seconds."""

    worlds: int = 0
    policies: int = 0
    found: Agreement = field(default_factory=Agreement)
    seconds: float = 0

    def said(self, subject: str) -> str:
        found = self.found
        return (
            f"{subject}: {self.worlds} worlds, {found.triples:,} triples in two forms of SQL and in Python, {found.asked_of_oso:,}"
            f" of them asked of Oso, {found.allowed:,} allowed: {found.differences} differences; {self.seconds:.0f} s,"
            f" {found.triples / self.seconds if self.seconds else 0:,.0f} triples a second"
        )


async def verify_policy(
    database: Database,
    policy: Policy,
    *,
    triples: int,
    seed: int,
    ask: float,
    progress: Callable[[Verified], None],
) -> Verified:
    """Compare the policy in random worlds, from the seed on, until this many triples have been compared."""
    verifier, done, begin = Verifier(policy, Reference(policy.compiled.text, RESOURCES)), Verified(), time.monotonic()
    while done.found.triples < triples:
        done.found += await compare_in_world(database, verifier, seed + done.worlds, ask=ask)
        done.worlds += 1
        done.seconds = time.monotonic() - begin
        progress(done)
    return done


async def verify_random_policies(
    database: Database,
    *,
    policies: int,
    seed: int,
    ask: float,
    progress: Callable[[Verified], None],
) -> Verified:
    """Compare this many random policies, some in each random world."""
    done, begin = Verified(), time.monotonic()
    while done.policies < policies:
        count = min(POLICIES_PER_WORLD, policies - done.policies)
        first = seed * 1000 + done.policies
        async for agreement in _in_world(database, seed + done.worlds, first, count, ask):
            done.found += agreement
        done.policies += count
        done.worlds += 1
        done.seconds = time.monotonic() - begin
        progress(done)
    return done


async def _in_world(database: Database, seed: int, first: int, count: int, ask: float) -> AsyncIterator[Agreement]:
    policies = (random_policy(first + number) for number in range(count))
    async for agreement, _policy in compare_random_policies(database, seed, policies, ask=ask):
        yield agreement
