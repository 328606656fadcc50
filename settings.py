"""What an installation may set, read from its environment variables."""

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
_HIGHEST_PORT = 65535


class Environment(StrEnum):
    """Who is at the other end: developers who want to see everything, or strangers."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class BadSettings(Exception):
    """Environment variables that cannot be meant; the message lists all of them."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What may differ from one installation to the next: `port` is read from PORTAL_PORT, and so on."""

    database_url: str | None = None
    """Without one the portal runs a PostgreSQL of its own in `data_dir`."""
    redis_url: str | None = None
    """Without one live updates reach only the clients of this process."""
    host: str = "127.0.0.1"
    port: int = 8000
    data_dir: Path = CHECKOUT / ".portal"
    environment: Environment = Environment.DEVELOPMENT
    worker: bool = True
    """Whether a serving process also does what falls due; `./portal worker` is a process for nothing else."""
    smtp_url: str | None = None
    """Without one letters wait, and `./portal letters` prints them."""
    mail_from: str | None = None
    """In whose name letters are sent."""

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> Self:
        """Read the PORTAL_* variables; every problem is named at once, so that one correction is enough."""
        values: dict[str, Any] = {}
        problems: list[str] = []
        for name, text in sorted(variables.items()):
            if not name.startswith("PORTAL_") or not text:
                continue
            field = name.removeprefix("PORTAL_").lower()
            if field not in _READERS:
                problems.append(f"{name}: no such setting; there are {', '.join(_NAMES)}")
                continue
            try:
                values[field] = _READERS[field](text)
            except ValueError as error:
                problems.append(f"{name}: {error}")
        if "smtp_url" in values and not variables.get("PORTAL_MAIL_FROM"):
            problems.append("PORTAL_MAIL_FROM: is needed beside PORTAL_SMTP_URL")
        if problems:
            raise BadSettings("\n".join(problems))
        return cls(**values)


def _read_by(reader: Callable[[str], object]) -> Callable[[str], str]:
    """A text that something else will read: it has to be able to."""

    def read(text: str) -> str:
        reader(text)
        return text

    return read


def _address(*schemes: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        # The value itself may carry a password, and stays out of the message.
        if urlsplit(text).scheme not in schemes:
            message = f"starts with none of {', '.join(f'{scheme}://' for scheme in schemes)}"
            raise ValueError(message)
        return text

    return read


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= _HIGHEST_PORT:
        message = f"{text!r} is no port between 1 and {_HIGHEST_PORT}"
        raise ValueError(message)
    return int(text)


def _environment(text: str) -> Environment:
    if text not in list(Environment):
        message = f"{text!r} is neither development nor production"
        raise ValueError(message)
    return Environment(text)


def _switch(text: str) -> bool:
    if text not in _SWITCH:
        message = f"{text!r} is neither on nor off"
        raise ValueError(message)
    return _SWITCH[text]


_SWITCH: Mapping[str, bool] = MappingProxyType({"on": True, "off": False})
_READERS: Mapping[str, Callable[[str], object]] = MappingProxyType(
    {
        "database_url": _address("postgresql", "postgres", "postgresql+asyncpg"),
        "redis_url": _address("redis", "rediss", "unix"),
        "host": str,
        "port": _port,
        "data_dir": lambda text: Path(text).expanduser().absolute(),
        "environment": _environment,
        "worker": _switch,
        "smtp_url": _read_by(MailServer.from_url),
        "mail_from": _read_by(parse_sender),
    },
)
_NAMES = [f"PORTAL_{field.upper()}" for field in _READERS]
