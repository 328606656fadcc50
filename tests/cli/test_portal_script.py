"""`./portal` on its own: what it needs, what it says, and what it leaves alone."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from settings import CHECKOUT

ECHO = '#!/bin/sh\nprintf "%s|" "$PYTHONPATH" "$PWD" "$@"\n'
TOOLS = ("cmp", "cp", "dirname", "ln", "mkdir", "mv", "readlink", "rm", "sleep")


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def house(tmp_path) -> Path:
    """A checkout with nothing but the front door, on a machine with nothing but a shell."""
    root = tmp_path / "a house"
    root.mkdir()
    shutil.copy(CHECKOUT / "portal", root)
    (root / "requirements.lock").write_text("one==1\n")
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(str(shutil.which(tool)))
    return root


def portal(house: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [house / "portal", *words],
        check=False,
        capture_output=True,
        text=True,
        cwd=house.parent,
        env={"PATH": str(house.parent / "bin"), **variables},
    )


def complete(house: Path) -> None:
    program(house / ".venv/bin/python", ECHO)
    shutil.copy(house / "requirements.lock", house / ".venv/installed.lock")


def test_a_machine_without_uv_and_python_hears_what_to_install(house):
    answer = portal(house, "serve")

    assert answer.returncode == 1
    assert answer.stdout == ""
    assert answer.stderr == (
        "portal: needs uv, or Python 3.11 or 3.12 with its venv module, and found neither; "
        "install one of them and try again\n"
    )
    assert sorted(path.name for path in house.iterdir()) == ["portal", "requirements.lock"]


@pytest.mark.parametrize("name", ["uv", "python3.12", "python3.11", "python3", "python"])
def test_a_shim_with_nothing_behind_it_counts_as_absent(house, name):
    program(house.parent / "bin" / name, f"#!/bin/sh\necho '{name}: command not found' >&2\nexit 127\n")

    answer = portal(house)

    assert answer.returncode == 1
    assert answer.stderr.startswith("portal: needs uv, or Python 3.11 or 3.12")
    assert "command not found" not in answer.stderr


def test_a_complete_environment_is_used_as_it_is_from_anywhere(house):
    complete(house)

    answer = portal(house, "policy", "check", "a file", PYTHONPATH="/elsewhere", VIRTUAL_ENV="/elsewhere")

    assert answer.stderr == ""
    assert answer.stdout.split("|")[:-1] == [
        str(house),
        str(house.parent),
        *("-P", "-m", "cli", "policy", "check", "a file"),
    ]


def test_a_changed_lock_is_installed_once(house):
    complete(house)
    (house / "requirements.lock").write_text("one==2\n")
    program(house.parent / "bin/uv", f'#!/bin/sh\necho "$1 $2" >>"{house}/uv.log"\n')

    for _ in range(2):
        assert portal(house).returncode == 0

    assert (house / "uv.log").read_text().splitlines() == ["--version ", "pip sync"]


def test_two_first_runs_make_one_environment(house):
    program(
        house.parent / "bin/uv",
        f"""#!/bin/sh
echo "$1 $2" >>"{house}/uv.log"
case $1 in
  venv) mkdir -p "{house}/.venv/bin"; sleep 0.3; cp "{house}/echo" "{house}/.venv/bin/python";;
esac
""",
    )
    program(house / "echo", ECHO)
    environment = {"PATH": str(house.parent / "bin")}
    runs = [subprocess.Popen([house / "portal", "x"], env=environment, stderr=subprocess.DEVNULL) for _ in range(2)]

    assert [run.wait(timeout=20) for run in runs] == [0, 0]
    assert (house / "uv.log").read_text().splitlines() == ["--version ", "venv --quiet", "pip sync"]
    assert not (house / ".venv.turn").is_symlink()


def test_where_uv_gives_up_pip_gets_an_environment_that_has_it(house):
    """The one that uv has begun comes without pip."""
    begun, made = house / "begun", house / "made"
    program(begun, '#!/bin/sh\n[ "$2" != pip ]\n')
    program(made, ECHO)
    put = f'mkdir -p "{house}/.venv/bin"; cp'
    program(
        house.parent / "bin/uv",
        f"""#!/bin/sh
case $1 in
  venv) {put} "{begun}" "{house}/.venv/bin/python";;
  pip) exit 2;;
esac
""",
    )
    program(
        house.parent / "bin/python3.12",
        f"""#!/bin/sh
if [ "$2" = venv ]; then {put} "{made}" "{house}/.venv/bin/python"; fi
""",
    )

    answer = portal(house, "x")

    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.endswith("|-P|-m|cli|x|")


def test_a_run_that_was_killed_in_the_middle_holds_nobody_up(house):
    complete(house)
    (house / ".venv/installed.lock").unlink()
    program(house.parent / "bin/uv", "#!/bin/sh\n")
    finished = subprocess.Popen(["true"], env={"PATH": os.defpath})
    finished.wait()
    (house / ".venv.turn").symlink_to(str(finished.pid))

    assert portal(house, "x").returncode == 0
    assert not (house / ".venv.turn").is_symlink()


def test_the_help_names_every_command():
    answer = subprocess.run([CHECKOUT / "portal"], check=True, capture_output=True, text=True, env={"PATH": os.defpath})

    commands = {path.stem.rstrip("_") for path in CHECKOUT.glob("cli/[!_]*.py")}
    assert commands <= {line.split()[0] for line in answer.stdout.splitlines() if line.strip()}
