"""What an import would do: the new rows of each file and all mistakes, found before anything is written."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from resolvers.bulk.columns import FILES, cell_of
from resolvers.bulk.lookup import Known
from resolvers.bulk.rows import Finding, Row, id_of
from store.groups import GroupKind
from store.portal import Edition
from store.users import UserKind, UserStatus

Values = dict[str, Any]


@dataclass
class Plan:
    """The result of a check."""

    errors: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    """Rows whose values differ from the portal, which keeps its own."""
    new: dict[str, list[tuple[Row, Values]]] = field(default_factory=lambda: {name: [] for name in FILES})
    """By file, the rows that do not exist yet, and the values to write."""
    known: Counter[str] = field(default_factory=Counter)
    """By file, the number of rows that exist already."""
    aliases: dict[str, UUID] = field(default_factory=dict)
    """Keys of people who already had an account under another ID."""


@dataclass
class GroupInfo:
    """A group, existing or new, as far as other rows depend on it."""

    kind: GroupKind
    parent_id: UUID | None
    is_internal: bool
    level: int | None = None


@dataclass
class AccountInfo:
    """An account, existing or new."""

    kind: UserKind
    home_group_id: UUID | None
    groups: set[UUID] = field(default_factory=set)


class Check:
    """One check: what exists, what the rows add, and the findings."""

    def __init__(self, known: Known, *, now: datetime, edition: Edition, aliases: Mapping[str, UUID]) -> None:
        self.known = known
        self.now = now
        self.edition = edition
        self.plan = Plan(aliases=dict(aliases))
        self.groups = {
            id_: GroupInfo(each.kind, each.parent_id, each.is_internal)
            for id_, each in known.groups.items()
            if each.deleted_at is None
        }
        self.accounts = {
            id_: AccountInfo(each.kind, each.home_group_id)
            for id_, each in known.users.items()
            if each.status is not UserStatus.ERASED
        }
        self.addresses = dict(known.addresses)
        self._seen: dict[tuple[str, Any], int] = {}

    def wrong(self, row: Row, column: str | None, message: str) -> None:
        self.plan.errors.append(row.finding(column, message))

    def add(self, row: Row, **values: Any) -> Values:
        """Plan a row that does not exist yet."""
        self.plan.new[row.csv_file.name].append((row, values))
        return values

    def keep(self, row: Row, found: Any, says: Iterable[tuple[str | None, str, Any]]) -> None:
        """Keep an existing row; values that differ (column of the file, column of the table, value) become notes."""
        self.plan.known[row.csv_file.name] += 1
        for column, name, value in says:
            there = getattr(found, name)
            if there != value:
                kept = f"{cell_of(there)!r} is kept" if there is not None else "it stays empty"
                self.plan.notes.append(row.finding(column, f"{kept}: the portal already has this row"))

    def first(self, row: Row, identity: Any, column: str | None) -> bool:
        """Whether this is the first row of the file with this identity; otherwise the duplicate is reported."""
        line = self._seen.setdefault((row.csv_file.name, identity), row.line)
        if line != row.line:
            self.wrong(row, column, f"duplicate of line {line}")
        return line == row.line

    def group(self, row: Row, column: str) -> UUID | None:
        """The group that a cell refers to; an unknown one is reported."""
        key = row[column]
        if not key:
            return None
        if (id_ := id_of("group", key)) in self.groups:
            return id_
        self.wrong(row, column, f"unknown group {key!r}")
        return None

    def person(self, row: Row, column: str) -> UUID | None:
        """The account that a cell refers to by key or address; an unknown one is reported."""
        key = row[column]
        if not key:
            return None
        if (id_ := self.account(key)) is None:
            self.wrong(row, column, f"unknown account {key!r}")
        return id_

    def account(self, key: str) -> UUID | None:
        """The account with this key or address."""
        for id_ in (id_of("user", key), self.plan.aliases.get(key), self.addresses.get(key.casefold())):
            if id_ in self.accounts:
                return id_
        return None

    def above(self, group_id: UUID) -> list[UUID]:
        """A group and those above it, the nearest first; a cycle ends where it is closed."""
        found: list[UUID] = []
        at: UUID | None = group_id
        while at is not None and at in self.groups and at not in found:
            found.append(at)
            at = self.groups[at].parent_id
        return found

    def is_internal(self, group_id: UUID) -> bool:
        """Whether the group is the vendor's, a reseller's or tagged internal; a team is what the group above it is."""
        for each in map(self.groups.__getitem__, self.above(group_id)):
            if each.is_internal or each.kind is not GroupKind.TEAM:
                return each.is_internal or each.kind in (GroupKind.ISV, GroupKind.RESELLER)
        return False
