"""Time contingents: days that groups buy for a product and add to licenses."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.db.base import Entity
from store.errors import Refusal
from store.groups import Group
from store.products import Product


class ContingentExhausted(Refusal):
    """The contingent has fewer days left; `limit` is their number."""

    code = "CONTINGENT_EXHAUSTED"


class TimeContingent(Entity):
    """The days that a group has bought for a product and not used yet."""

    __tablename__ = "time_contingents"
    __table_args__ = (
        sa.UniqueConstraint("group_id", "product_id"),
        sa.CheckConstraint("days >= 0", name="days_are_not_negative"),
    )

    group_id: Mapped[UUID] = mapped_column(sa.ForeignKey("groups.id"))
    product_id: Mapped[UUID] = mapped_column(sa.ForeignKey("products.id"))
    days: Mapped[int]

    group: Mapped[Group] = relationship()
    product: Mapped[Product] = relationship()

    def draw(self, days: int) -> None:
        if days > self.days:
            raise ContingentExhausted(f"the contingent has {self.days} days left, got {days}", limit=self.days)
        self.days -= days
