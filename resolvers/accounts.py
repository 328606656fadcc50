"""Accounts of people: created by administrators, changed, exported, deleted and erased."""

from dataclasses import dataclass
from uuid import UUID

from authz.gate.gate import Gate
from authz.gate.results import OneTime
from authz.gate.use_case import use_case
from resolvers.account_export import personal_data_of
from resolvers.activations import withdraw_all
from resolvers.offboarding import offboard_account, offboard_member
from resolvers.registrations import new_confirmation
from store.db.base import Json, new_id
from store.db.passwords import Password, hash_password, verify_password
from store.groups import Group, clean_name
from store.license_states import Lifecycle
from store.memberships import MemberRole, Membership
from store.queries import accounts, groups, memberships
from store.services import data_erasure, group_tree
from store.services.cloud_containers import new_cloud_container
from store.services.memberships import join_group
from store.users import (
    AccessToken,
    AccountHoldsLicenses,
    AddressTaken,
    User,
    UserKind,
    UserStatus,
    WrongPassword,
    normalize_address,
)


@dataclass(frozen=True, slots=True)
class AccountCreated:
    """A new account and its membership of a group."""

    user: User
    membership: Membership


@dataclass(frozen=True, slots=True)
class AccountChanged:
    """An account after a change."""

    user: User


@dataclass(frozen=True, slots=True)
class AccountExported:
    """Everything that the portal stores about a person, by kind."""

    data: OneTime[Json]


@use_case("accountCreate")
async def create_account(
    gate: Gate, *, group_id: UUID, email: str, name: str, role: MemberRole = MemberRole.MEMBER, locale: str = "en"
) -> AccountCreated:
    """Create an account for a member of a group, with its cloud container; the person confirms the address to log in."""
    await gate.run(group_tree.lock_tree_shared)
    group = await gate.one(Group, group_id, to="manage_roles" if role is MemberRole.ADMIN else "create_account")
    group.require_not_deleted()
    user = User(
        id=new_id(),
        email=normalize_address(email),
        name=clean_name(name),
        kind=UserKind.HUMAN,
        status=UserStatus.PENDING,
    )
    user.update_profile(locale=locale, profile={})
    if await gate.run(accounts.user_by_email, user.email):
        raise AddressTaken("there is already an account with this address; invite its holder instead")
    gate.add(user)
    gate.record("account.created", user, about=group)
    await gate.flush()
    gate.add(new_cloud_container(user))
    membership = await gate.run(join_group, user_id=user.id, group_id=group.id, role=role)
    await gate.authorize_new(user, to="modify")
    for row in new_confirmation(user, at=gate.now):
        gate.add(row)
    return AccountCreated(user=user, membership=membership)


@use_case("accountModify")
async def modify_account(
    gate: Gate,
    *,
    user_id: UUID | None = None,
    name: str | None = None,
    locale: str | None = None,
    profile: Json | None = None,
) -> AccountChanged:
    """Change the name, the locale or the profile of the caller's own account, or of one that they administer."""
    user = await gate.one(User, user_id or gate.actor.id, to="modify")
    user.update_profile(name=None if name is None else clean_name(name), locale=locale, profile=profile)
    gate.record("account.modified", user)
    return AccountChanged(user=user)


@use_case("accountChangePassword")
async def change_password(gate: Gate, *, password: Password, new_password: Password) -> AccountChanged:
    """Change the caller's own password, and revoke the tokens of all their other logins."""
    user = await gate.one(User, gate.actor.id, to="change_credentials")
    user.require_person()
    if not await verify_password(user.password_hash, password.text):
        raise WrongPassword("the current password is wrong")
    user.password_hash = await hash_password(new_password.text)
    gate.record("account.password_changed", user)
    logins = accounts.other_logins(user.id, gate.actor.token_id)
    for token in await gate.lock_all(AccessToken, *logins, to="revoke"):
        token.revoke(at=gate.now)
    return AccountChanged(user=user)


@use_case("accountDelete")
async def delete_account(gate: Gate, *, user_id: UUID) -> AccountChanged:
    """Remove a person from every group that the caller administers; erase the account if nothing else keeps it (spec A9).

    What keeps it: a membership of another group, or licenses that the person has bought.
    """
    user = await gate.one(User, user_id, to="delete")
    user.require_person()
    ended = await gate.lock_all(Membership, *memberships.active_of(user.id), to="remove")
    for membership in ended:
        membership.end()
    left = [each.group_id for each in ended]
    await gate.flush()
    is_kept = await gate.run(memberships.has_active, user.id) or bool(await gate.run(accounts.lock_bought, user.id))
    former_email = user.email
    if not is_kept:
        user.erase()
    group = await gate.run(groups.by_id, left[0]) if left else None
    entry = gate.record("account.deleted", user, about=group)
    entry.after = {**(entry.after or {}), "left": [str(each) for each in left], "kept": is_kept}
    await offboard_member(gate, user, left)
    if not is_kept:
        await _erase(gate, user, former_email)
    return AccountChanged(user=user)


@use_case("accountErase")
async def erase_account(gate: Gate, *, give_up_licenses: bool = False) -> None:
    """Erase the caller's own account, once they belong to no group: all personal data is deleted."""
    user = await gate.one(User, gate.actor.id, to="delete")
    user.require_person()
    bought = await gate.run(accounts.lock_bought, user.id)
    if bought and not give_up_licenses:
        raise AccountHoldsLicenses(
            f"{len(bought)} licenses would be lost with the account; set `giveUpLicenses` to give them up",
            quantity=len(bought),
        )
    former_email = user.email
    user.erase()
    gate.record("account.erased", user)
    for license in bought:
        license.lifecycle = Lifecycle.REVOKED
        await withdraw_all(gate, license)
    await _erase(gate, user, former_email)


@use_case("accountExport")
async def export_account(gate: Gate) -> AccountExported:
    """Export what the portal stores about the caller, as far as the policy lets them read it."""
    user = await gate.one(User, gate.actor.id, to="export", lock=False)
    data = await personal_data_of(gate, user)
    gate.record("account.exported", user)
    return AccountExported(data=OneTime(data))


@use_case("accountSetIsvRight")
async def set_isv_right(gate: Gate, *, user_id: UUID, is_isv_admin: bool) -> AccountChanged:
    """Make a person an administrator of the vendor, or end that; the database makes sure that one remains."""
    user = await gate.one(User, user_id, to="set_isv_right")
    user.set_isv_admin(is_isv_admin, by=gate.actor.id)
    gate.record("account.isv_right_set", user)
    return AccountChanged(user=user)


async def _erase(gate: Gate, user: User, former_email: str | None) -> None:
    await offboard_account(gate, user)
    if former_email is not None and user.email is not None:
        await gate.run(data_erasure.erase_address_data, former_email, instead=user.email)
