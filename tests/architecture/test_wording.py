"""Texts follow docs/wording.md, as far as a machine can check that."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from settings import CHECKOUT

NOT_CHECKED = (
    "requirements.lock",
    "docs/checklist.md",  # has the names of tests
    "docs/wording.md",
    "tests/architecture/test_wording.py",
)
MIN_WORDS = 3
SUFFIXES = {".py", ".md", ".toml", ".polar", ".graphql", ".sql", ".txt", ".html", ".yaml", ""}

PHRASES = (
    # no subject, or a gender
    "whoever",
    "nobody",
    "somebody",
    "he",
    "his",
    "him",
    "himself",
    # a metaphor, or a second word for a concept
    "strangers?",
    r"nouns?(?! phrase)",
    "shelf",
    "shelves",
    r"rooms? of the",
    "the house",
    "duty",
    "duties",
    "deeds?",
    "(?:an|the|one|each|every) acts?",
    # not idiomatic
    "told",
    "tells",
    "by itself",
    "by themselves",
    "what became of",
    "becomes of",
    "hangs on",
    "hang on",
    "goes under",
    "comes? to light",
    "falls? due",
    "what stands",
    r"the arguments\.",
    # British spelling
    "licences?",
    "catalogues?",
    "colours?",
    "neighbours?",
    "cancelled(?!_)",
    "authoris(?:e|ed|es|ing|ation)",
)
PATTERN = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(PHRASES)})(?![A-Za-z])", re.IGNORECASE)

# Names that are not ours to choose, and texts that IDs of the demo world are computed from.
EXCEPTIONS = re.compile(
    r"""getpwnam\("nobody"\)|`nobody`|active\ in\ his\ cloud
    |CancelledError|\.cancelled\(|cancelled_at|\bCANCELLED\b|license\.cancelled|cancelled:\ int|"cancelled":|bolt[_ ]cancelled
    |renewed\ cancelled|,\ cancelled\ and|manage_catalogue""",
    re.VERBOSE | re.IGNORECASE,
)


def files() -> Iterator[Path]:
    """All texts of the project."""
    for path in (CHECKOUT / ".ci", *sorted(CHECKOUT.glob("[!._]*"))):
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            name = file.relative_to(CHECKOUT).as_posix()
            excluded = any(name == other or name.startswith(f"{other}/") for other in NOT_CHECKED)
            if file.is_file() and file.suffix in SUFFIXES and "__pycache__" not in name and not excluded:
                yield file


def findings(text: str) -> Iterator[tuple[int, str]]:
    """The line number and the phrase of each violation."""
    for number, line in enumerate(text.splitlines(), start=1):
        for match in PATTERN.finditer(EXCEPTIONS.sub("", line)):
            yield number, match[0]


def test_texts_use_standard_terms():
    violations = [
        f"{file.relative_to(CHECKOUT)}:{number}: {phrase}"
        for file in files()
        for number, phrase in findings(file.read_text(encoding="utf-8"))
    ]
    assert violations == [], "see docs/wording.md"


def test_schema_descriptions_have_at_least_three_words():
    schema = (CHECKOUT / "schema.graphql").read_text(encoding="utf-8")
    descriptions = {" ".join(text.split()) for text in re.findall(r'"""(.*?)"""', schema, re.DOTALL)}
    assert len(descriptions) > 1000
    assert [text for text in descriptions if len(text.split()) < MIN_WORDS] == []


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("# Whoever asks is told", ["Whoever", "told"]),
        ("def test_nobody_sees_his_license():", ["nobody", "his"]),
        ("the house of cards", ["the house"]),
        ("The catalog is public; nothing here is wrong.", []),
        ("account = getpwnam('x') or getpwnam(\"nobody\")", []),
        ("a noun phrase, not a noun", ["noun"]),
    ],
)
def test_phrases_are_found_in_texts_and_names(text, phrases):
    assert [phrase for _, phrase in findings(text)] == phrases
