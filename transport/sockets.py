"""GraphQL over WebSocket: the graphql-transport-ws protocol, from the handshake until one side closes the connection."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import aclosing, suppress
from datetime import datetime
from typing import Any, NoReturn
from urllib.parse import urlsplit
from uuid import uuid4

from graphql import OperationType
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from transport.errors import LimitExceeded, MalformedRequest, NotAuthenticated, RequestError, ServiceUnavailable
from transport.execution import Engine, GraphQLRequest
from transport.formatting import request_error
from transport.protocol import SUBPROTOCOL, CloseCode, SocketClosed, encode_message, operation_id, parse_message
from transport.request_parsing import bearer_token, request_from_json


class SocketEndpoint:
    """An ASGI application for the WebSockets of one path."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        with suppress(OSError):
            if not self._is_allowed(Headers(scope=scope)):
                await send({"type": "websocket.close"})  # before the handshake is accepted, this means status 403
                return
            if SUBPROTOCOL not in scope["subprotocols"]:
                await send({"type": "websocket.accept"})
                await _close(send, SocketClosed(CloseCode.SUBPROTOCOL_NOT_ACCEPTABLE))
                return
            await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL})
            closed = await _Connection(self._engine, receive, send).run()
            async with asyncio.timeout(self._engine.settings.slow_client_timeout):
                await _close(send, closed)

    def _is_allowed(self, headers: Headers) -> bool:
        """Browsers send the origin of the page; other clients need not send any."""
        origin = headers.get("origin")
        if origin is None or origin in self._engine.settings.allowed_origins:
            return True
        return urlsplit(origin).netloc.lower() == headers.get("host", "").lower()


async def _close(send: Send, closed: SocketClosed) -> None:
    if closed.code is not None:
        await send({"type": "websocket.close", "code": int(closed.code), "reason": closed.reason})


