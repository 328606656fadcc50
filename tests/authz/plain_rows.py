"""Rows without a database, to which the facts that an explanation misses can be added."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from authz.compiler.operators import OPERATORS
from authz.explain.facts import Fact
from authz.verify.witnesses import satisfying


class PlainRow:
    """A row whose attributes can be set freely."""

    def __init__(self, cls: type) -> None:
        self.cls = cls


def plain_rows(world: Any) -> dict[int, PlainRow]:
    """A copy of each row of a world, by the identity of the original."""
    copies = {id(row): PlainRow(cls) for cls, rows in world.items() for row in rows}
    for cls, rows in world.items():
        mapper = sa.inspect(cls)
        for row in rows:
            copy = copies[id(row)]
            copy.portal = getattr(row, "portal", None)
            for name in (each.key for each in mapper.column_attrs):
                setattr(copy, name, getattr(row, name))
            for name, relationship in mapper.relationships.items():
                value = getattr(row, name)
                related = [copies.get(id(each)) for each in value] if relationship.uselist else copies.get(id(value))
                setattr(copy, name, related)
    return copies


class FactMaker:
    """Changes and adds plain rows so that facts hold."""

    def __init__(self) -> None:
        self._new_rows: dict[Fact, PlainRow] = {}

    def make(self, fact: Fact) -> None:
        row = fact.row or self._new_row(fact)
        for name, operator, value in fact.properties if fact.row else ():
            self._set(row, fact.cls, name, operator, value)
        if fact.member_of:
            owner, relationship = fact.member_of
            self._add_member(row, self._row_of(owner), relationship)

    def _new_row(self, fact: Fact) -> PlainRow:
        """A row that did not exist; the same one for the same properties."""
        key = Fact(fact.cls, None, fact.properties)
        if key not in self._new_rows:
            mapper = sa.inspect(fact.cls)
            row = self._new_rows[key] = PlainRow(fact.cls)
            for name in (each.key for each in mapper.column_attrs):
                setattr(row, name, None)
            for name, relationship in mapper.relationships.items():
                setattr(row, name, [] if relationship.uselist else None)
            row.id = uuid4()
            for each in fact.properties:
                self._set(row, fact.cls, *each)
        return self._new_rows[key]

    def _row_of(self, value: Any) -> Any:
        return self._new_row(value) if isinstance(value, Fact) else value

    def _set(self, row: PlainRow, cls: type, name: str, operator: str, value: Any) -> None:
        if "." in name:
            record, setting = name.split(".")
            settings = getattr(row, record)
            wanted = _satisfying(operator, value, getattr(settings, setting))
            setattr(row, record, replace(settings, **{setting: wanted}))
        elif name in sa.inspect(cls).relationships:
            self._link(row, cls, name, self._row_of(value))
        else:
            setattr(row, name, _satisfying(operator, value, getattr(row, name)))

    def _link(self, row: PlainRow, cls: type, name: str, target: Any) -> None:
        """Set a to-one relationship, its foreign key and its reverse side."""
        relationship = sa.inspect(cls).relationships[name]
        before = getattr(row, name)
        if relationship.back_populates and before is not None:
            getattr(before, relationship.back_populates).remove(row)
        if relationship.back_populates and row not in getattr(target, relationship.back_populates):
            getattr(target, relationship.back_populates).append(row)
        setattr(row, name, target)
        for column in relationship.local_columns:
            setattr(row, column.key, target.id)

    def _add_member(self, row: PlainRow, owner: PlainRow, name: str) -> None:
        relationship = sa.inspect(owner.cls).relationships[name]
        if relationship.secondary is None and relationship.back_populates:
            self._link(row, row.cls, relationship.back_populates, owner)
        if row not in getattr(owner, name):
            getattr(owner, name).append(row)


def _satisfying(operator: str, value: Any, current: Any) -> Any:
    return value[0] if operator == "in" else satisfying(OPERATORS[operator], value, current)
