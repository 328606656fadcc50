"""graphql-transport-ws: the handshake, the operations, and every reason to close a socket."""

import asyncio
import json

import pytest
from websockets.exceptions import InvalidStatus

from tests.transport.toy import until


async def test_a_subscription_sends_each_event_and_its_completion(toy):
    async with toy.socket() as client:
        await client.subscribe("1", "subscription { count(to: 2) }")

        assert [await client.receive() for _ in range(3)] == [
            {"type": "next", "id": "1", "payload": {"data": {"count": 1}}},
            {"type": "next", "id": "1", "payload": {"data": {"count": 2}}},
            {"type": "complete", "id": "1"},
        ]


async def test_queries_and_mutations_can_be_sent_over_a_socket(toy):
    async with toy.socket({"token": "ann"}) as client:
        await client.subscribe(
            "1", "query Q($t: String!) { me echo(text: $t) }", variables={"t": "ä"}, operationName="Q"
        )
        assert (await client.receive())["payload"]["data"] == {"me": "ann", "echo": "ä"}
        assert await client.receive() == {"type": "complete", "id": "1"}

        await client.subscribe("1", 'mutation { change(to: "x") }')
        assert (await client.receive())["payload"]["data"] == {"change": "x"}
        assert toy.log.changes == ["x"]


async def test_operations_share_a_socket_and_are_completed_independently(toy):
    async with toy.socket() as client:
        await client.subscribe("long", "subscription { count(to: 1000, pause: 0.01) }")
        await client.receive()
        await client.send(type="complete", id="long")
        await until(lambda: toy.log.canceled == ["count"])
        await client.subscribe("short", "{ me }")

        messages = []
        while not messages or messages[-1]["type"] != "complete":
            messages.append(await client.receive())
        assert messages[-1]["id"] == "short"


@pytest.mark.parametrize(
    "payload", [{"token": "ann"}, {"authorization": "Bearer ann"}, {"Authorization": "bearer ann"}]
)
async def test_the_token_is_sent_in_the_connection_init(toy, payload):
    async with toy.socket(payload) as client:
        await client.subscribe("1", "{ me }")

        assert (await client.receive())["payload"]["data"] == {"me": "ann"}


@pytest.mark.feature("F96")
@pytest.mark.parametrize(
    "payload", [{"token": "forged"}, {"authorization": "Bearer forged"}, {"authorization": "Basic x"}, {"token": 1}]
)
async def test_a_bad_token_closes_the_socket_as_forbidden(toy, payload):
    async with toy.socket(init=False) as client:
        await client.send(type="connection_init", payload=payload)

        assert await client.closed() == 4403


@pytest.mark.feature("F96")
async def test_a_socket_is_closed_when_its_token_expires(toy):
    async with toy.socket({"token": "expiring"}) as client:
        await client.subscribe("1", "subscription { count(to: 1000, pause: 0.05) }")

        assert await client.closed() == 4403

    await until(lambda: toy.log.canceled == ["count"])


@pytest.mark.feature("F96")
async def test_a_token_revoked_between_two_events_closes_the_socket(toy):
    async with toy.socket({"token": "ann"}) as client:
        await client.subscribe("1", "subscription { revoked }")

        assert (await client.receive())["payload"] == {"data": {"revoked": 1}}
        assert await client.closed() == 4403


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ me", "SYNTAX_ERROR"),
        ("{ nothing }", "VALIDATION_FAILED"),
        ("subscription { nothing }", "VALIDATION_FAILED"),
        ("query A { me } query B { me }", "VALIDATION_FAILED"),
        ("query Q($n: Int!) { repeat(number: $n) }", "BAD_USER_INPUT"),
        ("subscription Q($n: Int!) { count(to: $n) }", "BAD_USER_INPUT"),
        ("{ things(first: 100000) { nodes { name } } }", "LIMIT_EXCEEDED"),
    ],
)
async def test_a_request_error_ends_only_its_operation(toy, query, code):
    async with toy.socket() as client:
        await client.subscribe("1", query)

        message = await client.receive()

        assert (message["type"], message["id"]) == ("error", "1")
        assert message["payload"][0]["extensions"]["code"] == code
        await client.subscribe("1", "{ me }")
        assert (await client.receive())["type"] == "next"


