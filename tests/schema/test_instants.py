"""Instants out of range are refused: those that PostgreSQL reads as infinity, and those too early to compute terms from."""

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
MESSAGE = "a DateTime must be written like 2026-11-24T12:00:00Z, with an offset from UTC, in the years 1900 to 9999"
ORDER = "mutation($input: OrderCreateInput!) { orderCreate(input: $input) { errors { code } licenses { expiresAt } } }"


@pytest.mark.parametrize("edge", EDGES)
async def test_an_order_does_not_end_out_of_range(execute, edge):
    arguments = {
        "templateId": to_global_id("LicenseTemplate", template_of(LicenseModel.MULTI_USER_SUBSCRIPTION)),
        "groupId": to_global_id("Group", Groups.ACME),
        "quantity": 2,
        "expiresAt": edge,
        "idempotencyKey": edge,
    }

    answer = await execute(IDA, ORDER, input=arguments)

    assert [MESSAGE in error["message"] for error in answer.errors] == [True], answer.data
    read = await execute(ANN, "{ viewer { licenses(first: 100) { nodes { lifecycle expiresAt } } } }")
    assert not read.errors


@pytest.mark.parametrize("edge", BEFORE)
async def test_an_order_does_not_start_before_1900(execute, edge):
    arguments = {
        "templateId": to_global_id("LicenseTemplate", template_of(LicenseModel.SINGLE_USER_SUBSCRIPTION)),
        "groupId": to_global_id("Group", Groups.ACME),
        "startsAt": edge,
        "expiresAt": "1900-01-01T01:00:00Z",
        "idempotencyKey": edge,
    }

    answer = await execute(IDA, ORDER, input=arguments)

    assert [MESSAGE in error["message"] for error in answer.errors] == [True], answer.data


async def test_an_order_can_start_in_1900(execute):
    arguments = {
        "templateId": to_global_id("LicenseTemplate", template_of(LicenseModel.SINGLE_USER_SUBSCRIPTION)),
        "groupId": to_global_id("Group", Groups.ACME),
        "startsAt": "1900-01-01T00:00:00Z",
        "expiresAt": "1900-01-01T01:00:00Z",
        "idempotencyKey": "first",
    }

    answer = await execute(IDA, ORDER, input=arguments)

    assert answer.data["orderCreate"] == {"errors": [], "licenses": [{"expiresAt": "1900-01-01T01:00:00+00:00"}]}


@pytest.mark.parametrize("edge", EDGES)
async def test_a_filter_does_not_take_an_instant_out_of_range(execute, edge):
    document = "query($at: DateTime) { viewer { licenses(where: { createdAt: { lt: $at } }) { totalCount } } }"

    answer = await execute(ANN, document, at=edge)

    assert [MESSAGE in error["message"] for error in answer.errors] == [True], answer.data


@pytest.mark.parametrize("edge", EDGES)
def test_a_csv_column_does_not_take_an_instant_out_of_range(edge):
    (column,) = (column for column in FILES["licenses"].columns if column.name == "expires_at")

    with pytest.raises(BadInput, match="must be an instant in the years 1900 to 9999"):
        column.read(edge)


def test_no_term_ends_after_the_last_year():
    a_year_before = datetime.max.replace(year=9998, tzinfo=UTC)

    with pytest.raises(BadInput):
        term_end(a_year_before, parse_period("P1Y"), 1)


def test_the_first_and_the_last_instant_are_accepted():
    assert parse_instant("9999-12-31T23:59:59.999998Z").year == 9999
    assert parse_instant("1900-01-01T00:00:00Z").year == 1900


TERMS = "mutation($input: LicenseTemplateModifyInput!) { licenseTemplateModify(input: $input) { errors { code } } }"
RENEW = "mutation($input: LicenseRenewInput!) { licenseRenew(input: $input) { errors { code } license { expiresAt } } }"


@pytest.fixture
def ends(execute):
    """`await ends("2027-01-31T08:00:00Z", "P1M", 3)` are the ends of a subscription: the first, and that of each renewal."""

    async def order_and_renew(starts_at, period, renewals):
        template = to_global_id("LicenseTemplate", template_of(LicenseModel.SINGLE_USER_SUBSCRIPTION))
        await execute(IDA, TERMS, input={"templateId": template, "period": period, "idempotencyKey": "terms"})
        arguments = {"templateId": template, "groupId": to_global_id("Group", Groups.ACME), "startsAt": starts_at}
        answer = await execute(
            IDA, ORDER.replace("expiresAt", "id expiresAt"), input=arguments | {"idempotencyKey": "order"}
        )
        (license,) = answer.data["orderCreate"]["licenses"]
        result = [license["expiresAt"]]
        for number in range(renewals):
            arguments = {"licenseId": license["id"], "idempotencyKey": str(number)}
            renewed = await execute(IDA, RENEW, input=arguments)
            assert renewed.data["licenseRenew"]["errors"] == []
            result.append(renewed.data["licenseRenew"]["license"]["expiresAt"])
        return result

    return order_and_renew


@pytest.mark.feature("F86")
async def test_months_from_the_31st_of_january_end_on_the_last_days_of_shorter_months(ends):
    instants = await ends("2026-01-31T08:00:00Z", "P1M", 10)

    assert instants[:4] == [f"2026-{day}T08:00:00+00:00" for day in ("02-28", "03-31", "04-30", "05-31")]
    assert instants[-1] == "2026-12-31T08:00:00+00:00"


@pytest.mark.feature("F86")
async def test_years_from_a_leap_day_end_on_the_28th_of_february(ends):
    instants = await ends("2024-02-29T00:00:00Z", "P1Y", 3)

    assert [instant[:10] for instant in instants] == ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]


async def test_an_instant_with_an_offset_is_converted_to_utc(ends):
    """Half past midnight in Berlin is the day before in UTC, and that day is the anchor."""
    assert await ends("2026-03-01T00:30:00+01:00", "P1M", 1) == [
        "2026-03-28T23:30:00+00:00",
        "2026-04-28T23:30:00+00:00",
    ]
