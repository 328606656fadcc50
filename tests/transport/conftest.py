"""A real server with the toy schema, and clients for HTTP and WebSocket.

* `serve` - starts a server with settings of its own: `toy = serve(max_body_bytes=100)`.
* `toy` - a server with the default settings, shared by all tests that need nothing else.
"""

import asyncio
import json
import socket
import threading
import time
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress

import httpx
import pytest
import uvicorn
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.transport.toy import RESPONSE, Log, toy_app
from transport.settings import TransportSettings


class Toy:
    def __init__(self, port: int, log: Log) -> None:
        self.port = port
        self.log = log
        self.url = f"http://127.0.0.1:{port}/graphql"

    async def post(self, content, accept=RESPONSE, content_type="application/json", **headers):
        async with httpx.AsyncClient(timeout=20) as client:
            headers = {"accept": accept, "content-type": content_type, **headers}
            body = content if isinstance(content, bytes) else json.dumps(content).encode()
            return await client.post(self.url, content=body, headers=headers)

    async def get(self, accept=RESPONSE, method="GET", headers=None, **params):
        async with httpx.AsyncClient(timeout=20) as client:
            return await client.request(method, self.url, params=params, headers={"accept": accept, **(headers or {})})

    async def execute(self, query, token=None, **variables):
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return await self.post({"query": query, "variables": variables}, **headers)

    @asynccontextmanager
    async def socket(self, payload=None, *, init=True, subprotocols=("graphql-transport-ws",), **options):
        async with connect(f"ws://127.0.0.1:{self.port}/graphql", subprotocols=subprotocols, **options) as ws:
            client = SocketClient(ws)
            if init:
                await client.send(type="connection_init", payload=payload or {})
                assert await client.receive() == {"type": "connection_ack"}
            yield client


class SocketClient:
    def __init__(self, ws) -> None:
        self.ws = ws

    async def send(self, **message):
        await self.ws.send(json.dumps(message))

    async def subscribe(self, id_, query, **payload):
        await self.send(id=id_, type="subscribe", payload={"query": query, **payload})

    async def receive(self):
        frame = await self.ws.recv()
        assert isinstance(frame, str)
        return json.loads(frame)

    async def closed(self):
        """Read until the server closes the connection; returns its close code."""
        with suppress(ConnectionClosed):
            async with asyncio.timeout(5):
                while True:
                    await self.ws.recv()
        return self.ws.close_code


@contextmanager
def running(settings: TransportSettings):
    log = Log()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            toy_app(settings, log), loop="uvloop", http="httptools", log_level="warning", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.005)
            yield Toy(listener.getsockname()[1], log)
        finally:
            server.should_exit = True
            thread.join(10)


@pytest.fixture
def serve():
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(running(TransportSettings(**settings)))


@pytest.fixture(scope="session")
def shared_toy():
    with running(TransportSettings()) as toy:
        yield toy


@pytest.fixture
def toy(shared_toy):
    shared_toy.log.changes.clear()
    shared_toy.log.canceled.clear()
    shared_toy.log.numbers.clear()
    return shared_toy
