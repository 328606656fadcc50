"""The settings of an installation, read from environment variables."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self
from urllib.parse import urlsplit

from jobs.smtp import MailServer, parse_sender

CHECKOUT = Path(__file__).resolve().parent
_MAX_PORT = 65535


class Environment(StrEnum):
    """Whether the portal is for developers (demo data, public introspection) or in production."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class BadSettings(Exception):
    """Some environment variables are invalid; the message lists all problems."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Each setting is read from a variable with its name: `port` from PORTAL_PORT, and so on."""

    database_url: str | None = None
    """None: the portal runs an embedded PostgreSQL in `data_dir`."""
    redis_url: str | None = None
    """None: live updates reach only the clients of the process that made the change."""
    host: str = "127.0.0.1"
    port: int = 8000
    data_dir: Path = CHECKOUT / ".portal"
    environment: Environment = Environment.DEVELOPMENT
    worker: bool = True
    """Whether `./portal serve` also runs scheduled jobs and mail delivery, as `./portal worker` does."""
    smtp_url: str | None = None
    """None: emails are not sent but stored, and `./portal mail` prints them."""
    mail_from: str | None = None
    """The sender of emails, such as `Portal <portal@example.com>`."""

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> Self:
        """Read the PORTAL_* variables; raises BadSettings with all problems at once."""
        values: dict[str, Any] = {}
        problems: list[str] = []
        for name, text in sorted(variables.items()):
            if not name.startswith("PORTAL_") or not text:
                continue
            field = name.removeprefix("PORTAL_").lower()
            if field not in _READERS:
                problems.append(f"{name}: unknown setting; the settings are {', '.join(_NAMES)}")
                continue
            try:
                values[field] = _READERS[field](text)
            except ValueError as error:
                problems.append(f"{name}: {error}")
        if "smtp_url" in values and not variables.get("PORTAL_MAIL_FROM"):
            problems.append("PORTAL_MAIL_FROM: required when PORTAL_SMTP_URL is set")
        if problems:
            raise BadSettings("\n".join(problems))
        return cls(**values)


def _validated_by(parse: Callable[[str], object]) -> Callable[[str], str]:
    """Return a reader that checks a text with the parser that will read it later, and keeps the text."""

    def read(text: str) -> str:
        parse(text)
        return text

    return read


def _address(*schemes: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        # The value may contain a password, so it is not part of the message.
        if urlsplit(text).scheme not in schemes:
            message = f"must start with one of {', '.join(f'{scheme}://' for scheme in schemes)}"
            raise ValueError(message)
        return text

    return read


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= _MAX_PORT:
        message = f"must be a number between 1 and {_MAX_PORT}, got {text!r}"
        raise ValueError(message)
    return int(text)


def _environment(text: str) -> Environment:
    if text not in list(Environment):
        message = f"must be development or production, got {text!r}"
        raise ValueError(message)
    return Environment(text)


def _switch(text: str) -> bool:
    if text not in _SWITCH_VALUES:
        message = f"must be on or off, got {text!r}"
        raise ValueError(message)
    return _SWITCH_VALUES[text]


_SWITCH_VALUES: Mapping[str, bool] = MappingProxyType({"on": True, "off": False})
_READERS: Mapping[str, Callable[[str], object]] = MappingProxyType(
    {
        "database_url": _address("postgresql", "postgres", "postgresql+asyncpg"),
        "redis_url": _address("redis", "rediss", "unix"),
        "host": str,
        "port": _port,
        "data_dir": lambda text: Path(text).expanduser().absolute(),
        "environment": _environment,
        "worker": _switch,
        "smtp_url": _validated_by(MailServer.from_url),
        "mail_from": _validated_by(parse_sender),
    }
)
_NAMES = [f"PORTAL_{field.upper()}" for field in _READERS]
