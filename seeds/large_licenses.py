"""The licenses of a large world, and where they are activated."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any, NamedTuple
from uuid import UUID

from seeds.chance import Chance
from seeds.large_catalog import Catalogue, Sites
from seeds.large_people import People
from seeds.large_tree import Tree
from seeds.rows import Rows
from store.activations import ActivationState
from store.groups import GroupKind
from store.licenses import Lifecycle, Visibility
from store.products import LicenseModel

DAY, YEAR = timedelta(days=1), timedelta(days=365)
_TRIAL = 30 * DAY
_DEALERS = (GroupKind.ISV, GroupKind.RESELLER)
_LICENSE = (
    "id", "created_at", "updated_at", "product_id", "model", "quantity", "owner_group_id", "owner_user_id",
    "assigned_user_id", "assigned_group_id", "assigned_project_id", "visibility", "lifecycle", "starts_at",
    "expires_at", "anchor_at", "period", "days", "auto_renew", "not_for_resale",
)  # fmt: skip
_ACTIVATION = (
    "id", "created_at", "updated_at", "license_id", "container_id", "state", "seat", "requested_by_id", "requested_at",
    "receipt_at", "ended_at",
)  # fmt: skip
_NOTICE = ("id", "created_at", "updated_at", "recipient_id", "event", "license_id", "dedupe_key")

_MODELS = tuple(LicenseModel)
_MODEL_WEIGHTS = tuple(accumulate((18, 10, 37, 18, 7, 6, 4)))
_TO = ("group", "person", "pool", "project", "customer", "server")
_TO_WEIGHTS = tuple(accumulate((62, 15, 12, 4, 6, 1)))
_ENDED = {
    ActivationState.RETURNED: 0.95, ActivationState.WITHDRAWN: 0.965, ActivationState.REPLACED: 0.98,
}  # fmt: skip


class Place(NamedTuple):
    """Whom a license belongs to, and who may use it."""

    owner_group: int | None
    owner_user: int | None = None
    user: int | None = None
    group: int | None = None
    project: int | None = None
    home: int | None = None
    """The group that the person is in."""


class Sold(NamedTuple):
    """What the audit trail needs to know of a license."""

    license: UUID
    at: datetime
    actor: UUID
    group: UUID | None


class Market:
    """Hands out licenses in the order of time."""

    def __init__(
        self,
        chance: Chance,
        *,
        tree: Tree,
        people: People,
        catalogue: Catalogue,
        sites: Sites,
        now: datetime,
    ) -> None:
        self.chance, self.tree, self.people, self.catalogue, self.sites = chance, tree, people, catalogue, sites
        self.now = now
        self._groups = range(people.groups)
        self._group_weights = list(accumulate(self._weight(group) for group in self._groups))
        self._product_weights = list(accumulate(1 / (rank + 1) ** 0.7 for rank in range(len(catalogue.products))))
        self._servers = list(people.homes)
        self.sold: list[Sold] = []  # the licenses of the last batch
        self._tried: dict[tuple[int, int | None, int | None], datetime] = {}  # until when an owner tries a product
        self._busy: set[UUID] = set()  # containers with an open operation

    def sell(self, instants: Sequence[datetime]) -> list[Rows]:
        """A license for each instant, with its features, activations and the notices of it."""
        chance, count = self.chance, len(instants)
        products = chance.choices(range(len(self.catalogue.products)), cum_weights=self._product_weights, k=count)
        owners = chance.choices(self._groups, cum_weights=self._group_weights, k=count)
        models = chance.choices(_MODELS, cum_weights=_MODEL_WEIGHTS, k=count)
        aims = chance.choices(_TO, cum_weights=_TO_WEIGHTS, k=count)
        self.sold = []
        licenses: list[tuple[Any, ...]] = []
        features: list[tuple[Any, ...]] = []
        activations: list[tuple[Any, ...]] = []
        notices: list[tuple[Any, ...]] = []
        for at, product, owner, model, aim in zip(instants, products, owners, models, aims, strict=True):
            place = self._place(aim, owner)
            license_id = chance.id_at(at)
            record, quantity = self._license(license_id, at, product, model, place)
            licenses.append(record)
            self.sold.append(self._story(license_id, at, place))
            if chance.random() < 0.2:  # noqa: PLR2004
                features.append((license_id, chance.choice(self.catalogue.features[product])))
            if chance.random() < 0.4 or quantity > 4:  # noqa: PLR2004
                self._activate(activations, license_id, quantity, at, place)
            if place.user is not None and place.user not in self.people.homes and chance.random() < 0.25:  # noqa: PLR2004
                event = "LICENSE_ASSIGNED"
                notices.append(
                    (chance.id_at(at), at, at, self.people.ids[place.user], event, license_id, str(license_id)),
                )
        return [
            Rows("licenses", _LICENSE, licenses),
            Rows("license_features", ("license_id", "feature_id"), features),
            Rows("activations", _ACTIVATION, activations),
            Rows("notifications", _NOTICE, notices),
        ]

    def _weight(self, group: int) -> float:
        return 40 if self.tree.kinds[group] in _DEALERS else self.chance.skewed(1.3, most=40)

    def _story(self, license_id: UUID, at: datetime, place: Place) -> Sold:
        if place.owner_group is None:
            return Sold(license_id, at, self.people.ids[place.owner_user or 0], None)
        actor = self.people.ids[self.people.admin_of(place.owner_group)]
        return Sold(license_id, at, actor, self.tree.ids[place.owner_group])

    def _place(self, aim: str, owner: int) -> Place:
        chance, tree, people = self.chance, self.tree, self.people
        if aim == "customer" and people.ungrouped:
            customer = chance.choice(people.ungrouped)
            return Place(None, owner_user=customer, user=customer)
        if aim == "project":
            project = chance.randrange(len(self.sites.ids))
            return Place(self.sites.groups[project], project=project)
        if aim == "server" and self._servers:
            server = chance.choice(self._servers)
            return Place(people.homes[server], user=server, home=people.homes[server])
        if aim == "pool":
            return Place(owner)
        group = owner if chance.random() < 0.7 else tree.somewhere_in(owner, chance)  # noqa: PLR2004
        if aim == "person":
            return Place(owner, user=chance.choice(people.members[group]), home=group)
        return Place(owner, group=group)

    def _license(
        self,
        license_id: UUID,
        at: datetime,
        product: int,
        model: LicenseModel,
        place: Place,
    ) -> tuple[tuple[Any, ...], int]:
        chance, tree, people = self.chance, self.tree, self.people
        owner = place.owner_group
        if not self._may_be(model, at, product, place):
            model = LicenseModel.SINGLE_USER_SUBSCRIPTION
        quantity, expires, period, days, renews = self._terms(model, at)
        shared = place.group is not None or place.project is not None
        visibility = Visibility.PUBLIC if shared and chance.random() < 0.55 else Visibility.ADMIN_ONLY  # noqa: PLR2004
        record = (
            license_id, at, at, self.catalogue.products[product], model, quantity,
            None if owner is None else tree.ids[owner],
            None if place.owner_user is None else people.ids[place.owner_user],
            None if place.user is None else people.ids[place.user],
            None if place.group is None else tree.ids[place.group],
            None if place.project is None else self.sites.ids[place.project],
            visibility, self._lifecycle(expires), at, expires, at, period, days, renews,
            model is LicenseModel.INTERNAL_NFR,
        )  # fmt: skip
        return record, quantity

    def _may_be(self, model: LicenseModel, at: datetime, product: int, place: Place) -> bool:
        """What is not for resale stays with the vendor and its resellers; nobody tries a product twice at a time."""
        match model:
            case LicenseModel.INTERNAL_NFR:
                homes = [each for each in (place.owner_group, place.group, place.home) if each is not None]
                return place.owner_user is None and all(self.tree.kinds[each] in _DEALERS for each in homes)
            case LicenseModel.DEMO:
                tried = product, place.owner_group, place.owner_user
                free = self._tried.get(tried, at) <= at
                if free:
                    self._tried[tried] = at + _TRIAL
                return free
            case _:
                return True

    def _terms(self, model: LicenseModel, at: datetime) -> tuple[int, datetime | None, str | None, int | None, bool]:
        chance = self.chance
        match model:
            case LicenseModel.PERPETUAL_SINGLE_USER:
                return 1, None, None, None, False
            case LicenseModel.PERPETUAL_MULTI_USER:
                return int(1 + chance.skewed(1.0, most=500)), None, None, None, False
            case LicenseModel.DEMO:
                return 1, at + _TRIAL, None, _TRIAL.days, False
            case LicenseModel.PREPAID:
                days = chance.choice((7, 30, 90))
                return 1, at + days * chance.randint(1, 12) * DAY, None, days, False
            case LicenseModel.INTERNAL_NFR:
                return chance.randint(1, 10), at + YEAR, None, None, False
            case _:
                single = model is LicenseModel.SINGLE_USER_SUBSCRIPTION
                quantity = 1 if single else int(chance.skewed(1.0, most=500))
                renews = chance.random() < 0.75  # noqa: PLR2004
                years = (self.now - at) // YEAR + 1 if renews else chance.randint(1, 3)
                return quantity, at + years * YEAR, "P1Y", None, renews

    def _lifecycle(self, expires: datetime | None) -> Lifecycle:
        if expires is not None and expires <= self.now:
            return Lifecycle.EXPIRED
        draw = self.chance.random()
        return Lifecycle.SUSPENDED if draw < 0.01 else Lifecycle.REVOKED if draw < 0.02 else Lifecycle.VALID  # noqa: PLR2004

    def _activate(
        self,
        activations: list[tuple[Any, ...]],
        license_id: UUID,
        quantity: int,
        at: datetime,
        place: Place,
    ) -> None:
        chance, seat, used = self.chance, 0, set()
        for _ in range(min(quantity, 1 + int(chance.expovariate(1.5)))):
            where = self._container(place)
            if where is None or where[1] in used:
                continue
            user, container, is_cloud = where
            used.add(container)
            asked = min(self.now, at + chance.expovariate(1 / 20) * DAY)
            state = self._state(container, is_cloud=is_cloud)
            seat += state not in _ENDED
            activations.append(
                (
                    chance.id_at(asked), asked, asked, license_id, container, state, None if state in _ENDED else seat,
                    self.people.ids[user], asked, None if state is ActivationState.PENDING else asked,
                    min(self.now, asked + 10 * DAY) if state in _ENDED else None,
                ),
            )  # fmt: skip

    def _state(self, container: UUID, *, is_cloud: bool) -> ActivationState:
        draw = self.chance.random()
        if draw < 0.88:  # noqa: PLR2004
            return ActivationState.ACTIVE
        for state, share in _ENDED.items():
            if draw < share:
                return state
        if is_cloud or container in self._busy:
            return ActivationState.ACTIVE
        self._busy.add(container)
        return ActivationState.PENDING

    def _container(self, place: Place) -> tuple[int, UUID, bool] | None:
        """Who activates it, into which container, and whether that is a cloud."""
        chance, people = self.chance, self.people
        if place.project is not None:
            return people.admin_of(self.sites.groups[place.project]), self.sites.machines[place.project], False
        user = place.user
        if place.group is not None:
            if chance.random() < 0.5:  # noqa: PLR2004
                admin, machines = people.admin_of(place.group), people.group_machines.get(place.group)
                if machines and chance.random() < 0.5:  # noqa: PLR2004
                    return admin, chance.choice(machines), False
                return admin, people.group_clouds[place.group], True
            user = chance.choice(people.members[place.group])
        if user is None:
            return None
        own = people.machines.get(user)
        if own and chance.random() < 0.4:  # noqa: PLR2004
            return user, chance.choice(own), False
        return user, people.clouds[user], True
