"""The GraphQL type of containers."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from authz.lists.queries import ParentLink
from schema.fields.declare import column, first_of, sql_expression, to_many, to_one
from schema.fields.entities import entity
from schema.nodes import Node
from store.activations import Activation as ActivationRow
from store.containers import Container as ContainerRow
from store.devices import ContainerDevice
from store.restores import RestoreCase as RestoreCaseRow


def active_devices(container: Any) -> sa.ColumnElement[int]:
    """The number of devices with a credential that was not released, even if it has to be renewed."""
    device = aliased(ContainerDevice)
    held = sa.select(sa.func.count()).where(device.container_id == container.id, device.ended_at.is_(None))
    return held.correlate_except(device).scalar_subquery()


@entity(
    ContainerRow,
    "A place where licenses are activated: a computer, a dongle, or a cloud container, which is created automatically with "
    "its owner.",
)
class Container(Node):
    """A container with its owner, state and activations."""

    name = column(
        ContainerRow.name, "The name of the container, chosen by its users. It may be empty.", filterable=True
    )
    serial = column(ContainerRow.serial, "The serial number of the container, unique in the portal.", filterable=True)
    type = column(ContainerRow.type, "The type of the container, which never changes.", filterable=True)
    state = column(ContainerRow.state, "Whether licenses can be activated in the container.", filterable=True)
    owner = first_of(
        (ContainerRow.owner_user, ContainerRow.owner_group, ContainerRow.owner_project),
        "The user, group or project that owns the container. Null if the viewer may not read it.",
        interface="Assignee",
    )
    owner_user = to_one(
        ContainerRow.owner_user,
        "The person or technical user who owns the container. Null if a group or project owns it.",
        filterable=True,
    )
    owner_group = to_one(
        ContainerRow.owner_group,
        "The group that owns the container. Null if a user or project owns it.",
        filterable=True,
    )
    owner_project = to_one(
        ContainerRow.owner_project,
        "The project that owns the container. Null if a user or group owns it.",
        filterable=True,
    )
    update_counter = column(
        ContainerRow.update_counter,
        "The number of license files that the container has imported, as far as the portal knows.",
    )
    credential_generation = column(
        ContainerRow.credential_generation,
        "The generation of the container's credentials, counted from 1. A reset increases it and invalidates older ones.",
    )
    last_contact_at = column(
        ContainerRow.last_contact_at, "When the container last sent a file to the portal. Null: never."
    )
    reset_requested_at = column(
        ContainerRow.reset_requested_at,
        "When an administrator requested a reset that the owner has to confirm. Null: no request is pending.",
    )
    active_devices = sql_expression(
        "active_devices", active_devices, int, "The number of devices that have a credential for the container."
    )
    activations = to_many(
        ParentLink(ActivationRow.container_id), "The activations in the container, including those that have ended."
    )
    restore_cases = to_many(
        ParentLink(RestoreCaseRow.lost_container_id),
        "The restore cases in which the loss of the container was reported.",
    )
    created_at = column(ContainerRow.created_at, "When the container was created.", filterable=True, sortable=True)
    updated_at = column(ContainerRow.updated_at, "When the container was last changed.")
