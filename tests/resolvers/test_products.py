"""The vendor's catalog: products, categories and templates."""

import pytest
import sqlalchemy as sa

from resolvers.orders import create_order
from resolvers.products import (
    create_category,
    create_feature,
    create_product,
    create_template,
    modify_category,
    modify_feature,
    modify_product,
    modify_template,
)
from seeds.cast import ANN, IDA, REX, SAL, Categories, Groups, Products
from seeds.demo_catalog import FIRM_CODE, feature_id, template_of
from store.containers import ContainerType
from store.errors import BadInput, Forbidden, NotFound
from store.license_models import PRESETS, ModelCell, ModelRuleBroken, RenewalBasis
from store.licenses import License
from store.orders import OrderSource
from store.products import AlreadyExists, Category, LicenseModel, LicenseTemplate, Product, ProductCategory

NEW = {"name": "Atlas Sketch", "firm_code": FIRM_CODE, "product_code": 1003}
DEFAULTS = {"description": "", "deactivation_allowed": True}
CLOUD = ContainerType.PERSONAL_CLOUD


@pytest.fixture
def ordered(access_of):
    async def order(who, template_id, group_id, **rest):
        arguments = {"quantity": 1, "count": 1, "source": OrderSource.PORTAL, "by_code": False} | rest
        return await create_order(await access_of(who), template_id=template_id, group_id=group_id, **arguments)

    return order


def id_of(done, cls):
    """The id of the row of this class that a use case has returned."""
    values = [getattr(done.result, name) for name in done.payload]
    rows = [each for value in values for each in (value if isinstance(value, list) else [value])]
    (found,) = (each for each in rows if isinstance(each, cls))
    return found.id


@pytest.mark.feature("F58")
async def test_a_product_can_be_in_two_categories(access_of, database):
    ida = await access_of(IDA)
    product_id = id_of(await create_product(ida, **NEW, **DEFAULTS), Product)

    for name in ("Sketching", "Schools"):
        await create_category(ida, name=name, description="", product_ids=[product_id])

    async with database.transaction() as session:
        categories = sa.select(Category.name).join(ProductCategory).where(ProductCategory.product_id == product_id)
        assert set(await session.scalars(categories)) == {"Sketching", "Schools"}


@pytest.mark.feature("F58")
async def test_a_grant_covers_the_current_products_of_its_category(access_of, ordered):
    yearly = template_of(LicenseModel.SINGLE_USER_SUBSCRIPTION)
    await modify_category(await access_of(IDA), category_id=Categories.DESIGN, product_ids=[Products.RENDER])

    with pytest.raises(NotFound):
        await ordered(SAL, yearly, Groups.BOLT)
    await modify_category(await access_of(IDA), category_id=Categories.DESIGN, product_ids=[Products.CAD])

    assert len((await ordered(SAL, yearly, Groups.BOLT)).result.licenses) == 1


async def test_only_the_vendor_changes_the_catalog(access_of, database):
    for who in (REX, ANN, SAL):
        access = await access_of(who)
        for attempt in (
            create_product(access, **NEW, **DEFAULTS),
            create_category(access, name="Mine", description=""),
            modify_product(access, product_id=Products.CAD, name="Mine"),
            create_feature(access, product_id=Products.CAD, code=9, name="Mine"),
            modify_feature(access, feature_id=feature_id(Products.CAD, 1), name="Mine"),
            create_template(access, product_id=Products.CAD, name="Mine", model=LicenseModel.DEMO, days=9),
        ):
            with pytest.raises(Forbidden):
                await attempt

    async with database.transaction() as session:
        for cls in (Product, Category, LicenseTemplate):
            assert "Mine" not in set(await session.scalars(sa.select(cls.name)))


async def test_product_codes_and_names_are_unique(access_of):
    ida = await access_of(IDA)

    for attempt in (
        create_product(ida, name="Other", firm_code=FIRM_CODE, product_code=1001, **DEFAULTS),
        create_feature(ida, product_id=Products.CAD, code=1, name="Other"),
        create_category(ida, name="Design", description=""),
        modify_category(ida, category_id=Categories.TRIALS, name="Design"),
    ):
        with pytest.raises(AlreadyExists):
            await attempt


