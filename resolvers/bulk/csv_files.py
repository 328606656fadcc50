"""A folder of CSV files as the rows of an import: whatever is wrong with a file as a file is found out here."""

import csv
from collections.abc import Iterator
from pathlib import Path

from resolvers.bulk.columns import SHEETS, Cells, Sheet
from resolvers.bulk.rows import Finding, Given


class NoSheets(Exception):
    """The folder holds no file of an import, or one that cannot be opened."""


def read_folder(folder: Path) -> tuple[Given, list[Finding]]:
    """The rows of all files that are there; a file that is missing is an empty one."""
    there = [each for each in SHEETS.values() if (folder / each.file).exists()]
    if not there:
        raise NoSheets(f"{folder} holds none of {', '.join(each.file for each in SHEETS.values())}")
    mistakes: list[Finding] = []
    given: dict[str, list[tuple[int, Cells]]] = {}
    for sheet in there:
        try:
            with (folder / sheet.file).open(encoding="utf-8-sig", newline="") as file:
                given[sheet.name] = list(_rows(sheet, file, mistakes))
        except OSError as problem:
            raise NoSheets(f"{folder / sheet.file}: {problem.strerror}") from None
    return given, mistakes


def _rows(sheet: Sheet, file: Iterator[str], mistakes: list[Finding]) -> Iterator[tuple[int, Cells]]:
    reader = csv.reader(file, strict=True)
    header: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            if header is None:
                header = [each.strip() for each in cells]
                if found := _wrong_header(sheet, header):
                    mistakes += found
                    return
            elif len(cells) != len(header) and cells:
                mistakes.append(
                    Finding(sheet.file, line, None, f"{len(header)} cells are expected here, not {len(cells)}"),
                )
            elif cells:  # an empty line says nothing
                yield line, dict(zip(header, cells, strict=True))
            line = reader.line_num + 1
    except UnicodeDecodeError:
        mistakes.append(Finding(sheet.file, line, None, "from about here on this is no UTF-8"))
    except csv.Error as problem:
        mistakes.append(Finding(sheet.file, line, None, f"this is no CSV: {problem}"))
    if header is None and not mistakes:
        mistakes.append(Finding(sheet.file, 1, None, "the names of the columns are missing"))


def _wrong_header(sheet: Sheet, header: list[str]) -> list[Finding]:
    known, found = set(sheet.header), []
    for name in dict.fromkeys(header):
        if name not in known:
            found.append(
                Finding(sheet.file, 1, name or None, f"there is no such column; there are {', '.join(sheet.header)}"),
            )
        elif header.count(name) > 1:
            found.append(Finding(sheet.file, 1, name, "this column is there twice"))
    missing = (each.name for each in sheet.columns if each.needed and each.name not in header)
    return found + [Finding(sheet.file, 1, each, "this column is missing") for each in missing]
