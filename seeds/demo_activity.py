"""The history of the demo world: activations, restore cases, notifications and audit entries."""

from datetime import datetime, timedelta
from uuid import UUID

from seeds.cast import (
    ANN,
    BEA,
    IDA,
    OLGA,
    PIA,
    REX,
    SAL,
    SAM,
    SERVER,
    TOM,
    Account,
    Containers,
    Groups,
    Licenses,
    Projects,
    cloud_of,
    named,
)
from store.activations import COUNTING, Activation, ActivationState
from store.audit import AuditEntry, Outcome
from store.db.base import Entity
from store.notifications import Channel, Notification, NotificationEvent, NotificationRule, NotificationState
from store.restores import RestoreCase, RestoreReason, RestoreState

_LOST = named("activation", "the lost dongle's")

# License, container, requesting account, days ago, state; the seats of a license are numbered from 1.
_ACTIVATIONS: tuple[tuple[UUID, UUID, Account, int, ActivationState], ...] = (
    (Licenses.TOM_CAD, cloud_of(TOM.id), TOM, 95, ActivationState.ACTIVE),
    (Licenses.BERLIN_PUBLIC, Containers.TOM_WORKSTATION, TOM, 80, ActivationState.RETURNED),
    (Licenses.BERLIN_PUBLIC, cloud_of(TOM.id), TOM, 79, ActivationState.ACTIVE),
    (Licenses.BERLIN_PUBLIC, cloud_of(Groups.BERLIN), ANN, 78, ActivationState.ACTIVE),
    (Licenses.BERLIN_PUBLIC, cloud_of(BEA.id), BEA, 70, ActivationState.ACTIVE),
    (Licenses.SERVER_FLOW, cloud_of(SERVER.id), ANN, 69, ActivationState.ACTIVE),
    (Licenses.BERLIN_DONGLE, Containers.BERLIN_DONGLE, ANN, 50, ActivationState.ACTIVE),
    (Licenses.TOM_GATEWAY, Containers.TOM_WORKSTATION, TOM, 45, ActivationState.ACTIVE),
    (Licenses.BEA_ACME, cloud_of(BEA.id), BEA, 44, ActivationState.ACTIVE),
    (Licenses.BEA_BOLT, cloud_of(BEA.id), BEA, 43, ActivationState.ACTIVE),
    (Licenses.SAM_HOME, cloud_of(SAM.id), SAM, 40, ActivationState.ACTIVE),
    (Licenses.LAB_PUBLIC, cloud_of(Groups.LAB), ANN, 35, ActivationState.ACTIVE),
    (Licenses.BOLT_CANCELLED, cloud_of(Groups.BOLT), BEA, 33, ActivationState.ACTIVE),
    (Licenses.SALES_NFR, cloud_of(Groups.SALES), SAL, 30, ActivationState.ACTIVE),
    (Licenses.TOM_PREPAID, cloud_of(TOM.id), TOM, 25, ActivationState.ACTIVE),
    (Licenses.PROJECT_PUBLIC, Containers.HAMBURG_LINE_1, OLGA, 12, ActivationState.ACTIVE),
    (Licenses.TOM_RENDER, Containers.TOM_LAPTOP, TOM, 1, ActivationState.PENDING),
)


def activations(now: datetime) -> list[Activation]:
    """Activations of all kinds: in cloud and local containers, one pending, one returned, one replaced after a loss."""
    seats: dict[UUID, int] = {}
    result = []
    for license_id, container_id, person, days, state in _ACTIVATIONS:
        if state in COUNTING:
            seats[license_id] = seats.get(license_id, 0) + 1
        requested = now - timedelta(days=days)
        result.append(
            Activation(
                id=named("activation", f"{license_id} {container_id}"),
                license_id=license_id,
                container_id=container_id,
                state=state,
                device_label="Tom's ThinkPad" if container_id == Containers.TOM_LAPTOP else "",
                seat=seats[license_id] if state in COUNTING else None,
                requested_by_id=person.id,
                requested_at=requested,
                receipt_at=None if state is ActivationState.PENDING else requested,
                ended_at=requested + timedelta(days=1) if state is ActivationState.RETURNED else None,
            )
        )
    lost = Activation(
        id=_LOST,
        license_id=Licenses.BERLIN_DONGLE,
        container_id=Containers.BLOCKED_DONGLE,
        requested_by_id=ANN.id,
        state=ActivationState.REPLACED,
        requested_at=now - timedelta(days=90),
        receipt_at=now - timedelta(days=90),
        ended_at=now - timedelta(days=51),
    )
    return [*result, lost]


def restore_cases(now: datetime) -> list[RestoreCase]:
    """A completed case for a lost dongle, and one for a damaged workstation that awaits approval."""
    return [
        RestoreCase(
            id=named("restore", "the lost dongle"),
            activation_id=_LOST,
            reason=RestoreReason.LOST,
            state=RestoreState.COMPLETED,
            requested_by_id=ANN.id,
            decided_by_id=IDA.id,
            decided_at=now - timedelta(days=52),
            completed_at=now - timedelta(days=51),
        ),
        RestoreCase(
            id=named("restore", "the damaged workstation"),
            lost_container_id=Containers.TOM_WORKSTATION,
            reason=RestoreReason.DAMAGED,
            state=RestoreState.AWAITING_APPROVAL,
            requested_by_id=TOM.id,
        ),
    ]


