"""Small random worlds: every kind of row, in every state that the database accepts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from authz.verify.load_world import World, load_world
from authz.verify.random_licenses import make_catalog, make_containers, make_licenses
from authz.verify.random_people import make_people
from authz.verify.random_rows import NOW, RandomRows
from store.audit import AuditEntry, Outcome
from store.containers import Container
from store.db.database import Database
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
)
from store.users import User


def random_world(seed: int) -> RandomRows:
    """About two hundred rows: eight people in six groups with twenty licenses. The same seed makes the same world."""
    rows = RandomRows(seed)
    make_people(rows)
    make_catalog(rows)
    _make_projects(rows)
    make_licenses(rows)
    make_containers(rows)
    _make_virtual_containers(rows)
    _make_notifications(rows)
    return rows


@asynccontextmanager
async def loaded_random_world(database: Database, seed: int) -> AsyncIterator[tuple[AsyncSession, World]]:
    """The random world of a seed in an empty database, loaded, with its session; it is rolled back at the end."""
    async with AsyncSession(database.engine, expire_on_commit=False, autoflush=False) as session:
        await random_world(seed).insert(session)
        world = await load_world(session)
        session.expunge_all()  # the rows outlive the transaction
        yield session, world
        await session.rollback()


def _make_projects(rows: RandomRows) -> None:
    for _ in rows.times(2, 4):
        rows.add(
            Project,
            group_id=rows.id(Group),
            name="project",
            state=rows.choice(ProjectState),
            revision=rows.choice((0, 1, 2)),
        )
    for project_id, user_id in rows.pairs(rows.of(Project), rows.of(User), 8):
        rows.add(ProjectParticipant, project_id=project_id, user_id=user_id, role=rows.choice(ParticipantRole))
    for number in rows.times(1, 3):
        rows.add(
            ProjectRevision, project_id=rows.id(Project), number=number + 1, snapshot={}, published_by_id=rows.id(User)
        )


def _make_virtual_containers(rows: RandomRows) -> None:
    bound = rows.rng.sample(rows.of(Container), 2)
    for number in rows.times(2, 5):
        container = bound.pop() if bound and rows.flip() else None
        states = (VirtualContainerState.BOUND, VirtualContainerState.STALE)
        rows.add(
            VirtualContainer,
            project_id=rows.id(Project),
            name=f"line {number}",
            state=rows.choice(states) if container else VirtualContainerState.PLANNED,
            container_id=container["id"] if container else None,
        )
    for license_id in {rows.id(License): None for _ in range(3)}:
        rows.link(VirtualContainerLicense, license_id=license_id, virtual_container_id=rows.id(VirtualContainer))


def _make_notifications(rows: RandomRows) -> None:
    """Notifications, their rules, and the audit log."""
    for number in rows.times(3, 6):
        rows.add(
            Notification,
            recipient_id=rows.id(User),
            event=rows.choice(NotificationEvent),
            license_id=rows.maybe(rows.id(License)),
            state=rows.choice(NotificationState),
            dedupe_key=f"{number}",
        )
    keys = set()
    for _ in rows.times(3, 6):
        rule = {
            "event": rows.choice(NotificationEvent),
            **rows.exactly_one({"group_id": Group, "user_id": User}, or_none=0.3),
        }
        key = tuple(rule.values())
        if key not in keys:
            keys.add(key)
            rows.add(NotificationRule, channels=["PORTAL"], enabled=rows.flip(), **rule)
    for number in rows.times(5, 8):
        outcome = rows.choice(Outcome)
        rows.add(
            AuditEntry,
            number=number + 1,
            at=NOW,
            actor_id=rows.maybe(rows.id(User), 0.8),
            action="license.assigned",
            outcome=outcome,
            code="NO" if outcome is Outcome.REFUSED else None,
            license_id=rows.maybe(rows.id(License)),
            group_id=rows.maybe(rows.id(Group)),
            project_id=rows.maybe(rows.id(Project)),
            previous_hash=rows.random_bytes(),
            hash=rows.random_bytes(),
        )