class _Connection:
    """One accepted socket: a reader, a writer with a queue of limited length, and a task for each operation."""

    def __init__(self, engine: Engine, receive: Receive, send: Send) -> None:
        self._engine = engine
        self._settings = engine.settings
        self._receive = receive
        self._send = send
        self._queue: asyncio.Queue[str] = asyncio.Queue(self._settings.messages_per_socket)
        self._group = asyncio.TaskGroup()
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._init_received = asyncio.Event()
        self._acknowledged = False
        self._credentials: str | None = None

    async def run(self) -> SocketClosed:
        """Serve the socket until it must be closed; returns the code and the reason."""
        closed = SocketClosed()
        try:
            async with self._group as group:
                for part in (self._read(), self._write(), self._require_init()):
                    group.create_task(part)
        except* SocketClosed as several:
            closed = next(each for each in several.exceptions if isinstance(each, SocketClosed))
        return closed

    async def _read(self) -> NoReturn:
        handlers: Mapping[str, Callable[[dict[str, Any]], Any]] = {
            "connection_init": self._initialize,
            "subscribe": self._subscribe,
            "complete": self._complete,
            "ping": self._ping,
            "pong": self._pong,
        }
        while True:
            event = await self._receive()
            if event["type"] == "websocket.disconnect":
                raise SocketClosed
            message = parse_message(event, self._settings.max_body_bytes)
            kind = message.get("type")
            if not isinstance(kind, str) or kind not in handlers:
                raise SocketClosed(CloseCode.BAD_REQUEST, f"Message type must be one of {', '.join(handlers)}")
            await handlers[kind](message)

    async def _write(self) -> NoReturn:
        while True:
            text = await self._queue.get()
            try:
                await self._send({"type": "websocket.send", "text": text})
            except OSError:
                raise SocketClosed from None

    async def _enqueue(self, text: str) -> None:
        """Queue a message; with a full queue the operation waits, and finally the slow client is disconnected."""
        if not self._queue.full():
            self._queue.put_nowait(text)
            return
        try:
            async with asyncio.timeout(self._settings.slow_client_timeout):
                await self._queue.put(text)
        except TimeoutError:
            raise SocketClosed(CloseCode.SLOW_CONSUMER) from None

    async def _require_init(self) -> None:
        try:
            async with asyncio.timeout(self._settings.connection_init_timeout):
                await self._init_received.wait()
        except TimeoutError:
            raise SocketClosed(CloseCode.CONNECTION_INITIALISATION_TIMEOUT) from None

    async def _initialize(self, message: dict[str, Any]) -> None:
        if self._init_received.is_set():
            raise SocketClosed(CloseCode.TOO_MANY_INITIALISATION_REQUESTS)
        self._init_received.set()
        try:
            self._credentials = _credentials(message.get("payload") or {})
            expiry = await self._engine.token_expiry(self._credentials, uuid4().hex)
        except NotAuthenticated:
            raise SocketClosed(CloseCode.FORBIDDEN) from None
        except ServiceUnavailable:
            raise SocketClosed(CloseCode.TRY_AGAIN_LATER) from None
        except RequestError:
            raise SocketClosed(CloseCode.INTERNAL_SERVER_ERROR) from None
        self._acknowledged = True
        await self._enqueue(encode_message("connection_ack"))
        if expiry is not None:
            self._group.create_task(self._close_at(expiry))

    async def _close_at(self, token_expiry: datetime) -> NoReturn:
        await asyncio.sleep((token_expiry - self._settings.clock.now()).total_seconds())
        raise SocketClosed(CloseCode.FORBIDDEN, "The token has expired")

    async def _ping(self, message: dict[str, Any]) -> None:
        await self._enqueue(encode_message("pong", payload=message.get("payload")))

    async def _pong(self, message: dict[str, Any]) -> None:
        """Needs no reply."""

    async def _complete(self, message: dict[str, Any]) -> None:
        if task := self._operations.pop(operation_id(message), None):
            task.cancel()

    async def _subscribe(self, message: dict[str, Any]) -> None:
        if not self._acknowledged:
            raise SocketClosed(CloseCode.UNAUTHORIZED)
        id_ = operation_id(message)
        if id_ in self._operations:
            raise SocketClosed(CloseCode.SUBSCRIBER_ALREADY_EXISTS)
        limit = self._settings.operations_per_socket
        try:
            request = request_from_json(message.get("payload"))
            if len(self._operations) >= limit:
                raise LimitExceeded(f"at most {limit} operations can run on one WebSocket at the same time")
        except MalformedRequest as error:
            raise SocketClosed(CloseCode.BAD_REQUEST, str(error)) from None
        except RequestError as error:
            await self._enqueue(encode_message("error", id_, error.formatted()))
            return
        self._operations[id_] = self._group.create_task(self._run_operation(id_, request))

    async def _run_operation(self, id_: str, request: GraphQLRequest) -> None:
        request_id = uuid4().hex
        last_message = encode_message("complete", id_)
        try:
            await self._send_results(id_, request, request_id)
        except SocketClosed:
            raise
        except Exception as error:  # noqa: BLE001 - one failed operation must not end the others
            problem = request_error(error, request_id)
            if isinstance(problem, NotAuthenticated):
                raise SocketClosed(CloseCode.FORBIDDEN, str(problem)) from None
            last_message = encode_message("error", id_, problem.formatted())
        # In this order: the client may reuse the ID as soon as it receives the last message.
        self._operations.pop(id_, None)
        await self._enqueue(last_message)

    async def _send_results(self, id_: str, request: GraphQLRequest, request_id: str) -> None:
        operation = await self._engine.prepare(request, self._credentials, request_id)
        if operation.kind is not OperationType.SUBSCRIPTION:
            result = await self._engine.execute(operation, request, self._credentials, request_id)
            await self._enqueue(encode_message("next", id_, result))
            return
        async with aclosing(self._engine.subscribe(operation, request, self._credentials, request_id)) as events:
            async for event in events:
                await self._enqueue(encode_message("next", id_, event))


def _credentials(payload: dict[str, Any]) -> str | None:
    """From `{"token": "..."}` or `{"authorization": "Bearer ..."}`; None for an anonymous client."""
    token, header = payload.get("token"), payload.get("authorization", payload.get("Authorization"))
    if not isinstance(token, str | None) or not isinstance(header, str | None):
        raise NotAuthenticated("token and authorization must be strings")
    return token or bearer_token(header)
