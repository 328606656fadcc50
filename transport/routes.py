"""Where app.py finds GraphQL: one path for requests, event streams, sockets and browsers."""

import strawberry
from starlette.routing import BaseRoute, Route, WebSocketRoute

from transport.endpoint import Endpoint
from transport.execution import Engine, OpenContext
from transport.settings import TransportSettings
from transport.sockets import SocketEndpoint


def graphql_routes(
    schema: strawberry.Schema,
    open_context: OpenContext,
    settings: TransportSettings,
) -> list[BaseRoute]:
    """`open_context(credentials, request_id)` is entered for each operation, and left when its answers are over."""
    engine = Engine(schema, open_context, settings)
    return [Route(settings.path, Endpoint(engine)), WebSocketRoute(settings.path, SocketEndpoint(engine))]
