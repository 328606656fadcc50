"""What every request of this process shares: the database, the compiled policy, the clock and the back ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from authz.lists.builder import QueryBuilder
from authz.policy import Policy
from license_central.code_seal import CodeSeal
from license_central.port import LicenseCentral
from store.db.clock import Clock
from store.db.database import Database


class Announcer(Protocol):
    """Wakes the subscribers after a commit; the audit entries that were committed are given by number."""

    async def announce(self, numbers: Sequence[int]) -> None: ...


@dataclass(frozen=True, slots=True)
class External:
    """What a use case may use besides its rows."""

    license_central: LicenseCentral | None
    code_seal: CodeSeal | None

    @property
    def central(self) -> LicenseCentral:
        """License Central; an AssertionError in a process that was started without one."""
        assert self.license_central is not None, "this process was started without a License Central"
        return self.license_central


@dataclass(frozen=True, slots=True)
class Services:
    """The services of one process."""

    database: Database
    queries: QueryBuilder
    clock: Clock
    announcer: Announcer
    license_central: LicenseCentral | None = None
    """None in a process that issues no license files."""
    code_seal: CodeSeal | None = None
    """None where the codes of tickets are stored as hashes only."""

    @property
    def policy(self) -> Policy:
        return self.queries.policy

    @property
    def external(self) -> External:
        return External(self.license_central, self.code_seal)
