"""Connection failures, translated into Unavailable; statements that the server refuses keep their own errors."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from store.errors import Unavailable

# admin_shutdown, crash_shutdown, cannot_connect_now, too_many_connections
_UNAVAILABLE_STATES = {"57P01", "57P02", "57P03", "53300"}
_CONNECTION_EXCEPTION = "08"
_REPEATABLE = frozenset({"40001", "40P01"})  # serialization_failure, deadlock_detected


class _BrokenConnection(sa.exc.InvalidatePoolError):
    """A closed connection: the server has closed the others of the pool as well."""


class ConnectionPool(sa.AsyncAdaptedQueuePool):
    """A pool that raises Unavailable when no connection becomes free within its timeout."""

    def connect(self) -> sa.PoolProxiedConnection:
        try:
            return super().connect()
        except sa.exc.TimeoutError as problem:
            raise Unavailable from problem


def translate_connection_errors(engine: AsyncEngine) -> None:
    """Make the engine raise Unavailable where the server cannot be reached; other errors stay as they are."""
    sync_engine = engine.sync_engine
    sa.event.listen(sync_engine, "do_connect", _connect)
    sa.event.listen(sync_engine, "checkout", _check_out)
    sa.event.listen(sync_engine, "handle_error", _translate)


def _connect(dialect: sa.Dialect, _record: Any, arguments: Any, keywords: Any) -> Any:
    try:
        return dialect.connect(*arguments, **keywords)
    except Exception as problem:
        if _is_unavailable(problem):
            raise Unavailable from problem
        raise


def _check_out(connection: Any, _record: Any, _proxy: Any) -> None:
    """Detect a closed connection without asking the server, which would cost a round trip for each checkout."""
    if connection.driver_connection.is_closed():
        raise _BrokenConnection


def _translate(problem: sa.engine.ExceptionContext) -> Exception | None:
    cause = problem.original_exception
    if isinstance(cause, Unavailable) or not isinstance(cause, Exception):
        return None  # a cancellation also loses its connection, and must remain a cancellation
    return Unavailable() if problem.is_disconnect or _is_unavailable(cause) else None


def _is_unavailable(problem: BaseException) -> bool:
    # The driver's errors and SQLAlchemy's wrappers carry the SQLSTATE that the server sent.
    state = getattr(problem, "sqlstate", None) or ""
    return isinstance(problem, OSError) or state in _UNAVAILABLE_STATES or state.startswith(_CONNECTION_EXCEPTION)


def is_repeatable(problem: sa.exc.DBAPIError) -> bool:
    """Whether the same transaction can succeed when it is repeated: after a deadlock or a serialization failure."""
    return getattr(problem.orig, "sqlstate", None) in _REPEATABLE
