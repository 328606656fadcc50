"""Licenses start, expire and renew on time, and the users they concern are notified once each."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from seeds.cast import ANN, TOM, Groups, Licenses
from store.activations import Activation, ActivationState
from store.audit import AuditEntry
from store.db.database import Database
from store.license_states import Lifecycle
from store.licenses import License
from store.notifications import Notification, NotificationEvent, NotificationRule
from store.products import LicenseModel
from tests.portal import run_all_jobs

DAY = timedelta(days=1)
LICENSE = Licenses.ACME_POOL


@pytest.fixture
def license_of(database):
    """Change a license and return it: `await license_of(LICENSE, expires_at=...)`."""

    async def read(id_, **values):
        async with database.transaction() as session:
            license = await session.get_one(License, id_)
            for name, value in values.items():
                setattr(license, name, value)
            await session.flush()
            await session.refresh(license)
            return license

    return read


@pytest.fixture
def recipients(database):
    """Return the recipient of each notification about a license: `await recipients(LICENSE, event)`."""

    async def read(license_id, event):
        async with database.transaction() as session:
            found = await session.scalars(
                sa.select(Notification.recipient_id).where(
                    Notification.license_id == license_id, Notification.event == event
                )
            )
            return list(found)

    return read


@pytest.fixture
def offsets(database):
    """Return the offsets of the notices about a license, and the days that were left, in order."""

    async def read(license_id):
        async with database.transaction() as session:
            found = await session.scalars(
                sa.select(AuditEntry.after)
                .where(AuditEntry.license_id == license_id, AuditEntry.action == "license.expiring")
                .order_by(AuditEntry.number)
            )
            return [(each["offset"], each["days"]) for each in found]

    return read


def prepaid(clock, days):
    now = clock.now()
    return {
        "model": LicenseModel.PREPAID,
        "auto_renew": False,
        "starts_at": now - 100 * DAY,
        "expires_at": now + days * DAY,
    }


@pytest.mark.feature("F66")
async def test_users_are_notified_once_at_each_offset_before_the_expiry(
    job_context, clock, license_of, recipients, offsets
):
    await license_of(LICENSE, **prepaid(clock, 31), assigned_user_id=TOM.id)

    for _ in range(31):
        await run_all_jobs(job_context)
        await run_all_jobs(job_context)
        clock.advance(DAY)

    assert await offsets(LICENSE) == [(30, 30), (7, 7), (1, 1)]
    assert sorted(await recipients(LICENSE, NotificationEvent.LICENSE_EXPIRING)) == sorted([ANN.id, TOM.id] * 3)


@pytest.mark.feature("F66")
async def test_a_missed_notice_is_sent_once_with_the_days_that_are_left(job_context, clock, license_of, offsets):
    await license_of(LICENSE, **prepaid(clock, 40))
    await run_all_jobs(job_context)
    assert await offsets(LICENSE) == []

    clock.advance(34 * DAY + timedelta(hours=1))
    await run_all_jobs(job_context)
    await run_all_jobs(job_context)

    assert await offsets(LICENSE) == [(7, 6)]


@pytest.mark.feature("F66")
async def test_a_new_expiry_is_notified_again_and_a_short_term_only_at_offsets_within_it(
    job_context, clock, license_of, offsets
):
    license = await license_of(LICENSE, **prepaid(clock, 5) | {"starts_at": clock.now()})
    await run_all_jobs(job_context)
    assert await offsets(LICENSE) == []  # 30 and 7 days before the expiry, it had not started

    clock.advance(4 * DAY)
    await run_all_jobs(job_context)
    await license_of(LICENSE, expires_at=license.expires_at + 10 * DAY)
    clock.advance(9 * DAY)
    await run_all_jobs(job_context)

    assert await offsets(LICENSE) == [(1, 1), (7, 2)]


@pytest.mark.feature("F18", "F66")
async def test_rules_determine_whether_and_when_users_are_notified(job_context, clock, license_of, offsets, database):
    await license_of(LICENSE, **prepaid(clock, 20))
    async with database.transaction() as session:
        about_expiry = NotificationRule.event == NotificationEvent.LICENSE_EXPIRING
        await session.execute(sa.update(NotificationRule).where(about_expiry).values(enabled=False))
    await run_all_jobs(job_context)
    assert await offsets(LICENSE) == []

    async with database.transaction() as session:
        for group, days in ((Groups.ACME, 21), (Groups.BOLT, 22)):
            rule = NotificationRule(
                event=NotificationEvent.LICENSE_EXPIRING, channels=["PORTAL"], group_id=group, offsets=[days]
            )
            session.add(rule)
    await run_all_jobs(job_context)
    assert await offsets(LICENSE) == [(21, 20)]

    async with database.transaction() as session:
        acme = NotificationRule.group_id == Groups.ACME
        await session.execute(sa.update(NotificationRule).where(acme).values(offsets=[40, 30, 25]))
    await run_all_jobs(job_context)
    assert await offsets(LICENSE) == [(21, 20)]  # larger offsets are too late after a smaller one


@pytest.mark.feature("F67")
async def test_users_are_notified_once_when_a_license_has_expired(job_context, clock, license_of, recipients):
    await license_of(LICENSE, **prepaid(clock, 2), assigned_user_id=TOM.id)
    clock.advance(2 * DAY - timedelta(microseconds=1))
    await run_all_jobs(job_context)
    assert (await license_of(LICENSE)).lifecycle is Lifecycle.VALID

    clock.advance(timedelta(microseconds=1))  # the end is exclusive
    await run_all_jobs(job_context)
    clock.advance(9 * DAY)
    await run_all_jobs(job_context)

    assert (await license_of(LICENSE)).lifecycle is Lifecycle.EXPIRED
    assert sorted(await recipients(LICENSE, NotificationEvent.LICENSE_EXPIRED)) == sorted([ANN.id, TOM.id])


async def test_a_scheduled_license_becomes_valid_at_its_start(job_context, clock, license_of, audited_ids):
    scheduled = await license_of(Licenses.BOLT_SCHEDULED)
    assert scheduled.lifecycle is Lifecycle.SCHEDULED

    clock.at = scheduled.starts_at
    await run_all_jobs(job_context)

    assert (await license_of(Licenses.BOLT_SCHEDULED)).lifecycle is Lifecycle.VALID
    assert (await audited_ids("license.started")).count(Licenses.BOLT_SCHEDULED) == 1


@pytest.mark.feature("F86")
async def test_a_subscription_renews_from_its_anchor_however_late_the_job_runs(
    job_context, clock, license_of, audited_ids, offsets
):
    """From January 31, each term ends on the last day of a month; three terms were missed."""
    await license_of(
        LICENSE,
        model=LicenseModel.SINGLE_USER_SUBSCRIPTION,
        quantity=1,
        period="P1M",
        auto_renew=True,
        cancelled_at=None,
        notice_days=0,
        starts_at=datetime(2026, 12, 31, tzinfo=UTC),
        anchor_at=datetime(2027, 1, 31, tzinfo=UTC),
        expires_at=datetime(2027, 1, 31, tzinfo=UTC),
        lifecycle=Lifecycle.VALID,
    )

    clock.at = datetime(2027, 4, 15, tzinfo=UTC)
    await run_all_jobs(job_context)
    await run_all_jobs(job_context)

    renewed = await license_of(LICENSE)
    assert (renewed.expires_at, renewed.lifecycle) == (datetime(2027, 4, 30, tzinfo=UTC), Lifecycle.VALID)
    assert (await audited_ids("license.renewed")).count(LICENSE) == 3
    assert LICENSE not in await audited_ids("license.expired")
    assert await offsets(LICENSE) == []


@pytest.mark.feature("F86")
async def test_a_canceled_subscription_expires_at_the_end_of_its_term(job_context, clock, license_of, audited_ids):
    canceled = await license_of(Licenses.BOLT_CANCELLED)
    clock.at = canceled.expires_at
    await run_all_jobs(job_context)
    assert (await license_of(Licenses.BOLT_CANCELLED)).lifecycle is Lifecycle.EXPIRED
    assert Licenses.BOLT_CANCELLED not in await audited_ids("license.renewed")


async def test_a_loan_ends_automatically(job_context, clock, database, audited_ids):
    async with database.transaction() as session:
        parent = (
            await session.scalars(
                sa.select(Activation).where(
                    Activation.license_id == Licenses.TOM_CAD, Activation.state == ActivationState.ACTIVE
                )
            )
        ).one()
        loan = Activation(
            license_id=parent.license_id,
            container_id=parent.container_id,
            state=ActivationState.BORROWED,
            requested_by_id=TOM.id,
            requested_at=clock.now(),
            parent_id=parent.id,
            borrowed_until=clock.now() + DAY,
        )
        session.add(loan)

    await run_all_jobs(job_context)
    assert loan.id not in await audited_ids("activation.lapsed")
    clock.advance(DAY)
    await run_all_jobs(job_context)
    await run_all_jobs(job_context)

    assert (await audited_ids("activation.lapsed")).count(loan.id) == 1


async def test_running_monthly_or_once_after_a_year_has_the_same_result(new_demo, job_context, clock, audited_ids):
    for _ in range(13):
        clock.advance(30 * DAY)
        await run_all_jobs(job_context)
    monthly = [
        sorted(await audited_ids(each), key=str) for each in ("license.expired", "license.renewed", "license.started")
    ]

    other_database = Database(new_demo())
    try:
        await run_all_jobs(replace(job_context, database=other_database))
        async with other_database.transaction() as session:
            rows = (await session.execute(sa.select(AuditEntry.action, AuditEntry.resource_id))).all()
    finally:
        await other_database.close()

    once = [
        sorted((each.resource_id for each in rows if each.action == action), key=str)
        for action in ("license.expired", "license.renewed", "license.started")
    ]
    assert once == monthly
    assert all(once)
