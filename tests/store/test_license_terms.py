"""How time and the license model change a license, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from store.containers import ContainerType
from store.db.base import new_id
from store.errors import WrongState
from store.license_errors import ContainerTypeNotAllowed, NoticePassed
from store.license_models import ModelCell, ModelRuleBroken, RenewalBasis
from store.license_states import Lifecycle
from store.licenses import License
from store.products import LicenseModel

START = datetime(2027, 1, 31, 8, tzinfo=UTC)
DAY = timedelta(days=1)


def license_of(model, **rest):
    values = {
        "lifecycle": Lifecycle.VALID,
        "starts_at": START,
        "quantity": 1,
        "notice_days": 0,
        "renewal_basis": RenewalBasis.FROM_EXPIRY,
        "owner_group_id": new_id(),
    } | rest
    return License(model=model, **values)


def subscription(**rest):
    values = {"anchor_at": START, "period": "P1M", "expires_at": datetime(2027, 2, 28, 8, tzinfo=UTC)} | rest
    return license_of(LicenseModel.SINGLE_USER_SUBSCRIPTION, **values)


@pytest.mark.feature("F86")
def test_a_subscription_of_the_31st_renews_from_its_anchor():
    license = subscription()
    ends = []

    for _ in range(3):
        license.renew(at=START)
        ends.append((license.expires_at.month, license.expires_at.day))

    assert ends == [(3, 31), (4, 30), (5, 31)]


def test_an_explicit_end_becomes_the_new_anchor():
    license = subscription(expires_at=datetime(2027, 2, 10, tzinfo=UTC))

    license.renew(at=START)

    assert (license.anchor_at.day, license.expires_at) == (10, datetime(2027, 3, 10, tzinfo=UTC))


def test_a_late_renewal_counts_from_the_expiry_unless_the_rule_says_from_now():
    late = datetime(2027, 3, 15, tzinfo=UTC)
    usual, other = subscription(), subscription(renewal_basis=RenewalBasis.FROM_NOW_IF_EXPIRED)

    usual.renew(at=late)
    other.renew(at=late)

    assert usual.expires_at == datetime(2027, 3, 31, 8, tzinfo=UTC)
    assert other.expires_at == datetime(2027, 4, 15, tzinfo=UTC)
    assert {usual.lifecycle, other.lifecycle} == {Lifecycle.VALID}


def test_an_automatic_renewal_continues_from_the_expiry_however_late_the_job_runs():
    license = subscription(renewal_basis=RenewalBasis.FROM_NOW_IF_EXPIRED)

    license.renew(at=datetime(2027, 3, 15, tzinfo=UTC), automatic=True)

    assert (license.anchor_at, license.expires_at) == (START, datetime(2027, 3, 31, 8, tzinfo=UTC))


def test_automatic_renewal_can_be_switched_off_only_before_the_period_of_notice():
    in_time, late = subscription(auto_renew=True), subscription(auto_renew=True)

    in_time.set_auto_renew(on=False, at=START)
    with pytest.raises(NoticePassed):
        late.set_auto_renew(on=False, at=late.expires_at)

    assert (in_time.auto_renew, late.auto_renew) == (False, True)


@pytest.mark.parametrize(
    "model",
    [LicenseModel.PERPETUAL_SINGLE_USER, LicenseModel.PERPETUAL_MULTI_USER, LicenseModel.DEMO, LicenseModel.PREPAID],
)
@pytest.mark.feature("F84", "F85", "F88", "F89")
def test_a_license_without_a_term_cannot_be_renewed(model):
    license = license_of(model, expires_at=START + DAY if model is LicenseModel.DEMO else None)

    with pytest.raises(ModelRuleBroken) as refused:
        license.renew(at=START)

    assert refused.value.details == {"model": model, "cell": ModelCell.RENEWAL}


@pytest.mark.feature("F88", "F89")
def test_prepaid_days_start_with_the_first_activation():
    license = license_of(LicenseModel.PREPAID, days=30, quantity=2)

    license.start_clock(START + 5 * DAY)
    license.start_clock(START + 9 * DAY)

    assert (license.first_activated_at, license.expires_at) == (START + 5 * DAY, START + 35 * DAY)


@pytest.mark.feature("F89")
def test_days_are_added_to_the_end_or_to_now_whichever_is_later():
    running = license_of(LicenseModel.PREPAID, days=30, expires_at=START + 10 * DAY)
    over = license_of(LicenseModel.PREPAID, days=30, expires_at=START + DAY, lifecycle=Lifecycle.EXPIRED)
    waiting = license_of(LicenseModel.PREPAID, days=30)

    for each in (running, over, waiting):
        each.add_days(7, at=START + 5 * DAY)

    assert (running.expires_at, over.expires_at) == (START + 17 * DAY, START + 12 * DAY)
    assert over.lifecycle is Lifecycle.VALID
    assert (waiting.expires_at, waiting.days) == (None, 37)


@pytest.mark.feature("F104")
def test_days_of_a_contingent_start_immediately():
    license = license_of(LicenseModel.PREPAID, days=30)

    license.add_contingent_days(10, at=START + DAY)

    assert license.expires_at == START + 41 * DAY


def test_days_can_be_added_only_to_a_prepaid_license():
    license = subscription()

    with pytest.raises(ModelRuleBroken):
        license.add_days(7, at=START)

    assert license.expires_at == datetime(2027, 2, 28, 8, tzinfo=UTC)


@pytest.mark.feature("F86", "F123")
def test_a_subscription_can_be_canceled_only_before_the_period_of_notice():
    in_time, late = subscription(notice_days=7), subscription(notice_days=7)
    deadline = in_time.expires_at - 7 * DAY

    in_time.cancel(at=deadline - timedelta(microseconds=1))
    with pytest.raises(NoticePassed) as refused:
        late.cancel(at=deadline)

    assert in_time.cancelled_at is not None
    assert (late.cancelled_at, refused.value.details) == (None, {"deadline": deadline.isoformat()})


def test_a_license_cannot_be_canceled_twice():
    license = subscription()
    license.cancel(at=START)

    with pytest.raises(WrongState) as refused:
        license.cancel(at=START + DAY)

    assert refused.value.details == {"state": "CANCELLED"}


@pytest.mark.feature("F85", "F87")
def test_seats_change_at_once_or_with_the_next_term():
    perpetual = license_of(LicenseModel.PERPETUAL_MULTI_USER, quantity=5)
    subscribed = license_of(
        LicenseModel.MULTI_USER_SUBSCRIPTION,
        quantity=5,
        anchor_at=START,
        period="P1M",
        expires_at=datetime(2027, 2, 28, 8, tzinfo=UTC),
    )

    perpetual.change_quantity(8)
    subscribed.change_quantity(3)
    now = subscribed.quantity
    subscribed.renew(at=START, taken=4)

    assert (perpetual.quantity, now, subscribed.quantity, subscribed.next_quantity) == (8, 5, 4, None)


@pytest.mark.parametrize(
    ("model", "quantity", "requested"),
    [
        (LicenseModel.PERPETUAL_MULTI_USER, 5, 4),
        (LicenseModel.PERPETUAL_MULTI_USER, 5, 1),
        (LicenseModel.PERPETUAL_SINGLE_USER, 1, 2),
        (LicenseModel.SINGLE_USER_SUBSCRIPTION, 1, 2),
        (LicenseModel.DEMO, 1, 2),
    ],
)
def test_a_quantity_that_the_model_does_not_allow_is_refused(model, quantity, requested):
    license = license_of(model, quantity=quantity)

    with pytest.raises(ModelRuleBroken) as refused:
        license.change_quantity(requested)

    assert (license.quantity, license.next_quantity, refused.value.details["cell"]) == (
        quantity,
        None,
        ModelCell.QUANTITY,
    )


def test_a_reinstated_license_has_the_state_of_the_current_time():
    one, other = subscription(), subscription()
    for each in (one, other):
        each.suspend(at=START)

    one.reinstate(at=START + DAY)
    other.reinstate(at=other.expires_at)

    assert (one.lifecycle, other.lifecycle) == (Lifecycle.VALID, Lifecycle.EXPIRED)


def test_a_revoked_license_stays_revoked():
    license = subscription()
    license.revoke(at=START)

    for step in (license.revoke, license.suspend, license.reinstate, license.renew, license.cancel):
        with pytest.raises(WrongState) as refused:
            step(at=START)
        assert refused.value.details == {"state": Lifecycle.REVOKED}


@pytest.mark.feature("F12")
def test_a_license_can_be_activated_only_in_the_container_types_of_its_template():
    license = license_of(LicenseModel.PERPETUAL_MULTI_USER, quantity=2, container_types=[ContainerType.DONGLE])

    license.require_container(ContainerType.DONGLE)
    with pytest.raises(ContainerTypeNotAllowed):
        license.require_container(ContainerType.PERSONAL_CLOUD)
