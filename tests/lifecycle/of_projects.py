"""Projects: prepared, staffed, published, carried out on site, opened again and ended."""

from resolvers import projects, virtual_container_pulls, virtual_containers
from seeds.cast import Groups, Licenses, VirtualContainers
from store.projects import ParticipantRole
from tests.lifecycle.choosing import one

PLANNED = (VirtualContainers.BREMEN_TABLE, VirtualContainers.HAMBURG_LINE_2)
OF_PROJECTS = (Licenses.PROJECT_PUBLIC, Licenses.PROJECT_ADMIN_ONLY)


def _planned(around, a, b, c):
    if c % 3:
        return {
            "virtual_container_id": one(PLANNED, a),
            "license_id": around.of("assign to project", "License", b),
        }
    license_id = one(OF_PROJECTS, b) if c % 2 else around("License", b)
    return {"virtual_container_id": around("VirtualContainer", a), "license_id": license_id}


def _pull(around, a, b, c):
    """One after the other: the receipt for the last file, and the request for the next."""
    container_id = around.machines.any(b) if c % 3 else around("Container", b)
    _, receipt = around.machines.take(b, around.now()) if c % 2 else (None, None)
    return {
        "virtual_container_id": around("VirtualContainer", a),
        "container_id": container_id if c % 5 else None,
        "request_file": around.machines.request(container_id, around.now()) if c % 3 else None,
        "receipt_file": receipt,
    }


def of_project(around, a, _b, _c):
    return {"project_id": around("Project", a)}


STEPS = {
    "create project": (
        projects.create_project,
        lambda p, a, b, _: {"group_id": one((Groups.ACME, Groups.BERLIN, p("Group", a)), a), "name": f"Plant {b}"},
    ),
    "add participant": (
        projects.add_participant,
        lambda p, a, b, c: {
            "project_id": p("Project", a),
            "user_id": p("User", b),
            "role": one(tuple(ParticipantRole), c),
        },
    ),
    "remove participant": (
        projects.remove_participant,
        lambda p, a, _b, _c: {"participant_id": p("ProjectParticipant", a)},
    ),
    "plan container": (
        virtual_containers.create_virtual_container,
        lambda p, a, b, _: {"project_id": p("Project", a), "name": f"Line {b}"},
    ),
    "plan no container": (
        virtual_containers.delete_virtual_container,
        lambda p, a, _b, _c: {"virtual_container_id": p("VirtualContainer", a)},
    ),
    "plan license": (virtual_containers.add_license, _planned),
    "plan no license": (virtual_containers.remove_license, _planned),
    "publish": (projects.publish_project, of_project),
    "edit project": (projects.edit_project, of_project),
    "pull": (virtual_container_pulls.pull_virtual_container, _pull),
    "archive project": (projects.archive_project, lambda p, a, b, _: {"project_id": p("Project", a * (b % 3))}),
}
