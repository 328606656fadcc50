"""Projects through GraphQL: an administrator prepares, an on-site colleague asks what waits and pulls it."""

import pytest
import sqlalchemy as sa

from schema.fields.ids import to_global_id
from schema.mutations.projects import CHANGES
from seeds.cast import ANN, BEA, IDA, OLGA, PIA, TOM, Groups, Licenses, Projects, VirtualContainers, cloud_of, named
from store.audit import AuditEntry
from store.portal import Edition, Portal
from store.projects import Project, ProjectState

ERRORS = "errors { code message path action state capability requiredEdition }"
HAMBURG = to_global_id("Project", Projects.HAMBURG)
LINE_2 = to_global_id("VirtualContainer", VirtualContainers.HAMBURG_LINE_2)
OLGAS = to_global_id("Container", cloud_of(OLGA.id))
HIDDEN = to_global_id("License", Licenses.PROJECT_ADMIN_ONLY)
POOL = to_global_id("License", Licenses.ACME_POOL)

CREATE = f"""mutation($input: ProjectCreateInput!) {{ projectCreate(input: $input) {{
    project {{ id name state revision group {{ name }} }} changes {{ action }} {ERRORS}
}} }}"""
PULL = f"""mutation($input: VirtualContainerPullInput!) {{ virtualContainerPull(input: $input) {{
    virtualContainer {{ state boundRevision licensesPublished licenses {{ totalCount nodes {{ id }} }} }}
    container {{ id }} changes {{ action after }} {ERRORS}
}} }}"""
UPDATES = """query($container: ID!) { updates(container: $container) {
    name state boundRevision updateWaits licensesPublished licensesToAdd licensesToRemove project { revision }
} }"""


def _mutation(name, payload="project { state revision }"):
    kind = name[0].upper() + name[1:]
    return f"mutation($input: {kind}Input!) {{ {name}(input: $input) {{ {payload} {ERRORS} }} }}"


async def _do(execute, account, mutation, payload="project { state revision }", /, **arguments):
    key = f"{mutation} {sorted(arguments.items())} {next(_NUMBERS)}"[-200:]
    answer = await execute(account, _mutation(mutation, payload), input={**arguments, "idempotencyKey": key})
    assert answer.errors == []
    return answer.data[mutation]


_NUMBERS = iter(range(1000))
_PLANNED = "virtualContainer { name }"


async def _republish(execute):
    await _do(execute, ANN, "projectEdit", projectId=HAMBURG)
    await _do(execute, ANN, "licenseAssign", "license { id }", licenseId=POOL, targetId=HAMBURG)
    await _do(execute, ANN, "virtualContainerAddLicense", _PLANNED, virtualContainerId=LINE_2, licenseId=POOL)
    await _do(execute, ANN, "virtualContainerRemoveLicense", _PLANNED, virtualContainerId=LINE_2, licenseId=HIDDEN)
    done = await _do(execute, ANN, "projectPublish", projectId=HAMBURG)
    assert done == {"project": {"state": "PUBLISHED", "revision": 2}, "errors": []}


@pytest.mark.feature("F25", "F74")
async def test_a_project_is_created_and_shown(execute):
    arguments = {"groupId": to_global_id("Group", Groups.BERLIN), "name": "Kiel", "idempotencyKey": "1"}
    would = await execute(ANN, CREATE, input={**arguments, "dryRun": True})
    answer = await execute(ANN, CREATE, input=arguments)

    project = answer.data["projectCreate"]["project"]
    assert project | {"id": None} == {
        "id": None, "name": "Kiel", "state": "IN_PROGRESS", "revision": 0, "group": {"name": "Acme Berlin"},
    }  # fmt: skip
    assert would.data["projectCreate"] == {
        "project": None, "changes": [{"action": "project.created"}], "errors": [],
    }  # fmt: skip


@pytest.mark.feature("F77", "F81")
async def test_on_site_one_pulls_what_one_does_not_see_and_only_counts_it(execute):
    """A13"""
    answer = await execute(
        OLGA, PULL, input={"virtualContainerId": LINE_2, "containerId": OLGAS, "idempotencyKey": "1"}
    )

    pulled = answer.data["virtualContainerPull"]
    assert pulled["errors"] == []
    assert pulled["virtualContainer"] == {
        "state": "BOUND", "boundRevision": 1, "licensesPublished": 1, "licenses": {"totalCount": 0, "nodes": []},
    }  # fmt: skip
    assert pulled["container"] == {"id": OLGAS}
    assert HIDDEN not in str(answer.data)


