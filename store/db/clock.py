"""The clock, which is passed in: no code below `app.py` reads the system time."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """A source of the current instant in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The system clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)
