"""An export shows a person what the portal keeps about them, as far as the policy lets them read it."""

import pytest
import sqlalchemy as sa

from authz.verify.load_world import load_world
from resolvers.accounts import export_account
from resolvers.containers import reset_container
from resolvers.license_terms import modify_license
from seeds.cast import ANN, BEA, CAST, IDA, TOM, Groups, Licenses, cloud_of
from store.activations import Activation
from store.audit import AuditEntry
from store.containers import Container
from store.grants import CategoryGrant
from store.invitations import Invitation
from store.licenses import License
from store.memberships import Membership
from store.notifications import Notification, NotificationRule
from store.orders import LicenseOrder
from store.projects import ProjectParticipant
from store.restores import RestoreCase
from store.tickets import Ticket
from store.users import AccessToken, User

SECTIONS = {
    "memberships": Membership,
    "access_tokens": AccessToken,
    "licenses": License,
    "containers": Container,
    "activations": Activation,
    "tickets": Ticket,
    "orders": LicenseOrder,
    "category_grants": CategoryGrant,
    "project_participations": ProjectParticipant,
    "restore_cases": RestoreCase,
    "notifications": Notification,
    "notification_rules": NotificationRule,
    "audit_entries": AuditEntry,
    "invitations": Invitation,
}


@pytest.fixture
async def export_of(access_of):
    async def export(account):
        return (await export_account(await access_of(account))).result.data.value

    return export


@pytest.fixture
async def world(database):
    async with database.transaction() as session:
        loaded = await load_world(session)
        session.expunge_all()
    return loaded


@pytest.mark.parametrize("account", CAST, ids=[account.name for account in CAST])
async def test_an_export_shows_only_what_its_reader_may_read(account, export_of, world, queries):
    policy = queries.policy
    viewer = next(user for user in world[User] if user.id == account.id)
    rows = {cls: {str(row.id): row for row in world[cls]} for cls in world}

    data = await export_of(account)

    shown = [(User, data["account"]), *((cls, row) for name, cls in SECTIONS.items() for row in data[name])]
    for cls, values in shown:
        row = rows[cls].get(values["id"])
        if row is None:  # the log-in of this test, and what it did
            continue
        assert policy.check(cls, "read")(viewer, row), f"{cls.__name__} {row.id} is hidden"
        for column in policy.protected(cls):
            hidden = not policy.field_check(cls, column)(viewer, row)
            assert not (hidden and values.get(column) is not None), f"{cls.__name__}.{column} is hidden"
        for name, link in sa.inspect(cls).relationships.items():
            if link.uselist or link.mapper.class_ not in rows:
                continue
            (column,) = link.local_columns
            if values.get(column.key) is not None:
                neighbor = rows[link.mapper.class_][values[column.key]]
                readable = policy.check(link.mapper.class_, "read")(viewer, neighbor)
                assert readable, f"{cls.__name__}.{name} leads to a hidden {link.mapper.class_.__name__}"


async def test_an_export_does_not_number_what_was_done_in_the_portal(export_of):
    """The numbers count every action of the portal, also those of other customers."""
    entries = (await export_of(TOM))["audit_entries"]

    assert entries
    assert {entry.get("number") for entry in entries} == {None}


async def test_an_export_names_no_license_of_another_customer(access_of, export_of):
    await reset_container((await access_of(ANN)).attempt(key="1"), container_id=cloud_of(BEA.id))

    entries = (await export_of(ANN))["audit_entries"]

    (shared,) = (entry for entry in entries if entry["action"] == "container.reset_requested_shared")
    assert (shared["license_id"], shared["group_id"]) == (None, None)


async def test_an_export_names_no_group_above_the_reader(export_of):
    licenses = (await export_of(TOM))["licenses"]

    assert str(Licenses.TOM_CAD) in {license["id"] for license in licenses}
    assert {license["owner_group_id"] for license in licenses} == {None}


async def test_an_export_says_more_to_those_who_administer_what_they_did(access_of, export_of):
    await modify_license((await access_of(IDA)).attempt(key="1"), license_id=Licenses.BERLIN_PUBLIC, quantity=11)

    (entry,) = (entry for entry in (await export_of(IDA))["audit_entries"] if entry["action"] == "license.modified")
    assert entry["after"]["next_quantity"] == 11
    assert entry["group_id"] == str(Groups.ACME)
    assert entry["number"] is not None
