"""The states of accounts, groups, memberships and invitations, without a database."""

from datetime import timedelta

import pytest

from store.confirmations import Confirmation, ConfirmationInvalid
from store.db.base import new_id
from store.db.passwords import Password
from store.errors import BadInput
from store.groups import Group, GroupDeleted, GroupKind
from store.invitations import Invitation, InvitationNotOpen, InvitationState
from store.memberships import (
    AlreadyMember,
    Bundle,
    MemberRole,
    Membership,
    MembershipState,
    NotInVendorGroup,
    NotMember,
)
from store.users import AccountNotUsable, OwnIsvRight, StillIsvAdmin, User, UserKind, UserStatus, normalize_address
from tests.portal import NOW


def person(**more):
    values = {"email": "tom@acme.example", "name": "Tom", "kind": UserKind.HUMAN, "status": UserStatus.ACTIVE}
    return User(**{"id": new_id(), "locale": "en", "profile": {}, "is_isv_admin": False, **values, **more})


@pytest.mark.parametrize(
    ("text", "normalized"), [(" Tom@ACME.example ", "tom@acme.example"), ("STRASSE@ß.example", "strasse@ss.example")]
)
def test_an_address_is_normalized(text, normalized):
    assert normalize_address(text) == normalized
    assert normalize_address(normalized) == normalized


@pytest.mark.parametrize("text", ["", "tom", "@acme", "tom@", "tom@a@b", "tom @acme", "t\x00m@acme", "x" * 255 + "@a"])
def test_a_malformed_address_is_refused(text):
    with pytest.raises(BadInput):
        normalize_address(text)


@pytest.mark.parametrize("locale", ["de", "pt-BR", "zh-Hant-TW", "es-419"])
def test_a_locale_is_a_language_with_an_optional_script_and_region(locale):
    tom = person()
    tom.update_profile(locale=locale)
    assert (tom.locale, tom.name) == (locale, "Tom")


@pytest.mark.parametrize("locale", ["german", "DE", "d", "de_DE", "de-de", "de-DE\n"])
def test_a_malformed_locale_is_refused(locale):
    tom = person()
    with pytest.raises(BadInput):
        tom.update_profile(locale=locale)
    assert tom.locale == "en"


def test_an_erased_account_has_no_personal_data_and_cannot_change():
    tom = person(password_hash="x", email_verified_at=NOW, profile={"desk": 7})

    tom.erase()

    assert "tom" not in f"{tom.email} {tom.name} {tom.profile} {tom.password_hash}".lower()
    assert (tom.status, tom.email_verified_at) == (UserStatus.ERASED, None)
    for step in (tom.erase, tom.update_profile, tom.require_person, lambda: tom.confirm_address(None, at=NOW)):
        with pytest.raises(AccountNotUsable) as refused:
            step()
        assert refused.value.details == {"state": "ERASED"}


def test_an_isv_admin_cannot_be_erased_or_end_their_own_right():
    ida, bea = person(), person()
    ida.set_isv_admin(True, by=bea.id)
    with pytest.raises(StillIsvAdmin):
        ida.erase()
    with pytest.raises(OwnIsvRight):
        ida.set_isv_admin(False, by=ida.id)
    assert (ida.is_isv_admin, ida.status) == (True, UserStatus.ACTIVE)
    ida.set_isv_admin(False, by=bea.id)
    assert not ida.is_isv_admin


def test_only_an_active_person_can_become_an_isv_admin():
    for each, state in ((person(status=UserStatus.PENDING), "PENDING"), (person(kind=UserKind.TECHNICAL), "TECHNICAL")):
        with pytest.raises(AccountNotUsable) as refused:
            each.set_isv_admin(True, by=new_id())
        assert refused.value.details == {"state": state}


def test_a_deleted_group_cannot_change():
    group = Group(name="Acme", kind=GroupKind.CUSTOMER, is_internal=False, deleted_at=NOW)
    for step in (lambda: group.rename("other"), lambda: group.classify(kind=GroupKind.TEAM), group.require_not_deleted):
        with pytest.raises(GroupDeleted) as refused:
            step()
        assert refused.value.details == {"state": "DELETED"}
    assert (group.name, group.kind) == ("Acme", GroupKind.CUSTOMER)


def test_a_group_of_the_vendor_is_always_internal():
    group = Group(name="Sales", kind=GroupKind.TEAM, is_internal=False)
    group.classify(kind=GroupKind.ISV, is_internal=False)
    assert group.is_internal


def test_a_membership_ends_once_and_starts_again_without_its_former_role():
    membership = Membership(state=MembershipState.ACTIVE, role=MemberRole.ADMIN, bundle=Bundle.SUPPORT)
    with pytest.raises(AlreadyMember) as already:
        membership.activate(MemberRole.MEMBER)
    membership.end()
    with pytest.raises(NotMember) as ended:
        membership.end()
    with pytest.raises(NotMember):
        membership.change_role(MemberRole.ADMIN)
    membership.activate(MemberRole.MEMBER)

    assert (already.value.details, ended.value.details) == ({"state": "ADMIN"}, {"state": "REMOVED"})
    assert (membership.state, membership.role, membership.bundle) == (MembershipState.ACTIVE, MemberRole.MEMBER, None)


def test_a_bundle_can_be_given_only_in_a_group_of_the_vendor():
    team = Group(name="Team", kind=GroupKind.TEAM)
    membership = Membership(state=MembershipState.ACTIVE, role=MemberRole.MEMBER, bundle=None, group=team)
    with pytest.raises(NotInVendorGroup):
        membership.set_bundle(Bundle.AUDITOR)
    membership.set_bundle(None)
    assert membership.bundle is None


@pytest.mark.parametrize("step", ["accept", "decline", "revoke"])
@pytest.mark.parametrize("state", [each for each in InvitationState if each is not InvitationState.PENDING])
def test_an_invitation_that_is_not_open_cannot_be_answered(step, state):
    invitation = Invitation(state=state, expires_at=NOW + timedelta(days=1))
    with pytest.raises(InvitationNotOpen) as refused:
        getattr(invitation, step)(at=NOW)
    assert (refused.value.details, invitation.state) == ({"state": state.value}, state)


@pytest.mark.parametrize(("late", "open_"), [(timedelta(microseconds=-1), True), (timedelta(0), False)])
def test_the_end_of_an_invitation_is_exclusive(late, open_):
    invitation = Invitation(state=InvitationState.PENDING, expires_at=NOW)
    if open_:
        invitation.accept(at=NOW + late)
        assert invitation.state is InvitationState.ACCEPTED
    else:
        with pytest.raises(InvitationNotOpen) as refused:
            invitation.accept(at=NOW + late)
        assert refused.value.details == {"state": "EXPIRED"}


def test_a_confirmation_can_be_used_once_before_it_expires():
    confirmation = Confirmation(expires_at=NOW)
    with pytest.raises(ConfirmationInvalid):
        confirmation.confirm(at=NOW)
    confirmation.confirm(at=NOW - timedelta(seconds=1))
    with pytest.raises(ConfirmationInvalid):
        confirmation.confirm(at=NOW - timedelta(seconds=1))


def test_a_password_is_not_revealed_by_its_repr():
    assert "winter" not in f"{Password('winter-harbor')} {Password('winter-harbor')!r}"
