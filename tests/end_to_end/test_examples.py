"""The scripts of `examples/` are run as their readers run them: in a process of their own, against an open portal."""

import asyncio
import os
import re
import sys

import pytest

from settings import CHECKOUT


@pytest.fixture
def run(database, server):
    """`await run("reseller_day")` gives what the script prints, line by line."""

    async def printed(script):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", f"examples.{script}", "--url", server.url, cwd=CHECKOUT,
            env={
                "PATH": os.defpath,
                "PORTAL_DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
            },
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        output, problems = await process.communicate()
        assert (process.returncode, problems.decode()) == (0, ""), output.decode()
        return output.decode().splitlines()

    return printed


def refused(lines):
    """The codes of the steps that were refused, in the order of the story."""
    return [re.search(r": ([A-Z_]+), ", each)[1] for each in lines if each.startswith("- ")]


@pytest.mark.feature("F02", "F04", "F05", "F11", "F28", "F29", "F30", "F47", "F51", "F61", "F63", "F93", "F94")
async def test_a_resellers_whole_day(run):
    lines = await run("reseller_day")

    assert refused(lines) == [
        "UNAUTHENTICATED",  # before the letter is back
        "MODEL_RULE",  # a demo of 90 days
        "DEMO_EXISTS",
        "OVER_BOUND",  # a year, by a right of sixty days
        "NOT_FOUND",  # a license that one does not see
        "CONTAINER_FILE_REPLAYED",
        "CONTAINER_FILE_NOT_GENUINE",
        "FORBIDDEN",  # a case above the limit is the vendor's
    ]
    assert sum("ACTIVE with the receipt" in each for each in lines) == 4
    assert [each for each in lines if each.startswith("  ")] == [
        "  created: 1 sold, 1 demo (Atlas CAD DEMO, Atlas CAD SINGLE_USER_SUBSCRIPTION)",
        "  lost: 3, of which 3 are replaced",
        "  out of the ordinary: EXCESSIVE_RECOVERY, RESTORE_OVER_LIMIT",
        "  decided: 2 by rule, 1 by Ida Lund",
    ]
    assert lines[-1].startswith("In the evening Atlas CAD is VALID, with its seat in dongle 4 (DNG-")


@pytest.mark.feature("F11", "F39", "F74", "F75", "F76", "F77", "F78", "F79", "F80", "F81")
async def test_a_colleague_on_site_pulls_what_is_published_and_later_the_difference(run):
    lines = await run("on_site")

    assert refused(lines) == [
        "NOT_FOUND",  # before it is published
        "VIRTUAL_CONTAINER_UP_TO_DATE",
        "FORBIDDEN",  # on site nothing is edited
        "PROJECT_NOT_IN_PROGRESS",
        "FORBIDDEN",  # in edit mode on site waits
    ]
    told = "\n".join(lines)
    assert "pulled 2 files: Line 7 is BOUND to revision 1, and the computer holds 2 licenses" in told
    assert "Line 7 is STALE, on revision 1 of 2; 1 license comes and 1 goes" in told
    assert "pulled 2 files: Line 7 is BOUND to revision 2, and the computer holds 2 licenses" in told
    assert lines[-1] == "Nothing waits for the computer any more."
