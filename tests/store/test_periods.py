"""Terms of calendar periods: from the anchor, with the day clamped to the month, in UTC."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.db.periods import Period, days_between, parse_period, term_end, term_number_at
from store.errors import BadInput

MONTH = parse_period("P1M")


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_monthly_terms_from_january_31_end_on_the_last_days_of_months():
    ends = [term_end(utc(2027, 1, 31, 9, 30), MONTH, number) for number in (1, 2, 3)]

    assert ends == [utc(2027, 2, 28, 9, 30), utc(2027, 3, 31, 9, 30), utc(2027, 4, 30, 9, 30)]


def test_a_term_from_a_leap_day_ends_on_the_next_leap_day():
    year = parse_period("P1Y")

    ends = [term_end(utc(2028, 2, 29), year, number) for number in (1, 2, 3, 4)]

    assert ends == [utc(2029, 2, 28), utc(2030, 2, 28), utc(2031, 2, 28), utc(2032, 2, 29)]


def test_a_month_from_january_31_ends_on_a_leap_day():
    assert term_end(utc(2028, 1, 31), MONTH, 1) == utc(2028, 2, 29)


def test_days_have_24_hours_across_a_change_of_summer_time():
    # Summer time ended in Europe in the night to October 25, 2026.
    assert term_end(utc(2026, 10, 24, 22), parse_period("P1D"), 1) == utc(2026, 10, 25, 22)


def test_terms_do_not_depend_on_the_time_zone():
    berlin = timezone(timedelta(hours=1))
    anchor = datetime(2027, 1, 31, 0, 30, tzinfo=berlin).astimezone(UTC)

    assert term_end(anchor, MONTH, 1) == utc(2027, 2, 28, 23, 30)


def test_the_number_of_the_term_that_ends_at_an_instant():
    anchor = utc(2027, 1, 31)

    assert term_number_at(anchor, MONTH, anchor) == 0
    assert term_number_at(anchor, MONTH, utc(2027, 2, 28)) == 1
    assert term_number_at(anchor, MONTH, utc(2027, 3, 31)) == 2
    assert term_number_at(anchor, MONTH, utc(2027, 3, 28)) is None


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("P1Y", Period(12, 0)),
        ("P18M", Period(18, 0)),
        ("P2W", Period(0, 14)),
        ("P30D", Period(0, 30)),
        ("P1Y2M10D", Period(14, 10)),
    ],
)
def test_iso_8601_durations_are_parsed(text, period):
    assert parse_period(text) == period


@pytest.mark.parametrize("text", ["", "P", "P0D", "1M", "P1M ", "PT24H", "P-1M", "P1.5M", "P٣M", "P101Y", "P9999Y"])
def test_other_durations_are_refused(text):
    with pytest.raises(BadInput, match="ISO 8601"):
        parse_period(text)


def test_days_between_instants_are_rounded_up():
    assert days_between(utc(2027, 1, 1), utc(2027, 1, 31)) == 30
    assert days_between(utc(2027, 1, 1), utc(2027, 1, 31, 0, 0, 1)) == 31


@given(
    st.datetimes(utc(2000, 1, 1).replace(tzinfo=None), utc(2100, 1, 1).replace(tzinfo=None)),
    st.builds(Period, st.integers(0, 36), st.integers(0, 60)).filter(lambda period: period.max_days),
    st.integers(0, 60),
)
def test_every_term_has_its_number_and_ends_before_the_next_one(moment, period, number):
    anchor = moment.replace(tzinfo=UTC)

    end = term_end(anchor, period, number)

    assert term_number_at(anchor, period, end) == number
    assert term_end(anchor, period, number + 1) > end
    assert days_between(anchor, term_end(anchor, period, 1)) <= period.max_days


def test_a_term_after_the_last_supported_year_is_refused():
    with pytest.raises(BadInput, match="9999"):
        term_end(utc(9999, 6, 1), MONTH, 7)
    with pytest.raises(BadInput, match="9999"):
        term_end(utc(9999, 12, 31), parse_period("P1D"), 1)
