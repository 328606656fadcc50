"""Containers as clients read them."""

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
    """Devices with a credential that still counts, whether or not it has to be renewed."""
    device = aliased(ContainerDevice)
    held = sa.select(sa.func.count()).where(device.container_id == container.id, device.ended_at.is_(None))
    return held.correlate_except(device).scalar_subquery()


@entity(
    ContainerRow,
    "A place where licenses live: a computer, a dongle, or a cloud that comes by itself with its owner.",
)
class Container(Node):
    """What it is, whose it is, and what is in it."""

    name = column(ContainerRow.name, "What people call it.", filterable=True)
    serial = column(ContainerRow.serial, "Its serial number.", filterable=True)
    type = column(ContainerRow.type, "What kind of container it is.", filterable=True)
    state = column(ContainerRow.state, "Whether it takes licenses.", filterable=True)
    owner = first_of(
        (ContainerRow.owner_user, ContainerRow.owner_group, ContainerRow.owner_project),
        "Whose it is.",
        interface="Assignee",
    )
    owner_user = to_one(ContainerRow.owner_user, "The owner, if it is a person or a technical user.", filterable=True)
    owner_group = to_one(ContainerRow.owner_group, "The owner, if it is a group.", filterable=True)
    owner_project = to_one(ContainerRow.owner_project, "The owner, if it is a project.", filterable=True)
    update_counter = column(ContainerRow.update_counter, "How often it was updated.")
    credential_generation = column(ContainerRow.credential_generation, "How often its credentials were voided, from 1.")
    last_contact_at = column(ContainerRow.last_contact_at, "When it has last sent a file.")
    reset_requested_at = column(ContainerRow.reset_requested_at, "Since when a reset waits for its owner's word.")
    active_devices = sql_expression(
        "active_devices", active_devices, int, "On how many devices its credentials are in use."
    )
    activations = to_many(ParentLink(ActivationRow.container_id), "What was ever put into it.")
    restore_cases = to_many(ParentLink(RestoreCaseRow.lost_container_id), "What was reported about its loss.")
    created_at = column(ContainerRow.created_at, "When it was created.", filterable=True, sortable=True)
    updated_at = column(ContainerRow.updated_at, "When it was changed last.")
