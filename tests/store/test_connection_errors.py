"""While the database is away that is said and nothing else; when it is back, nobody notices that it was."""

import asyncio

import pytest
import sqlalchemy as sa

from devtools.postgres_supervisor import ROLE
from store.db.database import Database, migrate
from store.errors import Unavailable
from tests.outage import stoppable_cluster


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with stoppable_cluster(tmp_path_factory.mktemp("cluster")) as cluster:
        asyncio.run(migrate(cluster.url))
        yield cluster


@pytest.fixture
async def database(cluster):
    database = Database(cluster.url, pool_size=4)
    yield database
    await database.close()


async def ask(database, statement="SELECT 1"):
    async with database.snapshot() as connection:
        return (await connection.execute(sa.text(statement))).scalar_one()


async def change(database, statement="SELECT 1"):
    async with database.transaction() as session:
        return (await session.execute(sa.text(statement))).scalar_one()


@pytest.mark.parametrize("use", [ask, change])
async def test_while_it_is_away_that_is_said_and_afterwards_everything_is_as_before(cluster, database, use):
    await asyncio.gather(*(use(database) for _ in range(4)))  # four connections wait for their next use
    await asyncio.to_thread(cluster.stop)
    try:
        for _ in range(2):
            with pytest.raises(Unavailable, match="try again in a moment"):
                await use(database)
        assert not await database.is_reachable()
    finally:
        await asyncio.to_thread(cluster.start)
    assert await asyncio.gather(*(use(database) for _ in range(8))) == [1] * 8


@pytest.mark.parametrize("use", [ask, change])
async def test_connections_that_broke_while_nobody_used_them_are_not_used_again(cluster, database, use):
    await asyncio.gather(*(use(database) for _ in range(4)))
    await asyncio.to_thread(cluster.stop)
    await asyncio.to_thread(cluster.start)

    assert await asyncio.gather(*(use(database) for _ in range(8))) == [1] * 8


@pytest.mark.parametrize("use", [ask, change])
async def test_whoever_is_in_the_middle_of_a_statement_hears_it_too(cluster, database, use):
    asking = asyncio.create_task(use(database, "SELECT 1 FROM pg_sleep(60)"))
    asked = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)' AND pid <> pg_backend_pid()"
    while not await ask(database, asked):  # noqa: ASYNC110 - it happens in the database
        await asyncio.sleep(0.01)
    await asyncio.to_thread(cluster.stop)
    try:
        with pytest.raises(Unavailable):
            await asking
    finally:
        await asyncio.to_thread(cluster.start)


@pytest.mark.parametrize("use", [ask, change])
async def test_whoever_is_cancelled_in_a_statement_is_cancelled_and_nothing_else(database, use):
    for pause in (0, 0.001, 0.01, 0.1):
        asking = asyncio.create_task(use(database, "SELECT 1 FROM pg_sleep(60)"))
        await asyncio.sleep(pause)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
    assert await use(database) == 1


async def test_what_was_not_committed_is_not_there(cluster, database):
    async def work():
        async with database.transaction() as session:
            await session.execute(sa.text("CREATE TABLE half (done int)"))
            await asyncio.to_thread(cluster.stop)

    with pytest.raises(Unavailable):
        await work()
    await asyncio.to_thread(cluster.start)

    assert await ask(database, "SELECT to_regclass('half')") is None


@pytest.mark.parametrize(
    ("statement", "refused"),
    [
        ("SELECT nothing", sa.exc.ProgrammingError),
        ("SELECT 1 / 0", sa.exc.DBAPIError),
        ("INSERT INTO users (email) VALUES ('a') RETURNING 1", sa.exc.IntegrityError),
    ],
)
async def test_what_the_database_itself_refuses_is_no_outage(database, statement, refused):
    with pytest.raises(refused):
        await change(database, statement)


async def test_a_database_that_is_not_there_at_all_is_no_outage(cluster):
    wrong = Database(cluster.url.replace(f"/{ROLE}?", "/nothing?"), pool_size=1)
    try:
        with pytest.raises(Exception, match="nothing") as refused:
            await ask(wrong)
        assert not isinstance(refused.value, Unavailable)
    finally:
        await wrong.close()


@pytest.mark.parametrize("use", [ask, change])
async def test_whoever_finds_all_connections_taken_hears_it_and_is_served_when_one_is_free(cluster, use):
    narrow = Database(cluster.url, pool_size=1, pool_timeout=0.1)
    try:
        async with narrow.snapshot(), narrow.snapshot():
            with pytest.raises(Unavailable, match="try again in a moment"):
                await use(narrow)
            assert not await narrow.is_reachable()
        assert await use(narrow) == 1
    finally:
        await narrow.close()
