"""Subscriptions as server-sent events."""

import asyncio
import json

import httpx
import pytest

from tests.transport.toy import RESPONSE, until

STREAM = "text/event-stream"
URQL = f"{RESPONSE}, application/graphql+json, application/json, {STREAM}, multipart/mixed"


def events(text):
    """The events as urql and Hive Gateway parse them: they split the stream at LF LF only."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":") and ": " in line)
        if fields:
            found.append((fields["event"], json.loads(fields["data"]) if fields["data"] else None))
    return found


@pytest.mark.parametrize("accept", [STREAM, URQL])
async def test_a_subscription_is_a_stream_of_events_and_a_completion(toy, accept):
    response = await toy.post({"query": "subscription { count(to: 2) }"}, accept=accept)

    assert response.status_code == 200
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert "\r" not in response.text
    assert events(response.text) == [
        ("next", {"data": {"count": 1}}),
        ("next", {"data": {"count": 2}}),
        ("complete", None),
    ]


async def test_a_subscription_can_be_sent_in_the_url(toy):
    response = await toy.get(STREAM, query="subscription { count(to: 1) }")

    assert events(response.text) == [("next", {"data": {"count": 1}}), ("complete", None)]


async def test_a_query_is_streamed_only_to_clients_that_prefer_it(toy):
    query = {"query": "{ me }"}

    assert (await toy.post(query, accept=URQL)).headers["content-type"] == f"{RESPONSE}; charset=utf-8"

    for accept in (STREAM, f"{STREAM}, application/json;q=0.5"):
        response = await toy.post(query, accept=accept)

        assert [kind for kind, _ in events(response.text)] == ["next", "complete"]


@pytest.mark.parametrize(
    ("query", "token", "status", "code"),
    [
        ("subscription { count", None, 400, "SYNTAX_ERROR"),
        ("subscription { nothing }", None, 422, "VALIDATION_FAILED"),
        ("subscription Q($n: Int!) { count(to: $n) }", None, 422, "BAD_USER_INPUT"),
        ("subscription { count }", "forged", 401, "UNAUTHENTICATED"),
    ],
)
async def test_an_error_before_the_first_event_is_not_a_stream(toy, query, token, status, code):
    headers = {"authorization": f"Bearer {token}"} if token else {}

    response = await toy.post({"query": query}, accept=f"{STREAM}, {RESPONSE}", **headers)

    assert response.status_code == status
    assert response.json()["errors"][0]["extensions"]["code"] == code
    assert toy.log.numbers == []


async def test_a_bug_in_a_stream_is_masked_and_ends_it(toy, caplog):
    response = await toy.post({"query": "subscription { breaking }"}, accept=STREAM)

    (first, (kind, last), end) = events(response.text)
    assert first == ("next", {"data": {"breaking": 1}})
    assert kind == "next"
    assert last["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert end == ("complete", None)
    assert "secret" not in response.text
    assert len(caplog.records) == 1


async def test_a_stream_that_loses_its_database_ends_with_an_error(toy, caplog):
    response = await toy.post({"query": "subscription { failing }"}, accept=STREAM)

    (_, (kind, last), end) = events(response.text)
    assert (kind, last["errors"][0]["extensions"]) == ("next", {"code": "UNAVAILABLE"})
    assert end == ("complete", None)
    assert caplog.records == []


@pytest.mark.feature("F96")
@pytest.mark.parametrize(("query", "token"), [("revoked", "ann"), ("count(to: 100, pause: 0.1)", "expiring")])
async def test_a_stream_ends_when_its_token_expires_or_is_revoked(toy, query, token):
    response = await toy.post({"query": f"subscription {{ {query} }}"}, accept=STREAM, authorization=f"Bearer {token}")

    assert events(response.text)[0][1]["data"]
    assert events(response.text)[-2][1]["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
    assert events(response.text)[-1] == ("complete", None)


async def test_an_idle_stream_sends_comments(serve):
    toy = serve(keepalive_interval=0.05)

    response = await toy.post({"query": "subscription { count(to: 2, pause: 0.3) }"}, accept=STREAM)

    assert response.text.count(":\n\n") >= 3
    assert len(events(response.text)) == 3


async def test_a_client_that_disconnects_ends_its_subscription_without_a_log_entry(serve, caplog):
    toy = serve()
    async with httpx.AsyncClient() as client:
        body = {"query": "subscription { count(to: 1000, pause: 0.05) }"}
        async with client.stream("POST", toy.url, json=body, headers={"accept": STREAM}) as response:
            async for _ in response.aiter_lines():
                break

    await until(lambda: toy.log.canceled == ["count"] and toy.log.opened == toy.log.closed)
    assert caplog.records == []


async def test_a_client_that_stops_reading_is_disconnected_and_little_is_buffered_for_it(serve):
    toy = serve(slow_client_timeout=0.3)
    reader, writer = await asyncio.open_connection("127.0.0.1", toy.port, limit=1_000)
    body = json.dumps({"query": "subscription { flood }"}).encode()
    head = f"POST /graphql HTTP/1.1\r\nhost: x\r\naccept: {STREAM}\r\ncontent-type: application/json\r\n"
    writer.write(head.encode() + b"content-length: %d\r\n\r\n" % len(body) + body)

    await until(lambda: toy.log.opened == toy.log.closed > 0)
    assert sum(toy.log.numbers) < 50_000_000

    writer.transport.abort()
    reader.feed_eof()
