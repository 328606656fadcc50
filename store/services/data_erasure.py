"""What the portal keeps about a person, all of it: told to him, and erased when he goes."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from store.activations import COUNTING, Activation
from store.audit import AuditEntry
from store.confirmations import Confirmation
from store.containers import Container, ContainerState
from store.db.base import Base
from store.devices import ContainerDevice
from store.groups import Invitation, Membership
from store.licenses import License
from store.notifications import Notification, NotificationRule
from store.orders import LicenseOrder
from store.outgoing_mail import OutgoingMail
from store.products import CategoryGrant
from store.projects import ProjectParticipant
from store.restores import RestoreCase
from store.tickets import Ticket
from store.users import AccessToken, User

# Tables of what is a person's own, and the columns that say whose. A column that is a secret, or a hash of one, is not told.
_OWN: dict[str, tuple[type[Base], tuple[str, ...]]] = {
    "memberships": (Membership, ("user_id",)),
    "logins": (AccessToken, ("user_id",)),
    "licenses": (License, ("assigned_user_id", "owner_user_id")),
    "containers": (Container, ("owner_user_id",)),
    "devices": (ContainerDevice, ("user_id",)),
    "activations": (Activation, ("requested_by_id",)),
    "tickets": (Ticket, ("owner_user_id",)),
    "orders": (LicenseOrder, ("actor_id",)),
    "rights_of_creation": (CategoryGrant, ("holder_id", "granted_by_id")),
    "projects": (ProjectParticipant, ("user_id",)),
    "restore_cases": (RestoreCase, ("requested_by_id", "decided_by_id")),
    "messages": (Notification, ("recipient_id",)),
    "message_rules": (NotificationRule, ("user_id",)),
    "acts": (AuditEntry, ("actor_id",)),
}
_BY_ADDRESS: dict[str, type[Any]] = {
    "invitations": Invitation, "confirmations": Confirmation, "letters": OutgoingMail,
}  # fmt: skip
_UNTOLD = {
    "password_hash", "hash", "previous_hash", "code_hash", "code_sealed", "token_hash", "secret", "content", "version",
    "rules", "owner_group_id", "order_id", "before", "after",
}  # fmt: skip


async def personal_data_of(session: AsyncSession, user: User) -> dict[str, Any]:
    """All that is kept about a person, by kind, as plain values."""
    found: dict[str, Any] = {"account": _plain(User, user)}
    for name, (cls, columns) in _OWN.items():
        whose = sa.or_(*(getattr(cls, each) == user.id for each in columns))
        found[name] = await _rows(session, cls, whose)
    for name, cls in _BY_ADDRESS.items():
        found[name] = await _rows(session, cls, cls.email == user.email)
    return found


async def erase_personal_data(session: AsyncSession, user_id: UUID, *, at: datetime) -> None:
    """Everything but the account's own row, which `User.erase` empties; what others share is kept without a name."""
    await _do(session, sa.delete(Notification).where(Notification.recipient_id == user_id))
    await _do(session, sa.delete(NotificationRule).where(NotificationRule.user_id == user_id))
    await _do(session, sa.delete(ProjectParticipant).where(ProjectParticipant.user_id == user_id))
    await _do(session, sa.delete(Confirmation).where(Confirmation.user_id == user_id))
    ended = sa.update(AccessToken).where(AccessToken.user_id == user_id)
    await _do(session, ended.values(revoked_at=sa.func.coalesce(AccessToken.revoked_at, at), name=""))
    named = sa.update(Activation).where(Activation.requested_by_id == user_id)
    await _do(session, named.values(device_label="", version=Activation.version + 1))
    used = sa.update(ContainerDevice).where(ContainerDevice.user_id == user_id)
    ended_at = sa.func.coalesce(ContainerDevice.ended_at, at)
    await _do(session, used.values(label="", ended_at=ended_at, version=ContainerDevice.version + 1))
    counting = sa.exists().where(Activation.container_id == Container.id, Activation.state.in_(COUNTING))
    state = sa.case((counting, Container.state), else_=ContainerState.DELETED.value)
    owned = sa.update(Container).where(Container.owner_user_id == user_id)
    await _do(session, owned.values(name="", state=state, version=Container.version + 1))


async def erase_address_data(session: AsyncSession, email: str, *, instead: str) -> None:
    """What was sent or offered to an address that is nobody's any more."""
    await _do(session, sa.delete(OutgoingMail).where(OutgoingMail.email == email))
    await _do(session, sa.delete(Confirmation).where(Confirmation.email == email))
    offered = sa.update(Invitation).where(Invitation.email == email)
    await _do(session, offered.values(email=instead, version=Invitation.version + 1))


async def _do(session: AsyncSession, statement: Any) -> None:
    await session.execute(statement, execution_options={"synchronize_session": False})


async def _rows(session: AsyncSession, cls: type[Any], *where: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
    columns = [each for each in cls.__table__.c if each.key not in _UNTOLD]
    rows = await session.execute(sa.select(*columns).where(*where).order_by(cls.__table__.c.id))
    return [{name: _value(value) for name, value in row.items()} for row in rows.mappings()]


def _plain(cls: type[Any], row: Base) -> dict[str, Any]:
    return {each.key: _value(getattr(row, each.key)) for each in cls.__table__.c if each.key not in _UNTOLD}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
