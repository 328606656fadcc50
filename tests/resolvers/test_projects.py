"""Projects: planned by administrators, published as revisions, and pulled by participants on site, who cannot change them."""

import asyncio

import pytest
import sqlalchemy as sa

from authz.gate.results import Completed
from authz.gate.transaction import AlreadyAnswered
from resolvers import projects, virtual_containers
from resolvers.activations import activate_license
from resolvers.licenses import assign_license
from resolvers.virtual_container_pulls import pull_virtual_container
from seeds.cast import (
    ANN,
    BEA,
    IDA,
    LEA,
    OLGA,
    PIA,
    TOM,
    Containers,
    Groups,
    Licenses,
    Projects,
    VirtualContainers,
    cloud_of,
)
from store.activations import Activation, ActivationState, LicenseFile, RequestFileNeeded
from store.audit import AuditEntry
from store.containers import Container, ContainerNotReady, ContainerType
from store.errors import Conflict, EditionRequired, Forbidden, NotFound
from store.license_errors import LicenseExpired
from store.licenses import License
from store.portal import Capability, Edition, Portal
from store.products import LicenseModel
from store.projects import (
    ContainerOccupied,
    ContainerOutsideProject,
    LicenseNotInProject,
    LicenseNotPlanned,
    LicensePlanned,
    NameTaken,
    ParticipantRole,
    Project,
    ProjectNotInProgress,
    ProjectNotPublished,
    ProjectParticipant,
    ProjectRevision,
    ProjectState,
    VirtualContainer,
    VirtualContainerBound,
    VirtualContainerLicense,
    VirtualContainerState,
    VirtualContainerUpToDate,
)

LINE_1, LINE_2, TABLE = (
    VirtualContainers.HAMBURG_LINE_1,
    VirtualContainers.HAMBURG_LINE_2,
    VirtualContainers.BREMEN_TABLE,
)
OLGAS = cloud_of(OLGA.id)


@pytest.fixture
def do(access_of):
    """`await do(ANN, use_case, ...)` runs a use case with a new idempotency key."""
    numbers = iter(range(1000))

    async def run(account, case, **arguments):
        return await case((await access_of(account)).attempt(key=str(next(numbers))), **arguments)

    return run


@pytest.fixture
def contents(database):
    """`await contents(container_id)` are the ids of the licenses that are active in a container."""

    async def read(container_id):
        async with database.transaction() as session:
            found = await session.scalars(
                sa.select(Activation.license_id).where(
                    Activation.container_id == container_id, Activation.state == ActivationState.ACTIVE
                )
            )
            return set(found)

    return read


@pytest.fixture
def planned_in(database):
    """`await planned_in(license_id)` is the id of the virtual container in which a license is planned, or None."""

    async def find(license_id):
        async with database.transaction() as session:
            found = await session.get(VirtualContainerLicense, license_id)
            return found and found.virtual_container_id

    return find


async def _pull(do, who=OLGA, virtual=LINE_2, container=OLGAS):
    return await do(who, pull_virtual_container, virtual_container_id=virtual, container_id=container)


async def _republish(do, *, add=None, remove=None, virtual=LINE_2):
    """Ann changes the plan and publishes it."""
    await do(ANN, projects.edit_project, project_id=Projects.HAMBURG)
    if add:
        if add not in (Licenses.PROJECT_PUBLIC, Licenses.PROJECT_ADMIN_ONLY):
            await do(ANN, assign_license, license_id=add, target=Project, target_id=Projects.HAMBURG)
        await do(ANN, virtual_containers.add_license, virtual_container_id=virtual, license_id=add)
    if remove:
        await do(ANN, virtual_containers.remove_license, virtual_container_id=virtual, license_id=remove)
    await do(ANN, projects.publish_project, project_id=Projects.HAMBURG)


