"""Comparisons of a rule as conditions: only what SQL and Polar answer alike passes, everything else is refused."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

from authz.compiler.ir import Columns, Context, OneOf, Same, Value
from authz.compiler.terms import Cell, Known, Row, Setting, State
from authz.compiler.vocabulary import Scalar, Vocabulary
from authz.polar.errors import Location, PolicyError

_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: type(a) is type(b) and a == b,
    "!=": lambda a, b: not (type(a) is type(b) and a == b),
}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_ORDERABLE = (int, datetime)
_COMPARABLE = (str, int, bool, datetime, UUID)


class Comparing:
    """Turns `left op right` into an atom."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def compare(self, state: State, operator: str, left: Any, right: Any, place: Location) -> State | None:
        """The state with the comparison added; None where it can never hold."""
        match left, right:
            case Known(), Known():
                return self._constants(state, operator, left.value, right.value, place)
            case Known(), _:
                return self.compare(state, _MIRRORED[operator], right, left, place)
            case Cell(), Known():
                return self._cell_with_constant(state, operator, left, right.value, place)
            case Setting(), Known():
                self._require_type(left.scalar.kind, right.value, place, left.scalar.choices)
                if operator not in ("=", "!=") and left.scalar.kind is not int:
                    _refuse(place, f"{left.record}.{left.name} has no order")
                return state.having(Context(left.record, left.name, operator, right.value))
            case Cell(), Cell():
                return self._cells(state, operator, left, right, place)
            case Row(), Row():
                return self._rows(state, operator, left, right, place)
            case Row(), _:
                _refuse(place, "a row is compared with a row or with nil only")
            case _, Row():
                _refuse(place, "a row is compared with a row or with nil only")
            case _:
                _refuse(place, "these two cannot be compared soundly")

    def among(self, state: State, left: Any, values: tuple[Any, ...], place: Location) -> State | None:
        """`left in [constants]`."""
        if isinstance(left, Known):
            return state if any(_ORDERS["="](left.value, each) for each in values) else None
        if not isinstance(left, Cell):
            _refuse(place, "only a column can be looked up in a list of constants")
        scalar = self._scalar(left)
        for each in values:
            if each is None:
                _refuse(place, "nil in a list: SQL does not find it; write `= nil or ... in [...]`")
            self._require_type(scalar.kind, each, place, scalar.choices)
        return state.having(OneOf(left.row, left.column, values)) if values else None

    def _constants(self, state: State, operator: str, left: Any, right: Any, place: Location) -> State | None:
        if operator not in _ORDERS:
            _refuse(place, "two constants are compared: say what is meant")
        return state if _ORDERS[operator](left, right) else None

    def _cell_with_constant(self, state: State, operator: str, cell: Cell, value: Any, place: Location) -> State | None:
        scalar = self._scalar(cell)
        if value is None:
            if operator not in ("=", "!="):
                _refuse(place, "nil has no order")
            _require_comparable(scalar, cell, place)
            if not scalar.nullable:
                _refuse(place, f"{cell.column} is never nil")
            added = state.having(Value(cell.row, cell.column, operator, None))
            return added.sure((cell.row, cell.column)) if added and operator == "!=" else added
        self._require_type(scalar.kind, value, place, scalar.choices)
        if operator not in ("=", "!="):
            self._require_order(state, cell, scalar, place)
        added = state.having(Value(cell.row, cell.column, operator, value))
        return added.sure((cell.row, cell.column)) if added and operator == "=" else added

    def _cells(self, state: State, operator: str, left: Cell, right: Cell, place: Location) -> State | None:
        first, second = self._scalar(left), self._scalar(right)
        if first.kind is not second.kind:
            _refuse(place, f"{left.column} and {right.column} are of different types")
        _require_comparable(first, left, place)
        unsure = [
            each
            for each, scalar in ((left, first), (right, second))
            if scalar.nullable and (each.row, each.column) not in state.not_nil
        ]
        if len(unsure) == 2:  # noqa: PLR2004 - both
            _refuse(place, "both sides may be nil: nil equals nil in a rule and not in SQL; ask `!= nil` first")
        if unsure and operator != "=":
            _refuse(place, f"{unsure[0].column} may be nil: ask `!= nil` first")
        if operator not in ("=", "!="):
            self._require_order(state, left, first, place)
            self._require_order(state, right, second, place)
        return state.having(Columns((left.row, left.column), operator, (right.row, right.column)))

    def _rows(self, state: State, operator: str, left: Row, right: Row, place: Location) -> State | None:
        if left.cls is not right.cls:
            _refuse(place, f"{left.cls.__name__} and {right.cls.__name__} are never the same")
        if operator not in ("=", "!="):
            _refuse(place, "rows have no order")
        unsure = [each for each in (left, right) if each.hop and each.hop not in state.not_nil]
        if operator == "!=":
            if unsure:
                _refuse(place, "one side may be nil: ask `!= nil` first")
            return state.having(Columns((left.name, "id"), "!=", (right.name, "id")))
        if len(unsure) == 2:  # noqa: PLR2004 - both
            _refuse(place, "both sides may be nil: nil equals nil in a rule and not in SQL; ask `!= nil` first")
        if left.name == right.name:
            return state
        added = state.having(Same(left.name, right.name))
        for each in unsure:
            if added is not None and each.hop:
                added = added.sure(each.hop)
        return added

    def _scalar(self, cell: Cell) -> Scalar:
        found = self._vocabulary.attribute(cell.cls, cell.column)
        assert isinstance(found, Scalar)
        return found

    def _require_order(self, state: State, cell: Cell, scalar: Scalar, place: Location) -> None:
        if scalar.kind not in _ORDERABLE or scalar.choices is not None:
            _refuse(place, f"{cell.column} has no order that SQL and Python agree on")
        if scalar.nullable and (cell.row, cell.column) not in state.not_nil:
            _refuse(place, f"{cell.column} may be nil: ask `!= nil` first")

    def _require_type(self, kind: type, value: Any, place: Location, choices: frozenset[str] | None) -> None:
        if type(value) is not kind:
            _refuse(place, f"{value!r} is not of type {kind.__name__}")
        if choices is not None and value not in choices:
            _refuse(place, f"{value!r} is none of {', '.join(sorted(choices))}")


def _require_comparable(scalar: Scalar, cell: Cell, place: Location) -> None:
    if scalar.kind not in _COMPARABLE:
        _refuse(place, f"{cell.column} holds nothing that SQL and Python compare alike")


def _refuse(place: Location, reason: str) -> NoReturn:
    raise PolicyError((place, reason))
