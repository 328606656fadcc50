"""The server is killed while it works: what it answered is in the database, and nothing is there in part."""

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta

import httpx
import psutil
import pytest
import sqlalchemy as sa

from devtools import embedded_postgres
from schema.fields.ids import to_global_id
from seeds.cast import ANN, BEA, LEA, TOM, Groups, Licenses, cloud_of
from settings import CHECKOUT
from store import audit
from store.activations import COUNTING, Activation, ActivationState, LicenseFile
from store.audit import AuditEntry, Outcome
from store.containers import Container, ContainerType
from store.db.database import Database
from store.db.idempotency import IdempotencyKey
from store.licenses import License
from tests.end_to_end.server import PortalServer, issue_token
from tests.outage import postmaster

ERRORS = "errors { code }"
ACTIVATE = f"""mutation($input: LicenseActivateInput!) {{ licenseActivate(input: $input) {{
    activation {{ id }} licenseFile {{ content }} {ERRORS}
}} }}"""
DEACTIVATE = f"""mutation($input: LicenseDeactivateInput!) {{ licenseDeactivate(input: $input) {{
    activation {{ id }} {ERRORS}
}} }}"""
ASSIGN = f"""mutation($input: LicenseAssignInput!) {{ licenseAssign(input: $input) {{ license {{ id }} {ERRORS} }} }}"""
CLOUD_TYPES = [kind for kind in ContainerType if kind.is_cloud]
UNAVAILABLE = ("the portal cannot reach its database; try again in a moment", "UNAVAILABLE")
CLIENTS = 12
ROUNDS, NIGHTLY_ROUNDS = 1, 10


@contextmanager
def started(port, folder):
    environment = {"PATH": os.defpath, "PORTAL_PORT": str(port), "PORTAL_DATA_DIR": str(folder)}
    command = [sys.executable, "-m", "cli", "serve"]
    with (
        (folder / "serve.log").open("ab") as log,
        subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=log, stderr=log) as process,
    ):
        yield process


