"""GET /exports/licenses.csv and so on: files streamed from a database cursor, in constant memory."""

import asyncio
import csv
import io
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, aclosing, contextmanager
from typing import Any
from uuid import uuid4

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from schema.context import Context
from schema.exports import EXPORTS, Export
from store.errors import Unavailable
from transport.errors import MalformedRequest, MethodNotAllowed, NotAuthenticated, RequestError, TimedOut
from transport.formatting import json_bytes, json_text, log, request_error
from transport.request_parsing import bearer_token
from transport.settings import TransportSettings

OpenContext = Callable[[str | None, str], AbstractAsyncContextManager[Context]]

_MAX_CONCURRENT = 8
"""Each export holds a connection and a snapshot of the database until it ends."""
_MAX_CONCURRENT_BY_TOKEN = 2
"""So that one client cannot use all of them."""
_FIRST_ROW_TIMEOUT = 120.0
_TIMEOUT = 900.0
_CHUNK = 1 << 16
_LINE_END = "\r\n"
# Spreadsheets treat a cell that starts with one of these as a formula, the full-width forms too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class ExportNotFound(MalformedRequest):
    """There is no export with this name or in this format."""

    code = "NOT_FOUND"
    status = 404


class TooManyExports(MalformedRequest):
    """The limit of concurrent exports is reached, for the process or for the token."""

    code = "LIMIT_EXCEEDED"
    status = 503


def export_routes(open_context: OpenContext, settings: TransportSettings) -> list[Route]:
    return [Route("/exports/{file}", ExportEndpoint(open_context, settings))]


class ExportEndpoint:
    """An ASGI application for all exports."""

    def __init__(self, open_context: OpenContext, settings: TransportSettings) -> None:
        self._open_context = open_context
        self._settings = settings
        self._running: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request, request_id = Request(scope, receive), uuid4().hex
        sender = _Sender(send, self._settings.slow_client_timeout)
        try:
            await self._export(request, request_id, sender)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - reported to the client, or logged
            if sender.started:
                # The response has no length, so only a broken connection can tell the client that the file is incomplete.
                # A client that disconnects or stops reading is normal; a lost database is not.
                if not isinstance(error, OSError) or isinstance(error, Unavailable):
                    log.error("export %s failed", request_id, exc_info=error)
                return
            await _error_response(request_error(error, request_id), request_id)(scope, receive, send)

    @contextmanager
    def _slot(self, credentials: str) -> Iterator[None]:
        if self._running[credentials] >= _MAX_CONCURRENT_BY_TOKEN or self._running.total() >= _MAX_CONCURRENT:
            message = "too many exports are running; try again in 10 seconds"
            raise TooManyExports(message, headers={"Retry-After": "10"})
        self._running[credentials] += 1
        try:
            yield
        finally:
            self._running[credentials] -= 1
            self._running += Counter()  # removes credentials without running exports

    async def _export(self, request: Request, request_id: str, sender: "_Sender") -> None:
        if request.method != "GET":
            raise MethodNotAllowed(f"method must be GET, got {request.method}", headers={"Allow": "GET"})
        name, _, file_format = request.path_params["file"].partition(".")
        if name not in EXPORTS or file_format not in _FORMATS:
            files = ", ".join(f"{export}.{each}" for export in EXPORTS for each in _FORMATS)
            raise ExportNotFound(f"there is no export {name}.{file_format}; available are {files}")
        credentials = bearer_token(request.headers.get("authorization"))
        if credentials is None:
            raise NotAuthenticated("an export needs authentication; send a bearer token")
        export, (media_type, write) = EXPORTS[name], _FORMATS[file_format]
        with self._slot(credentials):
            async with asyncio.timeout(_TIMEOUT), self._open_context(credentials, request_id) as context:
                await context.authenticate()
                async with aclosing(export.open(context.access, dict(request.query_params))) as rows:
                    first = await _first(rows)
                    today = self._settings.clock.now().date()
                    response = StreamingResponse(
                        _chunks(write(export, _prepend(first, rows))),
                        media_type=media_type,
                        headers={
                            "Content-Disposition": f'attachment; filename="{name}-{today}.{file_format}"',
                            "Cache-Control": "no-store",
                            "X-Content-Type-Options": "nosniff",
                            "X-Request-Id": request_id,
                        },
                    )
                    await response(request.scope, request.receive, sender.send)


class _Sender:
    """Sends with a timeout for slow clients, and knows whether the response has started."""

    def __init__(self, send: Send, timeout: float) -> None:
        self._send = send
        self._timeout = timeout
        self.started = False

    async def send(self, message: Message) -> None:
        self.started = True
        async with asyncio.timeout(self._timeout):
            await self._send(message)


def csv_cell(value: Any) -> str:
    """The text of a cell; one that a spreadsheet would evaluate as a formula gets a leading apostrophe."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str() if value.lstrip(" ").startswith(_FORMULA):
            return f"'{value}"
        case _:
            return str(value)


async def _csv(export: Export, rows: AsyncIterator[Any]) -> AsyncIterator[str]:
    yield _line(export.columns)
    async for row in rows:
        yield _line(map(csv_cell, export.values(row)))


async def _json(export: Export, rows: AsyncIterator[Any]) -> AsyncIterator[str]:
    separator = "["
    async for row in rows:
        yield separator + json_text(dict(zip(export.columns, export.values(row), strict=True)))
        separator = ",\n"
    yield "[]" if separator == "[" else "]"


_Writer = Callable[[Export, AsyncIterator[Any]], AsyncIterator[str]]
_FORMATS: dict[str, tuple[str, _Writer]] = {
    "csv": ("text/csv; header=present", _csv),
    "json": ("application/json", _json),
}


def _line(cells: Iterable[str]) -> str:
    """A line as in RFC 4180."""
    line = io.StringIO()
    csv.writer(line, lineterminator=_LINE_END).writerow(cells)
    return line.getvalue()


async def _first(rows: AsyncIterator[Any]) -> Any:
    """The first row, fetched before the response starts: until then an error can still set the status."""
    try:
        async with asyncio.timeout(_FIRST_ROW_TIMEOUT):
            return await anext(rows, None)
    except TimeoutError:
        raise TimedOut(f"the export took longer than {_FIRST_ROW_TIMEOUT:g} seconds to begin") from None


async def _prepend(first: Any, rows: AsyncIterator[Any]) -> AsyncIterator[Any]:
    if first is not None:
        yield first
    async for row in rows:
        yield row


async def _chunks(parts: AsyncIterator[str]) -> AsyncIterator[bytes]:
    """Several lines at a time: an ASGI message for each would cost more than the line itself."""
    chunk = bytearray()
    async for part in parts:
        chunk += part.encode("utf-8", "replace")
        if len(chunk) >= _CHUNK:
            yield bytes(chunk)
            chunk.clear()
    yield bytes(chunk)


def _error_response(error: RequestError, request_id: str) -> Response:
    headers = {"Cache-Control": "no-store", "X-Request-Id": request_id, **error.headers}
    if error.code == NotAuthenticated.code:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(json_bytes({"errors": error.formatted()}), error.status, headers, media_type="application/json")
