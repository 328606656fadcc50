"""GraphQL over HTTP (first edition): the response to each request, and its status."""

import asyncio
from collections.abc import AsyncGenerator
from uuid import uuid4

from graphql import OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from transport import landing_page
from transport.errors import JsonObject, MethodNotAllowed, NotAcceptable, RequestError, TimedOut
from transport.execution import Engine, GraphQLRequest
from transport.formatting import json_bytes, request_error
from transport.negotiation import Accepted, MediaType
from transport.request_parsing import bearer_token, parse_json, read_body, request_from_json, request_from_query_string
from transport.streaming import send_events

_PARTIAL_SUCCESS = 294


class GraphQLEndpoint:
    """An ASGI application for the GET and POST requests of one path."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        request_id = uuid4().hex
        accepted = Accepted.of(request.headers.get("accept"))
        if request.method == "GET" and accepted.html and "query" not in request.query_params:
            await landing_page.response(self._engine.settings.path)(scope, receive, send)
            return
        try:
            response = await self._respond(request, accepted, request_id, send)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - the client gets a response in any case
            response = _error_response(request_error(error, request_id), accepted)
        if response is not None:
            response.headers["X-Request-Id"] = request_id
            await response(scope, receive, send)

    async def _respond(self, request: Request, accepted: Accepted, request_id: str, send: Send) -> Response | None:
        """None if the response was an event stream, which has been sent completely."""
        if request.method not in {"GET", "POST"}:
            raise MethodNotAllowed(f"method must be GET or POST, got {request.method}", headers={"Allow": "GET, POST"})
        accepted.require_supported()
        graphql_request = await self._read(request)
        credentials = bearer_token(request.headers.get("authorization"))
        operation = await self._engine.prepare(graphql_request, credentials, request_id)
        if operation.kind is OperationType.MUTATION and request.method == "GET":
            raise MethodNotAllowed("a mutation must be sent with POST", headers={"Allow": "POST"})
        if operation.kind is OperationType.SUBSCRIPTION:
            if not accepted.event_stream:
                raise NotAcceptable(f"a subscription needs `Accept: {MediaType.EVENT_STREAM}` or a WebSocket")
            await self._engine.token_expiry(credentials, request_id)
            self._engine.check_subscription(operation, graphql_request)
            events = self._engine.subscribe(operation, graphql_request, credentials, request_id)
        else:
            result = await self._engine.execute(operation, graphql_request, credentials, request_id)
            if accepted.json and not accepted.prefers_event_stream:
                return _result_response(result, accepted.json)
            events = _single_event(result)
        await send_events(
            events,
            request.receive,
            send,
            settings=self._engine.settings,
            headers=[(b"x-request-id", request_id.encode())],
        )
        return None

    async def _read(self, request: Request) -> GraphQLRequest:
        if request.method == "GET":
            return request_from_query_string(request.scope["query_string"])
        settings = self._engine.settings
        seconds = settings.operation_timeout
        try:
            async with asyncio.timeout(seconds):
                body = await read_body(request, settings.max_body_bytes)
        except TimeoutError:
            message = f"the request body was not received within {seconds:g} seconds"
            raise TimedOut(message, headers={"Connection": "close"}) from None
        return request_from_json(parse_json(body))


async def _single_event(result: JsonObject) -> AsyncGenerator[JsonObject, None]:
    yield result


def _result_response(result: JsonObject, media_type: MediaType) -> Response:
    is_partial = "errors" in result and media_type is MediaType.GRAPHQL_RESPONSE
    return _json_response(result, media_type, _PARTIAL_SUCCESS if is_partial else 200)


def _error_response(error: RequestError, accepted: Accepted) -> Response:
    media_type = accepted.json or MediaType.JSON
    status = 200 if error.well_formed and media_type is MediaType.JSON else error.status
    response = _json_response({"errors": error.formatted()}, media_type, status)
    response.headers.update(error.headers)
    if error.code == "UNAUTHENTICATED":
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _json_response(content: JsonObject, media_type: MediaType, status: int) -> Response:
    headers = {"Cache-Control": "no-store", "Vary": "Accept"}
    return Response(json_bytes(content), status, headers, media_type=f"{media_type}; charset=utf-8")
