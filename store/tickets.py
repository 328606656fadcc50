"""The code a customer redeems, and what becomes of it."""

import enum
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.groups import Group
from store.mapping import Entity, choice, newest_first
from store.users import User


class TicketState(enum.StrEnum):
    """FRESH until claimed; a ticket of several licenses is SPLIT into one child for each."""

    FRESH = "FRESH"
    CLAIMED = "CLAIMED"
    SPLIT = "SPLIT"
    VOID = "VOID"


class Ticket(Entity):
    """A bearer secret of 25 characters (spec A18): the hash finds it, the mask names it, the sealed code stays shut."""

    __tablename__ = "tickets"
    __table_args__ = (
        sa.CheckConstraint("octet_length(code_hash) = 32", name="hash_is_sha256"),
        sa.CheckConstraint("num_nonnulls(owner_user_id, owner_group_id) <= 1", name="one_owner"),
        sa.CheckConstraint(
            "state NOT IN ('CLAIMED', 'SPLIT') OR num_nonnulls(owner_user_id, owner_group_id) = 1",
            name="claimed_is_owned",
        ),
        newest_first("tickets"),
        newest_first("tickets", "owner_user_id"),
        newest_first("tickets", "owner_group_id"),
        sa.Index("ix_tickets_parent_id", "parent_id"),
    )

    code_hash: Mapped[bytes] = mapped_column(sa.LargeBinary, unique=True)
    code_masked: Mapped[str]
    code_sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    state: Mapped[TicketState] = mapped_column(choice(TicketState), server_default=TicketState.FRESH)
    owner_user_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("users.id"))
    owner_group_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("groups.id"))
    parent_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("tickets.id"))
    claimed_at: Mapped[datetime | None]

    owner_user: Mapped[User | None] = relationship()
    owner_group: Mapped[Group | None] = relationship()
    parent: Mapped["Ticket | None"] = relationship(remote_side="Ticket.id")
