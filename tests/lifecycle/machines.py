"""The computers and dongles of the demo world, and the post between them and the portal: some of it old, some of it twice."""

from uuid import UUID

from license_central.simulated_container import SimulatedContainer, UpdateRefused
from store.containers import ContainerType

MOST = 8
NOWHERE = UUID(int=1)
NO_FILE = "no file"


class Machines:
    """Whoever acts chooses one by a number; `at` is the moment at which it speaks."""

    def __init__(self, jwks):
        self._jwks = jwks
        self._new = None
        self._standing = {}
        self._updates = {}
        self._receipts = {}

    def build(self, dongle, at):
        """The registration of a new one; of the last one again when there are enough."""
        if self._new is None or len(self._standing) < MOST:
            self._new = SimulatedContainer(ContainerType.DONGLE if dongle else ContainerType.LOCAL, self._jwks)
        return self._new.register(at)

    def stands(self, container_id):
        """The portal has taken the new one in."""
        self._standing[container_id] = self._new

    def any(self, pick):
        return list(self._standing)[pick % len(self._standing)] if self._standing else NOWHERE

    def request(self, container_id, at):
        machine = self._standing.get(container_id)
        return machine.request(at) if machine else NO_FILE

    def report(self, container_id, at):
        machine = self._standing.get(container_id)
        return machine.report(at) if machine else NO_FILE

    def held(self, pick):
        """A seat that is in a machine, as far as the machine knows."""
        seats = [each for machine in self._standing.values() for each in machine.held]
        return seats[pick % len(seats)] if seats else NOWHERE

    def where(self, activation_id):
        return next((each for each, machine in self._standing.items() if activation_id in machine.held), NOWHERE)

    def post(self, container_id, activation_id, content):
        """An update file for one of them; what is for a cloud never comes here."""
        if container_id in self._standing:
            self._updates.setdefault(container_id, []).append((activation_id, content))

    def take(self, pick, at):
        """A machine takes in the last update that has come for it: whose seat it was, and the receipt.

        Where there is none, or the machine does not take it, the receipt is the last one that it gave, if any.
        """
        waiting = [each for each, updates in self._updates.items() if updates]
        if not waiting:
            return self._last(self.any(pick))
        container_id = waiting[pick % len(waiting)]
        activation_id, update = self._updates[container_id].pop()
        try:
            receipt = self._standing[container_id].import_file(update, at)
        except UpdateRefused:
            return self._last(container_id)
        self._receipts[container_id] = activation_id, receipt
        return activation_id, receipt

    def _last(self, container_id):
        return self._receipts.get(container_id, (NOWHERE, NO_FILE))
