"""The documentation refers only to files and sections that exist, and the decisions are numbered without a gap."""

import re
from collections.abc import Iterator
from pathlib import Path

from settings import CHECKOUT

PAGES = sorted([*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\(([^)#:]+)\)")
FILE = re.compile(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|md|txt|sql|polar|graphql))`")


def missing(page: Path) -> Iterator[str]:
    text = page.read_text(encoding="utf-8")
    yield from (link for link in LINK.findall(text) if not (page.parent / link).exists())
    yield from (file for file in FILE.findall(text) if not (CHECKOUT / file).exists())


def test_every_file_that_a_page_names_exists():
    assert {page.name: names for page in PAGES if (names := list(missing(page)))} == {}


def test_decisions_are_numbered_without_a_gap():
    names = sorted(page.name for page in (CHECKOUT / "docs" / "decisions").iterdir())
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    for number, name in enumerate(names, start=1):
        assert (CHECKOUT / "docs" / "decisions" / name).read_text(encoding="utf-8").startswith(f"# {number}. ")


def test_the_specification_has_every_decision_that_is_referred_to():
    specification = (CHECKOUT / "docs" / "spec.md").read_text(encoding="utf-8")
    decisions = set(re.findall(r"^\| (A\d+) \|", specification, re.MULTILINE))
    files = [file for file in CHECKOUT.glob("[!._]*/**/*.py") if "__pycache__" not in file.parts]
    referred = {
        number
        for file in [*files, CHECKOUT / "policies.polar"]
        for number in re.findall(r"\bspec (A\d+)\b", file.read_text(encoding="utf-8"))
    }
    assert decisions == {f"A{number}" for number in range(1, len(decisions) + 1)}
    assert referred <= decisions
