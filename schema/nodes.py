"""The interfaces of the schema."""

import strawberry

from schema.actions import Action, Denial
from schema.fields.declare import TYPES, allowed_actions, denied_actions, global_id


@strawberry.interface(description="An object with a global ID, as in the Relay specification.")
class Node:
    """Implemented by every entity."""

    id = global_id(
        "The global ID of the object: opaque, and the same forever. It is accepted by every argument that takes an ID."
    )
    viewer_can = allowed_actions(
        list[Action],
        "The actions that the viewer may perform on the object, even if its current state does not allow them.",
    )
    viewer_cannot = denied_actions(
        list[Denial], "The actions that the viewer may not perform on the object, and who may."
    )


@strawberry.interface(
    description="An object to which a license can be assigned: a person or technical user, a group, or a project."
)
class Assignee:
    """Implemented by User, Group and Project, which all have a name."""

    id: strawberry.ID = strawberry.field(description="The global ID of the user, group or project.")
    name: str = strawberry.field(description="The name of the user, group or project.")


TYPES["Assignee"] = Assignee
