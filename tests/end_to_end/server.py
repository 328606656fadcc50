"""The real portal behind a real socket, and a client that speaks HTTP to it."""

import socket
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import uvicorn

from app import create_app
from cli.serve import server_config
from seeds import demo
from settings import Settings
from store.db import tokens
from store.db.clock import SystemClock
from store.db.database import Database
from store.users import User

JSON = {"accept": "application/graphql-response+json", "content-type": "application/json"}


class Door:
    """Where a portal answers."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}/graphql"
        self.client = httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=200))

    async def ask(self, token, query, **variables):
        headers = JSON | ({"authorization": f"Bearer {token}"} if token else {})
        return await self.client.post(self.url, json={"query": query, "variables": variables}, headers=headers)

    async def data(self, token, query, **variables):
        answer = (await self.ask(token, query, **variables)).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]


@contextmanager
def opened(database_url: str, folder: Path, *, worker: bool = True):
    """The application as `./portal serve` puts it together, in a thread of its own with its own loop."""
    app = create_app(Settings(database_url=database_url, data_dir=folder, worker=worker))
    with socket.create_server(("127.0.0.1", 0), backlog=512) as door:
        server = uvicorn.Server(server_config(app, shutdown_timeout=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive()
                time.sleep(0.005)
            yield Door(door.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join(20)


async def furnish(database: Database, now=None) -> None:
    """The demo world as of today: the portal's clock is the machine's."""
    async with database.transaction() as session:
        await demo.load(session, now=now or SystemClock().now())


async def token_of(database: Database, account, *, lifetime=timedelta(hours=1)) -> str:
    now = SystemClock().now()
    issued = min(now, now + lifetime - timedelta(seconds=1))
    async with database.transaction() as session:
        user = await session.get_one(User, account.id)
        return await tokens.issue(session, user, name="journey", lifetime=now + lifetime - issued, now=issued)
