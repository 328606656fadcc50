"""Use cases: async functions of an open gate, each named after the mutation that runs it."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, get_type_hints

from authz.gate.access import Access, Attempt
from authz.gate.gate import Gate
from authz.gate.results import Completed
from authz.gate.transaction import MutationRequest
from store.portal import Capability

P = ParamSpec("P")
R = TypeVar("R")


class Operation(Generic[P, R]):
    """A function that a mutation runs: the name of the mutation, the parameters of the function and its result."""

    def __init__(self, operation: str, function: Callable[..., Awaitable[R]]) -> None:
        self.operation = operation
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__
        self._function = function

    @property
    def parameters(self) -> Mapping[str, inspect.Parameter]:
        """The parameters of the function besides the first one, by name."""
        _first, *others = inspect.signature(self._function).parameters.values()
        return {each.name: each for each in others}

    @property
    def result(self) -> Any:
        """The class of what the function returns."""
        return get_type_hints(self._function)["return"]

    @property
    def location(self) -> str:
        """Where the function is defined, as FILE:LINE."""
        code = inspect.unwrap(self._function).__code__
        return f"{code.co_filename}:{code.co_firstlineno}"


class UseCase(Operation[P, R]):
    """Something that can be done: `await assign_license(access, license_id=..., target_id=...)` opens a gate and does it.

    `access.attempt(key=..., dry_run=...)` in place of `access` runs it once per idempotency key, or without keeping its
    effects. Raises AlreadyAnswered where the key has its answer, EditionRequired where the portal's edition does not
    include the capability, and every Refusal that the function raises.
    """

    def __init__(
        self, operation: str, body: Callable[Concatenate[Gate, P], Awaitable[R]], needs: Capability | None
    ) -> None:
        super().__init__(operation, body)
        self.needs = needs
        self._body = body

    async def __call__(self, access: Access | Attempt, *args: P.args, **kwargs: P.kwargs) -> Completed[R]:
        attempt = access if isinstance(access, Attempt) else access.attempt()

        async def body(gate: Gate) -> R:
            if self.needs is not None:
                gate.require(self.needs)
            return await self._body(gate, *args, **kwargs)

        request_id = attempt.access.request_id
        request = MutationRequest(self.operation, attempt.key, kwargs, attempt.dry_run, request_id)
        return await attempt.access.run(request, body)


def use_case(
    operation: str, *, needs: Capability | None = None
) -> Callable[[Callable[Concatenate[Gate, P], Awaitable[R]]], UseCase[P, R]]:
    """Make a use case of a function whose first parameter is the open gate; its result is a frozen dataclass."""
    return lambda body: UseCase(operation, body, needs)
