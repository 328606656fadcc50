"""The decisions of the policy and its SQL are in files that people have reviewed."""

import difflib

import pytest

from cli.policy import approved_files

_LINES_SHOWN = 40


@pytest.mark.feature("F08")
async def test_the_decisions_and_the_sql_are_the_approved_ones(new_database):
    for file, text in (await approved_files(new_database())).items():
        lines = difflib.unified_diff(
            file.read_text(encoding="utf-8").splitlines(), text.splitlines(), "approved", "current", lineterm="", n=1
        )
        changed = "\n".join(list(lines)[:_LINES_SHOWN])
        assert not changed, (
            f"{file.name} has changed; review the change, then run `./portal policy decisions`\n{changed}"
        )
