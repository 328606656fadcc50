"""A world for the length of one question, and the proof that a refusal leaves nothing in it but its line in the trail."""

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
    """What is asked in a world in which some rows are otherwise, by what it is refused, and what a client is told."""

    case: UseCase
    arguments: dict
    refused: type
    details: dict = field(default_factory=dict)
    puts: tuple = ()
    by: object = IDA


def named_cases(cases):
    """For `parametrize`: each under its number and its mutation."""
    return [pytest.param(each, id=f"{number}-{each.case.operation}") for number, each in enumerate(cases)]


@cache
def digests():
    """One statement over all tables: it is asked twice for each refusal."""
    read = (
        f"SELECT '{name}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} t"
        for name in Base.metadata.tables
        if name not in LEFT_BY_REFUSALS
    )
    done = "SELECT 'done', count(*)::text FROM audit_entries WHERE outcome = 'DONE'"
    return sa.text(" UNION ALL ".join((*read, done)))


class World:
    """The tables of a portal, as they stand."""

    def __init__(self, database):
        self.database = database

    @asynccontextmanager
    async def put(self, cls, id_, **values):
        """A row is otherwise until the end of the block; no use case has a word in it."""
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

    async def kept(self):
        """Everything that is written somewhere: a digest of each table, and how many acts were done."""
        async with self.database.transaction() as session:
            return dict((await session.execute(digests())).all())

    async def refusals(self):
        """The refused acts on record, the oldest first."""
        entries = sa.select(AuditEntry.action, AuditEntry.code).where(AuditEntry.outcome == Outcome.REFUSED)
        async with self.database.transaction() as session:
            return [tuple(each) for each in await session.execute(entries.order_by(AuditEntry.number))]

    async def refuses(self, person, case, *, leaves=(), **arguments):
        """The refusal of a use case; it is on record once, and nothing else has moved but what it `leaves`."""
        kept, refusals = await self.kept(), await self.refusals()
        with pytest.raises(Refusal) as caught:
            await case(person.attempt(key=str(uuid4())), **arguments)
        now = await self.kept()
        assert {name for name in kept if now[name] != kept[name]} == set(leaves)
        assert (await self.refusals())[len(refusals) :] == [(case.operation, caught.value.code)]
        return caught.value

    async def refuses_case(self, person, asked):
        """A case, in the world that it needs."""
        async with AsyncExitStack() as puts:
            for cls, id_, values in asked.puts:
                await puts.enter_async_context(self.put(cls, id_, **values))
            refusal = await self.refuses(person, asked.case, **asked.arguments)
        assert type(refusal) is asked.refused, refusal.message
        assert refusal.details == asked.details
