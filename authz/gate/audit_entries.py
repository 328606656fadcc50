"""Audit entries of changed rows: where they belong, and the values before and after."""

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from store.activations import Activation
from store.audit import AuditEntry
from store.db.base import Base
from store.groups import Group
from store.invitations import Invitation
from store.licenses import License
from store.memberships import Membership
from store.projects import Project

_SECRET = {"password_hash", "hash", "code_hash", "code_sealed", "token_hash", "content"}
_SILENT = {"version", "updated_at", "created_at"}
# Audit entries are never deleted, but people may have their data erased: the entry says that it changed, not to what.
_PERSONAL = {("users", "email"), ("users", "name"), ("users", "profile"), ("invitations", "email")}
_WITHHELD = "(personal)"


def entry_for(
    resource: Base,
    *,
    action: str,
    at: datetime,
    actor_id: UUID | None,
    request_id: str | None,
    about: License | Group | None = None,
) -> AuditEntry:
    """An entry with the license, group and project it is about, so that their administrators find it."""
    entry = AuditEntry(action=action, at=at, actor_id=actor_id, request_id=request_id)
    entry.resource_type, entry.resource_id = type(resource).__name__, resource.id  # type: ignore[attr-defined]
    match resource:
        case License():
            _about(entry, resource)
        case Activation():
            entry.license_id = resource.license_id
        case Group():
            entry.group_id = resource.id
        case Membership() | Invitation():
            entry.group_id = resource.group_id
        case Project():
            entry.group_id, entry.project_id = resource.group_id, resource.id
        case _:
            entry.group_id = getattr(resource, "group_id", None) or getattr(resource, "owner_group_id", None)
    match about:
        case License():
            _about(entry, about)
        case Group():
            entry.group_id = about.id
    return entry


def _about(entry: AuditEntry, license: License) -> None:
    entry.license_id = license.id
    entry.group_id = license.owner_group_id
    entry.project_id = license.assigned_project_id


def changes_of(resource: Base) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """The changed columns before and after, without secrets; a new row has no values before."""
    state: Any = sa.inspect(resource)
    columns = [each.key for each in state.mapper.column_attrs if each.key not in _SECRET | _SILENT]
    withheld = {name for table, name in _PERSONAL if table == state.mapper.local_table.name}
    if not state.persistent:
        values = {name: state.dict[name] for name in columns if state.dict.get(name) is not None}
        return None, {name: _WITHHELD if name in withheld else _plain(value) for name, value in values.items()}
    before, after = {}, {}
    for name in columns:
        history = state.attrs[name].history
        if history.has_changes() and history.deleted:
            changed = (history.deleted[0], history.added[0])
            before[name], after[name] = (_WITHHELD, _WITHHELD) if name in withheld else map(_plain, changed)
    return before, after


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value.value if isinstance(value, enum.Enum) else value
