"""Billing: one line for each sale and each later charge, with its seats and its period."""

from datetime import UTC, datetime, timedelta

import pytest

from authz.lists.queries import PageQuery, Projection
from resolvers import exports
from resolvers.license_terms import add_days, cancel_license, modify_license, renew_license
from resolvers.orders import create_order
from resolvers.reports import Span
from resolvers.time_contingents import draw_contingent, sell_contingent
from seeds.cast import ANN, BEA, CAST, EXTRAS, IDA, REX, TOM, UWE, Groups, Licenses, Products
from seeds.demo_catalog import template_of
from store.groups import Group
from store.licenses import License
from store.orders import OrderSource
from store.products import LicenseModel
from store.projects import Project
from tests.portal import NOW

NOVEMBER = Span(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))


@pytest.fixture
def charged(access_of):
    """`await charged(ANN)` returns the lines of her billing export for one time span."""

    async def read(account, span=NOVEMBER):
        return [each async for each in exports.billed(await access_of(account), span)]

    return read


@pytest.mark.feature("F64")
async def test_an_order_of_a_shop_is_charged_with_its_external_reference(access_of, charged, database):
    ordered = await create_order(
        await access_of(IDA),
        template_id=template_of(LicenseModel.PERPETUAL_MULTI_USER),
        quantity=7,
        count=1,
        group_id=Groups.BOLT,
        source=OrderSource.API,
        external_ref="shop-77",
        by_code=False,
    )
    license_id = ordered.result.licenses[0].id
    async with database.transaction() as session:
        (await session.get_one(License, license_id)).created_at = NOW

    for account in (IDA, BEA):
        (line,) = await charged(account)
        assert (line.kind, line.at, line.external_ref, line.source, line.license_id) == (
            "CREATED",
            NOW,
            "shop-77",
            OrderSource.API,
            license_id,
        )
        assert (line.product, line.model, line.seats, line.term_to, line.group) == (
            "Meridian Flow",
            LicenseModel.PERPETUAL_MULTI_USER,
            7,
            None,
            "Bolt",
        )
    for other in (ANN, TOM, UWE):
        assert await charged(other) == []


@pytest.mark.feature("F90", "F61")
async def test_a_demo_is_not_charged(access_of, charged, database):
    ordered = await create_order(
        await access_of(REX),
        template_id=template_of(LicenseModel.DEMO),
        quantity=1,
        count=1,
        group_id=Groups.RHEINTAL,
        source=OrderSource.PORTAL,
        by_code=False,
    )
    async with database.transaction() as session:
        (await session.get_one(License, ordered.result.licenses[0].id)).created_at = NOW

    assert await charged(IDA) == []


@pytest.mark.feature("F64", "F102")
async def test_renewals_added_seats_and_added_days_are_charged_when_they_are_committed(access_of, charged, clock, row):
    ida, day = await access_of(IDA), timedelta(days=1)
    ends = (await row(License, Licenses.BERLIN_PUBLIC)).expires_at
    await modify_license(ida, license_id=Licenses.BERLIN_PUBLIC, quantity=12)  # from the next period on
    await modify_license(ida, license_id=Licenses.ACME_TEN_SEATS, quantity=14)  # immediately
    await cancel_license(ida, license_id=Licenses.ACME_POOL)
    clock.advance(day)
    await renew_license(ida, license_id=Licenses.BERLIN_PUBLIC)
    await add_days(ida, license_id=Licenses.TOM_PREPAID, days=10)
    clock.advance(day)
    await modify_license(ida, license_id=Licenses.ACME_TEN_SEATS, quantity=20)
    await renew_license(ida, license_id=Licenses.BERLIN_PUBLIC)

    lines = await charged(ANN)

    next_end = ends.replace(year=ends.year + 1)
    assert {
        (each.license_id, each.kind, each.at, each.seats, each.term_from, each.term_to, each.days) for each in lines
    } == {
        (Licenses.ACME_TEN_SEATS, "SEATS_ADDED", NOW, 4, NOW, None, None),
        (Licenses.BERLIN_PUBLIC, "RENEWED", NOW + day, 12, ends, next_end, None),
        (Licenses.TOM_PREPAID, "DAYS_ADDED", NOW + day, 1, NOW + 5 * day, NOW + 15 * day, 10),
        (Licenses.ACME_TEN_SEATS, "SEATS_ADDED", NOW + 2 * day, 6, NOW + 2 * day, None, None),
        (Licenses.BERLIN_PUBLIC, "RENEWED", NOW + 2 * day, 12, next_end, next_end.replace(year=ends.year + 2), None),
    }
    assert len(lines) == 5
    assert [each.at for each in lines] == sorted(each.at for each in lines)
    assert await charged(BEA) == []


@pytest.mark.feature("F64", "F104")
async def test_days_of_a_contingent_are_charged_when_bought_and_not_when_drawn(access_of, charged):
    ida = await access_of(IDA)
    await sell_contingent(ida, group_id=Groups.ACME, product_id=Products.VIEWER, days=40)  # in addition to 90 days
    await sell_contingent(ida, group_id=Groups.BOLT, product_id=Products.FLOW, days=25)
    await draw_contingent(await access_of(ANN), license_id=Licenses.TOM_PREPAID, days=5)

    def shown(lines):
        return [
            (each.kind, each.at, each.group, each.product, each.days, each.license_id, each.model) for each in lines
        ]

    acme = ("CONTINGENT_SOLD", NOW, "Acme", "Meridian Viewer", 40, None, None)
    bolt = ("CONTINGENT_SOLD", NOW, "Bolt", "Meridian Flow", 25, None, None)
    assert shown(await charged(ANN)) == [acme]
    assert shown(await charged(BEA)) == [bolt]
    assert sorted(shown(await charged(IDA))) == [acme, bolt]
    assert await charged(TOM) == await charged(UWE) == []


@pytest.mark.feature("F64")
async def test_a_sale_is_charged_as_sold_even_if_the_license_changed_later(access_of, charged, row):
    july = Span(datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC))
    ends = (await row(License, Licenses.BERLIN_PUBLIC)).expires_at
    before = {each.license_id: (each.seats, each.term_to, each.days) for each in await charged(ANN, july)}
    ida = await access_of(IDA)
    await modify_license(ida, license_id=Licenses.ACME_TEN_SEATS, quantity=14)
    await modify_license(ida, license_id=Licenses.BERLIN_PUBLIC, quantity=12)
    await renew_license(ida, license_id=Licenses.BERLIN_PUBLIC)

    after = {each.license_id: (each.seats, each.term_to, each.days) for each in await charged(ANN, july)}

    assert after == before
    assert len(after) == 18
    assert after[Licenses.ACME_TEN_SEATS] == (10, None, None)
    assert after[Licenses.BERLIN_PUBLIC] == (10, ends, None)


@pytest.mark.parametrize("account", [*CAST, *EXTRAS], ids=lambda each: each.name)
async def test_an_export_has_only_readable_rows_of_groups_and_projects_the_viewer_reports_on(access_of, account, row):
    access = await access_of(account)
    view, everything = access.view, PageQuery(first=100)
    readable = (await view.page(License, everything, Projection())).rows
    reportable = {
        each.id
        for cls in (Group, Project)
        for each in (await view.page(cls, everything, Projection(can=frozenset({"report"})))).rows
        if each.can_report
    }
    found = [await row(License, each.id) for each in readable]
    expected = {
        each.id
        for each in found
        if {each.owner_group_id, each.assigned_project_id} & reportable or (account is IDA and each.owner_user_id)
    }

    assert {each.license_id async for each in exports.licenses(access, Span())} == expected
