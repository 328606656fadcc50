"""What a report counts and writes out: rows that its viewer may read, of groups and projects that he may report on."""

from collections.abc import Callable, Hashable, Iterable
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from authz.backends.sql import SqlCondition
from authz.gate.actor import Actor
from authz.lists.builder import QueryBuilder, identity
from authz.lists.filters import query_shape
from authz.lists.queries import PageQuery, Projection, Statement
from store.db.base import Base
from store.groups import Group
from store.projects import Project


class ReportScope:
    """One viewer's, for statements that are put together from it; every number is made of what passes through here."""

    def __init__(self, queries: QueryBuilder, actor: Actor) -> None:
        self._queries = queries
        self._actor = actor

    def once(self, name: str, shape: Hashable, query: PageQuery, build: Callable[[], Statement]) -> Statement:
        """Built the first time that a viewer of this kind asks for this shape."""
        key = ("report", name, shape, query_shape(query), self._queries.policy.actor_profile(self._actor))
        statement = self._queries.once(key, build)
        assert statement is not None
        return statement

    def rows(self, cls: type[Base], columns: Iterable[str], query: PageQuery, *within: sa.ColumnElement[bool]) -> Any:
        """Those that he may read and that fulfil what is asked; a column that he may not see is NULL."""
        allowed = self._forms(cls, "read")
        criteria = [] if allowed.everything else [allowed.hashed(cls)]
        shown = self._queries.columns(cls, cls, self._actor, Projection(columns=frozenset(columns)))
        return sa.select(*shown).where(*criteria, *within, *self._queries.filters(cls, cls, self._actor, query))

    def covers(self, group: Any, project: Any) -> sa.ColumnElement[bool]:
        """Whether he may report on the group or the project in these columns; on what has neither, who may on every group."""
        if self._groups.everything:
            return sa.true()
        parts = [
            column.in_(sa.select(identity(each)).where(allowed.criterion(each)))
            for column, allowed, each in (
                (group, self._groups, aliased(Group)),
                (project, self._projects, aliased(Project)),
            )
            if not allowed.nothing
        ]
        return sa.or_(sa.false(), *parts)

    def knows(self, target: Any) -> sa.ColumnElement[bool]:
        """For the ON of an outer join to a neighbour: one that he may not read is none."""
        return self._forms(sa.inspect(target).mapper.class_, "read").hashed(target)

    def _forms(self, cls: type[Base], action: str) -> SqlCondition:
        return self._queries.policy.condition(cls, action, self._actor)

    @cached_property
    def _groups(self) -> SqlCondition:
        return self._forms(Group, "report")

    @cached_property
    def _projects(self) -> SqlCondition:
        return self._forms(Project, "report")
