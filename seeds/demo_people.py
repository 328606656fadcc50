"""The groups of the demo world, who belongs to them and who is invited."""

from datetime import datetime, timedelta

from seeds.cast import (
    ANN,
    AUDREY,
    BEA,
    CAST,
    EXTRAS,
    IDA,
    LEA,
    MAX,
    REX,
    SAL,
    SAM,
    SERVER,
    TOM,
    UWE,
    Account,
    Groups,
    cloud_of,
    named,
)
from store.branding import Branding
from store.containers import Container, ContainerType
from store.db.base import Entity
from store.db.tokens import hash_token
from store.groups import Bundle, Group, GroupKind, Invitation, InvitationState, MemberRole, Membership
from store.portal import Portal
from store.users import User, UserKind

_NORTHWIND_LOOK, _RHEINTAL_LOOK = named("branding", "Northwind"), named("branding", "Rheintal")

# Id, name, kind, parent; a parent stands before its children. Internal sales has its customers below it (spec A21).
_TREE = (
    (Groups.NORTHWIND, "Northwind Software", GroupKind.ISV, None),
    (Groups.SALES, "Northwind Sales", GroupKind.ISV, Groups.NORTHWIND),
    (Groups.BOLT, "Bolt", GroupKind.CUSTOMER, Groups.SALES),
    (Groups.RHEINTAL, "Rheintal Reselling", GroupKind.RESELLER, None),
    (Groups.ACME, "Acme", GroupKind.CUSTOMER, Groups.RHEINTAL),
    (Groups.BERLIN, "Acme Berlin", GroupKind.TEAM, Groups.ACME),
    (Groups.LAB, "Acme Berlin Lab", GroupKind.TEAM, Groups.BERLIN),
)
_LOOKS = {Groups.NORTHWIND: _NORTHWIND_LOOK, Groups.RHEINTAL: _RHEINTAL_LOOK}

_BELONGS: tuple[tuple[Account, str, MemberRole, Bundle | None], ...] = (
    (IDA, "NORTHWIND", MemberRole.MEMBER, None),
    (SAL, "SALES", MemberRole.ADMIN, Bundle.SALES),
    (UWE, "NORTHWIND", MemberRole.MEMBER, Bundle.SUPPORT),
    (AUDREY, "NORTHWIND", MemberRole.MEMBER, Bundle.AUDITOR),
    (REX, "RHEINTAL", MemberRole.ADMIN, None),
    (ANN, "ACME", MemberRole.ADMIN, None),
    (TOM, "BERLIN", MemberRole.MEMBER, None),
    (BEA, "BERLIN", MemberRole.MEMBER, None),
    (BEA, "BOLT", MemberRole.ADMIN, None),
    (LEA, "LAB", MemberRole.MEMBER, None),
    (MAX, "BOLT", MemberRole.MEMBER, None),
)


def settings() -> list[Entity]:
    """The portal's own row, with every switch at its default, and how it looks."""
    return [
        Portal(id=named("portal", "the only one"), name="Northwind License Portal"),
        Branding(
            id=_NORTHWIND_LOOK, name="Northwind", host="licenses.northwind.example", colors={"accent": "#0b5c8a"},
            copyright="Northwind Software", legal_notice="Northwind Software, a vendor that does not exist",
        ),
        Branding(
            id=_RHEINTAL_LOOK, name="Rheintal", host="licenses.rheintal.example", colors={"accent": "#7a1f3d"},
            copyright="Rheintal Reselling", legal_notice="Rheintal Reselling, a reseller that does not exist",
        ),
    ]  # fmt: skip


def groups() -> list[Group]:
    """The tree, from the top."""
    return [
        Group(
            id=group_id, name=name, kind=kind, parent_id=parent_id, branding_id=_LOOKS.get(group_id),
            is_internal=kind is GroupKind.ISV,
        )
        for group_id, name, kind, parent_id in _TREE
    ]  # fmt: skip


def accounts(*, password_hash: str, verified_at: datetime) -> list[User]:
    """The cast and the others; they share one password, so it is hashed once."""
    people = [
        User(
            id=each.id, email=each.email, name=each.name, is_isv_admin=each is IDA,
            password_hash=password_hash, email_verified_at=verified_at,
        )
        for each in (*CAST, *EXTRAS)
        if each is not SERVER
    ]  # fmt: skip
    return [*people, User(id=SERVER.id, name=SERVER.name, kind=UserKind.TECHNICAL, home_group_id=Groups.ACME)]


def clouds() -> list[Container]:
    """What comes by itself with every person, technical user and group."""
    of_users = [
        Container(
            id=cloud_of(each.id),
            type=ContainerType.TECHNICAL_CLOUD if each is SERVER else ContainerType.PERSONAL_CLOUD,
            name=f"Cloud of {each.name}", owner_user_id=each.id, serial=f"140-10{number:05d}",
        )
        for number, each in enumerate((*CAST, *EXTRAS), start=1)
    ]  # fmt: skip
    of_groups = [
        Container(
            id=cloud_of(group_id), type=ContainerType.GROUP_CLOUD, name=f"Cloud of {name}", owner_group_id=group_id,
            serial=f"141-10{number:05d}",
        )
        for number, (group_id, name, _, _) in enumerate(_TREE, start=1)
    ]  # fmt: skip
    return [*of_users, *of_groups]


def memberships() -> list[Membership]:
    """Who belongs where, as what."""
    return [
        Membership(
            id=named("membership", f"{account.login} {group}"), user_id=account.id, group_id=getattr(Groups, group),
            role=role, bundle=bundle,
        )
        for account, group, role, bundle in _BELONGS
    ]  # fmt: skip


def invitations(now: datetime) -> list[Invitation]:
    """One for somebody who has an account, one for somebody who has none, one that nobody answered."""

    def invite(email: str, group_id: object, by: Account, *, days: int, state: InvitationState) -> Invitation:
        return Invitation(
            id=named("invitation", f"{email} {group_id}"), email=email, group_id=group_id, invited_by_id=by.id,
            token_hash=hash_token(f"demo invitation of {email} to {group_id}"),
            expires_at=now + timedelta(days=days), state=state,
        )  # fmt: skip

    return [
        invite(str(SAM.email), Groups.BOLT, BEA, days=10, state=InvitationState.PENDING),
        invite("nina@acme.example", Groups.BERLIN, ANN, days=12, state=InvitationState.PENDING),
        invite("otto@acme.example", Groups.LAB, ANN, days=-20, state=InvitationState.EXPIRED),
    ]
