"""What the policy decides, and the SQL it becomes, stand in files that people have read."""

import difflib

import pytest

from cli.policy import approved_files

_TOLD = 40


@pytest.mark.feature("F08")
async def test_the_decisions_and_the_conditions_are_those_that_were_approved(new_database):
    for file, text in (await approved_files(new_database())).items():
        lines = difflib.unified_diff(
            file.read_text(encoding="utf-8").splitlines(),
            text.splitlines(),
            "approved",
            "of today",
            lineterm="",
            n=1,
        )
        changed = "\n".join(list(lines)[:_TOLD])
        assert not changed, (
            f"{file.name} has changed; read it, then `./portal policy decisions` writes it anew\n{changed}"
        )