@pytest.mark.feature("F25", "F74")
async def test_an_administrator_creates_a_project_with_virtual_containers(do, row, database):
    made = await do(ANN, projects.create_project, group_id=Groups.BERLIN, name="Kiel")
    id_ = made.result.project.id
    await do(ANN, virtual_containers.create_virtual_container, project_id=id_, name="Crane")

    project = await row(Project, id_)
    assert (project.name, project.group_id, project.state, project.revision) == (
        "Kiel",
        Groups.BERLIN,
        ProjectState.IN_PROGRESS,
        0,
    )
    async with database.transaction() as session:
        virtual = (await session.scalars(sa.select(VirtualContainer).where(VirtualContainer.project_id == id_))).one()
        entries = await session.execute(
            sa.select(AuditEntry.action, AuditEntry.group_id, AuditEntry.actor_id)
            .where(AuditEntry.project_id == id_)
            .order_by(AuditEntry.number)
        )
        assert list(entries) == [
            ("project.created", Groups.BERLIN, ANN.id),
            ("virtual_container.created", Groups.BERLIN, ANN.id),
        ]
    assert (virtual.name, virtual.state) == ("Crane", VirtualContainerState.PLANNED)


@pytest.mark.feature("F25")
@pytest.mark.parametrize(("who", "group", "error"), [(TOM, Groups.BERLIN, Forbidden), (BEA, Groups.ACME, NotFound)])
async def test_only_administrators_of_a_group_create_projects_in_it(do, database, who, group, error):
    with pytest.raises(error):
        await do(who, projects.create_project, group_id=group, name="Kiel")
    async with database.transaction() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(Project)) == 2


@pytest.mark.feature("F39")
async def test_a_license_is_assigned_to_a_project(do, row):
    await do(ANN, assign_license, license_id=Licenses.ACME_POOL, target=Project, target_id=Projects.HAMBURG)
    assert (await row(License, Licenses.ACME_POOL)).assigned_project_id == Projects.HAMBURG


@pytest.mark.feature("F75")
async def test_licenses_can_be_planned_in_edit_mode_only(do, planned_in):
    with pytest.raises(ProjectNotInProgress) as refused:
        await do(
            ANN, virtual_containers.remove_license, virtual_container_id=LINE_2, license_id=Licenses.PROJECT_ADMIN_ONLY
        )
    assert refused.value.details == {"state": ProjectState.PUBLISHED}
    assert await planned_in(Licenses.PROJECT_ADMIN_ONLY) == LINE_2

    await do(ANN, projects.edit_project, project_id=Projects.HAMBURG)
    await do(
        ANN, virtual_containers.remove_license, virtual_container_id=LINE_2, license_id=Licenses.PROJECT_ADMIN_ONLY
    )
    assert await planned_in(Licenses.PROJECT_ADMIN_ONLY) is None


@pytest.mark.feature("F75")
async def test_planning_a_license_requires_administering_the_project_and_the_owner_group(do, planned_in):
    await do(ANN, projects.edit_project, project_id=Projects.HAMBURG)
    await do(ANN, assign_license, license_id=Licenses.ACME_POOL, target=Project, target_id=Projects.HAMBURG)

    with pytest.raises(Forbidden):  # Pia administers the project, but no group
        await do(PIA, virtual_containers.add_license, virtual_container_id=LINE_2, license_id=Licenses.ACME_POOL)
    with pytest.raises(NotFound):  # Bea administers Bolt, but not the project
        await do(BEA, virtual_containers.add_license, virtual_container_id=LINE_2, license_id=Licenses.BOLT_PUBLIC)
    assert await planned_in(Licenses.ACME_POOL) is None

    await do(ANN, virtual_containers.add_license, virtual_container_id=LINE_2, license_id=Licenses.ACME_POOL)
    assert await planned_in(Licenses.ACME_POOL) == LINE_2


