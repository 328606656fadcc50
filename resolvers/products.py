"""The vendor's catalogue: products, their features, the shelves they stand on, and what can be ordered of them."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from store.containers import ContainerType
from store.db.base import Base, new_id
from store.errors import BadInput, NotFound
from store.license_models import Parameters, RenewalBasis
from store.portal import Portal
from store.products import (
    AlreadyExists,
    Category,
    Feature,
    FeatureOfOtherProduct,
    LicenseModel,
    LicenseTemplate,
    Product,
    ProductCategory,
)
from store.restores import RecoveryRules

_LIMITS = {"restores", "reinstalls", "deactivations"}
_LIMIT = {"count", "window_days", "initial"}
_RULES = {
    "warn_at", "over_limit", "allow_transfer_without_original", "without_original", "on_loss", "max_borrow_days",
}  # fmt: skip


@use_case("productCreate")
async def create_product(
    gate: Gate,
    *,
    name: str,
    firm_code: int,
    product_code: int,
    description: str,
    deactivation_allowed: bool,
) -> None:
    """A product, known to License Central by its two codes."""
    await _require_keeper(gate)
    await _require_new(gate, Product, firm_code=firm_code, product_code=product_code)
    product = Product(
        id=new_id(), name=name, firm_code=firm_code, product_code=product_code, description=description,
        deactivation_allowed=deactivation_allowed,
    )  # fmt: skip
    gate.add(product)
    gate.record("product.created", product)
    await gate.authorize_new(product, to="modify")


@use_case("productModify")
async def modify_product(
    gate: Gate,
    *,
    product_id: UUID,
    name: str | None = None,
    description: str | None = None,
    deactivation_allowed: bool | None = None,
) -> None:
    """What people read of a product, and whether its seats can be given back."""
    product = await gate.one(Product, product_id, to="modify")
    _set(product, name=name, description=description, deactivation_allowed=deactivation_allowed)
    gate.record("product.modified", product)


@use_case("featureCreate")
async def create_feature(gate: Gate, *, product_id: UUID, code: int, name: str) -> None:
    """A part of a product that is switched on by itself."""
    product = await gate.one(Product, product_id, to="modify")
    await _require_new(gate, Feature, product_id=product.id, code=code)
    feature = Feature(id=new_id(), product_id=product.id, code=code, name=name)
    gate.add(feature)
    gate.record("feature.created", feature)
    await gate.authorize_new(feature, to="modify")


@use_case("featureModify")
async def modify_feature(gate: Gate, *, feature_id: UUID, name: str) -> None:
    """Another name; its number stays, because license files carry it."""
    feature = await gate.one(Feature, feature_id, to="modify")
    _set(feature, name=name)
    gate.record("feature.modified", feature)


@use_case("categoryCreate")
async def create_category(gate: Gate, *, name: str, description: str, product_ids: list[UUID] | None = None) -> None:
    """A shelf, with the products that stand on it from the start."""
    await _require_keeper(gate)
    await _require_new(gate, Category, name=name)
    category = Category(id=new_id(), name=name, description=description)
    gate.add(category)
    entry = gate.record("category.created", category)
    await gate.authorize_new(category, to="modify")
    await _stock(gate, category, product_ids or [])
    entry.after = {**(entry.after or {}), "products": [str(each) for each in product_ids or []]}


@use_case("categoryModify")
async def modify_category(
    gate: Gate,
    *,
    category_id: UUID,
    name: str | None = None,
    description: str | None = None,
    product_ids: list[UUID] | None = None,
) -> None:
    """Another name, or other products; the rights of creation follow the products at once."""
    category = await gate.one(Category, category_id, to="modify")
    if name is not None and name != category.name:
        await _require_new(gate, Category, name=name)
    _set(category, name=name, description=description)
    entry = gate.record("category.modified", category)
    if product_ids is not None:
        before = await _stock(gate, category, product_ids)
        entry.before = {**(entry.before or {}), "products": sorted(map(str, before))}
        entry.after = {**(entry.after or {}), "products": sorted(map(str, product_ids))}


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
) -> None:
    """A product under one license model, ready to be ordered; what is not said is as the model has it."""
    product = await gate.one(Product, product_id, to="modify", lock=False)
    sound = Parameters(
        model=model, min_quantity=min_quantity, max_quantity=max_quantity, period=period, days=days, max_days=max_days,
        notice_days=notice_days, auto_renew=auto_renew, basis=basis, approval=approval, endless=endless,
    )  # fmt: skip
    types = container_types or sorted(sound.preset.allowed_containers(sound.max_seats))
    sound.require_sound(types)
    _require_sound(rules)
    template = LicenseTemplate(
        id=new_id(), product_id=product.id, name=name, model=model, parameters=sound.to_json(), rules=rules or {},
        allowed_container_types=[str(each) for each in types],
    )  # fmt: skip
    gate.add(template)
    gate.record("license_template.created", template)
    await gate.authorize_new(template, to="modify")


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
) -> None:
    """What is ordered from now on; licenses that there are stay as they were sold."""
    template = await gate.one(LicenseTemplate, template_id, to="modify")
    said = Parameters(
        model=template.model, min_quantity=min_quantity, max_quantity=max_quantity, period=period, days=days,
        max_days=max_days, notice_days=notice_days, auto_renew=auto_renew, basis=basis, approval=approval, endless=endless,
    )  # fmt: skip
    sound = Parameters.from_json(template.model, {**template.parameters, **said.to_json()})
    types = container_types or [ContainerType(each) for each in template.allowed_container_types]
    sound.require_sound(types)
    _require_sound(rules)
    template.parameters, template.allowed_container_types = sound.to_json(), [str(each) for each in types]
    _set(template, name=name, rules=rules)
    gate.record("license_template.modified", template)


async def features_of(gate: Gate, product_id: UUID, ids: Collection[UUID]) -> list[Feature]:
    """The features, all of which belong to the product."""
    if not ids:
        return []
    found = list(await gate.session.scalars(sa.select(Feature).where(Feature.id.in_(ids)).order_by(Feature.code)))
    if len(found) < len(set(ids)):
        raise NotFound("there is no feature with this id")
    if any(each.product_id != product_id for each in found):
        raise FeatureOfOtherProduct("a feature belongs to another product")
    return found


async def _require_keeper(gate: Gate) -> None:
    """Something new has no row yet that could be asked for: the portal as a whole is."""
    portal_id = await gate.session.scalar(sa.select(Portal.id))
    assert portal_id is not None, "a portal has its one row from the start"
    await gate.one(Portal, portal_id, to="manage_catalogue", lock=False)


async def _require_new(gate: Gate, cls: type[Base], **values: Any) -> None:
    where = [getattr(cls, name) == value for name, value in values.items()]
    if await gate.session.scalar(sa.select(sa.exists().where(*where))):
        raise AlreadyExists(f"there is one with this {' and '.join(values)} already".replace("_", " "))


async def _stock(gate: Gate, category: Category, product_ids: Collection[UUID]) -> set[UUID]:
    """Put these products on the shelf and no others; tells what stood there before."""
    wanted = set(product_ids)
    known = set(await gate.session.scalars(sa.select(Product.id).where(Product.id.in_(wanted))))
    if known != wanted:
        raise NotFound("there is no product with this id")
    stands = ProductCategory.category_id == category.id
    before = set(await gate.session.scalars(sa.select(ProductCategory.product_id).where(stands)))
    await gate.session.execute(
        sa.delete(ProductCategory).where(stands, ProductCategory.product_id.in_(before - wanted)),
    )
    gate.session.add_all(ProductCategory(category_id=category.id, product_id=each) for each in sorted(wanted - before))
    return before


def _require_sound(rules: Any) -> None:
    """What is kept with a template is read back whenever a seat is lost: nothing may be in it that cannot be read."""
    if rules is None:
        return
    try:
        limits = [rules[name] or {} for name in _LIMITS if name in rules]
        unknown = (rules.keys() - _LIMITS - _RULES) | {key for each in limits for key in each.keys() - _LIMIT}
        below_zero = any(value < 0 for each in limits for value in each.values())
        RecoveryRules.from_json(rules)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as problem:
        raise BadInput("the rules are not as they are read") from problem
    if unknown or below_zero:
        raise BadInput(f"there are no such rules: {', '.join(sorted(unknown)) or 'a number below zero'}")


def _set(row: Base, **values: Any) -> None:
    """What is not said stays."""
    for name, value in values.items():
        if value is not None:
            setattr(row, name, value)
