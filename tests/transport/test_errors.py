"""What goes wrong is told with a code: refusals in their own words, bugs by an id and nothing else."""

import json

import pytest

from tests.transport.toy import RESPONSE


def errors(response):
    return response.json()["errors"]


async def test_data_beside_errors_is_a_partial_success(toy):
    response = await toy.ask("{ me refused }")

    assert response.status_code == 294
    assert response.json()["data"] == {"me": "stranger", "refused": None}
    assert errors(response) == [
        {
            "message": "only admins may",
            "locations": [{"line": 1, "column": 6}],
            "path": ["refused"],
            "extensions": {"code": "FORBIDDEN"},
        },
    ]
    assert (await toy.post({"query": "{ me refused }"}, accept="application/json")).status_code == 200


@pytest.mark.parametrize("query", ["{ bug }", "{ certainBug }"])
async def test_a_bug_is_masked_and_logged_once_under_the_id_that_the_client_hears(toy, query, caplog):
    response = await toy.ask(query)

    assert response.status_code == 294
    assert "data" in response.json()
    (error,) = errors(response)
    request_id = response.headers["x-request-id"]
    assert error["message"] == "something went wrong"
    assert error["extensions"] == {"code": "INTERNAL", "requestId": request_id}
    assert "secret" not in response.text
    (record,) = caplog.records
    assert request_id in record.getMessage()
    assert "a secret of the house" in str(record.exc_info[1])


async def test_a_bug_before_the_first_field_is_masked_too(toy, caplog):
    response = await toy.ask("{ me }", token="odd")

    assert response.status_code == 500
    assert errors(response)[0]["extensions"] == {"code": "INTERNAL", "requestId": response.headers["x-request-id"]}
    assert "secret" not in response.text
    assert len(caplog.records) == 1


@pytest.mark.feature("F96")
@pytest.mark.parametrize("accept", [RESPONSE, "application/json"])
@pytest.mark.parametrize("header", ["Bearer forged", "Bearer", "Basic YTpi", "ann", "Bearer a\xff"])
@pytest.mark.parametrize("query", ["{ me }", "{ me", "{ nothing }"])
async def test_with_a_bad_token_every_answer_is_about_the_token(toy, header, query, accept):
    response = await toy.post({"query": query}, accept=accept, authorization=header.encode("latin-1"))

    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert set(response.json()) == {"errors"}
    assert errors(response)[0]["extensions"] == {"code": "UNAUTHENTICATED"}


async def test_a_good_token_says_who_asks(toy):
    assert (await toy.ask("{ me }", token="ann")).json()["data"] == {"me": "ann"}
    assert (await toy.ask("{ me }")).json()["data"] == {"me": "stranger"}


AWAY = {"message": "the portal cannot reach its database; try again in a moment", "code": "UNAVAILABLE"}


@pytest.mark.parametrize("accept", [RESPONSE, "application/json"])
@pytest.mark.parametrize(("query", "token"), [("{ away }", "ann"), ("{ a: away b: away }", None), ("{ me }", "dark")])
async def test_without_its_database_the_portal_says_that_it_may_be_tried_again(toy, query, token, accept, caplog):
    response = await toy.post(
        {"query": query},
        accept=accept,
        **({"authorization": f"Bearer {token}"} if token else {}),
    )

    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
    assert response.json() == {"errors": [{"message": AWAY["message"], "extensions": {"code": AWAY["code"]}}]}
    assert caplog.records == []


async def test_what_was_served_before_the_database_went_away_is_kept(toy):
    response = await toy.ask("{ me away }")

    assert response.status_code == 294
    assert response.json()["data"] == {"me": "stranger", "away": None}
    assert errors(response)[0]["extensions"] == {"code": "UNAVAILABLE"}


NAMED = "query Q($l: [String!]!) { named(names: $l) { name } }"
WISH = "query Q($w: Wish!) { grant(wish: $w) }"


