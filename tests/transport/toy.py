"""A toy schema with one field for each feature of the transports, and its context."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum

import strawberry
from starlette.applications import Starlette

from store.errors import Forbidden, Unauthenticated, Unavailable
from transport.routes import graphql_routes
from transport.settings import TransportSettings

RESPONSE = "application/graphql-response+json"


@strawberry.enum
class Color(Enum):
    RED = "red"
    GREEN = "green"


@strawberry.type
class Thing:
    name: str
    color: Color = Color.RED

    @strawberry.field
    def things(self, first: int | None = None) -> "Things":
        return Things(nodes=[Thing(name=f"{self.name}.{number}") for number in range(first or 1)])

    @strawberry.field
    def parts(self) -> list["Thing"]:
        return [Thing(name=f"{self.name}/{number}") for number in range(2)]


@strawberry.type
class Things:
    nodes: list[Thing]


@strawberry.input
class Item:
    text: str
    count: int = 1
    color: Color | None = None


@dataclass
class Context:
    log: "Log"
    credentials: str | None
    request_id: str

    async def renew(self) -> None:
        """There is nothing to release."""

    async def authenticate(self) -> datetime | None:
        await asyncio.sleep(0)
        match self.credentials:
            case None:
                return None
            case "ann":
                return datetime.now(UTC) + timedelta(hours=1)
            case "expiring":
                return datetime.now(UTC) + timedelta(seconds=0.3)
            case "outage":
                raise Unavailable
            case "bug":
                raise RuntimeError("an internal secret")
        raise Unauthenticated("the token is not valid")


@dataclass
class Log:
    """What happened in the server."""

    opened: int = 0
    closed: int = 0
    changes: list[str] = field(default_factory=list)
    canceled: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)

    @asynccontextmanager
    async def open_context(self, credentials: str | None, request_id: str) -> AsyncIterator[Context]:
        self.opened += 1
        try:
            yield Context(self, credentials, request_id)
        finally:
            self.closed += 1


@strawberry.type
class Query:
    @strawberry.field
    async def me(self, info: strawberry.Info) -> str:
        return info.context.credentials or "anonymous"

    @strawberry.field
    def echo(self, text: str) -> str:
        return text

    @strawberry.field
    def order(self, item: Item) -> str:
        return f"{item.count} x {item.text}"

    @strawberry.field
    def repeat(self, number: int = 1) -> int:
        return number

    @strawberry.field
    def at(self, time: datetime) -> datetime:
        return time

    @strawberry.field
    def thing(self) -> Thing:
        return Thing(name="t")

    @strawberry.field
    def things(self, first: int | None = None) -> Things:
        return Things(nodes=[Thing(name=str(number)) for number in range(first or 50)])

    @strawberry.field
    def named(self, names: list[str]) -> list[Thing]:
        return [Thing(name=name) for name in names]

    @strawberry.field
    def bug(self) -> str | None:
        raise RuntimeError("an internal secret")

    @strawberry.field
    def certain_bug(self) -> str:
        raise RuntimeError("an internal secret")

    @strawberry.field
    def refused(self) -> str | None:
        raise Forbidden("only admins may")

    @strawberry.field
    def outage(self) -> str | None:
        raise Unavailable

    @strawberry.field
    async def sleep(self, info: strawberry.Info, seconds: float) -> str:
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            info.context.log.canceled.append("sleep")
            raise
        return "awake"


@strawberry.type
class Mutation:
    @strawberry.mutation
    def change(self, info: strawberry.Info, to: str) -> str:
        info.context.log.changes.append(to)
        return to


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, info: strawberry.Info, to: int = 3, pause: float = 0) -> AsyncIterator[int]:
        try:
            for number in range(1, to + 1):
                info.context.log.numbers.append(number)
                yield number
                await asyncio.sleep(pause)
        finally:
            info.context.log.canceled.append("count")

    @strawberry.subscription
    async def flood(self, info: strawberry.Info, size: int = 100_000) -> AsyncIterator[str]:
        while True:
            info.context.log.numbers.append(size)
            yield "x" * size

    @strawberry.subscription
    async def breaking(self) -> AsyncIterator[int]:
        yield 1
        raise RuntimeError("an internal secret")

    @strawberry.subscription
    async def revoked(self) -> AsyncIterator[int]:
        yield 1
        raise Unauthenticated("the token was revoked")

    @strawberry.subscription
    async def failing(self) -> AsyncIterator[int]:
        yield 1
        raise Unavailable


schema = strawberry.Schema(query=Query, mutation=Mutation, subscription=Subscription)


def toy_app(settings: TransportSettings, log: Log) -> Starlette:
    return Starlette(routes=graphql_routes(schema, log.open_context, settings))


async def until(condition) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - it becomes true in the server's thread
            await asyncio.sleep(0.02)