@pytest.mark.feature("F75")
async def test_a_license_is_planned_in_one_virtual_container_of_the_project_it_is_assigned_to(do, planned_in):
    await do(ANN, projects.edit_project, project_id=Projects.HAMBURG)
    with pytest.raises(LicenseNotInProject):
        await do(ANN, virtual_containers.add_license, virtual_container_id=LINE_2, license_id=Licenses.ACME_POOL)
    with pytest.raises(LicensePlanned):
        await do(ANN, virtual_containers.add_license, virtual_container_id=LINE_2, license_id=Licenses.PROJECT_PUBLIC)
    with pytest.raises(LicenseNotPlanned):
        await do(
            ANN, virtual_containers.remove_license, virtual_container_id=LINE_2, license_id=Licenses.PROJECT_PUBLIC
        )
    assert await planned_in(Licenses.PROJECT_PUBLIC) == LINE_1

    await do(ANN, assign_license, license_id=Licenses.PROJECT_PUBLIC, target=Project, target_id=Projects.BREMEN)
    await do(ANN, virtual_containers.add_license, virtual_container_id=TABLE, license_id=Licenses.PROJECT_PUBLIC)
    assert await planned_in(Licenses.PROJECT_PUBLIC) == TABLE  # the plan of the former project does not count


@pytest.mark.feature("F76")
async def test_a_published_revision_never_changes(do, database):
    await _republish(do, add=Licenses.ACME_POOL)
    await _republish(do, remove=Licenses.ACME_POOL)

    async with database.transaction() as session:
        found = await session.scalars(
            sa.select(ProjectRevision)
            .where(ProjectRevision.project_id == Projects.HAMBURG)
            .order_by(ProjectRevision.number)
        )
        lines = [(each.number, set(each.snapshot["virtualContainers"][str(LINE_2)]["licenses"])) for each in found]
    only = {str(Licenses.PROJECT_ADMIN_ONLY)}
    assert lines == [(1, only), (2, only | {str(Licenses.ACME_POOL)}), (3, only)]


@pytest.mark.feature("F76")
async def test_a_project_can_be_published_in_edit_mode_only(do, row):
    with pytest.raises(ProjectNotInProgress) as refused:
        await do(PIA, projects.publish_project, project_id=Projects.HAMBURG)
    assert refused.value.details == {"state": ProjectState.PUBLISHED}
    assert (await row(Project, Projects.HAMBURG)).revision == 1


@pytest.mark.feature("F77")
async def test_a_pull_binds_a_virtual_container_and_activates_its_licenses(do, row, contents, central, database):
    await _pull(do)

    virtual = await row(VirtualContainer, LINE_2)
    assert (virtual.state, virtual.container_id, virtual.bound_revision) == (VirtualContainerState.BOUND, OLGAS, 1)
    assert await contents(OLGAS) == {Licenses.PROJECT_ADMIN_ONLY}  # A13: licenses for administrators only are included
    async with database.transaction() as session:
        file = (
            await session.scalars(sa.select(LicenseFile).join(Activation).where(Activation.container_id == OLGAS))
        ).one()
    assert (await central.verify(file.content)).license_id == Licenses.PROJECT_ADMIN_ONLY


@pytest.mark.feature("F77")
async def test_a_virtual_container_is_bound_to_an_empty_ready_container_of_the_project(do, row, contents):
    held = await contents(cloud_of(Groups.BERLIN))
    for who, container, error in (
        (ANN, cloud_of(Groups.BERLIN), ContainerOccupied),  # holds licenses
        (ANN, Containers.HAMBURG_LINE_1, ContainerOccupied),  # is bound already
        (OLGA, cloud_of(Groups.ACME), NotFound),  # is not hers
        (IDA, cloud_of(IDA.id), ContainerOutsideProject),  # belongs to the vendor
        (IDA, Containers.BLOCKED_DONGLE, ContainerNotReady),
        (OLGA, None, ContainerOccupied),  # no container is named
    ):
        with pytest.raises(error):
            await _pull(do, who, container=container)
    assert (await row(VirtualContainer, LINE_2)).state is VirtualContainerState.PLANNED
    assert await contents(cloud_of(Groups.BERLIN)) == held


async def test_a_container_is_bound_to_one_virtual_container_at_most(do, contents):
    await _pull(do)
    await do(ANN, projects.publish_project, project_id=Projects.BREMEN)
    with pytest.raises(ContainerOccupied):
        await _pull(do, IDA, virtual=TABLE, container=OLGAS)
    await _republish(do)
    with pytest.raises(ContainerOccupied):
        await _pull(do, ANN, container=cloud_of(Groups.ACME))
    assert await contents(cloud_of(Groups.ACME)) == set()


