"""Ordering licenses: what a template, a group and a grant allow, and the limits of each."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from resolvers.grants import create_grant
from resolvers.license_terms import cancel_license
from resolvers.orders import approve_order, create_order, reject_order
from resolvers.products import create_template
from seeds.cast import ANN, IDA, REX, SAL, SAM, SERVER, TOM, Categories, Groups, Products, named
from seeds.demo_catalog import feature_id, template_of
from store.audit import AuditEntry
from store.errors import BadInput, EditionRequired, Forbidden, NotFound, WrongState
from store.grants import GrantBound, GrantBoundExceeded, GrantVerb
from store.license_errors import NotForResale
from store.license_models import ModelCell, ModelRuleBroken
from store.license_states import Lifecycle
from store.licenses import License
from store.orders import DemoExists, LicenseOrder, OrderSource, OrderState, ReferenceTaken
from store.portal import Capability, Edition, Portal
from store.products import FeatureOfOtherProduct, LicenseModel
from store.tickets import Ticket, TicketState
from tests.portal import NOW

DAY = timedelta(days=1)
DEMO = template_of(LicenseModel.DEMO)
YEARLY = template_of(LicenseModel.SINGLE_USER_SUBSCRIPTION)
SEATS = template_of(LicenseModel.PERPETUAL_MULTI_USER)


@pytest.fixture
def order(access_of):
    """`await order(REX, DEMO, group_id=...)` creates an order and returns the result."""

    async def placed(who, template_id, *, dry_run=False, **rest):
        arguments = {"quantity": 1, "count": 1, "source": OrderSource.PORTAL, "by_code": False} | rest
        return await create_order((await access_of(who)).attempt(dry_run=dry_run), template_id=template_id, **arguments)

    return placed


@pytest.fixture
def edition(database):
    async def bought(edition):
        async with database.transaction() as session:
            await session.execute(sa.update(Portal).values(edition=edition))

    return bought


@pytest.fixture
def count(database):
    async def counted(cls):
        async with database.transaction() as session:
            return await session.scalar(sa.select(sa.func.count()).select_from(cls))

    return counted


@pytest.fixture
def granted(access_of):
    """`await granted(ANN, Groups.ACME, max_quantity=5)` creates a grant for the category Design."""

    async def give(holder, scope, *verbs, **bounds):
        arguments = {"category_id": Categories.DESIGN, "verbs": list(verbs) or [GrantVerb.CREATE]} | bounds
        answer = await create_grant(await access_of(IDA), holder_id=holder.id, scope_group_id=scope, **arguments)
        return answer.result.category_grant.id

    return give


async def only(done, cls, row):
    """The one row of this class that a use case has returned, as it is stored."""
    values = [getattr(done.result, name) for name in done.payload]
    rows = [each for value in values for each in (value if isinstance(value, list) else [value])]
    (found,) = (each for each in rows if isinstance(each, cls))
    return await row(cls, found.id)


@pytest.mark.feature("F28", "F57", "F61")
async def test_a_reseller_orders_a_demo_for_a_customer(order, row):
    answer = await order(REX, DEMO, group_id=Groups.BERLIN)

    license, ticket = await only(answer, License, row), await only(answer, Ticket, row)
    assert (license.owner_group_id, license.days, license.expires_at) == (Groups.BERLIN, 30, None)
    assert (ticket.state, ticket.owner_group_id, license.ticket_id) == (TicketState.CLAIMED, Groups.BERLIN, ticket.id)
    assert len(answer.result.code.value) == 29
    assert (await only(answer, LicenseOrder, row)).state is OrderState.FULFILLED


@pytest.mark.feature("F50", "F63")
async def test_each_new_license_has_an_audit_entry_visible_to_its_administrators(order, database):
    answer = await order(REX, DEMO, group_id=Groups.BERLIN)

    async with database.transaction() as session:
        made = sa.select(AuditEntry).where(AuditEntry.license_id == answer.result.licenses[0].id)
        (entry,) = await session.scalars(made)
    assert (entry.action, entry.actor_id, entry.group_id) == ("license.created", REX.id, Groups.BERLIN)
    assert (entry.after["model"], entry.after["order_id"]) == ("DEMO", str(answer.result.license_order.id))


@pytest.mark.feature("F57", "F91")
async def test_a_sales_employee_needs_only_a_template_and_a_group_to_sell_a_subscription(order, row):
    license = await only(await order(SAL, YEARLY, group_id=Groups.BOLT), License, row)

    assert (license.model, license.period, license.auto_renew) == (LicenseModel.SINGLE_USER_SUBSCRIPTION, "P1Y", True)
    assert (license.starts_at, license.expires_at) == (NOW, NOW.replace(year=2027))
    assert license.renews_at == license.expires_at - DAY
    assert license.lifecycle is Lifecycle.VALID


@pytest.mark.feature("F57", "F62")
async def test_a_customer_admin_creates_licenses_within_the_bound_of_a_grant(order, granted, row, count):
    await granted(ANN, Groups.ACME, max_quantity=2)

    license = await only(await order(ANN, YEARLY, group_id=Groups.BERLIN), License, row)
    before = await count(License)
    with pytest.raises(GrantBoundExceeded) as refused:
        await order(ANN, YEARLY, group_id=Groups.BERLIN, count=3)

    assert license.owner_group_id == Groups.BERLIN
    assert refused.value.details == {"bound": GrantBound.QUANTITY, "limit": 2}
    assert await count(License) == before


@pytest.mark.feature("F30", "F88")
async def test_a_grant_limits_the_days_of_a_demo(order, count, access_of):
    template = await create_template(
        await access_of(IDA), product_id=Products.VIEWER, name="Long", model=LicenseModel.DEMO, days=30, max_days=90
    )
    before = await count(LicenseOrder)

    with pytest.raises(GrantBoundExceeded) as refused:
        await order(REX, template.result.license_template.id, group_id=Groups.ACME, days=61)

    assert refused.value.details == {"bound": GrantBound.DAYS, "limit": 60}
    assert await count(LicenseOrder) == before


async def test_a_grant_limited_in_days_does_not_allow_perpetual_licenses(order, granted):
    await granted(REX, Groups.RHEINTAL, max_days=60)

    with pytest.raises(GrantBoundExceeded, match="60 days"):
        await order(REX, template_of(LicenseModel.PERPETUAL_SINGLE_USER), group_id=Groups.ACME)


async def test_a_grant_for_some_models_does_not_allow_others(order, granted):
    await granted(ANN, Groups.ACME, models=[LicenseModel.DEMO])

    with pytest.raises(GrantBoundExceeded) as refused:
        await order(ANN, YEARLY, group_id=Groups.ACME)

    assert refused.value.details["bound"] is GrantBound.MODELS


@pytest.mark.feature("F30")
async def test_templates_outside_the_granted_categories_read_as_absent(order, count):
    before = await count(LicenseOrder)

    with pytest.raises(NotFound):
        await order(REX, SEATS, group_id=Groups.ACME, quantity=5)

    assert await count(LicenseOrder) == before


@pytest.mark.feature("F60")
async def test_a_grant_is_not_enough_without_being_admin_of_the_group(order, granted, count):
    await granted(TOM, Groups.ACME)
    before = await count(License)

    with pytest.raises(Forbidden):
        await order(TOM, YEARLY, group_id=Groups.BERLIN)
    with pytest.raises(NotFound):
        await order(REX, DEMO, group_id=Groups.BOLT)

    assert await count(License) == before


@pytest.mark.feature("F57")
async def test_a_group_administrator_without_a_grant_cannot_order(order, count):
    before = await count(License)

    with pytest.raises(NotFound):
        await order(ANN, YEARLY, group_id=Groups.ACME)

    assert await count(License) == before


@pytest.mark.feature("F31", "F97", "F119", "F120")
async def test_in_the_basic_edition_the_vendor_and_its_employees_order_but_resellers_cannot(order, edition, count):
    await edition(Edition.BASIC)

    await order(IDA, YEARLY, group_id=Groups.ACME)
    await order(SAL, YEARLY, group_id=Groups.BOLT)
    before = await count(License)
    with pytest.raises(EditionRequired) as reseller:
        await order(REX, DEMO, group_id=Groups.BERLIN)
    with pytest.raises(EditionRequired) as program:
        await order(IDA, YEARLY, group_id=Groups.ACME, source=OrderSource.API, external_ref="shop-1")

    assert reseller.value.details == {"capability": Capability.RESELLER_MANAGEMENT, "minimum": Edition.PROFESSIONAL}
    assert program.value.details == {"capability": Capability.LICENSE_CREATION_API, "minimum": Edition.PROFESSIONAL}
    assert await count(License) == before


@pytest.mark.feature("F13", "F103")
async def test_a_repeated_external_reference_is_the_same_order_and_ticket(order, count):
    shop = {"group_id": Groups.ACME, "source": OrderSource.API, "external_ref": "shop-77"}
    first = await order(IDA, YEARLY, **shop)
    before = await count(License)

    again = await order(IDA, YEARLY, **shop)

    assert again.payload == first.payload | {"code": None}
    assert await count(License) == before
    with pytest.raises(ReferenceTaken):
        await order(IDA, YEARLY, **shop, count=2)


@pytest.mark.feature("F13")
async def test_concurrent_orders_with_the_same_reference_are_one_order(order, count):
    before = await count(LicenseOrder)
    shop = {"group_id": Groups.ACME, "source": OrderSource.API, "external_ref": "shop-78"}

    answers = await asyncio.gather(*(order(IDA, YEARLY, **shop) for _ in range(5)))

    assert len({each.result.license_order.id for each in answers}) == 1
    assert await count(LicenseOrder) == before + 1


async def test_only_the_vendor_orders_for_people_or_without_a_recipient(order, count):
    before = [await count(each) for each in (License, LicenseOrder, Ticket)]

    with pytest.raises(Forbidden):
        await order(REX, DEMO, person_id=REX.id)
    with pytest.raises(NotFound):
        await order(REX, DEMO, person_id=SAM.id)
    with pytest.raises(Forbidden):
        await order(REX, DEMO)
    with pytest.raises(BadInput):
        await order(IDA, YEARLY, person_id=SAM.id, group_id=Groups.ACME)
    with pytest.raises(BadInput):
        await order(IDA, YEARLY, person_id=SERVER.id)

    assert [await count(each) for each in (License, LicenseOrder, Ticket)] == before


async def test_a_reference_of_another_caller_reveals_nothing_about_its_order(order):
    await order(SAL, YEARLY, group_id=Groups.BOLT, external_ref="same")

    with pytest.raises(ReferenceTaken):
        await order(REX, DEMO, group_id=Groups.ACME, external_ref="same")


@pytest.mark.feature("F38")
async def test_the_vendor_orders_for_a_private_customer(order, row):
    license = await only(await order(IDA, YEARLY, person_id=SAM.id), License, row)

    assert (license.owner_user_id, license.assigned_user_id, license.owner_group_id) == (SAM.id, SAM.id, None)


@pytest.mark.feature("F99")
async def test_an_order_of_three_licenses_has_one_ticket_with_three_child_tickets(order, row, database):
    answer = await order(IDA, YEARLY, group_id=Groups.ACME, count=3)

    whole = await row(Ticket, answer.result.ticket.id)
    async with database.transaction() as session:
        parts = list(await session.scalars(sa.select(Ticket).where(Ticket.parent_id == whole.id)))
    licenses = [await row(License, each.id) for each in answer.result.licenses]
    assert whole.state is TicketState.SPLIT
    assert {(each.state, each.parent_id) for each in parts} == {(TicketState.CLAIMED, whole.id)}
    assert {each.ticket_id for each in licenses} == {each.id for each in parts}
    assert len({each.code_hash for each in [whole, *parts]}) == 4


@pytest.mark.feature("F92")
async def test_an_order_enables_features_of_its_product_only(order, row, database, count):
    solids = feature_id(Products.CAD, 2)
    license = await only(await order(IDA, YEARLY, group_id=Groups.ACME, feature_ids=[solids]), License, row)
    before = await count(License)

    with pytest.raises(FeatureOfOtherProduct):
        await order(IDA, YEARLY, group_id=Groups.ACME, feature_ids=[feature_id(Products.FLOW, 1)])

    async with database.transaction() as session:
        kept = await session.get_one(License, license.id, options=[sa.orm.selectinload(License.features)])
        assert [each.id for each in kept.features] == [solids]
    assert await count(License) == before


@pytest.mark.feature("F88")
async def test_there_is_one_live_demo_for_each_owner_and_product(order, count):
    before = await count(License)

    with pytest.raises(DemoExists):
        await order(REX, DEMO, group_id=Groups.ACME)  # Acme has a live demo of the same product
    answers = await asyncio.gather(
        *(order(REX, DEMO, group_id=Groups.BERLIN) for _ in range(3)), return_exceptions=True
    )

    assert sorted(type(each).__name__ for each in answers) == ["Completed", "DemoExists", "DemoExists"]
    assert await count(License) == before + 1


@pytest.mark.feature("F90")
async def test_internal_licenses_are_ordered_only_for_the_vendor_and_its_resellers(order, row, count):
    template = template_of(LicenseModel.INTERNAL_NFR)
    license = await only(await order(IDA, template, group_id=Groups.RHEINTAL), License, row)
    before = await count(License)

    for owner in ({"group_id": Groups.ACME}, {"group_id": Groups.BERLIN}, {"person_id": SAM.id}):
        with pytest.raises(NotForResale):
            await order(IDA, template, **owner)

    assert license.not_for_resale
    assert license.expires_at == NOW.replace(year=2027)
    assert await count(License) == before


@pytest.mark.parametrize(
    ("model", "wish", "cell", "limit"),
    [
        (LicenseModel.PERPETUAL_SINGLE_USER, {"quantity": 2}, ModelCell.QUANTITY, 1),
        (LicenseModel.PERPETUAL_SINGLE_USER, {"expires_at": NOW + DAY}, ModelCell.TIME, None),
        (LicenseModel.PERPETUAL_MULTI_USER, {"quantity": 1}, ModelCell.QUANTITY, 2),
        (LicenseModel.SINGLE_USER_SUBSCRIPTION, {"quantity": 2}, ModelCell.QUANTITY, 1),
        (LicenseModel.SINGLE_USER_SUBSCRIPTION, {"days": 30}, ModelCell.TIME, None),
        (LicenseModel.SINGLE_USER_SUBSCRIPTION, {"expires_at": NOW}, ModelCell.TIME, None),
        (LicenseModel.DEMO, {"quantity": 2}, ModelCell.QUANTITY, 1),
        (LicenseModel.DEMO, {"days": 31}, ModelCell.TIME, 30),
        (LicenseModel.DEMO, {"expires_at": NOW + 31 * DAY}, ModelCell.TIME, 30),
        (LicenseModel.DEMO, {"count": 2}, ModelCell.QUANTITY, 1),
        (LicenseModel.PREPAID, {"expires_at": NOW + DAY}, ModelCell.TIME, None),
        (LicenseModel.INTERNAL_NFR, {"days": 3}, ModelCell.TIME, None),
    ],
)
@pytest.mark.feature("F83", "F84", "F85", "F86", "F88", "F89", "F90")
async def test_an_order_that_its_model_does_not_allow_names_the_cell(order, count, model, wish, cell, limit):
    before = await count(LicenseOrder)
    group = Groups.RHEINTAL if model is LicenseModel.INTERNAL_NFR else Groups.BOLT

    with pytest.raises(ModelRuleBroken) as refused:
        await order(IDA, template_of(model), group_id=group, **wish)

    bound = {} if limit is None else {"limit": limit}
    assert refused.value.details == {"model": model, "cell": cell, **bound}
    assert await count(LicenseOrder) == before


async def test_a_license_with_a_later_start_is_scheduled_and_counts_from_its_start(order, row):
    start = NOW + 10 * DAY

    license = await only(await order(IDA, YEARLY, group_id=Groups.ACME, starts_at=start), License, row)

    assert (license.lifecycle, license.anchor_at) == (Lifecycle.SCHEDULED, start)
    assert license.expires_at == start.replace(year=start.year + 1)


@pytest.mark.feature("F102")
async def test_a_subscription_can_be_created_and_canceled_in_the_portal(order, access_of, row):
    license = await only(await order(IDA, YEARLY, group_id=Groups.ACME), License, row)

    await cancel_license(await access_of(IDA), license_id=license.id)

    kept = await row(License, license.id)
    assert (kept.cancelled_at, kept.renews_at, kept.lifecycle) == (NOW, None, Lifecycle.VALID)


@pytest.fixture
async def approved_only(access_of):
    answer = await create_template(
        await access_of(IDA),
        product_id=Products.CAD,
        name="By approval",
        model=LicenseModel.SINGLE_USER_SUBSCRIPTION,
        approval=True,
    )
    return answer.result.license_template.id


async def test_an_order_that_needs_approval_waits_for_the_vendor(order, access_of, row, approved_only):
    placed = await order(SAL, approved_only, group_id=Groups.BOLT)
    waiting = await only(placed, LicenseOrder, row)

    answer = await approve_order(await access_of(IDA), order_id=waiting.id)

    assert (waiting.state, placed.result.licenses, placed.result.code) == (OrderState.AWAITING_APPROVAL, (), None)
    assert (await row(LicenseOrder, waiting.id)).state is OrderState.FULFILLED
    assert (await only(answer, License, row)).owner_group_id == Groups.BOLT
    with pytest.raises(WrongState) as refused:
        await reject_order(await access_of(IDA), order_id=waiting.id, reason="too late")
    assert refused.value.details == {"state": OrderState.FULFILLED}


async def test_concurrent_approval_and_rejection_of_an_order_decide_it_once(
    order, access_of, row, count, approved_only
):
    waiting = await only(await order(SAL, approved_only, group_id=Groups.BOLT), LicenseOrder, row)
    before, ida, other = await count(License), await access_of(IDA), await access_of(IDA)

    answers = await asyncio.gather(
        approve_order(ida, order_id=waiting.id),
        reject_order(other, order_id=waiting.id, reason="no"),
        return_exceptions=True,
    )

    assert sorted(type(each).__name__ for each in answers) == ["Completed", "WrongState"]
    state = (await row(LicenseOrder, waiting.id)).state
    assert await count(License) == before + (state is OrderState.FULFILLED)


async def test_only_the_vendor_rejects_an_order_with_a_reason(order, access_of, row, count, approved_only):
    waiting = await only(await order(SAL, approved_only, group_id=Groups.BOLT), LicenseOrder, row)
    before = await count(License)

    with pytest.raises(Forbidden):
        await approve_order(await access_of(SAL), order_id=waiting.id)
    with pytest.raises(NotFound):
        await approve_order(await access_of(ANN), order_id=waiting.id)
    await reject_order(await access_of(IDA), order_id=waiting.id, reason="no budget")

    kept = await row(LicenseOrder, waiting.id)
    assert (kept.state, kept.reason, kept.ticket_id) == (OrderState.REJECTED, "no budget", None)
    assert await count(License) == before


async def test_a_dry_run_of_an_order_creates_nothing(order, count):
    before = [await count(each) for each in (License, LicenseOrder, Ticket)]

    answer = await order(SAL, YEARLY, group_id=Groups.BOLT, dry_run=True)

    assert [each["action"] for each in answer.changes] == ["license.created", "order.created"]
    assert answer.payload["code"] is None
    assert [await count(each) for each in (License, LicenseOrder, Ticket)] == before


async def test_the_pending_order_of_the_demo_world_can_be_approved(access_of, row):
    answer = await approve_order(await access_of(IDA), order_id=named("order", "waiting"))

    license = await only(answer, License, row)
    assert (license.owner_group_id, license.quantity) == (Groups.BOLT, 1)
