"""Tickets, whose codes customers redeem for licenses."""

import enum
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.db.base import Entity, new_id, newest_first, text_enum
from store.errors import Refusal, WrongState
from store.groups import Group
from store.ticket_codes import hash_code, mask
from store.users import User


class TicketState(enum.StrEnum):
    """FRESH until claimed; a ticket for several licenses is SPLIT into one child for each."""

    FRESH = "FRESH"
    CLAIMED = "CLAIMED"
    SPLIT = "SPLIT"
    VOID = "VOID"


class TicketNotFresh(WrongState):
    """The ticket was redeemed before or is void."""

    code = "TICKET_NOT_FRESH"


class TicketIncomplete(WrongState):
    """Tickets can be assigned only as a whole, and a part of this one would stay behind."""

    code = "TICKET_INCOMPLETE"


class CodeProblem(enum.StrEnum):
    """Why a code cannot be redeemed."""

    MALFORMED = "MALFORMED"
    UNKNOWN = "UNKNOWN"
    NOT_FRESH = "NOT_FRESH"
    REPEATED = "REPEATED"


class CodesRefused(Refusal):
    """No code was redeemed, because some of them cannot be; `codes` says which and why, without the codes."""

    code = "TICKETS_REFUSED"
    is_guess = True


class TooManyGuesses(Refusal):
    """Too many invalid codes; `retry_after` is the number of seconds to wait."""

    code = "TOO_MANY_REQUESTS"


class Ticket(Entity):
    """A bearer secret of 25 characters (spec A18): found by its hash, shown masked, and stored sealed."""

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
    state: Mapped[TicketState] = mapped_column(text_enum(TicketState), server_default=TicketState.FRESH)
    owner_user_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("users.id"))
    owner_group_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("groups.id"))
    parent_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("tickets.id"))
    claimed_at: Mapped[datetime | None]

    owner_user: Mapped[User | None] = relationship()
    owner_group: Mapped[Group | None] = relationship()
    parent: Mapped["Ticket | None"] = relationship(remote_side="Ticket.id")

    @classmethod
    def from_code(cls, code: str, *, sealed: bytes | None, parent: "Ticket | None" = None) -> "Ticket":
        """A fresh ticket for a code, which is not stored in clear."""
        return cls(
            id=new_id(),
            code_hash=hash_code(code),
            code_masked=mask(code),
            code_sealed=sealed,
            state=TicketState.FRESH,
            parent_id=parent.id if parent else None,
        )

    def claim(self, owner: User | Group, *, at: datetime, parts: int = 1) -> None:
        """Redeem the ticket once; with several licenses (`parts`) it is split into one ticket for each (spec F99)."""
        if self.state is not TicketState.FRESH:
            raise TicketNotFresh(f"the ticket is {self.state.lower()}", state=self.state)
        self.state = TicketState.CLAIMED if parts == 1 else TicketState.SPLIT
        self.claimed_at = at
        self.owner_group_id = owner.id if isinstance(owner, Group) else None
        self.owner_user_id = owner.id if isinstance(owner, User) else None

    def void(self) -> None:
        if self.state not in (TicketState.FRESH, TicketState.CLAIMED):
            raise WrongState(f"a ticket that is {self.state.lower()} cannot be made void", state=self.state)
        self.state = TicketState.VOID
