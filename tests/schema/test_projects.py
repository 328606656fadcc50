"""Projects through GraphQL: an administrator prepares them, an on-site colleague checks for updates and pulls them."""

import pytest
import sqlalchemy as sa

from schema.fields.ids import to_global_id
from schema.mutations.projects import CHANGES
from seeds.cast import ANN, BEA, IDA, OLGA, PIA, TOM, Groups, Licenses, Projects, VirtualContainers, cloud_of, named
from store.portal import Edition, Portal
from tests.portal import codes, codes_and_paths

HAMBURG = to_global_id("Project", Projects.HAMBURG)
LINE_2 = to_global_id("VirtualContainer", VirtualContainers.HAMBURG_LINE_2)
OLGAS = to_global_id("Container", cloud_of(OLGA.id))
HIDDEN = to_global_id("License", Licenses.PROJECT_ADMIN_ONLY)
POOL = to_global_id("License", Licenses.ACME_POOL)

PULLED = """virtualContainer { state boundRevision licensesPublished licenses { totalCount nodes { id } } }
    container { id }"""
UPDATES = """query($container: ID!) { updates(container: $container) {
    name state boundRevision updateWaits licensesPublished licensesToAdd licensesToRemove project { revision }
} }"""


PROJECT = "project { state revision }"
VIRTUAL_CONTAINER = "virtualContainer { name }"


async def _republish(mutate):
    await mutate(ANN, "projectEdit", projectId=HAMBURG)
    await mutate(ANN, "licenseAssign", licenseId=POOL, targetId=HAMBURG)
    await mutate(ANN, "virtualContainerAddLicense", virtualContainerId=LINE_2, licenseId=POOL)
    await mutate(ANN, "virtualContainerRemoveLicense", virtualContainerId=LINE_2, licenseId=HIDDEN)
    published = await mutate(ANN, "projectPublish", PROJECT, projectId=HAMBURG)
    assert published == {"project": {"state": "PUBLISHED", "revision": 2}, "errors": []}


@pytest.mark.feature("F25", "F74")
async def test_a_project_is_created_and_returned(mutate):
    arguments = {"groupId": to_global_id("Group", Groups.BERLIN), "name": "Kiel"}
    payload = "project { name state revision group { name } } changes { action }"
    dry_run = await mutate(ANN, "projectCreate", payload, **arguments, dryRun=True)
    created = await mutate(ANN, "projectCreate", payload, **arguments)

    changes = [{"action": "project.created"}]
    project = {"name": "Kiel", "state": "IN_PROGRESS", "revision": 0, "group": {"name": "Acme Berlin"}}
    assert dry_run == {"project": None, "changes": changes, "errors": []}
    assert created == {"project": project, "changes": changes, "errors": []}


@pytest.mark.feature("F77", "F81")
async def test_a_pull_includes_hidden_licenses_that_an_on_site_colleague_only_counts(mutate):
    """A13"""
    pulled = await mutate(OLGA, "virtualContainerPull", PULLED, virtualContainerId=LINE_2, containerId=OLGAS)

    assert pulled["errors"] == []
    assert pulled["virtualContainer"] == {
        "state": "BOUND",
        "boundRevision": 1,
        "licensesPublished": 1,
        "licenses": {"totalCount": 0, "nodes": []},
    }
    assert pulled["container"] == {"id": OLGAS}
    assert HIDDEN not in str(pulled)


@pytest.mark.feature("F80", "F81")
async def test_an_on_site_colleague_checks_for_updates_of_a_container(execute, mutate):
    nothing = {"updates": None}
    assert (await execute(OLGA, UPDATES, container=OLGAS)).data == nothing
    await mutate(OLGA, "virtualContainerPull", virtualContainerId=LINE_2, containerId=OLGAS)
    assert (await execute(OLGA, UPDATES, container=OLGAS)).data == nothing

    await _republish(mutate)

    assert (await execute(OLGA, UPDATES, container=OLGAS)).data["updates"] == {
        "name": "Line 2",
        "state": "STALE",
        "boundRevision": 1,
        "updateWaits": True,
        "licensesPublished": 1,
        "licensesToAdd": 1,
        "licensesToRemove": 1,
        "project": {"revision": 2},
    }
    for account in (TOM, BEA):
        assert (await execute(account, UPDATES, container=OLGAS)).data == nothing

    await mutate(ANN, "projectEdit", projectId=HAMBURG)
    assert (await execute(OLGA, UPDATES, container=OLGAS)).data == nothing  # A14: nothing until it is published

    await mutate(ANN, "projectPublish", projectId=HAMBURG)
    await mutate(OLGA, "virtualContainerPull", virtualContainerId=LINE_2)
    assert (await execute(OLGA, UPDATES, container=OLGAS)).data == nothing


