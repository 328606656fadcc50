"""The portal runs without Oso, which has no wheel for every platform."""

import os
import socket
import subprocess
import sys
import time
from importlib.metadata import distribution
from pathlib import Path

import httpx
import pytest

from settings import CHECKOUT


@pytest.fixture
def python(tmp_path):
    """A command and its environment: Python with every installed package except Oso."""
    oso = {Path(str(file)).parts[0] for file in distribution("oso").files}
    for path in sys.path:
        if path.endswith("site-packages"):
            for entry in Path(path).iterdir():
                if entry.name not in oso:
                    (tmp_path / entry.name).symlink_to(entry)
    # Without the site module (-S), packages are found through PYTHONPATH only.
    return [sys.executable, "-S", "-P"], {"PATH": os.defpath, "PYTHONPATH": f"{CHECKOUT}{os.pathsep}{tmp_path}"}


def test_oso_is_not_importable(python):
    command, environment = python
    result = subprocess.run(
        [*command, "-c", "import oso"], env=environment, capture_output=True, text=True, check=False
    )

    assert "No module named 'oso'" in result.stderr


def test_the_policy_is_checked(python):
    command, environment = python
    result = subprocess.run(
        [*command, "-m", "cli", "policy", "check"], env=environment, capture_output=True, text=True, check=False
    )

    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.endswith("(not checked with Oso, which is not installed)\n")


def test_the_verification_says_what_is_missing(python):
    command, environment = python
    result = subprocess.run(
        [*command, "-m", "cli", "policy", "verify"], env=environment, capture_output=True, text=True, check=False
    )

    assert result.returncode == 1
    assert result.stderr.startswith("Oso is not installed")


def test_the_portal_is_served(python, new_database, tmp_path):
    command, environment = python
    with socket.create_server(("127.0.0.1", 0)) as server_socket:
        port = server_socket.getsockname()[1]
    environment |= {
        "PORTAL_DATABASE_URL": new_database(),
        "PORTAL_DATA_DIR": str(tmp_path / "data"),
        "PORTAL_PORT": str(port),
        "PORTAL_ENVIRONMENT": "production",
    }

    with subprocess.Popen([*command, "-m", "cli", "serve"], env=environment) as portal:
        try:
            response, deadline = None, time.monotonic() + 60
            while response is None:
                assert portal.poll() is None
                assert time.monotonic() < deadline
                try:
                    response = httpx.get(f"http://127.0.0.1:{port}/health/ready", timeout=60)
                except httpx.ConnectError:
                    time.sleep(0.05)
            assert response.json() == {"status": "ready"}
        finally:
            portal.terminate()