@pytest.mark.feature("F80", "F81")
async def test_the_wizard_asks_what_waits_for_a_container(execute):
    nothing = {"updates": None}
    assert (await execute(OLGA, UPDATES, container=OLGAS)).data == nothing
    await execute(OLGA, PULL, input={"virtualContainerId": LINE_2, "containerId": OLGAS, "idempotencyKey": "1"})
    assert (await execute(OLGA, UPDATES, container=OLGAS)).data == nothing

    await _republish(execute)

    assert (await execute(OLGA, UPDATES, container=OLGAS)).data["updates"] == {
        "name": "Line 2", "state": "STALE", "boundRevision": 1, "updateWaits": True, "licensesPublished": 1,
        "licensesToAdd": 1, "licensesToRemove": 1, "project": {"revision": 2},
    }  # fmt: skip
    for stranger in (TOM, BEA):
        assert (await execute(stranger, UPDATES, container=OLGAS)).data == nothing

    await _do(execute, ANN, "projectEdit", projectId=HAMBURG)
    assert (await execute(OLGA, UPDATES, container=OLGAS)).data == nothing  # A14: it waits until it is published

    await _do(execute, ANN, "projectPublish", projectId=HAMBURG)
    await _do(execute, OLGA, "virtualContainerPull", "virtualContainer { state }", virtualContainerId=LINE_2)
    assert (await execute(OLGA, UPDATES, container=OLGAS)).data == nothing


async def test_what_is_wrong_with_an_argument_is_said_of_it_and_nothing_happens(execute, database):
    group = to_global_id("Group", Groups.ACME)
    cases = [
        (ANN, "projectCreate", {"groupId": HAMBURG, "name": "x"}, ("BAD_USER_INPUT", ["input", "groupId"])),
        (ANN, "projectCreate", {"groupId": group, "name": ""}, ("BAD_USER_INPUT", ["input", "name"])),
        (ANN, "projectCreate", {"groupId": group, "name": "x" * 201}, ("BAD_USER_INPUT", ["input", "name"])),
        (BEA, "projectCreate", {"groupId": group, "name": "x"}, ("NOT_FOUND", None)),
        (ANN, "projectPublish", {"projectId": group}, ("BAD_USER_INPUT", ["input", "projectId"])),
        (ANN, "projectPublish", {"projectId": HAMBURG}, ("PROJECT_NOT_IN_PROGRESS", None)),
        (BEA, "projectEdit", {"projectId": HAMBURG}, ("NOT_FOUND", None)),
        (OLGA, "projectEdit", {"projectId": HAMBURG}, ("FORBIDDEN", None)),
        (TOM, "projectArchive", {"projectId": HAMBURG}, ("NOT_FOUND", None)),
    ]
    for account, name, arguments, expected in cases:
        answer = await _do(execute, account, name, "project { id }", **arguments)
        assert answer["project"] is None
        assert [(each["code"], each["path"]) for each in answer["errors"]] == [expected]
    planned = [
        (ANN, "virtualContainerRename", {"virtualContainerId": HAMBURG, "name": "x"}, "BAD_USER_INPUT"),
        (ANN, "virtualContainerRename", {"virtualContainerId": LINE_2, "name": "x"}, "PROJECT_NOT_IN_PROGRESS"),
        (BEA, "virtualContainerRename", {"virtualContainerId": LINE_2, "name": "x"}, "NOT_FOUND"),
        (PIA, "virtualContainerAddLicense", {"virtualContainerId": LINE_2, "licenseId": LINE_2}, "BAD_USER_INPUT"),
    ]
    for account, name, arguments, code in planned:
        answer = await _do(execute, account, name, _PLANNED, **arguments)
        assert [each["code"] for each in answer["errors"]] == [code]
    async with database.transaction() as session:
        project = await session.get_one(Project, Projects.HAMBURG)
        assert (project.state, project.revision) == (ProjectState.PUBLISHED, 1)
        done = sa.select(sa.func.count()).where(AuditEntry.request_id == "test", AuditEntry.outcome == "DONE")
        assert await session.scalar(done) == 0


