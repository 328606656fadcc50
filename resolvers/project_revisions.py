"""What a revision of a project holds: read from the plan when it is published, and from there by whoever pulls."""

from uuid import UUID

import sqlalchemy as sa

from authz.gate.gate import Gate
from store.licenses import License
from store.projects import Project, ProjectRevision, VirtualContainer, VirtualContainerLicense


async def planned_now(gate: Gate, project: Project) -> dict[str, dict[str, object]]:
    """What is planned now: each virtual container with the licenses that are still the project's."""
    found = await gate.session.execute(
        sa.select(VirtualContainer.id, VirtualContainer.name, License.id.label("license_id"))
        .outerjoin(VirtualContainerLicense, VirtualContainerLicense.virtual_container_id == VirtualContainer.id)
        .outerjoin(
            License,
            sa.and_(License.id == VirtualContainerLicense.license_id, License.assigned_project_id == project.id),
        )
        .where(VirtualContainer.project_id == project.id)
        .order_by(VirtualContainer.id, License.id),
    )
    names: dict[str, str] = {}
    licenses: dict[str, list[str]] = {}
    for row in found:
        names[str(row.id)] = row.name
        held = licenses.setdefault(str(row.id), [])
        if row.license_id is not None:
            held.append(str(row.license_id))
    return {each: {"name": names[each], "licenses": licenses[each]} for each in names}


async def published(gate: Gate, project: Project, planned: VirtualContainer) -> tuple[list[UUID], set[UUID]]:
    """The licenses that the last revision has in it and that are still the project's; and all that it has ever had.

    What somebody has put into the container by hand is none of the project's, and stays.
    """
    place = ("virtualContainers", str(planned.id), "licenses")
    lines = await gate.session.execute(
        sa.select(ProjectRevision.number, sa.func.jsonb_extract_path(ProjectRevision.snapshot, *place)).where(
            ProjectRevision.project_id == project.id,
        ),
    )
    by_number = {number: {UUID(each) for each in line or ()} for number, line in lines}
    last = by_number.get(project.revision, set())
    still = sa.select(License.id).where(License.id.in_(last), License.assigned_project_id == project.id)
    ever = {each for line in by_number.values() for each in line}
    return sorted(await gate.session.scalars(still)), ever