@pytest.mark.feature("F77", "F78")
async def test_participants_on_site_can_change_nothing(do, row, database):
    changes = [
        (projects.rename_project, {"project_id": Projects.HAMBURG, "name": "mine"}),
        (projects.archive_project, {"project_id": Projects.HAMBURG}),
        (projects.edit_project, {"project_id": Projects.HAMBURG}),
        (projects.publish_project, {"project_id": Projects.HAMBURG}),
        (projects.add_participant, {"project_id": Projects.HAMBURG, "user_id": OLGA.id, "role": ParticipantRole.ADMIN}),
        (virtual_containers.create_virtual_container, {"project_id": Projects.HAMBURG, "name": "mine"}),
        (virtual_containers.rename_virtual_container, {"virtual_container_id": LINE_1, "name": "mine"}),
        (virtual_containers.delete_virtual_container, {"virtual_container_id": LINE_2}),
        (virtual_containers.add_license, {"virtual_container_id": LINE_2, "license_id": Licenses.PROJECT_PUBLIC}),
        (virtual_containers.remove_license, {"virtual_container_id": LINE_1, "license_id": Licenses.PROJECT_PUBLIC}),
    ]
    for case, arguments in changes:
        with pytest.raises(Forbidden):
            await do(OLGA, case, **arguments)
    for case, arguments in changes:
        with pytest.raises(NotFound):  # Bea cannot read the project
            await do(BEA, case, **arguments)
    project = await row(Project, Projects.HAMBURG)
    assert (project.name, project.state, project.revision) == ("Hamburg plant", ProjectState.PUBLISHED, 1)
    async with database.transaction() as session:
        virtual = sa.select(VirtualContainer.name).where(VirtualContainer.project_id == Projects.HAMBURG)
        assert set(await session.scalars(virtual)) == {"Line 1", "Line 2"}


async def test_nothing_can_be_pulled_in_edit_mode_and_licenses_on_site_stay(do, row, contents):
    """Spec A14."""
    await _pull(do)
    await do(ANN, projects.edit_project, project_id=Projects.HAMBURG)

    with pytest.raises(Forbidden):
        await _pull(do)
    with pytest.raises(ProjectNotPublished) as refused:
        await _pull(do, ANN, container=None)
    assert refused.value.details == {"state": ProjectState.IN_PROGRESS}
    virtual = await row(VirtualContainer, LINE_2)
    assert (virtual.state, virtual.bound_revision) == (VirtualContainerState.BOUND, 1)
    assert await contents(OLGAS) == {Licenses.PROJECT_ADMIN_ONLY}


@pytest.mark.feature("F77", "F80", "F94")
async def test_a_local_container_receives_one_file_per_pull(do, new_container, clock, row, contents):
    """Olga registers the machine, and pulls with its requests and receipts until nothing is left."""
    machine, device = await new_container(OLGA, kind=ContainerType.LOCAL)
    await _republish(do, add=Licenses.ACME_POOL)

    async def pull(receipt=None, *, request=True):
        files = {"receipt_file": receipt, "request_file": device.request(clock.now()) if request else None}
        done = await do(OLGA, pull_virtual_container, virtual_container_id=LINE_2, container_id=machine, **files)
        return done.payload["license_file"]

    with pytest.raises(RequestFileNeeded):
        await pull(request=False)
    first = await pull()
    assert await pull(request=False) == first  # the file is lost, and shown again
    second = await pull(device.import_file(first, clock.now()))
    virtual = await row(VirtualContainer, LINE_2)
    assert (virtual.state, virtual.container_id, virtual.bound_revision) == (VirtualContainerState.STALE, machine, None)
    assert await pull(device.import_file(second, clock.now()), request=False) is None
    assert await contents(machine) == {Licenses.PROJECT_ADMIN_ONLY, Licenses.ACME_POOL}
    virtual = await row(VirtualContainer, LINE_2)
    assert (virtual.state, virtual.bound_revision) == (VirtualContainerState.BOUND, 2)

    await _republish(do, remove=Licenses.PROJECT_ADMIN_ONLY)
    third = await pull()
    assert await pull(device.import_file(third, clock.now()), request=False) is None
    assert await contents(machine) == {Licenses.ACME_POOL}
    assert (await row(VirtualContainer, LINE_2)).bound_revision == 3
    assert (await row(Container, machine)).update_counter == 3


