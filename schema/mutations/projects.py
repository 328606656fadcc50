"""What clients may do with projects: prepare, publish and archive them, and carry them out on site."""

from resolvers import projects, virtual_container_pulls, virtual_containers
from schema.fields.declare import shown
from schema.fields.declare_mutation import declare, gives, told_once
from schema.fields.inputs import ref, takes, text, value
from store.containers import Container
from store.groups import Group
from store.licenses import License
from store.projects import ParticipantRole, Project, ProjectParticipant, VirtualContainer
from store.users import User

_PROJECT = "Which project."
_NOW = "The project as it is now."
_PLANNED = "Which virtual container."
_PLANNED_NOW = "The virtual container as it is now; null after a dry run of something new."
_NAME = 200
_FILE = 200_000


CHANGES = (
    declare(
        projects.create_project,
        "Begin a project in a group; it is in edit mode.",
        takes(
            "What is begun where.",
            group_id=ref("In which group.", Group),
            name=text("What people will call it; 1 to 200 characters.", shortest=1, longest=_NAME),
        ),
        gives("What became of the beginning.", project=shown(Project, "The new project; null after a dry run.")),
    ),
    declare(
        projects.rename_project,
        "Give a project another name.",
        takes(
            "Which project is called what.",
            project_id=ref(_PROJECT, Project),
            name=text("Its new name; 1 to 200 characters.", shortest=1, longest=_NAME),
        ),
        gives("What became of the name.", project=shown(Project, _NOW)),
    ),
    declare(
        projects.archive_project,
        "End a project: nothing is planned or pulled any more, and what is on site stays.",
        takes("Which project ends.", project_id=ref(_PROJECT, Project)),
        gives("What became of the end.", project=shown(Project, _NOW)),
    ),
    declare(
        projects.edit_project,
        "Switch a published project back to edit mode; what is on site stays valid, and nothing new arrives there.",
        takes("Which project is changed.", project_id=ref(_PROJECT, Project)),
        gives("What became of the switch.", project=shown(Project, _NOW)),
    ),
    declare(
        projects.publish_project,
        "Keep what is planned as the next revision, for good, and let it be pulled.",
        takes("Which project is published.", project_id=ref(_PROJECT, Project)),
        gives("What became of the publication.", project=shown(Project, _NOW)),
    ),
    declare(
        projects.add_participant,
        "Let somebody take part in a project; who takes part already gets the role.",
        takes(
            "Who takes part in what, as what.",
            project_id=ref(_PROJECT, Project),
            user_id=ref("Who takes part.", User),
            role=value("Whether to prepare it or to carry it out.", ParticipantRole),
        ),
        gives(
            "What became of the participation.",
            project_participant=shown(ProjectParticipant, "That somebody takes part; null after a dry run."),
        ),
    ),
    declare(
        projects.remove_participant,
        "Let somebody take part no longer.",
        takes("Who leaves.", participant_id=ref("Which participation ends.", ProjectParticipant)),
        gives("What became of the end.", project=shown(Project, _NOW)),
    ),
    declare(
        virtual_containers.create_virtual_container,
        "Plan a container in a project that is in edit mode.",
        takes(
            "What is planned where.",
            project_id=ref(_PROJECT, Project),
            name=text("What people will call it; 1 to 200 characters.", shortest=1, longest=_NAME),
        ),
        gives("What became of the plan.", virtual_container=shown(VirtualContainer, _PLANNED_NOW)),
    ),
    declare(
        virtual_containers.rename_virtual_container,
        "Give a virtual container another name, in edit mode.",
        takes(
            "Which is called what.",
            virtual_container_id=ref(_PLANNED, VirtualContainer),
            name=text("Its new name; 1 to 200 characters.", shortest=1, longest=_NAME),
        ),
        gives("What became of the name.", virtual_container=shown(VirtualContainer, _PLANNED_NOW)),
    ),
    declare(
        virtual_containers.delete_virtual_container,
        "Plan a container no longer; one that has become real has to be emptied first.",
        takes("Which is not planned any more.", virtual_container_id=ref(_PLANNED, VirtualContainer)),
        gives("What became of the end.", project=shown(Project, _NOW)),
    ),
    declare(
        virtual_containers.add_license,
        "Plan a license of the project in a virtual container, in edit mode; for administrators of the project and of "
        "the group that the license comes from.",
        takes(
            "Which license is planned where.",
            virtual_container_id=ref(_PLANNED, VirtualContainer),
            license_id=ref("Which license; it is assigned to the project.", License),
        ),
        gives("What became of the plan.", virtual_container=shown(VirtualContainer, _PLANNED_NOW)),
    ),
    declare(
        virtual_containers.remove_license,
        "Plan a license no longer, in edit mode; on site it stays until the next revision is pulled.",
        takes(
            "Which license leaves which virtual container.",
            virtual_container_id=ref(_PLANNED, VirtualContainer),
            license_id=ref("Which license.", License),
        ),
        gives("What became of the plan.", virtual_container=shown(VirtualContainer, _PLANNED_NOW)),
    ),
    declare(
        virtual_container_pulls.pull_virtual_container,
        "On site: bring the published licenses into a real container; all of them into an empty one, later the difference. "
        "A cloud takes them at once. A computer or dongle takes one file after the other: pull with its receipt and its next "
        "request, until the virtual container is BOUND. While the project is in edit mode nothing is pulled "
        "(PROJECT_NOT_PUBLISHED), and a pull that meets a publication is to be repeated (CONFLICT).",
        takes(
            "What becomes which container.",
            virtual_container_id=ref(_PLANNED, VirtualContainer),
            container_id=ref(
                "The empty container that it becomes; may be left out once it has become one.",
                Container,
                optional=True,
            ),
            request_file=text(
                "The request of a container in the field, for its next file.",
                longest=_FILE,
                optional=True,
            ),
            receipt_file=text(
                "The receipt of a container in the field, for its last file.",
                longest=_FILE,
                optional=True,
            ),
        ),
        gives(
            "What became of the pull.",
            virtual_container=shown(VirtualContainer, _PLANNED_NOW),
            container=shown(Container, "The real container as it is now."),
            license_file=told_once("The next file for a container in the field; null where it needs none."),
        ),
    ),
)
