"""The embedded PostgreSQL: there when asked for, gone when nobody is left, whatever was killed before."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from devtools import embedded_postgres, postgres_supervisor
from settings import CHECKOUT

HOLD = """
import sys, time
from pathlib import Path
from store import embedded
with embedded.running(Path(sys.argv[1]), durable=False):
    print("up", flush=True)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A folder that has been used once; copies of it are cheaper than founding anew."""
    folder = tmp_path_factory.mktemp("made")
    with embedded_postgres.running(folder, durable=False):
        pass
    return folder


@pytest.fixture
def folder(made, tmp_path) -> Path:
    subprocess.run(["cp", "-a", made, tmp_path / "data"], check=True)  # with its owner, who is not always ours
    return tmp_path / "data"


@contextmanager
def another_portal(folder: Path):
    """A process of its own that uses the server of the folder."""
    with subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], cwd=CHECKOUT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        yield process
        process.kill()


def processes(folder: Path) -> list[psutil.Process]:
    return postgres_supervisor.leftovers(folder / postgres_supervisor.CLUSTER)


def postmaster(folder: Path) -> int:
    return int((folder / postgres_supervisor.CLUSTER / "postmaster.pid").read_text().splitlines()[0])


def keeper_of(folder: Path) -> psutil.Process:
    parent = psutil.Process(postmaster(folder)).parent()
    assert parent is not None
    assert "postgres_supervisor.py" in " ".join(parent.cmdline())
    return parent


def gone(folder: Path, *, within: float = 10) -> bool:
    until = time.monotonic() + within
    while processes(folder) and time.monotonic() < until:
        time.sleep(0.02)
    return not processes(folder)


def test_what_was_written_is_there_at_the_second_start_and_nothing_runs_in_between(folder):
    with embedded_postgres.running(folder) as server:
        server.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    assert processes(folder) == []

    with embedded_postgres.running(folder) as server:
        assert server.execute("SELECT answer FROM kept") == "42"
    assert processes(folder) == []


def test_a_portal_that_fails_leaves_no_server_either(folder):
    with pytest.raises(LookupError), embedded_postgres.running(folder):
        raise LookupError

    assert processes(folder) == []


def test_two_portals_share_a_server_until_the_second_one_leaves(folder):
    with another_portal(folder):
        with embedded_postgres.running(folder) as server:
            assert server.execute("SELECT 1") == "1"
        assert processes(folder) != []

    assert gone(folder)


def test_the_server_of_a_killed_portal_stops_by_itself_and_starts_again(folder):
    with another_portal(folder) as portal:
        portal.kill()
        portal.wait()
        with embedded_postgres.running(folder) as server:  # at once: it may be stopping just now
            assert server.execute("SELECT 1") == "1"

    assert processes(folder) == []


def test_a_server_killed_under_its_portal_comes_back_with_everything_committed(folder):
    with embedded_postgres.running(folder) as server:
        server.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        first = postmaster(folder)
        os.kill(first, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while (
            postgres_supervisor.socket_folder(folder / postgres_supervisor.CLUSTER) is None
            or postmaster(folder) == first
        ):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert server.execute("SELECT answer FROM kept") == "42"


def test_everything_killed_at_once_blocks_nothing(folder):
    with another_portal(folder) as portal:
        everything = [psutil.Process(portal.pid), keeper_of(folder), *processes(folder)]
        for process in everything:
            with suppress(psutil.NoSuchProcess):  # some follow their server at once
                process.kill()
        portal.wait()
        with embedded_postgres.running(folder) as server:
            assert server.execute("SELECT 1") == "1"


def test_a_server_whose_keeper_was_killed_gets_another(folder):
    with another_portal(folder):
        before = postmaster(folder)
        keeper_of(folder).kill()
        with embedded_postgres.running(folder) as server:
            assert server.execute("SELECT 1") == "1"
            assert postmaster(folder) == before

    assert gone(folder)


def test_a_stale_note_that_names_a_stranger_is_no_server(folder):
    cluster = folder / postgres_supervisor.CLUSTER
    note = f"{os.getpid()}\n{cluster}\n1700000000\n5432\n{cluster}\n\n1 2\nready\n"
    for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
        (cluster / name).write_text(note)

    with embedded_postgres.running(folder) as server:
        assert server.execute("SELECT 1") == "1"


def test_a_start_that_was_cut_short_is_begun_anew(tmp_path):
    unfinished = tmp_path / "postgres.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")

    with embedded_postgres.running(tmp_path, durable=False) as server:
        assert server.execute("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = 'portal'") == "f|t"
    assert not unfinished.exists()


def test_it_serves_from_a_folder_nobody_else_may_enter_and_with_a_path_too_long_for_a_socket(folder, tmp_path):
    deep = tmp_path / ("a-rather-long-name-" * 6)
    deep.mkdir(mode=0o700)
    folder.rename(deep / "data")

    with embedded_postgres.running(deep / "data") as server:
        assert server.execute("SELECT 1") == "1"
        assert server.socket_folder.stat().st_mode & 0o777 == 0o700
    assert not server.socket_folder.exists()


def test_it_is_not_on_the_network(folder):
    with embedded_postgres.running(folder) as server:
        assert server.execute("SHOW listen_addresses") == ""
        assert server.execute("SHOW fsync") == "on"
        assert server.socket_folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_of_another_version_is_refused_in_one_sentence(folder):
    (folder / postgres_supervisor.CLUSTER / "PG_VERSION").write_text("15\n")

    with (
        pytest.raises(
            embedded_postgres.EmbeddedServerFailed,
            match=r"was made by PostgreSQL 15, this portal brings 18$",
        ),
        embedded_postgres.running(folder),
    ):
        pass


def test_a_server_that_cannot_start_says_what_it_said(folder):
    (folder / postgres_supervisor.CLUSTER / "postgresql.conf").write_text("no_such_setting = 1\n")

    with (
        pytest.raises(embedded_postgres.EmbeddedServerFailed, match="no_such_setting"),
        embedded_postgres.running(folder),
    ):
        pass
