"""Accounts of people: made by administrators, changed, told to their owners, deleted and erased."""

from uuid import UUID

import sqlalchemy as sa

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from resolvers.activations import withdraw_all
from resolvers.memberships import joining
from resolvers.offboarding import end_account, follow_leaving
from resolvers.registrations import ask_to_confirm
from store.db.base import Json, new_id
from store.db.passwords import Secret, hash_password, verify_password
from store.groups import Group, MemberRole, Membership, MembershipState, clean_name
from store.licenses import License, Lifecycle
from store.services import data_erasure, group_tree
from store.services.cloud_containers import new_cloud_container
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


@use_case("accountCreate")
async def create_account(
    gate: Gate,
    *,
    group_id: UUID,
    email: str,
    name: str,
    role: MemberRole = MemberRole.MEMBER,
    locale: str = "en",
) -> None:
    """An account for a member of a group, with its personal container; it opens when the holder of the address comes."""
    await group_tree.lock_tree_shared(gate.session)
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
    if await gate.session.scalar(sa.select(sa.exists().where(User.email == user.email))):
        raise AddressTaken("there is an account with this address; invite its holder instead")
    gate.add(user)
    gate.record("account.created", user, about=group)
    await gate.session.flush()
    gate.add(new_cloud_container(user))
    membership = await joining(gate.session, user_id=user.id, group_id=group.id, role=role)
    gate.add(membership)
    await gate.authorize_new(user, to="modify")
    gate.shows(membership)
    ask_to_confirm(gate.session, user, at=gate.now)


@use_case("accountModify")
async def modify_account(
    gate: Gate,
    *,
    user_id: UUID | None = None,
    name: str | None = None,
    locale: str | None = None,
    profile: Json | None = None,
) -> None:
    """Change what people see of an account: one's own, or that of somebody whom one administers."""
    user = await gate.one(User, user_id or gate.actor.id, to="modify")
    user.update_profile(name=None if name is None else clean_name(name), locale=locale, profile=profile)
    gate.record("account.modified", user)


@use_case("accountChangePassword")
async def change_password(gate: Gate, *, password: Secret, new_password: Secret) -> None:
    """A new password for oneself; every other log-in that the old one had opened ends."""
    user = await gate.one(User, gate.actor.id, to="change_credentials")
    user.require_person()
    if not await verify_password(user.password_hash, password.text):
        raise WrongPassword("this is not the present password")
    user.password_hash = await hash_password(new_password.text)
    gate.record("account.password_changed", user)
    opened = (AccessToken.user_id == user.id, AccessToken.name == "login", AccessToken.id != gate.actor.token_id)
    for token in await gate.lock_all(AccessToken, *opened, AccessToken.revoked_at.is_(None), to="revoke"):
        token.revoke(at=gate.now)


@use_case("accountDelete")
async def delete_account(gate: Gate, *, user_id: UUID) -> None:
    """Take a person out of every group that one administers; the account goes only if nothing else keeps it (spec A9)."""
    user = await gate.one(User, user_id, to="delete")
    user.require_person()
    belongs = (Membership.user_id == user.id, Membership.state == MembershipState.ACTIVE)
    ending = await gate.lock_all(Membership, *belongs, to="remove")
    left = [each.group_id for each in ending]
    for each in ending:
        each.end()
    await gate.session.flush()
    kept = await gate.session.scalar(sa.select(sa.exists().where(*belongs))) or await _bought(gate, user)
    former = user.email
    if not kept:
        user.erase()
    group = await gate.session.get(Group, left[0]) if left else None
    entry = gate.record("account.deleted", user, about=group)
    entry.after = {**(entry.after or {}), "left": [str(each) for each in left], "kept": bool(kept)}
    for each in ending:
        gate.shows(each)
    await follow_leaving(gate, user, left)
    if not kept:
        await _end(gate, user, former)


@use_case("accountErase")
async def erase_account(gate: Gate, *, give_up_licenses: bool = False) -> None:
    """Delete one's own account, when one belongs to no group any more: nothing that tells of a person is left."""
    user = await gate.one(User, gate.actor.id, to="delete")
    user.require_person()
    bought = await _bought(gate, user)
    if bought and not give_up_licenses:
        raise AccountHoldsLicenses(f"{len(bought)} licenses would be lost with the account", quantity=len(bought))
    former = user.email
    user.erase()
    gate.record("account.erased", user)
    for license in bought:
        license.lifecycle = Lifecycle.REVOKED
        await withdraw_all(gate, license)
    await _end(gate, user, former)


@use_case("accountExport")
async def export_account(gate: Gate) -> None:
    """Everything that is kept about oneself."""
    user = await gate.one(User, gate.actor.id, to="export", lock=False)
    gate.tell("data", await data_erasure.personal_data_of(gate.session, user))
    gate.record("account.exported", user)


@use_case("accountSetIsvRight")
async def set_isv_right(gate: Gate, *, user_id: UUID, is_isv_admin: bool) -> None:
    """Make a person an administrator of the whole portal, or end that; one always stays (the database sees to it)."""
    user = await gate.one(User, user_id, to="set_isv_right")
    user.set_isv_admin(is_isv_admin, by=gate.actor.id)
    gate.record("account.isv_right_set", user)


async def _bought(gate: Gate, user: User) -> list[License]:
    """What the person has bought for himself (B2C) and what is not revoked."""
    own = (License.owner_user_id == user.id, License.lifecycle != Lifecycle.REVOKED)
    found = await gate.session.scalars(sa.select(License).where(*own).order_by(License.id).with_for_update())
    return list(found)


async def _end(gate: Gate, user: User, former: str | None) -> None:
    await end_account(gate, user)
    if former is not None and user.email is not None:
        await data_erasure.erase_address_data(gate.session, former, instead=user.email)