def notifications() -> list[Entity]:
    """Notification rules of the portal, a group and a person; and notifications to several people."""

    def notification(
        person: Account, event: NotificationEvent, license_id: UUID | None, **payload: object
    ) -> Notification:
        key = f"{event}:{license_id or payload}:{person.id}"
        return Notification(
            id=named("notification", key),
            recipient_id=person.id,
            event=event,
            license_id=license_id,
            payload=payload,
            dedupe_key=key,
        )

    all_channels = [Channel.PORTAL.value, Channel.EMAIL.value]
    read = notification(TOM, NotificationEvent.LICENSE_ASSIGNED, Licenses.TOM_CAD)
    read.state = NotificationState.READ
    return [
        NotificationRule(
            id=named("rule", "global"),
            event=NotificationEvent.LICENSE_EXPIRING,
            channels=all_channels,
            offsets=[30, 7, 1],
        ),
        NotificationRule(
            id=named("rule", "Acme"),
            event=NotificationEvent.EXCESSIVE_RECOVERY,
            channels=all_channels,
            group_id=Groups.ACME,
        ),
        NotificationRule(
            id=named("rule", "Tom"),
            event=NotificationEvent.LICENSE_ACTIVATED,
            channels=[Channel.PORTAL.value],
            user_id=TOM.id,
            enabled=False,
        ),
        read,
        notification(TOM, NotificationEvent.LICENSE_EXPIRING, Licenses.TOM_PREPAID, days=5),
        notification(ANN, NotificationEvent.LICENSE_EXPIRING, Licenses.TOM_PREPAID, days=5),
        notification(ANN, NotificationEvent.LICENSE_EXPIRED, Licenses.BERLIN_EXPIRED),
        notification(ANN, NotificationEvent.EXCESSIVE_RECOVERY, Licenses.BERLIN_DONGLE, restores=2),
        notification(IDA, NotificationEvent.EXCESSIVE_RECOVERY, Licenses.BERLIN_DONGLE, restores=2),
        notification(REX, NotificationEvent.LICENSE_EXPIRED, Licenses.BERLIN_EXPIRED),
        notification(BEA, NotificationEvent.LICENSE_ASSIGNED, Licenses.BEA_BOLT),
        notification(BEA, NotificationEvent.LICENSE_ASSIGNED, Licenses.BEA_ACME),
        notification(SAM, NotificationEvent.INVITATION, None, group="Bolt"),
    ]


def audit_entries(now: datetime) -> list[AuditEntry]:
    """Audit entries of several kinds, oldest first."""

    def entry(days: int, person: Account, action: str, kind: str, resource_id: UUID, **rest: object) -> AuditEntry:
        return AuditEntry(
            id=named("audit", f"{days} {person.name} {action} {resource_id}"),
            at=now - timedelta(days=days),
            actor_id=person.id,
            action=action,
            resource_type=kind,
            resource_id=resource_id,
            **rest,
        )

    def license_entry(
        days: int, person: Account, action: str, license_id: UUID, group_id: UUID | None, **rest: object
    ) -> AuditEntry:
        return entry(days, person, action, "License", license_id, license_id=license_id, group_id=group_id, **rest)

    to_tom = {"after": {"assigned_user_id": str(TOM.id)}}
    return [
        entry(118, IDA, "group.created", "Group", Groups.RHEINTAL, group_id=Groups.RHEINTAL),
        entry(117, REX, "group.created", "Group", Groups.ACME, group_id=Groups.ACME),
        license_entry(100, ANN, "license.assigned", Licenses.TOM_CAD, Groups.ACME, **to_tom),
        license_entry(95, TOM, "license.activated", Licenses.TOM_CAD, Groups.ACME),
        license_entry(79, TOM, "license.activated", Licenses.BERLIN_PUBLIC, Groups.BERLIN),
        license_entry(78, ANN, "license.activated", Licenses.BERLIN_PUBLIC, Groups.BERLIN),
        license_entry(
            60, TOM, "license.deactivated", Licenses.TOM_GATEWAY, Groups.ACME, outcome=Outcome.REFUSED, code="FORBIDDEN"
        ),
        license_entry(40, SAM, "license.activated", Licenses.SAM_HOME, None),
        license_entry(30, BEA, "license.cancelled", Licenses.BOLT_CANCELLED, Groups.BOLT),
        entry(
            13, PIA, "project.published", "Project", Projects.HAMBURG, group_id=Groups.ACME, project_id=Projects.HAMBURG
        ),
        license_entry(12, OLGA, "license.activated", Licenses.PROJECT_PUBLIC, Groups.ACME, project_id=Projects.HAMBURG),
        license_entry(10, REX, "license.created", Licenses.ACME_DEMO, Groups.ACME, after={"model": "DEMO", "days": 30}),
    ]
