"""Reading the demo world through the schema."""

import pytest

from worlds.cast import ANN, BEA, CAST, IDA, OLGA, SAM, SERVER, TOM

MUST_SHOW = """{ viewer { licenses(first: 50) { nodes {
    product { name } group { name } assignee { name } activations { nodes { container { serial } } } viewerCan
} } } }"""


@pytest.mark.parametrize("account", CAST, ids=lambda each: each.name)
async def test_a_page_takes_as_many_statements_as_it_has_kinds_of_things(ask, account):
    answer = await ask(account, MUST_SHOW)

    print(account.name, answer.statements, answer.errors)
    for each in answer.data["viewer"]["licenses"]["nodes"]:
        print(each)
