"""The life of a license: changes by people, and jobs that run when its time comes."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from resolvers.activations import activate_license
from resolvers.grants import create_grant
from resolvers.license_terms import (
    add_days,
    cancel_license,
    modify_license,
    reinstate_license,
    renew_license,
    revoke_license,
    suspend_license,
)
from resolvers.scheduled.term_jobs import expire_due, renew_due
from resolvers.time_contingents import draw_contingent, modify_contingent, sell_contingent
from seeds.cast import ANN, BEA, IDA, REX, SAL, TOM, Categories, Groups, Licenses, Products, cloud_of, named
from seeds.demo_catalog import feature_id
from store.activations import COUNTING, Activation
from store.audit import AuditEntry
from store.errors import Forbidden, NotFound, WrongState
from store.grants import GrantBound, GrantBoundExceeded, GrantVerb
from store.license_errors import LicenseExpired, LicenseNotUsable, NoticePassed, TargetOutsideOwner
from store.license_models import ModelCell, ModelRuleBroken
from store.license_states import DeactivationRule, Lifecycle
from store.licenses import License
from store.products import FeatureOfOtherProduct
from store.time_contingents import ContingentExhausted, TimeContingent
from tests.portal import NOW

DAY = timedelta(days=1)
ACME_DAYS = named("contingent", "Acme")
BOLT_DAYS = named("contingent", "Bolt")


@pytest.fixture
def pool(database):
    async def left(id_):
        async with database.transaction() as session:
            return await session.scalar(sa.select(TimeContingent.days).where(TimeContingent.id == id_))

    return left


@pytest.mark.feature("F86", "F123")
async def test_a_canceled_subscription_runs_to_its_end_and_then_expires(access_of, row, run_batch):
    await cancel_license(await access_of(IDA), license_id=Licenses.TOM_CAD)
    license = await row(License, Licenses.TOM_CAD)
    (await row(License, Licenses.TOM_CAD)).require_usable(at=license.expires_at - timedelta(microseconds=1))

    renewed = await run_batch(renew_due, license.expires_at)
    expired = await run_batch(expire_due, license.expires_at)

    assert Licenses.TOM_CAD not in {each.license_id for each in renewed}
    assert Licenses.TOM_CAD in {each.license_id for each in expired}
    assert (await row(License, Licenses.TOM_CAD)).lifecycle is Lifecycle.EXPIRED
    assert license.expires_at == (await row(License, Licenses.TOM_CAD)).expires_at


@pytest.mark.feature("F86")
async def test_a_cancellation_after_the_notice_deadline_is_refused(access_of, row, update_license):
    await update_license(Licenses.TOM_CAD, notice_days=300)

    with pytest.raises(NoticePassed):
        await cancel_license(await access_of(IDA), license_id=Licenses.TOM_CAD)

    assert (await row(License, Licenses.TOM_CAD)).cancelled_at is None


@pytest.mark.feature("F123")
async def test_modifying_a_license_needs_an_admin_with_a_grant_for_the_category(access_of, row):
    for who, license_id, refusal in (
        (ANN, Licenses.TOM_CAD, Forbidden),
        (TOM, Licenses.TOM_CAD, Forbidden),
        (REX, Licenses.TOM_RENDER, Forbidden),
        (BEA, Licenses.TOM_CAD, NotFound),
    ):
        for case in (cancel_license, renew_license):
            with pytest.raises(refusal):
                await case(await access_of(who), license_id=license_id)
    before = await row(License, Licenses.TOM_CAD)
    assert before.cancelled_at is None

    await cancel_license(await access_of(REX), license_id=Licenses.TOM_CAD)

    assert (await row(License, Licenses.TOM_CAD)).cancelled_at == NOW


@pytest.mark.feature("F59")
async def test_a_grant_to_create_does_not_allow_revoking(access_of, row):
    with pytest.raises(Forbidden):
        await revoke_license(await access_of(REX), license_id=Licenses.TOM_CAD)
    assert (await row(License, Licenses.TOM_CAD)).lifecycle is Lifecycle.VALID

    await revoke_license(await access_of(SAL), license_id=Licenses.BEA_BOLT)

    assert (await row(License, Licenses.BEA_BOLT)).lifecycle is Lifecycle.REVOKED


async def test_revoking_a_license_withdraws_its_activations_and_is_final(access_of, database):
    await revoke_license(await access_of(IDA), license_id=Licenses.TOM_CAD)

    async with database.transaction() as session:
        held = (Activation.license_id == Licenses.TOM_CAD, Activation.state.in_(COUNTING))
        assert await session.scalar(sa.select(sa.func.count()).where(*held)) == 0
    for case in (revoke_license, suspend_license, renew_license, cancel_license):
        with pytest.raises(WrongState) as refused:
            await case(await access_of(IDA), license_id=Licenses.TOM_CAD)
        assert refused.value.details == {"state": Lifecycle.REVOKED}


async def test_a_suspended_license_cannot_be_activated_until_it_is_reinstated(access_of, row):
    cloud = cloud_of(Groups.ACME)
    await suspend_license(await access_of(IDA), license_id=Licenses.ACME_TEN_SEATS)
    with pytest.raises(LicenseNotUsable):
        await activate_license(await access_of(ANN), license_id=Licenses.ACME_TEN_SEATS, container_id=cloud)
    with pytest.raises(Forbidden):
        await reinstate_license(await access_of(ANN), license_id=Licenses.ACME_TEN_SEATS)

    await reinstate_license(await access_of(IDA), license_id=Licenses.ACME_TEN_SEATS)

    assert (await row(License, Licenses.ACME_TEN_SEATS)).lifecycle is Lifecycle.VALID


@pytest.mark.feature("F84", "F85", "F88", "F89")
async def test_a_license_without_a_period_cannot_be_renewed(access_of):
    for license_id in (Licenses.TOM_RENDER, Licenses.ACME_TEN_SEATS, Licenses.ACME_DEMO, Licenses.TOM_PREPAID):
        with pytest.raises(ModelRuleBroken) as refused:
            await renew_license(await access_of(IDA), license_id=license_id)
        assert refused.value.details["cell"] is ModelCell.RENEWAL


@pytest.mark.feature("F90")
async def test_an_internal_license_is_renewed_only_manually(access_of, row, run_batch):
    before = (await row(License, Licenses.SALES_NFR)).expires_at

    assert Licenses.SALES_NFR not in {each.license_id for each in await run_batch(renew_due, before)}
    await renew_license(await access_of(SAL), license_id=Licenses.SALES_NFR)

    assert (await row(License, Licenses.SALES_NFR)).expires_at == before.replace(year=before.year + 1)


@pytest.mark.feature("F88")
async def test_a_demo_runs_from_its_first_activation(access_of, row, clock):
    clock.advance(3 * DAY)

    await activate_license(
        await access_of(ANN), license_id=Licenses.ACME_DEMO, container_id=cloud_of(Groups.ACME), device_label="one"
    )

    assert (await row(License, Licenses.ACME_DEMO)).expires_at == NOW + 33 * DAY
    clock.advance(30 * DAY)
    with pytest.raises(LicenseExpired):
        await activate_license(
            await access_of(ANN), license_id=Licenses.ACME_DEMO, container_id=cloud_of(Groups.ACME), device_label="two"
        )


@pytest.mark.feature("F89")
async def test_added_days_extend_a_license_from_its_end(access_of, row):
    before = (await row(License, Licenses.TOM_PREPAID)).expires_at

    await add_days(await access_of(REX), license_id=Licenses.TOM_PREPAID, days=60)
    with pytest.raises(GrantBoundExceeded) as refused:
        await add_days(await access_of(REX), license_id=Licenses.TOM_PREPAID, days=61)
    with pytest.raises(Forbidden):
        await add_days(await access_of(TOM), license_id=Licenses.TOM_PREPAID, days=1)

    assert refused.value.details == {"bound": GrantBound.DAYS, "limit": 60}
    assert (await row(License, Licenses.TOM_PREPAID)).expires_at == before + 60 * DAY


@pytest.mark.feature("F87")
async def test_the_quantity_of_a_subscription_changes_with_its_next_period(access_of, row, run_batch):
    await modify_license(await access_of(IDA), license_id=Licenses.BERLIN_PUBLIC, quantity=4)
    before = await row(License, Licenses.BERLIN_PUBLIC)

    await run_batch(renew_due, before.expires_at)

    after = await row(License, Licenses.BERLIN_PUBLIC)
    assert (before.quantity, before.next_quantity) == (10, 4)
    assert (after.quantity, after.next_quantity) == (4, None)


@pytest.mark.feature("F85")
async def test_seats_of_a_perpetual_license_are_added_immediately_and_cannot_be_removed(access_of, row):
    await modify_license(await access_of(IDA), license_id=Licenses.ACME_TEN_SEATS, quantity=12)
    with pytest.raises(ModelRuleBroken):
        await modify_license(await access_of(IDA), license_id=Licenses.ACME_TEN_SEATS, quantity=11)

    assert (await row(License, Licenses.ACME_TEN_SEATS)).quantity == 12


async def test_more_seats_than_the_grant_allows_are_refused(access_of, row):
    right = {"category_id": Categories.SIMULATION, "scope_group_id": Groups.ACME, "verbs": [GrantVerb.MODIFY]}
    await create_grant(await access_of(IDA), holder_id=ANN.id, max_quantity=11, **right)

    await modify_license(await access_of(ANN), license_id=Licenses.ACME_TEN_SEATS, quantity=11)
    with pytest.raises(GrantBoundExceeded) as refused:
        await modify_license(await access_of(ANN), license_id=Licenses.ACME_TEN_SEATS, quantity=12)

    assert refused.value.details == {"bound": GrantBound.QUANTITY, "limit": 11}
    assert (await row(License, Licenses.ACME_TEN_SEATS)).quantity == 11


@pytest.mark.feature("F92")
async def test_features_of_a_license_can_be_switched(access_of, database):
    wanted = [feature_id(Products.CAD, 1), feature_id(Products.CAD, 3)]

    answer = await modify_license(await access_of(IDA), license_id=Licenses.TOM_CAD, feature_ids=wanted)
    with pytest.raises(FeatureOfOtherProduct):
        await modify_license(
            await access_of(IDA), license_id=Licenses.TOM_CAD, feature_ids=[feature_id(Products.FLOW, 1)]
        )

    assert answer.changes[0]["after"]["features"] == [str(each) for each in wanted]
    async with database.transaction() as session:
        loaded = [sa.orm.selectinload(License.features)]
        license = await session.get_one(License, Licenses.TOM_CAD, options=loaded)
        assert sorted(each.code for each in license.features) == [1, 3]


@pytest.mark.feature("F46")
async def test_deactivation_can_be_disabled_for_one_license(access_of, row):
    found = []
    for rule in (DeactivationRule.DISABLED, DeactivationRule.ALLOWED, DeactivationRule.AS_PRODUCT):
        await modify_license(await access_of(IDA), license_id=Licenses.TOM_CAD, deactivation=rule)
        found.append((await row(License, Licenses.TOM_CAD)).deactivation_allowed)

    assert found == [False, True, None]


@pytest.mark.feature("F104")
async def test_days_drawn_from_a_contingent_extend_a_license_from_its_end(access_of, row, pool):
    before = (await row(License, Licenses.TOM_PREPAID)).expires_at

    await draw_contingent(await access_of(ANN), license_id=Licenses.TOM_PREPAID, days=20)

    assert (await row(License, Licenses.TOM_PREPAID)).expires_at == before + 20 * DAY
    assert await pool(ACME_DAYS) == 70


@pytest.mark.feature("F104")
async def test_one_of_two_concurrent_draws_of_the_last_days_succeeds(access_of, row, pool):
    await modify_contingent(await access_of(IDA), contingent_id=ACME_DAYS, days=1)
    before = (await row(License, Licenses.TOM_PREPAID)).expires_at
    ann = await access_of(ANN)

    answers = await asyncio.gather(
        *(draw_contingent(ann, license_id=Licenses.TOM_PREPAID, days=1) for _ in range(2)), return_exceptions=True
    )

    (lost,) = [each for each in answers if isinstance(each, ContingentExhausted)]
    assert lost.details == {"limit": 0}
    assert (await row(License, Licenses.TOM_PREPAID)).expires_at == before + DAY
    assert await pool(ACME_DAYS) == 0


@pytest.mark.feature("F104")
async def test_drawing_too_many_days_or_days_of_another_group_is_refused(access_of, row, pool):
    before = (await row(License, Licenses.TOM_PREPAID)).expires_at

    with pytest.raises(ContingentExhausted) as refused:
        await draw_contingent(await access_of(ANN), license_id=Licenses.TOM_PREPAID, days=91)
    with pytest.raises(NotFound):
        await draw_contingent(await access_of(ANN), license_id=Licenses.TOM_PREPAID, days=1, contingent_id=BOLT_DAYS)
    with pytest.raises(TargetOutsideOwner):
        await draw_contingent(await access_of(IDA), license_id=Licenses.TOM_PREPAID, days=1, contingent_id=BOLT_DAYS)
    with pytest.raises(ModelRuleBroken):
        await draw_contingent(await access_of(IDA), license_id=Licenses.ACME_PUBLIC, days=1, contingent_id=ACME_DAYS)

    assert refused.value.details == {"limit": 90}
    assert (await row(License, Licenses.TOM_PREPAID)).expires_at == before
    assert (await pool(ACME_DAYS), await pool(BOLT_DAYS)) == (90, 30)


@pytest.mark.feature("F104")
async def test_only_the_vendor_sells_days(access_of, database, pool):
    sale = {"group_id": Groups.ACME, "product_id": Products.VIEWER, "days": 10}
    with pytest.raises(Forbidden):
        await sell_contingent(await access_of(ANN), **sale)

    await sell_contingent(await access_of(IDA), **sale)
    await sell_contingent(await access_of(IDA), **sale | {"product_id": Products.CAD})

    assert await pool(ACME_DAYS) == 100
    async with database.transaction() as session:
        made = sa.select(TimeContingent.days).where(TimeContingent.product_id == Products.CAD)
        assert await session.scalar(made) == 10


@pytest.mark.feature("F50")
async def test_a_refused_change_is_recorded(access_of, database):
    with pytest.raises(ModelRuleBroken):
        await renew_license(await access_of(IDA), license_id=Licenses.TOM_RENDER)

    async with database.transaction() as session:
        last = await session.scalar(sa.select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1))
    assert (last.action, last.code, last.license_id) == ("licenseRenew", "MODEL_RULE", Licenses.TOM_RENDER)