async def test_an_invalid_or_forbidden_mutation_of_a_project_changes_nothing(mutate, change_count):
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
        payload = await mutate(account, name, PROJECT, **arguments)
        assert payload["project"] is None
        assert codes_and_paths(payload) == [expected]
    cases = [
        (ANN, "virtualContainerRename", {"virtualContainerId": HAMBURG, "name": "x"}, "BAD_USER_INPUT"),
        (ANN, "virtualContainerRename", {"virtualContainerId": LINE_2, "name": "x"}, "PROJECT_NOT_IN_PROGRESS"),
        (BEA, "virtualContainerRename", {"virtualContainerId": LINE_2, "name": "x"}, "NOT_FOUND"),
        (PIA, "virtualContainerAddLicense", {"virtualContainerId": LINE_2, "licenseId": LINE_2}, "BAD_USER_INPUT"),
    ]
    for account, name, arguments, code in cases:
        assert codes(await mutate(account, name, VIRTUAL_CONTAINER, **arguments)) == [code]
    assert await change_count() == 0


@pytest.mark.feature("F82")
async def test_a_refusal_names_the_capability_and_the_required_edition(mutate, database):
    async with database.transaction() as session:
        await session.execute(sa.update(Portal).values(edition=Edition.PROFESSIONAL))

    (error,) = (await mutate(IDA, "projectEdit", projectId=HAMBURG))["errors"]

    assert (error["code"], error["capability"], error["requiredEdition"]) == (
        "EDITION_REQUIRED",
        "PROJECT_WORKFLOW",
        "ENTERPRISE",
    )


async def test_only_the_vendor_changes_the_portal(execute, mutate):
    portal = "portal { name edition supportMayDecide capabilities maxGroupLevels }"
    await mutate(IDA, "portalSetSwitches", portal, supportMayDecide=True)
    await mutate(IDA, "portalRename", portal, name="Harbor")
    changed = await mutate(IDA, "portalSetEdition", portal, edition="BASIC")

    assert changed["portal"] | {"capabilities": None} == {
        "name": "Harbor",
        "edition": "BASIC",
        "supportMayDecide": True,
        "capabilities": None,
        "maxGroupLevels": 1,
    }
    assert "PROJECT_WORKFLOW" not in changed["portal"]["capabilities"]
    response = await execute(None, "{ portal { name edition supportMayDecide } }")
    assert response.data == {"portal": {"name": "Harbor", "edition": None, "supportMayDecide": None}}
    refused = await mutate(ANN, "portalSetEdition", portal, edition="ENTERPRISE")
    assert codes(refused) == ["FORBIDDEN"]


BERLIN = to_global_id("Group", Groups.BERLIN)
PARTICIPANT = to_global_id("ProjectParticipant", named("participant", f"{OLGA.login} {Projects.HAMBURG}"))
ARGUMENTS = {
    "projectCreate": {"groupId": BERLIN, "name": "x"},
    "projectRename": {"projectId": HAMBURG, "name": "x"},
    "projectArchive": {"projectId": HAMBURG},
    "projectEdit": {"projectId": HAMBURG},
    "projectPublish": {"projectId": HAMBURG},
    "projectAddParticipant": {"projectId": HAMBURG, "userId": to_global_id("User", TOM.id), "role": "ADMIN"},
    "projectRemoveParticipant": {"participantId": PARTICIPANT},
    "virtualContainerCreate": {"projectId": HAMBURG, "name": "x"},
    "virtualContainerRename": {"virtualContainerId": LINE_2, "name": "x"},
    "virtualContainerDelete": {"virtualContainerId": LINE_2},
    "virtualContainerAddLicense": {"virtualContainerId": LINE_2, "licenseId": POOL},
    "virtualContainerRemoveLicense": {"virtualContainerId": LINE_2, "licenseId": HIDDEN},
    "virtualContainerPull": {"virtualContainerId": LINE_2, "containerId": OLGAS},
}


def test_every_project_mutation_is_tested_with_invalid_arguments():
    assert set(ARGUMENTS) == {change.name for change in CHANGES}


@pytest.mark.parametrize("mutation", sorted(ARGUMENTS))
async def test_invalid_foreign_and_anonymous_arguments_change_nothing(mutate, change_count, mutation):
    arguments = ARGUMENTS[mutation]
    invalid = {
        name: PARTICIPANT if value != PARTICIPANT else HAMBURG for name, value in arguments.items() if name[-2:] == "Id"
    }
    invalid |= {"name": "x" * 201} if "name" in arguments else {}
    for name, value in invalid.items():
        payload = await mutate(ANN, mutation, "__typename", **arguments | {name: value})
        assert codes_and_paths(payload) == [("BAD_USER_INPUT", ["input", name])]

    # Bea is a member of Acme Berlin and may see it, so a project for Acme is the hidden one.
    foreign = arguments | ({"groupId": to_global_id("Group", Groups.ACME)} if "groupId" in arguments else {})
    assert codes(await mutate(BEA, mutation, "__typename", **foreign)) == ["NOT_FOUND"]
    assert codes(await mutate(None, mutation, "__typename", **arguments)) == ["UNAUTHENTICATED"]
    assert await change_count() == 0
