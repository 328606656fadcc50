"""What the vendor does with his catalogue."""

from typing import Any

from strawberry.scalars import JSON

from resolvers import products
from schema.fields.declare import shown
from schema.fields.declare_mutation import declare, gives
from schema.fields.inputs import number, ref, refs, takes, text, value
from schema.fields.scalars import BigInt, Duration
from store.containers import ContainerType
from store.license_models import LARGEST_QUANTITY, LONGEST_DAYS, LONGEST_NOTICE, RenewalBasis
from store.products import Category, Feature, LicenseModel, LicenseTemplate, Product

_NAME = 200
_CODE = 2**32 - 1
_MADE = "null after a dry run."


def _code(description: str, least: int) -> Any:
    return number(description, least=least, most=_CODE, kind=BigInt)


def _parameters() -> dict[str, Any]:
    def seats(description: str) -> Any:
        return number(description, least=1, most=LARGEST_QUANTITY, optional=True)

    def days(description: str) -> Any:
        return number(description, least=1, most=LONGEST_DAYS, optional=True)

    return {
        "min_quantity": seats("How many seats at least."),
        "max_quantity": seats("How many seats at most."),
        "period": text("The term by which it is sold and renewed.", longest=40, optional=True, kind=Duration),
        "days": days("For how many days it runs from its first activation."),
        "max_days": days("For how many days at most, where an order says another number."),
        "notice_days": number(
            "How many days before its end a subscription is cancelled at the latest.",
            least=0,
            most=LONGEST_NOTICE,
            optional=True,
        ),
        "auto_renew": value("Whether a subscription renews by itself.", bool, optional=True),
        "basis": value("What a renewal counts from.", RenewalBasis, optional=True),
        "approval": value("Whether the vendor approves each order of others.", bool, optional=True),
        "endless": value("Whether a license for the use inside the house has no end.", bool, optional=True),
        "container_types": value(
            "In which containers its licenses may live; null: in all that the model allows.",
            list[ContainerType],
            optional=True,
        ),
        "rules": value("How its licenses are restored, given back and lent.", JSON, optional=True),
    }


CHANGES = (
    declare(
        products.create_product,
        "Add a product to the catalogue.",
        takes(
            "What is sold.",
            name=text("What people call it.", longest=_NAME, shortest=1),
            firm_code=_code("The vendor's number in License Central.", 1),
            product_code=_code("The product's number in License Central.", 1),
            description=text("What it is.", default=""),
            deactivation_allowed=value("Whether its seats can be given back.", bool, default=True),
        ),
        gives("What became of it.", product=shown(Product, f"The new product; {_MADE}")),
    ),
    declare(
        products.modify_product,
        "Change what people read of a product, and whether its seats can be given back.",
        takes(
            "What is changed; what is left out stays.",
            product_id=ref("Which product.", Product),
            name=text("What people call it.", longest=_NAME, shortest=1, optional=True),
            description=text("What it is.", optional=True),
            deactivation_allowed=value("Whether its seats can be given back.", bool, optional=True),
        ),
        gives("What became of it.", product=shown(Product, "The product as it is now.")),
    ),
    declare(
        products.create_feature,
        "Add a part of a product that is switched on by itself.",
        takes(
            "Which part of what.",
            product_id=ref("Of which product.", Product),
            code=_code("Its number in License Central.", 0),
            name=text("What people call it.", longest=_NAME, shortest=1),
        ),
        gives("What became of it.", feature=shown(Feature, f"The new feature; {_MADE}")),
    ),
    declare(
        products.modify_feature,
        "Give a feature another name.",
        takes(
            "What is changed.",
            feature_id=ref("Which feature.", Feature),
            name=text("What people call it.", longest=_NAME, shortest=1),
        ),
        gives("What became of it.", feature=shown(Feature, "The feature as it is now.")),
    ),
    declare(
        products.create_category,
        "Set up a shelf of products, for which rights of creation can be given.",
        takes(
            "What stands together.",
            name=text("What people call it.", longest=_NAME, shortest=1),
            description=text("What it is for.", default=""),
            product_ids=refs("What stands on it.", Product, optional=True),
        ),
        gives("What became of it.", category=shown(Category, f"The new category; {_MADE}")),
    ),
    declare(
        products.modify_category,
        "Change a shelf, or what stands on it; rights of creation follow at once.",
        takes(
            "What is changed; what is left out stays.",
            category_id=ref("Which category.", Category),
            name=text("What people call it.", longest=_NAME, shortest=1, optional=True),
            description=text("What it is for.", optional=True),
            product_ids=refs("Everything that stands on it from now on.", Product, optional=True),
        ),
        gives("What became of it.", category=shown(Category, "The category as it is now.")),
    ),
    declare(
        products.create_template,
        "Make a product ready to be ordered under one license model; product, model and name are enough.",
        takes(
            "What can be ordered; what is left out is as the model has it.",
            product_id=ref("Of which product.", Product),
            name=text("What people call it.", longest=_NAME, shortest=1),
            model=value("How it is sold.", LicenseModel),
            **_parameters(),
        ),
        gives("What became of it.", license_template=shown(LicenseTemplate, f"The new template; {_MADE}")),
    ),
    declare(
        products.modify_template,
        "Change what is ordered from now on; licenses that there are stay as they were sold.",
        takes(
            "What is changed; what is left out stays.",
            template_id=ref("Which template.", LicenseTemplate),
            name=text("What people call it.", longest=_NAME, shortest=1, optional=True),
            **_parameters(),
        ),
        gives("What became of it.", license_template=shown(LicenseTemplate, "The template as it is now.")),
    ),
)
