"""A database that is away: told from what it refuses, and not from connections that have only not noticed yet."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from store.errors import Unavailable

_AWAY = {"57P01", "57P02", "57P03", "53300"}  # it is ending, has crashed, is starting, or lets nobody in any more
_CONNECTION = "08"


class _Broken(sa.exc.InvalidatePoolError):
    """Where one connection was cut, the others of the pool were too."""


class ConnectionPool(sa.AsyncAdaptedQueuePool):
    """The connections of an engine; where all of them stay taken for too long, the database is as good as away."""

    def connect(self) -> sa.PoolProxiedConnection:
        try:
            return super().connect()
        except sa.exc.TimeoutError as problem:
            raise Unavailable from problem


def translate_connection_errors(engine: AsyncEngine) -> None:
    """From now on whoever finds the database away hears Unavailable, and whatever else goes wrong is as it was."""
    of = engine.sync_engine
    sa.event.listen(of, "do_connect", _connect)
    sa.event.listen(of, "checkout", _checkout)
    sa.event.listen(of, "handle_error", _translate)


def _connect(dialect: sa.Dialect, _record: Any, arguments: Any, named: Any) -> Any:
    try:
        return dialect.connect(*arguments, **named)
    except Exception as problem:
        if _is_away(problem):
            raise Unavailable from problem
        raise


def _checkout(connection: Any, _record: Any, _proxy: Any) -> None:
    """A server that goes away says so; asking each connection whether it lives would cost a round trip each time."""
    if connection.driver_connection.is_closed():
        raise _Broken


def _translate(problem: sa.engine.ExceptionContext) -> Exception | None:
    cause = problem.original_exception
    if isinstance(cause, Unavailable) or not isinstance(cause, Exception):
        return None  # whoever is cancelled loses his connection too, and has to stay cancelled
    return Unavailable() if problem.is_disconnect or _is_away(cause) else None


def _is_away(problem: BaseException) -> bool:
    """The errors of the driver and of SQLAlchemy bear the code that the server gave them."""
    state = getattr(problem, "sqlstate", None) or ""
    return isinstance(problem, OSError) or state in _AWAY or state.startswith(_CONNECTION)
