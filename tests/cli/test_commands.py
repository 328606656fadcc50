"""`./portal seed` and `./portal token`, run through the command-line entry point."""

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
    """Run a command with these arguments and return its exit code."""
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
def test_the_output_is_only_a_token_that_belongs_to_the_account(demo_url, capsys, account):
    assert run("token", account, url=demo_url) == 0

    [text] = capsys.readouterr().out.splitlines()
    [(name,)] = query(
        demo_url,
        sa.select(User.name)
        .join(AccessToken, AccessToken.user_id == User.id)
        .where(AccessToken.hash == hash_token(text)),
    )
    assert name == (SERVER.name if account == SERVER.name else TOM.name)


def test_a_token_has_the_requested_lifetime(demo_url, capsys):
    run("token", TOM.email, "--days", "7", url=demo_url)

    text = capsys.readouterr().out.strip()
    [(lifetime,)] = query(
        demo_url, sa.select(AccessToken.expires_at - AccessToken.created_at).where(AccessToken.hash == hash_token(text))
    )
    assert lifetime.days == 7


@pytest.mark.parametrize("account", ["unknown@acme.example", "", "Tom Tanner"])
def test_an_unknown_account_gets_an_error_with_its_name_and_no_token(demo_url, capsys, account):
    assert run("token", account, url=demo_url) == 1

    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == f"there is no account {account!r}; give an email address or the name of a technical user\n"


@pytest.mark.parametrize("days", ["0", "-1", "x", "99999", "1.5", "²"])
def test_an_invalid_number_of_days_is_refused(demo_url, capsys, days):
    with pytest.raises(SystemExit) as exit_:
        run("token", TOM.email, f"--days={days}", url=demo_url)

    assert exit_.value.code == 2
    assert f"must be a number of days between 1 and 3650, got {days!r}" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--demo"], ["--licenses", "10"]])
def test_a_database_that_is_not_empty_is_not_seeded(demo_url, capsys, words):
    before = query(demo_url, sa.select(sa.func.count()).select_from(User))

    assert run("seed", *words, url=demo_url) == 1

    assert "the database is not empty" in capsys.readouterr().err
    assert query(demo_url, sa.select(sa.func.count()).select_from(User)) == before


def test_the_demo_world_cannot_be_added_to_another_world(demo_url, capsys):
    assert run("seed", "--demo", "--into-existing", url=demo_url) == 1

    assert capsys.readouterr().err == "--demo needs an empty database and cannot be combined with --into-existing\n"


def test_loading_a_large_world_prints_its_personas(new_database, capsys):
    assert run("seed", "--licenses", "50", "--seed", "7", url=new_database()) == 0

    assert capsys.readouterr().out.splitlines()[0].startswith("ISV admin")


def test_an_impossible_world_is_refused_with_a_message(new_database, capsys):
    assert run("seed", "--licenses", "50", "--groups", "5", url=new_database()) == 1

    assert "a large world needs at least 20 groups, got 5" in capsys.readouterr().err
