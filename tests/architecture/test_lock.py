"""The lock installs exactly what was tested, from wherever the machine gets its packages."""

import re
import tomllib

from settings import CHECKOUT

LOCK = (CHECKOUT / "requirements.lock").read_text()
PINS = re.findall(r"^([a-z0-9-]+)==((?:.*\\\n)*.*)$", LOCK, re.MULTILINE)


def test_every_package_is_pinned_with_hashes():
    lines = [line for line in LOCK.splitlines() if line and not line.startswith((" ", "#"))]

    assert len(lines) == len(PINS) > 50
    assert [name for name, rest in PINS if "--hash=sha256:" not in rest] == []


def test_no_address_is_written_into_it():
    assert re.findall(r"\S*://\S*|--(?:extra-)?index-url\S*|--find-links\S*|@ file\S*", LOCK) == []


def test_everything_the_portal_asks_for_is_in_it():
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]

    assert {re.split(r"[\[=<>;@ ]", each)[0] for each in asked} <= {name for name, _ in PINS}
