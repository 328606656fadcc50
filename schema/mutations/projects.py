"""Mutations of projects: plan, publish and archive them, and pull them on site."""

from resolvers import projects, virtual_container_pulls, virtual_containers
from schema.fields.declare_mutation import declare, gives
from schema.fields.inputs import ref, takes, text, value
from schema.mutations.activations import MAX_FILE
from store.containers import Container
from store.groups import Group
from store.licenses import License
from store.projects import ParticipantRole, Project, ProjectParticipant, VirtualContainer
from store.users import User

_FAILED = "null if the mutation failed or the viewer can no longer read it"
_PROJECT = f"The project as it is now; {_FAILED}."
_VIRTUAL = f"The virtual container as it is now; {_FAILED}."
_EDITED = "The virtual container; its project must be in edit mode."
_MAX_NAME = 200


CHANGES = (
    declare(
        projects.create_project,
        "Creates a project in a group. It is in edit mode until it is published.",
        takes(
            "What `projectCreate` needs: the group and a name.",
            group_id=ref("The group to which the project will belong.", Group),
            name=text("The name of the project, 1 to 200 characters.", shortest=1, longest=_MAX_NAME),
        ),
        gives(
            "What `projectCreate` returns.",
            project="The new project; null if the mutation failed, and after a dry run.",
        ),
    ),
    declare(
        projects.rename_project,
        "Renames a project, in edit mode or published.",
        takes(
            "What `projectRename` needs: the project and its new name.",
            project_id=ref("The project to rename.", Project),
            name=text("The new name, 1 to 200 characters.", shortest=1, longest=_MAX_NAME),
        ),
        gives("What `projectRename` returns.", project=_PROJECT),
    ),
    declare(
        projects.archive_project,
        "Archives a project for good. Nothing can be planned or pulled any more; licenses on site stay there.",
        takes("What `projectArchive` needs: the project.", project_id=ref("The project to archive.", Project)),
        gives("What `projectArchive` returns.", project=_PROJECT),
    ),
    declare(
        projects.edit_project,
        "Returns a published project to edit mode. Licenses on site stay valid, and nothing can be pulled until the project is"
        " published again.",
        takes("What `projectEdit` needs: the project.", project_id=ref("The published project to edit.", Project)),
        gives("What `projectEdit` returns.", project=_PROJECT),
    ),
    declare(
        projects.publish_project,
        "Publishes a project: keeps the plan as its next revision, which can be pulled on site. A revision never changes.",
        takes(
            "What `projectPublish` needs: the project.",
            project_id=ref("The project to publish; it must be in edit mode.", Project),
        ),
        gives("What `projectPublish` returns.", project=_PROJECT),
    ),
    declare(
        projects.add_participant,
        "Adds a person to a project. A participant who has another role gets the new one.",
        takes(
            "What `projectAddParticipant` needs: the project, the person and their role.",
            project_id=ref("The project to which the person is added.", Project),
            user_id=ref("The person to add; the viewer must be able to read their account.", User),
            role=value("Whether they prepare the project, or pull it on site.", ParticipantRole),
        ),
        gives(
            "What `projectAddParticipant` returns.",
            project_participant="The participation; null if the mutation failed, and after the dry run of a new one.",
        ),
    ),
    declare(
        projects.remove_participant,
        "Removes a participant from a project.",
        takes(
            "What `projectRemoveParticipant` needs: the participation.",
            participant_id=ref("The participation to end.", ProjectParticipant),
        ),
        gives("What `projectRemoveParticipant` returns.", project=_PROJECT),
    ),
    declare(
        virtual_containers.create_virtual_container,
        "Plans a container in a project that is in edit mode.",
        takes(
            "What `virtualContainerCreate` needs: the project and a name.",
            project_id=ref("The project in which the container is planned; it must be in edit mode.", Project),
            name=text(
                "The name of the virtual container, unique in the project, 1 to 200 characters.",
                shortest=1,
                longest=_MAX_NAME,
            ),
        ),
        gives(
            "What `virtualContainerCreate` returns.",
            virtual_container="The new virtual container; null if the mutation failed, and after a dry run.",
        ),
    ),
    declare(
        virtual_containers.rename_virtual_container,
        "Renames a virtual container of a project that is in edit mode.",
        takes(
            "What `virtualContainerRename` needs: the virtual container and its new name.",
            virtual_container_id=ref(_EDITED, VirtualContainer),
            name=text("The new name, unique in the project, 1 to 200 characters.", shortest=1, longest=_MAX_NAME),
        ),
        gives("What `virtualContainerRename` returns.", virtual_container=_VIRTUAL),
    ),
    declare(
        virtual_containers.delete_virtual_container,
        "Deletes a virtual container of a project that is in edit mode. If it is bound to a real container, that must be empty.",
        takes(
            "What `virtualContainerDelete` needs: the virtual container.",
            virtual_container_id=ref(_EDITED, VirtualContainer),
        ),
        gives("What `virtualContainerDelete` returns.", project=_PROJECT),
    ),
    declare(
        virtual_containers.add_license,
        "Plans a license of the project in a virtual container, in edit mode. The viewer must administer both the project and"
        " the group that owns the license.",
        takes(
            "What `virtualContainerAddLicense` needs: the virtual container and the license.",
            virtual_container_id=ref(_EDITED, VirtualContainer),
            license_id=ref("The license to plan; it must be assigned to the project.", License),
        ),
        gives("What `virtualContainerAddLicense` returns.", virtual_container=_VIRTUAL),
    ),
    declare(
        virtual_containers.remove_license,
        "Removes a license from a virtual container, in edit mode. On site it stays until the next revision is pulled.",
        takes(
            "What `virtualContainerRemoveLicense` needs: the virtual container and the license.",
            virtual_container_id=ref(_EDITED, VirtualContainer),
            license_id=ref("The license to remove.", License),
        ),
        gives("What `virtualContainerRemoveLicense` returns.", virtual_container=_VIRTUAL),
    ),
    declare(
        virtual_container_pulls.pull_virtual_container,
        "Brings the published licenses of a virtual container into a real one: all of them into an empty one, later the"
        " difference. A cloud container receives them immediately. A local container or a dongle receives one file per pull:"
        " pull again with its receipt and its next request until the virtual container is BOUND. While the project is in edit"
        " mode nothing can be pulled (PROJECT_NOT_PUBLISHED); repeat a pull that meets a publication (CONFLICT).",
        takes(
            "What `virtualContainerPull` needs: the virtual container, the real one and, for a local container or a dongle, its"
            " files.",
            virtual_container_id=ref("The virtual container to pull.", VirtualContainer),
            container_id=ref(
                "The empty container to bind; null if the virtual container is bound already.", Container, optional=True
            ),
            request_file=text(
                "The request of a local container or a dongle for its next file, at most 200,000 characters. Null for a cloud"
                " container, and if nothing is left to pull.",
                longest=MAX_FILE,
                optional=True,
            ),
            receipt_file=text(
                "The receipt of a local container or a dongle for its last file, at most 200,000 characters. Null for a cloud"
                " container, and with the first pull.",
                longest=MAX_FILE,
                optional=True,
            ),
        ),
        gives(
            "What `virtualContainerPull` returns.",
            virtual_container=_VIRTUAL,
            container=f"The real container as it is now; {_FAILED}.",
            license_file="The next file for a local container or a dongle to import; null if it needs none.",
        ),
    ),
)
