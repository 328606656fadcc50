"""What an import would do, found out before anything is written: the new rows of each sheet, and all that is wrong."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from resolvers.bulk.columns import SHEETS, written
from resolvers.bulk.lookup import Known
from resolvers.bulk.rows import Finding, Row, id_of
from store.groups import GroupKind
from store.portal import Edition
from store.users import UserKind, UserStatus

Values = dict[str, Any]


@dataclass
class Plan:
    """What came of a check."""

    errors: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    """Where the portal holds something else than the row says; it stays as it is."""
    new: dict[str, list[tuple[Row, Values]]] = field(default_factory=lambda: {name: [] for name in SHEETS})
    """By sheet the rows that are not there yet, and what is to be written of each."""
    known: Counter[str] = field(default_factory=Counter)
    """By sheet how many rows are there already."""
    aliases: dict[str, UUID] = field(default_factory=dict)
    """Keys of people who had an account before, under another id."""


@dataclass
class Place:
    """A group, there or to come, as far as others depend on it."""

    kind: GroupKind
    parent_id: UUID | None
    is_internal: bool
    level: int | None = None


@dataclass
class Person:
    """An account, there or to come."""

    kind: UserKind
    home_group_id: UUID | None
    groups: set[UUID] = field(default_factory=set)


class Check:
    """One check: what there is, what the rows add, and what is found."""

    def __init__(self, known: Known, *, now: datetime, edition: Edition, aliases: Mapping[str, UUID]) -> None:
        self.known = known
        self.now = now
        self.edition = edition
        self.plan = Plan(aliases=dict(aliases))
        self.places = {
            id_: Place(each.kind, each.parent_id, each.is_internal)
            for id_, each in known.groups.items()
            if each.deleted_at is None
        }
        self.people = {
            id_: Person(each.kind, each.home_group_id)
            for id_, each in known.users.items()
            if each.status is not UserStatus.ERASED
        }
        self.addresses = dict(known.addresses)
        self._seen: dict[tuple[str, Any], int] = {}

    def wrong(self, row: Row, column: str | None, message: str) -> None:
        self.plan.errors.append(row.finding(column, message))

    def add(self, row: Row, **values: Any) -> Values:
        """A row that is not there yet."""
        self.plan.new[row.sheet.name].append((row, values))
        return values

    def keep(self, row: Row, found: Any, says: Iterable[tuple[str | None, str, Any]]) -> None:
        """A row that is there: what it says otherwise - column of the file, column of the table, value - is told."""
        self.plan.known[row.sheet.name] += 1
        for column, name, value in says:
            there = getattr(found, name)
            if there != value:
                kept = f"it is {written(there)!r}" if there is not None else "it is empty"
                self.plan.notes.append(row.finding(column, f"{kept} in the portal, and stays so"))

    def first(self, row: Row, identity: Any, column: str | None) -> bool:
        """Whether nothing in this sheet has said the same before."""
        line = self._seen.setdefault((row.sheet.name, identity), row.line)
        if line != row.line:
            self.wrong(row, column, f"the same stands in line {line}")
        return line == row.line

    def group(self, row: Row, column: str) -> UUID | None:
        """The group that a cell names."""
        key = row[column]
        if not key:
            return None
        if (id_ := id_of("group", key)) in self.places:
            return id_
        self.wrong(row, column, f"there is no group {key!r}")
        return None

    def person(self, row: Row, column: str) -> UUID | None:
        """The account that a cell names, by its key or by its address."""
        key = row[column]
        if not key:
            return None
        if (id_ := self.account(key)) is None:
            self.wrong(row, column, f"there is no account {key!r}")
        return id_

    def account(self, key: str) -> UUID | None:
        """Whom a key or an address means."""
        for id_ in (id_of("user", key), self.plan.aliases.get(key), self.addresses.get(key.casefold())):
            if id_ in self.people:
                return id_
        return None

    def above(self, group_id: UUID) -> list[UUID]:
        """A group and those above it, the nearest first; a circle ends where it comes back."""
        found: list[UUID] = []
        at: UUID | None = group_id
        while at is not None and at in self.places and at not in found:
            found.append(at)
            at = self.places[at].parent_id
        return found

    def is_internal(self, group_id: UUID) -> bool:
        """Whether the group is at home in the house; a team is what the group above it is."""
        for each in map(self.places.__getitem__, self.above(group_id)):
            if each.is_internal or each.kind is not GroupKind.TEAM:
                return each.is_internal or each.kind in (GroupKind.ISV, GroupKind.RESELLER)
        return False
