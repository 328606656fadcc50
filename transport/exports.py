"""GET /exports/licenses.csv and its like: files that are written while they are read, in as little memory as one page takes."""

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
from transport.errors import Malformed, MethodRefused, NotAuthenticated, RequestRefused, TimedOut
from transport.formatting import encoded, log, refusal, text
from transport.request_parsing import bearer_token
from transport.settings import TransportSettings

OpenContext = Callable[[str | None, str], AbstractAsyncContextManager[Context]]

_AT_ONCE = 8
"""Each one holds a connection and a snapshot of the database for as long as it takes."""
_AT_ONCE_BY_TOKEN = 2
"""So that nobody takes all the turns."""
_TO_BEGIN = 120.0
_LONGEST = 900.0
_CHUNK = 1 << 16
_LINE_END = "\r\n"
# Spreadsheets take a cell that begins so for a formula, the wide forms too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class NoSuchExport(Malformed):
    """There is no file of this name."""

    code = "NOT_FOUND"
    status = 404


class Busy(Malformed):
    """As many files are being written as this process writes at once."""

    code = "LIMIT_EXCEEDED"
    status = 503


def export_routes(open_context: OpenContext, settings: TransportSettings) -> list[Route]:
    return [Route("/exports/{file}", Exports(open_context, settings))]


class Exports:
    """An ASGI application for all of them."""

    def __init__(self, open_context: OpenContext, settings: TransportSettings) -> None:
        self._open_context = open_context
        self._settings = settings
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request, request_id, door = Request(scope, receive), uuid4().hex, _Door(send, self._settings.seconds_to_read)
        try:
            await self._export(request, request_id, door)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, it has to be told
            if door.opened:
                # The length of the file is not known, so a connection that breaks is what tells that it is not whole.
                # A client that is gone or no longer reads is everyday life; a database that is gone is not.
                if not isinstance(error, OSError) or isinstance(error, Unavailable):
                    log.error("export %s broke off", request_id, exc_info=error)
                return
            await _refused(refusal(error, request_id), request_id)(scope, receive, send)

    @contextmanager
    def _turn(self, credentials: str) -> Iterator[None]:
        if self._open[credentials] >= _AT_ONCE_BY_TOKEN or self._open.total() >= _AT_ONCE:
            raise Busy("too many exports at this moment; come back in a while", headers={"Retry-After": "10"})
        self._open[credentials] += 1
        try:
            yield
        finally:
            self._open[credentials] -= 1
            self._open += Counter()  # forgets who has none open

    async def _export(self, request: Request, request_id: str, door: "_Door") -> None:
        if request.method != "GET":
            raise MethodRefused("an export is a GET", headers={"Allow": "GET"})
        name, _, form = request.path_params["file"].partition(".")
        if name not in EXPORTS or form not in _FORMS:
            files = ", ".join(f"{each}.{form}" for each in EXPORTS for form in _FORMS)
            raise NoSuchExport(f"there is no such export; there are {files}")
        credentials = bearer_token(request.headers.get("authorization"))
        if credentials is None:
            raise NotAuthenticated("an export needs a bearer token")
        export, (media_type, write) = EXPORTS[name], _FORMS[form]
        given = dict(request.query_params)
        with self._turn(credentials):
            async with asyncio.timeout(_LONGEST), self._open_context(credentials, request_id) as context:
                await context.authenticate()
                async with aclosing(export.open(context.access, given)) as rows:
                    first = await _first(rows)
                    today = self._settings.clock.now().date()
                    response = StreamingResponse(
                        _chunks(write(export, _again(first, rows))),
                        media_type=media_type,
                        headers={
                            "Content-Disposition": f'attachment; filename="{name}-{today}.{form}"',
                            "Cache-Control": "no-store",
                            "X-Content-Type-Options": "nosniff",
                            "X-Request-Id": request_id,
                        },
                    )
                    await response(request.scope, request.receive, door.send)


class _Door:
    """Sends to a client that has to read on; knows whether there still is a status to be chosen."""

    def __init__(self, send: Send, patience: float) -> None:
        self._send = send
        self._patience = patience
        self.opened = False

    async def send(self, message: Message) -> None:
        self.opened = True
        async with asyncio.timeout(self._patience):
            await self._send(message)


def written(value: Any) -> str:
    """A cell; one that a spreadsheet would compute gets an apostrophe in front, and is a text."""
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
        yield _line(map(written, export.values(row)))


async def _json(export: Export, rows: AsyncIterator[Any]) -> AsyncIterator[str]:
    between = "["
    async for row in rows:
        yield between + text(dict(zip(export.columns, export.values(row), strict=True)))
        between = ",\n"
    yield "[]" if between == "[" else "]"


_Writer = Callable[[Export, AsyncIterator[Any]], AsyncIterator[str]]
_FORMS: dict[str, tuple[str, _Writer]] = {
    "csv": ("text/csv; header=present", _csv),
    "json": ("application/json", _json),
}


def _line(cells: Iterable[str]) -> str:
    """A line of RFC 4180."""
    line = io.StringIO()
    csv.writer(line, lineterminator=_LINE_END).writerow(cells)
    return line.getvalue()


async def _first(rows: AsyncIterator[Any]) -> Any:
    """What cannot be answered is refused while there still is a status to say it with."""
    try:
        async with asyncio.timeout(_TO_BEGIN):
            return await anext(rows, None)
    except TimeoutError:
        raise TimedOut(f"the export took longer than {_TO_BEGIN:g} seconds to begin") from None


async def _again(first: Any, rows: AsyncIterator[Any]) -> AsyncIterator[Any]:
    if first is not None:
        yield first
    async for row in rows:
        yield row


async def _chunks(parts: AsyncIterator[str]) -> AsyncIterator[bytes]:
    """A handful of lines at a time: a message for each would cost more than the lines do."""
    chunk = bytearray()
    async for part in parts:
        chunk += part.encode("utf-8", "replace")
        if len(chunk) >= _CHUNK:
            yield bytes(chunk)
            chunk.clear()
    yield bytes(chunk)


def _refused(refused: RequestRefused, request_id: str) -> Response:
    headers = {"Cache-Control": "no-store", "X-Request-Id": request_id, **refused.headers}
    if refused.code == NotAuthenticated.code:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(encoded({"errors": refused.formatted()}), refused.status, headers, media_type="application/json")
