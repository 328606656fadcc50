"""What a report may count and export: rows that the viewer may read, of groups and projects that they may report on."""

from collections.abc import Callable, Hashable, Iterable
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from authz.backends.sql import SqlCondition
from authz.gate.actor import Actor
from authz.lists.builder import QueryBuilder, identity
from authz.lists.filters import query_shape
from authz.lists.queries import ListRequest, PageQuery, Projection, Statement
from store.db.base import Base
from store.groups import Group
from store.projects import Project


class ReportScope:
    """The rows that one viewer may report on: every statement of a report is composed of them."""

    def __init__(self, queries: QueryBuilder, actor: Actor) -> None:
        self._queries = queries
        self._actor = actor

    def once(self, name: str, shape: Hashable, query: PageQuery, build: Callable[[], Statement]) -> Statement:
        """Build a statement the first time that a viewer of this profile asks for this shape."""
        key = ("report", name, shape, query_shape(query), self._queries.policy.actor_profile(self._actor))
        statement = self._queries.once(key, build)
        assert statement is not None
        return statement

    def rows(self, cls: type[Base], columns: Iterable[str], query: PageQuery, *within: sa.ColumnElement[bool]) -> Any:
        """The rows that the viewer may read and that match the query; a column that a field rule hides is NULL."""
        request = ListRequest(cls, "read", self._actor, query, Projection(columns=frozenset(columns)))
        allowed = self._queries.allowed(request)
        criteria = [] if allowed.everything else [allowed.hashed(cls)]
        columns_ = self._queries.columns(request, cls)
        return sa.select(*columns_).where(*criteria, *within, *self._queries.filters(request, cls))

    def covers(self, group: Any, project: Any) -> sa.ColumnElement[bool]:
        """Whether the viewer may report on the group or the project in these columns; rows without either need every group."""
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
        """For the ON clause of an outer join to a neighbor: a neighbor that the viewer may not read is left out."""
        return self._condition(sa.inspect(target).mapper.class_, "read").hashed(target)

    def _condition(self, cls: type[Base], action: str) -> SqlCondition:
        return self._queries.policy.condition(cls, action, self._actor)

    @cached_property
    def _groups(self) -> SqlCondition:
        return self._condition(Group, "report")

    @cached_property
    def _projects(self) -> SqlCondition:
        return self._condition(Project, "report")
