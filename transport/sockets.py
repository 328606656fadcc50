"""GraphQL over WebSocket: who may open one, and the conversation until one side ends it."""

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

from transport.errors import Malformed, NotAuthenticated, RequestRefused, TooMuch, Unavailable
from transport.execution import Engine, Question
from transport.formatting import refusal
from transport.protocol import SUBPROTOCOL, Close, Ended, message_in, operation_id, written
from transport.request_parsing import bearer_token, question_in


class SocketEndpoint:
    """An ASGI application for the WebSockets of one path."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        with suppress(OSError):
            if not self._is_welcome(Headers(scope=scope)):
                await send({"type": "websocket.close"})  # before it is accepted, this is a 403
                return
            if SUBPROTOCOL not in scope["subprotocols"]:
                await send({"type": "websocket.accept"})
                await _close(send, Ended(Close.SUBPROTOCOL_NOT_ACCEPTABLE))
                return
            await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL})
            ended = await _Conversation(self._engine, receive, send).run()
            async with asyncio.timeout(self._engine.settings.seconds_to_read):
                await _close(send, ended)

    def _is_welcome(self, headers: Headers) -> bool:
        """A browser tells whose page it shows; other programs need not."""
        origin = headers.get("origin")
        if origin is None or origin in self._engine.settings.allowed_origins:
            return True
        return urlsplit(origin).netloc.lower() == headers.get("host", "").lower()


async def _close(send: Send, ended: Ended) -> None:
    if ended.code is not None:
        await send({"type": "websocket.close", "code": int(ended.code), "reason": ended.reason})


class _Conversation:
    def __init__(self, engine: Engine, receive: Receive, send: Send) -> None:
        self._engine = engine
        self._settings = engine.settings
        self._receive = receive
        self._send = send
        self._outbox: asyncio.Queue[str] = asyncio.Queue(self._settings.messages_per_socket)
        self._group = asyncio.TaskGroup()
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._introduced = asyncio.Event()
        self._acknowledged = False
        self._credentials: str | None = None

    async def run(self) -> Ended:
        ended = Ended()
        try:
            async with self._group as group:
                for part in (self._read(), self._write(), self._expect_introduction()):
                    group.create_task(part)
        except* Ended as several:
            ended = next(each for each in several.exceptions if isinstance(each, Ended))
        return ended

    async def _read(self) -> NoReturn:
        takes: Mapping[str, Callable[[dict[str, Any]], Any]] = {
            "connection_init": self._introduce,
            "subscribe": self._subscribe,
            "complete": self._complete,
            "ping": self._ping,
            "pong": self._pong,
        }
        while True:
            event = await self._receive()
            if event["type"] == "websocket.disconnect":
                raise Ended
            message = message_in(event, self._settings.body_bytes)
            kind = message.get("type")
            if not isinstance(kind, str) or kind not in takes:
                raise Ended(Close.BAD_REQUEST, "There is no message of that type")
            await takes[kind](message)

    async def _write(self) -> NoReturn:
        while True:
            text = await self._outbox.get()
            try:
                await self._send({"type": "websocket.send", "text": text})
            except OSError:
                raise Ended from None

    async def _put(self, text: str) -> None:
        """Leave a message for the client. When it reads too slowly its operations wait, and finally it has to go."""
        if not self._outbox.full():
            self._outbox.put_nowait(text)
            return
        try:
            async with asyncio.timeout(self._settings.seconds_to_read):
                await self._outbox.put(text)
        except TimeoutError:
            raise Ended(Close.SLOW_CONSUMER) from None

    async def _expect_introduction(self) -> None:
        try:
            async with asyncio.timeout(self._settings.seconds_to_introduce):
                await self._introduced.wait()
        except TimeoutError:
            raise Ended(Close.CONNECTION_INITIALISATION_TIMEOUT) from None

    async def _introduce(self, message: dict[str, Any]) -> None:
        if self._introduced.is_set():
            raise Ended(Close.TOO_MANY_INITIALISATION_REQUESTS)
        self._introduced.set()
        try:
            self._credentials = _credentials(message.get("payload") or {})
            expiry = await self._engine.expiry(self._credentials, uuid4().hex)
        except NotAuthenticated:
            raise Ended(Close.FORBIDDEN) from None
        except Unavailable:
            raise Ended(Close.TRY_AGAIN_LATER) from None
        except RequestRefused:
            raise Ended(Close.INTERNAL_SERVER_ERROR) from None
        self._acknowledged = True
        await self._put(written("connection_ack"))
        if expiry is not None:
            self._group.create_task(self._expire(expiry))

    async def _expire(self, at: datetime) -> NoReturn:
        await asyncio.sleep((at - self._settings.clock.now()).total_seconds())
        raise Ended(Close.FORBIDDEN, "The token has expired")

    async def _ping(self, message: dict[str, Any]) -> None:
        await self._put(written("pong", payload=message.get("payload")))

    async def _pong(self, message: dict[str, Any]) -> None:
        """A sign of life, and no more."""

    async def _complete(self, message: dict[str, Any]) -> None:
        if task := self._operations.pop(operation_id(message), None):
            task.cancel()

    async def _subscribe(self, message: dict[str, Any]) -> None:
        if not self._acknowledged:
            raise Ended(Close.UNAUTHORIZED)
        name = operation_id(message)
        if name in self._operations:
            raise Ended(Close.SUBSCRIBER_ALREADY_EXISTS)
        try:
            question = question_in(message.get("payload"))
            if len(self._operations) >= self._settings.operations_per_socket:
                raise TooMuch(f"operations: at most {self._settings.operations_per_socket} at a time on one socket")
        except Malformed as refused:
            raise Ended(Close.BAD_REQUEST, str(refused)) from None
        except RequestRefused as refused:
            await self._put(written("error", name, refused.formatted()))
            return
        self._operations[name] = self._group.create_task(self._operate(name, question))

    async def _operate(self, name: str, question: Question) -> None:
        request_id = uuid4().hex
        last = written("complete", name)
        try:
            await self._answer(name, question, request_id)
        except Ended:
            raise
        except Exception as error:  # noqa: BLE001 - one broken operation must not end the others
            refused = refusal(error, request_id)
            if isinstance(refused, NotAuthenticated):
                raise Ended(Close.FORBIDDEN, str(refused)) from None
            last = written("error", name, refused.formatted())
        # First forgotten, then told: the client may use the name again as soon as it hears the end.
        self._operations.pop(name, None)
        await self._put(last)

    async def _answer(self, name: str, question: Question, request_id: str) -> None:
        operation = await self._engine.prepare(question, self._credentials, request_id)
        if operation.kind is not OperationType.SUBSCRIPTION:
            answer = await self._engine.once(operation, question, self._credentials, request_id)
            await self._put(written("next", name, answer))
            return
        async with aclosing(self._engine.stream(operation, question, self._credentials, request_id)) as events:
            async for event in events:
                await self._put(written("next", name, event))


def _credentials(payload: dict[str, Any]) -> str | None:
    """`{"token": "..."}` or `{"authorization": "Bearer ..."}`; a stranger sends neither."""
    token, header = payload.get("token"), payload.get("authorization", payload.get("Authorization"))
    if not isinstance(token, str | None) or not isinstance(header, str | None):
        raise NotAuthenticated("a token is a string")
    return token or bearer_token(header)
