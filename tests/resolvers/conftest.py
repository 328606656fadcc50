"""Rows, containers and activations in the demo data for the tests of use cases."""

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
    """`await row(License, id)` is a row as it is in the database."""

    async def read(cls, id_):
        async with database.transaction() as session:
            return await session.get_one(cls, id_)

    return read


@pytest.fixture
def update_license(database):
    """`await update_license(license_id, quantity=2)` sets columns of a license without a use case."""

    async def write(license_id, **values):
        async with database.transaction() as session:
            await session.execute(sa.update(License).where(License.id == license_id).values(**values))

    return write


@pytest.fixture
def run_batch(database):
    """`await run_batch(renew_due, now)` returns what one batch of a scheduled job returns."""

    async def run(batch, now):
        async with database.transaction() as session:
            return list(await batch(session, now))

    return run


@pytest.fixture
def new_container(access_of, central, clock):
    """`await new_container(ANN, group_id)` registers a dongle of a group, or of Ann; returns its ID and the simulated device."""

    async def register(account, group_id=None, kind=ContainerType.DONGLE):
        device = SimulatedContainer(kind, await central.jwks())
        owner = {"owner": Group, "owner_id": group_id} if group_id else {}
        completed = await register_container(
            await access_of(account), registration_file=device.register(clock.now()), name="new", **owner
        )
        return completed.result.container.id, device

    return register


@pytest.fixture
def audit_entries(database):
    """`await audit_entries("container.unexpected")` are the audit entries of an action, the oldest first."""

    async def read(action):
        async with database.transaction() as session:
            entries = sa.select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.number)
            return list(await session.scalars(entries))

    return read


@pytest.fixture
def newest_file(database):
    """`await newest_file(activation_id)` is the content of the latest license file of an activation."""

    async def read(activation_id):
        async with database.transaction() as session:
            contents = sa.select(LicenseFile.content).where(LicenseFile.activation_id == activation_id)
            newest_first = contents.order_by(LicenseFile.created_at.desc(), LicenseFile.id.desc())
            return (await session.scalars(newest_first.limit(1))).one()

    return read


@pytest.fixture
def activate_in_cloud(access_of):
    """`await activate_in_cloud(ANN)` activates one of Acme's ten seats in the cloud of Acme; returns the ID of the activation."""

    async def activate(account):
        completed = await activate_license(
            await access_of(account), license_id=Licenses.ACME_TEN_SEATS, container_id=cloud_of(Groups.ACME)
        )
        return completed.result.activation.id

    return activate


@pytest.fixture
def activate_in_dongle(access_of, new_container, clock, newest_file):
    """`await activate_in_dongle(ANN)` activates one in a new dongle; returns the activation ID, the container ID and the device."""

    async def activate(account, license_id=Licenses.ACME_TEN_SEATS, held=None):
        container_id, device = held or await new_container(account, Groups.ACME)
        access = await access_of(account)
        completed = await activate_license(
            access, license_id=license_id, container_id=container_id, request_file=device.request(clock.now())
        )
        activation_id = completed.result.activation.id
        receipt = device.import_file(await newest_file(activation_id), clock.now())
        await confirm_activation(access, activation_id=activation_id, receipt_file=receipt)
        return activation_id, container_id, device

    return activate


@pytest.fixture
def set_rules(update_license):
    """`await set_rules(license_id, over_limit="DENY")` sets the rules of a license."""

    async def write(license_id, **rules):
        await update_license(license_id, rules=rules)

    return write
