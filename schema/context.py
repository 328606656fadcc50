"""What every field of one operation shares: who asks, and the rows that were fetched already."""

from collections.abc import Hashable
from datetime import datetime
from typing import Any

from graphql import GraphQLResolveInfo
from strawberry.types.info import Info

from authz.gate.access import Access
from authz.gate.view import View
from schema.fields.loaders import Loaders


class Context:
    """One operation of one caller; `feed` is what subscriptions listen to."""

    def __init__(self, access: Access, feed: Any = None) -> None:
        self.access = access
        self.feed = feed
        self.plans: dict[Hashable, Any] = {}
        self.loaders = Loaders(access.view)

    async def authenticate(self) -> datetime | None:
        """When the caller's token ends; None for a stranger. Raises Unauthenticated for a token that opens nothing."""
        actor = await self.access.view.actor()
        return None if actor is None else actor.token_expires_at

    async def become(self, token: str) -> None:
        """After a log-in the rest of the operation is asked by whoever has logged in."""
        access = self.access
        await access.view.renew()
        access.credentials = token
        access.view = View(access.services.database, access.services.queries, access.services.clock, token)
        await self.renew()

    async def renew(self) -> None:
        """From here on everything is read anew, at a later instant: after a change, at an event."""
        await self.access.view.renew()
        self.plans.clear()
        self.loaders = Loaders(self.access.view)


ResolveInfo = GraphQLResolveInfo[Context]
"""Where an operation is, as graphql-core tells it."""


def raw_info(info: Info[Context, None]) -> ResolveInfo:
    """The same, out of what strawberry hands to its resolvers."""
    return info._raw_info  # noqa: SLF001 - strawberry has no public name for it
