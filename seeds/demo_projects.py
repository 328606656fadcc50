"""The projects of the demo world, and its local containers and dongles."""

from datetime import datetime, timedelta

from seeds.cast import OLGA, PIA, TOM, Containers, Groups, Licenses, Projects, VirtualContainers, named
from store.containers import Container, ContainerState, ContainerType
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


def projects() -> list[Project]:
    """One project at its first published revision, and one without a revision."""
    return [
        Project(
            id=Projects.HAMBURG, group_id=Groups.ACME, name="Hamburg plant", state=ProjectState.PUBLISHED, revision=1
        ),
        Project(id=Projects.BREMEN, group_id=Groups.BERLIN, name="Bremen pilot"),
    ]


def local_containers() -> list[Container]:
    """A workstation, a laptop, two dongles, and a computer on site."""
    return [
        Container(
            id=Containers.TOM_WORKSTATION,
            type=ContainerType.LOCAL,
            name="Tom's workstation",
            serial="130-2000001",
            owner_user_id=TOM.id,
            update_counter=3,
        ),
        Container(
            id=Containers.TOM_LAPTOP,
            type=ContainerType.LOCAL,
            name="Tom's laptop",
            serial="130-2000002",
            owner_user_id=TOM.id,
        ),
        Container(
            id=Containers.BERLIN_DONGLE,
            type=ContainerType.DONGLE,
            name="Berlin dongle",
            serial="3-2000001",
            owner_group_id=Groups.BERLIN,
            update_counter=1,
        ),
        Container(
            id=Containers.BLOCKED_DONGLE,
            type=ContainerType.DONGLE,
            name="Lost Berlin dongle",
            serial="3-2000002",
            owner_group_id=Groups.BERLIN,
            state=ContainerState.BLOCKED,
        ),
        Container(
            id=Containers.HAMBURG_LINE_1,
            type=ContainerType.LOCAL,
            name="Hamburg line 1",
            serial="130-2000003",
            owner_project_id=Projects.HAMBURG,
            update_counter=1,
        ),
    ]


def participants() -> list[ProjectParticipant]:
    """Pia administers both projects; Olga is the on-site colleague in one."""
    return [
        ProjectParticipant(
            id=named("participant", f"{person.login} {project_id}"), project_id=project_id, user_id=person.id, role=role
        )
        for person, project_id, role in (
            (PIA, Projects.HAMBURG, ParticipantRole.ADMIN),
            (OLGA, Projects.HAMBURG, ParticipantRole.ON_SITE),
            (PIA, Projects.BREMEN, ParticipantRole.ADMIN),
        )
    ]


def virtual_containers(now: datetime) -> list[VirtualContainer]:
    """One virtual container that is bound to the computer on site, and two that are only planned."""
    return [
        VirtualContainer(
            id=VirtualContainers.HAMBURG_LINE_1,
            project_id=Projects.HAMBURG,
            name="Line 1",
            state=VirtualContainerState.BOUND,
            container_id=Containers.HAMBURG_LINE_1,
            bound_revision=1,
            bound_at=now - timedelta(days=12),
        ),
        VirtualContainer(id=VirtualContainers.HAMBURG_LINE_2, project_id=Projects.HAMBURG, name="Line 2"),
        VirtualContainer(id=VirtualContainers.BREMEN_TABLE, project_id=Projects.BREMEN, name="Test table"),
    ]


def virtual_container_licenses() -> list[VirtualContainerLicense]:
    """Line 1 has a public license, line 2 one that only the project's admins may see."""
    return [
        VirtualContainerLicense(
            license_id=Licenses.PROJECT_PUBLIC, virtual_container_id=VirtualContainers.HAMBURG_LINE_1
        ),
        VirtualContainerLicense(
            license_id=Licenses.PROJECT_ADMIN_ONLY, virtual_container_id=VirtualContainers.HAMBURG_LINE_2
        ),
    ]


def revisions() -> list[ProjectRevision]:
    """The published revision of the Hamburg project."""
    contents = (
        (VirtualContainers.HAMBURG_LINE_1, "Line 1", Licenses.PROJECT_PUBLIC),
        (VirtualContainers.HAMBURG_LINE_2, "Line 2", Licenses.PROJECT_ADMIN_ONLY),
    )
    lines = {str(id_): {"name": name, "licenses": [str(license_id)]} for id_, name, license_id in contents}
    return [
        ProjectRevision(
            id=named("revision", "Hamburg 1"),
            project_id=Projects.HAMBURG,
            number=1,
            published_by_id=PIA.id,
            snapshot={"virtualContainers": lines},
        )
    ]
