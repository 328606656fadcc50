"""Scheduled changes of licenses: each happens once, however late, and one that fails does not affect others."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from resolvers.scheduled.term_jobs import begin_due, expire_due, renew_due
from seeds.cast import ANN, TOM, Licenses
from store import audit
from store.audit import Outcome
from store.license_states import Lifecycle
from store.licenses import License
from store.notifications import Notification, NotificationEvent
from tests.portal import NOW

DAY = timedelta(days=1)


@pytest.mark.feature("F86", "F87")
async def test_a_subscription_that_is_not_canceled_is_renewed_by_one_period_with_all_seats(row, run_batch):
    before = await row(License, Licenses.BERLIN_PUBLIC)

    await run_batch(renew_due, before.expires_at)
    await run_batch(expire_due, before.expires_at)

    after = await row(License, Licenses.BERLIN_PUBLIC)
    assert after.expires_at == before.expires_at.replace(year=before.expires_at.year + 1)
    assert (after.lifecycle, after.quantity) == (Lifecycle.VALID, 10)


async def test_a_worker_that_was_down_for_three_months_renews_three_times_and_each_once(row, run_batch, update_license):
    anchor = datetime(2026, 8, 31, tzinfo=UTC)
    await update_license(
        Licenses.TOM_CAD, starts_at=anchor, anchor_at=anchor, period="P1M", expires_at=datetime(2026, 9, 30, tzinfo=UTC)
    )

    entries = await run_batch(renew_due, datetime(2026, 12, 1, tzinfo=UTC))
    again = await run_batch(renew_due, datetime(2026, 12, 1, tzinfo=UTC))

    ends = [each.after["expires_at"] for each in entries if each.license_id == Licenses.TOM_CAD]
    assert ends == ["2026-10-31T00:00:00+00:00", "2026-11-30T00:00:00+00:00", "2026-12-31T00:00:00+00:00"]
    assert again == []
    assert (await row(License, Licenses.TOM_CAD)).expires_at == datetime(2026, 12, 31, tzinfo=UTC)


async def test_several_workers_make_each_change_once_and_keep_the_audit_log_intact(database, run_batch):
    later = NOW + 400 * DAY

    batches = await asyncio.gather(*(run_batch(step, later) for step in (renew_due, expire_due, begin_due) * 3))

    done = [(each.action, each.license_id, str(each.after)) for batch in batches for each in batch]
    assert len(done) == len(set(done)) > 0
    assert await run_batch(expire_due, later) == []
    async with database.transaction() as session:
        assert (await audit.verify(session))[1] is None


@pytest.mark.feature("F67")
async def test_the_end_of_a_license_is_notified_once(database, run_batch):
    end = NOW + 5 * DAY

    first, second = await run_batch(expire_due, end), await run_batch(expire_due, end)

    assert ([each.license_id for each in first], second) == ([Licenses.TOM_PREPAID], [])
    async with database.transaction() as session:
        notified = sa.select(Notification.recipient_id).where(Notification.event == NotificationEvent.LICENSE_EXPIRED)
        about = notified.where(Notification.license_id == Licenses.TOM_PREPAID, Notification.created_at == end)
        assert set(await session.scalars(about)) == {TOM.id, ANN.id}


async def test_the_end_is_exclusive_and_the_start_is_not(run_batch, row):
    start = (await row(License, Licenses.BOLT_SCHEDULED)).starts_at

    assert await run_batch(begin_due, start - timedelta(microseconds=1)) == []
    (entry,) = await run_batch(begin_due, start)

    assert (entry.action, entry.license_id, entry.actor_id) == ("license.started", Licenses.BOLT_SCHEDULED, None)
    assert (await row(License, Licenses.BOLT_SCHEDULED)).lifecycle is Lifecycle.VALID


@pytest.mark.feature("F86")
async def test_a_license_that_cannot_renew_affects_no_other_and_is_tried_once(database, row, run_batch, update_license):
    cannot = Licenses.TOM_PREPAID  # prepaid licenses never renew
    await update_license(cannot, auto_renew=True)
    ends = (await row(License, cannot)).expires_at
    at = (await row(License, Licenses.BERLIN_PUBLIC)).expires_at

    entries = await run_batch(renew_due, at)
    again = await run_batch(renew_due, at)

    assert (await row(License, Licenses.BERLIN_PUBLIC)).expires_at > at
    assert again == []
    refused, stopped = (each for each in entries if each.license_id == cannot)
    assert (refused.action, refused.outcome, refused.code) == ("licenseRenew", Outcome.REFUSED, "MODEL_RULE")
    assert (stopped.action, stopped.outcome, stopped.after) == ("license.modified", Outcome.DONE, {"auto_renew": False})
    left = await row(License, cannot)
    assert (left.expires_at, left.auto_renew, left.lifecycle) == (ends, False, Lifecycle.VALID)
    async with database.transaction() as session:
        assert (await audit.verify(session))[1] is None


async def test_a_license_that_no_longer_renews_expires_with_a_notification(database, run_batch, update_license, row):
    await update_license(Licenses.TOM_PREPAID, auto_renew=True)
    at = (await row(License, Licenses.TOM_PREPAID)).expires_at

    await run_batch(renew_due, at)
    expired = await run_batch(expire_due, at)

    assert [each.license_id for each in expired] == [Licenses.TOM_PREPAID]
    async with database.transaction() as session:
        notified = sa.select(Notification.recipient_id).where(Notification.event == NotificationEvent.LICENSE_EXPIRED)
        about = notified.where(Notification.license_id == Licenses.TOM_PREPAID, Notification.created_at == at)
        assert set(await session.scalars(about)) == {TOM.id, ANN.id}


@pytest.mark.feature("F90")
async def test_a_license_that_is_renewed_manually_never_renews_automatically(row, run_batch, update_license):
    await update_license(Licenses.SALES_NFR, auto_renew=True)
    at = (await row(License, Licenses.SALES_NFR)).expires_at

    entries = await run_batch(renew_due, at)

    codes = [each.code for each in entries if each.license_id == Licenses.SALES_NFR]
    assert codes == ["MODEL_RULE", None]
    assert (await row(License, Licenses.SALES_NFR)).expires_at == at


async def test_a_renewal_that_the_database_refuses_affects_no_other(row, run_batch, update_license):
    await update_license(Licenses.TOM_CAD, next_quantity=2)  # a single-user license cannot have two seats
    await update_license(Licenses.BEA_BOLT, period="never")
    at = (await row(License, Licenses.BERLIN_PUBLIC)).expires_at

    entries = await run_batch(renew_due, at)

    codes = {each.license_id: each.code for each in entries if each.outcome is Outcome.REFUSED}
    assert codes == {Licenses.TOM_CAD: "CONFLICT", Licenses.BEA_BOLT: "BAD_USER_INPUT"}
    left = await row(License, Licenses.TOM_CAD)
    assert (left.quantity, left.expires_at, left.auto_renew) == (1, at, False)
    assert (await row(License, Licenses.BERLIN_PUBLIC)).expires_at > at


async def test_renewals_before_a_failing_one_are_kept(row, run_batch, update_license):
    last = datetime(9998, 6, 1, tzinfo=UTC)
    notice = 8000 * 365  # days: its renewals are committed this early
    await update_license(Licenses.TOM_CAD, anchor_at=last, expires_at=last, period="P1Y", notice_days=notice)

    entries = await run_batch(renew_due, NOW)

    mine = [(each.action, each.code) for each in entries if each.license_id == Licenses.TOM_CAD]
    assert mine == [("license.renewed", None), ("licenseRenew", "BAD_USER_INPUT"), ("license.modified", None)]
    assert (await row(License, Licenses.TOM_CAD)).expires_at == last.replace(year=9999)
