"""What the rows of the demo world are called in a report: by name where they have one, else by what they connect."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from seeds import cast
from store.activations import Activation, LicenseFile
from store.audit import AuditEntry
from store.containers import Container
from store.db.base import Base
from store.groups import Invitation, Membership
from store.licenses import License
from store.notifications import Notification, NotificationRule
from store.orders import LicenseOrder, TimeContingent
from store.products import CategoryGrant, Feature
from store.projects import ProjectParticipant, ProjectRevision
from store.restores import RestoreCase
from store.tickets import Ticket
from store.users import AccessToken

_NAMED: Mapping[UUID, str] = {
    id_: word.replace("_", " ").lower()
    for place in (cast.Licenses, cast.Tickets, cast.Containers)
    for word, id_ in vars(place).items()
    if isinstance(id_, UUID)
}


def label_of(row: Base) -> str:
    """A few words that stay the same in every database."""
    id_: UUID = row.id  # type: ignore[attr-defined]
    if id_ in _NAMED:
        return _NAMED[id_]
    say = _SAID.get(type(row))
    return say(row) if say else str(getattr(row, "name", None) or f"the {type(row).__name__.lower()}")


def _one(row: Any, *relations: str) -> str:
    loaded = sa.inspect(row).mapper.relationships.keys()
    found = (getattr(row, each) for each in relations if each in loaded)
    return next((str(each.name) for each in found if each is not None), "nobody")


def _of_case(case: Any) -> str:
    return f"{case.reason.lower()}: {label_of(case.activation or case.lost_container)}, {case.state.lower()}"


def _of_act(entry: Any) -> str:
    who = entry.actor.name if entry.actor else "the portal"
    return f"{entry.action} by {who}, {_one(entry, 'group', 'project')}"


_SAID: Mapping[type[Base], Callable[[Any], str]] = {
    Container: lambda row: f"the cloud of {_one(row, 'owner_user', 'owner_group', 'owner_project')}",
    Membership: lambda row: f"{row.user.name} in {row.group.name} as {row.role.lower()}",
    Invitation: lambda row: f"{row.email} to {row.group.name}, {row.state.lower()}",
    CategoryGrant: lambda row: (
        f"{row.category.name} for {row.holder.name} in {row.scope_group.name}, {row.state.lower()}"
    ),
    Feature: lambda row: f"{row.name} of {row.product.name}",
    LicenseOrder: lambda row: f"{row.template.name} for {_one(row, 'group')}, {row.state.lower()}",
    TimeContingent: lambda row: f"{row.product.name} for {row.group.name}",
    License: lambda row: f"of {_one(row, 'owner_user', 'owner_group')}",
    Ticket: lambda row: f"of {_one(row, 'owner_user', 'owner_group')}",
    Activation: lambda row: f"{label_of(row.license)} in {label_of(row.container)}, {row.state.lower()}",
    LicenseFile: lambda row: f"of {label_of(row.activation)}",
    RestoreCase: _of_case,
    ProjectParticipant: lambda row: f"{row.user.name} in {row.project.name}, {row.role.lower()}",
    ProjectRevision: lambda row: f"{row.project.name}, number {row.number}",
    AccessToken: lambda row: f"of {row.user.name}",
    Notification: lambda row: f"{row.event.lower()} for {row.recipient.name}",
    NotificationRule: lambda row: f"{row.event.lower()} for {_one(row, 'user', 'group')}",
    AuditEntry: _of_act,
}
