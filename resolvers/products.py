"""The vendor's catalog: products, their features and categories, and the templates that licenses are ordered from."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from store.containers import ContainerType
from store.db.base import Base, new_id
from store.errors import BadInput, NotFound
from store.license_models import RenewalBasis
from store.license_parameters import Parameters
from store.portal import Portal, portal_id
from store.products import (
    AlreadyExists,
    Category,
    Feature,
    FeatureOfOtherProduct,
    LicenseModel,
    LicenseTemplate,
    Product,
)
from store.queries import products
from store.restores import RecoveryRules

_LIMITS = {"restores", "reinstalls", "deactivations"}
_LIMIT = {"count", "window_days", "initial"}
_RULES = {"warn_at", "over_limit", "allow_transfer_without_original", "without_original", "on_loss", "max_borrow_days"}


@dataclass(frozen=True, slots=True)
class ProductChanged:
    """A product that was created or modified."""

    product: Product


@dataclass(frozen=True, slots=True)
class FeatureChanged:
    """A feature that was created or renamed."""

    feature: Feature


@dataclass(frozen=True, slots=True)
class CategoryChanged:
    """A category that was created or modified."""

    category: Category


@dataclass(frozen=True, slots=True)
class TemplateChanged:
    """A license template that was created or modified."""

    license_template: LicenseTemplate


@use_case("productCreate")
async def create_product(
    gate: Gate, *, name: str, firm_code: int, product_code: int, description: str, deactivation_allowed: bool
) -> ProductChanged:
    """Create a product, which License Central knows by its two codes."""
    await _require_catalog_manager(gate)
    await _require_new(gate, Product, firm_code=firm_code, product_code=product_code)
    product = Product(
        id=new_id(),
        name=name,
        firm_code=firm_code,
        product_code=product_code,
        description=description,
        deactivation_allowed=deactivation_allowed,
    )
    gate.add(product)
    gate.record("product.created", product)
    await gate.authorize_new(product, to="modify")
    return ProductChanged(product)


@use_case("productModify")
async def modify_product(
    gate: Gate,
    *,
    product_id: UUID,
    name: str | None = None,
    description: str | None = None,
    deactivation_allowed: bool | None = None,
) -> ProductChanged:
    """Change the texts of a product, and whether its seats can be given back."""
    product = await gate.one(Product, product_id, to="modify")
    _set(product, name=name, description=description, deactivation_allowed=deactivation_allowed)
    gate.record("product.modified", product)
    return ProductChanged(product)


@use_case("featureCreate")
async def create_feature(gate: Gate, *, product_id: UUID, code: int, name: str) -> FeatureChanged:
    """Create a feature, a part of a product that is enabled individually."""
    product = await gate.one(Product, product_id, to="modify")
    await _require_new(gate, Feature, product_id=product.id, code=code)
    feature = Feature(id=new_id(), product_id=product.id, code=code, name=name)
    gate.add(feature)
    gate.record("feature.created", feature)
    await gate.authorize_new(feature, to="modify")
    return FeatureChanged(feature)


@use_case("featureModify")
async def modify_feature(gate: Gate, *, feature_id: UUID, name: str) -> FeatureChanged:
    """Rename a feature; its code stays, because license files carry it."""
    feature = await gate.one(Feature, feature_id, to="modify")
    _set(feature, name=name)
    gate.record("feature.modified", feature)
    return FeatureChanged(feature)


@use_case("categoryCreate")
async def create_category(
    gate: Gate, *, name: str, description: str, product_ids: list[UUID] | None = None
) -> CategoryChanged:
    """Create a category with its first products."""
    await _require_catalog_manager(gate)
    await _require_new(gate, Category, name=name)
    category = Category(id=new_id(), name=name, description=description)
    gate.add(category)
    entry = gate.record("category.created", category)
    await gate.authorize_new(category, to="modify")
    await _set_products(gate, category, product_ids or [])
    entry.after = {**(entry.after or {}), "products": [str(each) for each in product_ids or []]}
    return CategoryChanged(category)


@use_case("categoryModify")
async def modify_category(
    gate: Gate,
    *,
    category_id: UUID,
    name: str | None = None,
    description: str | None = None,
    product_ids: list[UUID] | None = None,
) -> CategoryChanged:
    """Change a category or its products; category grants cover the new products at once."""
    category = await gate.one(Category, category_id, to="modify")
    if name is not None and name != category.name:
        await _require_new(gate, Category, name=name)
    _set(category, name=name, description=description)
    entry = gate.record("category.modified", category)
    if product_ids is not None:
        before = await _set_products(gate, category, product_ids)
        entry.before = {**(entry.before or {}), "products": sorted(map(str, before))}
        entry.after = {**(entry.after or {}), "products": sorted(map(str, product_ids))}
    return CategoryChanged(category)


@use_case("licenseTemplateCreate")
async def create_template(
    gate: Gate,
    *,
    product_id: UUID,
    name: str,
    model: LicenseModel,
    container_types: list[ContainerType] | None = None,
    rules: dict[str, Any] | None = None,
    min_quantity: int | None = None,
    max_quantity: int | None = None,
    period: str | None = None,
    days: int | None = None,
    max_days: int | None = None,
    notice_days: int | None = None,
    auto_renew: bool | None = None,
    basis: RenewalBasis | None = None,
    approval: bool | None = None,
    endless: bool | None = None,
) -> TemplateChanged:
    """Create a template for orders of a product under one license model; what is left out is as the model says."""
    product = await gate.one(Product, product_id, to="modify", lock=False)
    parameters = Parameters(
        model=model,
        min_quantity=min_quantity,
        max_quantity=max_quantity,
        period=period,
        days=days,
        max_days=max_days,
        notice_days=notice_days,
        auto_renew=auto_renew,
        basis=basis,
        approval=approval,
        endless=endless,
    )
    types = container_types or sorted(parameters.preset.allowed_containers(parameters.max_seats))
    parameters.require_valid(types)
    _require_valid(rules)
    template = LicenseTemplate(
        id=new_id(),
        product_id=product.id,
        name=name,
        model=model,
        parameters=parameters.to_json(),
        rules=rules or {},
        allowed_container_types=[str(each) for each in types],
    )
    gate.add(template)
    gate.record("license_template.created", template)
    await gate.authorize_new(template, to="modify")
    return TemplateChanged(template)


@use_case("licenseTemplateModify")
async def modify_template(
    gate: Gate,
    *,
    template_id: UUID,
    name: str | None = None,
    container_types: list[ContainerType] | None = None,
    rules: dict[str, Any] | None = None,
    min_quantity: int | None = None,
    max_quantity: int | None = None,
    period: str | None = None,
    days: int | None = None,
    max_days: int | None = None,
    notice_days: int | None = None,
    auto_renew: bool | None = None,
    basis: RenewalBasis | None = None,
    approval: bool | None = None,
    endless: bool | None = None,
) -> TemplateChanged:
    """Change a template for future orders; existing licenses stay as they were sold."""
    template = await gate.one(LicenseTemplate, template_id, to="modify")
    changes = Parameters(
        model=template.model,
        min_quantity=min_quantity,
        max_quantity=max_quantity,
        period=period,
        days=days,
        max_days=max_days,
        notice_days=notice_days,
        auto_renew=auto_renew,
        basis=basis,
        approval=approval,
        endless=endless,
    )
    parameters = Parameters.from_json(template.model, {**template.parameters, **changes.to_json()})
    types = container_types or [ContainerType(each) for each in template.allowed_container_types]
    parameters.require_valid(types)
    _require_valid(rules)
    template.parameters, template.allowed_container_types = parameters.to_json(), [str(each) for each in types]
    _set(template, name=name, rules=rules)
    gate.record("license_template.modified", template)
    return TemplateChanged(template)


async def features_of(gate: Gate, product_id: UUID, ids: Collection[UUID]) -> list[Feature]:
    """The features with these ids, all of which belong to the product."""
    if not ids:
        return []
    features = await gate.run(products.features, ids)
    if len(features) < len(set(ids)):
        raise NotFound("there is no feature with this id")
    if other := next((feature for feature in features if feature.product_id != product_id), None):
        raise FeatureOfOtherProduct(f"the feature {other.name} belongs to another product")
    return features


async def _require_catalog_manager(gate: Gate) -> None:
    """The policy decides about new rows of the catalog by the portal as a whole."""
    await gate.one(Portal, await gate.run(portal_id), to="manage_catalogue", lock=False)


async def _require_new(gate: Gate, cls: type[Base], **values: Any) -> None:
    if await gate.run(products.exists, cls, **values):
        names = " and ".join(values).replace("_", " ")
        raise AlreadyExists(f"there already is a {cls.__name__.lower()} with this {names}; choose another one")


async def _set_products(gate: Gate, category: Category, product_ids: Collection[UUID]) -> set[UUID]:
    """Put exactly these products into a category; the products that were in it before are returned."""
    wanted = set(product_ids)
    if await gate.run(products.known_products, wanted) != wanted:
        raise NotFound("there is no product with this id")
    return await gate.run(products.set_products, category, wanted)


def _require_valid(rules: Any) -> None:
    """The rules of a template are read whenever a seat is lost, so that they must be readable then."""
    if rules is None:
        return
    try:
        limits = [rules[name] or {} for name in _LIMITS if name in rules]
        unknown = (rules.keys() - _LIMITS - _RULES) | {key for limit in limits for key in limit.keys() - _LIMIT}
        below_zero = any(value < 0 for limit in limits for value in limit.values())
        RecoveryRules.from_json(rules)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as problem:
        raise BadInput("the rules of the template cannot be read; see `LicenseTemplate.rules`") from problem
    if unknown:
        raise BadInput(f"unknown rules of the template: {', '.join(sorted(unknown))}")
    if below_zero:
        raise BadInput("the rules of the template contain a number below zero")


def _set(row: Base, **values: Any) -> None:
    """Set what is not None."""
    for name, value in values.items():
        if value is not None:
            setattr(row, name, value)
