"""A use case: what is done behind an open gate, under the name of the mutation that asks for it."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from authz.gate.access import Access
from authz.gate.gate import Answer
from store.portal import Capability


class UseCase:
    """One thing that can be done: `await case(access, key="1", license_id=...)` opens the gate and does it.

    Raises AlreadyAnswered where the key has its answer already, EditionRequired where the portal's edition does not include
    the capability, and whatever Refusal the gate or a noun raises. In a dry run everything is tried and nothing is kept.
    """

    def __init__(self, operation: str, body: Callable[..., Awaitable[None]], needs: Capability | None) -> None:
        self.operation = operation
        self.needs = needs
        self.__doc__ = body.__doc__
        self.__name__ = body.__name__
        self._body = body

    @property
    def arguments(self) -> Mapping[str, inspect.Parameter]:
        """What it has to be told, by name: `None` as the default says that it may be left out."""
        _gate, *others = inspect.signature(self._body).parameters.values()
        return {each.name: each for each in others}

    async def __call__(
        self,
        access: Access,
        *,
        key: str | None = None,
        dry_run: bool = False,
        **arguments: Any,
    ) -> Answer:
        async with access.gate(self.operation, key=key, arguments=arguments, dry_run=dry_run) as gate:
            if self.needs is not None:
                gate.require(self.needs)
            await self._body(gate, **arguments)
        return gate.answer


def use_case(operation: str, *, needs: Capability | None = None) -> Callable[[Callable[..., Awaitable[None]]], UseCase]:
    """Make a use case of a function that takes the open gate and keyword arguments, named as the mutation is."""
    return lambda body: UseCase(operation, body, needs)
