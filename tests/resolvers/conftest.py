"""The demo world behind the gate, and a way to act in it as one of the cast."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from authz.access import Access, Portal
from authz.listing import Listing
from authz.loading import load_policy
from central.embedded import EmbeddedCentral
from central.field_container import FieldContainer
from central.keys import KeyFolder
from central.sealing import CodeSeal
from resolvers.containers import register_container
from store import tokens
from store.activations import LicenseFile
from store.audit import AuditEntry
from store.clock import SetClock
from store.containers import ContainerType
from store.database import Database
from store.groups import Group
from store.users import User

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Told:
    """Keeps what was announced."""

    def __init__(self):
        self.numbers = []

    async def announce(self, numbers):
        self.numbers += numbers


@pytest.fixture(scope="session")
def listing():
    return Listing(load_policy())


@pytest.fixture
async def database(new_demo):
    database = Database(new_demo())
    yield database
    await database.close()


@pytest.fixture
def clock():
    return SetClock(NOW)


@pytest.fixture
def told():
    return Told()


@pytest.fixture
def portal(database, listing, clock, told, central, tmp_path):
    return Portal(database, listing, clock, told, central, CodeSeal(tmp_path / "keys"))


@pytest.fixture
def central(tmp_path):
    return EmbeddedCentral(KeyFolder(tmp_path / "keys"), issuer="tests")


@pytest.fixture
async def acting(portal):
    """`await acting(ANN)` is one request of Ann's."""
    opened = []

    async def open_access(account):
        async with portal.database.transaction() as session:
            user = await session.get_one(User, account.id)
            token = await tokens.issue(session, user, name="test", lifetime=timedelta(days=40), now=NOW)
        opened.append(Access(portal, token, "test"))
        return opened[-1]

    yield open_access
    for each in opened:
        await each.close()


@pytest.fixture
def row(database):
    """`await row(License, id)` reads a row as it stands in the table."""

    async def read(cls, id_):
        async with database.transaction() as session:
            return await session.get_one(cls, id_)

    return read


@pytest.fixture
def registered(acting, central, clock):
    """`await registered(ANN, group)` is a dongle of a group, or of Ann's own: its id, and the dongle as it is in the field."""

    async def register(account, group_id=None, kind=ContainerType.DONGLE):
        field = FieldContainer(kind, await central.jwks())
        owner = {"owner": Group, "owner_id": group_id} if group_id else {}
        answer = await register_container(
            await acting(account), registration_file=field.register(clock.now()), name="new", **owner
        )
        return UUID(answer.ids["Container"][0]), field

    return register


@pytest.fixture
def trail(database):
    """`await trail("container.unexpected")` are the entries of an action, the oldest first."""

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
            return (await session.scalars(files.order_by(LicenseFile.created_at.desc()).limit(1))).one().content

    return read
