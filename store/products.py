"""The catalog: products, features, categories and license templates."""

import enum
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.db.base import Base, Entity, Json, newest_first, text_enum
from store.errors import Refusal

if TYPE_CHECKING:
    from store.grants import CategoryGrant


class LicenseModel(enum.StrEnum):
    """The seven commercial models (spec 1.3); each is a preset over technical parameters."""

    PERPETUAL_SINGLE_USER = "PERPETUAL_SINGLE_USER"
    PERPETUAL_MULTI_USER = "PERPETUAL_MULTI_USER"
    SINGLE_USER_SUBSCRIPTION = "SINGLE_USER_SUBSCRIPTION"
    MULTI_USER_SUBSCRIPTION = "MULTI_USER_SUBSCRIPTION"
    DEMO = "DEMO"
    PREPAID = "PREPAID"
    INTERNAL_NFR = "INTERNAL_NFR"


class AlreadyExists(Refusal):
    """Another object has this name or number."""

    code = "ALREADY_EXISTS"


class FeatureOfOtherProduct(Refusal):
    """A feature belongs to another product."""

    code = "FEATURE_OF_OTHER_PRODUCT"


class ProductCategory(Base):
    """The membership of a product in a category; a product may be in several."""

    __tablename__ = "product_categories"
    __table_args__ = (sa.Index("ix_product_categories_category_id_product_id", "category_id", "product_id"),)

    product_id: Mapped[UUID] = mapped_column(sa.ForeignKey("products.id", ondelete="CASCADE"), primary_key=True)
    category_id: Mapped[UUID] = mapped_column(sa.ForeignKey("categories.id", ondelete="CASCADE"), primary_key=True)


class Category(Entity):
    """A category of products, for which grants are given."""

    __tablename__ = "categories"

    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(server_default="")

    products: Mapped[list["Product"]] = relationship(secondary="product_categories", back_populates="categories")
    grants: Mapped[list["CategoryGrant"]] = relationship(back_populates="category", viewonly=True)


class Product(Entity):
    """A protected product, known to License Central by firm code and product code."""

    __tablename__ = "products"
    __table_args__ = (
        sa.UniqueConstraint("firm_code", "product_code"),
        sa.CheckConstraint("firm_code > 0 AND product_code > 0", name="codes_are_positive"),
        sa.Index("ix_products_name", "name", "id"),
        newest_first("products"),
    )

    firm_code: Mapped[int] = mapped_column(sa.BigInteger)
    product_code: Mapped[int] = mapped_column(sa.BigInteger)
    name: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")
    deactivation_allowed: Mapped[bool] = mapped_column(server_default=sa.true())

    categories: Mapped[list[Category]] = relationship(secondary="product_categories", back_populates="products")
    features: Mapped[list["Feature"]] = relationship(back_populates="product", viewonly=True)


class Feature(Entity):
    """A part of a product that can be enabled individually."""

    __tablename__ = "features"
    __table_args__ = (
        sa.UniqueConstraint("product_id", "code"),
        sa.CheckConstraint("code >= 0", name="code_is_not_negative"),
    )

    product_id: Mapped[UUID] = mapped_column(sa.ForeignKey("products.id", ondelete="CASCADE"))
    code: Mapped[int] = mapped_column(sa.BigInteger)
    name: Mapped[str]

    product: Mapped[Product] = relationship()


class LicenseTemplate(Entity):
    """A product with a license model and its parameters, which can be ordered."""

    __tablename__ = "license_templates"
    __table_args__ = (newest_first("license_templates", "product_id"),)

    product_id: Mapped[UUID] = mapped_column(sa.ForeignKey("products.id"))
    name: Mapped[str]
    model: Mapped[LicenseModel] = mapped_column(text_enum(LicenseModel))
    parameters: Mapped[Json] = mapped_column(server_default=sa.text("'{}'"))
    rules: Mapped[Json] = mapped_column(server_default=sa.text("'{}'"))
    allowed_container_types: Mapped[list[str]] = mapped_column(ARRAY(sa.Text), server_default=sa.text("'{}'"))

    product: Mapped[Product] = relationship()
