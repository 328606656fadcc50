"""Erasing the personal data of a user who leaves."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from store.activations import COUNTING, Activation
from store.confirmations import Confirmation
from store.containers import Container, ContainerState
from store.devices import ContainerDevice
from store.invitations import Invitation
from store.notifications import Notification, NotificationRule
from store.outgoing_mail import OutgoingMail
from store.projects import ProjectParticipant
from store.users import AccessToken


async def erase_personal_data(session: AsyncSession, user_id: UUID, *, at: datetime) -> None:
    """Delete a user's own rows and anonymize shared ones; the account itself is erased by `User.erase`."""
    await _execute(session, sa.delete(Notification).where(Notification.recipient_id == user_id))
    await _execute(session, sa.delete(NotificationRule).where(NotificationRule.user_id == user_id))
    await _execute(session, sa.delete(ProjectParticipant).where(ProjectParticipant.user_id == user_id))
    await _execute(session, sa.delete(Confirmation).where(Confirmation.user_id == user_id))
    tokens = sa.update(AccessToken).where(AccessToken.user_id == user_id)
    await _execute(session, tokens.values(revoked_at=sa.func.coalesce(AccessToken.revoked_at, at), name=""))
    activations = sa.update(Activation).where(Activation.requested_by_id == user_id)
    await _execute(session, activations.values(device_label="", version=Activation.version + 1))
    devices = sa.update(ContainerDevice).where(ContainerDevice.user_id == user_id)
    ended_at = sa.func.coalesce(ContainerDevice.ended_at, at)
    await _execute(session, devices.values(label="", ended_at=ended_at, version=ContainerDevice.version + 1))
    counting = sa.exists().where(Activation.container_id == Container.id, Activation.state.in_(COUNTING))
    state = sa.case((counting, Container.state), else_=ContainerState.DELETED.value)
    containers = sa.update(Container).where(Container.owner_user_id == user_id)
    await _execute(session, containers.values(name="", state=state, version=Container.version + 1))


async def erase_address_data(session: AsyncSession, email: str, *, instead: str) -> None:
    """Delete the emails and confirmations of an address, and replace it in invitations."""
    await _execute(session, sa.delete(OutgoingMail).where(OutgoingMail.email == email))
    await _execute(session, sa.delete(Confirmation).where(Confirmation.email == email))
    invitations = sa.update(Invitation).where(Invitation.email == email)
    await _execute(session, invitations.values(email=instead, version=Invitation.version + 1))


async def _execute(session: AsyncSession, statement: Any) -> None:
    await session.execute(statement, execution_options={"synchronize_session": False})
