"""The computers and dongles of the users, and the files between them and the portal: some are outdated, some are sent twice."""

from uuid import UUID

from license_central.simulated_container import SimulatedContainer, UpdateRefused
from store.containers import ContainerType

MAX_DEVICES = 8
UNKNOWN_ID = UUID(int=1)
NO_FILE = "no file"


class Devices:
    """The devices by the ID of their container; `at` is the time at which a device signs."""

    def __init__(self, jwks):
        self._jwks = jwks
        self._new = None
        self._registered = {}
        self._updates = {}
        self._receipts = {}

    def registration(self, dongle, at):
        """The registration file of a new device, or of the latest one once there are enough."""
        if self._new is None or len(self._registered) < MAX_DEVICES:
            self._new = SimulatedContainer(ContainerType.DONGLE if dongle else ContainerType.LOCAL, self._jwks)
        return self._new.register(at)

    def add_new(self, container_id):
        """The portal has registered the new device under this ID."""
        self._registered[container_id] = self._new

    def any(self, number):
        ids = list(self._registered)
        return ids[number % len(ids)] if ids else UNKNOWN_ID

    def request(self, container_id, at):
        device = self._registered.get(container_id)
        return device.request(at) if device else NO_FILE

    def report(self, container_id, at):
        device = self._registered.get(container_id)
        return device.report(at) if device else NO_FILE

    def activation(self, number):
        """An activation that a device holds, as far as the device knows."""
        held = [activation_id for device in self._registered.values() for activation_id in device.held]
        return held[number % len(held)] if held else UNKNOWN_ID

    def holder_of(self, activation_id):
        holders = (id_ for id_, device in self._registered.items() if activation_id in device.held)
        return next(holders, UNKNOWN_ID)

    def deliver(self, container_id, activation_id, content):
        """Queue an update file for its device; the files of cloud containers are not delivered."""
        if container_id in self._registered:
            self._updates.setdefault(container_id, []).append((activation_id, content))

    def receipt(self, number, at):
        """Import the latest update on a device that waits for one; returns its activation and the receipt.

        Where there is no update, or the device refuses it, the last receipt of the device, if it has one.
        """
        waiting = [container_id for container_id, updates in self._updates.items() if updates]
        if not waiting:
            return self._last_receipt(self.any(number))
        container_id = waiting[number % len(waiting)]
        activation_id, update = self._updates[container_id].pop()
        try:
            receipt = self._registered[container_id].import_file(update, at)
        except UpdateRefused:
            return self._last_receipt(container_id)
        self._receipts[container_id] = activation_id, receipt
        return activation_id, receipt

    def _last_receipt(self, container_id):
        return self._receipts.get(container_id, (UNKNOWN_ID, NO_FILE))
