"""One operation from the text of its document to its answers, whatever carried it here.

graphql-core runs it and not `strawberry.Schema.execute`: see docs/decisions/0005-transport.md.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import strawberry
from graphql import (
    ExecutionResult,
    Executor,
    GraphQLError,
    create_source_event_stream,
    execute_root_selection_set,
    execute_subscription_event,
    get_variable_values,
    map_source_to_response_event,
)
from strawberry.execution import optimized_is_awaitable

from transport.document_cache import DocumentCache, Operation, refuse_price
from transport.errors import BadVariables, Formatted, NotAuthenticated, RequestRefused, TimedOut
from transport.formatting import answer, origin, refusal, unserved
from transport.settings import TransportSettings
from transport.variable_errors import variable_problems


class Context(Protocol):
    """What resolvers are given; the transport asks it two things."""

    async def authenticate(self) -> datetime | None:
        """When the token expires; None for a stranger. A bad token raises store.errors.Unauthenticated."""

    async def renew(self) -> None:
        """Let go of everything that was held for the last event of a stream."""


OpenContext = Callable[[str | None, str], AbstractAsyncContextManager[Context]]


@dataclass(frozen=True, slots=True)
class Question:
    """What a client asks, read and checked for its shape only."""

    query: str
    operation_name: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)


class Engine:
    """The schema, ready to answer."""

    def __init__(self, schema: strawberry.Schema, open_context: OpenContext, settings: TransportSettings) -> None:
        if schema.extensions or schema.directives or schema.config.enable_experimental_incremental_execution:
            raise ValueError(
                "extensions, directives of operations and incremental delivery of strawberry do not run here",
            )
        self.schema = schema._schema  # noqa: SLF001 - strawberry has no public name for the graphql-core schema
        self.settings = settings
        self.documents = DocumentCache(self.schema, settings)
        self._executor = schema.execution_context_class or Executor
        self._open_context = open_context

    async def prepare(self, question: Question, credentials: str | None, request_id: str) -> Operation:
        """Find the operation. With a bad token the answer is about the token, whatever the document is like."""
        explore = credentials is not None or self.settings.strangers_explore
        try:
            return self.documents.operation(question.query, question.operation_name, explore=explore)
        except RequestRefused:
            if credentials is not None:
                await self.expiry(credentials, request_id)
            raise

    async def expiry(self, credentials: str | None, request_id: str) -> datetime | None:
        async with self._bounded(request_id), self._open_context(credentials, request_id) as context:
            return await context.authenticate()

    async def once(
        self,
        operation: Operation,
        question: Question,
        credentials: str | None,
        request_id: str,
    ) -> Formatted:
        """Run a query or a mutation. RequestRefused means that nothing ran."""
        price = refuse_price(operation, question.variables, self.settings.limits.cost)
        async with self._bounded(request_id), self._open_context(credentials, request_id) as context:
            await context.authenticate()
            result = execute_root_selection_set(self._build(operation, question, context))
            done = await result if isinstance(result, Awaitable) else result
            if (cause := unserved(done)) is not None:
                raise cause
            return {**answer(done, request_id), "extensions": {"cost": price}}

    def refuse_beforehand(self, operation: Operation, question: Question) -> None:
        """What can be refused of a subscription while there still is a status to say it with."""
        refuse_price(operation, question.variables, self.settings.limits.cost)
        definitions = operation.definition.variable_definitions or ()
        if isinstance(get_variable_values(self.schema, definitions, dict(question.variables)), list):
            raise BadVariables(*variable_problems(self.schema, operation.definition, question.variables))

    async def stream(
        self,
        operation: Operation,
        question: Question,
        credentials: str | None,
        request_id: str,
    ) -> AsyncGenerator[Formatted, None]:
        """Run a subscription until it ends, or until the token expires. RequestRefused means that it has to end."""
        refuse_price(operation, question.variables, self.settings.limits.cost)
        try:
            async with self._open_context(credentials, request_id) as context:
                deadline = self._deadline(await context.authenticate())
                executor = self._build(operation, question, context)
                source = create_source_event_stream(executor)
                source = await source if isinstance(source, Awaitable) else source
                if isinstance(source, ExecutionResult):
                    _end_without_login(source)
                    yield {"errors": answer(source, request_id)["errors"]}
                    return
                async with aclosing(map_source_to_response_event(executor, source, self._event)) as events:
                    while (event := await _until(deadline, events)) is not None:
                        _end_without_login(event)
                        await context.renew()  # a slow reader must not hold the snapshot of an event
                        yield answer(event, request_id)
        except Exception as error:  # noqa: BLE001 - whatever ends a stream is told in one way
            raise refusal(error, request_id) from None

    async def _event(self, executor: Executor[Any]) -> ExecutionResult:
        try:
            async with asyncio.timeout(self.settings.seconds_per_operation):
                result = execute_subscription_event(executor)
                return await result if isinstance(result, Awaitable) else result
        except TimeoutError:
            return ExecutionResult(None, [GraphQLError("", original_error=TimedOut("the event took too long"))])

    def _deadline(self, expiry: datetime | None) -> float | None:
        if expiry is None:
            return None
        return asyncio.get_running_loop().time() + (expiry - self.settings.clock.now()).total_seconds()

    @asynccontextmanager
    async def _bounded(self, request_id: str) -> AsyncIterator[None]:
        seconds = self.settings.seconds_per_operation
        clock = asyncio.timeout(seconds)
        try:
            async with clock:
                yield
        except Exception as error:  # noqa: BLE001 - what is raised outside of every field is a refusal or a bug
            if clock.expired():
                raise TimedOut(f"the operation took longer than {seconds:g} seconds") from None
            raise refusal(error, request_id) from None

    def _build(self, operation: Operation, question: Question, context: Context) -> Executor[Any]:
        name = operation.definition.name
        built = self._executor.build(
            self.schema,
            operation.document,
            context_value=context,
            raw_variable_values=dict(question.variables),
            operation_name=name.value if name else None,
            is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type]  # it says bool where a TypeGuard is meant
        )
        if isinstance(built, list):
            raise BadVariables(*variable_problems(self.schema, operation.definition, question.variables))
        return built


async def _until(deadline: float | None, events: AsyncGenerator[ExecutionResult, None]) -> ExecutionResult | None:
    clock = asyncio.timeout_at(deadline)
    try:
        async with clock:
            return await anext(events, None)
    except TimeoutError:
        if clock.expired():
            raise NotAuthenticated("the token has expired") from None
        raise


def _end_without_login(result: ExecutionResult) -> None:
    """A token that was revoked in between ends the stream; anything else is an error among its events."""
    for each in result.errors or ():
        cause = origin(each)
        if getattr(cause, "expected", False) and getattr(cause, "code", None) == NotAuthenticated.code:
            raise NotAuthenticated(str(cause))
