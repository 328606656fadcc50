"""What is sold in a large world: products on shelves, templates, and projects in which they are used."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from seeds.chance import Chance
from seeds.large_people import People
from seeds.large_tree import Tree
from seeds.rows import Rows
from store.containers import ContainerType
from store.products import LicenseModel
from store.projects import ParticipantRole, ProjectState

_PRODUCTS, _GROUPS_PER_PROJECT = 200, 40
_SHELVES = ("Design", "Simulation", "Control", "Vision", "Planning", "Office", "Training", "Tools", "Cloud", "Trials")
_KINDS = ("Studio", "Flow", "Viewer", "Gateway", "Render", "Planner", "Monitor", "Designer", "Analyst", "Server")
_MARKS = (
    "Atlas", "Borealis", "Cirrus", "Drift", "Echo", "Flare", "Glide", "Helix", "Ion", "Jet", "Krypton", "Lumen", "Mesa",
    "Nova", "Orbit", "Prism", "Quartz", "Ridge", "Strata", "Torus",
)  # fmt: skip
_STAMPS = ("id", "created_at", "updated_at")


@dataclass
class Catalogue:
    """Products by number, and the rows that make them."""

    products: list[UUID]
    features: list[list[UUID]]
    rows: list[Rows]


@dataclass
class Sites:
    """Projects by number, and the rows that make them."""

    ids: list[UUID]
    groups: list[int]
    machines: list[UUID]
    rows: list[Rows]


def stock(chance: Chance, people: People, tree: Tree, *, began: datetime, seed: int) -> Catalogue:
    """Two hundred products; resellers may create licenses of some shelves for their customers."""

    def new(*values: object) -> tuple[Any, ...]:
        return chance.id_at(began), began, began, *values

    shelves = [new(f"{name} {seed}") for name in _SHELVES]
    products = [
        new(6_100_000 + seed, number + 1, f"{_MARKS[number % 20]} {_KINDS[number // 20]}", number % 10 != 9)  # noqa: PLR2004
        for number in range(_PRODUCTS)
    ]
    features = [
        [new(product[0], code, f"Option {code}") for code in range(1, chance.randint(2, 6))] for product in products
    ]
    placed = [
        (product[0], shelf[0])
        for number, product in enumerate(products)
        for shelf in chance.sample(shelves, 2 if number % 5 == 0 else 1)
    ]
    models = list(LicenseModel)
    containers = [each.value for each in ContainerType]
    templates = [
        new(product[0], f"{product[5]}, {model.replace('_', ' ').lower()}", model, containers)
        for number, product in enumerate(products)
        for model in (models[number % 7], models[(number + 3) % 7])
    ]
    resellers = [group for group in range(people.groups) if tree.kinds[group] == "RESELLER"]
    may = True
    grants = [
        new(shelf[0], people.ids[people.admin_of(group)], tree.ids[group], may, may, people.ids[0])
        for group in resellers
        for shelf in chance.sample(shelves, 3)
    ]
    rows = [
        Rows("categories", (*_STAMPS, "name"), shelves),
        Rows("products", (*_STAMPS, "firm_code", "product_code", "name", "deactivation_allowed"), products),
        Rows("features", (*_STAMPS, "product_id", "code", "name"), [each for some in features for each in some]),
        Rows("product_categories", ("product_id", "category_id"), placed),
        Rows("license_templates", (*_STAMPS, "product_id", "name", "model", "allowed_container_types"), templates),
        Rows(
            "category_grants",
            (*_STAMPS, "category_id", "holder_id", "scope_group_id", "can_create", "can_modify", "granted_by_id"),
            grants,
        ),
    ]
    return Catalogue([each[0] for each in products], [[each[0] for each in some] for some in features], rows)


def build_sites(chance: Chance, people: People, tree: Tree, *, began: datetime, seed: int) -> Sites:
    """Every fortieth group has a project: an admin, people on site, and a machine there."""

    def new(*values: object) -> tuple[Any, ...]:
        return chance.id_at(began), began, began, *values

    count = max(1, people.groups // _GROUPS_PER_PROJECT)
    groups = sorted(chance.sample(range(people.groups), count))
    projects, participants, revisions, machines = [], [], [], []
    for number, group in enumerate(groups):
        published = chance.random() < 0.7  # noqa: PLR2004
        state = ProjectState.PUBLISHED if published else ProjectState.IN_PROGRESS
        project = new(tree.ids[group], f"Site {number}", state, int(published))
        projects.append(project)
        ordinary = range(people.admin_of(people.groups), len(people.ids) - people.technical)
        chosen = [people.ids[user] for user in chance.sample(ordinary, 3)]
        participants.append(new(project[0], chosen[0], ParticipantRole.ADMIN))
        participants += [new(project[0], user, ParticipantRole.ON_SITE) for user in chosen[1:]]
        if published:
            revisions.append(new(project[0], 1, "{}", chosen[0]))
        machines.append(new(ContainerType.LOCAL, f"131-{seed}-{number:07d}", project[0]))
    rows = [
        Rows("projects", (*_STAMPS, "group_id", "name", "state", "revision"), projects),
        Rows("project_participants", (*_STAMPS, "project_id", "user_id", "role"), participants),
        Rows("project_revisions", (*_STAMPS, "project_id", "number", "snapshot", "published_by_id"), revisions),
        Rows("containers", (*_STAMPS, "type", "serial", "owner_project_id"), machines),
    ]
    return Sites([each[0] for each in projects], groups, [each[0] for each in machines], rows)
