"""Terms by the calendar: durations of ISO 8601, and the ends of terms counted from one anchor.

The n-th term ends at `anchor + n * period`, its day clamped to the month; so 31 January is followed by 28 February and
31 March, and an error never adds up. Instants are UTC from end to end: time zones are for those who show them.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime, timedelta

from store.errors import BadInput

DAY = timedelta(days=1)
_MONTHS_OF_A_YEAR = 12
_DAYS_OF_A_WEEK = 7
_FIRST, _INFINITY = datetime(1900, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
CALENDAR_RANGE = f"in the years {_FIRST.year} to {MAXYEAR}"
_LONGEST_YEARS = 100
_ISO = re.compile(r"P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """So many months by the calendar, and so many days of 24 hours."""

    months: int
    days: int

    @property
    def max_days(self) -> int:
        """How many days it has at most, for whoever bounds it in days."""
        years, months = divmod(self.months, _MONTHS_OF_A_YEAR)
        leap_days = (years + 3) // 4
        return years * 365 + leap_days + months * 31 + self.days


def parse_period(text: str) -> Period:
    """Read `P1Y`, `P1M`, `P2W`, `P30D` or a sum of them; raises BadInput."""
    found = _ISO.fullmatch(text)
    years, months, weeks, days = (int(each or 0) for each in found.groups()) if found else (0, 0, 0, 0)
    period = Period(years * _MONTHS_OF_A_YEAR + months, weeks * _DAYS_OF_A_WEEK + days)
    if not 0 < period.max_days <= _LONGEST_YEARS * 366:
        raise BadInput(
            f"a span of whole days, weeks, months or years of ISO 8601 is expected, such as P1Y; at most {_LONGEST_YEARS} years",
        )
    return period


def to_utc(moment: datetime) -> datetime:
    """The same instant in UTC; raises OverflowError outside of the calendar.

    It begins late enough for everything that is counted back from an instant, such as a day of notice, and at its end
    nothing is counted on but by `term_end`. Its very last microsecond the driver keeps as infinity, and reads it without a zone.
    """
    found = moment.astimezone(UTC)
    if not _FIRST <= found < _INFINITY:
        message = f"an instant lies {CALENDAR_RANGE}"
        raise OverflowError(message)
    return found


def term_end(anchor: datetime, period: Period, number: int) -> datetime:
    """The end of the term of this number, the first being 1; exclusive, and the beginning of the next.

    Raises BadInput where the calendar ends before it.
    """
    months = anchor.year * _MONTHS_OF_A_YEAR + anchor.month - 1 + number * period.months
    year, month = divmod(months, _MONTHS_OF_A_YEAR)
    try:
        day = min(anchor.day, calendar.monthrange(year, month + 1)[1])
        return to_utc(anchor.replace(year=year, month=month + 1, day=day) + number * period.days * DAY)
    except (ValueError, OverflowError) as problem:
        raise BadInput(f"a term ends in the year {MAXYEAR} at the latest") from problem


def term_number_at(anchor: datetime, period: Period, end: datetime) -> int | None:
    """Which term ends at this very instant; None where none does."""
    length = max(period.max_days, 1)
    number = max((end - anchor).days // length, 0)
    while (reached := term_end(anchor, period, number)) < end:
        number += 1
    return number if reached == end else None


def days_between(start: datetime, end: datetime) -> int:
    """Days of 24 hours, begun ones as whole."""
    return -((start - end) // DAY)
