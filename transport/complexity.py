"""How complex an operation is, measured in one walk over its document before validation.

Validation rules could not do this: some of them take quadratic time, and they see each fragment only once. So the walk must
accept everything the parser does: unknown names, missing fragments, fragment cycles.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_composite_type,
    is_interface_type,
    is_object_type,
)

from transport.cost import Cardinality, Cost, ListSize
from transport.errors import LimitExceeded
from transport.settings import Limits

_INTROSPECTION = Cost(1_000)  # roughly the number of objects that describe our schema
_MAX_NESTING = 100  # nested selection sets, fragments included: deeper ones overflow the interpreter's stack


@dataclass(slots=True)
class Complexity:
    """What the limits apply to."""

    depth: int = 0
    nesting: int = 0
    aliases: int = 0
    directives: int = 0
    repeated_keys: int = 0
    cost: Cost = field(default_factory=Cost)
    keys: Counter[str] = field(default_factory=Counter)
    """How often each response key is selected in this selection set."""

    def add(self, other: "Complexity") -> None:
        self.depth = max(self.depth, other.depth)
        self.nesting = max(self.nesting, other.nesting)
        self.aliases += other.aliases
        self.directives += other.directives
        self.repeated_keys = max(self.repeated_keys, other.repeated_keys)
        self.cost += other.cost


class Meter:
    """Measures the operations of one document."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, limits: Limits) -> None:
        self._schema = schema
        self._limits = limits
        self._fragments: Mapping[str, FragmentDefinitionNode] = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        self._measured: dict[tuple[str, int | ListSize | None], Complexity] = {}
        self._in_progress: set[str] = set()

    def measure(self, operation: OperationDefinitionNode) -> Complexity:
        """Raises LimitExceeded for a document that is nested too deeply to be walked."""
        root = self._schema.get_root_type(operation.operation)
        try:
            complexity = self._selections(operation.selection_set, root, None)
        except RecursionError:
            raise LimitExceeded("the document is nested too deeply") from None
        complexity.directives += len(operation.directives or ())
        complexity.repeated_keys = max(complexity.repeated_keys, *complexity.keys.values(), 0, 0)
        return complexity

    def _selections(
        self, selections: SelectionSetNode | None, parent: GraphQLNamedType | None, page_size: int | ListSize | None
    ) -> Complexity:
        complexity = Complexity()
        for each in selections.selections if selections else ():
            complexity.directives += len(each.directives or ())
            match each:
                case FieldNode():
                    complexity.add(self._field(each, parent, page_size))
                    complexity.keys[(each.alias or each.name).value] += 1
                    continue
                case InlineFragmentNode():
                    condition = each.type_condition
                    kind = self._schema.get_type(condition.name.value) if condition else parent
                    inner = self._selections(each.selection_set, kind, page_size)
                case FragmentSpreadNode():
                    inner = self._fragment(each.name.value, page_size)
                case _:
                    continue
            complexity.add(inner)
            complexity.keys.update(inner.keys)
        complexity.nesting += 1
        return complexity

    def _fragment(self, name: str, page_size: int | ListSize | None) -> Complexity:
        fragment = self._fragments.get(name)
        if fragment is None or name in self._in_progress:
            return Complexity()
        if (name, page_size) not in self._measured:
            self._in_progress.add(name)
            kind = self._schema.get_type(fragment.type_condition.name.value)
            self._measured[name, page_size] = self._selections(fragment.selection_set, kind, page_size)
            self._in_progress.discard(name)
        return self._measured[name, page_size]

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None, page_size: int | ListSize | None) -> Complexity:
        name = node.name.value
        complexity = Complexity(aliases=int(node.alias is not None))
        if name in {
            "__schema",
            "__type",
        }:  # depth and cost are fixed; graphql-core has a rule against recursive introspection
            complexity.add(self._selections(node.selection_set, None, None))
            complexity.depth, complexity.cost = 1, _INTROSPECTION
            return complexity
        definition = parent.fields.get(name) if is_object_type(parent) or is_interface_type(parent) else None
        kind = get_named_type(definition.type) if definition else None
        cardinality = Cardinality(size=1, page_size=None)
        if definition:
            cardinality = Cardinality.of(
                node,
                definition,
                page_size=page_size,
                default_page_size=self._limits.default_page_size,
                assumed_list_size=self._limits.assumed_list_size,
            )
        inner = self._selections(node.selection_set, kind, cardinality.page_size)
        complexity.add(inner)
        complexity.depth = inner.depth + 1
        complexity.repeated_keys = max(inner.repeated_keys, *inner.keys.values(), 0, 0)
        complexity.cost = (Cost(int(is_composite_type(kind))) + inner.cost).times(cardinality.size)
        return complexity


def check_limits(complexity: Complexity, limits: Limits) -> None:
    """Raises LimitExceeded; the cost is not checked here, because it depends on the variables."""
    measured = {
        "depth": (complexity.depth, limits.depth),
        "number of aliases": (complexity.aliases, limits.aliases),
        "number of directives": (complexity.directives, limits.directives),
        "number of root fields": (complexity.keys.total(), limits.root_fields),
        "number of selections of one response key": (complexity.repeated_keys, limits.repeated_keys),
        "nesting": (complexity.nesting, _MAX_NESTING),
    }
    for name, (value, limit) in measured.items():
        if value > limit:
            raise LimitExceeded(f"{name} of an operation must be at most {limit}, got {value}")
