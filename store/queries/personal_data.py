"""The personal data of a user: the rows of each section of an export."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from store.activations import Activation
from store.audit import AuditEntry
from store.confirmations import Confirmation
from store.containers import Container
from store.db.base import Base
from store.devices import ContainerDevice
from store.grants import CategoryGrant
from store.invitations import Invitation
from store.licenses import License
from store.memberships import Membership
from store.notifications import Notification, NotificationRule
from store.orders import LicenseOrder
from store.outgoing_mail import OutgoingMail
from store.projects import ProjectParticipant
from store.restores import RestoreCase
from store.tickets import Ticket
from store.users import AccessToken, User

# Secrets and their hashes are never exported.
_SECRET = {
    "password_hash",
    "hash",
    "previous_hash",
    "code_hash",
    "code_sealed",
    "token_hash",
    "secret",
    "content",
    "version",
}


def sections(user: User) -> Mapping[str, tuple[type[Base], sa.ColumnElement[bool]]]:
    """The sections whose rows the policy protects: the class, and the condition for the user's rows."""
    return {
        "account": (User, User.id == user.id),
        "memberships": (Membership, Membership.user_id == user.id),
        "access_tokens": (AccessToken, AccessToken.user_id == user.id),
        "licenses": (License, sa.or_(License.assigned_user_id == user.id, License.owner_user_id == user.id)),
        "containers": (Container, Container.owner_user_id == user.id),
        "activations": (Activation, Activation.requested_by_id == user.id),
        "tickets": (Ticket, Ticket.owner_user_id == user.id),
        "orders": (LicenseOrder, LicenseOrder.actor_id == user.id),
        "category_grants": (
            CategoryGrant,
            sa.or_(CategoryGrant.holder_id == user.id, CategoryGrant.granted_by_id == user.id),
        ),
        "project_participations": (ProjectParticipant, ProjectParticipant.user_id == user.id),
        "restore_cases": (
            RestoreCase,
            sa.or_(RestoreCase.requested_by_id == user.id, RestoreCase.decided_by_id == user.id),
        ),
        "notifications": (Notification, Notification.recipient_id == user.id),
        "notification_rules": (NotificationRule, NotificationRule.user_id == user.id),
        "audit_entries": (AuditEntry, AuditEntry.actor_id == user.id),
        "invitations": (Invitation, Invitation.email == user.email),
    }


async def devices_and_mail(session: AsyncSession, user: User) -> dict[str, list[dict[str, Any]]]:
    """The user's rows in tables that are not part of the API, which no other user can read."""
    conditions: Mapping[str, tuple[type[Base], sa.ColumnElement[bool]]] = {
        "devices": (ContainerDevice, ContainerDevice.user_id == user.id),
        "confirmations": (Confirmation, Confirmation.email == user.email),
        "emails": (OutgoingMail, OutgoingMail.email == user.email),
    }
    data = {}
    for section, (cls, is_of_user) in conditions.items():
        columns = [cls.__table__.columns[name] for name in exported_columns(cls)]
        rows = await session.execute(sa.select(*columns).where(is_of_user).order_by(cls.__table__.c.id))
        data[section] = [dict(row) for row in rows.mappings()]
    return data


def exported_columns(cls: type[Base]) -> list[str]:
    return [column.key for column in cls.__table__.columns if column.key not in _SECRET]
