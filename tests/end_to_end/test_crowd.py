"""Concurrent activations over HTTP: as many succeed as there are seats, and a repeated request gets the same response."""

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
    arguments = {"licenseId": license_id, "containerId": CLOUD, "idempotencyKey": key, **more}
    return (await server.data(token, ACTIVATE, input=arguments))["licenseActivate"]


async def contents(database):
    """Every row of the domain tables, except what concurrent activations are expected to add or change."""
    tables = {cls.__table__ for cls in RESOURCES} - {Container.__table__, License.__table__}
    rows_by_table = {}
    async with database.transaction() as session:
        for table in sorted(tables, key=lambda table: table.name):
            if table.name not in GROWING | {"access_tokens"}:
                rows_by_table[table.name] = sorted(map(repr, await session.execute(sa.select(table))))
        for cls, own in ((Container, cloud_of(Groups.ACME)), (License, Licenses.ACME_TEN_SEATS)):
            rows = await session.execute(sa.select(cls.__table__).where(cls.id != own))
            rows_by_table[cls.__tablename__] = sorted(map(repr, rows))
    return rows_by_table


async def count(database, cls, *where):
    async with database.transaction() as session:
        return await session.scalar(sa.select(sa.func.count()).select_from(cls).where(*where))


async def counts(database):
    return [await count(database, cls) for cls in (Activation, LicenseFile, AuditEntry, IdempotencyKey)]


async def test_ten_of_a_hundred_concurrent_requests_get_the_ten_seats(server, database, token_of):
    by_ann = await token_of(ANN)
    before, counts_before = await contents(database), await counts(database)

    answers = await asyncio.gather(*(activate(server, by_ann, f"concurrent {number}") for number in range(100)))

    successes = [answer for answer in answers if not answer["errors"]]
    codes = Counter(error["code"] for answer in answers for error in answer["errors"])
    assert (len(successes), codes) == (10, {"SEATS_EXHAUSTED": 90})
    assert sorted(answer["activation"]["seat"] for answer in successes) == list(range(1, 11))
    assert {answer["activation"]["state"] for answer in successes} == {"ACTIVE"}
    failures = [answer for answer in answers if answer["errors"]]
    assert all(answer["activation"] is answer["licenseFile"] is answer["license"] is None for answer in failures)
    assert {error["quantity"] for answer in failures for error in answer["errors"]} == {10}
    added = [after - before for after, before in zip(await counts(database), counts_before, strict=True)]
    assert added == [10, 10, 100, 100]
    assert await contents(database) == before
    ten = Activation.license_id == Licenses.ACME_TEN_SEATS
    assert await count(database, Activation, ten, Activation.state.in_(COUNTING)) == 10
    refused = AuditEntry.outcome == Outcome.REFUSED, AuditEntry.code == "SEATS_EXHAUSTED"
    assert await count(database, AuditEntry, *refused, AuditEntry.license_id == Licenses.ACME_TEN_SEATS) == 90
    async with database.transaction() as session:
        assert (await session.get_one(Container, cloud_of(Groups.ACME))).update_counter == 10
        assert (await verify(session))[1] is None


async def test_a_repeated_request_gets_its_first_response(server, database, token_of):
    by_ann = await token_of(ANN)
    first = await asyncio.gather(*(activate(server, by_ann, f"concurrent {number}") for number in range(100)))
    counts_before = await counts(database)

    again = await asyncio.gather(*(activate(server, by_ann, f"concurrent {number}") for number in reversed(range(100))))

    assert again[::-1] == first
    assert await counts(database) == counts_before


@pytest.mark.parametrize("license_id", [Licenses.ACME_PUBLIC, Licenses.ACME_REVOKED, Licenses.BOLT_PUBLIC])
async def test_twenty_concurrent_requests_with_one_key_are_executed_once(license_id, server, database, token_of):
    """A license that can be activated, a revoked one and a hidden one."""
    by_ann = await token_of(ANN)
    counts_before = await counts(database)
    key, encoded = f"twenty {license_id}", to_global_id("License", license_id)

    answers = await asyncio.gather(*(activate(server, by_ann, key, encoded) for _ in range(20)))

    assert all(answer == answers[0] for answer in answers)
    succeeded = not answers[0]["errors"]
    assert succeeded == (license_id == Licenses.ACME_PUBLIC)
    added = [after - before for after, before in zip(await counts(database), counts_before, strict=True)]
    assert added == [int(succeeded), int(succeeded), 1, 1]


async def test_a_key_cannot_be_used_for_another_request(server, token_of):
    by_ann = await token_of(ANN)
    public = to_global_id("License", Licenses.ACME_PUBLIC)

    first = await activate(server, by_ann, "own", public)
    other = await activate(server, by_ann, "own", public, deviceLabel="another")

    assert first["errors"] == []
    assert [error["code"] for error in other["errors"]] == ["IDEMPOTENCY_KEY_REUSED"]
