"""Every error has a code: refusals keep their message, bugs are reported by the request ID only."""

import json

import pytest

from tests.transport.toy import RESPONSE


def errors(response):
    return response.json()["errors"]


async def test_data_beside_errors_is_a_partial_success(toy):
    response = await toy.execute("{ me refused }")

    assert response.status_code == 294
    assert response.json()["data"] == {"me": "anonymous", "refused": None}
    assert errors(response) == [
        {
            "message": "only admins may",
            "locations": [{"line": 1, "column": 6}],
            "path": ["refused"],
            "extensions": {"code": "FORBIDDEN"},
        }
    ]
    assert (await toy.post({"query": "{ me refused }"}, accept="application/json")).status_code == 200


@pytest.mark.parametrize("query", ["{ bug }", "{ certainBug }"])
async def test_a_bug_is_masked_and_logged_once_under_the_request_id(toy, query, caplog):
    response = await toy.execute(query)

    assert response.status_code == 294
    assert "data" in response.json()
    (error,) = errors(response)
    request_id = response.headers["x-request-id"]
    assert error["message"] == "internal error"
    assert error["extensions"] == {"code": "INTERNAL", "requestId": request_id}
    assert "secret" not in response.text
    (record,) = caplog.records
    assert request_id in record.getMessage()
    assert "an internal secret" in str(record.exc_info[1])


async def test_a_bug_before_the_first_field_is_masked_too(toy, caplog):
    response = await toy.execute("{ me }", token="bug")

    assert response.status_code == 500
    assert errors(response)[0]["extensions"] == {"code": "INTERNAL", "requestId": response.headers["x-request-id"]}
    assert "secret" not in response.text
    assert len(caplog.records) == 1


@pytest.mark.feature("F96")
@pytest.mark.parametrize("accept", [RESPONSE, "application/json"])
@pytest.mark.parametrize("header", ["Bearer forged", "Bearer", "Basic YTpi", "ann", "Bearer a\xff"])
@pytest.mark.parametrize("query", ["{ me }", "{ me", "{ nothing }"])
async def test_a_bad_token_is_reported_before_any_other_error(toy, header, query, accept):
    response = await toy.post({"query": query}, accept=accept, authorization=header.encode("latin-1"))

    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert set(response.json()) == {"errors"}
    assert errors(response)[0]["extensions"] == {"code": "UNAUTHENTICATED"}


async def test_a_valid_token_identifies_the_caller(toy):
    assert (await toy.execute("{ me }", token="ann")).json()["data"] == {"me": "ann"}
    assert (await toy.execute("{ me }")).json()["data"] == {"me": "anonymous"}


OUTAGE = {"message": "the portal cannot reach its database; try again in a moment", "code": "UNAVAILABLE"}


@pytest.mark.parametrize("accept", [RESPONSE, "application/json"])
@pytest.mark.parametrize(
    ("query", "token"), [("{ outage }", "ann"), ("{ a: outage b: outage }", None), ("{ me }", "outage")]
)
async def test_without_its_database_the_portal_asks_the_client_to_retry(toy, query, token, accept, caplog):
    response = await toy.post(
        {"query": query}, accept=accept, **({"authorization": f"Bearer {token}"} if token else {})
    )

    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
    assert response.json() == {"errors": [{"message": OUTAGE["message"], "extensions": {"code": OUTAGE["code"]}}]}
    assert caplog.records == []


async def test_data_fetched_before_an_outage_is_returned(toy):
    response = await toy.execute("{ me outage }")

    assert response.status_code == 294
    assert response.json()["data"] == {"me": "anonymous", "outage": None}
    assert errors(response)[0]["extensions"] == {"code": "UNAVAILABLE"}


NAMED = "query Q($l: [String!]!) { named(names: $l) { name } }"
ORDER = "query Q($i: Item!) { order(item: $i) }"


