"""The context of an operation: the caller's access, and data loaders."""

from collections.abc import Hashable
from datetime import datetime
from typing import Any

from graphql import GraphQLResolveInfo
from strawberry.types.info import Info

from authz.gate.access import Access
from authz.gate.view import View
from schema.fields.loaders import Loaders


class Context:
    """The context value of one operation: every resolver gets it as `info.context`."""

    def __init__(self, access: Access, feed: Any = None) -> None:
        """`feed` has the events for subscriptions."""
        self.access = access
        self.feed = feed
        self.plans: dict[Hashable, Any] = {}
        """What a field selects, analyzed once per operation; the keys contain the field's nodes."""
        self.loaders = Loaders(access.view)

    async def authenticate(self) -> datetime | None:
        """When the caller's token expires; None for an anonymous caller. Raises Unauthenticated for a bad token."""
        actor = await self.access.view.actor()
        return None if actor is None else actor.token_expires_at

    async def log_in(self, token: str) -> None:
        """Let the rest of the operation be executed for the holder of a new token."""
        access = self.access
        await access.view.renew()
        access.credentials = token
        access.view = View(access.services.database, access.services.queries, access.services.clock, token)
        await self.renew()

    async def renew(self) -> None:
        """End the snapshot: after a mutation or at an event, the following fields are read in a new one."""
        await self.access.view.renew()
        self.plans.clear()
        self.loaders = Loaders(self.access.view)


OperationInfo = Info[Context, None]
"""The info that strawberry passes to its resolvers."""
ResolveInfo = GraphQLResolveInfo[Context]
"""The info that graphql-core passes to the resolvers of declared fields."""


def raw_info(info: OperationInfo) -> ResolveInfo:
    """graphql-core's info of a strawberry info."""
    return info._raw_info  # noqa: SLF001 - strawberry has no public name for it
