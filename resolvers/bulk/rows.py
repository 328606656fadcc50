"""The rows of an import, mistakes by file and line, and the IDs that keys stand for."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from resolvers.bulk.columns import FILES, Cells, CsvFile
from store.errors import BadInput, Refusal

Given = Mapping[str, list[tuple[int, Cells]]]
"""By the name of a file its rows: the line, and the cells by column."""

_NAMESPACE = uuid5(NAMESPACE_URL, "urn:license-portal:import")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake or a note, with its file, line and column."""

    file: str
    line: int
    column: str | None
    message: str

    def __str__(self) -> str:
        column = "" if self.column is None else f"{self.column}: "
        return f"{self.file}:{self.line}: {column}{self.message}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells and, as far as they could be parsed, their values; an empty cell is None."""

    csv_file: CsvFile
    line: int
    cells: Cells
    values: dict[str, Any]
    readable: bool

    def __getitem__(self, column: str) -> Any:
        return self.values.get(column)

    def finding(self, column: str | None, message: str) -> Finding:
        return Finding(self.csv_file.file, self.line, column, message)


class ImportRefused(Refusal):
    """The import contains mistakes and nothing was written; `findings` lists all of them."""

    code = "IMPORT_REFUSED"

    def __init__(self, findings: Iterable[Finding]) -> None:
        details = [asdict(finding) for finding in findings]
        super().__init__(f"{len(details)} mistakes were found; nothing was imported", findings=details)


@lru_cache(2**14)  # files refer to the same groups and people many times
def id_of(kind: str, key: str) -> UUID:
    """The ID that a key stands for: always the same, so that files can be imported again; a UUID stands for itself."""
    return UUID(key) if _UUID.fullmatch(key) else uuid5(_NAMESPACE, f"{kind} {key}")


def parse_rows(given: Given, findings: list[Finding]) -> dict[str, list[Row]]:
    """The rows of every file, including those that cannot be parsed; the reasons are added to the findings."""
    return {
        name: [_row(csv_file, line, cells, findings) for line, cells in given.get(name, ())]
        for name, csv_file in FILES.items()
    }


def _row(csv_file: CsvFile, line: int, cells: Cells, findings: list[Finding]) -> Row:
    values: dict[str, Any] = {}
    readable = True
    for column in csv_file.columns:
        cell = cells.get(column.name, "").strip()
        problem = "must not be empty" if column.needed and not cell else None
        try:
            if cell:
                values[column.name] = column.read(cell)
        except BadInput as refusal:
            problem = refusal.message
        if problem is not None:
            readable = False
            findings.append(Finding(csv_file.file, line, column.name, problem))
    return Row(csv_file, line, cells, values, readable)