async def test_arguments_that_are_left_out_change_nothing(access_of, row):
    await modify_product(await access_of(IDA), product_id=Products.CAD, deactivation_allowed=False)
    await modify_feature(await access_of(IDA), feature_id=feature_id(Products.CAD, 1), name="Drawing")

    product = await row(Product, Products.CAD)
    assert (product.name, product.deactivation_allowed) == ("Atlas CAD", False)


@pytest.mark.parametrize("model", list(LicenseModel))
@pytest.mark.feature("F83", "F91")
async def test_a_template_needs_only_a_product_and_a_model(access_of, ordered, row, model):
    days = {"days": 30} if PRESETS[model].time_rule == "FROM_FIRST_ACTIVATION" else {}
    template = await create_template(await access_of(IDA), product_id=Products.CAD, name="Plain", model=model, **days)
    quantity = PRESETS[model].min_seats

    answer = await ordered(IDA, id_of(template, LicenseTemplate), Groups.RHEINTAL, quantity=quantity)

    license = await row(License, id_of(answer, License))
    assert (license.model, license.quantity, license.days) == (model, quantity, days.get("days"))


@pytest.mark.feature("F90")
async def test_an_internal_license_may_have_no_end(access_of, ordered, row):
    arguments = {"product_id": Products.CAD, "name": "House", "model": LicenseModel.INTERNAL_NFR}
    template = await create_template(await access_of(IDA), **arguments, endless=True)

    answer = await ordered(IDA, id_of(template, LicenseTemplate), Groups.RHEINTAL)

    license = await row(License, id_of(answer, License))
    assert (license.expires_at, license.period, license.not_for_resale) == (None, None, True)


@pytest.mark.feature("F83")
async def test_technical_parameters_define_a_custom_model(access_of, ordered, row):
    template = await create_template(
        await access_of(IDA),
        product_id=Products.CAD,
        name="Crew by the month",
        model=LicenseModel.MULTI_USER_SUBSCRIPTION,
        min_quantity=3,
        max_quantity=20,
        period="P1M",
        notice_days=14,
        basis=RenewalBasis.FROM_NOW_IF_EXPIRED,
        container_types=[ContainerType.DONGLE],
        rules={"restores": {"count": 1, "window_days": 30}},
    )

    answer = await ordered(IDA, id_of(template, LicenseTemplate), Groups.ACME, quantity=3)

    license = await row(License, id_of(answer, License))
    assert (license.period, license.notice_days, license.auto_renew) == ("P1M", 14, True)
    assert (license.renewal_basis, license.container_types) == (RenewalBasis.FROM_NOW_IF_EXPIRED, ["DONGLE"])
    assert license.rules == {"restores": {"count": 1, "window_days": 30}}


