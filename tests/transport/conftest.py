"""A real server in front of the toy schema, and clients that speak to it as strangers' programs do.

* `serve` - call it with settings for a server of its own: `toy = serve(body_bytes=100)`.
* `toy` - one with generous settings, for all tests that need nothing else.
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

    async def ask(self, query, token=None, **variables):
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return await self.post({"query": query, "variables": variables}, **headers)

    @asynccontextmanager
    async def socket(self, payload=None, *, introduce=True, subprotocols=("graphql-transport-ws",), **options):
        async with connect(f"ws://127.0.0.1:{self.port}/graphql", subprotocols=subprotocols, **options) as ws:
            talk = Talk(ws)
            if introduce:
                await talk.say(type="connection_init", payload=payload or {})
                assert await talk.hear() == {"type": "connection_ack"}
            yield talk


class Talk:
    def __init__(self, ws) -> None:
        self.ws = ws

    async def say(self, **message):
        await self.ws.send(json.dumps(message))

    async def ask(self, name, query, **payload):
        await self.say(id=name, type="subscribe", payload={"query": query, **payload})

    async def hear(self):
        frame = await self.ws.recv()
        assert isinstance(frame, str)
        return json.loads(frame)

    async def closed(self):
        """The code that the server closes with, after whatever it still has to say."""
        with suppress(ConnectionClosed):
            async with asyncio.timeout(5):
                while True:
                    await self.ws.recv()
        return self.ws.close_code


@contextmanager
def running(settings: TransportSettings):
    log = Log()
    with socket.create_server(("127.0.0.1", 0)) as door:
        config = uvicorn.Config(
            toy_app(settings, log),
            loop="uvloop",
            http="httptools",
            log_level="warning",
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.005)
            yield Toy(door.getsockname()[1], log)
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
    shared_toy.log.cancelled.clear()
    shared_toy.log.numbers.clear()
    return shared_toy
