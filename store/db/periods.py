"""Calendar periods: ISO 8601 durations, and the ends of terms counted from one anchor.

Term n ends at `anchor + n * period`, with the day clamped to the month: January 31 is followed by February 28 and
March 31, so that rounding never accumulates. All instants are in UTC.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime, timedelta

from store.errors import BadInput

DAY = timedelta(days=1)
_MONTHS_PER_YEAR = 12
_DAYS_PER_WEEK = 7
# The driver reads the last microsecond of the calendar as infinity, and without a time zone.
_FIRST, _INFINITY = datetime(1900, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
CALENDAR_RANGE = f"in the years {_FIRST.year} to {MAXYEAR}"
_MAX_YEARS = 100
_ISO_DURATION = re.compile(r"P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """A number of calendar months, and of days of 24 hours."""

    months: int
    days: int

    @property
    def max_days(self) -> int:
        """The most days that the period can have, depending on the months it covers."""
        years, months = divmod(self.months, _MONTHS_PER_YEAR)
        leap_days = (years + 3) // 4
        return years * 365 + leap_days + months * 31 + self.days


def parse_period(text: str) -> Period:
    """Read an ISO 8601 duration such as `P1Y`, `P1M`, `P2W`, `P30D` or `P1Y6M`; raises BadInput."""
    match = _ISO_DURATION.fullmatch(text)
    years, months, weeks, days = (int(number or 0) for number in match.groups()) if match else (0, 0, 0, 0)
    period = Period(years * _MONTHS_PER_YEAR + months, weeks * _DAYS_PER_WEEK + days)
    if not 0 < period.max_days <= _MAX_YEARS * 366:
        raise BadInput(
            f"a period must be an ISO 8601 duration of days, weeks, months or years, such as P1Y,"
            f" and at most {_MAX_YEARS} years; got {text[:40]!r}"
        )
    return period


def to_utc(instant: datetime) -> datetime:
    """The same instant in UTC; raises OverflowError outside the supported years."""
    utc = instant.astimezone(UTC)
    if not _FIRST <= utc < _INFINITY:
        message = f"an instant must be {CALENDAR_RANGE}"
        raise OverflowError(message)
    return utc


def term_end(anchor: datetime, period: Period, number: int) -> datetime:
    """The exclusive end of term `number` (the first is 1), and the start of the next one.

    Raises BadInput where it is later than the calendar allows.
    """
    months = anchor.year * _MONTHS_PER_YEAR + anchor.month - 1 + number * period.months
    year, month = divmod(months, _MONTHS_PER_YEAR)
    try:
        day = min(anchor.day, calendar.monthrange(year, month + 1)[1])
        return to_utc(anchor.replace(year=year, month=month + 1, day=day) + number * period.days * DAY)
    except (ValueError, OverflowError) as problem:
        raise BadInput(f"a term must end by the year {MAXYEAR}; choose a shorter one") from problem


def term_number_at(anchor: datetime, period: Period, end: datetime) -> int | None:
    """The number of the term that ends exactly at `end`; None if no term does."""
    number = max((end - anchor).days // max(period.max_days, 1), 0)
    while (reached := term_end(anchor, period, number)) < end:
        number += 1
    return number if reached == end else None


def days_between(start: datetime, end: datetime) -> int:
    """Days of 24 hours, rounded up."""
    return -((start - end) // DAY)
