"""The database stops and comes back: every client gets an answer in time, and every mutation is executed once."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest
import sqlalchemy as sa
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from schema.fields.ids import to_global_id
from seeds.cast import ANN, BEA, TOM, Licenses
from store import audit
from store.audit import AuditEntry, Outcome
from store.db.database import Database, migrate
from store.db.idempotency import IdempotencyKey
from store.licenses import License
from tests.end_to_end.server import issue_token, load_demo, serving
from tests.outage import stoppable_cluster

ASSIGN = """mutation($input: LicenseAssignInput!) { licenseAssign(input: $input) {
    license { id assignee { id } } errors { code } changes { action }
} }"""
NAME = "{ viewer { user { name } } }"
LOGIN = 'mutation { login(input: {email: "ann@acme.example", password: "wrong"}) { errors { code } } }'
LISTEN = "subscription { licenseChanged { kind licenseId } }"
STREAM = {"accept": "text/event-stream, application/graphql-response+json"}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with stoppable_cluster(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


@pytest.fixture(scope="module")
async def database(cluster):
    await migrate(cluster.url)
    database = Database(cluster.url, pool_size=4)
    await load_demo(database)
    yield database
    await database.close()


@pytest.fixture(scope="module")
async def server(database, tmp_path_factory):
    assert await database.is_reachable()
    async with serving(database, tmp_path_factory.mktemp("outage")) as server:
        yield server


@pytest.fixture
async def ann(database):
    return await issue_token(database, ANN)


@asynccontextmanager
async def socket(server, token):
    async with connect(f"ws://127.0.0.1:{server.port}/graphql", subprotocols=["graphql-transport-ws"]) as ws:
        await ws.send(json.dumps({"type": "connection_init", "payload": {"token": token}}))
        yield ws


@asynccontextmanager
async def listening(server, token):
    """Subscribe over a WebSocket and over an event stream; `await next_events()` is the next event of both."""
    headers = {"authorization": f"Bearer {token}", **STREAM}
    async with (
        socket(server, token) as ws,
        server.client.stream("POST", server.url, json={"query": LISTEN}, headers=headers, timeout=60) as stream,
    ):
        assert json.loads(await ws.recv()) == {"type": "connection_ack"}
        await ws.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": LISTEN}}))
        lines = stream.aiter_lines()

        async def next_line():
            while not (line := await anext(lines)).startswith("data:"):
                pass
            return json.loads(line.removeprefix("data:"))

        async def next_events():
            async with asyncio.timeout(20):
                return json.loads(await ws.recv())["payload"], await next_line()

        await asyncio.sleep(0.5)  # there is no sign that a subscription has started
        yield next_events


def arguments(key, person):
    target = to_global_id("User", person.id)
    return {"licenseId": to_global_id("License", Licenses.ACME_POOL), "targetId": target, "idempotencyKey": key}


def require_unavailable(response):
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
    (error,) = response.json()["errors"]
    assert error["extensions"] == {"code": "UNAVAILABLE"}
    assert "data" not in response.json()


async def check_unavailable(server, token):
    """Every transport answers within seconds that the portal is unavailable."""
    headers = {"authorization": f"Bearer {token}"}
    async with asyncio.timeout(20):
        for query, variables in (
            (NAME, {}),
            (ASSIGN, {"input": arguments("during", BEA)}),
            (ASSIGN, {"input": arguments("before", TOM)}),
        ):
            require_unavailable(await server.execute(token, query, **variables))
        require_unavailable(await server.execute(None, LOGIN))
        plain = {"accept": "application/json", **headers}
        require_unavailable(await server.client.post(server.url, json={"query": NAME}, headers=plain))
        require_unavailable(await server.client.post(server.url, json={"query": LISTEN}, headers=headers | STREAM))
        for file in ("licenses.csv", "licenses.json"):
            require_unavailable(
                await server.client.get(server.url.replace("/graphql", f"/exports/{file}"), headers=headers)
            )
        assert (await server.client.get(server.url.replace("/graphql", "/health/ready"))).status_code == 503
        async with socket(server, token) as ws:
            with pytest.raises(ConnectionClosed):
                await ws.recv()
            assert ws.close_code == 1013


async def test_every_client_notices_an_outage_and_continues_afterwards(cluster, database, server, ann):
    first = await server.data(ann, ASSIGN, input=arguments("before", TOM))
    async with listening(server, ann) as next_events:
        await asyncio.to_thread(cluster.stop)
        try:
            await check_unavailable(server, ann)
        finally:
            await asyncio.to_thread(cluster.start)

        assert await server.data(ann, ASSIGN, input=arguments("before", TOM)) == first
        after = await server.data(ann, ASSIGN, input=arguments("during", BEA))
        assert after == await server.data(ann, ASSIGN, input=arguments("during", BEA))
        assert after["licenseAssign"]["license"]["assignee"] == {"id": to_global_id("User", BEA.id)}

        license_id = to_global_id("License", Licenses.ACME_POOL)
        event = {"data": {"licenseChanged": {"kind": "ASSIGNED", "licenseId": license_id}}}
        assert await next_events() == (event, event)
    async with database.transaction() as session:
        actions = sa.select(AuditEntry.action).where(AuditEntry.license_id == Licenses.ACME_POOL)
        recorded = await session.scalars(
            actions.where(AuditEntry.actor_id == ANN.id, AuditEntry.outcome == Outcome.DONE)
        )
        assert recorded.all() == ["license.assigned"] * 2
        assert (await session.get_one(License, Licenses.ACME_POOL)).assigned_user_id == BEA.id
        assert set(await session.scalars(sa.select(IdempotencyKey.key))) == {"before", "during"}
        assert (await audit.verify(session))[1] is None


async def test_an_outage_between_two_requests_goes_unnoticed(cluster, server, ann):
    answers = [await server.execute(ann, NAME) for _ in range(3)]
    await asyncio.to_thread(cluster.stop)
    await asyncio.to_thread(cluster.start)

    answers += await asyncio.gather(*(server.execute(ann, NAME) for _ in range(8)))

    assert [answer.json() for answer in answers] == [answers[0].json()] * 11
    assert answers[0].status_code == 200
