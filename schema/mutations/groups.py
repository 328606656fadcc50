"""Mutations of groups."""

from resolvers import groups
from schema.fields.declare_mutation import declare, gives
from schema.fields.inputs import ref, takes, text, value
from store.groups import Group, GroupKind

_GROUP = "The group to change."
_CHANGED = "The group as it is now; null if the mutation failed or the viewer can no longer read it."
_NAME = "The name of the group, 1 to 200 characters."
_LONGEST = 200

CHANGES = (
    declare(
        groups.create_group,
        "Creates a group below one that the viewer administers, with its cloud container. Only the vendor creates groups at the"
        " top level.",
        takes(
            "What `groupCreate` needs: the name, the kind and the place of the group.",
            name=text(_NAME, shortest=1, longest=_LONGEST),
            kind=value("The kind of the group; only the vendor creates groups of kind ISV and RESELLER.", GroupKind),
            parent_id=ref("The group above it; null: the top level.", Group, optional=True),
            is_internal=value(
                "Whether the group is a department of the vendor; null: only if its kind is ISV. Only the vendor sets it.",
                bool | None,
                default=None,
            ),
        ),
        gives("What `groupCreate` returns.", group="The new group; null if the mutation failed or after a dry run."),
    ),
    declare(
        groups.rename_group,
        "Renames a group.",
        takes(
            "What `groupRename` needs: the group and its new name.",
            group_id=ref(_GROUP, Group),
            name=text(_NAME, shortest=1, longest=_LONGEST),
        ),
        gives("What `groupRename` returns.", group=_CHANGED),
    ),
    declare(
        groups.modify_group,
        "Changes the kind of a group below one that the viewer administers; arguments that are null change nothing.",
        takes(
            "What `groupModify` needs: the group and its new values.",
            group_id=ref(_GROUP, Group),
            kind=value(
                "The kind of the group; only the vendor sets or ends ISV and RESELLER.", GroupKind | None, default=None
            ),
            is_internal=value(
                "Whether the group is a department of the vendor; only the vendor changes it.",
                bool | None,
                default=None,
            ),
        ),
        gives("What `groupModify` returns.", group=_CHANGED),
    ),
    declare(
        groups.move_group,
        "Moves a group with its subtree below another group. Licenses that groups no longer above it had assigned into it return"
        " to them.",
        takes(
            "What `groupMove` needs: the group and its new place.",
            group_id=ref("The group to move.", Group),
            parent_id=ref("The new group above it; null: the top level, for the vendor only.", Group, optional=True),
        ),
        gives("What `groupMove` returns.", group=_CHANGED),
    ),
    declare(
        groups.delete_group,
        "Deletes a group that is empty, or one whose content moves to its parent; its members become plain members there.",
        takes(
            "What `groupDelete` needs: the group, and what happens to its content.",
            group_id=ref("The group to delete.", Group),
            move_content_to_parent=value(
                "Whether licenses, members, subgroups and all other content move to the parent. If false, the mutation fails"
                " where there is any.",
                bool,
                default=False,
            ),
        ),
        gives(
            "What `groupDelete` returns.",
            group="The deleted group; null if the mutation failed, and for viewers who are not employees of the vendor.",
        ),
    ),
)
