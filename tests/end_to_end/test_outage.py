"""The database goes away under its clients and comes back: all are told, none hangs, and every order is done once."""

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
from tests.outage import mains

ASSIGN = """mutation($input: LicenseAssignInput!) { licenseAssign(input: $input) {
    license { id assignee { id } } errors { code } changes { action }
} }"""
NAME = "{ viewer { user { name } } }"
LOGIN = 'mutation { login(input: {email: "ann@acme.example", password: "wrong"}) { errors { code } } }'
LISTEN = "subscription { licenseChanged { kind licenseId } }"
STREAM = {"accept": "text/event-stream, application/graphql-response+json"}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with mains(tmp_path_factory.mktemp("power")) as power:
        yield power


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
    """Two who listen, one through a socket and one to an event stream: `await heard()` is the next of each."""
    by = {"authorization": f"Bearer {token}", **STREAM}
    async with (
        socket(server, token) as ws,
        server.client.stream("POST", server.url, json={"query": LISTEN}, headers=by, timeout=60) as stream,
    ):
        assert json.loads(await ws.recv()) == {"type": "connection_ack"}
        await ws.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": LISTEN}}))
        lines = stream.aiter_lines()

        async def next_line():
            while not (line := await anext(lines)).startswith("data:"):
                pass
            return json.loads(line.removeprefix("data:"))

        async def heard():
            async with asyncio.timeout(20):
                return json.loads(await ws.recv())["payload"], await next_line()

        await asyncio.sleep(0.5)  # nothing tells when they have begun to listen
        yield heard


def given(key, person):
    target = to_global_id("User", person.id)
    return {"licenseId": to_global_id("License", Licenses.ACME_POOL), "targetId": target, "idempotencyKey": key}


def requires_unavailable(response):
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
    (error,) = response.json()["errors"]
    assert error["extensions"] == {"code": "UNAVAILABLE"}
    assert "data" not in response.json()


async def told_while_away(server, token):
    """Everybody is told, in the way that he has chosen; within seconds."""
    by = {"authorization": f"Bearer {token}"}
    async with asyncio.timeout(20):
        for query, variables in (
            (NAME, {}),
            (ASSIGN, {"input": given("during", BEA)}),
            (ASSIGN, {"input": given("before", TOM)}),
        ):
            requires_unavailable(await server.execute(token, query, **variables))
        requires_unavailable(await server.execute(None, LOGIN))
        plain = {"accept": "application/json", **by}
        requires_unavailable(await server.client.post(server.url, json={"query": NAME}, headers=plain))
        requires_unavailable(await server.client.post(server.url, json={"query": LISTEN}, headers=by | STREAM))
        for file in ("licenses.csv", "licenses.json"):
            requires_unavailable(
                await server.client.get(server.url.replace("/graphql", f"/exports/{file}"), headers=by)
            )
        assert (await server.client.get(server.url.replace("/graphql", "/health/ready"))).status_code == 503
        async with socket(server, token) as ws:
            with pytest.raises(ConnectionClosed):
                await ws.recv()
            assert ws.close_code == 1013


async def test_an_outage_is_told_to_all_and_afterwards_everything_goes_on(cluster, database, server, ann):
    first = await server.data(ann, ASSIGN, input=given("before", TOM))
    async with listening(server, ann) as heard:
        await asyncio.to_thread(cluster.off)
        try:
            await told_while_away(server, ann)
        finally:
            await asyncio.to_thread(cluster.on)

        assert await server.data(ann, ASSIGN, input=given("before", TOM)) == first
        done = await server.data(ann, ASSIGN, input=given("during", BEA))
        assert done == await server.data(ann, ASSIGN, input=given("during", BEA))
        assert done["licenseAssign"]["license"]["assignee"] == {"id": to_global_id("User", BEA.id)}

        license_id = to_global_id("License", Licenses.ACME_POOL)
        news = {"data": {"licenseChanged": {"kind": "ASSIGNED", "licenseId": license_id}}}
        assert await heard() == (news, news)
    async with database.transaction() as session:
        acts = sa.select(AuditEntry.action).where(AuditEntry.license_id == Licenses.ACME_POOL)
        recorded = await session.scalars(acts.where(AuditEntry.actor_id == ANN.id, AuditEntry.outcome == Outcome.DONE))
        assert recorded.all() == ["license.assigned"] * 2
        assert (await session.get_one(License, Licenses.ACME_POOL)).assigned_user_id == BEA.id
        assert set(await session.scalars(sa.select(IdempotencyKey.key))) == {"before", "during"}
        assert (await audit.verify(session))[1] is None


async def test_a_pause_that_nobody_saw_is_noticed_by_nobody(cluster, server, ann):
    answers = [await server.execute(ann, NAME) for _ in range(3)]
    await asyncio.to_thread(cluster.off)
    await asyncio.to_thread(cluster.on)

    answers += await asyncio.gather(*(server.execute(ann, NAME) for _ in range(8)))

    assert [each.json() for each in answers] == [answers[0].json()] * 11
    assert answers[0].status_code == 200
