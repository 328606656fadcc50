"""docs/checklist.md lists for every row the tests that are marked with it."""

import pytest

from cli import CommandFailed
from cli.checklist import PAGE, marked_tests, updated
from settings import CHECKOUT

ROWS = "**F01 One** - as it should be\n\n**F02 Two** - as well\n\n- missing: all of it\n"


def test_the_page_is_up_to_date():
    page = PAGE.read_text(encoding="utf-8")
    assert page == updated(page, marked_tests(CHECKOUT / "tests")), "run `./portal checklist` to update it"


def test_the_rows_are_numbered_without_a_gap():
    rows = [line.split()[0].strip("*") for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:3] == "**F"]
    assert rows == [f"F{number:02}" for number in range(1, 126)]


def test_a_row_lists_its_tests_and_keeps_what_is_missing():
    page = updated(ROWS, {"F01": [("tests/a.py", "it holds"), ("tests/a.py", "it stays")]})
    assert "2 rows: 1 are shown completely." in page
    assert "* Not built yet: F02." in page
    assert "as it should be\n\n- `tests/a.py`: it holds; it stays\n\n**F02" in page
    assert page.endswith("- missing: all of it\n")


def test_a_row_without_tests_needs_a_line_with_what_is_missing():
    with pytest.raises(CommandFailed, match="no test shows F01"):
        updated(ROWS, {})


def test_an_unknown_row_is_refused():
    with pytest.raises(CommandFailed, match="no row F126"):
        updated(ROWS, {"F126": [("tests/a.py", "it holds")]})


def test_a_test_is_found_by_its_marks(tmp_path):
    file = tmp_path / "test_one.py"
    file.write_text(
        '@pytest.mark.feature("F01", "F02")\n@decorated(\n    1\n)\nasync def test_it_holds(fixture):\n    pass\n'
    )
    sentence = [(f"{tmp_path.name}/test_one.py", "it holds")]
    assert marked_tests(tmp_path) == {"F01": sentence, "F02": sentence}


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('@pytest.mark.feature("F01")\ndef helper():\n    pass\n', r"test_one.py:1: helper has a feature mark"),
        ("@pytest.mark.feature(ROW)\ndef test_it_holds():\n    pass\n", r"test_one.py:1: .* string literals"),
    ],
)
def test_a_mark_that_cannot_be_read_is_refused(tmp_path, source, message):
    (tmp_path / "test_one.py").write_text(source)
    with pytest.raises(CommandFailed, match=message):
        marked_tests(tmp_path)