async def test_a_nul_character_in_a_variable_ends_only_its_operation(toy):
    async with toy.socket() as client:
        await client.subscribe("1", "query Q($t: String!) { echo(text: $t) }", variables={"t": "\0"})

        assert (await client.receive())["payload"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_bug_is_masked_and_ends_only_its_operation(toy, caplog):
    async with toy.socket() as client:
        await client.subscribe("1", "subscription { breaking }")
        await client.receive()
        message = await client.receive()

        assert message["type"] == "error"
        assert message["payload"][0]["extensions"]["code"] == "INTERNAL"
        assert "secret" not in json.dumps(message)
        assert len(caplog.records) == 1
        await client.subscribe("1", "{ me }")
        assert (await client.receive())["type"] == "next"


async def test_a_lost_database_ends_only_the_operation_that_needs_it(toy, caplog):
    async with toy.socket() as client:
        for query in ("subscription { failing }", "{ outage }"):
            await client.subscribe("1", query)
            while (message := await client.receive())["type"] == "next":
                assert "errors" not in message["payload"]

            assert (message["type"], message["payload"][0]["extensions"]) == ("error", {"code": "UNAVAILABLE"})
    assert caplog.records == []


async def test_a_client_that_connects_during_an_outage_is_asked_to_try_again_later(toy):
    async with toy.socket(init=False) as client:
        await client.send(type="connection_init", payload={"token": "outage"})

        assert await client.closed() == 1013


@pytest.mark.parametrize("payload", [{}, {"payload": None}, {"payload": {"at": 1}}])
async def test_a_ping_is_answered_with_its_payload(toy, payload):
    async with toy.socket() as client:
        await client.send(type="pong")
        await client.send(type="ping", **payload)

        assert await client.receive() == {"type": "pong", **{key: value for key, value in payload.items() if value}}


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "hello",
        "null",
        "1",
        '"subscribe"',
        "[]",
        "[" * 100_000,
        "{}",
        '{"type": "nothing"}',
        '{"type": ["subscribe"]}',
        '{"type": "start", "id": "1", "payload": {"query": "{ me }"}}',
        '{"type": "subscribe", "id": 1, "payload": {"query": "{ me }"}}',
        '{"type": "subscribe", "id": "", "payload": {"query": "{ me }"}}',
        '{"type": "subscribe", "payload": {"query": "{ me }"}}',
        '{"type": "subscribe", "id": "1"}',
        '{"type": "subscribe", "id": "1", "payload": "{ me }"}',
        '{"type": "subscribe", "id": "1", "payload": {"query": 1}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ me }", "variables": [1]}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ me }", "operationName": {}}}',
        '{"type": "subscribe", "id": "\\ud800", "payload": {"query": "{ me }"}}',
        '{"type": "complete"}',
        '{"type": "ping", "payload": 1}',
        b'{"type": "ping"}',
        '{"type": "ping", "payload": {"x": "' + "x" * 1_100_000 + '"}}',
    ],
    ids=lambda frame: frame[:60],
)
async def test_a_malformed_message_closes_the_socket_as_a_bad_request(toy, frame):
    async with toy.socket() as client:
        await client.ws.send(frame)

        assert await client.closed() == 4400


async def test_an_id_in_use_cannot_be_used_again(toy):
    async with toy.socket() as client:
        await client.subscribe("1", "subscription { count(to: 1000, pause: 0.1) }")
        await client.subscribe("1", "{ me }")

        assert await client.closed() == 4409


async def test_a_socket_needs_exactly_one_connection_init_before_the_timeout(serve):
    toy = serve(connection_init_timeout=0.2)

    async with toy.socket(init=False) as client:
        assert await client.closed() == 4408

    async with toy.socket(init=False) as client:
        await client.subscribe("1", "{ me }")
        assert await client.closed() == 4401

    async with toy.socket() as client:
        await asyncio.sleep(0.3)  # longer than the timeout, which no longer applies
        await client.send(type="connection_init")
        assert await client.closed() == 4429


@pytest.mark.parametrize("subprotocols", [None, ["graphql-ws"], ["other"]])
async def test_other_subprotocols_are_refused(toy, subprotocols):
    async with toy.socket(init=False, subprotocols=subprotocols) as client:
        assert await client.closed() == 4406


async def test_only_our_own_and_the_allowed_origins_may_open_a_socket(serve):
    toy = serve(allowed_origins=frozenset({"https://partner.example"}))
    for origin in (f"http://127.0.0.1:{toy.port}", f"https://127.0.0.1:{toy.port}", "https://partner.example", None):
        async with toy.socket(origin=origin):
            pass

    for origin in ("https://evil.example", "null", "http://127.0.0.1", "http://partner.example", ""):
        with pytest.raises(InvalidStatus) as refused:
            async with toy.socket(additional_headers={"origin": origin}):
                pass
        assert refused.value.response.status_code == 403


async def test_the_number_of_operations_on_a_socket_is_limited(serve):
    toy = serve(operations_per_socket=2)
    async with toy.socket() as client:
        for name in ("1", "2", "3"):
            await client.subscribe(name, "{ sleep(seconds: 0.2) }")

        refused = await client.receive()

        assert (refused["type"], refused["id"]) == ("error", "3")
        assert refused["payload"][0]["extensions"] == {"code": "LIMIT_EXCEEDED"}
        assert {(await client.receive())["type"] for _ in range(4)} == {"next", "complete"}


async def test_a_slow_client_is_disconnected_and_little_is_buffered_for_it(serve):
    toy = serve(slow_client_timeout=0.5, messages_per_socket=10)
    async with toy.socket(max_queue=1, compression=None) as client:
        await client.subscribe("1", "subscription { flood }")
        await until(lambda: toy.log.opened == toy.log.closed == 2)

        assert sum(toy.log.numbers) < 50_000_000
        assert await client.closed() == 4008


@pytest.mark.parametrize("count", [1, 20])
async def test_a_lost_connection_ends_its_operations_without_a_log_entry(serve, count, caplog):
    toy = serve()
    async with toy.socket() as client:
        for number in range(count):
            await client.subscribe(str(number), "subscription { count(to: 100000, pause: 0.001) }")
        await client.receive()
        client.ws.transport.abort()
        await until(lambda: toy.log.opened == toy.log.closed == count + 1)

    assert toy.log.canceled == ["count"] * count
    assert caplog.records == []