async def test_a_pulled_file_is_shown_neither_by_a_dry_run_nor_by_a_replay(access_of, new_container, clock):
    machine, device = await new_container(OLGA, kind=ContainerType.LOCAL)
    olga = await access_of(OLGA)
    arguments = {"virtual_container_id": LINE_2, "container_id": machine, "request_file": device.request(clock.now())}

    tried = await pull_virtual_container(olga.attempt(key="1", dry_run=True), **arguments)
    done = await pull_virtual_container(olga.attempt(key="1"), **arguments)
    with pytest.raises(AlreadyAnswered) as replay:
        await pull_virtual_container(olga.attempt(key="1"), **arguments)

    assert tried.payload["license_file"] is None
    assert device.import_file(done.payload["license_file"], clock.now())
    assert replay.value.answer["result"]["license_file"] is None


async def test_licenses_activated_without_the_project_are_left_alone(do, contents):
    await _pull(do, ANN, container=cloud_of(Groups.ACME))
    await do(ANN, activate_license, license_id=Licenses.ACME_TEN_SEATS, container_id=cloud_of(Groups.ACME))
    await _republish(do, remove=Licenses.PROJECT_ADMIN_ONLY)
    await do(ANN, pull_virtual_container, virtual_container_id=LINE_2)
    assert await contents(cloud_of(Groups.ACME)) == {Licenses.ACME_TEN_SEATS}


@pytest.mark.feature("F79")
async def test_a_new_revision_makes_bound_virtual_containers_stale(do, row):
    await _pull(do)
    await _republish(do, add=Licenses.ACME_POOL)

    project = await row(Project, Projects.HAMBURG)
    assert (project.state, project.revision) == (ProjectState.PUBLISHED, 2)
    for each in (LINE_1, LINE_2):
        virtual = await row(VirtualContainer, each)
        assert (virtual.state, virtual.bound_revision) == (VirtualContainerState.STALE, 1)


@pytest.mark.feature("F80")
async def test_a_later_pull_brings_the_difference(do, row, contents, database):
    await _pull(do)
    await _republish(do, add=Licenses.ACME_POOL, remove=Licenses.PROJECT_ADMIN_ONLY)

    done = await do(OLGA, pull_virtual_container, virtual_container_id=LINE_2)

    assert await contents(OLGAS) == {Licenses.ACME_POOL}
    virtual = await row(VirtualContainer, LINE_2)
    assert (virtual.state, virtual.bound_revision) == (VirtualContainerState.BOUND, 2)
    (change,) = done.changes
    assert (change["after"]["licenses_added"], change["after"]["licenses_removed"]) == (1, 1)
    assert str(Licenses.PROJECT_ADMIN_ONLY) not in str(done)  # A13
    async with database.transaction() as session:
        ended = await session.scalar(
            sa.select(Activation.state).where(
                Activation.container_id == OLGAS, Activation.license_id == Licenses.PROJECT_ADMIN_ONLY
            )
        )
    assert ended is ActivationState.WITHDRAWN
    with pytest.raises(VirtualContainerUpToDate):
        await do(OLGA, pull_virtual_container, virtual_container_id=LINE_2)


async def test_licenses_that_have_left_the_project_are_not_pulled(do, contents):
    await do(ANN, assign_license, license_id=Licenses.PROJECT_ADMIN_ONLY, target=Project, target_id=Projects.BREMEN)
    await _pull(do)
    assert await contents(OLGAS) == set()


async def test_nothing_is_pulled_if_one_license_has_expired(do, row, clock, database, contents):
    await _republish(do, add=Licenses.ACME_POOL)
    async with database.transaction() as session:
        license = await session.get_one(License, Licenses.ACME_POOL)
        license.model, license.expires_at = LicenseModel.PREPAID, clock.now()
    with pytest.raises(LicenseExpired):
        await _pull(do)
    assert await contents(OLGAS) == set()
    assert (await row(VirtualContainer, LINE_2)).state is VirtualContainerState.PLANNED


