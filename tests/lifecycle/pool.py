"""What the steps choose their arguments from: IDs by number, the newest half of the time."""

from uuid import UUID

NEWEST = 6


def pick(options, number):
    return options[number % len(options)]


def _pick_newest_often(ids, number):
    return ids[number % len(ids)] if number % 2 else ids[-1 - number // 2 % min(NEWEST, len(ids))]


class Pool:
    """`pool("License", 7)` is the ID of a license; `devices` and `now()` serve the steps that need a container file."""

    def __init__(self, clock, devices):
        self.now = clock.now
        self.devices = devices
        self._ids = {}

    def __call__(self, kind, number):
        return _pick_newest_often(self._ids.get(kind) or [UUID(int=number)], number)

    def changed_by(self, step, kind, number):
        """One that a step has changed; any, where the step has not changed one yet."""
        changed = self._ids.get((step, kind))
        return _pick_newest_often(changed, number) if changed else self(kind, number)

    def add(self, kind, ids):
        known = self._ids.setdefault(kind, [])
        known += [id_ for id_ in ids if id_ not in known]
