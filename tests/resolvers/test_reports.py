"""Reports about activations, losses, periods and anomalies count only what the viewer may report on."""

from datetime import UTC, date, datetime, timedelta

import pytest

from authz.lists.queries import PageQuery
from resolvers import reports
from resolvers.activations import deactivate_activation
from resolvers.license_terms import add_days, cancel_license, modify_license, renew_license, revoke_license
from resolvers.reports import Span
from resolvers.restores import deny_restore, request_restore
from resolvers.scheduled.term_jobs import renew_due
from seeds.cast import ANN, BEA, IDA, OLGA, PIA, REX, SAM, TOM, UWE, Groups, Licenses
from store.containers import Container, ContainerNotReady
from store.errors import BadInput
from store.licenses import License
from store.products import LicenseModel
from store.restores import RestoreCase, RestoreReason, RestoreState
from store.services.reports import CreatedKey, LicenseKey, RestoreKey
from tests.portal import NOW

ALL = PageQuery(first=1000)
EVER = Span()
TEN = Licenses.ACME_TEN_SEATS
NOVEMBER = Span(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
CHANGES = ("renewed", "modified", "prolonged", "cancelled", "expired", "revoked")


@pytest.fixture
def totals(access_of):
    """`await totals(reports.restores, ANN, "cases", "denied")` returns the totals that Ann gets."""

    async def totals_of(report, account, *names, span=EVER, by=()):
        found = await report(await access_of(account), span, ALL, by)
        return tuple(getattr(found.totals, name) for name in names)

    return totals_of


@pytest.mark.parametrize(
    ("account", "expected"),
    [(IDA, (18, 16, 2)), (REX, (14, 12, 2)), (ANN, (14, 12, 2)), (BEA, (2, 2, 0)), (PIA, (1, 1, 0)), (TOM, (0, 0, 0))],
    ids=lambda each: getattr(each, "name", ""),
)
async def test_activations_are_counted_for_those_who_administer_their_licenses(totals, account, expected):
    assert await totals(reports.activations, account, "activations", "holding", "ended") == expected


async def test_activations_are_grouped_by_group_and_month(access_of):
    found = await reports.activations(
        await access_of(IDA), Span(NOW - timedelta(days=60)), ALL, (LicenseKey.GROUP, LicenseKey.MONTH)
    )
    assert [(each.month, each.group_name, each.activations) for each in found.rows] == [
        (date(2026, 11, 1), "Acme", 2),
        (date(2026, 10, 1), "Acme", 5),
        (date(2026, 10, 1), "Bolt", 2),
        (date(2026, 10, 1), "Northwind Sales", 1),
        (date(2026, 10, 1), None, 1),
    ]


@pytest.mark.parametrize(
    ("account", "expected"),
    [(IDA, (2, 1, 1, 0)), (REX, (1, 1, 0, 0)), (ANN, (1, 1, 0, 0)), (BEA, (0,) * 4), (TOM, (0,) * 4), (UWE, (0,) * 4)],
    ids=lambda each: getattr(each, "name", ""),
)
async def test_restores_are_counted_for_those_who_administer_the_lost_license(totals, account, expected):
    assert await totals(reports.restores, account, "cases", "completed", "waiting", "denied") == expected


@pytest.mark.feature("F51")
async def test_the_losses_of_a_month_are_grouped_by_reason_with_their_outcome(
    access_of, activate_in_cloud, set_rules, clock
):
    await set_rules(TEN, restores={"count": 1})
    ann = await access_of(ANN)
    for _ in range(2):
        done = await request_restore(ann, activation_id=await activate_in_cloud(ANN), reason=RestoreReason.STOLEN)
    await deny_restore(await access_of(IDA), restore_case_id=done.result.restore_case.id)

    found = await reports.restores(ann, Span(clock.now()), ALL, (RestoreKey.GROUP, RestoreKey.REASON))

    assert [
        (each.group_name, each.reason, each.cases, each.completed, each.waiting, each.denied) for each in found.rows
    ] == [("Acme", RestoreReason.STOLEN, 2, 1, 0, 1)]


@pytest.mark.feature("F51")
async def test_anomalies_are_restores_over_the_limit_and_blocked_containers_seen_again(
    access_of, activate_in_dongle, set_rules, clock, database
):
    await set_rules(TEN, restores={"count": 1})
    ann = await access_of(ANN)
    cases = []
    for _ in range(2):
        activation_id, container_id, device = await activate_in_dongle(ANN)
        done = await request_restore(ann, activation_id=activation_id, reason=RestoreReason.LOST)
        cases.append(done.result.restore_case.id)
    async with database.transaction() as session:
        (await session.get_one(Container, container_id)).block()
        assert (await session.get_one(RestoreCase, cases[1])).state is RestoreState.AWAITING_APPROVAL
    with pytest.raises(ContainerNotReady):
        await deactivate_activation(ann, activation_id=activation_id, request_file=device.request(clock.now()))

    rows = (await reports.anomalies(ann, EVER, ALL)).rows

    assert {(each.action, each.restore_case_id, each.container_id) for each in rows} == {
        ("restore.excessive", cases[0], None),
        ("restore.requested", cases[1], None),
        ("container.blocked_seen", None, container_id),
    }
    assert {each.group_id for each in rows} == {Groups.ACME}
    assert len((await reports.anomalies(await access_of(IDA), EVER, ALL)).rows) == len(rows) == 3
    for other in (BEA, TOM, UWE, SAM):
        assert (await reports.anomalies(await access_of(other), EVER, ALL)).rows == []


@pytest.mark.feature("F102")
async def test_the_monthly_report_shows_renewals_changes_and_ends_of_that_month(access_of, totals, database):
    ida = await access_of(IDA)
    await renew_license(ida, license_id=Licenses.TOM_CAD)
    await modify_license(ida, license_id=Licenses.BERLIN_PUBLIC, quantity=12)
    await cancel_license(ida, license_id=Licenses.ACME_POOL)
    await add_days(ida, license_id=Licenses.TOM_PREPAID, days=10)
    await revoke_license(ida, license_id=Licenses.LAB_PUBLIC)
    async with database.transaction() as session:
        # The annual license of Bolt is due for renewal, which the worker commits.
        (await session.get_one(License, Licenses.BEA_BOLT)).expires_at = NOW
        await session.flush()
        assert len(await renew_due(session, NOW)) == 1

    assert await totals(reports.changes, IDA, *CHANGES, span=NOVEMBER) == (2, 1, 1, 1, 0, 1)
    assert await totals(reports.changes, ANN, *CHANGES, span=NOVEMBER) == (1, 1, 1, 1, 0, 1)
    assert await totals(reports.changes, BEA, *CHANGES, span=NOVEMBER) == (1, 0, 0, 0, 0, 0)
    assert await totals(reports.changes, BEA, "created", *CHANGES) == (5, 1, 0, 0, 1, 0, 0)
    assert await totals(reports.changes, TOM, "created", *CHANGES) == (0,) * 7
    by_model = await reports.changes(ida, NOVEMBER, ALL, (LicenseKey.MODEL,))
    assert {each.model: each.renewed for each in by_model.rows if each.renewed} == {
        LicenseModel.SINGLE_USER_SUBSCRIPTION: 2
    }


async def test_refused_changes_are_not_counted(access_of, totals):
    with pytest.raises(Exception, match="only a subscription can be canceled"):
        await cancel_license(await access_of(IDA), license_id=TEN)
    assert await totals(reports.changes, IDA, "cancelled", span=NOVEMBER) == (0,)


@pytest.mark.parametrize(
    ("account", "days", "expected"),
    [
        (IDA, 30, [(Licenses.TOM_PREPAID, False)]),
        (ANN, 30, [(Licenses.TOM_PREPAID, False)]),
        (TOM, 30, []),
        (OLGA, 3000, []),
        (BEA, 300, [(Licenses.BOLT_CANCELLED, False), (Licenses.BEA_BOLT, True)]),
        (BEA, 60, []),
        (BEA, 61, [(Licenses.BOLT_CANCELLED, False)]),
    ],
)
async def test_the_expiry_report_says_which_licenses_renew(access_of, account, days, expected):
    found = await reports.expiring(await access_of(account), days, ALL)
    assert [(each.id, each.renews) for each in found.rows] == expected


async def test_a_revoked_license_is_not_in_the_expiry_report(access_of):
    await revoke_license(await access_of(IDA), license_id=Licenses.TOM_PREPAID)
    assert (await reports.expiring(await access_of(ANN), 30, ALL)).rows == []


async def test_a_new_activation_is_counted_immediately(totals, activate_in_cloud):
    before = await totals(reports.activations, ANN, "activations", "holding")
    await activate_in_cloud(ANN)
    assert await totals(reports.activations, ANN, "activations", "holding") == (before[0] + 1, before[1] + 1)


async def test_the_number_of_rows_is_limited(access_of):
    with pytest.raises(BadInput):
        await reports.created_licenses(await access_of(IDA), EVER, PageQuery(first=1001), (CreatedKey.GROUP,))
