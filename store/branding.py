"""Brandings: how the portal looks for a vendor or reseller."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from store.db.base import Entity, Json


class Branding(Entity):
    """Logo, colors, legal notice and copyright; found by host name before anyone has logged in."""

    __tablename__ = "brandings"

    name: Mapped[str]
    host: Mapped[str | None] = mapped_column(unique=True)
    logo_url: Mapped[str | None]
    colors: Mapped[Json] = mapped_column(server_default=sa.text("'{}'"))
    legal_notice: Mapped[str | None]
    copyright: Mapped[str | None]
