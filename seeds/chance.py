"""Chance that repeats itself: the same seed, the same world."""

import random
from datetime import UTC, datetime
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Chance(random.Random):
    """A generator of its own, which nobody else draws from."""

    def id_at(self, at: datetime) -> UUID:
        """An id as `store.db.base.new_id` makes them, of that instant."""
        since = at - _EPOCH
        milliseconds = (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000
        bits = self.getrandbits(74)
        return UUID(int=milliseconds << 80 | 0x7 << 76 | (bits >> 62) << 64 | 0x2 << 62 | bits & (1 << 62) - 1)

    def skewed(self, alpha: float, *, most: float) -> float:
        """At least 1, mostly little more, rarely very much (Pareto)."""
        return min(self.paretovariate(alpha), most)
