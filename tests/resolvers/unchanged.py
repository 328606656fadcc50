"""Changing rows for one refusal, and checking that the refusal writes nothing but its audit entry."""

import pkgutil
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from uuid import uuid4

import pytest
import sqlalchemy as sa

import resolvers
from authz.gate.use_case import UseCase
from seeds.cast import IDA
from store.audit import AuditEntry, Outcome
from store.db.base import Base
from store.errors import Refusal

LEFT_BY_REFUSALS = {"audit_entries", "idempotency_keys"}


def use_cases():
    """Every use case that runs behind a gate."""
    for module in pkgutil.walk_packages(resolvers.__path__, "resolvers."):
        members = vars(import_module(module.name)).values()
        yield from (case for case in members if isinstance(case, UseCase))


@dataclass(frozen=True)
class Case:
    """A use case with its arguments, the expected refusal and its details; `puts` are rows to be changed before."""

    case: UseCase
    arguments: dict
    refused: type
    details: dict = field(default_factory=dict)
    puts: tuple = ()
    by: object = IDA


def named_cases(cases):
    """Parameters for pytest, named after their number and mutation."""
    return [pytest.param(each, id=f"{number}-{each.case.operation}") for number, each in enumerate(cases)]


@cache
def digests():
    """One statement with a digest of each table, and the number of completed actions; it runs twice for each refusal."""
    read = (
        f"SELECT '{name}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} t"
        for name in Base.metadata.tables
        if name not in LEFT_BY_REFUSALS
    )
    done = "SELECT 'done', count(*)::text FROM audit_entries WHERE outcome = 'DONE'"
    return sa.text(" UNION ALL ".join((*read, done)))


class World:
    """The tables of a portal."""

    def __init__(self, database):
        self.database = database

    @asynccontextmanager
    async def put(self, cls, id_, **values):
        """Change columns of a row, without a use case, until the end of the block."""
        mine = cls.__table__.c.id == id_
        async with self.database.transaction() as session:
            found = await session.execute(sa.select(*(cls.__table__.c[each] for each in values)).where(mine))
            former = dict(found.one()._mapping)
            await session.execute(sa.update(cls.__table__).where(mine).values(values))
        try:
            yield
        finally:
            async with self.database.transaction() as session:
                await session.execute(sa.update(cls.__table__).where(mine).values(former))

    async def content(self):
        """A digest of each table, and the number of completed actions."""
        async with self.database.transaction() as session:
            return dict((await session.execute(digests())).all())

    async def refusals(self):
        """The recorded refusals, the oldest first: action and code."""
        entries = sa.select(AuditEntry.action, AuditEntry.code).where(AuditEntry.outcome == Outcome.REFUSED)
        async with self.database.transaction() as session:
            return [tuple(each) for each in await session.execute(entries.order_by(AuditEntry.number))]

    async def refuses(self, person, case, *, leaves=(), **arguments):
        """Run a use case and return its refusal, which is recorded once and writes nothing else but to the tables in `leaves`."""
        before, refusals = await self.content(), await self.refusals()
        with pytest.raises(Refusal) as caught:
            await case(person.attempt(key=str(uuid4())), **arguments)
        after = await self.content()
        assert {name for name in before if after[name] != before[name]} == set(leaves)
        assert (await self.refusals())[len(refusals) :] == [(case.operation, caught.value.code)]
        return caught.value

    async def refuses_case(self, person, case):
        """Check the refusal of a case, with its rows changed."""
        async with AsyncExitStack() as puts:
            for cls, id_, values in case.puts:
                await puts.enter_async_context(self.put(cls, id_, **values))
            refusal = await self.refuses(person, case.case, **case.arguments)
        assert type(refusal) is case.refused, refusal.message
        assert refusal.details == case.details
