"""Steps with projects, their participants, planned containers and pulls."""

from resolvers import projects, virtual_container_pulls, virtual_containers
from seeds.cast import Groups, Licenses, VirtualContainers
from store.projects import ParticipantRole
from tests.lifecycle.pool import pick

NOT_PULLED = (VirtualContainers.BREMEN_TABLE, VirtualContainers.HAMBURG_LINE_2)
ASSIGNED = (Licenses.PROJECT_PUBLIC, Licenses.PROJECT_ADMIN_ONLY)


def _planned(pool, a, b, c):
    if c % 3:
        return {
            "virtual_container_id": pick(NOT_PULLED, a),
            "license_id": pool.changed_by("assign to project", "License", b),
        }
    license_id = pick(ASSIGNED, b) if c % 2 else pool("License", b)
    return {"virtual_container_id": pool("VirtualContainer", a), "license_id": license_id}


def _pull(pool, a, b, c):
    """A pull takes several calls: each has the receipt for the last file and the request for the next one."""
    container_id = pool.devices.any(b) if c % 3 else pool("Container", b)
    _, receipt = pool.devices.receipt(b, pool.now()) if c % 2 else (None, None)
    return {
        "virtual_container_id": pool("VirtualContainer", a),
        "container_id": container_id if c % 5 else None,
        "request_file": pool.devices.request(container_id, pool.now()) if c % 3 else None,
        "receipt_file": receipt,
    }


def of_project(pool, a, _b, _c):
    return {"project_id": pool("Project", a)}


STEPS = {
    "create project": (
        projects.create_project,
        lambda pool, a, b, _: {
            "group_id": pick((Groups.ACME, Groups.BERLIN, pool("Group", a)), a),
            "name": f"Plant {b}",
        },
    ),
    "add participant": (
        projects.add_participant,
        lambda pool, a, b, c: {
            "project_id": pool("Project", a),
            "user_id": pool("User", b),
            "role": pick(tuple(ParticipantRole), c),
        },
    ),
    "remove participant": (
        projects.remove_participant,
        lambda pool, a, _b, _c: {"participant_id": pool("ProjectParticipant", a)},
    ),
    "create virtual container": (
        virtual_containers.create_virtual_container,
        lambda pool, a, b, _: {"project_id": pool("Project", a), "name": f"Line {b}"},
    ),
    "delete virtual container": (
        virtual_containers.delete_virtual_container,
        lambda pool, a, _b, _c: {"virtual_container_id": pool("VirtualContainer", a)},
    ),
    "plan license": (virtual_containers.add_license, _planned),
    "unplan license": (virtual_containers.remove_license, _planned),
    "publish": (projects.publish_project, of_project),
    "edit project": (projects.edit_project, of_project),
    "pull": (virtual_container_pulls.pull_virtual_container, _pull),
    "archive project": (projects.archive_project, lambda pool, a, b, _: {"project_id": pool("Project", a * (b % 3))}),
}
