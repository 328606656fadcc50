"""The catalog of a large world (categories, products, templates, grants), and its projects."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from seeds.large_people import People
from seeds.large_tree import Tree
from seeds.rng import SeededRandom
from seeds.rows import Rows
from store.containers import ContainerType
from store.products import LicenseModel
from store.projects import ParticipantRole, ProjectState

_PRODUCTS, _GROUPS_PER_PROJECT = 200, 40
_CATEGORIES = (
    "Design",
    "Simulation",
    "Control",
    "Vision",
    "Planning",
    "Office",
    "Training",
    "Tools",
    "Cloud",
    "Trials",
)
_PRODUCT_KINDS = (
    "Studio",
    "Flow",
    "Viewer",
    "Gateway",
    "Render",
    "Planner",
    "Monitor",
    "Designer",
    "Analyst",
    "Server",
)
_BRANDS = (
    "Atlas",
    "Borealis",
    "Cirrus",
    "Drift",
    "Echo",
    "Flare",
    "Glide",
    "Helix",
    "Ion",
    "Jet",
    "Krypton",
    "Lumen",
    "Mesa",
    "Nova",
    "Orbit",
    "Prism",
    "Quartz",
    "Ridge",
    "Strata",
    "Torus",
)
_STAMPS = ("id", "created_at", "updated_at")


@dataclass
class Catalog:
    """The IDs of products and features, by number, and the rows to insert."""

    products: list[UUID]
    features: list[list[UUID]]
    rows: list[Rows]


@dataclass
class Sites:
    """The IDs of projects, their groups and containers, by number, and the rows to insert."""

    ids: list[UUID]
    groups: list[int]
    local_containers: list[UUID]
    rows: list[Rows]


def create_catalog(rng: SeededRandom, people: People, tree: Tree, *, at: datetime, seed: int) -> Catalog:
    """Create 200 products in ten categories; each reseller gets grants for three categories."""

    def new(*values: object) -> tuple[Any, ...]:
        return rng.id_at(at), at, at, *values

    categories = [new(f"{name} {seed}") for name in _CATEGORIES]
    products = [
        new(6_100_000 + seed, number + 1, f"{_BRANDS[number % 20]} {_PRODUCT_KINDS[number // 20]}", number % 10 != 9)  # noqa: PLR2004
        for number in range(_PRODUCTS)
    ]
    features = [
        [new(product[0], code, f"Option {code}") for code in range(1, rng.randint(2, 6))] for product in products
    ]
    in_categories = [
        (product[0], category[0])
        for number, product in enumerate(products)
        for category in rng.sample(categories, 2 if number % 5 == 0 else 1)
    ]
    models = list(LicenseModel)
    containers = [kind.value for kind in ContainerType]
    templates = [
        new(product[0], f"{product[5]}, {model.replace('_', ' ').lower()}", model, containers)
        for number, product in enumerate(products)
        for model in (models[number % 7], models[(number + 3) % 7])
    ]
    resellers = [group for group in range(people.groups) if tree.kinds[group] == "RESELLER"]
    granted = True
    grants = [
        new(category[0], people.ids[people.admin_of(group)], tree.ids[group], granted, granted, people.ids[0])
        for group in resellers
        for category in rng.sample(categories, 3)
    ]
    rows = [
        Rows("categories", (*_STAMPS, "name"), categories),
        Rows("products", (*_STAMPS, "firm_code", "product_code", "name", "deactivation_allowed"), products),
        Rows(
            "features",
            (*_STAMPS, "product_id", "code", "name"),
            [feature for of_product in features for feature in of_product],
        ),
        Rows("product_categories", ("product_id", "category_id"), in_categories),
        Rows("license_templates", (*_STAMPS, "product_id", "name", "model", "allowed_container_types"), templates),
        Rows(
            "category_grants",
            (*_STAMPS, "category_id", "holder_id", "scope_group_id", "can_create", "can_modify", "granted_by_id"),
            grants,
        ),
    ]
    return Catalog(
        [product[0] for product in products], [[feature[0] for feature in of_product] for of_product in features], rows
    )


def create_sites(rng: SeededRandom, people: People, tree: Tree, *, at: datetime, seed: int) -> Sites:
    """Create a project for one in forty groups, with an admin, two on-site colleagues and a local container."""

    def new(*values: object) -> tuple[Any, ...]:
        return rng.id_at(at), at, at, *values

    count = max(1, people.groups // _GROUPS_PER_PROJECT)
    groups = sorted(rng.sample(range(people.groups), count))
    projects, participants, revisions, local_containers = [], [], [], []
    for number, group in enumerate(groups):
        published = rng.random() < 0.7  # noqa: PLR2004
        state = ProjectState.PUBLISHED if published else ProjectState.IN_PROGRESS
        project = new(tree.ids[group], f"Site {number}", state, int(published))
        projects.append(project)
        ordinary = range(people.admin_of(people.groups), len(people.ids) - people.technical)
        members = [people.ids[user] for user in rng.sample(ordinary, 3)]
        participants.append(new(project[0], members[0], ParticipantRole.ADMIN))
        participants += [new(project[0], user, ParticipantRole.ON_SITE) for user in members[1:]]
        if published:
            revisions.append(new(project[0], 1, "{}", members[0]))
        local_containers.append(new(ContainerType.LOCAL, f"131-{seed}-{number:07d}", project[0]))
    rows = [
        Rows("projects", (*_STAMPS, "group_id", "name", "state", "revision"), projects),
        Rows("project_participants", (*_STAMPS, "project_id", "user_id", "role"), participants),
        Rows("project_revisions", (*_STAMPS, "project_id", "number", "snapshot", "published_by_id"), revisions),
        Rows("containers", (*_STAMPS, "type", "serial", "owner_project_id"), local_containers),
    ]
    return Sites([project[0] for project in projects], groups, [container[0] for container in local_containers], rows)
