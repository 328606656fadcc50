"""An action that the code names and the policy lacks stops the start, with its file and line."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from authz.load_policy import POLICY_FILE, compile_text, required_actions
from authz.named_actions import actions_in
from authz.polar.errors import PolicyError
from settings import CHECKOUT

PACKAGES = (
    "authz",
    "cli",
    "devtools",
    "jobs",
    "license_central",
    "resolvers",
    "schema",
    "seeds",
    "store",
    "subscriptions",
    "transport",
)


def problems(source: str) -> list[str]:
    with pytest.raises(PolicyError) as error:
        compile_text(
            POLICY_FILE.read_text(), required=actions_in({"resolvers/example.py": source}, ["Group", "License"])
        )
    return str(error.value).splitlines()


def test_the_actions_of_use_cases_are_found_with_their_classes():
    actions = list(required_actions())

    assert len(actions) > 150
    assert len([each for each in actions if not each.classes]) < 20
    assert ("assign", {"License"}) in [(each.action, set(each.classes)) for each in actions]


def test_a_misspelled_action_is_reported_with_its_line_and_a_suggestion():
    source = 'async def assign(gate, id_):\n    license = await gate.one(\n        License, id_, to="asign"\n    )\n'

    assert problems(source) == ["resolvers/example.py:2: License has no permission 'asign'; did you mean 'assign'?"]


@pytest.mark.parametrize(
    "call",
    [
        'await gate.one(Group, id_, to="assign")',
        'await gate.one(Group, id_, to="read" if id_ else "assign")',
        'await gate.lock_all(Group, Group.id == id_, to="assign")',
        'await gate.authorize_new(group, to="assign")',
        'await gate.may(group, "assign")',
        'await lock_group(gate, id_, to="assign")',
    ],
)
def test_an_action_of_another_class_is_reported(call):
    source = (
        "async def lock_group(gate, id_, *, to):\n    return await gate.one(Group, id_, to=to)\n\n\n"
        f"async def example(gate, id_):\n    group = await gate.one(Group, id_, to='read')\n    {call}\n"
    )

    assert problems(source) == ["resolvers/example.py:7: Group has no permission 'assign'"]


def test_an_action_on_a_row_of_unknown_class_must_be_the_permission_of_some_class():
    source = 'async def example(gate, row):\n    await gate.may(row, "assign")\n    await gate.may(row, "fly")\n'

    assert problems(source) == ["resolvers/example.py:3: no class has a permission 'fly'"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the code."""
    for package in PACKAGES:
        shutil.copytree(CHECKOUT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("app.py", "settings.py", "policies.polar"):
        shutil.copy(CHECKOUT / file, tmp_path)
    return tmp_path


@pytest.mark.parametrize("command", [("policy", "check"), ("serve",)])
def test_the_portal_does_not_start_with_a_misspelled_action(command, checkout, new_database):
    file = checkout / "resolvers" / "licenses.py"
    lines = file.read_text().splitlines(keepends=True)
    number = next(number for number, line in enumerate(lines) if 'to="unassign"' in line)
    lines[number] = lines[number].replace("unassign", "unasign")
    file.write_text("".join(lines))

    with socket.create_server(("127.0.0.1", 0)) as server_socket:
        port = server_socket.getsockname()[1]
    settings = {"PORTAL_DATABASE_URL": new_database(), "PORTAL_ENVIRONMENT": "production", "PORTAL_PORT": str(port)}
    result = subprocess.run(
        [sys.executable, "-P", "-m", "cli", *command],
        env={"PATH": os.defpath, "PYTHONPATH": str(checkout), **settings},
        capture_output=True,
        text=True,
        check=False,
    )

    error = f"resolvers/licenses.py:{number + 1}: License has no permission 'unasign'; did you mean 'unassign'?\n"
    assert (result.returncode, result.stderr) == (1, error)