@pytest.mark.feature("F82")
async def test_the_answer_names_the_capability_and_the_edition(execute, database):
    async with database.transaction() as session:
        await session.execute(sa.update(Portal).values(edition=Edition.PROFESSIONAL))

    refused = await _do(execute, IDA, "projectEdit", projectId=HAMBURG)

    assert [(each["code"], each["capability"], each["requiredEdition"]) for each in refused["errors"]] == [
        ("EDITION_REQUIRED", "PROJECT_WORKFLOW", "ENTERPRISE"),
    ]


async def test_the_vendor_sets_the_portal_and_everybody_with_a_log_in_reads_it(execute):
    portal = "portal { name edition supportMayDecide capabilities maxGroupLevels }"
    await _do(execute, IDA, "portalSetSwitches", portal, supportMayDecide=True)
    await _do(execute, IDA, "portalRename", portal, name="Harbor")
    done = await _do(execute, IDA, "portalSetEdition", portal, edition="BASIC")

    assert done["portal"] | {"capabilities": None} == {
        "name": "Harbor", "edition": "BASIC", "supportMayDecide": True, "capabilities": None, "maxGroupLevels": 1,
    }  # fmt: skip
    assert "PROJECT_WORKFLOW" not in done["portal"]["capabilities"]
    seen = await execute(None, "{ portal { name edition supportMayDecide } }")
    assert seen.data == {"portal": {"name": "Harbor", "edition": None, "supportMayDecide": None}}
    refused = await _do(execute, ANN, "portalSetEdition", portal, edition="ENTERPRISE")
    assert [each["code"] for each in refused["errors"]] == ["FORBIDDEN"]


_TEAM = to_global_id("Group", Groups.BERLIN)
_PART = to_global_id("ProjectParticipant", named("participant", f"{OLGA.login} {Projects.HAMBURG}"))
_ALL = {
    "projectCreate": {"groupId": _TEAM, "name": "x"},
    "projectRename": {"projectId": HAMBURG, "name": "x"},
    "projectArchive": {"projectId": HAMBURG},
    "projectEdit": {"projectId": HAMBURG},
    "projectPublish": {"projectId": HAMBURG},
    "projectAddParticipant": {"projectId": HAMBURG, "userId": to_global_id("User", TOM.id), "role": "ADMIN"},
    "projectRemoveParticipant": {"participantId": _PART},
    "virtualContainerCreate": {"projectId": HAMBURG, "name": "x"},
    "virtualContainerRename": {"virtualContainerId": LINE_2, "name": "x"},
    "virtualContainerDelete": {"virtualContainerId": LINE_2},
    "virtualContainerAddLicense": {"virtualContainerId": LINE_2, "licenseId": POOL},
    "virtualContainerRemoveLicense": {"virtualContainerId": LINE_2, "licenseId": HIDDEN},
    "virtualContainerPull": {"virtualContainerId": LINE_2, "containerId": OLGAS},
}


def test_every_mutation_of_the_workflow_is_asked_wrongly_here():
    assert set(_ALL) == {each.name for each in CHANGES}


@pytest.mark.parametrize("mutation", sorted(_ALL))
async def test_a_wrong_kind_of_id_a_long_name_and_another_tenants_thing_change_nothing(execute, database, mutation):
    arguments = _ALL[mutation]
    for name, right in arguments.items():
        if name.endswith("Id"):
            wrong = _PART if right != _PART else HAMBURG
            refused = await _do(execute, ANN, mutation, "__typename", **arguments | {name: wrong})
            assert [(each["code"], each["path"]) for each in refused["errors"]] == [("BAD_USER_INPUT", ["input", name])]
        if name == "name":
            refused = await _do(execute, ANN, mutation, "__typename", **arguments | {name: "x" * 201})
            assert [(each["code"], each["path"]) for each in refused["errors"]] == [("BAD_USER_INPUT", ["input", name])]

    hidden = await _do(execute, BEA, mutation, "__typename", **_foreign(arguments))
    assert [each["code"] for each in hidden["errors"]] == ["NOT_FOUND"]
    stranger = await _do(execute, None, mutation, "__typename", **arguments)
    assert [each["code"] for each in stranger["errors"]] == ["UNAUTHENTICATED"]
    async with database.transaction() as session:
        done = sa.select(sa.func.count()).where(AuditEntry.request_id == "test", AuditEntry.outcome == "DONE")
        assert await session.scalar(done) == 0


def _foreign(arguments):
    """Bea is a member of Acme Berlin and sees its group: a project is to be made in Acme, which she does not see."""
    return arguments | ({"groupId": to_global_id("Group", Groups.ACME)} if "groupId" in arguments else {})
