"""Reading a folder of CSV files as the rows of an import; mistakes in the files themselves are reported here."""

import csv
from collections.abc import Iterator
from pathlib import Path

from resolvers.bulk.columns import FILES, Cells, CsvFile
from resolvers.bulk.rows import Finding, Given


class NoFiles(Exception):
    """The folder contains no file of an import, or one that cannot be opened."""


def read_folder(folder: Path) -> tuple[Given, list[Finding]]:
    """The rows of all files; a missing file counts as empty."""
    there = [each for each in FILES.values() if (folder / each.file).exists()]
    if not there:
        raise NoFiles(f"{folder} contains none of {', '.join(each.file for each in FILES.values())}")
    mistakes: list[Finding] = []
    given: dict[str, list[tuple[int, Cells]]] = {}
    for csv_file in there:
        try:
            with (folder / csv_file.file).open(encoding="utf-8-sig", newline="") as file:
                given[csv_file.name] = list(_rows(csv_file, file, mistakes))
        except OSError as problem:
            raise NoFiles(f"{folder / csv_file.file}: {problem.strerror}") from None
    return given, mistakes


def _rows(csv_file: CsvFile, file: Iterator[str], mistakes: list[Finding]) -> Iterator[tuple[int, Cells]]:
    reader = csv.reader(file, strict=True)
    header: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            if header is None:
                header = [each.strip() for each in cells]
                if found := _wrong_header(csv_file, header):
                    mistakes += found
                    return
            elif len(cells) != len(header) and cells:
                mistakes.append(Finding(csv_file.file, line, None, f"{len(header)} cells expected, got {len(cells)}"))
            elif cells:  # empty lines are skipped
                yield line, dict(zip(header, cells, strict=True))
            line = reader.line_num + 1
    except UnicodeDecodeError:
        mistakes.append(Finding(csv_file.file, line, None, "not valid UTF-8 from about here on"))
    except csv.Error as problem:
        mistakes.append(Finding(csv_file.file, line, None, f"not valid CSV: {problem}"))
    if header is None and not mistakes:
        mistakes.append(Finding(csv_file.file, 1, None, "the header with the names of the columns is missing"))


def _wrong_header(csv_file: CsvFile, header: list[str]) -> list[Finding]:
    known, found = set(csv_file.header), []
    for name in dict.fromkeys(header):
        if name not in known:
            found.append(
                Finding(csv_file.file, 1, name or None, f"unknown column; the columns are {', '.join(csv_file.header)}")
            )
        elif header.count(name) > 1:
            found.append(Finding(csv_file.file, 1, name, "this column is repeated"))
    missing = (each.name for each in csv_file.columns if each.needed and each.name not in header)
    return found + [Finding(csv_file.file, 1, each, "this column is missing") for each in missing]
