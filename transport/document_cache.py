"""Parses, measures and validates each document once; keeps the results in a cache of bounded size."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    parse,
    validate,
)

from transport.complexity import Meter, check_limits
from transport.cost import Cost
from transport.errors import InvalidSyntax, LimitExceeded, ValidationFailed
from transport.settings import TransportSettings
from transport.validation_rules import RULES, RULES_WITHOUT_INTROSPECTION

_MAX_ERRORS = 20
_MAX_SHARE = 20  # a document longer than a twentieth of the cache would evict too many others
_MAX_REPORTED_COST = 10**15


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a valid document, ready to be executed."""

    document: DocumentNode
    definition: OperationDefinitionNode
    cost: Cost

    @property
    def kind(self) -> OperationType:
        return self.definition.operation


class DocumentCache:
    """An LRU cache, bounded by the length of the documents: a parsed document takes many times the memory of its text."""

    def __init__(self, schema: GraphQLSchema, settings: TransportSettings) -> None:
        self._schema = schema
        self._limits = settings.limits
        self._capacity = settings.cached_characters
        self._length = 0
        self._cached: OrderedDict[tuple[str, bool], list[Operation]] = OrderedDict()
        self.hits = 0
        self.misses = 0

    def operation(self, query: str, name: str | None, *, introspection: bool) -> Operation:
        """The operation of that name, or the only one; raises RequestError.

        `introspection` allows introspection and adds "did you mean" suggestions to errors.
        """
        operations = self._operations(query, introspection=introspection)
        if name is None and len(operations) > 1:
            raise ValidationFailed("operationName is required: the document contains several operations")
        for each in operations:
            if name is None or (each.definition.name and each.definition.name.value == name):
                return each
        raise ValidationFailed(
            f"the document has no operation named {name!r}" if name else "the document has no operation"
        )

    def _operations(self, query: str, *, introspection: bool) -> list[Operation]:
        key = (query, introspection)
        if (cached := self._cached.get(key)) is not None:
            self.hits += 1
            self._cached.move_to_end(key)
            return cached
        self.misses += 1
        operations = self._prepare(query, introspection=introspection)
        if len(query) * _MAX_SHARE <= self._capacity:
            self._cached[key] = operations
            self._length += len(query)
            while self._length > self._capacity:
                (evicted, _), _ = self._cached.popitem(last=False)
                self._length -= len(evicted)
        return operations

    def _prepare(self, query: str, *, introspection: bool) -> list[Operation]:
        limit = self._limits.tokens
        try:
            document = parse(query, max_lexical_tokens=limit, max_comments=limit)
        except GraphQLSyntaxError as error:
            if error.message.endswith("Parsing aborted."):  # graphql-core marks an exceeded limit in no other way
                message = f"the document is nested too deeply, or has more than {limit} tokens or comments"
                raise LimitExceeded(message) from None
            raise InvalidSyntax(error) from None
        meter = Meter(self._schema, document, self._limits)
        operations = []
        for definition in document.definitions:
            if isinstance(definition, OperationDefinitionNode):
                complexity = meter.measure(definition)
                check_limits(complexity, self._limits)
                operations.append(Operation(document, definition, complexity.cost))
        self._validate(document, introspection=introspection)
        return operations

    def _validate(self, document: DocumentNode, *, introspection: bool) -> None:
        rules = RULES if introspection else RULES_WITHOUT_INTROSPECTION
        try:
            errors = validate(self._schema, document, rules, _MAX_ERRORS, hide_suggestions=not introspection)
        except RecursionError:
            raise LimitExceeded("the document is nested too deeply") from None
        if errors:
            raise ValidationFailed(*errors)


def check_cost(operation: Operation, variables: Mapping[str, object], limit: int) -> int:
    """The number of objects that the response may contain; raises LimitExceeded."""
    cost = operation.cost.evaluate(variables)
    if cost > limit:
        raise LimitExceeded(
            f"cost of an operation must be at most {limit} objects, got {min(cost, _MAX_REPORTED_COST)}"
        )
    return cost
