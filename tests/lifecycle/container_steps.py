"""Steps with containers: registration, container files, borrowing, transfers, checks, resets, blocking and settlement."""

from datetime import timedelta

from resolvers import activations, borrows, checkpoints, containers, transfers
from seeds.cast import Groups, Licenses, Projects
from store.containers import SettleOutcome
from store.groups import Group
from store.projects import Project
from store.restores import RestoreReason
from tests.lifecycle.pool import pick

OWNERS = (
    {"owner": Group, "owner_id": Groups.ACME},
    {"owner": Group, "owner_id": Groups.BERLIN},
    {"owner": Project, "owner_id": Projects.HAMBURG},
    {},
)
FOR_DEVICES = (Licenses.ACME_TEN_SEATS, Licenses.BERLIN_PUBLIC, Licenses.PROJECT_PUBLIC, Licenses.BERLIN_DONGLE)


def _register(pool, a, b, c):
    registration = pool.devices.registration(dongle=c % 2, at=pool.now())
    return {"registration_file": registration, "name": f"device {a}", **pick(OWNERS, b)}


def _activate(pool, a, b, c):
    container_id = pool.devices.any(b)
    return {
        "license_id": pick(FOR_DEVICES, a) if c % 4 else pool("License", a),
        "container_id": container_id,
        "request_file": pool.devices.request(container_id, pool.now()),
    }


def _deactivate(pool, a, _b, _c):
    activation_id = pool.devices.activation(a)
    container_id = pool.devices.holder_of(activation_id)
    return {"activation_id": activation_id, "request_file": pool.devices.request(container_id, pool.now())}


def _confirm(pool, a, b, c):
    activation_id, receipt = pool.devices.receipt(a, pool.now())
    return {"activation_id": activation_id if c % 5 else pool("Activation", b), "receipt_file": receipt}


def _borrow(pool, a, b, c):
    container_id = pool.devices.any(b)
    return {
        "activation_id": pool.devices.activation(a) if c % 4 else pool("Activation", a),
        "container_id": container_id,
        "until": pool.now() + timedelta(days=1 + c % 16),
        "request_file": pool.devices.request(container_id, pool.now()),
    }


def _transfer(pool, a, b, c):
    container_id = pool.devices.any(b) if c % 3 else pool("Container", b)
    return {
        "activation_id": pool("Activation", a),
        "container_id": container_id,
        "request_file": pool.devices.request(container_id, pool.now()) if c % 3 else None,
        "original_available": bool(c % 2),
        "reason": pick(tuple(RestoreReason), c),
    }


def _check(pool, a, _b, _c):
    container_id = pool.devices.any(a)
    return {"container_id": container_id, "file": pool.devices.report(container_id, pool.now())}


def _device(pool, a, b, _c):
    return {"container_id": pool.devices.any(a) if b % 3 else pool("Container", a)}


STEPS = {
    "register": (containers.register_container, _register),
    "activate by file": (activations.activate_license, _activate),
    "deactivate by file": (activations.deactivate_activation, _deactivate),
    "confirm by receipt": (activations.confirm_activation, _confirm),
    "borrow": (borrows.borrow_activation, _borrow),
    "return": (
        borrows.return_activation,
        lambda pool, a, _b, _c: {"activation_id": pool.changed_by("borrow", "Activation", a)},
    ),
    "extend": (
        borrows.extend_activation,
        lambda pool, a, b, _: {
            "activation_id": pool.changed_by("borrow", "Activation", a),
            "until": pool.now() + timedelta(days=1 + b % 16),
        },
    ),
    "transfer": (transfers.transfer_license, _transfer),
    "check container": (checkpoints.check_container, _check),
    "block": (containers.block_container, _device),
    "unblock": (
        containers.unblock_container,
        lambda pool, a, _b, _c: {"container_id": pool.changed_by("block", "Container", a)},
    ),
    "settle": (
        containers.settle_container,
        lambda pool, a, b, _: {
            "container_id": pool.changed_by("counter mismatch", "Container", a),
            "outcome": pick(tuple(SettleOutcome), b),
        },
    ),
    "reset": (containers.reset_container, lambda pool, a, _b, _c: {"container_id": pool("Container", a)}),
    "confirm reset": (
        containers.confirm_reset,
        lambda pool, a, b, _: {"container_id": pool.changed_by("reset", "Container", a), "accept": bool(b % 2)},
    ),
    "delete container": (containers.delete_container, _device),
    "import credential": (
        containers.import_credential,
        lambda pool, a, b, _: {"container_id": pool("Container", a), "device_label": f"device {b % 5}"},
    ),
}
