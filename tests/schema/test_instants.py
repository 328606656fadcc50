"""Instants at the edge of the calendar: neither what PostgreSQL calls infinity, nor what no license can be counted from."""

from datetime import UTC, datetime

import pytest

from resolvers.bulk.columns import FILES
from schema.fields.ids import to_global_id
from schema.fields.scalars import parse_instant
from seeds.cast import ANN, IDA, Groups
from seeds.demo_catalog import template_of
from store.db.periods import parse_period, term_end
from store.errors import BadInput
from store.products import LicenseModel

BEFORE = ("0001-01-01T00:00:00Z", "0001-01-01T00:00:01Z", "1899-12-31T23:59:59Z", "1900-01-01T00:00:00+01:00")
EDGES = ("9999-12-31T23:59:59.999999Z", "9999-12-31T22:59:59.999999-01:00", *BEFORE)
NO_INSTANT = "a DateTime must be written like 2026-11-24T12:00:00Z, with an offset from UTC, in the years 1900 to 9999"
ORDER = "mutation($input: OrderCreateInput!) { orderCreate(input: $input) { errors { code } licenses { expiresAt } } }"


@pytest.mark.parametrize("edge", EDGES)
async def test_an_order_does_not_run_beyond_the_calendar(execute, edge):
    wish = {
        "templateId": to_global_id("LicenseTemplate", template_of(LicenseModel.MULTI_USER_SUBSCRIPTION)),
        "groupId": to_global_id("Group", Groups.ACME), "quantity": 2, "expiresAt": edge, "idempotencyKey": edge,
    }  # fmt: skip

    answer = await execute(IDA, ORDER, input=wish)

    assert [NO_INSTANT in error["message"] for error in answer.errors] == [True], answer.data
    read = await execute(ANN, "{ viewer { licenses(first: 100) { nodes { lifecycle expiresAt } } } }")
    assert not read.errors


@pytest.mark.parametrize("edge", BEFORE)
async def test_no_license_begins_so_early_that_its_day_of_notice_has_no_date(execute, edge):
    wish = {
        "templateId": to_global_id("LicenseTemplate", template_of(LicenseModel.SINGLE_USER_SUBSCRIPTION)),
        "groupId": to_global_id("Group", Groups.ACME), "startsAt": edge, "expiresAt": "1900-01-01T01:00:00Z",
        "idempotencyKey": edge,
    }  # fmt: skip

    answer = await execute(IDA, ORDER, input=wish)

    assert [NO_INSTANT in error["message"] for error in answer.errors] == [True], answer.data


async def test_the_first_license_of_the_calendar_has_its_day_of_notice(execute):
    wish = {
        "templateId": to_global_id("LicenseTemplate", template_of(LicenseModel.SINGLE_USER_SUBSCRIPTION)),
        "groupId": to_global_id("Group", Groups.ACME), "startsAt": "1900-01-01T00:00:00Z",
        "expiresAt": "1900-01-01T01:00:00Z", "idempotencyKey": "first",
    }  # fmt: skip

    answer = await execute(IDA, ORDER, input=wish)

    assert answer.data["orderCreate"] == {"errors": [], "licenses": [{"expiresAt": "1900-01-01T01:00:00+00:00"}]}


@pytest.mark.parametrize("edge", EDGES)
async def test_a_filter_does_not_ask_beyond_the_calendar(execute, edge):
    document = "query($at: DateTime) { viewer { licenses(where: { createdAt: { lt: $at } }) { totalCount } } }"

    answer = await execute(ANN, document, at=edge)

    assert [NO_INSTANT in error["message"] for error in answer.errors] == [True], answer.data


@pytest.mark.parametrize("edge", EDGES)
def test_a_sheet_does_not_say_what_lies_beyond_the_calendar(edge):
    (column,) = (each for each in FILES["licenses"].columns if each.name == "expires_at")

    with pytest.raises(BadInput, match="must be an instant in the years 1900 to 9999"):
        column.read(edge)


def test_no_term_ends_at_infinity():
    a_year_before = datetime.max.replace(year=9998, tzinfo=UTC)

    with pytest.raises(BadInput):
        term_end(a_year_before, parse_period("P1Y"), 1)


def test_what_lies_within_the_calendar_is_an_instant():
    assert parse_instant("9999-12-31T23:59:59.999998Z").year == 9999
    assert parse_instant("1900-01-01T00:00:00Z").year == 1900


TERMS = "mutation($input: LicenseTemplateModifyInput!) { licenseTemplateModify(input: $input) { errors { code } } }"
RENEW = "mutation($input: LicenseRenewInput!) { licenseRenew(input: $input) { errors { code } license { expiresAt } } }"


@pytest.fixture
def ends(execute):
    """`await ends("2027-01-31T08:00:00Z", "P1M", 3)` are the first end of a subscription and those of its renewals."""

    async def sold(starts_at, period, renewals):
        template = to_global_id("LicenseTemplate", template_of(LicenseModel.SINGLE_USER_SUBSCRIPTION))
        await execute(IDA, TERMS, input={"templateId": template, "period": period, "idempotencyKey": "terms"})
        wish = {"templateId": template, "groupId": to_global_id("Group", Groups.ACME), "startsAt": starts_at}
        answer = await execute(IDA, ORDER.replace("expiresAt", "id expiresAt"), input=wish | {"idempotencyKey": "sold"})
        (license,) = answer.data["orderCreate"]["licenses"]
        found = [license["expiresAt"]]
        for number in range(renewals):
            again = {"licenseId": license["id"], "idempotencyKey": str(number)}
            renewed = await execute(IDA, RENEW, input=again)
            assert renewed.data["licenseRenew"]["errors"] == []
            found.append(renewed.data["licenseRenew"]["license"]["expiresAt"])
        return found

    return sold


@pytest.mark.feature("F86")
async def test_a_month_from_the_31st_of_january_again_and_again(ends):
    found = await ends("2026-01-31T08:00:00Z", "P1M", 10)

    assert found[:4] == [f"2026-{day}T08:00:00+00:00" for day in ("02-28", "03-31", "04-30", "05-31")]
    assert found[-1] == "2026-12-31T08:00:00+00:00"


@pytest.mark.feature("F86")
async def test_a_year_from_a_leap_day(ends):
    found = await ends("2024-02-29T00:00:00Z", "P1Y", 3)

    assert [each[:10] for each in found] == ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]


async def test_a_zone_is_for_whoever_says_it_and_every_answer_is_in_utc(ends):
    """Half past midnight in Berlin is the day before in UTC, and that day is the anchor."""
    assert await ends("2026-03-01T00:30:00+01:00", "P1M", 1) == [
        "2026-03-28T23:30:00+00:00",
        "2026-04-28T23:30:00+00:00",
    ]
