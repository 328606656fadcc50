"""Small worlds that nobody would think of: every kind of row, in every state that the database accepts."""

from authz.verify.random_licenses import make_catalogue, make_containers, make_licenses
from authz.verify.random_people import make_people
from authz.verify.random_rows import NOW, RandomRows
from store.audit import AuditEntry, Outcome
from store.containers import Container
from store.groups import Group
from store.licenses import License
from store.notifications import Notification, NotificationEvent, NotificationRule, NotificationState
from store.projects import (
    ParticipantRole,
    Project,
    ProjectParticipant,
    ProjectRevision,
    ProjectState,
    VirtualContainer,
    VirtualContainerLicense,
    VirtualContainerState,
)  # fmt: skip
from store.users import User


def random_world(seed: int) -> RandomRows:
    """About two hundred rows: eight people in six groups with twenty licenses. The same seed makes the same world."""
    rows = RandomRows(seed)
    make_people(rows)
    make_catalogue(rows)
    _make_projects(rows)
    make_licenses(rows)
    make_containers(rows)
    _make_plans(rows)
    _make_news(rows)
    return rows


def _make_projects(rows: RandomRows) -> None:
    for _ in rows.some(2, 4):
        rows.add(
            Project,
            group_id=rows.id(Group),
            name="project",
            state=rows.one(ProjectState),
            revision=rows.one((0, 1, 2)),
        )
    for project_id, user_id in rows.pairs(rows.of(Project), rows.of(User), 8):
        rows.add(ProjectParticipant, project_id=project_id, user_id=user_id, role=rows.one(ParticipantRole))
    for number in rows.some(1, 3):
        rows.add(
            ProjectRevision,
            project_id=rows.id(Project),
            number=number + 1,
            snapshot={},
            published_by_id=rows.id(User),
        )


def _make_plans(rows: RandomRows) -> None:
    bound = rows.chance.sample(rows.of(Container), 2)
    for number in rows.some(2, 5):
        container = bound.pop() if bound and rows.yes() else None
        states = (VirtualContainerState.BOUND, VirtualContainerState.STALE)
        rows.add(
            VirtualContainer,
            project_id=rows.id(Project),
            name=f"line {number}",
            state=rows.one(states) if container else VirtualContainerState.PLANNED,
            container_id=container["id"] if container else None,
        )
    for license_id in {rows.id(License): None for _ in range(3)}:
        rows.link(VirtualContainerLicense, license_id=license_id, virtual_container_id=rows.id(VirtualContainer))


def _make_news(rows: RandomRows) -> None:
    for number in rows.some(3, 6):
        rows.add(
            Notification,
            recipient_id=rows.id(User),
            event=rows.one(NotificationEvent),
            license_id=rows.perhaps(rows.id(License)),
            state=rows.one(NotificationState),
            dedupe_key=f"{number}",
        )
    ruled = set()
    for _ in rows.some(3, 6):
        rule = {
            "event": rows.one(NotificationEvent),
            **rows.only_one({"group_id": Group, "user_id": User}, or_none=0.3),
        }
        if (one := tuple(rule.values())) not in ruled:
            ruled.add(one)
            rows.add(NotificationRule, channels=["PORTAL"], enabled=rows.yes(), **rule)
    for number in rows.some(5, 8):
        outcome = rows.one(Outcome)
        rows.add(
            AuditEntry,
            number=number + 1,
            at=NOW,
            actor_id=rows.perhaps(rows.id(User), 0.8),
            action="act",
            outcome=outcome,
            code="NO" if outcome is Outcome.REFUSED else None,
            license_id=rows.perhaps(rows.id(License)),
            group_id=rows.perhaps(rows.id(Group)),
            project_id=rows.perhaps(rows.id(Project)),
            previous_hash=rows.unique(),
            hash=rows.unique(),
        )
