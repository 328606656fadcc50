"""graphql-transport-ws: the handshake, the operations, and every way in which a socket ends."""

import asyncio
import json

import pytest
from websockets.exceptions import InvalidStatus

from tests.transport.toy import until


async def test_a_subscription_tells_each_event_and_its_end(toy):
    async with toy.socket() as talk:
        await talk.ask("1", "subscription { count(to: 2) }")

        assert [await talk.hear() for _ in range(3)] == [
            {"type": "next", "id": "1", "payload": {"data": {"count": 1}}},
            {"type": "next", "id": "1", "payload": {"data": {"count": 2}}},
            {"type": "complete", "id": "1"},
        ]


async def test_queries_and_mutations_travel_over_a_socket_too(toy):
    async with toy.socket({"token": "ann"}) as talk:
        await talk.ask("1", "query Q($t: String!) { me echo(text: $t) }", variables={"t": "ä"}, operationName="Q")
        assert (await talk.hear())["payload"]["data"] == {"me": "ann", "echo": "ä"}
        assert await talk.hear() == {"type": "complete", "id": "1"}

        await talk.ask("1", 'mutation { change(to: "x") }')
        assert (await talk.hear())["payload"]["data"] == {"change": "x"}
        assert toy.log.changes == ["x"]


async def test_many_operations_share_a_socket_and_one_is_ended_without_the_others(toy):
    async with toy.socket() as talk:
        await talk.ask("long", "subscription { count(to: 1000, pause: 0.01) }")
        await talk.hear()
        await talk.say(type="complete", id="long")
        await until(lambda: toy.log.cancelled == ["count"])
        await talk.ask("short", "{ me }")

        heard = []
        while not heard or heard[-1]["type"] != "complete":
            heard.append(await talk.hear())
        assert heard[-1]["id"] == "short"


@pytest.mark.parametrize("given", [{"token": "ann"}, {"authorization": "Bearer ann"}, {"Authorization": "bearer ann"}])
async def test_the_token_comes_with_the_first_message(toy, given):
    async with toy.socket(given) as talk:
        await talk.ask("1", "{ me }")

        assert (await talk.hear())["payload"]["data"] == {"me": "ann"}


@pytest.mark.feature("F96")
@pytest.mark.parametrize(
    "payload",
    [{"token": "forged"}, {"authorization": "Bearer forged"}, {"authorization": "Basic x"}, {"token": 1}],
)
async def test_a_bad_token_is_forbidden(toy, payload):
    async with toy.socket(introduce=False) as talk:
        await talk.say(type="connection_init", payload=payload)

        assert await talk.closed() == 4403


@pytest.mark.feature("F96")
async def test_a_socket_ends_with_its_token(toy):
    async with toy.socket({"token": "soon"}) as talk:
        await talk.ask("1", "subscription { count(to: 1000, pause: 0.05) }")

        assert await talk.closed() == 4403

    await until(lambda: toy.log.cancelled == ["count"])


@pytest.mark.feature("F96")
async def test_a_token_that_is_revoked_between_two_events_ends_the_socket(toy):
    async with toy.socket({"token": "ann"}) as talk:
        await talk.ask("1", "subscription { revoked }")

        assert (await talk.hear())["payload"] == {"data": {"revoked": 1}}
        assert await talk.closed() == 4403


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
async def test_a_request_error_is_told_as_an_error_and_the_socket_goes_on(toy, query, code):
    async with toy.socket() as talk:
        await talk.ask("1", query)

        message = await talk.hear()

        assert (message["type"], message["id"]) == ("error", "1")
        assert message["payload"][0]["extensions"]["code"] == code
        await talk.ask("1", "{ me }")
        assert (await talk.hear())["type"] == "next"


