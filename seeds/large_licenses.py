"""The licenses of a large world, with their activations and notifications."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any, NamedTuple
from uuid import UUID

from seeds.large_catalog import Catalog, Sites
from seeds.large_people import People
from seeds.large_tree import Tree
from seeds.rng import SeededRandom
from seeds.rows import Rows
from store.activations import ActivationState
from store.groups import GroupKind
from store.license_states import Lifecycle, Visibility
from store.products import LicenseModel

DAY, YEAR = timedelta(days=1), timedelta(days=365)
_TRIAL = 30 * DAY
_DEALERS = (GroupKind.ISV, GroupKind.RESELLER)
_LICENSE = (
    "id",
    "created_at",
    "updated_at",
    "product_id",
    "model",
    "quantity",
    "owner_group_id",
    "owner_user_id",
    "assigned_user_id",
    "assigned_group_id",
    "assigned_project_id",
    "visibility",
    "lifecycle",
    "starts_at",
    "expires_at",
    "anchor_at",
    "period",
    "days",
    "auto_renew",
    "not_for_resale",
)
_ACTIVATION = (
    "id",
    "created_at",
    "updated_at",
    "license_id",
    "container_id",
    "state",
    "seat",
    "requested_by_id",
    "requested_at",
    "receipt_at",
    "ended_at",
)
_NOTIFICATION = ("id", "created_at", "updated_at", "recipient_id", "event", "license_id", "dedupe_key")

_MODELS = tuple(LicenseModel)
_MODEL_WEIGHTS = tuple(accumulate((18, 10, 37, 18, 7, 6, 4)))
_TARGETS = ("group", "person", "pool", "project", "customer", "server")
_TARGET_WEIGHTS = tuple(accumulate((62, 15, 12, 4, 6, 1)))
_ENDED = {ActivationState.RETURNED: 0.95, ActivationState.WITHDRAWN: 0.965, ActivationState.REPLACED: 0.98}


class Placement(NamedTuple):
    """The owner and the assignee of a license, by number."""

    owner_group: int | None
    owner_user: int | None = None
    user: int | None = None
    group: int | None = None
    project: int | None = None
    home: int | None = None
    """The group of the assigned person."""


class Sale(NamedTuple):
    """What audit entries about a license refer to."""

    license: UUID
    at: datetime
    actor: UUID
    group: UUID | None


class Market:
    """Creates licenses in chronological order."""

    def __init__(
        self, rng: SeededRandom, *, tree: Tree, people: People, catalog: Catalog, sites: Sites, now: datetime
    ) -> None:
        self.rng, self.tree, self.people, self.catalog, self.sites = rng, tree, people, catalog, sites
        self.now = now
        self._groups = range(people.groups)
        self._group_weights = list(accumulate(self._weight(group) for group in self._groups))
        self._product_weights = list(accumulate(1 / (rank + 1) ** 0.7 for rank in range(len(catalog.products))))
        self._servers = list(people.homes)
        self.last_batch: list[Sale] = []
        self._demo_ends: dict[tuple[int, int | None, int | None], datetime] = {}  # by product and owner
        self._pending: set[UUID] = set()  # containers with an open operation

    def sell(self, instants: Sequence[datetime]) -> list[Rows]:
        """Create a license for each instant, with its features, activations and notifications."""
        rng, count = self.rng, len(instants)
        products = rng.choices(range(len(self.catalog.products)), cum_weights=self._product_weights, k=count)
        owners = rng.choices(self._groups, cum_weights=self._group_weights, k=count)
        models = rng.choices(_MODELS, cum_weights=_MODEL_WEIGHTS, k=count)
        targets = rng.choices(_TARGETS, cum_weights=_TARGET_WEIGHTS, k=count)
        self.last_batch = []
        licenses: list[tuple[Any, ...]] = []
        features: list[tuple[Any, ...]] = []
        activations: list[tuple[Any, ...]] = []
        notifications: list[tuple[Any, ...]] = []
        for at, product, owner, model, target in zip(instants, products, owners, models, targets, strict=True):
            placement = self._placement(target, owner)
            license_id = rng.id_at(at)
            record, quantity = self._license(license_id, at, product, model, placement)
            licenses.append(record)
            self.last_batch.append(self._sale(license_id, at, placement))
            if rng.random() < 0.2:  # noqa: PLR2004
                features.append((license_id, rng.choice(self.catalog.features[product])))
            if rng.random() < 0.4 or quantity > 4:  # noqa: PLR2004
                self._activate(activations, license_id, quantity, at, placement)
            if placement.user is not None and placement.user not in self.people.homes and rng.random() < 0.25:  # noqa: PLR2004
                event = "LICENSE_ASSIGNED"
                notifications.append(
                    (rng.id_at(at), at, at, self.people.ids[placement.user], event, license_id, str(license_id))
                )
        return [
            Rows("licenses", _LICENSE, licenses),
            Rows("license_features", ("license_id", "feature_id"), features),
            Rows("activations", _ACTIVATION, activations),
            Rows("notifications", _NOTIFICATION, notifications),
        ]

    def _weight(self, group: int) -> float:
        return 40 if self.tree.kinds[group] in _DEALERS else self.rng.skewed(1.3, most=40)

    def _sale(self, license_id: UUID, at: datetime, placement: Placement) -> Sale:
        if placement.owner_group is None:
            return Sale(license_id, at, self.people.ids[placement.owner_user or 0], None)
        actor = self.people.ids[self.people.admin_of(placement.owner_group)]
        return Sale(license_id, at, actor, self.tree.ids[placement.owner_group])

    def _placement(self, target: str, owner: int) -> Placement:
        rng, tree, people = self.rng, self.tree, self.people
        if target == "customer" and people.ungrouped:
            customer = rng.choice(people.ungrouped)
            return Placement(None, owner_user=customer, user=customer)
        if target == "project":
            project = rng.randrange(len(self.sites.ids))
            return Placement(self.sites.groups[project], project=project)
        if target == "server" and self._servers:
            server = rng.choice(self._servers)
            return Placement(people.homes[server], user=server, home=people.homes[server])
        if target == "pool":
            return Placement(owner)
        group = owner if rng.random() < 0.7 else tree.random_descendant(owner, rng)  # noqa: PLR2004
        if target == "person":
            return Placement(owner, user=rng.choice(people.members[group]), home=group)
        return Placement(owner, group=group)

    def _license(
        self, license_id: UUID, at: datetime, product: int, model: LicenseModel, placement: Placement
    ) -> tuple[tuple[Any, ...], int]:
        rng, tree, people = self.rng, self.tree, self.people
        owner = placement.owner_group
        if not self._allows(model, at, product, placement):
            model = LicenseModel.SINGLE_USER_SUBSCRIPTION
        quantity, expires, period, days, renews = self._terms(model, at)
        shared = placement.group is not None or placement.project is not None
        visibility = Visibility.PUBLIC if shared and rng.random() < 0.55 else Visibility.ADMIN_ONLY  # noqa: PLR2004
        record = (
            license_id,
            at,
            at,
            self.catalog.products[product],
            model,
            quantity,
            None if owner is None else tree.ids[owner],
            None if placement.owner_user is None else people.ids[placement.owner_user],
            None if placement.user is None else people.ids[placement.user],
            None if placement.group is None else tree.ids[placement.group],
            None if placement.project is None else self.sites.ids[placement.project],
            visibility,
            self._lifecycle(expires),
            at,
            expires,
            at,
            period,
            days,
            renews,
            model is LicenseModel.INTERNAL_NFR,
        )
        return record, quantity

    def _allows(self, model: LicenseModel, at: datetime, product: int, placement: Placement) -> bool:
        """Not-for-resale licenses stay with the vendor and its resellers; an owner has one live demo of a product."""
        match model:
            case LicenseModel.INTERNAL_NFR:
                groups = [
                    group for group in (placement.owner_group, placement.group, placement.home) if group is not None
                ]
                return placement.owner_user is None and all(self.tree.kinds[group] in _DEALERS for group in groups)
            case LicenseModel.DEMO:
                demo = product, placement.owner_group, placement.owner_user
                allowed = self._demo_ends.get(demo, at) <= at
                if allowed:
                    self._demo_ends[demo] = at + _TRIAL
                return allowed
            case _:
                return True

    def _terms(self, model: LicenseModel, at: datetime) -> tuple[int, datetime | None, str | None, int | None, bool]:
        rng = self.rng
        match model:
            case LicenseModel.PERPETUAL_SINGLE_USER:
                return 1, None, None, None, False
            case LicenseModel.PERPETUAL_MULTI_USER:
                return int(1 + rng.skewed(1.0, most=500)), None, None, None, False
            case LicenseModel.DEMO:
                return 1, at + _TRIAL, None, _TRIAL.days, False
            case LicenseModel.PREPAID:
                days = rng.choice((7, 30, 90))
                return 1, at + days * rng.randint(1, 12) * DAY, None, days, False
            case LicenseModel.INTERNAL_NFR:
                return rng.randint(1, 10), at + YEAR, None, None, False
            case _:
                single = model is LicenseModel.SINGLE_USER_SUBSCRIPTION
                quantity = 1 if single else int(rng.skewed(1.0, most=500))
                renews = rng.random() < 0.75  # noqa: PLR2004
                years = (self.now - at) // YEAR + 1 if renews else rng.randint(1, 3)
                return quantity, at + years * YEAR, "P1Y", None, renews

    def _lifecycle(self, expires: datetime | None) -> Lifecycle:
        if expires is not None and expires <= self.now:
            return Lifecycle.EXPIRED
        draw = self.rng.random()
        return Lifecycle.SUSPENDED if draw < 0.01 else Lifecycle.REVOKED if draw < 0.02 else Lifecycle.VALID  # noqa: PLR2004

    def _activate(
        self, activations: list[tuple[Any, ...]], license_id: UUID, quantity: int, at: datetime, placement: Placement
    ) -> None:
        rng, seat, used = self.rng, 0, set()
        for _ in range(min(quantity, 1 + int(rng.expovariate(1.5)))):
            activated = self._container(placement)
            if activated is None or activated[1] in used:
                continue
            user, container, is_cloud = activated
            used.add(container)
            requested = min(self.now, at + rng.expovariate(1 / 20) * DAY)
            state = self._state(container, is_cloud=is_cloud)
            seat += state not in _ENDED
            activations.append(
                (
                    rng.id_at(requested),
                    requested,
                    requested,
                    license_id,
                    container,
                    state,
                    None if state in _ENDED else seat,
                    self.people.ids[user],
                    requested,
                    None if state is ActivationState.PENDING else requested,
                    min(self.now, requested + 10 * DAY) if state in _ENDED else None,
                )
            )

    def _state(self, container: UUID, *, is_cloud: bool) -> ActivationState:
        draw = self.rng.random()
        if draw < 0.88:  # noqa: PLR2004
            return ActivationState.ACTIVE
        for state, share in _ENDED.items():
            if draw < share:
                return state
        if is_cloud or container in self._pending:
            return ActivationState.ACTIVE
        self._pending.add(container)
        return ActivationState.PENDING

    def _container(self, placement: Placement) -> tuple[int, UUID, bool] | None:
        """Return the activating user, the container, and whether it is a cloud container."""
        rng, people = self.rng, self.people
        if placement.project is not None:
            return (
                people.admin_of(self.sites.groups[placement.project]),
                self.sites.local_containers[placement.project],
                False,
            )
        user = placement.user
        if placement.group is not None:
            if rng.random() < 0.5:  # noqa: PLR2004
                admin, local_containers = (
                    people.admin_of(placement.group),
                    people.group_local_containers.get(placement.group),
                )
                if local_containers and rng.random() < 0.5:  # noqa: PLR2004
                    return admin, rng.choice(local_containers), False
                return admin, people.group_clouds[placement.group], True
            user = rng.choice(people.members[placement.group])
        if user is None:
            return None
        own = people.local_containers.get(user)
        if own and rng.random() < 0.4:  # noqa: PLR2004
            return user, rng.choice(own), False
        return user, people.clouds[user], True
