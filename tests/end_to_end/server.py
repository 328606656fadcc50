"""The real portal behind a real socket, and a client that speaks HTTP to it."""

import asyncio
import socket
import threading
from contextlib import asynccontextmanager

import httpx
import uvicorn

from app import create_app
from cli.serve import server_config
from settings import Settings
from store.db.clock import SystemClock
from tests import portal

JSON = {"accept": "application/graphql-response+json", "content-type": "application/json"}


class PortalServer:
    """The address of a running portal, and a client of it."""

    def __init__(self, port):
        self.port = port
        self.url = f"http://127.0.0.1:{port}/graphql"
        self.client = httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=200))

    async def execute(self, token, query, **variables):
        headers = JSON | ({"authorization": f"Bearer {token}"} if token else {})
        return await self.client.post(self.url, json={"query": query, "variables": variables}, headers=headers)

    async def data(self, token, query, **variables):
        """The `data` of an answer without errors."""
        answer = (await self.execute(token, query, **variables)).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]


@asynccontextmanager
async def serving(database, folder, *, worker=False):
    """The application of `./portal serve` over a database, in a thread with its own event loop.

    Without a worker: what its jobs write would be counted among what the clients do.
    """
    url = database.engine.url.render_as_string(hide_password=False)
    app = create_app(Settings(database_url=url, data_dir=folder, worker=worker))
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        server = uvicorn.Server(server_config(app, shutdown_timeout=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive()
                await asyncio.sleep(0.005)
            reached = PortalServer(listener.getsockname()[1])
            async with reached.client:
                yield reached
        finally:
            server.should_exit = True
            thread.join(20)


async def load_demo(database):
    """Load the demo data as of today: the clock of the served portal is the machine's."""
    await portal.load_demo(database, now=SystemClock().now())


async def issue_token(database, account, **rest):
    return await portal.issue_token(database, account, **{"now": SystemClock().now()} | rest)
