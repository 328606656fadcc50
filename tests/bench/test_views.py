"""The hand-written statements of the views return what the portal answers."""

import re

from bench import views_report
from settings import Settings


async def test_each_view_is_answered_alike_by_hand(new_demo, tmp_path):
    lines = await views_report.report(Settings(data_dir=tmp_path), new_demo())

    rows = [line.split(" | ") for line in lines if re.match(r"\| Q\d", line)]
    assert [row[0][:4] for row in rows] == ["| Q1", "| Q2", "| Q3"]
    assert all(int(row[1].replace(",", "")) > 200 and 2 < int(row[2]) < 20 for row in rows)