@pytest.mark.parametrize(
    ("model", "wrong", "cell", "limit"),
    [
        (LicenseModel.PERPETUAL_SINGLE_USER, {"max_quantity": 2}, ModelCell.QUANTITY, 1),
        (LicenseModel.PERPETUAL_SINGLE_USER, {"period": "P1Y"}, ModelCell.TIME, None),
        (LicenseModel.PERPETUAL_SINGLE_USER, {"days": 30}, ModelCell.TIME, None),
        (LicenseModel.PERPETUAL_SINGLE_USER, {"auto_renew": True}, ModelCell.RENEWAL, None),
        (LicenseModel.PERPETUAL_MULTI_USER, {"max_quantity": 1}, ModelCell.QUANTITY, 2),
        (LicenseModel.PERPETUAL_MULTI_USER, {"notice_days": 1}, ModelCell.RENEWAL, None),
        (LicenseModel.PERPETUAL_MULTI_USER, {"container_types": [CLOUD]}, ModelCell.CONTAINERS, None),
        (LicenseModel.SINGLE_USER_SUBSCRIPTION, {"max_quantity": 2}, ModelCell.QUANTITY, 1),
        (LicenseModel.SINGLE_USER_SUBSCRIPTION, {"days": 30}, ModelCell.TIME, None),
        (LicenseModel.MULTI_USER_SUBSCRIPTION, {"min_quantity": 9, "max_quantity": 8}, ModelCell.QUANTITY, 8),
        (LicenseModel.MULTI_USER_SUBSCRIPTION, {"container_types": [CLOUD]}, ModelCell.CONTAINERS, None),
        (LicenseModel.DEMO, {}, ModelCell.TIME, None),
        (LicenseModel.DEMO, {"days": 30, "max_days": 20}, ModelCell.TIME, 20),
        (LicenseModel.DEMO, {"days": 30, "auto_renew": True}, ModelCell.RENEWAL, None),
        (LicenseModel.DEMO, {"days": 30, "basis": RenewalBasis.FROM_EXPIRY}, ModelCell.RENEWAL, None),
        (LicenseModel.PREPAID, {"days": 30, "period": "P1M"}, ModelCell.TIME, None),
        (LicenseModel.PREPAID, {"days": 30, "auto_renew": True}, ModelCell.RENEWAL, None),
        (LicenseModel.PREPAID, {"days": 30, "container_types": [CLOUD]}, ModelCell.CONTAINERS, None),
        (LicenseModel.SINGLE_USER_SUBSCRIPTION, {"endless": True}, ModelCell.TIME, None),
        (LicenseModel.INTERNAL_NFR, {"endless": True, "period": "P1M"}, ModelCell.TIME, None),
        (LicenseModel.INTERNAL_NFR, {"days": 30}, ModelCell.TIME, None),
        (LicenseModel.INTERNAL_NFR, {"auto_renew": True}, ModelCell.RENEWAL, None),
    ],
)
@pytest.mark.feature("F12", "F83", "F84", "F85", "F86", "F87", "F88", "F89", "F90")
async def test_a_parameter_that_does_not_fit_the_model_is_refused_with_its_cell(
    access_of, database, model, wrong, cell, limit
):
    with pytest.raises(ModelRuleBroken) as refused:
        await create_template(await access_of(IDA), product_id=Products.CAD, name="Wrong", model=model, **wrong)

    bound = {} if limit is None else {"limit": limit}
    assert refused.value.details == {"model": model, "cell": cell, **bound}
    async with database.transaction() as session:
        assert "Wrong" not in set(await session.scalars(sa.select(LicenseTemplate.name)))


async def test_a_changed_template_must_still_fit_its_model(access_of, row):
    yearly = template_of(LicenseModel.SINGLE_USER_SUBSCRIPTION)
    ida = await access_of(IDA)

    await modify_template(ida, template_id=yearly, period="P1M")
    with pytest.raises(ModelRuleBroken):
        await modify_template(ida, template_id=yearly, days=3)
    with pytest.raises(BadInput):
        await modify_template(ida, template_id=yearly, period="monthly")

    template = await row(LicenseTemplate, yearly)
    assert (template.parameters, template.name) == ({"period": "P1M"}, "Atlas CAD, annual")


@pytest.mark.parametrize(
    "rules",
    [
        [],
        "none",
        3,
        {"restore": {"count": 1}},
        {"restores": 3},
        {"restores": {"window_days": 1}},
        {"restores": {"count": -1}},
        {"restores": {"count": 1, "per": "year"}},
        {"over_limit": "PERHAPS"},
        {"max_borrow_days": "long"},
    ],
)
async def test_invalid_license_rules_are_refused(access_of, row, rules):
    yearly = template_of(LicenseModel.SINGLE_USER_SUBSCRIPTION)

    with pytest.raises(BadInput):
        await modify_template(await access_of(IDA), template_id=yearly, rules=rules)

    assert (await row(LicenseTemplate, yearly)).rules == {"restores": {"count": 2, "window": "P1Y"}}
