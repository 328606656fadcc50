"""The SQL backend: a predicate as SQLAlchemy conditions that join only the tables whose columns they read."""

from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, aliased

from authz.backends.key_sets import Keys, KeySets
from authz.compiler.ir import (
    ACTOR,
    RESOURCE,
    Atom,
    Compare,
    CompareColumns,
    Conjunction,
    In,
    NotExists,
    SameRow,
    ToMany,
    ToOne,
    outer_rows,
    renamed,
    representatives,
    rows_of,
)
from authz.compiler.operators import EQUAL

_TARGET, _SUBQUERY, _ACTOR = "target", "subquery", "actor"
"""Where a value comes from: the row that is tested, a row of the subquery, or a bound value of the actor."""


class SqlCondition:
    """A predicate for actors of one profile, in the forms that statements are built from.

    The `target` of each form is the mapped class whose rows are tested, or an alias of it.
    """

    def __init__(self, cls: type[DeclarativeBase], conjunctions: tuple[Conjunction, ...]) -> None:
        self.nothing = not conjunctions
        self.everything = any(not conjunction.atoms for conjunction in conjunctions)
        self.disjuncts = () if self.everything else tuple(Disjunct(cls, conjunction) for conjunction in conjunctions)

    @cached_property
    def key_sets(self) -> KeySets:
        """The keys of the disjuncts, for a statement that collects each set once."""
        return KeySets([disjunct.keys for disjunct in self.disjuncts if isinstance(disjunct.keys, Keys)])

    def criterion(self, target: Any) -> sa.ColumnElement[bool]:
        """For WHERE: tested row by row, unless PostgreSQL finds a faster plan. NULL counts as no."""
        if self.everything or self.nothing:
            return sa.true() if self.everything else sa.false()
        return sa.or_(*(disjunct.exists(target) for disjunct in self.disjuncts))

    def row_by_row(self, target: Any) -> sa.ColumnElement[bool]:
        """For WHERE: like `criterion`, but never as a hashed subplan, which PostgreSQL chooses where it expects few keys."""
        if self.everything or self.nothing:
            return self.criterion(target)
        return sa.or_(*(disjunct.exists(target, row_by_row=True) for disjunct in self.disjuncts))

    def answer(self, target: Any) -> sa.ColumnElement[bool]:
        """For SELECT: true or false, never NULL."""
        if self.everything or self.nothing:
            return self.criterion(target)
        return sa.func.coalesce(self.criterion(target), sa.false())

    def hashed(self, target: Any) -> sa.ColumnElement[bool]:
        """For WHERE: the actor's keys (their groups, projects and so on) are collected once, each row is looked up there."""
        if self.everything or self.nothing:
            return self.criterion(target)
        return sa.or_(*(disjunct.hashed(target, self.key_sets) for disjunct in self.disjuncts))


class Disjunct:
    """One conjunction of a predicate: conditions on the row, and a column that links the row to what the actor has.

    `keys` are the values that the link may have: the keys of a subquery, one bound value, or None if there is no such link.
    """

    def __init__(self, cls: type[DeclarativeBase], conjunction: Conjunction) -> None:
        self._cls = cls
        self._conjunction = conjunction
        self._last: tuple[Any, _Conditions] | None = None

    def _over(self, target: Any) -> "_Conditions":
        """The conditions, kept for the last target: they take a millisecond, and a statement needs them several times."""
        if self._last is None or self._last[0] is not target:
            self._last = (target, _Conditions(self._conjunction, target))
        return self._last[1]

    @cached_property
    def keys(self) -> Any:
        conditions = self._over(self._cls)
        if not conditions.tables:
            return conditions.bound[0][1] if conditions.bound else None
        if len(conditions.links) != 1 or conditions.across:
            return None
        return Keys(conditions.links[0][1], tuple(conditions.tables), tuple(conditions.subquery))

    def link_of(self, target: Any) -> Any:
        """The column whose value must be one of `keys`."""
        conditions = self._over(target)
        return conditions.links[0][0] if conditions.links else conditions.bound[0][0]

    def local(self, target: Any) -> sa.ColumnElement[bool]:
        """The conditions on the row itself, without the link."""
        conditions = self._over(target)
        bound = conditions.bound if conditions.tables else conditions.bound[1:]
        return _all([*conditions.local, *(column == value for column, value in bound)])

    def exists(self, target: Any, *, row_by_row: bool = False) -> sa.ColumnElement[bool]:
        """The whole conjunction, with EXISTS over the joined tables; `row_by_row` keeps PostgreSQL from unnesting it."""
        conditions = self._over(target)
        local = [*conditions.local, *(column == value for column, value in conditions.bound)]
        if conditions.tables:
            links = (column == key for column, key in conditions.links)
            rows: Any = (
                sa.select(sa.literal_column("1"))
                .select_from(*conditions.tables)
                .where(*conditions.subquery, *conditions.across, *links)
            )
            rows = rows.correlate_except(*conditions.tables)
            if row_by_row:
                local += [column.is_not(None) for column, _ in conditions.links]
                rows = rows.offset(sa.literal_column("0"))  # the one clause that always prevents a hashed subplan
            local.append(sa.exists(rows))
        return _all(local)

    def hashed(self, target: Any, key_sets: KeySets) -> sa.ColumnElement[bool]:
        """The whole conjunction, with the link looked up in a set of keys that does not depend on the row."""
        if not isinstance(self.keys, Keys):
            return self.exists(target)
        return _all([self.link_of(target).in_(sa.select(key_sets.of(self.keys))), self.local(target)])