async def test_an_archived_project_cannot_be_changed(do, row, contents):
    await _pull(do)
    await do(PIA, projects.archive_project, project_id=Projects.HAMBURG)

    for case, arguments in (
        (projects.edit_project, {}),
        (projects.publish_project, {}),
        (projects.archive_project, {}),
        (projects.rename_project, {"name": "other"}),
        (virtual_containers.create_virtual_container, {"name": "other"}),
    ):
        with pytest.raises((ProjectNotInProgress, ProjectNotPublished)) as refused:
            await do(ANN, case, project_id=Projects.HAMBURG, **arguments)
        assert refused.value.details == {"state": ProjectState.ARCHIVED}
    assert await contents(OLGAS) == {Licenses.PROJECT_ADMIN_ONLY}
    assert (await row(Project, Projects.HAMBURG)).name == "Hamburg plant"


async def test_virtual_containers_have_unique_names_and_can_be_deleted_when_empty(do, database):
    await do(ANN, projects.edit_project, project_id=Projects.HAMBURG)
    with pytest.raises(NameTaken):
        await do(ANN, virtual_containers.create_virtual_container, project_id=Projects.HAMBURG, name="Line 1")
    with pytest.raises(NameTaken):
        await do(ANN, virtual_containers.rename_virtual_container, virtual_container_id=LINE_1, name="Line 2")
    with pytest.raises(VirtualContainerBound):
        await do(ANN, virtual_containers.delete_virtual_container, virtual_container_id=LINE_1)

    await do(ANN, virtual_containers.delete_virtual_container, virtual_container_id=LINE_2)
    await do(ANN, virtual_containers.rename_virtual_container, virtual_container_id=LINE_1, name="Line 2")

    async with database.transaction() as session:
        found = sa.select(VirtualContainer.name).where(VirtualContainer.project_id == Projects.HAMBURG)
        assert list(await session.scalars(found)) == ["Line 2"]


async def test_project_administrators_manage_participants(do, database):
    await do(ANN, projects.add_participant, project_id=Projects.BREMEN, user_id=LEA.id, role=ParticipantRole.ON_SITE)
    await do(ANN, projects.add_participant, project_id=Projects.BREMEN, user_id=LEA.id, role=ParticipantRole.ADMIN)
    same = (ProjectParticipant.project_id == Projects.BREMEN, ProjectParticipant.user_id == LEA.id)
    async with database.transaction() as session:
        found = (await session.scalars(sa.select(ProjectParticipant).where(*same))).one()
    assert found.role is ParticipantRole.ADMIN

    with pytest.raises(NotFound):  # Pia cannot read Tom's account
        await do(PIA, projects.add_participant, project_id=Projects.BREMEN, user_id=TOM.id, role=ParticipantRole.ADMIN)
    await do(PIA, projects.remove_participant, participant_id=found.id)

    async with database.transaction() as session:
        assert list(await session.scalars(sa.select(ProjectParticipant).where(*same))) == []


@pytest.mark.feature("F82")
async def test_the_project_workflow_requires_the_enterprise_edition(do, database, row):
    async with database.transaction() as session:
        await session.execute(sa.update(Portal).values(edition=Edition.PROFESSIONAL))
    for case, arguments in (
        (projects.create_project, {"group_id": Groups.ACME, "name": "Kiel"}),
        (projects.edit_project, {"project_id": Projects.HAMBURG}),
        (pull_virtual_container, {"virtual_container_id": LINE_2, "container_id": cloud_of(Groups.ACME)}),
    ):
        with pytest.raises(EditionRequired) as refused:
            await do(ANN, case, **arguments)
        assert refused.value.details == {"capability": Capability.PROJECT_WORKFLOW, "minimum": Edition.ENTERPRISE}
    assert (await row(Project, Projects.HAMBURG)).state is ProjectState.PUBLISHED


