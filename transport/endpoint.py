"""GraphQL over HTTP, first edition: what each request is answered with, and under which status."""

import asyncio
from collections.abc import AsyncGenerator
from uuid import uuid4

from graphql import OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from transport import landing_page
from transport.errors import Formatted, MethodRefused, NotAcceptable, RequestRefused, TimedOut
from transport.execution import Engine, Question
from transport.formatting import encoded, refusal
from transport.negotiation import Accepted, Media
from transport.request_parsing import bearer_token, body_of, parsed, question_in, question_in_url
from transport.streaming import send_events

_PARTIAL_SUCCESS = 294


class Endpoint:
    """An ASGI application for one path."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        request_id = uuid4().hex
        wishes = Accepted.of(request.headers.get("accept"))
        if request.method == "GET" and wishes.page and "query" not in request.query_params:
            await landing_page.response(self._engine.settings.path)(scope, receive, send)
            return
        try:
            response = await self._answered(request, wishes, request_id, send)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer
            response = _refused(refusal(error, request_id), wishes)
        if response is not None:
            response.headers["X-Request-Id"] = request_id
            await response(scope, receive, send)

    async def _answered(self, request: Request, wishes: Accepted, request_id: str, send: Send) -> Response | None:
        """None when the answer was an event stream and is over."""
        if request.method not in {"GET", "POST"}:
            raise MethodRefused("a request is a GET or a POST", headers={"Allow": "GET, POST"})
        wishes.refuse_unless_served()
        question = await self._question(request)
        credentials = bearer_token(request.headers.get("authorization"))
        operation = await self._engine.prepare(question, credentials, request_id)
        if operation.kind is OperationType.MUTATION and request.method == "GET":
            raise MethodRefused("a mutation is a POST", headers={"Allow": "POST"})
        if operation.kind is OperationType.SUBSCRIPTION:
            if not wishes.stream:
                raise NotAcceptable(f"a subscription needs Accept: {Media.STREAM}, or a WebSocket")
            await self._engine.expiry(credentials, request_id)
            self._engine.refuse_beforehand(operation, question)
            events = self._engine.stream(operation, question, credentials, request_id)
        else:
            answer = await self._engine.once(operation, question, credentials, request_id)
            if wishes.json and not wishes.stream_first:
                return _answer(answer, wishes.json)
            events = _only(answer)
        await send_events(
            events,
            request.receive,
            send,
            settings=self._engine.settings,
            headers=[(b"x-request-id", request_id.encode())],
        )
        return None

    async def _question(self, request: Request) -> Question:
        if request.method == "GET":
            return question_in_url(request.scope["query_string"])
        settings = self._engine.settings
        try:
            async with asyncio.timeout(settings.seconds_per_operation):
                body = await body_of(request, settings.body_bytes)
        except TimeoutError:
            raise TimedOut("the body did not come in time", headers={"Connection": "close"}) from None
        return question_in(parsed(body))


async def _only(answer: Formatted) -> AsyncGenerator[Formatted, None]:
    yield answer


def _answer(answer: Formatted, media: Media) -> Response:
    status = _PARTIAL_SUCCESS if "errors" in answer and media is Media.RESPONSE else 200
    return _json(answer, media, status)


def _refused(refused: RequestRefused, wishes: Accepted) -> Response:
    media = wishes.json or Media.JSON
    status = 200 if refused.well_formed and media is Media.JSON else refused.status
    response = _json({"errors": refused.formatted()}, media, status)
    response.headers.update(refused.headers)
    if refused.code == "UNAUTHENTICATED":
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _json(value: Formatted, media: Media, status: int) -> Response:
    headers = {"Cache-Control": "no-store", "Vary": "Accept"}
    return Response(encoded(value), status, headers, media_type=f"{media}; charset=utf-8")
