"""The rows of an import as they were sent, what is wrong with them by file and line, and the ids that their keys stand for."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from resolvers.bulk.columns import SHEETS, Cells, Sheet
from store.errors import BadInput, Refusal

Given = Mapping[str, list[tuple[int, Cells]]]
"""By the name of a sheet its rows: the line, and the cells by column."""

_NAMESPACE = uuid5(NAMESPACE_URL, "urn:license-portal:import")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to be said about a row, and where that is."""

    file: str
    line: int
    column: str | None
    message: str

    def __str__(self) -> str:
        column = "" if self.column is None else f"{self.column}: "
        return f"{self.file}:{self.line}: {column}{self.message}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what was sent and, where that could be read, what it says; an empty cell says None."""

    sheet: Sheet
    line: int
    cells: Cells
    values: dict[str, Any]
    readable: bool

    def __getitem__(self, column: str) -> Any:
        return self.values.get(column)

    def finding(self, column: str | None, message: str) -> Finding:
        return Finding(self.sheet.file, self.line, column, message)


class ImportRefused(Refusal):
    """Something is wrong with what is to be imported, and so nothing was; `findings` says everything, and where."""

    code = "IMPORT_REFUSED"

    def __init__(self, findings: Iterable[Finding]) -> None:
        told = [asdict(each) for each in findings]
        super().__init__(f"there are {len(told)} mistakes, and so nothing was imported", findings=told)


@lru_cache(2**14)  # a file names the same groups and people again and again
def id_of(kind: str, key: str) -> UUID:
    """What a key stands for, always the same: so a file can be imported again, and an id of the portal is itself."""
    return UUID(key) if _UUID.fullmatch(key) else uuid5(_NAMESPACE, f"{kind} {key}")


def read(given: Given, findings: list[Finding]) -> dict[str, list[Row]]:
    """The rows of every sheet, those that cannot be read among them; why they cannot is added to the findings."""
    return {
        name: [_row(sheet, line, cells, findings) for line, cells in given.get(name, ())]
        for name, sheet in SHEETS.items()
    }


def _row(sheet: Sheet, line: int, cells: Cells, findings: list[Finding]) -> Row:
    values: dict[str, Any] = {}
    readable = True
    for column in sheet.columns:
        cell = cells.get(column.name, "").strip()
        problem = "nothing stands here" if column.needed and not cell else None
        try:
            if cell:
                values[column.name] = column.read(cell)
        except BadInput as refusal:
            problem = refusal.message
        if problem is not None:
            readable = False
            findings.append(Finding(sheet.file, line, column.name, problem))
    return Row(sheet, line, cells, values, readable)
