"""Comparisons as atoms. What SQL and Polar would not answer alike is rejected."""

from typing import Any

from authz.compiler.derivation import Derivation
from authz.compiler.ir import Compare, CompareColumns, CompareSetting, In, SameRow
from authz.compiler.operators import COMPARABLE, EQUAL, NOT_EQUAL, Operator, identical
from authz.compiler.terms import ColumnRef, Literal, Ref, RowRef, SettingRef
from authz.compiler.vocabulary import Scalar

_BOTH_NIL = "both sides may be nil, and nil equals nil in Polar but not in SQL; test `!= nil` first"


def compare(derivation: Derivation, operator: Operator, left: Ref, right: Ref) -> Derivation | None:
    """The derivation with `left operator right` added; None if that cannot hold."""
    match left, right:
        case Literal(), Literal():
            if operator.is_order:
                derivation.fail("two constants are compared by order; write the result instead")
            return derivation if identical(left.value, right.value) == (operator is EQUAL) else None
        case Literal(), _:
            return compare(derivation, operator.mirror, right, left)
        case ColumnRef(), Literal():
            return _column_with_constant(derivation, operator, left, right.value)
        case SettingRef(), Literal():
            _require_value(derivation, left.scalar, right.value)
            if left.scalar.python_type not in operator.types:
                derivation.fail(f"{left.record}.{left.name} has no order")
            return derivation.having(CompareSetting(left.record, left.name, operator, right.value))
        case ColumnRef(), ColumnRef():
            return _columns(derivation, operator, left, right)
        case RowRef(), RowRef():
            return _rows(derivation, operator, left, right)
        case (RowRef(), _) | (_, RowRef()):
            derivation.fail("a row can be compared only with a row or with nil")
        case _:
            derivation.fail("these two operands cannot be compared")


def is_in(derivation: Derivation, left: Ref, values: tuple[Any, ...]) -> Derivation | None:
    """The derivation with `left in [values]` added; None if that cannot hold."""
    if isinstance(left, Literal):
        return derivation if any(identical(left.value, value) for value in values) else None
    if not isinstance(left, ColumnRef):
        derivation.fail("only a column can be looked up in a list")
    for value in values:
        if value is None:
            derivation.fail("a list cannot contain nil, which SQL would not find; write `= nil or ... in [...]`")
        _require_value(derivation, left.scalar, value)
    return derivation.having(In(left.row, left.column, values)) if values else None


def _column_with_constant(
    derivation: Derivation, operator: Operator, column: ColumnRef, value: Any
) -> Derivation | None:
    if value is None:
        if operator.is_order:
            derivation.fail("nil has no order")
        _require_comparable(derivation, column)
        if not column.scalar.nullable:
            derivation.fail(f"{column.column} is never nil")
        excludes_nil = operator is NOT_EQUAL
    else:
        _require_value(derivation, column.scalar, value)
        _require_order(derivation, operator, column)
        excludes_nil = operator is EQUAL
    added = derivation.having(Compare(column.row, column.column, operator, value))
    return added.with_not_nil(column.key) if added and excludes_nil else added


def _columns(derivation: Derivation, operator: Operator, left: ColumnRef, right: ColumnRef) -> Derivation | None:
    if left.scalar.python_type is not right.scalar.python_type:
        derivation.fail(f"{left.column} and {right.column} have different types")
    _require_comparable(derivation, left)
    nullable = [side for side in (left, right) if side.scalar.nullable and derivation.may_be_nil(side.key)]
    if len(nullable) == len((left, right)):
        derivation.fail(_BOTH_NIL)
    if nullable and operator is not EQUAL:
        derivation.fail(f"{nullable[0].column} may be nil; test `!= nil` first")
    _require_order(derivation, operator, left)
    _require_order(derivation, operator, right)
    return derivation.having(CompareColumns(left.key, operator, right.key))


def _rows(derivation: Derivation, operator: Operator, left: RowRef, right: RowRef) -> Derivation | None:
    if left.cls is not right.cls:
        derivation.fail(f"{left.cls.__name__} and {right.cls.__name__} are different classes and never equal")
    if operator.is_order:
        derivation.fail("rows have no order")
    nullable = [side for side in (left, right) if derivation.may_be_nil(side.nullable_link)]
    if operator is NOT_EQUAL:
        if nullable:
            derivation.fail("one side may be nil; test `!= nil` first")
        return derivation.having(CompareColumns((left.name, "id"), NOT_EQUAL, (right.name, "id")))
    if len(nullable) == len((left, right)):
        derivation.fail(_BOTH_NIL)
    if left.name == right.name:
        return derivation
    added = derivation.having(SameRow(left.name, right.name))
    for side in nullable if added else ():
        assert added is not None
        added = added.with_not_nil(side.nullable_link)
    return added


def _require_comparable(derivation: Derivation, column: ColumnRef) -> None:
    if column.scalar.python_type not in COMPARABLE:
        derivation.fail(f"{column.column} has a type that SQL and Python do not compare alike")


def _require_order(derivation: Derivation, operator: Operator, column: ColumnRef) -> None:
    if not operator.is_order:
        return
    if column.scalar.python_type not in operator.types or column.scalar.choices is not None:
        derivation.fail(f"{column.column} has a type that SQL and Python do not order alike")
    if column.scalar.nullable and derivation.may_be_nil(column.key):
        derivation.fail(f"{column.column} may be nil; test `!= nil` first")


def _require_value(derivation: Derivation, scalar: Scalar, value: Any) -> None:
    if type(value) is not scalar.python_type:
        derivation.fail(f"{value!r} is not of type {scalar.python_type.__name__}")
    if scalar.choices is not None and value not in scalar.choices:
        derivation.fail(f"{value!r} is not one of {', '.join(sorted(scalar.choices))}")
