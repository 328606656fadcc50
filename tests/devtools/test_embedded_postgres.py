"""The embedded PostgreSQL starts on demand and stops after its last user, whatever was killed before."""

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

USE_SERVER = """
import sys, time
from pathlib import Path
from devtools import embedded_postgres
with embedded_postgres.running(Path(sys.argv[1]), durable=False):
    print("up", flush=True)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def initialized(tmp_path_factory) -> Path:
    """A folder that has been used once: copying it is cheaper than creating a cluster."""
    folder = tmp_path_factory.mktemp("initialized")
    with embedded_postgres.running(folder, durable=False):
        pass
    return folder


@pytest.fixture
def folder(initialized, tmp_path) -> Path:
    # -a keeps the owner, which is another account when the tests run as root.
    subprocess.run(["cp", "-a", initialized, tmp_path / "data"], check=True)
    return tmp_path / "data"


@contextmanager
def other_portal(folder: Path):
    """Another process that uses the server of the folder."""
    with subprocess.Popen(
        [sys.executable, "-c", USE_SERVER, str(folder)], cwd=CHECKOUT, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        yield process
        process.kill()


def processes(folder: Path) -> list[psutil.Process]:
    return postgres_supervisor.server_processes(folder / postgres_supervisor.CLUSTER)


def postmaster(folder: Path) -> int:
    return int((folder / postgres_supervisor.CLUSTER / "postmaster.pid").read_text().splitlines()[0])


def supervisor_of(folder: Path) -> psutil.Process:
    parent = psutil.Process(postmaster(folder)).parent()
    assert parent is not None
    assert "postgres_supervisor.py" in " ".join(parent.cmdline())
    return parent


def has_stopped(folder: Path, *, within: float = 10) -> bool:
    deadline = time.monotonic() + within
    while processes(folder) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not processes(folder)


def test_data_survives_a_restart_and_no_process_runs_in_between(folder):
    with embedded_postgres.running(folder) as server:
        server.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    assert processes(folder) == []

    with embedded_postgres.running(folder) as server:
        assert server.execute("SELECT answer FROM kept") == "42"
    assert processes(folder) == []


def test_a_failing_portal_leaves_no_server_running(folder):
    with pytest.raises(LookupError), embedded_postgres.running(folder):
        raise LookupError

    assert processes(folder) == []


def test_two_portals_share_a_server_until_both_have_left(folder):
    with other_portal(folder):
        with embedded_postgres.running(folder) as server:
            assert server.execute("SELECT 1") == "1"
        assert processes(folder) != []

    assert has_stopped(folder)


def test_the_server_of_a_killed_portal_stops_automatically_and_can_be_started_again(folder):
    with other_portal(folder) as portal:
        portal.kill()
        portal.wait()
        with embedded_postgres.running(folder) as server:  # immediately: the old one may still be stopping
            assert server.execute("SELECT 1") == "1"

    assert processes(folder) == []


def test_a_server_killed_while_in_use_is_restarted_with_all_committed_data(folder):
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


def test_killing_all_processes_at_once_does_not_prevent_the_next_start(folder):
    with other_portal(folder) as portal:
        victims = [psutil.Process(portal.pid), supervisor_of(folder), *processes(folder)]
        for process in victims:
            with suppress(psutil.NoSuchProcess):  # some end together with their server
                process.kill()
        portal.wait()
        with embedded_postgres.running(folder) as server:
            assert server.execute("SELECT 1") == "1"


def test_a_server_whose_supervisor_was_killed_gets_another_one(folder):
    with other_portal(folder):
        before = postmaster(folder)
        supervisor_of(folder).kill()
        with embedded_postgres.running(folder) as server:
            assert server.execute("SELECT 1") == "1"
            assert postmaster(folder) == before

    assert has_stopped(folder)


def test_a_stale_pid_file_that_names_an_unrelated_process_is_ignored(folder):
    cluster = folder / postgres_supervisor.CLUSTER
    stale = f"{os.getpid()}\n{cluster}\n1700000000\n5432\n{cluster}\n\n1 2\nready\n"
    for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
        (cluster / name).write_text(stale)

    with embedded_postgres.running(folder) as server:
        assert server.execute("SELECT 1") == "1"


def test_an_interrupted_initialization_starts_over(tmp_path):
    unfinished = tmp_path / "postgres.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")

    with embedded_postgres.running(tmp_path, durable=False) as server:
        assert server.execute("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = 'portal'") == "f|t"
    assert not unfinished.exists()


def test_it_runs_in_a_private_folder_whose_path_is_too_long_for_a_socket(folder, tmp_path):
    deep = tmp_path / ("a-rather-long-name-" * 6)
    deep.mkdir(mode=0o700)
    folder.rename(deep / "data")

    with embedded_postgres.running(deep / "data") as server:
        assert server.execute("SELECT 1") == "1"
        assert server.socket_folder.stat().st_mode & 0o777 == 0o700
    assert not server.socket_folder.exists()


def test_it_does_not_listen_on_the_network(folder):
    with embedded_postgres.running(folder) as server:
        assert server.execute("SHOW listen_addresses") == ""
        assert server.execute("SHOW fsync") == "on"
        assert server.socket_folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_of_another_postgresql_version_is_refused(folder):
    (folder / postgres_supervisor.CLUSTER / "PG_VERSION").write_text("15\n")

    with (
        pytest.raises(
            embedded_postgres.EmbeddedServerFailed,
            match="was created by PostgreSQL 15, but this portal includes PostgreSQL 18; move the data with pg_dump",
        ),
        embedded_postgres.running(folder),
    ):
        pass


def test_the_error_of_a_server_that_cannot_start_includes_its_output(folder):
    (folder / postgres_supervisor.CLUSTER / "postgresql.conf").write_text("no_such_setting = 1\n")

    with (
        pytest.raises(embedded_postgres.EmbeddedServerFailed, match="no_such_setting"),
        embedded_postgres.running(folder),
    ):
        pass