class _Conditions:
    """The conditions of a conjunction over one target, sorted by what they read.

    tables: joined in the subquery; local: conditions on the target; subquery: conditions on the tables; links: equal columns of
    the target and of the tables; bound: columns of the target that equal a value of the actor; across: any other condition
    on both the target and the tables.
    """

    def __init__(self, conjunction: Conjunction, target: Any, outer: Mapping[str, Any] | None = None) -> None:
        self.tables: list[Any] = []
        self.local: list[Any] = []
        self.subquery: list[Any] = []
        self.links: list[tuple[Any, Any]] = []
        self.bound: list[tuple[Any, Any]] = []
        self.across: list[Any] = []
        self._target = target
        self._classes = conjunction.class_of
        self._outer: dict[str, Any] = dict(outer or {RESOURCE: target})
        self._representatives = representatives(conjunction.atoms)
        self._aliases: dict[str, Any] = {}
        self._ids: dict[str, list[tuple[str, Any, bool]]] = {}
        """For each row where its id occurs: the origin of the value, the value, and whether it may be NULL."""
        for row in self._outer:
            self._aliases.setdefault(self._representative(row), self._outer[row])
        for atom in conjunction.atoms:
            self._add(atom)
        self._equate_ids()

    # Atoms

    def _add(self, atom: Atom) -> None:
        match atom:
            case ToOne(source, relationship, row):
                column = _foreign_key(self._classes[source], relationship)
                origin, value = self._column(source, column)
                nullable = bool(sa.inspect(self._classes[source]).columns[column].nullable)
                self._add_id(row, origin, value, nullable=nullable)
            case ToMany():
                self._add_to_many(atom)
            case SameRow():
                pass
            case Compare(row, column, operator, constant):
                origin, value = self._column(row, column)
                right = None if constant is None else _constant(constant, value)
                self._add_condition({origin}, operator.in_sql(value, right))
            case In(row, column, constants):
                origin, value = self._column(row, column)
                self._add_condition({origin}, value.in_([_constant(constant, value) for constant in constants]))
            case CompareColumns():
                self._add_column_comparison(atom)
            case NotExists(conjunctions):
                origins = {self._origin(row) for row in rows_of(atom)}
                self._add_condition(
                    origins, sa.and_(*(sa.not_(self._denied(conjunction)) for conjunction in conjunctions))
                )
            case _:
                message = f"{atom} is a guard, which must be folded before SQL is built"
                raise TypeError(message)

    def _add_to_many(self, atom: ToMany) -> None:
        relationship: Any = sa.inspect(self._classes[atom.source]).relationships[atom.relationship]
        if relationship.secondary is None:
            (column,) = relationship.remote_side
            key = sa.inspect(relationship.mapper.class_).get_property_by_column(column).key
            origin, value = self._column(atom.row, key)
            self._add_id(atom.source, origin, value, nullable=False)
            return
        association = _lightweight(relationship.secondary).alias()
        self.tables.append(association)
        ((_, near),) = relationship.synchronize_pairs
        ((_, far),) = relationship.secondary_synchronize_pairs
        self._add_id(atom.source, _SUBQUERY, association.c[near.key], nullable=False)
        self._add_id(atom.row, _SUBQUERY, association.c[far.key], nullable=False)

    def _add_column_comparison(self, atom: CompareColumns) -> None:
        (origin, left), (other, right) = self._column(*atom.left), self._column(*atom.right)
        pair = (left, right) if origin == _TARGET else (right, left)
        if atom.operator is EQUAL and {origin, other} == {_TARGET, _ACTOR}:
            self.bound.append(pair)
        elif atom.operator is EQUAL and {origin, other} == {_TARGET, _SUBQUERY}:
            self.links.append(pair)
        else:
            self._add_condition({origin, other}, atom.operator.in_sql(left, right))

    def _denied(self, conjunction: Conjunction) -> Any:
        conjunction = renamed(conjunction, {row: self._representative(row) for row in outer_rows(conjunction)})
        inner = _Conditions(
            Conjunction(conjunction.atoms, (*self._classes.items(), *conjunction.classes)),
            self._target,
            {row: self._alias(row) for row in sorted(outer_rows(conjunction)) if row != ACTOR},
        )
        conditions = [*inner.local, *inner.subquery, *inner.across]
        conditions += [left == right for left, right in (*inner.links, *inner.bound)]
        if not inner.tables:
            return sa.func.coalesce(_all(conditions), sa.false())
        rows: Any = sa.select(sa.literal_column("1")).select_from(*inner.tables).where(*conditions)
        return sa.exists(rows.correlate_except(*inner.tables))

    # Rows

    def _representative(self, row: str) -> str:
        return self._representatives.get(row, row)

    def _origin(self, row: str) -> str:
        row = self._representative(row)
        if row == self._representative(ACTOR) and RESOURCE not in self._names_of(row):
            return _ACTOR
        return _TARGET if self._aliases.get(row) is self._target else _SUBQUERY

    def _names_of(self, representative: str) -> set[str]:
        names = (*self._representatives, representative)
        return {row for row in names if self._representative(row) == representative}

    def _alias(self, row: str) -> Any:
        representative = self._representative(row)
        if representative not in self._aliases:
            alias = _alias_of(self._classes[row])
            self._aliases[representative] = alias
            self.tables.append(alias)
            self._add_id(row, _SUBQUERY, _column_of(alias, "id"), nullable=False)
        return self._aliases[representative]

    def _column(self, row: str, column: str) -> tuple[str, Any]:
        """A column of a row as an SQL expression, after its origin."""
        if self._origin(row) == _ACTOR:
            type_ = sa.inspect(self._classes[row]).column_attrs[column].columns[0].type
            return _ACTOR, sa.bindparam(f"actor_{column}", type_=type_)
        alias = self._alias(row)
        return self._origin(row), _column_of(alias, column)

    def _add_id(self, row: str, origin: str, value: Any, *, nullable: bool) -> None:
        self._ids.setdefault(self._representative(row), []).append((origin, value, nullable))

    def _add_condition(self, origins: set[str], condition: Any) -> None:
        if origins <= {_TARGET, _ACTOR}:
            self.local.append(condition)
        elif origins <= {_SUBQUERY, _ACTOR}:
            self.subquery.append(condition)
        else:
            self.across.append(condition)

    # Equal ids

    def _equate_ids(self) -> None:
        """Each row's id occurs in one or more places: require that all of them are equal."""
        for representative in dict.fromkeys([*self._ids, *map(self._representative, (ACTOR, *self._outer))]):
            names = self._names_of(representative)
            places = list(self._ids.get(representative, ()))
            if ACTOR in names:
                places.append((_ACTOR, sa.bindparam("actor_id", type_=sa.Uuid()), False))
            for row in names & self._outer.keys():
                alias = self._outer[row]
                places.append((_TARGET if alias is self._target else _SUBQUERY, _column_of(alias, "id"), False))
            self._equate(places)

    def _equate(self, places: list[tuple[str, Any, bool]]) -> None:
        actors = [value for origin, value, _ in places if origin == _ACTOR]
        targets = [value for origin, value, _ in places if origin == _TARGET]
        others = [value for origin, value, _ in places if origin == _SUBQUERY]
        if actors:
            self.local += [actors[0] == value for value in actors[1:]]
            if len(actors) == len(places) and any(nullable for _, _, nullable in places):
                self.local.append(actors[0].is_not(None))
            self.bound += [(column, actors[0]) for column in targets]
            self.subquery += [column == actors[0] for column in others]
            return
        self.local += [targets[0] == column for column in targets[1:]]
        self.subquery += [others[0] == column for column in others[1:]]
        if targets and others:
            self.links.append((targets[0], others[0]))
        elif len(places) == 1 and places[0][2]:
            self._add_condition({places[0][0]}, places[0][1].is_not(None))


