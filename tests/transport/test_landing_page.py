"""What a browser gets at the path: one page, whole, that fetches nothing from elsewhere."""

import re

import pytest

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.feature("F95")
async def test_a_browser_gets_a_page_that_needs_nobody_else(toy):
    response = await toy.get(BROWSER)

    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "http:" not in response.text
    assert "https:" not in response.text
    assert re.findall(r"<(?:link|img|iframe)|\ssrc=", response.text) == []
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; connect-src 'self';")
    assert "unsafe" not in policy
    assert len(re.findall("'sha256-[^']{44}'", policy)) == 2


async def test_a_question_in_the_url_is_answered_to_a_browser_as_well(toy):
    response = await toy.get(BROWSER, query="{ me }")

    assert response.json()["data"] == {"me": "stranger"}


@pytest.mark.feature("F95")
async def test_the_page_can_ask_for_the_whole_schema(toy):
    page = (await toy.get(BROWSER)).text
    question = re.search(r"const DOCS = `(.*?)`", page, re.DOTALL)[1]

    response = await toy.ask(question)

    assert response.status_code == 200
    assert "Wish" in {each["name"] for each in response.json()["data"]["__schema"]["types"]}
