"""The checklist of what the portal promises, each row with the tests that show it; docs/checklist.md is written anew.

The rows of the page, and what is missing of them, are written by hand. Which tests show a row is read from the line
`# F20 F21` above a test.
"""

import re
from argparse import ArgumentParser, Namespace
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import takewhile
from pathlib import Path

from cli import CommandFailed
from settings import CHECKOUT, Settings

SUMMARY = "write docs/checklist.md anew, after a change of the tests"
PAGE = CHECKOUT / "docs" / "checklist.md"
HEAD = """# The checklist

What the portal promises, row by row, and the tests that show it. `./portal checklist` writes the lists of tests anew from the
lines `# F20 F21` above the tests, and the figures; the rows, what is `missing` of them and the part that will bring it are written
by hand.

"""

_ROW = re.compile(r"\*\*(F\d+) (.+)\*\* - (.+)")
_MISSING = "- missing: "
_MARK = re.compile(r"# (F\d+(?: F\d+)*)")
_TEST = re.compile(r"(?:async )?def test_(\w+)\(")

Marks = Mapping[str, list[tuple[str, str]]]


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--print", action="store_true", help="print it instead")


def run(args: Namespace, settings: Settings) -> int:  # noqa: ARG001 - the same for every command
    text = rewritten(PAGE.read_text(encoding="utf-8"), marks(CHECKOUT / "tests"))
    if args.print:
        print(text, end="")
    else:
        PAGE.write_text(text, encoding="utf-8")
    return 0


def marks(folder: Path) -> Marks:
    """Of each row the tests that name it: file and sentence."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for path in sorted(folder.rglob("test_*.py")):
        name = path.relative_to(folder.parent).as_posix()
        for row, sentence in _marked(path.read_text(encoding="utf-8").splitlines(), name):
            found[row].append((name, sentence))
    return found


def _marked(lines: list[str], name: str) -> Iterator[tuple[str, str]]:
    """Between the line with the rows and the test there are decorators at most."""
    for number, line in enumerate(lines):
        if not (mark := _MARK.fullmatch(line)):
            continue
        below = "\n".join(takewhile(str.strip, lines[number + 1 :]))
        if not (test := _TEST.search(below)):
            raise CommandFailed(f"{name}:{number + 1}: no test stands below this line")
        for row in mark[1].split():
            yield row, test[1].replace("_", " ")


def rewritten(page: str, found: Marks) -> str:
    """The page with its rows and what is missing as they are, and the tests as they were found."""
    rows: list[tuple[str, str, str]] = []
    missing: dict[str, str] = {}
    for line in page.splitlines():
        if row := _ROW.fullmatch(line):
            rows.append((row[1], row[2], row[3]))
        elif line.startswith(_MISSING) and rows:
            missing[rows[-1][0]] = line.removeprefix(_MISSING)
    if unknown := sorted(found.keys() - {row for row, _, _ in rows}):
        raise CommandFailed(f"there is no row {', '.join(unknown)} in {PAGE.name}")
    if silent := [row for row, _, _ in rows if row not in found and row not in missing]:
        raise CommandFailed(f"no test shows {', '.join(silent)}; write behind `{_MISSING}` what there is not yet")
    return (
        HEAD
        + _figures([row for row, _, _ in rows], found, missing)
        + "".join(_row(*each, found, missing) for each in rows)
    )


def _figures(rows: list[str], found: Marks, missing: Mapping[str, str]) -> str:
    without = [row for row in rows if row not in found]
    partly = [row for row in rows if row in found and row in missing]
    return (
        f"{len(rows)} rows: {len(rows) - len(without) - len(partly)} are shown whole.\n\n"
        f"* In part: {', '.join(partly) or 'none'}.\n"
        f"* Not yet built: {', '.join(without) or 'none'}.\n"
    )


def _row(row: str, capability: str, example: str, found: Marks, missing: Mapping[str, str]) -> str:
    by_file: dict[str, list[str]] = defaultdict(list)
    for name, sentence in found.get(row, ()):
        by_file[name].append(sentence)
    lines = [f"**{row} {capability}** - {example}\n"]
    lines += [f"- `{name}`: {'; '.join(sentences)}" for name, sentences in by_file.items()]
    if row in missing:
        lines.append(_MISSING + missing[row])
    return "\n" + "\n".join(lines) + "\n"
