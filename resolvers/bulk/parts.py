"""An import in parts, each one transaction: no lock is held for long, and an import that was stopped can go on."""

from collections.abc import Iterator

from resolvers.bulk.check import Plan
from resolvers.bulk.columns import Cells
from resolvers.bulk.rows import Row

MOST_ROWS = 10_000

Part = dict[str, list[tuple[int, Cells]]]


def parts_of(plan: Plan, *, most: int = MOST_ROWS) -> list[Part]:
    """The new rows, each after the rows that it refers to; a small import is one part."""
    parts: list[Part] = []
    room = 0
    for rows in _units(plan):
        if room < len(rows):
            parts.append({})
            room = most
        for row in rows:
            parts[-1].setdefault(row.csv_file.name, []).append((row.line, row.cells))
        room -= len(rows)
    return parts


def _units(plan: Plan) -> Iterator[list[Row]]:
    """Rows that belong together: a license is imported with its assignment."""
    assigned = {values["id"]: row for row, values in plan.new["assignments"]}
    for name, new in plan.new.items():
        if name == "groups":
            yield from ([row] for row, _ in sorted(new, key=lambda each: each[1]["level"]))
        elif name == "licenses":
            for row, values in new:
                yield [row, *filter(None, [assigned.pop(values["id"], None)])]
        elif name == "assignments":
            yield from ([row] for row in assigned.values())
        else:
            yield from ([row] for row, _ in new)
