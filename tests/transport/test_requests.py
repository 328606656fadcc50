"""GraphQL over HTTP: requests and responses."""

import json

import httpx
import pytest

from tests.transport.toy import RESPONSE


async def test_the_response_has_the_media_type_that_the_client_prefers(toy):
    for accept, media in [
        (RESPONSE, RESPONSE),
        (f"{RESPONSE}, application/json;q=0.9", RESPONSE),
        (f"application/json, {RESPONSE};q=0.5", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
    ]:
        response = await toy.post({"query": "{ me }"}, accept=accept)

        assert response.status_code == 200
        assert response.headers["content-type"] == f"{media}; charset=utf-8"
        assert response.json() == {"data": {"me": "anonymous"}, "extensions": {"cost": 0}}


async def test_a_client_that_accepts_none_of_our_media_types_gets_406(toy):
    response = await toy.post({"query": "{ me }"}, accept="image/png")

    assert response.status_code == 406
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_query_can_be_sent_in_the_url(toy):
    response = await toy.get(
        query="query Q($t: String!) { echo(text: $t) } { me }", operationName="Q", variables='{"t": "a"}'
    )

    assert response.status_code == 422  # an anonymous operation must be the only one

    response = await toy.get(query="query Q($t: String!) { echo(text: $t) }", operationName="Q", variables='{"t": "ä"}')

    assert response.json()["data"] == {"echo": "ä"}


@pytest.mark.parametrize("accept", [RESPONSE, "application/json"])
async def test_a_mutation_in_the_url_is_refused(toy, accept):
    response = await toy.get(accept, query='mutation { change(to: "x") }')

    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert toy.log.changes == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
async def test_other_methods_are_refused_with_the_allowed_ones(toy, method):
    response = await toy.get(method=method, query="{ me }")

    assert response.status_code == 405
    assert response.headers["allow"] == "GET, POST"


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b'{"query": "{ me }"}', "text/plain"),
        (b'{"query": "{ me }"}', ""),
        (b"query=%7Bme%7D", "application/x-www-form-urlencoded"),
        (b'{"query": "{ me }"}', "application/json; charset=utf-16"),
    ],
)
async def test_a_body_of_another_media_type_or_charset_is_refused(toy, content, content_type):
    response = await toy.post(content, content_type=content_type)

    assert response.status_code == 415


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"1",
        b'"{ me }"',
        b'[{"query": "{ me }"}]',
        b'{"query": null}',
        b'{"query": 1}',
        b'{"query": {}}',
        b"{}",
        b'{"query": "{ me }", "operationName": 1}',
        b'{"query": "{ me }", "variables": []}',
        b'{"query": "{ me }", "variables": "x"}',
        b'{"query": "{ me }", "extensions": 1}',
        b'{"query": "{ me }", "variables": {"n": ' + b"1" * 5_000 + b"}}",
        b'{"query": "{ me }", "variables": {"n": 1e999}}',
        b'{"query": "{ me }", "variables": {"n": NaN}}',
        b'{"query": "{ me }", "variables": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"query": "{ me }", "operationName": "\\ud800"}',
        b'{"query": "{ me }", "variables": {"\\udfff": 1}}',
        b'{"query": "{ me \xff }"}',
        '{"query": "{ me }"}'.encode("utf-16"),
    ],
    ids=lambda content: content[:40].decode(errors="replace"),
)
@pytest.mark.parametrize("accept", [RESPONSE, "application/json", "*/*"])
async def test_a_malformed_request_gets_400_and_never_a_server_error(toy, content, accept):
    response = await toy.post(content, accept=accept)

    assert response.status_code == 400
    assert set(response.json()) == {"errors"}
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize("url", ["", "?query=", "?query=%ff", "?query={me}&variables=[1]", "?query={me}&variables={"])
async def test_a_url_without_a_valid_query_gets_400(toy, url):
    async with httpx.AsyncClient() as client:
        response = await client.get(toy.url + url, headers={"accept": RESPONSE})

    assert response.status_code == 400


async def test_a_body_over_the_limit_is_refused(toy):
    body = b'{"query": "{ me }", "variables": {"x": "' + b"x" * 10_000_000 + b'"}}'

    response = await toy.post(body)

    assert response.status_code == 413
    assert response.json()["errors"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"


async def test_a_body_over_the_limit_without_a_content_length_is_refused(serve):
    toy = serve(max_body_bytes=1_000)

    async def chunks():
        for _ in range(100):
            yield b" " * 100

    async with httpx.AsyncClient() as client:
        headers = {"content-type": "application/json"}
        response = await client.post(toy.url, content=chunks(), headers=headers)

    assert response.status_code == 413


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("{ me", 400, "SYNTAX_ERROR"),
        ("", 400, "SYNTAX_ERROR"),
        ('{ echo(text: "\\uD800") }', 400, "SYNTAX_ERROR"),
        ("{ nothing }", 422, "VALIDATION_FAILED"),
        ("{ me } query Two { me }", 422, "VALIDATION_FAILED"),
        ("query One { me } query Two { me }", 422, "VALIDATION_FAILED"),
        ("fragment F on Query { me }", 422, "VALIDATION_FAILED"),
        ('{ echo(text: "\\u0000") }', 422, "BAD_USER_INPUT"),
        ("query Q($n: Int!) { repeat(number: $n) }", 422, "BAD_USER_INPUT"),
    ],
)
async def test_a_request_error_has_no_data_and_the_corresponding_status(toy, query, status, code):
    response = await toy.post({"query": query})

    assert response.status_code == status
    assert set(response.json()) == {"errors"}
    assert response.json()["errors"][0]["extensions"]["code"] == code

    response = await toy.post({"query": query}, accept="application/json")

    assert response.status_code == 200
    assert set(response.json()) == {"errors"}


async def test_the_operation_name_selects_one_of_several_operations(toy):
    query = "query One { one: me } query Two { two: me }"

    assert (await toy.post({"query": query, "operationName": "Two"})).json()["data"] == {"two": "anonymous"}
    assert (await toy.post({"query": query, "operationName": "Three"})).status_code == 422
    assert (await toy.post({"query": query, "operationName": ""})).status_code == 422


@pytest.mark.parametrize("accept", [RESPONSE, "application/json", "*/*"])
async def test_a_subscription_by_plain_post_is_refused(toy, accept):
    response = await toy.post({"query": "subscription { count }"}, accept=accept)

    assert response.status_code == 406
    assert set(response.json()) == {"errors"}
    assert toy.log.numbers == []


async def test_a_nul_character_in_a_variable_is_refused_before_the_database(toy):
    response = await toy.execute("query Q($t: String!) { echo(text: $t) }", t="a\0b")

    assert response.status_code == 422
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_unusual_but_valid_characters_are_returned_unchanged(toy):
    text = "𝄞 \u2028 \ufffd \U0010ffff \x7f"

    response = await toy.execute("query Q($t: String!) { echo(text: $t) }", t=text)

    assert json.loads(response.content)["data"] == {"echo": text}
