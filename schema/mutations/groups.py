"""What clients may do with the tree of groups."""

from resolvers import groups
from schema.fields.declare import shown
from schema.fields.declare_mutation import declare, gives
from schema.fields.inputs import ref, takes, text, value
from store.groups import Group, GroupKind

_GROUP = "Which group."
_CHANGED = "The group as it is now."
_NAME = "What people call it; up to 200 characters."
_LONGEST = 200

CHANGES = (
    declare(
        groups.create_group,
        "Create a group, below one that you administer; at the top only the vendor does. It has a cloud container at once.",
        takes(
            "What is created where.",
            name=text(_NAME, shortest=1, longest=_LONGEST),
            kind=value(
                "What it stands for; resellers and departments of the vendor are named by the vendor.",
                GroupKind,
            ),
            parent_id=ref("Below which group; null: at the top.", Group, optional=True),
            is_internal=value("Whether it is a department of the vendor.", bool | None, default=None),
        ),
        gives("What became of it.", group=shown(Group, "The new group; null after a dry run.")),
    ),
    declare(
        groups.rename_group,
        "Give a group another name.",
        takes(
            "Which group is called what.",
            group_id=ref(_GROUP, Group),
            name=text(_NAME, shortest=1, longest=_LONGEST),
        ),
        gives("What became of it.", group=shown(Group, _CHANGED)),
    ),
    declare(
        groups.modify_group,
        "Say what a group below yours stands for; what is left out stays.",
        takes(
            "Which group stands for what.",
            group_id=ref(_GROUP, Group),
            kind=value("What it stands for.", GroupKind | None, default=None),
            is_internal=value(
                "Whether it is a department of the vendor; said by the vendor.",
                bool | None,
                default=None,
            ),
        ),
        gives("What became of it.", group=shown(Group, _CHANGED)),
    ),
    declare(
        groups.move_group,
        "Hang a group, with all below it, under another one. Licenses that groups no longer above it had lent there go back.",
        takes(
            "Which group goes where.",
            group_id=ref(_GROUP, Group),
            parent_id=ref("Below which group; null: to the top.", Group, optional=True),
        ),
        gives("What became of it.", group=shown(Group, _CHANGED)),
    ),
    declare(
        groups.delete_group,
        "Delete a group that holds nothing, or one whose content goes up to its parent; members come there as plain members.",
        takes(
            "Which group goes.",
            group_id=ref(_GROUP, Group),
            move_content_to_parent=value("Whether its content goes up to its parent.", bool, default=False),
        ),
        gives(
            "What became of it.",
            group=shown(Group, "The group that was deleted, for the vendor's people; null for everybody else."),
        ),
    ),
)
