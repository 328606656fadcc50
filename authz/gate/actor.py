"""The actor: the account behind a token, read in the same snapshot as everything that is decided about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from store.db.registry import AccessToken, Portal, User
from store.errors import Unauthenticated
from store.portal import Edition
from store.users import UserStatus


@dataclass(frozen=True, slots=True)
class PortalContext:
    """The settings of the whole portal; rules read them as `user.portal`."""

    edition: Edition = Edition.ENTERPRISE
    members_may_activate: bool = True
    strict_shared_containers: bool = True
    support_may_decide: bool = False


@dataclass(frozen=True, slots=True)
class Actor:
    """The account behind a token, with everything that rules need of the actor alone."""

    id: UUID
    name: str
    email: str | None
    email_verified_at: datetime | None
    kind: str
    status: str
    locale: str
    is_isv_admin: bool
    home_group_id: UUID | None
    holds_support: bool
    holds_auditor: bool
    token_id: UUID
    token_expires_at: datetime
    portal: PortalContext

    @property
    def values(self) -> dict[str, Any]:
        """The bound values of the policy's statements."""
        return {f"actor_{name}": getattr(self, name) for name in CARRIED}


CARRIED = frozenset(
    {
        "id",
        "name",
        "email",
        "email_verified_at",
        "kind",
        "status",
        "locale",
        "is_isv_admin",
        "home_group_id",
        "holds_support",
        "holds_auditor",
    }
)
"""The columns of the actor that a rule may use; others are not read with the token."""
_OF_USER = (
    User.id,
    User.name,
    User.email,
    User.email_verified_at,
    User.kind,
    User.status,
    User.locale,
    User.is_isv_admin,
    User.home_group_id,
    User.holds_support.label("holds_support"),
    User.holds_auditor.label("holds_auditor"),
)
_OF_PORTAL = (Portal.edition, Portal.members_may_activate, Portal.strict_shared_containers, Portal.support_may_decide)

ACTOR_QUERY = (
    sa.select(
        *_OF_USER,
        AccessToken.id.label("token_id"),
        AccessToken.expires_at.label("token_expires_at"),
        AccessToken.revoked_at.label("token_revoked_at"),
        *_OF_PORTAL,
    )
    .select_from(AccessToken)
    .join(User, User.id == AccessToken.user_id)
    .outerjoin(Portal, sa.true())
    .where(AccessToken.hash == sa.bindparam("token_hash"))
)
"""The first statement of every snapshot and every transaction."""


def actor_of(row: Any, *, at: datetime) -> Actor:
    """The actor of a row of ACTOR_QUERY; raises Unauthenticated where the token is not valid."""
    if row is None:
        raise Unauthenticated("the token is unknown; log in to get a new one")
    if row.token_revoked_at is not None:
        raise Unauthenticated("the token has been revoked; log in to get a new one")
    if row.token_expires_at <= at:
        raise Unauthenticated(f"the token expired on {row.token_expires_at:%Y-%m-%d}; log in to get a new one")
    if row.status != UserStatus.ACTIVE:
        raise Unauthenticated("the account is not active")
    values = {name: getattr(row, name) for name in Actor.__slots__ if name != "portal"}
    context = PortalContext()
    if row.edition is not None:
        context = PortalContext(**{name: getattr(row, name) for name in PortalContext.__slots__})
    return Actor(**values, portal=context)
