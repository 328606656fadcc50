"""The scripts in `examples/` run in their own process against a real portal."""

import asyncio
import os
import re
import sys

import pytest

from settings import CHECKOUT


@pytest.fixture
def run(database, server):
    """`await run("reseller_day")` returns the printed lines of the script."""

    async def run_script(script):
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            f"examples.{script}",
            "--url",
            server.url,
            cwd=CHECKOUT,
            env={"PATH": os.defpath, "PORTAL_DATABASE_URL": database.engine.url.render_as_string(hide_password=False)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        output, errors = await process.communicate()
        assert (process.returncode, errors.decode()) == (0, ""), output.decode()
        return output.decode().splitlines()

    return run_script


def refused(lines):
    """Return the error codes of the refused steps, in order."""
    return [re.search(r": ([A-Z_]+), ", line)[1] for line in lines if line.startswith("- ")]


@pytest.mark.feature("F02", "F04", "F05", "F11", "F28", "F29", "F30", "F47", "F51", "F61", "F63", "F93", "F94")
async def test_the_reseller_day_example_runs_to_its_end(run):
    lines = await run("reseller_day")

    assert refused(lines) == [
        "UNAUTHENTICATED",  # before the address is confirmed
        "MODEL_RULE",  # a demo of 90 days
        "DEMO_EXISTS",
        "OVER_BOUND",  # a year, with a grant for 60 days
        "NOT_FOUND",  # a hidden license
        "CONTAINER_FILE_REPLAYED",
        "CONTAINER_FILE_NOT_GENUINE",
        "FORBIDDEN",  # only the vendor approves restores over the limit
    ]
    assert sum("ACTIVE with the receipt" in line for line in lines) == 4
    assert [line for line in lines if line.startswith("  ")] == [
        "  created: 1 sold, 1 demo (Atlas CAD DEMO, Atlas CAD SINGLE_USER_SUBSCRIPTION)",
        "  restores, lost: 3, completed: 3",
        "  anomalies: EXCESSIVE_RECOVERY, RESTORE_OVER_LIMIT",
        "  decided: 2 by rule, 1 by Ida Lund",
    ]
    assert lines[-1].startswith("At the end of the day Atlas CAD is VALID and activated in dongle 4 (DNG-")


@pytest.mark.feature("F11", "F39", "F74", "F75", "F76", "F77", "F78", "F79", "F80", "F81")
async def test_the_on_site_example_runs_to_its_end(run):
    lines = await run("on_site")

    assert refused(lines) == [
        "NOT_FOUND",  # before it is published
        "VIRTUAL_CONTAINER_UP_TO_DATE",
        "FORBIDDEN",  # an on-site colleague cannot edit
        "PROJECT_NOT_IN_PROGRESS",
        "FORBIDDEN",  # nothing can be pulled in edit mode
    ]
    output = "\n".join(lines)
    assert "pulled 2 files: Line 7 is BOUND to revision 1, and the computer has 2 licenses" in output
    assert "Line 7 is STALE, at revision 1 of 2; licenses to add: 1, to remove: 1" in output
    assert "pulled 2 files: Line 7 is BOUND to revision 2, and the computer has 2 licenses" in output
    assert lines[-1] == "The computer is up to date."
