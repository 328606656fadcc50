"""Settings come from the environment, once, and say everything that is wrong with them."""

import inspect
from pathlib import Path

import pytest

from settings import CHECKOUT, BadSettings, Environment, Settings
from store.db.database import Database
from transport.settings import TransportSettings


def test_nothing_has_to_be_set():
    assert Settings.from_environment({}) == Settings(
        database_url=None,
        redis_url=None,
        host="127.0.0.1",
        port=8000,
        data_dir=CHECKOUT / ".portal",
        environment=Environment.DEVELOPMENT,
        worker=True,
        smtp_url=None,
        mail_from=None,
    )


def test_every_setting_is_read_from_its_variable():
    given = {
        "PORTAL_DATABASE_URL": "postgres://portal@db/portal",
        "PORTAL_REDIS_URL": "redis://cache:6379/1",
        "PORTAL_HOST": "0.0.0.0",
        "PORTAL_PORT": "80",
        "PORTAL_DATA_DIR": "/srv/portal",
        "PORTAL_ENVIRONMENT": "production",
        "PORTAL_WORKER": "off",
        "PORTAL_SMTP_URL": "smtps://portal:secret@mail.example:465",
        "PORTAL_MAIL_FROM": "Portal <portal@mail.example>",
        "HOME": "/nowhere",
    }

    assert Settings.from_environment(given) == Settings(
        database_url="postgres://portal@db/portal",
        redis_url="redis://cache:6379/1",
        host="0.0.0.0",
        port=80,
        data_dir=Path("/srv/portal"),
        environment=Environment.PRODUCTION,
        worker=False,
        smtp_url="smtps://portal:secret@mail.example:465",
        mail_from="Portal <portal@mail.example>",
    )


def test_an_empty_variable_is_no_setting():
    assert Settings.from_environment({"PORTAL_PORT": ""}).port == 8000


def test_all_problems_are_named_at_once_and_no_password_is():
    with pytest.raises(BadSettings) as refused:
        Settings.from_environment(
            {
                "PORTAL_DATABASE_URL": "mysql://root:secret@db/portal",
                "PORTAL_ENVIRONMENT": "prod",
                "PORTAL_PORT": "70000",
                "PORTAL_TYPO": "1",
                "PORTAL_WORKER": "maybe",
            },
        )

    lines = str(refused.value).splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "PORTAL_DATABASE_URL",
        "PORTAL_ENVIRONMENT",
        "PORTAL_PORT",
        "PORTAL_TYPO",
        "PORTAL_WORKER",
    ]
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("port", ["0", "-1", "65536", "80.0", "eighty", "٨٠"])
def test_a_port_is_a_number_that_a_port_can_have(port: str):
    with pytest.raises(BadSettings, match=r"PORTAL_PORT: .* is no port between 1 and 65535"):
        Settings.from_environment({"PORTAL_PORT": port})


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://mail.example", "starts with none of smtp://, smtps://"),
        ("smtp://", "is not as smtp://user:password@host:port"),
        ("smtp://mail.example/inbox", "is not as smtp://user:password@host:port"),
        ("smtp://portal:sec/ret@mail.example", "is not as smtp://user:password@host:port"),
        ("smtp://portal:secret@mail.example:70000", "is not as smtp://user:password@host:port"),
        ("smtp://portal:secret@mail.example?tls=off", "is not as smtp://user:password@host:port"),
        ("smtp://portal:secret@mail.example?starttls=perhaps", "starttls is none of required, offered, off"),
        (
            "smtps://portal:secret@mail.example?starttls=required",
            "has no use for starttls: smtps:// is in cipher from the start",
        ),
    ],
)
def test_an_address_of_a_mail_server_is_read_at_the_start_and_its_password_told_to_nobody(url, problem):
    with pytest.raises(BadSettings) as refused:
        Settings.from_environment({"PORTAL_SMTP_URL": url, "PORTAL_MAIL_FROM": "portal@mail.example"})

    assert str(refused.value).startswith(f"PORTAL_SMTP_URL: {problem}")
    assert "sec" not in str(refused.value)


def test_whoever_waits_for_a_connection_hears_that_there_is_none_before_his_time_is_over():
    pool_timeout = inspect.signature(Database).parameters["pool_timeout"].default

    assert pool_timeout < TransportSettings().operation_timeout - 5


def test_letters_are_sent_in_somebodys_name():
    with pytest.raises(BadSettings, match="PORTAL_MAIL_FROM: is needed beside PORTAL_SMTP_URL"):
        Settings.from_environment({"PORTAL_SMTP_URL": "smtp://mail.example"})
    for wrong in ("portal", "portal@", "a,b@mail.example", "Portal\r\nBcc: all@mail.example <portal@mail.example>"):
        with pytest.raises(BadSettings, match="PORTAL_MAIL_FROM: is no address"):
            Settings.from_environment({"PORTAL_SMTP_URL": "smtp://mail.example", "PORTAL_MAIL_FROM": wrong})
