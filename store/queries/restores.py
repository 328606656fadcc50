"""Queries about restore cases."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from store.activations import Activation
from store.audit import AuditEntry
from store.groups import Group
from store.licenses import License
from store.restores import RestoreCase, RestoredActivation, RestoreReason, RestoreState


async def open_case(
    session: AsyncSession, container_id: UUID, *, activation_id: UUID | None = None
) -> RestoreState | None:
    """The state of the open case of a lost container, or of this activation; None where there is none."""
    about = RestoreCase.lost_container_id == container_id
    if activation_id is not None:
        about = sa.or_(RestoreCase.activation_id == activation_id, about)
    is_open = RestoreCase.state == RestoreState.AWAITING_APPROVAL
    return await session.scalar(sa.select(RestoreCase.state).where(about, is_open).limit(1))


async def license_of(session: AsyncSession, case: RestoreCase) -> License | None:
    """The license of the activation that a case is about; None for a lost container."""
    return await session.get(License, case.activation.license_id) if case.activation else None


async def completed_at(session: AsyncSession, license_id: UUID, reason: RestoreReason) -> Sequence[datetime]:
    """When cases of a license were completed: those of reinstalled machines, or all others."""
    reinstall = RestoreCase.reason == RestoreReason.REINSTALL
    same = reinstall if reason is RestoreReason.REINSTALL else sa.not_(reinstall)
    return (await session.scalars(_completed(Activation.license_id == license_id).where(same))).all()


async def completed_in_group_at(session: AsyncSession, group_id: UUID) -> Sequence[datetime]:
    """When cases of the licenses that a group owns were completed."""
    owned = sa.select(License.id).where(License.owner_group_id == group_id)
    return (await session.scalars(_completed(Activation.license_id.in_(owned)))).all()


async def is_license_reported(session: AsyncSession, action: str, license_id: UUID, *, since: datetime) -> bool:
    """Whether the audit log has a newer entry of this action about a license."""
    return await _is_recorded(session, AuditEntry.license_id == license_id, action, since)


async def is_group_reported(session: AsyncSession, action: str, group_id: UUID, *, since: datetime) -> bool:
    """Whether the audit log has a newer entry of this action about a group."""
    return await _is_recorded(session, AuditEntry.group_id == group_id, action, since)


async def group(session: AsyncSession, group_id: UUID) -> Group:
    """The group that an anomaly is recorded about."""
    return await session.get_one(Group, group_id)


async def _is_recorded(session: AsyncSession, about: sa.ColumnElement[bool], action: str, since: datetime) -> bool:
    recorded = sa.exists().where(AuditEntry.action == action, about, AuditEntry.at > since)
    return bool(await session.scalar(sa.select(recorded)))


def _completed(about: sa.ColumnElement[bool]) -> sa.Select[datetime]:
    """When the completed cases were completed that are about such activations, alone or with their container."""
    activation_id = sa.func.coalesce(RestoredActivation.activation_id, RestoreCase.activation_id)
    cases = (
        sa.select(RestoreCase.id)
        .outerjoin(RestoredActivation, RestoredActivation.case_id == RestoreCase.id)
        .join(Activation, Activation.id == activation_id)
        .where(about, RestoreCase.state == RestoreState.COMPLETED)
    )
    instants: Any = sa.select(RestoreCase.completed_at).where(RestoreCase.id.in_(cases))
    return cast("sa.Select[datetime]", instants)
