"""The lock file pins what was tested, and does not depend on a registry."""

import re
import tomllib

from settings import CHECKOUT

LOCK = (CHECKOUT / "requirements.lock").read_text()
PINS = re.findall(r"^([a-z0-9-]+)==((?:.*\\\n)*.*)$", LOCK, re.MULTILINE)


def test_it_pins_every_package_with_hashes():
    lines = [line for line in LOCK.splitlines() if line and not line.startswith((" ", "#"))]

    assert len(lines) == len(PINS) > 50
    assert [name for name, rest in PINS if "--hash=sha256:" not in rest] == []


def test_it_contains_no_url():
    assert re.findall(r"\S*://\S*|--(?:extra-)?index-url\S*|--find-links\S*|@ file\S*", LOCK) == []


def test_it_contains_every_dependency_of_the_project():
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    required = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]

    assert {re.split(r"[\[=<>;@ ]", requirement)[0] for requirement in required} <= {name for name, _ in PINS}
