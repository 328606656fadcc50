"""Random groups and accounts: trees, people with several memberships in any state, technical users, tokens, invitations."""

from authz.verify.random_rows import NOW, RandomRows
from store.branding import Branding
from store.groups import MAX_LEVEL, Group, GroupClosure, GroupKind
from store.invitations import Invitation, InvitationState
from store.memberships import Bundle, MemberRole, Membership, MembershipState
from store.portal import Edition, Portal
from store.users import AccessToken, User, UserKind, UserStatus

_EMAILS = tuple(f"{name}@example.com" for name in ("ann", "bob", "cy", "dee", "eve", "fay"))


def make_people(rows: RandomRows) -> None:
    """The portal with its settings, the group tree, and its accounts."""
    switches = {name: rows.flip() for name in Portal.SWITCHES}
    rows.add(Portal, name="portal", edition=rows.choice(Edition), **switches)
    for number in rows.times(0, 2):
        rows.add(Branding, name=f"look {number}")
    for _ in rows.times(5, 8):
        _make_group(rows)
    for email in _EMAILS:
        _make_person(rows, email)
    for number in rows.times(1, 2):
        _make_technical_user(rows, number)
    for user in rows.of(User):
        _make_memberships(rows, user["id"])
    for _ in rows.times(3, 6):
        _make_token(rows)
    for email, group in {(rows.choice(_EMAILS), rows.id(Group)): None for _ in rows.times(2, 5)}:
        _make_invitation(rows, email, group)


def _make_group(rows: RandomRows) -> None:
    parents = [above for above in rows.of(Group) if above["level"] < MAX_LEVEL]
    parent = rows.choice(parents) if parents and rows.flip(0.8) else None
    group = rows.add(
        Group,
        name=rows.choice(("Acme", "Bolt")),
        kind=rows.choice(GroupKind),
        parent_id=parent["id"] if parent else None,
        level=parent["level"] + 1 if parent else 1,
        is_internal=rows.flip(0.2),
        branding_id=rows.maybe(rows.id(Branding)) if rows.of(Branding) else None,
    )
    links = [link for link in rows.of(GroupClosure) if parent and link["descendant_id"] == parent["id"]]
    rows.link(GroupClosure, ancestor_id=group["id"], descendant_id=group["id"], depth=0)
    for link in links:
        rows.link(GroupClosure, ancestor_id=link["ancestor_id"], descendant_id=group["id"], depth=link["depth"] + 1)


def _make_person(rows: RandomRows, email: str) -> None:
    rows.add(
        User,
        email=email,
        name=rows.choice(("Ann", "Bob")),
        kind=UserKind.HUMAN,
        is_isv_admin=rows.flip(0.12),
        status=rows.choice((*UserStatus, UserStatus.ACTIVE, UserStatus.ACTIVE)),
        locale=rows.choice(("en", "de")),
        home_group_id=None,
        email_verified_at=rows.maybe(NOW, 0.7),
    )


def _make_technical_user(rows: RandomRows, number: int) -> None:
    rows.add(
        User,
        email=rows.maybe(f"robot{number}@example.com", 0.3),
        name="Robot",
        kind=UserKind.TECHNICAL,
        is_isv_admin=False,
        status=rows.choice((UserStatus.ACTIVE, UserStatus.DISABLED)),
        locale="en",
        home_group_id=rows.id(Group),
        email_verified_at=rows.maybe(NOW, 0.3),
    )


def _make_memberships(rows: RandomRows, user_id: object) -> None:
    for group in rows.rng.sample(rows.of(Group), rows.choice((0, 1, 1, 2, 2, 3))):
        rows.add(
            Membership,
            user_id=user_id,
            group_id=group["id"],
            role=rows.choice(MemberRole),
            state=rows.choice((*MembershipState, MembershipState.ACTIVE, MembershipState.ACTIVE)),
            bundle=rows.maybe(rows.choice(Bundle), 0.3),
        )


def _make_token(rows: RandomRows) -> None:
    revoked = rows.maybe(NOW, 0.3)
    rows.add(
        AccessToken, user_id=rows.id(User), name="token", hash=rows.random_bytes(), expires_at=NOW, revoked_at=revoked
    )


def _make_invitation(rows: RandomRows, email: str, group_id: object) -> None:
    rows.add(
        Invitation,
        email=email,
        group_id=group_id,
        role=rows.choice(MemberRole),
        token_hash=rows.random_bytes(),
        invited_by_id=rows.id(User),
        expires_at=NOW,
        state=rows.choice(InvitationState),
    )
