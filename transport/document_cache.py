"""A document is parsed, weighed and validated once and then remembered, in a memory of bounded size."""

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

from transport.complexity import Meter, refuse_excess
from transport.cost import Price
from transport.errors import BadSyntax, Invalid, TooMuch
from transport.settings import TransportSettings
from transport.validation_rules import CLOSED, EXPLORING

_MOST_ERRORS = 20
_LONGEST_KEPT = 20  # a document longer than a twentieth of the memory would push out too many others


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a valid document, ready to run."""

    document: DocumentNode
    definition: OperationDefinitionNode
    price: Price

    @property
    def kind(self) -> OperationType:
        return self.definition.operation


class DocumentCache:
    """The least recently used are forgotten first, by their length: a parsed document is many times its text."""

    def __init__(self, schema: GraphQLSchema, settings: TransportSettings) -> None:
        self._schema = schema
        self._limits = settings.limits
        self._capacity = settings.cached_characters
        self._held = 0
        self._known: OrderedDict[tuple[str, bool], list[Operation]] = OrderedDict()
        self.hits = 0
        self.misses = 0

    def operation(self, query: str, name: str | None, *, explore: bool) -> Operation:
        """The operation that the client means, or RequestRefused. `explore`: introspection and "did you mean"."""
        operations = self._operations(query, explore=explore)
        if name is None and len(operations) > 1:
            raise Invalid("the document has several operations: operationName has to tell which")
        for each in operations:
            if name is None or (each.definition.name and each.definition.name.value == name):
                return each
        raise Invalid("the document has no operation of that name" if name else "the document has no operation")

    def _operations(self, query: str, *, explore: bool) -> list[Operation]:
        key = (query, explore)
        if (known := self._known.get(key)) is not None:
            self.hits += 1
            self._known.move_to_end(key)
            return known
        self.misses += 1
        operations = self._prepare(query, explore=explore)
        if len(query) * _LONGEST_KEPT <= self._capacity:
            self._known[key] = operations
            self._held += len(query)
            while self._held > self._capacity:
                (forgotten, _), _ = self._known.popitem(last=False)
                self._held -= len(forgotten)
        return operations

    def _prepare(self, query: str, *, explore: bool) -> list[Operation]:
        limit = self._limits.tokens
        try:
            document = parse(query, max_lexical_tokens=limit, max_comments=limit)
        except GraphQLSyntaxError as error:
            if error.message.endswith("Parsing aborted."):  # the only sign of a limit
                message = f"the document is nested too deeply, or has more than {limit} tokens or comments"
                raise TooMuch(message) from None
            raise BadSyntax(error) from None
        scale = Meter(self._schema, document, self._limits)
        operations = []
        for definition in document.definitions:
            if isinstance(definition, OperationDefinitionNode):
                weight = scale.weigh(definition)
                refuse_excess(weight, self._limits)
                operations.append(Operation(document, definition, weight.price))
        self._validate(document, explore=explore)
        return operations

    def _validate(self, document: DocumentNode, *, explore: bool) -> None:
        rules = EXPLORING if explore else CLOSED
        try:
            errors = validate(self._schema, document, rules, _MOST_ERRORS, hide_suggestions=not explore)
        except RecursionError:
            raise TooMuch("the document is nested too deeply") from None
        if errors:
            raise Invalid(*errors)


def refuse_price(operation: Operation, variables: Mapping[str, object], limit: int) -> int:
    """How many objects the answer may hold; too many are refused before the first is fetched."""
    price = operation.price.of(variables)
    if price > limit:
        raise TooMuch(f"cost: at most {limit} objects in one operation; this one may ask for {min(price, 10**15)}")
    return price
