"""A repeatable random number generator: the same seed gives the same world."""

import random
from datetime import UTC, datetime
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class SeededRandom(random.Random):
    """A generator that shares no state with the module `random`."""

    def id_at(self, at: datetime) -> UUID:
        """Return an ID like those of `store.db.base.new_id`, for that instant."""
        age = at - _EPOCH
        milliseconds = (age.days * 86_400 + age.seconds) * 1000 + age.microseconds // 1000
        bits = self.getrandbits(74)
        return UUID(int=milliseconds << 80 | 0x7 << 76 | (bits >> 62) << 64 | 0x2 << 62 | bits & (1 << 62) - 1)

    def skewed(self, alpha: float, *, most: float) -> float:
        """Return a Pareto-distributed number from 1 to `most`."""
        return min(self.paretovariate(alpha), most)
