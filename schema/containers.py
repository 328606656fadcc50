"""Containers as clients read them."""

from authz.asking import Through
from schema.entities import entity
from schema.fields import column, first_of, to_many, to_one
from schema.nodes import Node
from store.activations import Activation as ActivationRow
from store.containers import Container as ContainerRow
from store.restores import RestoreCase as RestoreCaseRow


@entity(
    ContainerRow, "A place where licenses live: a computer, a dongle, or a cloud that comes by itself with its owner."
)
class Container(Node):
    """What it is, whose it is, and what is in it."""

    name = column(ContainerRow.name, "What people call it.", where=True)
    serial = column(ContainerRow.serial, "Its serial number.", where=True)
    type = column(ContainerRow.type, "What kind of container it is.", where=True)
    state = column(ContainerRow.state, "Whether it takes licenses.", where=True)
    owner = first_of(
        (ContainerRow.owner_user, ContainerRow.owner_group, ContainerRow.owner_project), "Whose it is.", kind="Assignee"
    )
    owner_user = to_one(ContainerRow.owner_user, "The owner, if it is a person or a technical user.", where=True)
    owner_group = to_one(ContainerRow.owner_group, "The owner, if it is a group.", where=True)
    owner_project = to_one(ContainerRow.owner_project, "The owner, if it is a project.", where=True)
    update_counter = column(ContainerRow.update_counter, "How often it was updated.")
    activations = to_many(Through(ActivationRow.container_id), "What was ever put into it.")
    restore_cases = to_many(Through(RestoreCaseRow.lost_container_id), "What was reported about its loss.")
    created_at = column(ContainerRow.created_at, "When it was created.", where=True, order=True)
    updated_at = column(ContainerRow.updated_at, "When it was changed last.")
