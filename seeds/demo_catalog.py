"""The catalog of the demo world: products, categories, templates, and the grants to create licenses."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from seeds.cast import BEA, IDA, REX, SAL, Categories, Groups, Products, named
from store.containers import ContainerType
from store.db.base import Entity
from store.grants import CategoryGrant, GrantState
from store.products import Category, Feature, LicenseModel, LicenseTemplate, Product, ProductCategory

FIRM_CODE = 6_000_010

# ID, product code, name, features.
_PRODUCTS: tuple[tuple[UUID, int, str, tuple[str, ...]], ...] = (
    (Products.CAD, 1001, "Atlas CAD", ("Drafting", "Solids", "Sheet metal")),
    (Products.RENDER, 1002, "Atlas Render", ("Stills", "Animation")),
    (Products.FLOW, 2001, "Meridian Flow", ("Laminar", "Turbulent", "Cluster")),
    (Products.VIEWER, 2002, "Meridian Viewer", ("Viewing", "Measuring")),
    (Products.GATEWAY, 3001, "Harbor Gateway", ("Routing",)),
)
_CATEGORIES = {
    Categories.DESIGN: (Products.CAD, Products.RENDER),
    Categories.SIMULATION: (Products.FLOW, Products.VIEWER, Products.GATEWAY),
    Categories.TRIALS: (Products.CAD, Products.VIEWER),
}

_SINGLE = [ContainerType.LOCAL, ContainerType.DONGLE, ContainerType.PERSONAL_CLOUD]
_MULTI = [ContainerType.LOCAL, ContainerType.DONGLE, ContainerType.GROUP_CLOUD, ContainerType.TECHNICAL_CLOUD]
_ANY = list(ContainerType)

_TEMPLATES: tuple[tuple[LicenseModel, UUID, str, dict[str, Any], list[ContainerType]], ...] = (
    (LicenseModel.PERPETUAL_SINGLE_USER, Products.RENDER, "Atlas Render, perpetual", {}, _SINGLE),
    (LicenseModel.PERPETUAL_MULTI_USER, Products.FLOW, "Meridian Flow, shared seats", {"min_quantity": 2}, _MULTI),
    (LicenseModel.SINGLE_USER_SUBSCRIPTION, Products.CAD, "Atlas CAD, annual", {"period": "P1Y"}, _SINGLE),
    (LicenseModel.MULTI_USER_SUBSCRIPTION, Products.FLOW, "Meridian Flow, annual", {"period": "P1Y"}, _ANY),
    (LicenseModel.DEMO, Products.CAD, "Atlas CAD, 30-day demo", {"days": 30}, _SINGLE),
    (LicenseModel.PREPAID, Products.VIEWER, "Meridian Viewer, prepaid days", {"days": 30}, _SINGLE),
    (LicenseModel.INTERNAL_NFR, Products.CAD, "Atlas CAD, not for resale", {"period": "P1Y"}, _ANY),
)


def template_of(model: LicenseModel) -> UUID:
    """Return the ID of the one template of a license model."""
    return named("template", model)


def feature_id(product_id: UUID, code: int) -> UUID:
    """Return the ID of a feature; the codes of a product start at 1."""
    return named("feature", f"{product_id} {code}")


def catalog() -> list[Entity]:
    """Categories, products and their features."""
    return [
        Category(id=Categories.DESIGN, name="Design", description="Drafting and visualization"),
        Category(id=Categories.SIMULATION, name="Simulation", description="Simulation and analysis"),
        Category(id=Categories.TRIALS, name="Trials", description="Products that resellers may offer for trial"),
        *(
            Product(
                id=product_id,
                firm_code=FIRM_CODE,
                product_code=code,
                name=name,
                deactivation_allowed=product_id != Products.GATEWAY,
            )
            for product_id, code, name, _ in _PRODUCTS
        ),
        *(
            Feature(id=feature_id(product_id, code), product_id=product_id, code=code, name=feature)
            for product_id, _, _, features in _PRODUCTS
            for code, feature in enumerate(features, start=1)
        ),
    ]


def product_categories() -> list[ProductCategory]:
    """Which products belong to which categories; a product can be in several."""
    return [
        ProductCategory(product_id=product_id, category_id=category_id)
        for category_id, products in _CATEGORIES.items()
        for product_id in products
    ]


def templates() -> list[LicenseTemplate]:
    """One template for each of the seven license models."""
    return [
        LicenseTemplate(
            id=template_of(model),
            product_id=product_id,
            name=name,
            model=model,
            parameters=parameters,
            rules={"restores": {"count": 2, "window": "P1Y"}},
            allowed_container_types=[str(container) for container in containers],
        )
        for model, product_id, name, parameters, containers in _TEMPLATES
    ]


def grants(now: datetime) -> list[CategoryGrant]:
    """Grants of the sales employee and of the reseller (bounded), and one that was passed on and then revoked."""
    sales_design = named("grant", "Sal Design")
    return [
        CategoryGrant(
            id=sales_design,
            category_id=Categories.DESIGN,
            holder_id=SAL.id,
            scope_group_id=Groups.SALES,
            can_create=True,
            can_modify=True,
            can_revoke=True,
            granted_by_id=IDA.id,
        ),
        CategoryGrant(
            id=named("grant", "Rex Trials"),
            category_id=Categories.TRIALS,
            holder_id=REX.id,
            scope_group_id=Groups.RHEINTAL,
            can_create=True,
            can_modify=True,
            max_quantity=10,
            max_days=60,
            granted_by_id=IDA.id,
        ),
        CategoryGrant(
            id=named("grant", "Bea Design"),
            category_id=Categories.DESIGN,
            holder_id=BEA.id,
            scope_group_id=Groups.BOLT,
            can_create=True,
            max_quantity=5,
            granted_by_id=SAL.id,
            passed_on_from_id=sales_design,
            state=GrantState.REVOKED,
            revoked_at=now - timedelta(days=15),
        ),
    ]
