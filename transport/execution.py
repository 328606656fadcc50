"""Runs one operation, from the text of its document to its results, independently of the transport.

graphql-core executes it, not `strawberry.Schema.execute`: see docs/decisions/0005-transport.md.
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

from transport.document_cache import DocumentCache, Operation, check_cost
from transport.errors import InvalidVariables, JsonObject, NotAuthenticated, RequestError, TimedOut
from transport.formatting import formatted_result, outage_in, request_error, root_cause
from transport.settings import TransportSettings
from transport.variable_errors import variable_problems


class OperationContext(Protocol):
    """The context value of the resolvers, as far as the transport uses it."""

    async def authenticate(self) -> datetime | None:
        """When the token expires; None for an anonymous caller. Raises store.errors.Unauthenticated for a bad token."""

    async def renew(self) -> None:
        """Release everything that was held for the last event of a stream."""


OpenContext = Callable[[str | None, str], AbstractAsyncContextManager[OperationContext]]
"""Takes the credentials and the request ID."""


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """A request whose shape has been checked, but not yet its document."""

    query: str
    operation_name: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)


class Engine:
    """Executes the operations of one schema."""

    def __init__(self, schema: strawberry.Schema, open_context: OpenContext, settings: TransportSettings) -> None:
        if schema.extensions or schema.directives or schema.config.enable_experimental_incremental_execution:
            raise ValueError("strawberry's extensions, operation directives and incremental delivery are not supported")
        self.schema = schema._schema  # noqa: SLF001 - strawberry has no public name for the graphql-core schema
        self.settings = settings
        self.documents = DocumentCache(self.schema, settings)
        self._executor = schema.execution_context_class or Executor
        self._open_context = open_context

    async def prepare(self, request: GraphQLRequest, credentials: str | None, request_id: str) -> Operation:
        """Find the operation; raises RequestError. A bad token is reported first, whatever the document is like."""
        introspection = credentials is not None or self.settings.anonymous_introspection
        try:
            return self.documents.operation(request.query, request.operation_name, introspection=introspection)
        except RequestError:
            if credentials is not None:
                await self.token_expiry(credentials, request_id)
            raise

    async def token_expiry(self, credentials: str | None, request_id: str) -> datetime | None:
        """When the token expires; None for an anonymous caller. Raises NotAuthenticated for a bad token."""
        async with self._bounded(request_id), self._open_context(credentials, request_id) as context:
            return await context.authenticate()

    async def execute(
        self, operation: Operation, request: GraphQLRequest, credentials: str | None, request_id: str
    ) -> JsonObject:
        """Run a query or a mutation. RequestError means that nothing was executed."""
        cost = check_cost(operation, request.variables, self.settings.limits.cost)
        async with self._bounded(request_id), self._open_context(credentials, request_id) as context:
            await context.authenticate()
            running = execute_root_selection_set(self._build(operation, request, context))
            result = await running if isinstance(running, Awaitable) else running
            if (outage := outage_in(result)) is not None:
                raise outage
            return {**formatted_result(result, request_id), "extensions": {"cost": cost}}

    def check_subscription(self, operation: Operation, request: GraphQLRequest) -> None:
        """Raises RequestError for whatever can be refused before the first event, while an HTTP status can still be sent."""
        check_cost(operation, request.variables, self.settings.limits.cost)
        definitions = operation.definition.variable_definitions or ()
        if isinstance(get_variable_values(self.schema, definitions, dict(request.variables)), list):
            raise InvalidVariables(*variable_problems(self.schema, operation.definition, request.variables))

    async def subscribe(
        self, operation: Operation, request: GraphQLRequest, credentials: str | None, request_id: str
    ) -> AsyncGenerator[JsonObject, None]:
        """Run a subscription until it ends or the token expires. RequestError means that the stream must be closed."""
        check_cost(operation, request.variables, self.settings.limits.cost)
        try:
            async with self._open_context(credentials, request_id) as context:
                deadline = self._deadline(await context.authenticate())
                executor = self._build(operation, request, context)
                source = create_source_event_stream(executor)
                source = await source if isinstance(source, Awaitable) else source
                if isinstance(source, ExecutionResult):
                    _raise_unauthenticated(source)
                    yield {"errors": formatted_result(source, request_id)["errors"]}
                    return
                async with aclosing(map_source_to_response_event(executor, source, self._event)) as events:
                    while (event := await _next_before(deadline, events)) is not None:
                        _raise_unauthenticated(event)
                        await context.renew()  # a slow client must not hold the database snapshot of an event
                        yield formatted_result(event, request_id)
        except Exception as error:  # noqa: BLE001 - whatever ends a stream is reported as a request error
            raise request_error(error, request_id) from None

    async def _event(self, executor: Executor[Any]) -> ExecutionResult:
        try:
            async with asyncio.timeout(self.settings.operation_timeout):
                result = execute_subscription_event(executor)
                return await result if isinstance(result, Awaitable) else result
        except TimeoutError:
            seconds = self.settings.operation_timeout
            problem = TimedOut(f"the event took longer than {seconds:g} seconds")
            return ExecutionResult(None, [GraphQLError("", original_error=problem)])

    def _deadline(self, token_expiry: datetime | None) -> float | None:
        if token_expiry is None:
            return None
        return asyncio.get_running_loop().time() + (token_expiry - self.settings.clock.now()).total_seconds()

    @asynccontextmanager
    async def _bounded(self, request_id: str) -> AsyncIterator[None]:
        """Enforce the timeout and turn whatever is raised outside of fields into a RequestError."""
        seconds = self.settings.operation_timeout
        timeout = asyncio.timeout(seconds)
        try:
            async with timeout:
                yield
        except Exception as error:  # noqa: BLE001 - refusals and bugs alike
            if timeout.expired():
                raise TimedOut(f"the operation took longer than {seconds:g} seconds") from None
            raise request_error(error, request_id) from None

    def _build(self, operation: Operation, request: GraphQLRequest, context: OperationContext) -> Executor[Any]:
        name = operation.definition.name
        executor = self._executor.build(
            self.schema,
            operation.document,
            context_value=context,
            raw_variable_values=dict(request.variables),
            operation_name=name.value if name else None,
            is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type]  # declared as bool instead of TypeGuard
        )
        if isinstance(executor, list):
            raise InvalidVariables(*variable_problems(self.schema, operation.definition, request.variables))
        return executor


async def _next_before(deadline: float | None, events: AsyncGenerator[ExecutionResult, None]) -> ExecutionResult | None:
    timeout = asyncio.timeout_at(deadline)
    try:
        async with timeout:
            return await anext(events, None)
    except TimeoutError:
        if timeout.expired():
            raise NotAuthenticated("the token has expired") from None
        raise


def _raise_unauthenticated(result: ExecutionResult) -> None:
    """A token revoked since the last event ends the stream; any other error is reported with its event."""
    for each in result.errors or ():
        cause = root_cause(each)
        if getattr(cause, "expected", False) and getattr(cause, "code", None) == NotAuthenticated.code:
            raise NotAuthenticated(str(cause))
