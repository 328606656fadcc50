"""Queries about the catalog."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from store.db.base import Base
from store.products import Category, Feature, Product, ProductCategory


async def features(session: AsyncSession, ids: Collection[UUID]) -> list[Feature]:
    """The features with these ids that exist, by code."""
    return list(await session.scalars(sa.select(Feature).where(Feature.id.in_(ids)).order_by(Feature.code)))


async def exists(session: AsyncSession, /, cls: type[Base], **values: Any) -> bool:
    """Whether there is a row with these values."""
    where = [getattr(cls, name) == value for name, value in values.items()]
    return bool(await session.scalar(sa.select(sa.exists().where(*where))))


async def known_products(session: AsyncSession, ids: Collection[UUID]) -> set[UUID]:
    """Those of these products that exist."""
    return set(await session.scalars(sa.select(Product.id).where(Product.id.in_(ids))))


async def set_products(session: AsyncSession, category: Category, wanted: set[UUID]) -> set[UUID]:
    """Put exactly these products into a category; the products that were in it before are returned."""
    inside = ProductCategory.category_id == category.id
    before = set(await session.scalars(sa.select(ProductCategory.product_id).where(inside)))
    await session.execute(sa.delete(ProductCategory).where(inside, ProductCategory.product_id.in_(before - wanted)))
    session.add_all(ProductCategory(category_id=category.id, product_id=each) for each in sorted(wanted - before))
    return before
