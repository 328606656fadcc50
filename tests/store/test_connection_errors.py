"""While the database is unreachable every use raises Unavailable; afterwards everything works again."""

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
async def test_an_unreachable_database_raises_unavailable_and_works_again_afterwards(cluster, database, use):
    await asyncio.gather(*(use(database) for _ in range(4)))  # fill the pool with four connections
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
async def test_idle_connections_that_broke_are_not_used_again(cluster, database, use):
    await asyncio.gather(*(use(database) for _ in range(4)))
    await asyncio.to_thread(cluster.stop)
    await asyncio.to_thread(cluster.start)

    assert await asyncio.gather(*(use(database) for _ in range(8))) == [1] * 8


@pytest.mark.parametrize("use", [ask, change])
async def test_a_running_statement_raises_unavailable_when_the_server_stops(cluster, database, use):
    task = asyncio.create_task(use(database, "SELECT 1 FROM pg_sleep(60)"))
    count_running = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)' AND pid <> pg_backend_pid()"
    while not await ask(database, count_running):  # noqa: ASYNC110 - the event is in the database
        await asyncio.sleep(0.01)
    await asyncio.to_thread(cluster.stop)
    try:
        with pytest.raises(Unavailable):
            await task
    finally:
        await asyncio.to_thread(cluster.start)


@pytest.mark.parametrize("use", [ask, change])
async def test_a_canceled_statement_raises_only_the_cancellation(database, use):
    for pause in (0, 0.001, 0.01, 0.1):
        task = asyncio.create_task(use(database, "SELECT 1 FROM pg_sleep(60)"))
        await asyncio.sleep(pause)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await use(database) == 1


async def test_an_interrupted_transaction_is_not_committed(cluster, database):
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
async def test_an_error_in_a_statement_is_not_an_outage(database, statement, refused):
    with pytest.raises(refused):
        await change(database, statement)


async def test_a_missing_database_is_not_an_outage(cluster):
    wrong = Database(cluster.url.replace(f"/{ROLE}?", "/nothing?"), pool_size=1)
    try:
        with pytest.raises(Exception, match="nothing") as refused:
            await ask(wrong)
        assert not isinstance(refused.value, Unavailable)
    finally:
        await wrong.close()


@pytest.mark.parametrize("use", [ask, change])
async def test_an_exhausted_pool_raises_unavailable_until_a_connection_is_free(cluster, use):
    narrow = Database(cluster.url, pool_size=1, pool_timeout=0.1)
    try:
        async with narrow.snapshot(), narrow.snapshot():
            with pytest.raises(Unavailable, match="try again in a moment"):
                await use(narrow)
            assert not await narrow.is_reachable()
        assert await use(narrow) == 1
    finally:
        await narrow.close()
