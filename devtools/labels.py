"""Labels for the rows of the demo world: the name of a row if it has one, otherwise what it connects."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from seeds import cast
from store.activations import Activation, LicenseFile
from store.audit import AuditEntry
from store.containers import Container
from store.db.base import Base
from store.grants import CategoryGrant
from store.invitations import Invitation
from store.licenses import License
from store.memberships import Membership, MembershipState
from store.notifications import Notification, NotificationRule
from store.orders import LicenseOrder
from store.products import Feature
from store.projects import ProjectParticipant, ProjectRevision
from store.restores import RestoreCase
from store.tickets import Ticket
from store.time_contingents import TimeContingent
from store.users import AccessToken

_LABELS: Mapping[UUID, str] = {
    id_: constant.replace("_", " ").lower()
    for names in (cast.Licenses, cast.Tickets, cast.Containers)
    for constant, id_ in vars(names).items()
    if isinstance(id_, UUID)
}


def label_of(row: Base) -> str:
    """Return a short label of a row that is the same in every database."""
    id_: UUID = row.id  # type: ignore[attr-defined]
    if id_ in _LABELS:
        return _LABELS[id_]
    describe = _DESCRIPTIONS.get(type(row))
    return describe(row) if describe else str(getattr(row, "name", None) or f"the {type(row).__name__.lower()}")


def _first_name(row: Any, *relations: str, default: str = "-") -> str:
    """The name of the first of these neighbors that the row has."""
    mapped = sa.inspect(row).mapper.relationships.keys()
    neighbors = (getattr(row, relation) for relation in relations if relation in mapped)
    return next((str(neighbor.name) for neighbor in neighbors if neighbor is not None), default)


def _restore_case(case: Any) -> str:
    return f"{case.reason.lower()}: {label_of(case.activation or case.lost_container)}, {case.state.lower()}"


def _audit_entry(entry: Any) -> str:
    actor = entry.actor.name if entry.actor else "the portal"
    return f"{entry.action} by {actor}, {_first_name(entry, 'group', 'project', default='no group')}"


def _membership(membership: Any) -> str:
    state = "" if membership.state is MembershipState.ACTIVE else f", {membership.state.lower()}"
    return f"{membership.user.name} in {membership.group.name} as {membership.role.lower()}{state}"


_DESCRIPTIONS: Mapping[type[Base], Callable[[Any], str]] = {
    Container: lambda row: f"the cloud of {_first_name(row, 'owner_user', 'owner_group', 'owner_project')}",
    Membership: _membership,
    Invitation: lambda row: f"{row.email} to {row.group.name}, {row.state.lower()}",
    CategoryGrant: lambda row: (
        f"{row.category.name} for {row.holder.name} in {row.scope_group.name}, {row.state.lower()}"
    ),
    Feature: lambda row: f"{row.name} of {row.product.name}",
    LicenseOrder: lambda row: f"{row.template.name} for {_first_name(row, 'group')}, {row.state.lower()}",
    TimeContingent: lambda row: f"{row.product.name} for {row.group.name}",
    License: lambda row: f"of {_first_name(row, 'owner_user', 'owner_group')}",
    Ticket: lambda row: f"of {_first_name(row, 'owner_user', 'owner_group')}",
    Activation: lambda row: f"{label_of(row.license)} in {label_of(row.container)}, {row.state.lower()}",
    LicenseFile: lambda row: f"of {label_of(row.activation)}",
    RestoreCase: _restore_case,
    ProjectParticipant: lambda row: f"{row.user.name} in {row.project.name}, {row.role.lower()}",
    ProjectRevision: lambda row: f"{row.project.name}, number {row.number}",
    AccessToken: lambda row: f"of {row.user.name}",
    Notification: lambda row: f"{row.event.lower()} for {row.recipient.name}",
    NotificationRule: lambda row: f"{row.event.lower()} for {_first_name(row, 'user', 'group', default='all')}",
    AuditEntry: _audit_entry,
}
