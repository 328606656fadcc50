"""Erasing what the portal keeps about a person when they leave."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from store.activations import COUNTING, Activation
from store.confirmations import Confirmation
from store.containers import Container, ContainerState
from store.devices import ContainerDevice
from store.groups import Invitation
from store.notifications import Notification, NotificationRule
from store.outgoing_mail import OutgoingMail
from store.projects import ProjectParticipant
from store.users import AccessToken


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
