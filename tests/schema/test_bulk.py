"""Bulk imports through GraphQL: the checks of the CSV files, and the path of each mistake."""

import pytest
import sqlalchemy as sa

from seeds.cast import ANN, IDA, TOM, Groups
from store.audit import AuditEntry
from store.groups import Group
from store.licenses import License
from store.users import User

IMPORT = """mutation($input: BulkImportInput!) { bulkImport(input: $input) {
    portal { name } changes { action after } errors { code path capability mistakes { path message } }
} }"""
ROWS = {
    "groups": [{"key": "oak", "name": "Oak", "kind": "CUSTOMER", "parent": str(Groups.RHEINTAL)}],
    "users": [{"key": "press", "name": "Press 7", "kind": "TECHNICAL", "homeGroup": "oak"}],
    "memberships": [{"user": TOM.email, "group": "oak", "role": "ADMIN"}],
    "licenses": [
        {
            "key": "l1",
            "firmCode": 6000010,
            "productCode": 1001,
            "model": "SINGLE_USER_SUBSCRIPTION",
            "quantity": 1,
            "ownerGroup": "oak",
            "features": [1, 2],
            "startsAt": "2026-01-31T00:00:00Z",
            "containerTypes": ["LOCAL", "DONGLE"],
        }
    ],
    "assignments": [{"license": "l1", "user": "press"}],
}


@pytest.fixture
def row_counts(database):
    async def count():
        async with database.transaction() as session:
            return [
                await session.scalar(sa.select(sa.func.count()).select_from(cls))
                for cls in (Group, User, License, AuditEntry)
            ]

    return count


@pytest.mark.feature("F106")
async def test_rows_are_added_at_once_and_a_repeated_import_adds_nothing(execute, row_counts):
    before = await row_counts()

    first = await execute(IDA, IMPORT, input=ROWS | {"idempotencyKey": "1"})
    again = await execute(IDA, IMPORT, input=ROWS | {"idempotencyKey": "2"})

    assert first.data["bulkImport"] == {
        "portal": {"name": "Northwind License Portal"},
        "changes": [{"action": "portal.imported", "after": dict.fromkeys(ROWS, 1)}],
        "errors": [],
    }
    assert again.data["bulkImport"]["changes"] == [{"action": "portal.imported", "after": {}}]
    assert [after - earlier for earlier, after in zip(before, await row_counts(), strict=True)] == [1, 1, 1, 2]


@pytest.mark.feature("F106")
async def test_a_dry_run_through_graphql_adds_nothing(execute, row_counts):
    before = await row_counts()

    answer = await execute(IDA, IMPORT, input=ROWS | {"idempotencyKey": "1", "dryRun": True})

    assert answer.data["bulkImport"]["changes"][0]["after"]["licenses"] == 1
    assert await row_counts() == before


@pytest.mark.feature("F106")
async def test_each_mistake_has_its_path_and_a_repeated_request_returns_the_first_response(
    execute, token_of, row_counts
):
    arguments = {
        "users": [{"key": "x", "name": "X"}, {"key": "y", "email": "none", "name": "Y"}],
        "licenses": [ROWS["licenses"][0] | {"features": [1, 1], "expiresAt": "2026-01-01T00:00:00Z"}],
        "idempotencyKey": "1",
    }
    by_ida, before = await token_of(IDA), await row_counts()

    first = await execute(IDA, IMPORT, by_token=by_ida, input=arguments)
    again = await execute(IDA, IMPORT, by_token=by_ida, input=arguments)

    [error] = first.data["bulkImport"]["errors"]
    assert error["code"] == "IMPORT_REFUSED"
    assert error["mistakes"] == [
        {"path": ["users", "1", "email"], "message": "a person needs an email address"},
        {"path": ["users", "2", "email"], "message": "malformed email address 'none'"},
        {"path": ["licenses", "1", "features"], "message": "a value is repeated"},
        {"path": ["licenses", "1", "ownerGroup"], "message": "unknown group 'oak'"},
    ]
    assert again.data == first.data
    assert (await row_counts())[:3] == before[:3]


@pytest.mark.parametrize("account", [ANN, TOM])
async def test_only_an_isv_admin_can_import(execute, row_counts, account):
    before = await row_counts()

    answer = await execute(account, IMPORT, input=ROWS | {"idempotencyKey": "1"})

    assert [error["code"] for error in answer.data["bulkImport"]["errors"]] == ["FORBIDDEN"]
    assert (await row_counts())[:3] == before[:3]


async def test_more_than_a_thousand_rows_are_refused(execute, row_counts):
    before = await row_counts()
    many = [{"user": TOM.email, "group": "oak"}] * 1000

    answer = await execute(IDA, IMPORT, input=ROWS | {"memberships": many, "idempotencyKey": "1"})

    [error] = answer.data["bulkImport"]["errors"]
    assert (error["code"], error["path"]) == ("BAD_USER_INPUT", ["input"])
    assert await row_counts() == before
