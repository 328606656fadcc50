"""The shell script `./portal`: what it needs, prints and installs."""

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
def checkout(tmp_path) -> Path:
    """A checkout with only the script, on a machine with only a shell."""
    root = tmp_path / "a checkout"
    root.mkdir()
    shutil.copy(CHECKOUT / "portal", root)
    (root / "requirements.lock").write_text("one==1\n")
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(str(shutil.which(tool)))
    return root


def portal(checkout: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [checkout / "portal", *words],
        check=False,
        capture_output=True,
        text=True,
        cwd=checkout.parent,
        env={"PATH": str(checkout.parent / "bin"), **variables},
    )


def complete(checkout: Path) -> None:
    program(checkout / ".venv/bin/python", ECHO)
    shutil.copy(checkout / "requirements.lock", checkout / ".venv/installed.lock")


def test_without_uv_and_python_the_error_says_what_to_install(checkout):
    result = portal(checkout, "serve")

    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr == (
        "portal: found neither uv nor Python 3.11 or 3.12 with its venv module; install one of them and try again\n"
    )
    assert sorted(path.name for path in checkout.iterdir()) == ["portal", "requirements.lock"]


@pytest.mark.parametrize("name", ["uv", "python3.12", "python3.11", "python3", "python"])
def test_a_shim_without_a_program_behind_it_is_ignored(checkout, name):
    program(checkout.parent / "bin" / name, f"#!/bin/sh\necho '{name}: command not found' >&2\nexit 127\n")

    result = portal(checkout)

    assert result.returncode == 1
    assert result.stderr.startswith("portal: found neither uv nor Python 3.11 or 3.12")
    assert "command not found" not in result.stderr


def test_a_complete_environment_is_used_unchanged_from_any_folder(checkout):
    complete(checkout)

    result = portal(checkout, "policy", "check", "a file", PYTHONPATH="/elsewhere", VIRTUAL_ENV="/elsewhere")

    assert result.stderr == ""
    assert result.stdout.split("|")[:-1] == [
        str(checkout),
        str(checkout.parent),
        *("-P", "-m", "cli", "policy", "check", "a file"),
    ]


def test_a_changed_lock_file_is_installed_once(checkout):
    complete(checkout)
    (checkout / "requirements.lock").write_text("one==2\n")
    program(checkout.parent / "bin/uv", f'#!/bin/sh\necho "$1 $2" >>"{checkout}/uv.log"\n')

    for _ in range(2):
        assert portal(checkout).returncode == 0

    assert (checkout / "uv.log").read_text().splitlines() == ["--version ", "pip sync"]


def test_two_simultaneous_first_runs_create_one_environment(checkout):
    program(
        checkout.parent / "bin/uv",
        f"""#!/bin/sh
echo "$1 $2" >>"{checkout}/uv.log"
case $1 in
  venv) mkdir -p "{checkout}/.venv/bin"; sleep 0.3; cp "{checkout}/echo" "{checkout}/.venv/bin/python";;
esac
""",
    )
    program(checkout / "echo", ECHO)
    environment = {"PATH": str(checkout.parent / "bin")}
    runs = [subprocess.Popen([checkout / "portal", "x"], env=environment, stderr=subprocess.DEVNULL) for _ in range(2)]

    assert [run.wait(timeout=20) for run in runs] == [0, 0]
    assert (checkout / "uv.log").read_text().splitlines() == ["--version ", "venv --quiet", "pip sync"]
    assert not (checkout / ".venv.installing").is_symlink()


def test_if_uv_fails_pip_gets_an_environment_that_includes_pip(checkout):
    """The environment that uv has created has no pip."""
    by_uv, by_venv = checkout / "by-uv", checkout / "by-venv"
    program(by_uv, '#!/bin/sh\n[ "$2" != pip ]\n')
    program(by_venv, ECHO)
    copy = f'mkdir -p "{checkout}/.venv/bin"; cp'
    program(
        checkout.parent / "bin/uv",
        f"""#!/bin/sh
case $1 in
  venv) {copy} "{by_uv}" "{checkout}/.venv/bin/python";;
  pip) exit 2;;
esac
""",
    )
    program(
        checkout.parent / "bin/python3.12",
        f"""#!/bin/sh
if [ "$2" = venv ]; then {copy} "{by_venv}" "{checkout}/.venv/bin/python"; fi
""",
    )

    result = portal(checkout, "x")

    assert result.returncode == 0, result.stderr
    assert result.stdout.endswith("|-P|-m|cli|x|")


def test_the_lock_of_a_killed_run_is_ignored(checkout):
    complete(checkout)
    (checkout / ".venv/installed.lock").unlink()
    program(checkout.parent / "bin/uv", "#!/bin/sh\n")
    finished = subprocess.Popen(["true"], env={"PATH": os.defpath})
    finished.wait()
    (checkout / ".venv.installing").symlink_to(str(finished.pid))

    assert portal(checkout, "x").returncode == 0
    assert not (checkout / ".venv.installing").is_symlink()


def test_the_help_lists_every_command():
    result = subprocess.run([CHECKOUT / "portal"], check=True, capture_output=True, text=True, env={"PATH": os.defpath})

    commands = {path.stem.rstrip("_") for path in CHECKOUT.glob("cli/[!_]*.py")}
    assert commands <= {line.split()[0] for line in result.stdout.splitlines() if line.strip()}