@asynccontextmanager
async def serving(folder):
    """A ready `./portal serve` with an embedded database in the folder; it is killed at the end."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with started(port, folder) as process:
        server = PortalServer(port)
        try:
            deadline = time.monotonic() + 120
            while True:
                with suppress(httpx.TransportError):
                    if (await server.client.get(f"http://127.0.0.1:{port}/health/ready")).status_code == 200:
                        break
                assert process.poll() is None, (folder / "serve.log").read_text()[-2000:]
                assert time.monotonic() < deadline
                await asyncio.sleep(0.05)
            yield server, process
        finally:
            await server.client.aclose()
            process.kill()


class Client:
    """Activates, deactivates and assigns licenses until the server no longer answers."""

    def __init__(self, name, server, token, rng):
        self.name, self.server, self.token, self.random = name, server, token, rng
        self.sent = []
        self.answers = {}
        self.activations = []

    async def work(self):
        with suppress(httpx.TransportError):
            while await self._send(*self._next()):
                pass

    async def _send(self, field, document, arguments):
        key = f"{self.name} {len(self.sent)}"
        arguments = {**arguments, "idempotencyKey": key}
        self.sent.append((field, document, arguments))
        response = (await self.server.execute(self.token, document, input=arguments)).json()
        if "errors" in response:  # the database has been killed; the message must not say more
            assert {(error["message"], error["extensions"]["code"]) for error in response["errors"]} == {UNAVAILABLE}
            return False
        answer = self.answers[key] = response["data"][field]
        if field == "licenseActivate" and answer["activation"]:
            self.activations.append(answer["activation"]["id"])
        return True

    def _next(self):
        match self.random.randrange(8):
            case 0:
                person = self.random.choice((TOM, BEA, LEA))
                target = to_global_id("User", person.id)
                return (
                    "licenseAssign",
                    ASSIGN,
                    {"licenseId": to_global_id("License", Licenses.ACME_POOL), "targetId": target},
                )
            case 1 | 2 | 3 if self.activations:
                index = self.random.randrange(len(self.activations))
                return "licenseDeactivate", DEACTIVATE, {"activationId": self.activations.pop(index)}
            case _:
                license_id = self.random.choice((Licenses.ACME_TEN_SEATS, Licenses.LAB_PUBLIC, Licenses.ACME_POOL))
                owner = self.random.choice((Groups.ACME, Groups.BERLIN, TOM.id))
                arguments = {
                    "licenseId": to_global_id("License", license_id),
                    "containerId": to_global_id("Container", cloud_of(owner)),
                }
                return "licenseActivate", ACTIVATE, arguments

    async def repeat(self, server):
        """Send the latest requests again; returns how many were interrupted. Answered ones get the same answer."""
        for field, document, arguments in self.sent[-10:]:
            first = (await server.data(self.token, document, input=arguments))[field]
            again = (await server.data(self.token, document, input=arguments))[field]
            assert first == again
            if arguments["idempotencyKey"] in self.answers:
                assert first == self.answers[arguments["idempotencyKey"]]
        return len(self.sent) - len(self.answers)


async def check_consistency(database, counters):
    """Check that nothing is there in part; `counters` are the update counters before. Returns the number of activations."""
    async with database.transaction() as session:
        assert (await audit.verify(session))[1] is None
        audited = {
            action: Counter(
                await session.scalars(
                    sa.select(AuditEntry.resource_id).where(
                        AuditEntry.action == action,
                        AuditEntry.outcome == Outcome.DONE,
                        AuditEntry.resource_type == "Activation",
                    )
                )
            )
            for action in ("license.activated", "license.deactivated")
        }
        files = Counter(await session.scalars(sa.select(LicenseFile.activation_id)))
        # The demo data has IDs of version 5.
        created = {row.id: row for row in await session.scalars(sa.select(Activation)) if row.id.version == 7}
        clouds = (await session.scalars(sa.select(Container).where(Container.type.in_(CLOUD_TYPES)))).all()
        expected = Counter(counters)
        for activation in created.values():
            expected[activation.container_id] += 1
        for activation_id in audited["license.deactivated"]:
            expected[(await session.get_one(Activation, activation_id)).container_id] += 1
        taken = sa.select(Activation.license_id, sa.func.count()).where(Activation.state.in_(COUNTING))
        for license_id, seats in await session.execute(taken.group_by(Activation.license_id)):
            assert seats <= (await session.get_one(License, license_id)).quantity
        unfinished = (ActivationState.PENDING, ActivationState.RETURNING, ActivationState.WITHDRAWING)
        stuck = sa.select(Activation.id).join(Container).where(Activation.state.in_(unfinished))
        assert (await session.scalars(stuck.where(Container.type.in_(CLOUD_TYPES)))).all() == []
        unanswered = sa.select(IdempotencyKey.key).where(IdempotencyKey.answer.is_(None))
        assert (await session.scalars(unanswered)).all() == []
    assert files == dict.fromkeys(created, 1)
    assert audited["license.activated"] == dict.fromkeys(created, 1)
    returned = {id_ for id_, activation in created.items() if activation.state is ActivationState.RETURNED}
    assert audited["license.deactivated"].keys() & created.keys() == returned
    assert set(audited["license.deactivated"].values()) <= {1}
    assert {cloud.id: cloud.update_counter for cloud in clouds} == {cloud.id: expected[cloud.id] for cloud in clouds}
    return len(created)


async def update_counters(database):
    async with database.transaction() as session:
        return {row.id: row.update_counter for row in await session.scalars(sa.select(Container))}


@asynccontextmanager
async def connected(folder):
    """The database in the folder, whether or not a portal runs on it."""
    with embedded_postgres.running(folder) as server:
        database = Database(server.url(), pool_size=2)
        try:
            yield database
        finally:
            await database.close()


def kill_server(process, _folder):
    process.kill()


def kill_postgres(process, folder):  # noqa: ARG001 - the server survives and loses its database
    postmaster(folder).kill()


def kill_everything(process, folder):
    """Like a power failure: the server and every process of its database at once."""
    first = postmaster(folder)
    for each in (process, *first.children(recursive=True), first):
        with suppress(psutil.NoSuchProcess):
            each.send_signal(signal.SIGKILL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("killed")


async def test_a_killed_server_leaves_a_consistent_database(folder, nightly):
    rounds = NIGHTLY_ROUNDS if nightly else ROUNDS
    rng = random.Random(20261124)
    interrupted, activations, clients, counters, by_ann = 0, 0, [], None, None
    for number, kill in enumerate([kill_server] * rounds + [kill_everything, kill_postgres]):
        async with serving(folder) as (server, process):
            async with connected(folder) as database:
                counters = counters or await update_counters(database)
                by_ann = by_ann or await issue_token(database, ANN, lifetime=timedelta(hours=1))
                if number:
                    activations = await check_consistency(database, counters)
                    interrupted += sum([await client.repeat(server) for client in clients])
                    await check_consistency(database, counters)
            clients = [Client(f"{number}.{index}", server, by_ann, rng) for index in range(CLIENTS)]
            working = [asyncio.create_task(client.work()) for client in clients]
            await asyncio.sleep(rng.uniform(0.5, 1.2))
            kill(process, folder)
            if kill is kill_postgres:
                await asyncio.sleep(0.3)
                process.kill()
            await asyncio.gather(*working)
            process.wait(10)
    async with serving(folder) as (server, process), connected(folder) as database:
        interrupted += sum([await client.repeat(server) for client in clients])
        total = await check_consistency(database, counters)
        process.terminate()
        process.wait(20)
    print(f"{total} activations, {interrupted} requests interrupted")
    assert interrupted >= CLIENTS
    assert total > activations > rounds
