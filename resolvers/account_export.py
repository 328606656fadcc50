"""What the portal keeps about a person, as far as the policy lets them read it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from authz.gate.gate import Gate
from store.containers import Container
from store.queries.personal_data import devices_and_mail, exported_columns, sections
from store.users import User


async def personal_data_of(gate: Gate, user: User) -> dict[str, Any]:
    """The caller's own rows by section, as JSON; columns and links that the caller may not see are null."""
    found: dict[str, Sequence[Mapping[str, Any]]] = {}
    for section, (cls, theirs) in sections(user).items():
        rows = await gate.readable(cls, exported_columns(cls), theirs)
        found[section] = [row._mapping for row in rows]  # noqa: SLF001 - the public way to the names of a row
    unruled = await gate.run(devices_and_mail, user)
    found.update(unruled)
    await _hide_containers(gate, unruled["devices"])
    (account,) = found.pop("account")
    return {"account": _as_json(account), **{section: list(map(_as_json, rows)) for section, rows in found.items()}}


async def _hide_containers(gate: Gate, devices: Iterable[Any]) -> None:
    """A device stays known after its owner has lost the container."""
    named = {device["container_id"] for device in devices}
    readable = {row.id for row in await gate.readable(Container, ["id"], Container.id.in_(named))}
    for device in devices:
        if device["container_id"] not in readable:
            device["container_id"] = None


def _as_json(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
