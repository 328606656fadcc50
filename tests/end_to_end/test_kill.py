"""The server dies in the middle of its work: what it had promised is there, what it had not is not half there."""

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
CLOUD_TYPES = [each for each in ContainerType if each.is_cloud]
GONE = ("the portal cannot reach its database; try again in a moment", "UNAVAILABLE")
CLIENTS = 12
ROUNDS, NIGHTLY = 1, 10


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
    """`./portal serve` with a database of its own in a folder, until it answers; it is killed in the end."""
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
    """Somebody who takes seats, gives them back and hands licenses on until nobody answers any more."""

    def __init__(self, name, server, token, chance):
        self.name, self.server, self.token, self.chance = name, server, token, chance
        self.sent = []
        self.answers = {}
        self.activations = []

    async def work(self):
        with suppress(httpx.TransportError):
            while await self._act(*self._next()):
                pass

    async def _act(self, field, document, given):
        key = f"{self.name} {len(self.sent)}"
        order = field, document, {**given, "idempotencyKey": key}
        self.sent.append(order)
        heard = (await self.server.execute(self.token, document, input=order[2])).json()
        if "errors" in heard:  # the database is gone, and nobody outside hears how
            assert {(each["message"], each["extensions"]["code"]) for each in heard["errors"]} == {GONE}
            return False
        answer = self.answers[key] = heard["data"][field]
        if field == "licenseActivate" and answer["activation"]:
            self.activations.append(answer["activation"]["id"])
        return True

    def _next(self):
        match self.chance.randrange(8):
            case 0:
                person = self.chance.choice((TOM, BEA, LEA))
                target = to_global_id("User", person.id)
                return (
                    "licenseAssign",
                    ASSIGN,
                    {"licenseId": to_global_id("License", Licenses.ACME_POOL), "targetId": target},
                )
            case 1 | 2 | 3 if self.activations:
                place = self.chance.randrange(len(self.activations))
                return "licenseDeactivate", DEACTIVATE, {"activationId": self.activations.pop(place)}
            case _:
                license_id = self.chance.choice((Licenses.ACME_TEN_SEATS, Licenses.LAB_PUBLIC, Licenses.ACME_POOL))
                owner = self.chance.choice((Groups.ACME, Groups.BERLIN, TOM.id))
                given = {
                    "licenseId": to_global_id("License", license_id),
                    "containerId": to_global_id("Container", cloud_of(owner)),
                }
                return "licenseActivate", ACTIVATE, given

    async def repeat(self, server):
        """Everything again under its keys, the interrupted order included: the same outcome, told of what is there now."""
        for field, document, given in self.sent[-10:]:
            first = (await server.data(self.token, document, input=given))[field]
            again = (await server.data(self.token, document, input=given))[field]
            assert first == again
            if given["idempotencyKey"] in self.answers:
                assert first == self.answers[given["idempotencyKey"]]
        return len(self.sent) - len(self.answers)


async def requires_whole(database, counters):
    """Nothing is half there. `counters` are those of the clouds before anybody worked."""
    async with database.transaction() as session:
        _, broken = await audit.verify(session)
        assert broken is None
        acts = {
            action: Counter(
                await session.scalars(
                    sa.select(AuditEntry.resource_id).where(
                        AuditEntry.action == action,
                        AuditEntry.outcome == Outcome.DONE,
                        AuditEntry.resource_type == "Activation",
                    ),
                ),
            )
            for action in ("license.activated", "license.deactivated")
        }
        files = Counter(await session.scalars(sa.select(LicenseFile.activation_id)))
        made = {each.id: each for each in await session.scalars(sa.select(Activation)) if each.id.version == 7}
        clouds = (await session.scalars(sa.select(Container).where(Container.type.in_(CLOUD_TYPES)))).all()
        expected = Counter(counters)
        for each in made.values():
            expected[each.container_id] += 1
        for gone in acts["license.deactivated"]:
            expected[(await session.get_one(Activation, gone)).container_id] += 1
        taken = sa.select(Activation.license_id, sa.func.count()).where(Activation.state.in_(COUNTING))
        for license_id, seats in await session.execute(taken.group_by(Activation.license_id)):
            assert seats <= (await session.get_one(License, license_id)).quantity
        unfinished = (ActivationState.PENDING, ActivationState.RETURNING, ActivationState.WITHDRAWING)
        stuck = sa.select(Activation.id).join(Container).where(Activation.state.in_(unfinished))
        assert (await session.scalars(stuck.where(Container.type.in_(CLOUD_TYPES)))).all() == []
        unanswered = sa.select(IdempotencyKey.key).where(IdempotencyKey.answer.is_(None))
        assert (await session.scalars(unanswered)).all() == []
    assert files == dict.fromkeys(made, 1)
    assert acts["license.activated"] == dict.fromkeys(made, 1)
    returned = {each.id for each in made.values() if each.state is ActivationState.RETURNED}
    assert {each for each in acts["license.deactivated"] if each in made} == returned
    assert set(acts["license.deactivated"].values()) <= {1}
    assert {each.id: each.update_counter for each in clouds} == {each.id: expected[each.id] for each in clouds}
    return len(made)


async def counters_of(database):
    async with database.transaction() as session:
        return {each.id: each.update_counter for each in await session.scalars(sa.select(Container))}


@asynccontextmanager
async def looking_in(folder):
    """The database that the portal runs, or has left behind."""
    with embedded_postgres.running(folder) as server:
        database = Database(server.url(), pool_size=2)
        try:
            yield database
        finally:
            await database.close()


def kill_server(process, _folder):
    process.kill()


def kill_postgres(process, folder):  # noqa: ARG001 - the server lives and loses its database
    postmaster(folder).kill()


def kill_everything(process, folder):
    """As when the machine loses its power: the server and every process of its database at once."""
    first = postmaster(folder)
    for each in (process, *first.children(recursive=True), first):
        with suppress(psutil.NoSuchProcess):
            each.send_signal(signal.SIGKILL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("killed")


async def test_what_a_killed_server_leaves_behind_is_whole(folder, nightly):
    rounds = NIGHTLY if nightly else ROUNDS
    chance = random.Random(20261124)
    interrupted, made, clients, counters, by_ann = 0, 0, [], None, None
    for number, kill in enumerate([kill_server] * rounds + [kill_everything, kill_postgres]):
        async with serving(folder) as (server, process):
            async with looking_in(folder) as database:
                counters = counters or await counters_of(database)
                by_ann = by_ann or await issue_token(database, ANN, lifetime=timedelta(hours=1))
                if number:
                    made = await requires_whole(database, counters)
                    interrupted += sum([await each.repeat(server) for each in clients])
                    await requires_whole(database, counters)
            clients = [Client(f"{number}.{each}", server, by_ann, chance) for each in range(CLIENTS)]
            working = [asyncio.create_task(each.work()) for each in clients]
            await asyncio.sleep(chance.uniform(0.5, 1.2))
            kill(process, folder)
            if kill is kill_postgres:
                await asyncio.sleep(0.3)
                process.kill()
            await asyncio.gather(*working)
            process.wait(10)
    async with serving(folder) as (server, process), looking_in(folder) as database:
        interrupted += sum([await each.repeat(server) for each in clients])
        total = await requires_whole(database, counters)
        process.terminate()
        process.wait(20)
    print(f"{total} activations, {interrupted} orders interrupted")
    assert interrupted >= CLIENTS
    assert total > made > rounds
