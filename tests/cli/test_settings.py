"""Settings are read from the environment, and all their problems are reported at once."""

import inspect
from pathlib import Path

import pytest

from settings import CHECKOUT, BadSettings, Environment, Settings
from store.db.database import Database
from transport.settings import TransportSettings


def test_every_setting_has_a_default():
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
    variables = {
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

    assert Settings.from_environment(variables) == Settings(
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


def test_an_empty_variable_is_ignored():
    assert Settings.from_environment({"PORTAL_PORT": ""}).port == 8000


def test_all_problems_are_reported_at_once_and_without_passwords():
    with pytest.raises(BadSettings) as refused:
        Settings.from_environment(
            {
                "PORTAL_DATABASE_URL": "mysql://root:secret@db/portal",
                "PORTAL_ENVIRONMENT": "prod",
                "PORTAL_PORT": "70000",
                "PORTAL_TYPO": "1",
                "PORTAL_WORKER": "maybe",
            }
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
def test_an_invalid_port_is_refused(port: str):
    with pytest.raises(BadSettings, match="PORTAL_PORT: must be a number between 1 and 65535, got"):
        Settings.from_environment({"PORTAL_PORT": port})


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://mail.example", "must start with smtp:// or smtps://"),
        ("smtp://", "must look like smtp://user:password@host:port"),
        ("smtp://mail.example/inbox", "must look like smtp://user:password@host:port"),
        ("smtp://portal:sec/ret@mail.example", "must look like smtp://user:password@host:port"),
        ("smtp://portal:secret@mail.example:70000", "must look like smtp://user:password@host:port"),
        ("smtp://portal:secret@mail.example?tls=off", "must look like smtp://user:password@host:port"),
        ("smtp://portal:secret@mail.example?starttls=perhaps", "starttls must be required, offered or off"),
        ("smtps://portal:secret@mail.example?starttls=required", "smtps:// is always encrypted; remove starttls"),
    ],
)
def test_an_invalid_mail_server_url_is_refused_without_showing_its_password(url, problem):
    with pytest.raises(BadSettings) as refused:
        Settings.from_environment({"PORTAL_SMTP_URL": url, "PORTAL_MAIL_FROM": "portal@mail.example"})

    assert str(refused.value).startswith(f"PORTAL_SMTP_URL: {problem}")
    assert "sec" not in str(refused.value)


def test_waiting_for_a_database_connection_ends_before_the_operation_times_out():
    pool_timeout = inspect.signature(Database).parameters["pool_timeout"].default

    assert pool_timeout < TransportSettings().operation_timeout - 5


def test_a_mail_server_needs_a_sender_address():
    with pytest.raises(BadSettings, match="PORTAL_MAIL_FROM: required when PORTAL_SMTP_URL is set"):
        Settings.from_environment({"PORTAL_SMTP_URL": "smtp://mail.example"})
    for wrong in ("portal", "portal@", "a,b@mail.example", "Portal\r\nBcc: all@mail.example <portal@mail.example>"):
        with pytest.raises(BadSettings, match=r"PORTAL_MAIL_FROM: (must be|is not) an address"):
            Settings.from_environment({"PORTAL_SMTP_URL": "smtp://mail.example", "PORTAL_MAIL_FROM": wrong})
