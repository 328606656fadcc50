"""Instants at the edge of the calendar: what PostgreSQL calls infinity is no instant that anybody could read back."""

from datetime import UTC, datetime

import pytest

from resolvers.sheets import SHEETS
from schema.ids import encode
from schema.scalars import instant
from store.calendar import period_of, term_end
from store.errors import BadInput
from store.products import LicenseModel
from worlds.cast import ANN, IDA, Groups
from worlds.demo_catalogue import template_of

EDGES = ("9999-12-31T23:59:59.999999Z", "9999-12-31T22:59:59.999999-01:00", "0001-01-01T00:00:00Z")
NO_INSTANT = "an instant is written like 2026-11-24T12:00:00Z"
ORDER = "mutation($input: OrderCreateInput!) { orderCreate(input: $input) { errors { code } licenses { expiresAt } } }"


@pytest.mark.parametrize("edge", EDGES)
async def test_an_order_does_not_run_until_infinity(ask, edge):
    wish = {
        "templateId": encode("LicenseTemplate", template_of(LicenseModel.MULTI_USER_SUBSCRIPTION)),
        "groupId": encode("Group", Groups.ACME), "quantity": 2, "expiresAt": edge, "idempotencyKey": edge,
    }  # fmt: skip

    answer = await ask(IDA, ORDER, input=wish)

    assert [NO_INSTANT in each.message for each in answer.errors] == [True], answer.data
    read = await ask(ANN, "{ viewer { licenses(first: 100) { nodes { lifecycle expiresAt } } } }")
    assert not read.errors


@pytest.mark.parametrize("edge", EDGES)
async def test_a_filter_does_not_ask_for_infinity(ask, edge):
    document = "query($at: DateTime) { viewer { licenses(where: { createdAt: { lt: $at } }) { totalCount } } }"

    answer = await ask(ANN, document, at=edge)

    assert [NO_INSTANT in each.message for each in answer.errors] == [True], answer.data


@pytest.mark.parametrize("edge", EDGES)
def test_a_sheet_does_not_say_infinity(edge):
    (column,) = (each for each in SHEETS["licenses"].columns if each.name == "expires_at")

    with pytest.raises(BadInput):
        column.read(edge)


def test_no_term_ends_at_infinity():
    a_year_before = datetime.max.replace(year=9998, tzinfo=UTC)

    with pytest.raises(BadInput):
        term_end(a_year_before, period_of("P1Y"), 1)


def test_what_lies_within_the_calendar_is_an_instant():
    assert instant("9999-12-31T23:59:59.999998Z").year == 9999
