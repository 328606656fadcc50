"""The page for browsers: self-contained, without anything from other hosts."""

import re

import pytest

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.feature("F95")
async def test_a_browser_gets_a_self_contained_page(toy):
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


async def test_a_browser_gets_the_result_of_a_query_in_the_url(toy):
    response = await toy.get(BROWSER, query="{ me }")

    assert response.json()["data"] == {"me": "anonymous"}


@pytest.mark.feature("F95")
async def test_the_introspection_query_of_the_page_is_within_the_limits(toy):
    page = (await toy.get(BROWSER)).text
    query = re.search(r"const DOCS = `(.*?)`", page, re.DOTALL)[1]

    response = await toy.execute(query)

    assert response.status_code == 200
    assert "Item" in {each["name"] for each in response.json()["data"]["__schema"]["types"]}
