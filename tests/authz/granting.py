"""Rows without a database, in which the facts that an explanation misses can be made to come true."""

from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from authz.compiler.operators import OPERATORS
from authz.explain.facts import Fact
from authz.gate.actor import PortalContext
from authz.verify.witnesses import satisfying


class Thing:
    """A row without a database, which a test may change."""

    def __init__(self, cls: type) -> None:
        self.cls = cls


def things(world: Any) -> dict[int, Thing]:
    """The rows of a world as things, by the identity of the row."""
    made = {id(row): Thing(cls) for cls, rows in world.items() for row in rows}
    for cls, rows in world.items():
        mapper = sa.inspect(cls)
        for row in rows:
            thing = made[id(row)]
            thing.portal = getattr(row, "portal", None)
            for name in (each.key for each in mapper.column_attrs):
                setattr(thing, name, getattr(row, name))
            for name, relation in mapper.relationships.items():
                near = getattr(row, name)
                told = [made.get(id(each)) for each in near] if relation.uselist else made.get(id(near))
                setattr(thing, name, told)
    return made


class Wishes:
    """Makes facts come true."""

    def __init__(self) -> None:
        self._made: dict[Fact, Thing] = {}

    def grant(self, fact: Fact) -> None:
        row = fact.row or self._row(fact)
        for name, operator, value in fact.properties if fact.row else ():
            self._say(row, fact.cls, name, operator, value)
        if fact.member_of:
            of, relation = fact.member_of
            self._link(row, self._told(of), relation)

    def _row(self, fact: Fact) -> Thing:
        """A row that was not there, the same one for the same description."""
        key = Fact(fact.cls, None, fact.properties)
        if key not in self._made:
            mapper = sa.inspect(fact.cls)
            row = self._made[key] = Thing(fact.cls)
            for name in (each.key for each in mapper.column_attrs):
                setattr(row, name, None)
            for name, relation in mapper.relationships.items():
                setattr(row, name, [] if relation.uselist else None)
            row.id = uuid4()
            for each in fact.properties:
                self._say(row, fact.cls, *each)
        return self._made[key]

    def _told(self, value: Any) -> Any:
        return self._row(value) if isinstance(value, Fact) else value

    def _say(self, row: Thing, cls: type, name: str, operator: str, value: Any) -> None:
        if "." in name:
            record, setting = name.split(".")
            known = {each: getattr(row.portal, each) for each in PortalContext.__slots__}
            setattr(row, record, PortalContext(**{**known, setting: _satisfying(operator, value, known[setting])}))
        elif name in sa.inspect(cls).relationships:
            self._lead(row, cls, name, self._told(value))
        else:
            setattr(row, name, _satisfying(operator, value, getattr(row, name)))

    def _lead(self, row: Thing, cls: type, name: str, to: Any) -> None:
        """A foreign key leads to another row, and the row knows."""
        relation = sa.inspect(cls).relationships[name]
        before = getattr(row, name)
        if relation.back_populates and before is not None:
            getattr(before, relation.back_populates).remove(row)
        if relation.back_populates and row not in getattr(to, relation.back_populates):
            getattr(to, relation.back_populates).append(row)
        setattr(row, name, to)
        for column in relation.local_columns:
            setattr(row, column.key, to.id)

    def _link(self, row: Thing, of: Thing, name: str) -> None:
        relation = sa.inspect(of.cls).relationships[name]
        if relation.secondary is None and relation.back_populates:
            self._lead(row, row.cls, relation.back_populates, of)
        if row not in getattr(of, name):
            getattr(of, name).append(row)


def _satisfying(operator: str, value: Any, current: Any) -> Any:
    return value[0] if operator == "in" else satisfying(OPERATORS[operator], value, current)