def _alias_of(cls: type[DeclarativeBase]) -> Any:
    """A row of the class in a subquery; an alias of the class itself if it has computed columns."""
    mapper = sa.inspect(cls)
    computed = any(attribute.columns[0].table is None for attribute in mapper.column_attrs)
    return aliased(cls) if computed else _lightweight(mapper.local_table).alias()


@cache  # one entry for each mapped table
def _lightweight(table: Any) -> sa.TableClause:
    """A table as no more than its name, columns and types.

    An alias copies all columns of its table, which takes most of the time when a statement is built: four times as long for the
    columns of a mapped table.
    """
    return sa.table(table.name, *(sa.column(column.key, column.type) for column in table.c))


def _column_of(row: Any, column: str) -> Any:
    """A column by its name in the class, of an alias of a table, a class, or an alias of a class."""
    return row.c[column] if isinstance(row, sa.Alias) else getattr(row, column)


def _all(conditions: list[Any]) -> sa.ColumnElement[bool]:
    conditions = [condition for condition in conditions if not isinstance(condition, sa.True_)]
    return sa.and_(*conditions) if conditions else sa.true()


def _foreign_key(cls: type[DeclarativeBase], relationship: str) -> str:
    mapper = sa.inspect(cls)
    (column,) = mapper.relationships[relationship].local_columns
    return mapper.get_property_by_column(column).key


def _constant(value: Any, column: Any) -> Any:
    """A constant of a rule, written into the statement so that the planner knows it."""
    if isinstance(value, bool):
        return sa.true() if value else sa.false()
    if isinstance(value, int):
        return sa.literal_column(str(value), column.type)
    quoted = value.replace("'", "''")
    return sa.literal_column(f"'{quoted}'", column.type)
