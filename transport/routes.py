"""The routes of GraphQL: one path for HTTP requests, event streams, WebSockets and browsers."""

import strawberry
from starlette.routing import BaseRoute, Route, WebSocketRoute

from transport.endpoint import GraphQLEndpoint
from transport.execution import Engine, OpenContext
from transport.settings import TransportSettings
from transport.sockets import SocketEndpoint


def graphql_routes(
    schema: strawberry.Schema, open_context: OpenContext, settings: TransportSettings
) -> list[BaseRoute]:
    """`open_context(credentials, request_id)` is entered for each operation, and exited after its last result."""
    engine = Engine(schema, open_context, settings)
    return [Route(settings.path, GraphQLEndpoint(engine)), WebSocketRoute(settings.path, SocketEndpoint(engine))]
