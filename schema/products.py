"""The catalogue as clients read it."""

from authz.lists.queries import ParentLink
from schema.fields.declare import column, sql_expression, to_many, to_one
from schema.fields.entities import entity
from schema.nodes import Node
from store.containers import ContainerType
from store.licenses import License as LicenseRow
from store.products import Category as CategoryRow
from store.products import CategoryGrant as CategoryGrantRow
from store.products import Feature as FeatureRow
from store.products import LicenseModel, ProductCategory
from store.products import LicenseTemplate as LicenseTemplateRow
from store.products import Product as ProductRow


@entity(ProductRow, "Something that the vendor sells licenses of.")
class Product(Node):
    """What it is called, here and in License Central."""

    name = column(ProductRow.name, "What people call it.", filterable=True, sortable=True)
    description = column(ProductRow.description, "What it is.")
    firm_code = column(ProductRow.firm_code, "The vendor's number in License Central.", filterable=True)
    product_code = column(ProductRow.product_code, "The product's number in License Central.", filterable=True)
    deactivation_allowed = column(
        ProductRow.deactivation_allowed, "Whether its seats can be given back.", filterable=True
    )
    features = to_many(ParentLink(FeatureRow.product_id), "Its parts that can be switched on by themselves.")
    categories = to_many(
        ParentLink(ProductCategory.product_id, ProductCategory.category_id),
        "The shelves it stands on.",
        of=CategoryRow,
    )
    templates = to_many(ParentLink(LicenseTemplateRow.product_id), "How it can be ordered.")
    licenses = to_many(ParentLink(LicenseRow.product_id), "Its licenses.")
    created_at = column(ProductRow.created_at, "When it was created.", filterable=True, sortable=True)
    updated_at = column(ProductRow.updated_at, "When it was changed last.")


@entity(FeatureRow, "A part of a product that can be switched on by itself.")
class Feature(Node):
    """Its name and number."""

    name = column(FeatureRow.name, "What people call it.", filterable=True)
    code = column(FeatureRow.code, "Its number in License Central.", filterable=True)
    product = to_one(FeatureRow.product, "What it is a part of.", filterable=True)
    created_at = column(FeatureRow.created_at, "When it was created.", filterable=True, sortable=True)


@entity(CategoryRow, "A shelf of products, for which rights of creation are given.")
class Category(Node):
    """What stands on it, and who may create licenses of that."""

    name = column(CategoryRow.name, "What people call it.", filterable=True)
    description = column(CategoryRow.description, "What it is for.")
    products = to_many(
        ParentLink(ProductCategory.category_id, ProductCategory.product_id),
        "What stands on it.",
        of=ProductRow,
    )
    grants = to_many(ParentLink(CategoryGrantRow.category_id), "Who may create licenses of it.")
    created_at = column(CategoryRow.created_at, "When it was created.", filterable=True, sortable=True)


@entity(LicenseTemplateRow, "A product under one license model, ready to be ordered.")
class LicenseTemplate(Node):
    """What is ordered by it."""

    name = column(LicenseTemplateRow.name, "What people call it.", filterable=True)
    product = to_one(LicenseTemplateRow.product, "What it is a license of.", filterable=True)
    model = column(LicenseTemplateRow.model, "How it is sold.", filterable=True)
    parameters = column(LicenseTemplateRow.parameters, "The parameters of the model.")
    rules = column(LicenseTemplateRow.rules, "How its licenses are restored, given back and lent.")
    container_types = column(
        LicenseTemplateRow.allowed_container_types,
        "Where its licenses may live.",
        graphql_type=list[ContainerType],
    )
    created_at = column(LicenseTemplateRow.created_at, "When it was created.", filterable=True, sortable=True)


@entity(
    CategoryGrantRow,
    "That somebody may create, change or withdraw licenses of a category for a group and those below it.",
)
class CategoryGrant(Node):
    """Who, what, where, how much."""

    category = to_one(CategoryGrantRow.category, "Of what.", filterable=True)
    holder = to_one(CategoryGrantRow.holder, "Who may.", filterable=True)
    scope_group = to_one(CategoryGrantRow.scope_group, "For which group, and those below it.", filterable=True)
    granted_by = to_one(CategoryGrantRow.granted_by, "Who gave the right.")
    can_create = column(CategoryGrantRow.can_create, "Whether he may create licenses.", filterable=True)
    can_modify = column(CategoryGrantRow.can_modify, "Whether he may change, renew and cancel them.", filterable=True)
    # As a column its name would be that of the answer whether the viewer may revoke the right itself.
    can_revoke = sql_expression("lets_revoke", lambda grant: grant.can_revoke, bool, "Whether he may withdraw them.")
    max_quantity = column(CategoryGrantRow.max_quantity, "How many seats at most; null: any number.")
    max_days = column(CategoryGrantRow.max_days, "How many days at most; null: any number.")
    models = column(
        CategoryGrantRow.models, "By which license models; null: by all of them.", graphql_type=list[LicenseModel]
    )
    state = column(CategoryGrantRow.state, "Whether it stands.", filterable=True)
    revoked_at = column(CategoryGrantRow.revoked_at, "When it was taken back.")
    created_at = column(CategoryGrantRow.created_at, "When it was given.", filterable=True, sortable=True)