async def test_of_concurrent_pulls_one_succeeds(do, contents):
    answers = await asyncio.gather(*(_pull(do) for _ in range(5)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in answers) == ["Completed"] + ["VirtualContainerUpToDate"] * 4
    assert await contents(OLGAS) == {Licenses.PROJECT_ADMIN_ONLY}


@pytest.mark.parametrize("first", ["publication", "pull"])
async def test_of_a_concurrent_publication_and_pull_only_the_publication_succeeds(do, row, contents, database, first):
    """In either order the pull is refused: the project is in edit mode before the publication, and has a newer revision after."""
    await _pull(do, ANN, container=cloud_of(Groups.ACME))
    await _republish(do, add=Licenses.ACME_POOL)
    await do(ANN, projects.edit_project, project_id=Projects.HAMBURG)
    both = {
        "publication": lambda: do(ANN, projects.publish_project, project_id=Projects.HAMBURG),
        "pull": lambda: do(ANN, pull_virtual_container, virtual_container_id=LINE_2),
    }
    running = {}
    async with database.transaction() as session:
        await session.execute(sa.select(Project.id).where(Project.id == Projects.HAMBURG).with_for_update())
        waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        for each in sorted(both, key=lambda name: name != first):  # the first to wait for the lock gets it first
            running[each] = asyncio.create_task(both[each]())
            async with asyncio.timeout(20):
                while await session.scalar(waiting) < len(running):  # noqa: ASYNC110 - a lock has no event for waiters
                    await asyncio.sleep(0.02)
    await asyncio.wait(running.values())

    assert isinstance(await running["publication"], Completed)
    with pytest.raises(ProjectNotPublished if first == "pull" else Conflict):
        await running["pull"]
    virtual = await row(VirtualContainer, LINE_2)
    assert (virtual.state, virtual.bound_revision) == (VirtualContainerState.STALE, 1)
    assert await contents(cloud_of(Groups.ACME)) == {Licenses.PROJECT_ADMIN_ONLY}

    await do(ANN, pull_virtual_container, virtual_container_id=LINE_2)
    assert (await row(VirtualContainer, LINE_2)).bound_revision == 3
    assert await contents(cloud_of(Groups.ACME)) == {Licenses.PROJECT_ADMIN_ONLY, Licenses.ACME_POOL}


async def test_a_pull_beside_a_publication_is_of_one_whole_revision(do, row, contents):
    """Whatever the timing, a pull gets either revision, or is refused."""
    await _pull(do, ANN, container=cloud_of(Groups.ACME))
    await _republish(do, add=Licenses.ACME_POOL)
    for number in range(3, 7):
        await do(ANN, projects.edit_project, project_id=Projects.HAMBURG)
        change = virtual_containers.remove_license if number % 2 else virtual_containers.add_license
        await do(ANN, change, virtual_container_id=LINE_2, license_id=Licenses.ACME_POOL)
        published, pulled = await asyncio.gather(
            do(ANN, projects.publish_project, project_id=Projects.HAMBURG),
            do(ANN, pull_virtual_container, virtual_container_id=LINE_2),
            return_exceptions=True,
        )
        assert isinstance(published, Completed)
        assert isinstance(pulled, Completed | ProjectNotPublished | Conflict), pulled
        virtual = await row(VirtualContainer, LINE_2)
        if not isinstance(pulled, Completed):
            assert virtual.state is VirtualContainerState.STALE
            await do(ANN, pull_virtual_container, virtual_container_id=LINE_2)
        assert (await row(VirtualContainer, LINE_2)).bound_revision == number
        with_pool = {Licenses.PROJECT_ADMIN_ONLY, *(() if number % 2 else (Licenses.ACME_POOL,))}
        assert await contents(cloud_of(Groups.ACME)) == with_pool


async def test_of_two_concurrent_publications_one_succeeds(do, row):
    answers = await asyncio.gather(
        *(do(who, projects.publish_project, project_id=Projects.BREMEN) for who in (ANN, PIA)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in answers) in (
        ["Completed", "ProjectNotInProgress"],
        ["Completed", Conflict.__name__],
    )
    assert (await row(Project, Projects.BREMEN)).revision == 1
    assert (await row(Container, OLGAS)).update_counter == 0
