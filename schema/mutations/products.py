"""Mutations of the catalog: products, features, categories and license templates."""

from typing import Any

from strawberry.scalars import JSON

from resolvers import products
from schema.fields.declare_mutation import declare, gives
from schema.fields.inputs import number, ref, refs, takes, text, value
from schema.fields.scalars import BigInt, Duration
from store.containers import ContainerType
from store.license_models import MAX_DAYS, MAX_NOTICE_DAYS, MAX_QUANTITY, RenewalBasis
from store.products import Category, Feature, LicenseModel, LicenseTemplate, Product

_NAME = 200
_CODE = 2**32 - 1
_NEW = "null after a dry run or if the mutation failed."
_FAILED = "null if the mutation failed."
_KEEPS = "fields that are left out stay as they are."
_RETURNABLE = "Whether seats of the product's licenses can be given back, unless a license says otherwise."


def _name(what: str, *, optional: bool = False) -> Any:
    return text(f"The name of the {what}; 1 to {_NAME} characters.", longest=_NAME, shortest=1, optional=optional)


def _code(description: str, least: int) -> Any:
    return number(f"{description}; {least} to {_CODE}.", least=least, most=_CODE, kind=BigInt)


def _parameters() -> dict[str, Any]:
    def seats(description: str) -> Any:
        return number(f"{description}; 1 to {MAX_QUANTITY}.", least=1, most=MAX_QUANTITY, optional=True)

    def days(description: str) -> Any:
        return number(f"{description}; 1 to {MAX_DAYS}.", least=1, most=MAX_DAYS, optional=True)

    return {
        "min_quantity": seats("The smallest number of seats that can be ordered"),
        "max_quantity": seats("The largest number of seats that can be ordered"),
        "period": text(
            "The term for which a license is sold and renewed, such as `P1Y` or `P1M`.",
            longest=40,
            optional=True,
            kind=Duration,
        ),
        "days": days("For how many days a license runs from its first activation"),
        "max_days": days("The largest number of days that an order can ask for"),
        "notice_days": number(
            f"How many days before its end a subscription must be canceled; 0 to {MAX_NOTICE_DAYS}.",
            least=0,
            most=MAX_NOTICE_DAYS,
            optional=True,
        ),
        "auto_renew": value("Whether a subscription is renewed automatically.", bool, optional=True),
        "basis": value("The instant from which a renewal counts.", RenewalBasis, optional=True),
        "approval": value("Whether the vendor must approve each order that others place.", bool, optional=True),
        "endless": value("Whether an internal license never expires.", bool, optional=True),
        "container_types": value(
            "The types of containers that licenses can be activated in; null: all that the model allows.",
            list[ContainerType],
            optional=True,
        ),
        "rules": value(
            "How licenses are restored, given back and borrowed, by rule, such as"
            ' `{"restores": {"count": 3, "window_days": 365}, "over_limit": "MANUAL"}`.',
            JSON,
            optional=True,
        ),
    }


CHANGES = (
    declare(
        products.create_product,
        "Adds a product to the catalog.",
        takes(
            "What `productCreate` needs: the name of the product and its codes in License Central.",
            name=_name("product"),
            firm_code=_code("The vendor's code in License Central", 1),
            product_code=_code("The product's code in License Central", 1),
            description=text("A description of the product for its buyers.", default=""),
            deactivation_allowed=value(_RETURNABLE, bool, default=True),
        ),
        gives("What `productCreate` returns.", product=f"The new product; {_NEW}"),
    ),
    declare(
        products.modify_product,
        "Changes the texts of a product, and whether its seats can be given back.",
        takes(
            f"What `productModify` needs: the product and what to change; {_KEEPS}",
            product_id=ref("The product to change.", Product),
            name=_name("product", optional=True),
            description=text("A description of the product for its buyers.", optional=True),
            deactivation_allowed=value(_RETURNABLE, bool, optional=True),
        ),
        gives("What `productModify` returns.", product=f"The product as it is now; {_FAILED}"),
    ),
    declare(
        products.create_feature,
        "Adds a feature to a product: a part of it that is enabled per license.",
        takes(
            "What `featureCreate` needs: the product, and the code and name of the feature.",
            product_id=ref("The product that gets the feature.", Product),
            code=_code("The feature's code in License Central", 0),
            name=_name("feature"),
        ),
        gives("What `featureCreate` returns.", feature=f"The new feature; {_NEW}"),
    ),
    declare(
        products.modify_feature,
        "Renames a feature.",
        takes(
            "What `featureModify` needs: the feature and its new name.",
            feature_id=ref("The feature to rename.", Feature),
            name=_name("feature"),
        ),
        gives("What `featureModify` returns.", feature=f"The feature as it is now; {_FAILED}"),
    ),
    declare(
        products.create_category,
        "Adds a category of products, for which grants to create licenses can be given.",
        takes(
            "What `categoryCreate` needs: the name of the category.",
            name=_name("category"),
            description=text("What the category is for.", default=""),
            product_ids=refs("The products in the category.", Product, optional=True),
        ),
        gives("What `categoryCreate` returns.", category=f"The new category; {_NEW}"),
    ),
    declare(
        products.modify_category,
        "Changes a category or its products; grants for the category cover the new products at once.",
        takes(
            f"What `categoryModify` needs: the category and what to change; {_KEEPS}",
            category_id=ref("The category to change.", Category),
            name=_name("category", optional=True),
            description=text("What the category is for.", optional=True),
            product_ids=refs("All products in the category from now on.", Product, optional=True),
        ),
        gives("What `categoryModify` returns.", category=f"The category as it is now; {_FAILED}"),
    ),
    declare(
        products.create_template,
        "Adds a license template: a product under a license model, ready to be ordered.",
        takes(
            "What `licenseTemplateCreate` needs: product, name and model; what is left out is as the model says.",
            product_id=ref("The product to sell.", Product),
            name=_name("template"),
            model=value("The commercial license model.", LicenseModel),
            **_parameters(),
        ),
        gives("What `licenseTemplateCreate` returns.", license_template=f"The new template; {_NEW}"),
    ),
    declare(
        products.modify_template,
        "Changes a license template for future orders; existing licenses stay as they were sold.",
        takes(
            f"What `licenseTemplateModify` needs: the template and what to change; {_KEEPS}",
            template_id=ref("The template to change.", LicenseTemplate),
            name=_name("template", optional=True),
            **_parameters(),
        ),
        gives("What `licenseTemplateModify` returns.", license_template=f"The template as it is now; {_FAILED}"),
    ),
)
