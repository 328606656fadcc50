"""`./portal seed` and `./portal token`, as they are typed."""

import asyncio

import pytest
import sqlalchemy as sa

from cli.__main__ import main
from seeds.cast import SERVER, TOM
from store.db.database import Database
from store.db.tokens import hash_token
from store.users import AccessToken, User


@pytest.fixture(scope="module")
def demo_url(new_database):
    url = new_database()
    run("seed", "--demo", url=url)
    return url


def run(command, *words, url):
    """What the dispatcher does with these words."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PORTAL_DATABASE_URL", url)
        return main([command, *words])


def query(url, statement):
    async def ask():
        database = Database(url, pool_size=1)
        async with database.snapshot() as connection:
            rows = (await connection.execute(statement)).all()
        await database.close()
        return rows

    return asyncio.run(ask())


@pytest.mark.parametrize("account", [TOM.email, " Tom@ACME.example ", SERVER.name])
def test_a_token_stands_alone_on_its_line_and_opens_the_account(demo_url, capsys, account):
    assert run("token", account, url=demo_url) == 0

    [text] = capsys.readouterr().out.splitlines()
    [(name,)] = query(
        demo_url,
        sa.select(User.name)
        .join(AccessToken, AccessToken.user_id == User.id)
        .where(AccessToken.hash == hash_token(text)),
    )
    assert name == (SERVER.name if account == SERVER.name else TOM.name)


def test_a_token_is_good_for_as_many_days_as_asked(demo_url, capsys):
    run("token", TOM.email, "--days", "7", url=demo_url)

    text = capsys.readouterr().out.strip()
    [(lifetime,)] = query(
        demo_url,
        sa.select(AccessToken.expires_at - AccessToken.created_at).where(AccessToken.hash == hash_token(text)),
    )
    assert lifetime.days == 7


@pytest.mark.parametrize("account", ["nobody@acme.example", "", "Tom Tanner"])
def test_an_unknown_account_is_named_and_gets_nothing(demo_url, capsys, account):
    assert run("token", account, url=demo_url) == 1

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"there is no account {account!r}\n"


@pytest.mark.parametrize("days", ["0", "-1", "x", "99999", "1.5", "²"])
def test_a_number_of_days_that_is_none_is_refused(demo_url, capsys, days):
    with pytest.raises(SystemExit) as ended:
        run("token", TOM.email, f"--days={days}", url=demo_url)

    assert ended.value.code == 2
    assert "no number of days between 1 and 3650" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--demo"], ["--licenses", "10"]])
def test_a_database_in_use_is_not_seeded(demo_url, capsys, words):
    before = query(demo_url, sa.select(sa.func.count()).select_from(User))

    assert run("seed", *words, url=demo_url) == 1

    assert "the database is not empty" in capsys.readouterr().err
    assert query(demo_url, sa.select(sa.func.count()).select_from(User)) == before


def test_the_demo_world_is_not_added_to_another(demo_url, capsys):
    assert run("seed", "--demo", "--into-existing", url=demo_url) == 1

    assert capsys.readouterr().err == "the demo world goes only into an empty database\n"


def test_a_large_world_is_made_and_its_personas_printed(new_database, capsys):
    assert run("seed", "--licenses", "50", "--seed", "7", url=new_database()) == 0

    assert capsys.readouterr().out.splitlines()[0].startswith("ISV admin")


def test_a_world_that_cannot_be_is_refused_in_one_sentence(new_database, capsys):
    assert run("seed", "--licenses", "50", "--groups", "5", url=new_database()) == 1

    assert "a large world needs at least 20 groups, got 5" in capsys.readouterr().err
