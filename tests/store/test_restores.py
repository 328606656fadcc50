"""The rules for restores, and the states of cases and containers, without a database."""

from datetime import timedelta
from uuid import UUID

import pytest

from store.activations import Activation, ActivationState, NotActive, NotBorrowable
from store.containers import Container, ContainerNotReady, ContainerState, ContainerType, SettleOutcome
from store.errors import BadInput, WrongState
from store.restores import Limit, RecoveryRules, RestoreCase, RestoreReason, RestoreState, Verdict
from tests.portal import NOW

DAY = timedelta(days=1)
VENDOR = UUID(int=1)


def test_a_case_counts_until_and_excluding_the_end_of_its_window():
    limit = Limit(1, DAY)
    assert not limit.allows([NOW - DAY + timedelta(microseconds=1)], now=NOW)
    assert limit.allows([NOW - DAY], now=NOW)
    assert limit.allows([], now=NOW)
    assert not Limit(0, DAY).allows([], now=NOW)


def test_the_initial_cases_do_not_count():
    limit = Limit(1, DAY, initial=2)
    past = [NOW - 3 * timedelta(hours=1), NOW - 2 * timedelta(hours=1), NOW - timedelta(hours=1)]
    assert [limit.used(past[:count], now=NOW) for count in range(4)] == [0, 0, 0, 1]
    assert [limit.allows(past[:count], now=NOW) for count in range(4)] == [True, True, True, False]


def test_rules_of_a_license_override_those_of_its_template_and_the_defaults():
    template = {"over_limit": "DENY", "restores": {"count": 1}, "max_borrow_days": 3}
    rules = RecoveryRules.from_json(
        {"restores": {"count": 2, "window_days": 7, "initial": 1}, "on_loss": "LICENSE"}, template
    )
    assert rules.restores == Limit(2, timedelta(days=7), 1)
    assert (rules.over_limit, rules.warn_at, rules.max_borrow) == (Verdict.DENY, 2, timedelta(days=3))
    assert (rules.blocks_container, rules.allow_transfer_without_original) == (False, False)
    assert RecoveryRules.from_json(None, {}) == RecoveryRules()


@pytest.mark.parametrize(
    "stored",
    [
        {"restores": {"count": 1, "window_days": 10**6}},
        {"restores": {"count": 1, "window_days": -1}},
        {"max_borrow_days": 10**6},
        {"over_limit": "MAYBE"},
        {"restores": {"count": "many"}},
    ],
)
def test_invalid_rules_are_refused(stored):
    with pytest.raises(ValueError, match=r".+"):
        RecoveryRules.from_json(stored)


def test_reinstalls_have_their_own_limit():
    rules = RecoveryRules.from_json({"restores": {"count": 0}, "reinstalls": {"count": 1}})
    assert rules.verdict(RestoreReason.LOST, [], now=NOW) is Verdict.MANUAL
    assert rules.verdict(RestoreReason.REINSTALL, [], now=NOW) is Verdict.AUTO
    assert rules.verdict(RestoreReason.REINSTALL, [NOW], now=NOW) is Verdict.MANUAL


@pytest.mark.feature("F47")
@pytest.mark.parametrize(
    ("verdict", "state"),
    [
        (Verdict.AUTO, RestoreState.COMPLETED),
        (Verdict.MANUAL, RestoreState.AWAITING_APPROVAL),
        (Verdict.DENY, RestoreState.DENIED),
    ],
)
def test_the_rules_decide_a_new_case_or_leave_it_to_the_vendor(verdict, state):
    case = RestoreCase(state=RestoreState.AWAITING_APPROVAL)
    case.decide_by_rule(verdict, at=NOW)
    assert (case.state, case.decided_by_id) == (state, None)
    assert case.decided_at == (None if state is RestoreState.AWAITING_APPROVAL else NOW)
    assert case.completed_at == (NOW if state is RestoreState.COMPLETED else None)


