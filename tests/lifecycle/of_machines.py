"""Containers: registered, filled and emptied by files or at once, lent to, looked at, reset, locked and settled."""

from datetime import timedelta

from resolvers import activations, borrows, checkpoints, containers, transfers
from seeds.cast import Groups, Licenses, Projects
from store.containers import SettleOutcome
from store.groups import Group
from store.projects import Project
from store.restores import RestoreReason
from tests.lifecycle.choosing import one

OWNERS = (
    {"owner": Group, "owner_id": Groups.ACME},
    {"owner": Group, "owner_id": Groups.BERLIN},
    {"owner": Project, "owner_id": Projects.HAMBURG},
    {},
)
FOR_MACHINES = (Licenses.ACME_TEN_SEATS, Licenses.BERLIN_PUBLIC, Licenses.PROJECT_PUBLIC, Licenses.BERLIN_DONGLE)


def _register(around, a, b, c):
    registration = around.machines.build(dongle=c % 2, at=around.now())
    return {"registration_file": registration, "name": f"machine {a}", **one(OWNERS, b)}


def _put_in(around, a, b, c):
    container_id = around.machines.any(b)
    return {
        "license_id": one(FOR_MACHINES, a) if c % 4 else around("License", a),
        "container_id": container_id,
        "request_file": around.machines.request(container_id, around.now()),
    }


def _take_out(around, a, _b, _c):
    activation_id = around.machines.held(a)
    container_id = around.machines.where(activation_id)
    return {"activation_id": activation_id, "request_file": around.machines.request(container_id, around.now())}


def _receipt(around, a, b, c):
    activation_id, receipt = around.machines.take(a, around.now())
    return {"activation_id": activation_id if c % 5 else around("Activation", b), "receipt_file": receipt}


def _borrow(around, a, b, c):
    container_id = around.machines.any(b)
    return {
        "activation_id": around.machines.held(a) if c % 4 else around("Activation", a),
        "container_id": container_id,
        "until": around.now() + timedelta(days=1 + c % 16),
        "request_file": around.machines.request(container_id, around.now()),
    }


def _transfer(around, a, b, c):
    container_id = around.machines.any(b) if c % 3 else around("Container", b)
    return {
        "activation_id": around("Activation", a),
        "container_id": container_id,
        "request_file": around.machines.request(container_id, around.now()) if c % 3 else None,
        "original_available": bool(c % 2),
        "reason": one(tuple(RestoreReason), c),
    }


def _checkpoint(around, a, _b, _c):
    container_id = around.machines.any(a)
    return {"container_id": container_id, "file": around.machines.report(container_id, around.now())}


def _machine(around, a, b, _c):
    return {"container_id": around.machines.any(a) if b % 3 else around("Container", a)}


STEPS = {
    "register": (containers.register_container, _register),
    "put in by file": (activations.activate_license, _put_in),
    "take out by file": (activations.deactivate_activation, _take_out),
    "bring receipt": (activations.confirm_activation, _receipt),
    "borrow": (borrows.borrow_activation, _borrow),
    "return": (borrows.return_activation, lambda p, a, _b, _c: {"activation_id": p.of("borrow", "Activation", a)}),
    "extend": (
        borrows.extend_activation,
        lambda p, a, b, _: {
            "activation_id": p.of("borrow", "Activation", a),
            "until": p.now() + timedelta(days=1 + b % 16),
        },
    ),
    "transfer": (transfers.transfer_license, _transfer),
    "look in": (checkpoints.check_container, _checkpoint),
    "block": (containers.block_container, _machine),
    "unblock": (
        containers.unblock_container,
        lambda p, a, _b, _c: {"container_id": p.of("block", "Container", a)},
    ),
    "settle": (
        containers.settle_container,
        lambda p, a, b, _: {
            "container_id": p.of("surprise", "Container", a),
            "outcome": one(tuple(SettleOutcome), b),
        },
    ),
    "reset": (containers.reset_container, lambda p, a, _b, _c: {"container_id": p("Container", a)}),
    "answer reset": (
        containers.confirm_reset,
        lambda p, a, b, _: {"container_id": p.of("reset", "Container", a), "accept": bool(b % 2)},
    ),
    "delete container": (containers.delete_container, _machine),
    "import credential": (
        containers.import_credential,
        lambda p, a, b, _: {"container_id": p("Container", a), "device_label": f"device {b % 5}"},
    ),
}