async def test_a_nul_character_in_a_variable_is_an_error_of_the_operation(toy):
    async with toy.socket() as talk:
        await talk.ask("1", "query Q($t: String!) { echo(text: $t) }", variables={"t": "\0"})

        assert (await talk.hear())["payload"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_bug_is_masked_and_ends_only_its_operation(toy, caplog):
    async with toy.socket() as talk:
        await talk.ask("1", "subscription { breaking }")
        await talk.hear()
        message = await talk.hear()

        assert message["type"] == "error"
        assert message["payload"][0]["extensions"]["code"] == "INTERNAL"
        assert "secret" not in json.dumps(message)
        assert len(caplog.records) == 1
        await talk.ask("1", "{ me }")
        assert (await talk.hear())["type"] == "next"


async def test_a_lost_database_ends_only_the_operation_that_needed_it(toy, caplog):
    async with toy.socket() as talk:
        for query in ("subscription { losing }", "{ away }"):
            await talk.ask("1", query)
            while (message := await talk.hear())["type"] == "next":
                assert "errors" not in message["payload"]

            assert (message["type"], message["payload"][0]["extensions"]) == ("error", {"code": "UNAVAILABLE"})
    assert caplog.records == []


async def test_whoever_comes_while_the_database_is_away_is_told_to_try_again_later(toy):
    async with toy.socket(introduce=False) as talk:
        await talk.say(type="connection_init", payload={"token": "dark"})

        assert await talk.closed() == 1013


@pytest.mark.parametrize("payload", [{}, {"payload": None}, {"payload": {"at": 1}}])
async def test_a_ping_is_answered_with_what_it_holds(toy, payload):
    async with toy.socket() as talk:
        await talk.say(type="pong")
        await talk.say(type="ping", **payload)

        assert await talk.hear() == {"type": "pong", **{key: value for key, value in payload.items() if value}}


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
async def test_a_bad_frame_closes_the_socket_as_a_bad_request(toy, frame):
    async with toy.socket() as talk:
        await talk.ws.send(frame)

        assert await talk.closed() == 4400


async def test_an_id_that_is_in_use_is_not_given_twice(toy):
    async with toy.socket() as talk:
        await talk.ask("1", "subscription { count(to: 1000, pause: 0.1) }")
        await talk.ask("1", "{ me }")

        assert await talk.closed() == 4409


async def test_who_does_not_introduce_himself_is_refused(serve):
    toy = serve(seconds_to_introduce=0.2)

    async with toy.socket(introduce=False) as talk:
        assert await talk.closed() == 4408

    async with toy.socket(introduce=False) as talk:
        await talk.ask("1", "{ me }")
        assert await talk.closed() == 4401

    async with toy.socket() as talk:
        await asyncio.sleep(0.3)  # once introduced, nobody has to hurry
        await talk.say(type="connection_init")
        assert await talk.closed() == 4429


@pytest.mark.parametrize("subprotocols", [None, ["graphql-ws"], ["other"]])
async def test_older_protocols_are_not_spoken(toy, subprotocols):
    async with toy.socket(introduce=False, subprotocols=subprotocols) as talk:
        assert await talk.closed() == 4406


async def test_only_our_own_pages_and_those_named_may_open_a_socket(serve):
    toy = serve(allowed_origins=frozenset({"https://partner.example"}))
    for origin in (f"http://127.0.0.1:{toy.port}", f"https://127.0.0.1:{toy.port}", "https://partner.example", None):
        async with toy.socket(origin=origin):
            pass

    for origin in ("https://evil.example", "null", "http://127.0.0.1", "http://partner.example", ""):
        with pytest.raises(InvalidStatus) as refused:
            async with toy.socket(additional_headers={"origin": origin}):
                pass
        assert refused.value.response.status_code == 403


async def test_one_socket_carries_a_bounded_number_of_operations(serve):
    toy = serve(operations_per_socket=2)
    async with toy.socket() as talk:
        for name in ("1", "2", "3"):
            await talk.ask(name, "{ sleep(seconds: 0.2) }")

        refused = await talk.hear()

        assert (refused["type"], refused["id"]) == ("error", "3")
        assert refused["payload"][0]["extensions"] == {"code": "LIMIT_EXCEEDED"}
        assert {(await talk.hear())["type"] for _ in range(4)} == {"next", "complete"}


async def test_a_client_that_reads_too_slowly_is_let_go_with_a_code_and_holds_little(serve):
    toy = serve(seconds_to_read=0.5, messages_per_socket=10)
    async with toy.socket(max_queue=1, compression=None) as talk:
        await talk.ask("1", "subscription { flood }")
        await until(lambda: toy.log.opened == toy.log.closed == 2)

        assert sum(toy.log.numbers) < 50_000_000
        assert await talk.closed() == 4008


@pytest.mark.parametrize("count", [1, 20])
async def test_a_client_that_vanishes_ends_its_operations_and_nothing_is_logged(serve, count, caplog):
    toy = serve()
    async with toy.socket() as talk:
        for number in range(count):
            await talk.ask(str(number), "subscription { count(to: 100000, pause: 0.001) }")
        await talk.hear()
        talk.ws.transport.abort()
        await until(lambda: toy.log.opened == toy.log.closed == count + 1)

    assert toy.log.cancelled == ["count"] * count
    assert caplog.records == []
