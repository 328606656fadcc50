"""docs/checklist.md says of every row which tests show it, and keeps to what the tests say of themselves."""

import pytest

from cli import CommandFailed
from cli.checklist import PAGE, marks, rewritten
from settings import CHECKOUT

ROWS = "**F01 One** - as it should be\n\n**F02 Two** - as well\n\n- missing: all of it\n"


def test_the_page_is_as_the_command_writes_it():
    page = PAGE.read_text(encoding="utf-8")
    assert page == rewritten(page, marks(CHECKOUT / "tests")), "./portal checklist writes it anew"


def test_the_rows_are_counted_through():
    rows = [line.split()[0].strip("*") for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:3] == "**F"]
    assert rows == [f"F{number:02}" for number in range(1, 126)]


def test_a_row_shows_its_tests_and_keeps_what_is_missing():
    page = rewritten(ROWS, {"F01": [("tests/a.py", "it holds"), ("tests/a.py", "it stays")]})
    assert "2 rows: 1 are shown whole." in page
    assert "* Not yet built: F02." in page
    assert "as it should be\n\n- `tests/a.py`: it holds; it stays\n\n**F02" in page
    assert page.endswith("- missing: all of it\n")


def test_a_row_without_tests_says_what_there_is_not():
    with pytest.raises(CommandFailed, match="no test shows F01"):
        rewritten(ROWS, {})


def test_a_test_of_a_row_that_there_is_not_is_named():
    with pytest.raises(CommandFailed, match="no row F126"):
        rewritten(ROWS, {"F126": [("tests/a.py", "it holds")]})


def test_the_rows_stand_above_a_test_and_its_decorators(tmp_path):
    file = tmp_path / "test_one.py"
    file.write_text("# F01 F02\n@decorated(\n    1\n)\nasync def test_it_holds(fixture):\n    pass\n")
    sentence = [(f"{tmp_path.name}/test_one.py", "it holds")]
    assert marks(tmp_path) == {"F01": sentence, "F02": sentence}

    file.write_text("# F01\n\ndef test_it_holds():\n    pass\n")
    with pytest.raises(CommandFailed, match=r"test_one.py:1: no test"):
        marks(tmp_path)
