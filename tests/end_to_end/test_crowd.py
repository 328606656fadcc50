"""A crowd at the front door: as many get in as there are seats, and whoever asks twice hears the same."""

import asyncio
from collections import Counter

import pytest
import sqlalchemy as sa

from schema.fields.ids import to_global_id
from seeds.cast import ANN, Groups, Licenses, cloud_of
from store.activations import COUNTING, Activation, LicenseFile
from store.audit import AuditEntry, Outcome, verify
from store.containers import Container
from store.db.idempotency import IdempotencyKey
from store.db.registry import RESOURCES
from store.licenses import License

ACTIVATE = """mutation($input: LicenseActivateInput!) { licenseActivate(input: $input) {
    license { id seatsTaken } activation { id seat state container { serial } } licenseFile { content }
    errors { code message path action reason state quantity }
} }"""
TEN = to_global_id("License", Licenses.ACME_TEN_SEATS)
CLOUD = to_global_id("Container", cloud_of(Groups.ACME))
GROWING = {"activations", "license_files", "audit_entries", "idempotency_keys", "notifications", "deliveries"}


async def activate(server, token, key, license_id=TEN, **more):
    given = {"licenseId": license_id, "containerId": CLOUD, "idempotencyKey": key, **more}
    return (await server.data(token, ACTIVATE, input=given))["licenseActivate"]


async def contents(database):
    """Every row of every table of the domain but those that a crowd of activations adds to."""
    tables = {each.__table__ for each in RESOURCES} - {Container.__table__, License.__table__}
    found = {}
    async with database.transaction() as session:
        for table in sorted(tables, key=lambda each: each.name):
            if table.name not in GROWING | {"access_tokens"}:
                found[table.name] = sorted(map(repr, await session.execute(sa.select(table))))
        for cls, own in ((Container, cloud_of(Groups.ACME)), (License, Licenses.ACME_TEN_SEATS)):
            rows = await session.execute(sa.select(cls.__table__).where(cls.id != own))
            found[cls.__tablename__] = sorted(map(repr, rows))
    return found


async def count(database, cls, *where):
    async with database.transaction() as session:
        return await session.scalar(sa.select(sa.func.count()).select_from(cls).where(*where))


async def counts(database):
    return [await count(database, each) for each in (Activation, LicenseFile, AuditEntry, IdempotencyKey)]


async def test_a_hundred_ask_for_ten_seats_and_ten_get_one(server, database, token_of):
    by_ann = await token_of(ANN)
    before, were = await contents(database), await counts(database)

    answers = await asyncio.gather(*(activate(server, by_ann, f"crowd {number}") for number in range(100)))

    won = [each for each in answers if not each["errors"]]
    codes = Counter(error["code"] for each in answers for error in each["errors"])
    assert (len(won), codes) == (10, {"SEATS_EXHAUSTED": 90})
    assert sorted(each["activation"]["seat"] for each in won) == list(range(1, 11))
    assert {each["activation"]["state"] for each in won} == {"ACTIVE"}
    lost = [each for each in answers if each["errors"]]
    assert all(each["activation"] is each["licenseFile"] is each["license"] is None for each in lost)
    assert {error["quantity"] for each in lost for error in each["errors"]} == {10}
    grown = [now - then for now, then in zip(await counts(database), were, strict=True)]
    assert grown == [10, 10, 100, 100]
    assert await contents(database) == before
    ten = Activation.license_id == Licenses.ACME_TEN_SEATS
    assert await count(database, Activation, ten, Activation.state.in_(COUNTING)) == 10
    refused = AuditEntry.outcome == Outcome.REFUSED, AuditEntry.code == "SEATS_EXHAUSTED"
    assert await count(database, AuditEntry, *refused, AuditEntry.license_id == Licenses.ACME_TEN_SEATS) == 90
    async with database.transaction() as session:
        assert (await session.get_one(Container, cloud_of(Groups.ACME))).update_counter == 10
        assert (await verify(session))[1] is None


async def test_each_of_the_crowd_hears_his_first_answer_again(server, database, token_of):
    by_ann = await token_of(ANN)
    first = await asyncio.gather(*(activate(server, by_ann, f"crowd {number}") for number in range(100)))
    were = await counts(database)

    again = await asyncio.gather(*(activate(server, by_ann, f"crowd {number}") for number in reversed(range(100))))

    assert again[::-1] == first
    assert await counts(database) == were


@pytest.mark.parametrize("license_id", [Licenses.ACME_PUBLIC, Licenses.ACME_REVOKED, Licenses.BOLT_PUBLIC])
async def test_twenty_at_once_under_one_key_are_one_request(license_id, server, database, token_of):
    """One that succeeds, one that is refused by its state, and one that is hidden."""
    by_ann = await token_of(ANN)
    were = await counts(database)
    key, encoded = f"twenty {license_id}", to_global_id("License", license_id)

    answers = await asyncio.gather(*(activate(server, by_ann, key, encoded) for _ in range(20)))

    assert all(each == answers[0] for each in answers)
    done = not answers[0]["errors"]
    assert done == (license_id == Licenses.ACME_PUBLIC)
    grown = [now - then for now, then in zip(await counts(database), were, strict=True)]
    assert grown == [int(done), int(done), 1, 1]


async def test_a_key_is_its_callers_own_and_for_one_request_only(server, token_of):
    by_ann = await token_of(ANN)
    public = to_global_id("License", Licenses.ACME_PUBLIC)

    first = await activate(server, by_ann, "own", public)
    other = await activate(server, by_ann, "own", public, deviceLabel="another")

    assert first["errors"] == []
    assert [each["code"] for each in other["errors"]] == ["IDEMPOTENCY_KEY_REUSED"]
