"""`./portal serve` starts a complete portal with one command, and stops all of it on one signal."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx
import pytest
from starlette.applications import Starlette

from cli.serve import server_config
from devtools import postgres_supervisor
from seeds.cast import CAST
from settings import CHECKOUT


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server_socket:
        return server_socket.getsockname()[1]


@contextmanager
def serving(port: int, **variables: str):
    environment = {"PATH": os.defpath, "PORTAL_PORT": str(port), **variables}
    command = [sys.executable, "-m", "cli", "serve"]
    with subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, text=True) as portal:
        try:
            yield portal
        finally:
            portal.kill()


def ready(port: int) -> httpx.Response:
    deadline = time.monotonic() + 60
    while True:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/health/ready", timeout=60)
        except httpx.ConnectError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


@pytest.mark.feature("F117")
@pytest.mark.parametrize("stop_signal", [signal.SIGTERM, signal.SIGINT])
def test_it_starts_its_own_database_and_leaves_nothing_running(stop_signal, tmp_path, free_port):
    with serving(free_port, PORTAL_DATA_DIR=str(tmp_path)) as portal:
        assert ready(free_port).json() == {"status": "ready"}

        portal.send_signal(stop_signal)

        assert portal.wait(timeout=20) == 0
        assert postgres_supervisor.server_processes(tmp_path / postgres_supervisor.CLUSTER) == []


@pytest.mark.feature("F118")
def test_an_empty_database_gets_the_demo_world_only_once(new_database, tmp_path, free_port):
    url = new_database().replace("postgresql+asyncpg://", "postgres://")
    welcomes = []

    for _ in range(2):
        with serving(free_port, PORTAL_DATABASE_URL=url, PORTAL_DATA_DIR=str(tmp_path / "unused")) as portal:
            assert ready(free_port).status_code == 200
            portal.terminate()
            welcomes.append(portal.communicate()[0])

    assert welcomes[0] == welcomes[1]
    assert welcomes[0].startswith(f"the portal is running at http://127.0.0.1:{free_port}/graphql\n")
    assert [account for account in CAST if f"  {account.login}  " in welcomes[0]] == list(CAST)
    assert [path.name for path in (tmp_path / "unused").iterdir()] == ["keys"]


def test_in_production_there_are_no_demo_accounts(new_database, free_port):
    with serving(free_port, PORTAL_DATABASE_URL=new_database(), PORTAL_ENVIRONMENT="production") as portal:
        assert ready(free_port).status_code == 200
        portal.terminate()

        assert portal.communicate()[0] == f"the portal is running at http://127.0.0.1:{free_port}/graphql\n"


def test_idle_connections_are_kept_longer_than_load_balancers_keep_them():
    """The side that closes first may lose a request that arrives at the same moment."""
    assert server_config(Starlette()).timeout_keep_alive > 60


def test_a_port_in_use_is_reported_before_the_database_starts(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with serving(port, PORTAL_DATA_DIR=str(tmp_path / "unused")) as portal:
            assert portal.wait(timeout=20) == 1
    assert not (tmp_path / "unused").exists()
