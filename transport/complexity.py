"""What an operation weighs, in one walk over its document before it is validated.

The walk must survive whatever the parser lets through: unknown names, missing fragments, fragments in a circle.
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

from transport.cost import Listing, Price, Size
from transport.errors import TooMuch
from transport.settings import Limits

_INTROSPECTION = Price(1_000)  # about the number of objects that describe a schema of ours
_NESTING = 100  # selections within selections, fragments included: deeper ones end in the interpreter's stack


@dataclass(slots=True)
class Weight:
    depth: int = 0
    nesting: int = 0
    aliases: int = 0
    directives: int = 0
    repeats: int = 0
    price: Price = field(default_factory=Price)
    keys: Counter[str] = field(default_factory=Counter)
    """How often each key of the answer is selected at this place."""

    def add(self, other: "Weight") -> None:
        self.depth = max(self.depth, other.depth)
        self.nesting = max(self.nesting, other.nesting)
        self.aliases += other.aliases
        self.directives += other.directives
        self.repeats = max(self.repeats, other.repeats)
        self.price += other.price


class Meter:
    """Weighs the operations of one document."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, limits: Limits) -> None:
        self._schema = schema
        self._limits = limits
        self._fragments: Mapping[str, FragmentDefinitionNode] = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        self._known: dict[tuple[str, int | Size | None], Weight] = {}
        self._open: set[str] = set()

    def weigh(self, operation: OperationDefinitionNode) -> Weight:
        root = self._schema.get_root_type(operation.operation)
        try:
            weight = self._selections(operation.selection_set, root, None)
        except RecursionError:
            raise TooMuch("the document is nested too deeply") from None
        weight.directives += len(operation.directives or ())
        weight.repeats = max(weight.repeats, *weight.keys.values(), 0, 0)
        return weight

    def _selections(
        self,
        selections: SelectionSetNode | None,
        parent: GraphQLNamedType | None,
        page: int | Size | None,
    ) -> Weight:
        weight = Weight()
        for each in selections.selections if selections else ():
            weight.directives += len(each.directives or ())
            match each:
                case FieldNode():
                    weight.add(self._field(each, parent, page))
                    weight.keys[(each.alias or each.name).value] += 1
                    continue
                case InlineFragmentNode():
                    condition = each.type_condition
                    kind = self._schema.get_type(condition.name.value) if condition else parent
                    inner = self._selections(each.selection_set, kind, page)
                case FragmentSpreadNode():
                    inner = self._fragment(each.name.value, page)
                case _:
                    continue
            weight.add(inner)
            weight.keys.update(inner.keys)
        weight.nesting += 1
        return weight

    def _fragment(self, name: str, page: int | Size | None) -> Weight:
        fragment = self._fragments.get(name)
        if fragment is None or name in self._open:
            return Weight()
        if (name, page) not in self._known:
            self._open.add(name)
            kind = self._schema.get_type(fragment.type_condition.name.value)
            self._known[name, page] = self._selections(fragment.selection_set, kind, page)
            self._open.discard(name)
        return self._known[name, page]

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None, page: int | Size | None) -> Weight:
        name = node.name.value
        weight = Weight(aliases=int(node.alias is not None))
        if name in {"__schema", "__type"}:  # as deep as it is, and bounded by a rule of its own
            weight.add(self._selections(node.selection_set, None, None))
            weight.depth, weight.price = 1, _INTROSPECTION
            return weight
        definition = parent.fields.get(name) if is_object_type(parent) or is_interface_type(parent) else None
        kind = get_named_type(definition.type) if definition else None
        listing = Listing(page=None, size=1)
        if definition:
            listing = Listing.of(node, definition, page=page, default=self._limits.page, items=self._limits.items)
        inner = self._selections(node.selection_set, kind, listing.page)
        weight.add(inner)
        weight.depth = inner.depth + 1
        weight.repeats = max(inner.repeats, *inner.keys.values(), 0, 0)
        weight.price = (Price(int(is_composite_type(kind))) + inner.price).times(listing.size)
        return weight


def refuse_excess(weight: Weight, limits: Limits) -> None:
    """Everything but the price, which needs the variables."""
    counted = {
        "depth": (weight.depth, limits.depth),
        "aliases": (weight.aliases, limits.aliases),
        "directives": (weight.directives, limits.directives),
        "root fields": (weight.keys.total(), limits.root_fields),
        "selections of one key": (weight.repeats, limits.repeats),
        "nesting": (weight.nesting, _NESTING),
    }
    for what, (number, limit) in counted.items():
        if number > limit:
            raise TooMuch(f"{what}: at most {limit} in one operation")
