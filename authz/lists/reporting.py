"""What a report counts and writes out: rows that its viewer may read, of groups and projects that he may report on."""

from collections.abc import Callable, Hashable, Iterable
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from authz.backends.sql import Forms
from authz.gate.actor import Actor
from authz.lists.builder import Listing, identity
from authz.lists.filters import shape_of
from authz.lists.queries import PageOf, Statement, Want
from store.db.base import Record
from store.groups import Group
from store.projects import Project


class Reach:
    """One viewer's, for statements that are put together from it; every number is made of what passes through here."""

    def __init__(self, listing: Listing, actor: Actor) -> None:
        self._listing = listing
        self._actor = actor

    def once(self, name: str, shape: Hashable, asked: PageOf, build: Callable[[], Statement]) -> Statement:
        """Built the first time that a viewer of this kind asks for this shape."""
        key = ("report", name, shape, shape_of(asked), self._listing.policy.shade(self._actor))
        statement = self._listing.once(key, build)
        assert statement is not None
        return statement

    def rows(self, cls: type[Record], columns: Iterable[str], asked: PageOf, *within: sa.ColumnElement[bool]) -> Any:
        """Those that he may read and that fulfil what is asked; a column that he may not see is NULL."""
        forms = self._forms(cls, "read")
        criteria = [] if forms.everything else [forms.hashed(cls)]
        shown = self._listing.columns(cls, cls, self._actor, Want(columns=frozenset(columns)))
        return sa.select(*shown).where(*criteria, *within, *self._listing.filters(cls, cls, self._actor, asked))

    def covers(self, group: Any, project: Any) -> sa.ColumnElement[bool]:
        """Whether he may report on the group or the project in these columns; on what has neither, who may on every group."""
        if self._groups.everything:
            return sa.true()
        parts = [
            column.in_(sa.select(identity(each)).where(forms.criterion(each)))
            for column, forms, each in (
                (group, self._groups, aliased(Group)),
                (project, self._projects, aliased(Project)),
            )
            if not forms.nothing
        ]
        return sa.or_(sa.false(), *parts)

    def knows(self, target: Any) -> sa.ColumnElement[bool]:
        """For the ON of an outer join to a neighbour: one that he may not read is none."""
        return self._forms(sa.inspect(target).mapper.class_, "read").hashed(target)

    def _forms(self, cls: type[Record], action: str) -> Forms:
        return self._listing.policy.forms(cls, action, self._actor)

    @cached_property
    def _groups(self) -> Forms:
        return self._forms(Group, "report")

    @cached_property
    def _projects(self) -> Forms:
        return self._forms(Project, "report")
