"""What there is to choose from: everything of a kind by a number, the newest as often as all the rest."""

from uuid import UUID

NEWEST = 6


def one(choice, pick):
    return choice[pick % len(choice)]


def _one_of(pool, pick):
    return pool[pick % len(pool)] if pick % 2 else pool[-1 - pick // 2 % min(NEWEST, len(pool))]


class Surroundings:
    """`around("License", 7)` is one license; `around.machines` is the field, `around.now()` the hour."""

    def __init__(self, clock, machines):
        self.now = clock.now
        self.machines = machines
        self._pools = {}

    def __call__(self, kind, pick):
        pool = self._pools.get(kind) or [UUID(int=pick)]
        return _one_of(pool, pick)

    def of(self, step, kind, pick):
        """One of those that a step has changed; any where it has not yet come to anything."""
        changed = self._pools.get((step, kind))
        return _one_of(changed, pick) if changed else self(kind, pick)

    def add(self, kind, ids):
        pool = self._pools.setdefault(kind, [])
        pool += [each for each in ids if each not in pool]
