"""The GraphQL types of the catalog: products, features, categories, templates and grants."""

from authz.lists.queries import ParentLink
from schema.fields.declare import column, sql_expression, to_many, to_one
from schema.fields.entities import entity
from schema.nodes import Node
from store.containers import ContainerType
from store.grants import CategoryGrant as CategoryGrantRow
from store.licenses import License as LicenseRow
from store.products import Category as CategoryRow
from store.products import Feature as FeatureRow
from store.products import LicenseModel, ProductCategory
from store.products import LicenseTemplate as LicenseTemplateRow
from store.products import Product as ProductRow


@entity(ProductRow, "A software product for which the vendor sells licenses.")
class Product(Node):
    """A product with its features, categories and templates."""

    name = column(ProductRow.name, "The name of the product.", filterable=True, sortable=True)
    description = column(ProductRow.description, "A description of the product. It may be empty.")
    firm_code = column(ProductRow.firm_code, "The vendor's firm code in License Central.", filterable=True)
    product_code = column(ProductRow.product_code, "The product code in License Central.", filterable=True)
    deactivation_allowed = column(
        ProductRow.deactivation_allowed,
        "Whether activations of the product's licenses can be deactivated, unless a license says otherwise.",
        filterable=True,
    )
    features = to_many(
        ParentLink(FeatureRow.product_id), "The features of the product, which licenses can enable one by one."
    )
    categories = to_many(
        ParentLink(ProductCategory.product_id, ProductCategory.category_id),
        "The categories of the product that the viewer may read.",
        of=CategoryRow,
    )
    templates = to_many(
        ParentLink(LicenseTemplateRow.product_id), "The license templates by which the product can be ordered."
    )
    licenses = to_many(ParentLink(LicenseRow.product_id), "The licenses of the product that the viewer may read.")
    created_at = column(ProductRow.created_at, "When the product was created.", filterable=True, sortable=True)
    updated_at = column(ProductRow.updated_at, "When the product was last changed.")


@entity(FeatureRow, "A feature of a product, which a license can enable.")
class Feature(Node):
    """A feature with its number in License Central."""

    name = column(FeatureRow.name, "The name of the feature.", filterable=True)
    code = column(FeatureRow.code, "The feature code in License Central, unique within the product.", filterable=True)
    product = to_one(FeatureRow.product, "The product to which the feature belongs.", filterable=True)
    created_at = column(FeatureRow.created_at, "When the feature was created.", filterable=True, sortable=True)


@entity(CategoryRow, "A category of products. Category grants give the right to create licenses of its products.")
class Category(Node):
    """A category with its products and grants."""

    name = column(CategoryRow.name, "The name of the category, unique in the portal.", filterable=True)
    description = column(CategoryRow.description, "A description of the category. It may be empty.")
    products = to_many(
        ParentLink(ProductCategory.category_id, ProductCategory.product_id),
        "The products in the category.",
        of=ProductRow,
    )
    grants = to_many(ParentLink(CategoryGrantRow.category_id), "The grants for the category that the viewer may read.")
    created_at = column(CategoryRow.created_at, "When the category was created.", filterable=True, sortable=True)


@entity(
    LicenseTemplateRow,
    "A template for licenses: a product with a license model and its parameters, ready to be ordered.",
)
class LicenseTemplate(Node):
    """A product with a license model and its parameters."""

    name = column(LicenseTemplateRow.name, "The name of the template.", filterable=True)
    product = to_one(LicenseTemplateRow.product, "The product of the licenses.", filterable=True)
    model = column(LicenseTemplateRow.model, "The commercial model of the licenses.", filterable=True)
    parameters = column(
        LicenseTemplateRow.parameters,
        "The parameters that differ from the defaults of the license model, as a JSON object, such as "
        '`{"period": "P1M", "max_quantity": 10}`.',
    )
    rules = column(
        LicenseTemplateRow.rules,
        "The rules for restores, deactivations and borrowing that differ from the defaults, as a JSON object, such as "
        '`{"restores": {"count": 3, "window_days": 365}, "over_limit": "MANUAL"}`.',
    )
    container_types = column(
        LicenseTemplateRow.allowed_container_types,
        "The types of containers in which the licenses can be activated.",
        graphql_type=list[ContainerType],
    )
    created_at = column(LicenseTemplateRow.created_at, "When the template was created.", filterable=True, sortable=True)


@entity(
    CategoryGrantRow,
    "The right of a user to create, modify or revoke licenses of a category, for a group and the groups below it.",
)
class CategoryGrant(Node):
    """A grant with its holder, scope and limits."""

    category = to_one(
        CategoryGrantRow.category,
        "The category to whose products the grant applies. Null if the viewer may not read it.",
        filterable=True,
    )
    holder = to_one(
        CategoryGrantRow.holder,
        "The user who holds the grant. Null if the viewer may not read the account.",
        filterable=True,
    )
    scope_group = to_one(
        CategoryGrantRow.scope_group,
        "The group for which the grant is valid; it includes the groups below.",
        filterable=True,
    )
    granted_by = to_one(
        CategoryGrantRow.granted_by,
        "The user who gave or passed on the grant. Null if the viewer may not read the account.",
    )
    can_create = column(CategoryGrantRow.can_create, "Whether the holder can create licenses.", filterable=True)
    can_modify = column(
        CategoryGrantRow.can_modify, "Whether the holder can change, renew and cancel licenses.", filterable=True
    )
    # An expression, because a column of this name would collide with the viewer's permission `revoke` on the grant.
    can_revoke = sql_expression(
        "lets_revoke", lambda grant: grant.can_revoke, bool, "Whether the holder can revoke licenses."
    )
    max_quantity = column(CategoryGrantRow.max_quantity, "The largest number of seats of a license. Null: unlimited.")
    max_days = column(
        CategoryGrantRow.max_days, "The largest number of days from the start of a license to its end. Null: unlimited."
    )
    models = column(
        CategoryGrantRow.models,
        "The license models that the grant includes. Null: all models.",
        graphql_type=list[LicenseModel],
    )
    state = column(CategoryGrantRow.state, "Whether the grant is in effect.", filterable=True)
    revoked_at = column(CategoryGrantRow.revoked_at, "When the grant was revoked. Null: it is in effect.")
    created_at = column(CategoryGrantRow.created_at, "When the grant was given.", filterable=True, sortable=True)