@pytest.mark.parametrize("state", sorted(set(RestoreState) - {RestoreState.AWAITING_APPROVAL}))
def test_a_case_is_decided_once(state):
    steps = (
        lambda case: case.approve(by=VENDOR, at=NOW),
        lambda case: case.deny(by=VENDOR, at=NOW),
        lambda case: case.decide_by_rule(Verdict.AUTO, at=NOW),
    )
    for step in steps:
        case = RestoreCase(state=state)
        with pytest.raises(WrongState) as refused:
            step(case)
        assert refused.value.details == {"state": state}
        assert (case.state, case.decided_by_id) == (state, None)


def test_an_approved_case_is_completed_by_the_vendor():
    case = RestoreCase(state=RestoreState.AWAITING_APPROVAL)
    case.approve(by=VENDOR, at=NOW)
    assert (case.state, case.decided_by_id, case.completed_at) == (RestoreState.COMPLETED, VENDOR, NOW)


@pytest.mark.parametrize("state", sorted(set(ActivationState) - {ActivationState.ACTIVE, ActivationState.WITHDRAWING}))
def test_only_an_active_or_withdrawing_activation_can_be_restored(state):
    still = Activation(state=state, seat=1)
    with pytest.raises(NotActive):
        still.replace(at=NOW)
    assert (still.state, still.seat) == (state, 1)


@pytest.mark.parametrize(
    ("state", "removed"),
    [
        (ActivationState.RETURNING, ActivationState.RETURNED),
        (ActivationState.WITHDRAWING, ActivationState.WITHDRAWN),
        (ActivationState.BORROWED, ActivationState.RETURNED),
    ],
)
def test_the_receipt_of_a_removal_ends_the_activation(state, removed):
    activation = Activation(state=state, seat=1, update_number=4)
    activation.confirm_removal(at=NOW)
    assert (activation.state, activation.seat, activation.update_number, activation.ended_at) == (
        removed,
        None,
        None,
        NOW,
    )


def test_a_loan_is_limited_from_its_beginning():
    loan = Activation(state=ActivationState.BORROWED, requested_at=NOW, borrowed_until=NOW + DAY)
    loan.extend_loan(NOW + 2 * DAY, at=NOW + DAY, longest=2 * DAY)
    with pytest.raises(NotBorrowable) as refused:
        loan.extend_loan(NOW + 2 * DAY + timedelta(seconds=1), at=NOW + DAY, longest=2 * DAY)
    with pytest.raises(BadInput):
        loan.extend_loan(NOW + DAY, at=NOW + DAY, longest=2 * DAY)
    assert (refused.value.details, loan.borrowed_until) == ({"days": 2}, NOW + 2 * DAY)


@pytest.mark.parametrize(
    ("step", "needed"),
    [
        ("block", ContainerState.READY),
        ("unblock", ContainerState.BLOCKED),
        ("delete", ContainerState.READY),
        ("reset", ContainerState.READY),
    ],
)
def test_an_action_on_a_container_needs_the_right_state(step, needed):
    for state in set(ContainerState) - {needed}:
        container = Container(state=state, type=ContainerType.GROUP_CLOUD, credential_generation=1)
        with pytest.raises(WrongState) as refused:
            getattr(container, step)()
        assert refused.value.details == {"state": state}
        assert (container.state, container.credential_generation) == (state, 1)


@pytest.mark.parametrize(
    ("outcome", "state", "counter"),
    [(SettleOutcome.ACCEPT, ContainerState.READY, 9), (SettleOutcome.BLOCK, ContainerState.BLOCKED, 2)],
)
def test_an_unexpected_counter_is_settled_once(outcome, state, counter):
    container = Container(state=ContainerState.READY, update_counter=2)
    container.report_mismatch(9)
    with pytest.raises(ContainerNotReady):
        container.require_ready()
    container.settle(outcome)
    assert (container.state, container.update_counter) == (state, counter)
    with pytest.raises(WrongState):
        container.settle(outcome)
