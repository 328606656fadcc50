"""The hand-written statements return the same JSON as the portal."""

import re

from bench import views_report
from settings import Settings


async def test_each_handwritten_statement_returns_the_response_of_the_portal(new_demo, tmp_path):
    lines = await views_report.report(Settings(data_dir=tmp_path), new_demo())

    rows = [line.split(" | ") for line in lines if re.match(r"\| Q\d", line)]
    assert [row[0][:4] for row in rows] == ["| Q1", "| Q2", "| Q3"]
    assert all(int(row[1].replace(",", "")) > 200 and 2 < int(row[2]) < 20 for row in rows)