@pytest.mark.parametrize(
    ("query", "variables", "message"),
    [
        (WISH, {}, "$w: expected Wish!, found nothing"),
        (WISH, {"w": None}, "$w: expected Wish!, found null"),
        (WISH, {"w": [1]}, "$w: expected Wish, an object"),
        (WISH, {"w": {"text": True}}, "$w.text: expected String"),
        (WISH, {"w": {"text": None}}, "$w.text: expected String!, found null"),
        (WISH, {"w": {}}, "$w.text: expected String!, found nothing"),
        (WISH, {"w": {"text": "a", "cont": {"a": 1}}}, "$w: Wish has no field 'cont'"),
        (WISH, {"w": {"text": "a", "count": 2**31}}, "$w.count: expected Int"),
        (WISH, {"w": {"text": "a", "colour": "BLUE"}}, "$w.colour: expected Colour"),
        (WISH, {"w": {"text": "a", "colour": {}}}, "$w.colour: expected Colour"),
        ("query Q($t: DateTime!) { at(time: $t) }", {"t": "soon"}, "$t: expected DateTime"),
        ("query Q($t: DateTime!) { at(time: $t) }", {"t": {"a": None}}, "$t: expected DateTime"),
        ("query Q($n: Int) { repeat(number: $n) }", {"n": True}, "$n: expected Int"),
        ("query Q($n: Int) { repeat(number: $n) }", {"n": 1e300}, "$n: expected Int"),
        ("query Q($n: Int) { repeat(number: $n) }", {"n": int("1" * 4_000)}, "$n: expected Int"),
        (
            "query Q($l: [String!]!) { named(names: $l) { name } }",
            {"l": ["a", None]},
            "$l[1]: expected String!, found null",
        ),
    ],
)
async def test_a_variable_that_does_not_fit_is_told_by_its_place_in_words_of_graphql(toy, query, variables, message):
    response = await toy.ask(query, **variables)

    assert response.status_code == 422
    (error,) = errors(response)
    assert error["message"] == message
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}


async def test_variables_nested_without_end_are_refused(toy):
    deep = 5_000
    content = b'{"query": "{ me }", "variables": {"x": ' + b'{"a":' * deep + b"1" + b"}" * deep + b"}}"

    response = await toy.post(content)

    assert response.status_code in {400, 422}
    assert errors(response)[0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_null_where_only_a_default_is_allowed_is_the_clients_error(toy, caplog):
    response = await toy.ask("query Q($n: Int = 1) { repeat(number: $n) }", n=None)

    assert errors(response)[0]["extensions"] == {"code": "BAD_USER_INPUT"}
    assert caplog.records == []


@pytest.mark.parametrize(
    "query",
    [
        '{ at(time: "soon") }',
        "{ at(time: 5) }",
        "{ at(time: {a: 1}) }",
        '{ grant(wish: {text: 5, colour: "RED", count: null}) }',
        "{ grant(wish: {text: true, colour: BLUE}) }",
        "query Q($n: Int! = null) { repeat(number: $n) }",
        "{ repeat(number: " + "9" * 5_000 + ") }",
        "{ repeat(number: 1e99999) }",
    ],
)
async def test_a_literal_that_does_not_fit_is_told_in_words_of_graphql(toy, query, caplog):
    response = await toy.ask(query)

    assert response.status_code == 422
    text = json.dumps(errors(response))
    for word in ("None", "True", "iso", "ISO", "Traceback", "error '", "object at", "string too", "digits"):
        assert word not in text
    assert caplog.records == []


async def test_an_operation_that_takes_too_long_is_cancelled(serve):
    toy = serve(seconds_per_operation=0.2)

    response = await toy.ask("{ a: sleep(seconds: 30) b: sleep(seconds: 30) }")

    assert response.status_code == 503
    assert set(response.json()) == {"errors"}
    assert errors(response)[0]["extensions"] == {"code": "TIMEOUT"}
    assert toy.log.cancelled == ["sleep", "sleep"]
    assert toy.log.opened == toy.log.closed == 1


async def test_each_operation_has_one_context_of_its_own(serve):
    toy = serve()

    await toy.ask("{ a: me b: me }")
    await toy.ask("{ me refused bug }")
    await toy.ask("{ nothing }")  # refused without asking the database anything

    assert toy.log.opened == toy.log.closed == 2
