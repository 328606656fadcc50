"""The demo world behind the gate, and a way to act in it as one of the cast."""

import pytest
import sqlalchemy as sa

from license_central.simulated_container import SimulatedContainer
from resolvers.activations import activate_license, confirm_activation
from resolvers.containers import register_container
from seeds.cast import Groups, Licenses, cloud_of
from store.activations import LicenseFile
from store.audit import AuditEntry
from store.containers import ContainerType
from store.groups import Group
from store.licenses import License


@pytest.fixture
def row(database):
    """`await row(License, id)` reads a row as it stands in the table."""

    async def read(cls, id_):
        async with database.transaction() as session:
            return await session.get_one(cls, id_)

    return read


@pytest.fixture
def update_license(database):
    """`await update_license(license_id, quantity=2)` puts a license into a state that would take months to reach."""

    async def write(license_id, **values):
        async with database.transaction() as session:
            await session.execute(sa.update(License).where(License.id == license_id).values(**values))

    return write


@pytest.fixture
def run_batch(database):
    """`await run_batch(renew_due, now)` is one batch of a worker."""

    async def work(step, now):
        async with database.transaction() as session:
            return list(await step(session, now))

    return work


@pytest.fixture
def new_container(access_of, central, clock):
    """`await new_container(ANN, group)` is a dongle of a group, or of Ann without one: its ID and the simulated device."""

    async def register(account, group_id=None, kind=ContainerType.DONGLE):
        device = SimulatedContainer(kind, await central.jwks())
        owner = {"owner": Group, "owner_id": group_id} if group_id else {}
        done = await register_container(
            await access_of(account),
            registration_file=device.register(clock.now()),
            name="new",
            **owner,
        )
        return done.result.container.id, device

    return register


@pytest.fixture
def audit_entries(database):
    """`await audit_entries("container.unexpected")` are the entries of an action, the oldest first."""

    async def read(action):
        async with database.transaction() as session:
            entries = sa.select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.number)
            return list(await session.scalars(entries))

    return read


@pytest.fixture
def newest_file(database):
    """`await newest_file(activation_id)` is what was sent last for an activation."""

    async def read(activation_id):
        async with database.transaction() as session:
            files = sa.select(LicenseFile).where(LicenseFile.activation_id == activation_id)
            return (
                (await session.scalars(files.order_by(LicenseFile.created_at.desc(), LicenseFile.id.desc()).limit(1)))
                .one()
                .content
            )

    return read


@pytest.fixture
def activate_in_cloud(access_of):
    """`await activate_in_cloud(ANN)` takes one of Acme's ten seats into the cloud of Acme."""

    async def activate(account):
        done = await activate_license(
            await access_of(account),
            license_id=Licenses.ACME_TEN_SEATS,
            container_id=cloud_of(Groups.ACME),
        )
        return done.result.activation.id

    return activate


@pytest.fixture
def activate_in_dongle(access_of, new_container, clock, newest_file):
    """`await activate_in_dongle(ANN)` returns the seat, its container and the dongle: a new one of Acme."""

    async def activate(account, license_id=Licenses.ACME_TEN_SEATS, held=None):
        container_id, device = held or await new_container(account, Groups.ACME)
        person = await access_of(account)
        done = await activate_license(
            person,
            license_id=license_id,
            container_id=container_id,
            request_file=device.request(clock.now()),
        )
        activation_id = done.result.activation.id
        receipt = device.import_file(await newest_file(activation_id), clock.now())
        await confirm_activation(person, activation_id=activation_id, receipt_file=receipt)
        return activation_id, container_id, device

    return activate


@pytest.fixture
def set_rules(database):
    """`await set_rules(license_id, over_limit="DENY")` sets the rules of a license."""

    async def set_rules(license_id, **kept):
        async with database.transaction() as session:
            (await session.get_one(License, license_id)).rules = kept

    return set_rules
