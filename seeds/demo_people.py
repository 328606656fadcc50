"""The groups and accounts of the demo world, with memberships and invitations."""

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
from store.groups import Group, GroupKind
from store.invitations import Invitation, InvitationState
from store.memberships import Bundle, MemberRole, Membership
from store.portal import Portal
from store.users import User, UserKind

_NORTHWIND_BRANDING, _RHEINTAL_BRANDING = named("branding", "Northwind"), named("branding", "Rheintal")

# ID, name, kind, parent; parents before their children. The internal sales group has its customers below it (spec A21).
_TREE = (
    (Groups.NORTHWIND, "Northwind Software", GroupKind.ISV, None),
    (Groups.SALES, "Northwind Sales", GroupKind.ISV, Groups.NORTHWIND),
    (Groups.BOLT, "Bolt", GroupKind.CUSTOMER, Groups.SALES),
    (Groups.RHEINTAL, "Rheintal Reselling", GroupKind.RESELLER, None),
    (Groups.ACME, "Acme", GroupKind.CUSTOMER, Groups.RHEINTAL),
    (Groups.BERLIN, "Acme Berlin", GroupKind.TEAM, Groups.ACME),
    (Groups.LAB, "Acme Berlin Lab", GroupKind.TEAM, Groups.BERLIN),
)
_BRANDINGS = {Groups.NORTHWIND: _NORTHWIND_BRANDING, Groups.RHEINTAL: _RHEINTAL_BRANDING}

_MEMBERSHIPS: tuple[tuple[Account, str, MemberRole, Bundle | None], ...] = (
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


def portal_settings() -> list[Entity]:
    """The portal with its default switches, and two brandings."""
    return [
        Portal(id=named("portal", "the only one"), name="Northwind License Portal"),
        Branding(
            id=_NORTHWIND_BRANDING,
            name="Northwind",
            host="licenses.northwind.example",
            colors={"accent": "#0b5c8a"},
            copyright="Northwind Software",
            legal_notice="Northwind Software, a fictitious vendor",
        ),
        Branding(
            id=_RHEINTAL_BRANDING,
            name="Rheintal",
            host="licenses.rheintal.example",
            colors={"accent": "#7a1f3d"},
            copyright="Rheintal Reselling",
            legal_notice="Rheintal Reselling, a fictitious reseller",
        ),
    ]


def groups() -> list[Group]:
    """The group tree, parents first."""
    return [
        Group(
            id=group_id,
            name=name,
            kind=kind,
            parent_id=parent_id,
            branding_id=_BRANDINGS.get(group_id),
            is_internal=kind is GroupKind.ISV,
        )
        for group_id, name, kind, parent_id in _TREE
    ]


def accounts(*, password_hash: str, verified_at: datetime) -> list[User]:
    """All accounts; they share one password, which is hashed once."""
    people = [
        User(
            id=account.id,
            email=account.email,
            name=account.name,
            is_isv_admin=account is IDA,
            password_hash=password_hash,
            email_verified_at=verified_at,
        )
        for account in (*CAST, *EXTRAS)
        if account is not SERVER
    ]
    return [*people, User(id=SERVER.id, name=SERVER.name, kind=UserKind.TECHNICAL, home_group_id=Groups.ACME)]


def cloud_containers() -> list[Container]:
    """The cloud containers that every person, technical user and group has."""
    of_users = [
        Container(
            id=cloud_of(account.id),
            type=ContainerType.TECHNICAL_CLOUD if account is SERVER else ContainerType.PERSONAL_CLOUD,
            name=f"Cloud of {account.name}",
            owner_user_id=account.id,
            serial=f"140-10{number:05d}",
        )
        for number, account in enumerate((*CAST, *EXTRAS), start=1)
    ]
    of_groups = [
        Container(
            id=cloud_of(group_id),
            type=ContainerType.GROUP_CLOUD,
            name=f"Cloud of {name}",
            owner_group_id=group_id,
            serial=f"141-10{number:05d}",
        )
        for number, (group_id, name, _, _) in enumerate(_TREE, start=1)
    ]
    return [*of_users, *of_groups]


def memberships() -> list[Membership]:
    """Memberships with roles and bundles."""
    return [
        Membership(
            id=named("membership", f"{account.login} {group}"),
            user_id=account.id,
            group_id=getattr(Groups, group),
            role=role,
            bundle=bundle,
        )
        for account, group, role, bundle in _MEMBERSHIPS
    ]


def invitations(now: datetime) -> list[Invitation]:
    """One to an existing account, one to an address without an account, and one that has expired."""

    def invite(email: str, group_id: object, by: Account, *, days: int, state: InvitationState) -> Invitation:
        return Invitation(
            id=named("invitation", f"{email} {group_id}"),
            email=email,
            group_id=group_id,
            invited_by_id=by.id,
            token_hash=hash_token(f"demo invitation of {email} to {group_id}"),
            expires_at=now + timedelta(days=days),
            state=state,
        )

    return [
        invite(str(SAM.email), Groups.BOLT, BEA, days=10, state=InvitationState.PENDING),
        invite("nina@acme.example", Groups.BERLIN, ANN, days=12, state=InvitationState.PENDING),
        invite("otto@acme.example", Groups.LAB, ANN, days=-20, state=InvitationState.EXPIRED),
    ]
