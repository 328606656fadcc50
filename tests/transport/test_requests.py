"""GraphQL over HTTP: how a request has to look, and what an answer is like."""

from tests.transport.toy import RESPONSE


async def test_an_answer_has_the_media_type_that_the_client_prefers(toy):
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
        assert response.json() == {"data": {"me": "stranger"}, "extensions": {"cost": 0}}
