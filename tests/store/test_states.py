"""The states of licenses, activations and containers, without a database."""

from datetime import timedelta

import pytest

from store.activations import Activation, ActivationState, NotActive
from store.containers import Container, ContainerNotReady, ContainerState, ContainerType
from store.db.base import new_id
from store.groups import Group
from store.license_errors import LicenseExpired, LicenseNotUsable, NotAssigned, NotShared, TargetOutsideOwner
from store.license_states import Lifecycle, Visibility
from store.licenses import License
from store.projects import Project
from store.users import AccessToken, User
from tests.portal import NOW

DAY = timedelta(days=1)


def acme_license(**rest):
    rest = {"lifecycle": Lifecycle.VALID, "starts_at": NOW - DAY, "visibility": Visibility.ADMIN_ONLY} | rest
    return License(owner_group_id=new_id(), **rest)


def activation(state, kind=ContainerType.PERSONAL_CLOUD):
    return Activation(state=state, seat=1, container=Container(type=kind))


@pytest.mark.parametrize(
    "target", [User(id=new_id()), Group(id=new_id()), Project(id=new_id())], ids=lambda target: type(target).__name__
)
def test_a_license_has_one_assignee_at_a_time(target):
    license = acme_license(assigned_user_id=new_id(), assigned_group_id=new_id(), assigned_project_id=new_id())

    license.assign_to(target, at=NOW)

    assignees = {license.assigned_user_id, license.assigned_group_id, license.assigned_project_id}
    assert assignees == {target.id, None}


def test_a_newly_assigned_license_is_visible_only_to_administrators():
    license = acme_license(assigned_group_id=new_id(), visibility=Visibility.PUBLIC)

    license.assign_to(Group(id=new_id()), at=NOW)

    assert license.visibility is Visibility.ADMIN_ONLY


def test_a_license_is_valid_until_and_excluding_its_expiry():
    license = acme_license(expires_at=NOW)

    license.require_usable(at=NOW - timedelta(microseconds=1))
    with pytest.raises(LicenseExpired) as refused:
        license.require_usable(at=NOW)

    assert refused.value.details == {"state": Lifecycle.EXPIRED}


def test_a_license_is_valid_from_its_start():
    license = acme_license(starts_at=NOW)

    license.require_usable(at=NOW)
    with pytest.raises(LicenseNotUsable) as refused:
        license.require_usable(at=NOW - timedelta(microseconds=1))

    assert refused.value.details == {"state": Lifecycle.SCHEDULED}


@pytest.mark.parametrize(
    ("lifecycle", "refusal"),
    [
        (Lifecycle.SUSPENDED, LicenseNotUsable),
        (Lifecycle.REVOKED, LicenseNotUsable),
        (Lifecycle.EXPIRED, LicenseExpired),
    ],
)
def test_a_license_that_is_not_usable_cannot_be_assigned(lifecycle, refusal):
    holder = new_id()
    license = acme_license(lifecycle=lifecycle, assigned_user_id=holder)

    with pytest.raises(refusal) as refused:
        license.assign_to(User(id=new_id()), at=NOW)

    assert refused.value.details == {"state": lifecycle}
    assert license.assigned_user_id == holder


@pytest.mark.parametrize("step", [lambda one: one.assign_to(Group(id=new_id()), at=NOW), lambda one: one.unassign()])
def test_a_personal_license_stays_with_its_owner(step):
    sam = new_id()
    license = License(owner_user_id=sam, assigned_user_id=sam, lifecycle=Lifecycle.VALID, starts_at=NOW)

    with pytest.raises(TargetOutsideOwner):
        step(license)

    assert license.assigned_user_id == sam


def test_an_unassigned_license_is_visible_only_to_administrators():
    license = acme_license(assigned_group_id=new_id(), visibility=Visibility.PUBLIC)

    license.unassign()

    assert (license.assigned_group_id, license.visibility) == (None, Visibility.ADMIN_ONLY)
    with pytest.raises(NotAssigned):
        license.unassign()


@pytest.mark.parametrize("assigned", [{}, {"assigned_user_id": new_id()}], ids=["the pool", "a person"])
def test_a_license_of_a_user_or_the_pool_has_no_visibility(assigned):
    license = acme_license(**assigned)

    with pytest.raises(NotShared):
        license.set_visibility(Visibility.PUBLIC)

    assert license.visibility is Visibility.ADMIN_ONLY


@pytest.mark.parametrize("assigned", ["assigned_group_id", "assigned_project_id"])
def test_a_license_of_a_group_or_project_can_be_shown_and_hidden(assigned):
    license = acme_license(**{assigned: new_id()})

    license.set_visibility(Visibility.PUBLIC)
    assert license.visibility is Visibility.PUBLIC
    license.set_visibility(Visibility.ADMIN_ONLY)
    assert license.visibility is Visibility.ADMIN_ONLY


def test_a_receipt_activates_a_pending_activation():
    pending = activation(ActivationState.PENDING)

    pending.confirm(at=NOW)

    assert (pending.state, pending.receipt_at, pending.seat) == (ActivationState.ACTIVE, NOW, 1)


def test_a_cloud_container_returns_a_seat_at_once():
    active = activation(ActivationState.ACTIVE)

    active.return_seat(at=NOW)

    assert (active.state, active.ended_at, active.seat) == (ActivationState.RETURNED, NOW, None)


@pytest.mark.parametrize("kind", [ContainerType.LOCAL, ContainerType.DONGLE])
def test_another_container_holds_its_seat_until_the_receipt(kind):
    active = activation(ActivationState.ACTIVE, kind)

    active.return_seat(at=NOW)

    assert (active.state, active.ended_at, active.seat) == (ActivationState.RETURNING, None, 1)


@pytest.mark.parametrize(
    ("kind", "state", "seat"),
    [
        (ContainerType.GROUP_CLOUD, ActivationState.WITHDRAWN, None),
        (ContainerType.LOCAL, ActivationState.WITHDRAWING, 1),
    ],
)
def test_a_seat_is_withdrawn_from_a_cloud_at_once_and_from_others_at_their_next_contact(kind, state, seat):
    active = activation(ActivationState.ACTIVE, kind)

    active.withdraw(at=NOW)

    assert (active.state, active.seat) == (state, seat)


STEPS = {
    "confirm": ActivationState.PENDING,
    "abort": ActivationState.PENDING,
    "return_seat": ActivationState.ACTIVE,
    "withdraw": ActivationState.ACTIVE,
}


@pytest.mark.parametrize(
    ("step", "state"),
    [(step, state) for step, needed in STEPS.items() for state in ActivationState if state is not needed],
)
def test_an_action_in_another_state_is_refused_with_that_state(step, state):
    still = activation(state)

    with pytest.raises(NotActive) as refused:
        getattr(still, step)(at=NOW)

    assert refused.value.details == {"state": state}
    assert (still.state, still.seat, still.ended_at) == (state, 1, None)


def test_only_a_ready_container_can_be_used():
    Container(state=ContainerState.READY).require_ready()
    for state in set(ContainerState) - {ContainerState.READY}:
        with pytest.raises(ContainerNotReady) as refused:
            Container(state=state).require_ready()
        assert refused.value.details == {"state": state}


def test_a_token_is_revoked_once():
    token = AccessToken()

    token.revoke(at=NOW)
    token.revoke(at=NOW + DAY)

    assert token.revoked_at == NOW
