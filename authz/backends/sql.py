"""A plan as SQL: what an expert would write by hand, with joins only to tables whose columns are looked at."""

from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, aliased

from authz.backends.key_sets import Keys, KeySets
from authz.compiler.ir import (
    ACTOR,
    RESOURCE,
    Among,
    Atom,
    Columns,
    Conjunction,
    None_,
    One,
    OneOf,
    Same,
    Value,
    outer_rows,
    renamed,
    rows_of,
    united,
)

_COMPARE = {"<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}


class SqlCondition:
    """A plan for one kind of actor, in the forms that statements are made of."""

    def __init__(self, cls: type[DeclarativeBase], conjunctions: tuple[Conjunction, ...]) -> None:
        self.nothing = not conjunctions
        self.everything = any(not each.atoms for each in conjunctions)
        self.branches = () if self.everything else tuple(Disjunct(cls, each) for each in conjunctions)

    @cached_property
    def sets(self) -> KeySets:
        """The keys of the branches, for a statement that gathers them once."""
        return KeySets([each.keys for each in self.branches if isinstance(each.keys, Keys)])

    def criterion(self, target: Any) -> sa.ColumnElement[bool]:
        """For WHERE: asked row by row. NULL counts as no."""
        if self.everything or self.nothing:
            return sa.true() if self.everything else sa.false()
        return sa.or_(*(each.exists(target) for each in self.branches))

    def row_by_row(self, target: Any) -> sa.ColumnElement[bool]:
        """For WHERE: like `criterion`, and PostgreSQL is kept from gathering instead what it believes to be little."""
        if self.everything or self.nothing:
            return self.criterion(target)
        return sa.or_(*(each.exists(target, alone=True) for each in self.branches))

    def answer(self, target: Any) -> sa.ColumnElement[bool]:
        """For a column: true or false, never NULL."""
        if self.everything or self.nothing:
            return self.criterion(target)
        return sa.func.coalesce(self.criterion(target), sa.false())

    def hashed(self, target: Any) -> sa.ColumnElement[bool]:
        """For WHERE: the actor's groups, projects and so on are gathered once, each row is looked up among them."""
        if self.everything or self.nothing:
            return self.criterion(target)
        return sa.or_(*(each.gathered(target, self.sets) for each in self.branches))


class Disjunct:
    """One conjunction: conditions on the row itself, and at most one column that links it to what the actor has.

    `keys` are the values that the link may have, or one bound value, or None where there is no single link.
    """

    def __init__(self, cls: type[DeclarativeBase], conjunction: Conjunction) -> None:
        self._cls = cls
        self._conjunction = conjunction
        self._last: tuple[Any, _Body] | None = None

    def _over(self, target: Any) -> "_Body":
        """Building one takes a millisecond, and a statement asks several times for the same."""
        if self._last is None or self._last[0] is not target:
            self._last = (target, _Body(self._conjunction, target))
        return self._last[1]

    @cached_property
    def keys(self) -> Any:
        body = self._over(self._cls)
        if not body.tables:
            return body.bound[0][1] if body.bound else None
        if len(body.links) != 1 or body.crossing:
            return None
        return Keys(body.links[0][1], tuple(body.tables), tuple(body.inner))

    def link_of(self, target: Any) -> Any:
        """The column that must be among `keys`."""
        body = self._over(target)
        return body.links[0][0] if body.links else body.bound[0][0]

    def local(self, target: Any) -> sa.ColumnElement[bool]:
        """The conditions on the row itself, without the link."""
        body = self._over(target)
        bound = body.bound if body.tables else body.bound[1:]
        return _all([*body.local, *(column == value for column, value in bound)])

    def exists(self, target: Any, *, alone: bool = False) -> sa.ColumnElement[bool]:
        """Everything, asked of one row; `alone`, it is asked anew for each one."""
        body = self._over(target)
        local = [*body.local, *(column == value for column, value in body.bound)]
        if body.tables:
            links = (column == inner for column, inner in body.links)
            rows: Any = (
                sa.select(sa.literal_column("1")).select_from(*body.tables).where(*body.inner, *body.crossing, *links)
            )
            rows = rows.correlate_except(*body.tables)
            if alone:
                local += [column.is_not(None) for column, _ in body.links]
                # A subquery with an OFFSET is the one that PostgreSQL never turns into a hash of everything.
                rows = rows.offset(sa.literal_column("0"))
            local.append(sa.exists(rows))
        return _all(local)

    def gathered(self, target: Any, sets: KeySets) -> sa.ColumnElement[bool]:
        """Everything, with the link looked up among keys that do not depend on the row."""
        if not isinstance(self.keys, Keys):
            return self.exists(target)
        return _all([self.link_of(target).in_(sa.select(sets.of(self.keys))), self.local(target)])


class _Body:
    """A conjunction over one target, sorted by what each condition touches.

    tables: what is joined besides the target; local: conditions on the target; inner: on the tables; links: equalities
    between a column of the target and one of the tables; bound: between a column of the target and a value of the actor;
    crossing: anything else that touches both sides.
    """

    def __init__(
        self,
        conjunction: Conjunction,
        target: Any,
        outer: "Mapping[str, Any] | None" = None,
        actor: Any = None,
    ) -> None:
        self.tables: list[Any] = []
        self.local: list[Any] = []
        self.inner: list[Any] = []
        self.links: list[tuple[Any, Any]] = []
        self.bound: list[tuple[Any, Any]] = []
        self.crossing: list[Any] = []
        self._target = target
        self._actor = actor
        self._classes = conjunction.cls
        self._given: dict[str, Any] = dict(outer or {RESOURCE: target})
        if actor is not None:
            self._given.setdefault(ACTOR, actor)
        self._leader = united(conjunction.atoms)
        self._aliases: dict[str, Any] = {}
        self._ids: dict[str, list[tuple[str, Any, bool]]] = {}
        for row in self._given:
            self._aliases.setdefault(self._lead(row), self._given[row])
        for atom in conjunction.atoms:
            self._add(atom)
        self._equate()

    # Atoms

    def _add(self, atom: Atom) -> None:
        match atom:
            case One(of, relation, row):
                column = _foreign_key(self._classes_of(of), relation)
                side, value = self._column(of, column)
                nullable = bool(sa.inspect(self._classes_of(of)).columns[column].nullable)
                self._is(row, side, value, nullable=nullable)
            case Among(of, relation, row):
                self._among(of, relation, row)
            case Same():
                pass
            case Value(row, column, op, value):
                side, cell = self._column(row, column)
                self._condition({side}, _compared(cell, op, value))
            case OneOf(row, column, values):
                side, cell = self._column(row, column)
                self._condition({side}, cell.in_([_constant(each, cell) for each in values]))
            case Columns(left, op, right):
                self._columns(left, op, right)
            case None_(of):
                sides = {self._side(self._lead(row)) for row in rows_of(atom)}
                self._condition(sides, sa.and_(*(sa.not_(self._denied(each)) for each in of)))
            case _:
                message = f"{atom} is settled before SQL"
                raise TypeError(message)

    def _among(self, of: str, relation: str, row: str) -> None:
        found: Any = sa.inspect(self._classes_of(of)).relationships[relation]
        if found.secondary is None:
            (column,) = found.remote_side
            side, value = self._column(row, sa.inspect(found.mapper.class_).get_property_by_column(column).key)
            self._is(of, side, value, nullable=False)
            return
        between = _bare(found.secondary).alias()
        self.tables.append(between)
        ((_, near),) = found.synchronize_pairs
        ((_, far),) = found.secondary_synchronize_pairs
        self._is(of, "inner", between.c[near.key], nullable=False)
        self._is(row, "inner", between.c[far.key], nullable=False)

    def _columns(self, left: tuple[str, str], op: str, right: tuple[str, str]) -> None:
        (first, a), (second, b) = self._column(*left), self._column(*right)
        if op == "=" and {first, second} == {"target", "value"}:
            self.bound.append((a, b) if first == "target" else (b, a))
        elif op == "=" and {first, second} == {"target", "inner"}:
            self.links.append((a, b) if first == "target" else (b, a))
        else:
            self._condition({first, second}, a == b if op == "=" else _compared(a, op, b))

    def _denied(self, conjunction: Conjunction) -> Any:
        conjunction = renamed(conjunction, {row: self._lead(row) for row in outer_rows(conjunction)})
        given = {row: self._alias(row) for row in outer_rows(conjunction) if row != ACTOR or self._actor is not None}
        body = _Body(
            Conjunction(conjunction.atoms, (*self._classes.items(), *conjunction.classes)),
            self._target,
            given,
            self._actor,
        )
        conditions = [*body.local, *body.inner, *body.crossing]
        conditions += [a == b for a, b in (*body.links, *body.bound)]
        if not body.tables:
            return sa.func.coalesce(_all(conditions), sa.false())
        rows: Any = sa.select(sa.literal_column("1")).select_from(*body.tables).where(*conditions)
        return sa.exists(rows.correlate_except(*body.tables))

    # Rows

    def _lead(self, row: str) -> str:
        return self._leader.get(row, row)

    def _classes_of(self, row: str) -> type[DeclarativeBase]:
        return self._classes[row]

    def _side(self, row: str) -> str:
        """Where a row lives: it is the target, the actor (a value), or behind one of the tables."""
        leader = self._lead(row)
        if leader == self._lead(ACTOR) and self._actor is None and RESOURCE not in self._members(leader):
            return "value"
        alias = self._aliases.get(leader)
        return "target" if alias is not None and alias is self._target else "inner"

    def _members(self, leader: str) -> set[str]:
        return {row for row in (*self._leader, leader) if self._lead(row) == leader}

    def _alias(self, row: str) -> Any:
        leader = self._lead(row)
        if leader not in self._aliases:
            alias = _alias_of(self._classes_of(row))
            self._aliases[leader] = alias
            self.tables.append(alias)
            self._is(row, "inner", _cell(alias, "id"), nullable=False)
        return self._aliases[leader]

    def _column(self, row: str, column: str) -> tuple[str, Any]:
        side = self._side(row)
        if side == "value":
            kind = sa.inspect(self._classes_of(row)).column_attrs[column].columns[0].type
            return side, sa.bindparam(f"actor_{column}", type_=kind)
        alias = self._alias(row)
        return self._side(row), _cell(alias, column)

    def _is(self, row: str, side: str, value: Any, *, nullable: bool) -> None:
        entry = (side, value, nullable)
        self._ids.setdefault(self._lead(row), []).append(entry)

    def _condition(self, sides: set[str], condition: Any) -> None:
        if sides <= {"target", "value"}:
            self.local.append(condition)
        elif sides <= {"inner", "value"}:
            self.inner.append(condition)
        else:
            self.crossing.append(condition)

    # Equalities

    def _equate(self) -> None:
        """The id of each row is known from one or more places: say that they are the same."""
        for leader in dict.fromkeys([*self._ids, *map(self._lead, (ACTOR, *self._given))]):
            members = self._members(leader)
            known = list(self._ids.get(leader, ()))
            if ACTOR in members and self._actor is None:
                known.append(("value", sa.bindparam("actor_id", type_=sa.Uuid()), False))
            for row in members & self._given.keys():
                alias = self._given[row]
                known.append(("target" if alias is self._target else "inner", _cell(alias, "id"), False))
            self._equal(known)

    def _equal(self, known: list[tuple[str, Any, bool]]) -> None:
        values = [value for side, value, _ in known if side == "value"]
        targets = [(value, nullable) for side, value, nullable in known if side == "target"]
        inners = [(value, nullable) for side, value, nullable in known if side == "inner"]
        if values:
            self.local += [values[0] == value for value in values[1:]]
            if len(values) == len(known) and any(nullable for _, _, nullable in known):
                self.local.append(values[0].is_not(None))
            self.bound += [(column, values[0]) for column, _ in targets]
            self.inner += [column == values[0] for column, _ in inners]
            return
        self.local += [targets[0][0] == column for column, _ in targets[1:]]
        self.inner += [inners[0][0] == column for column, _ in inners[1:]]
        if targets and inners:
            self.links.append((targets[0][0], inners[0][0]))
        elif len(known) == 1 and known[0][2]:
            self._condition({known[0][0]}, known[0][1].is_not(None))


def _alias_of(cls: type[DeclarativeBase]) -> Any:
    """A row of the class in a subquery. Columns that are computed only the class knows."""
    mapper = sa.inspect(cls)
    computed = any(each.columns[0].table is None for each in mapper.column_attrs)
    return aliased(cls) if computed else _bare(mapper.local_table).alias()


@cache
def _bare(table: Any) -> sa.TableClause:
    """A table as no more than names and types.

    An alias copies all its columns, which takes most of the time when a statement is asked for the first time; those of a
    bare table are copied in a quarter of it.
    """
    return sa.table(table.name, *(sa.column(each.key, each.type) for each in table.c))


def _cell(row: Any, column: str) -> Any:
    """A column of an alias of a table, or of a class or an alias of one; each goes by the name that it has in the class."""
    return row.c[column] if isinstance(row, sa.Alias) else getattr(row, column)


def _all(conditions: list[Any]) -> sa.ColumnElement[bool]:
    conditions = [each for each in conditions if not isinstance(each, sa.True_)]
    return sa.and_(*conditions) if conditions else sa.true()


def _foreign_key(cls: type[DeclarativeBase], relation: str) -> str:
    mapper = sa.inspect(cls)
    (column,) = mapper.relationships[relation].local_columns
    return mapper.get_property_by_column(column).key


def _compared(cell: Any, op: str, value: Any) -> Any:
    if value is None:
        return cell.is_(None) if op == "=" else cell.is_not(None)
    if not isinstance(value, sa.ColumnElement | sa.orm.InstrumentedAttribute):
        value = _constant(value, cell)
    if op == "=":
        return cell == value
    if op == "!=":
        return cell.is_distinct_from(value)
    return getattr(cell, _COMPARE[op])(value)


def _constant(value: Any, cell: Any) -> Any:
    """A constant of a rule stands in the text of the statement, so that the planner knows it."""
    if isinstance(value, bool):
        return sa.true() if value else sa.false()
    if isinstance(value, int):
        return sa.literal_column(str(value), cell.type)
    quoted = value.replace("'", "''")
    return sa.literal_column(f"'{quoted}'", cell.type)
