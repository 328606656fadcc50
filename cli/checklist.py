"""Update docs/checklist.md: the promised features, each with the tests that show it.

The rows of the page and their `missing` lines are written by hand. The tests of a row are those marked with its number:
`@pytest.mark.feature("F20", "F21")`.
"""

import ast
import re
from argparse import ArgumentParser, Namespace
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from cli import CommandFailed
from settings import CHECKOUT, Settings

SUMMARY = "update docs/checklist.md after a change of the tests"
PAGE = CHECKOUT / "docs" / "checklist.md"
HEAD = """# The checklist

The features that the portal promises, and the tests that show them. `./portal checklist` updates the numbers and the lists of tests
from the marks `@pytest.mark.feature("F20", "F21")`. The rows and what is `missing` are written by hand.

"""

_ROW = re.compile(r"\*\*(F\d+) (.+)\*\* - (.+)")
_MISSING = "- missing: "
_MARK = "pytest.mark.feature"

TestsByRow = Mapping[str, list[tuple[str, str]]]


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--print", action="store_true", help="print the page instead of writing it")


def run(args: Namespace, settings: Settings) -> int:  # noqa: ARG001 - the same for every command
    text = updated(PAGE.read_text(encoding="utf-8"), marked_tests(CHECKOUT / "tests"))
    if args.print:
        print(text, end="")
    else:
        PAGE.write_text(text, encoding="utf-8")
    return 0


def marked_tests(folder: Path) -> TestsByRow:
    """Return the tests of each row (file, name as a sentence), read from the source without importing it."""
    tests: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for path in sorted(folder.rglob("test_*.py")):
        name = path.relative_to(folder.parent).as_posix()
        for statement in ast.parse(path.read_bytes(), name).body:
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                sentence = statement.name.removeprefix("test_").replace("_", " ")
                for row in _rows_of(statement, name):
                    tests[row].append((name, sentence))
    return tests


def _rows_of(test: ast.FunctionDef | ast.AsyncFunctionDef, file: str) -> Iterator[str]:
    for mark in test.decorator_list:
        if not (isinstance(mark, ast.Call) and ast.unparse(mark.func) == _MARK):
            continue
        if not test.name.startswith("test_"):
            raise CommandFailed(f"{file}:{mark.lineno}: {test.name} has a feature mark but is not a test")
        for argument in mark.args:
            if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
                raise CommandFailed(f"{file}:{mark.lineno}: a feature mark takes row numbers as string literals")
            yield argument.value


def updated(page: str, tests: TestsByRow) -> str:
    """Return the page with updated numbers and lists of tests; rows and `missing` lines stay as they are."""
    rows: list[tuple[str, str, str]] = []
    missing: dict[str, str] = {}
    for line in page.splitlines():
        if row := _ROW.fullmatch(line):
            rows.append((row[1], row[2], row[3]))
        elif line.startswith(_MISSING) and rows:
            missing[rows[-1][0]] = line.removeprefix(_MISSING)
    if unknown := sorted(tests.keys() - {row for row, _, _ in rows}):
        raise CommandFailed(f"{PAGE.name} has no row {', '.join(unknown)}; correct the feature mark or add the row")
    if unshown := [row for row, _, _ in rows if row not in tests and row not in missing]:
        raise CommandFailed(
            f"no test shows {', '.join(unshown)}; mark one, or add `{_MISSING}` with what is not built yet"
        )
    return (
        HEAD
        + _figures([row for row, _, _ in rows], tests, missing)
        + "".join(_section(*row, tests, missing) for row in rows)
    )


def _figures(rows: list[str], tests: TestsByRow, missing: Mapping[str, str]) -> str:
    without = [row for row in rows if row not in tests]
    partly = [row for row in rows if row in tests and row in missing]
    return (
        f"{len(rows)} rows: {len(rows) - len(without) - len(partly)} are shown completely.\n\n"
        f"* Shown in part: {', '.join(partly) or 'none'}.\n"
        f"* Not built yet: {', '.join(without) or 'none'}.\n"
    )


def _section(row: str, capability: str, example: str, tests: TestsByRow, missing: Mapping[str, str]) -> str:
    by_file: dict[str, list[str]] = defaultdict(list)
    for name, sentence in tests.get(row, ()):
        by_file[name].append(sentence)
    lines = [f"**{row} {capability}** - {example}\n"]
    lines += [f"- `{name}`: {'; '.join(sentences)}" for name, sentences in by_file.items()]
    if row in missing:
        lines.append(_MISSING + missing[row])
    return "\n" + "\n".join(lines) + "\n"
