"""What all things that clients read have in common."""

import strawberry

from schema.actions import Action, Denial
from schema.fields.declare import TYPES, allowed_actions, denied_actions, global_id


@strawberry.interface(description="A thing with an id that stays the same for good.")
class Node:
    """Every entity is one; what may be done with it is told with it."""

    id = global_id("Its id, opaque: it says which thing is meant, in every field that takes an id.")
    viewer_can = allowed_actions(
        list[Action], "What the viewer may do with it, whether or not it is possible at this moment."
    )
    viewer_cannot = denied_actions(list[Denial], "What he may not do with it, and who may.")


@strawberry.interface(description="Whom a license can be given to: a person or technical user, a group, or a project.")
class Assignee:
    """Implemented by User, Group and Project, whose rows all have a name."""

    id: strawberry.ID = strawberry.field(description="Its id, as everywhere.")
    name: str = strawberry.field(description="What people call it.")


TYPES["Assignee"] = Assignee