@pytest.mark.parametrize(
    ("query", "variables", "message"),
    [
        (ORDER, {}, "$i: expected Item!, got no value"),
        (ORDER, {"i": None}, "$i: expected Item!, got null"),
        (ORDER, {"i": [1]}, "$i: expected an object of type Item"),
        (ORDER, {"i": {"text": True}}, "$i.text: expected String"),
        (ORDER, {"i": {"text": None}}, "$i.text: expected String!, got null"),
        (ORDER, {"i": {}}, "$i.text: expected String!, got no value"),
        (ORDER, {"i": {"text": "a", "cont": {"a": 1}}}, "$i: Item has no field 'cont'"),
        (ORDER, {"i": {"text": "a", "count": 2**31}}, "$i.count: expected Int"),
        (ORDER, {"i": {"text": "a", "color": "BLUE"}}, "$i.color: expected Color"),
        (ORDER, {"i": {"text": "a", "color": {}}}, "$i.color: expected Color"),
        ("query Q($t: DateTime!) { at(time: $t) }", {"t": "soon"}, "$t: expected DateTime"),
        ("query Q($t: DateTime!) { at(time: $t) }", {"t": {"a": None}}, "$t: expected DateTime"),
        ("query Q($n: Int) { repeat(number: $n) }", {"n": True}, "$n: expected Int"),
        ("query Q($n: Int) { repeat(number: $n) }", {"n": 1e300}, "$n: expected Int"),
        ("query Q($n: Int) { repeat(number: $n) }", {"n": int("1" * 4_000)}, "$n: expected Int"),
        (
            "query Q($l: [String!]!) { named(names: $l) { name } }",
            {"l": ["a", None]},
            "$l[1]: expected String!, got null",
        ),
    ],
)
async def test_an_invalid_variable_is_reported_by_its_path_in_terms_of_graphql(toy, query, variables, message):
    response = await toy.execute(query, **variables)

    assert response.status_code == 422
    (error,) = errors(response)
    assert error["message"] == message
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}


async def test_deeply_nested_variables_are_refused(toy):
    deep = 5_000
    content = b'{"query": "{ me }", "variables": {"x": ' + b'{"a":' * deep + b"1" + b"}" * deep + b"}}"

    response = await toy.post(content)

    assert response.status_code in {400, 422}
    assert errors(response)[0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_null_for_an_argument_with_a_default_is_the_clients_error(toy, caplog):
    response = await toy.execute("query Q($n: Int = 1) { repeat(number: $n) }", n=None)

    assert errors(response)[0]["extensions"] == {"code": "BAD_USER_INPUT"}
    assert caplog.records == []


@pytest.mark.parametrize(
    "query",
    [
        '{ at(time: "soon") }',
        "{ at(time: 5) }",
        "{ at(time: {a: 1}) }",
        '{ order(item: {text: 5, color: "RED", count: null}) }',
        "{ order(item: {text: true, color: BLUE}) }",
        "query Q($n: Int! = null) { repeat(number: $n) }",
        "{ repeat(number: " + "9" * 5_000 + ") }",
        "{ repeat(number: 1e99999) }",
    ],
)
async def test_an_invalid_literal_is_reported_in_terms_of_graphql(toy, query, caplog):
    response = await toy.execute(query)

    assert response.status_code == 422
    text = json.dumps(errors(response))
    for word in ("None", "True", "iso", "ISO", "Traceback", "error '", "object at", "string too", "digits"):
        assert word not in text
    assert caplog.records == []


async def test_an_operation_that_takes_too_long_is_canceled(serve):
    toy = serve(operation_timeout=0.2)

    response = await toy.execute("{ a: sleep(seconds: 30) b: sleep(seconds: 30) }")

    assert response.status_code == 503
    assert set(response.json()) == {"errors"}
    assert errors(response)[0]["extensions"] == {"code": "TIMEOUT"}
    assert toy.log.canceled == ["sleep", "sleep"]
    assert toy.log.opened == toy.log.closed == 1


async def test_each_operation_has_its_own_context(serve):
    toy = serve()

    await toy.execute("{ a: me b: me }")
    await toy.execute("{ me refused bug }")
    await toy.execute("{ nothing }")  # refused before a context is opened

    assert toy.log.opened == toy.log.closed == 2
