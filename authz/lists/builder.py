"""The statements that read rows, built once for each shape of a question and each profile of an actor."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import QueryableAttribute, RelationshipDirection, aliased, joinedload, raiseload

from authz.backends.sql import SqlCondition
from authz.gate.actor import Actor
from authz.lists.filters import after_cursor, comparison, ordering, query_shape
from authz.lists.queries import Filter, ListRequest, Operator, PageQuery, Projection, Statement
from authz.policy import Policy
from store.db.base import Base
from store.errors import BadInput

_STATEMENTS = 2000
_CHOICES = 20_000
_USES = 500

BuiltStatement = Statement | None


class PlanChoices:
    """Which plan was chosen for an actor and a list: at most 20,000 choices, each chosen again after 500 uses."""

    def __init__(self) -> None:
        self._choices: OrderedDict[Hashable, tuple[str, int]] = OrderedDict()

    def get(self, key: Hashable) -> str | None:
        """The choice, unless there is none or it was used too often."""
        plan, uses = self._choices.pop(key, ("", _USES))
        if uses >= _USES:
            return None
        self._choices[key] = (plan, uses + 1)
        return plan

    def put(self, key: Hashable, plan: str) -> None:
        self._choices[key] = (plan, 1)
        if len(self._choices) > _CHOICES:
            self._choices.popitem(last=False)


class QueryBuilder:
    """Builds statements and keeps the 2,000 (about 64 MB) that were used last.

    A statement is None where the actor may see nothing at all.

    What depends on the actor besides their id is evaluated first (`Policy.actor_profile`) and is part of every key.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.plan_choices = PlanChoices()
        self._built: OrderedDict[Hashable, BuiltStatement] = OrderedDict()

    def allowed(self, request: ListRequest) -> SqlCondition:
        """The condition under which the actor may do this to a row."""
        return self.policy.condition(request.cls, request.to, request.actor)

    def many(self, request: ListRequest) -> BuiltStatement:
        """Rows by id; `ids` is one bound array, so that the text is the same for any number of them."""

        def build() -> BuiltStatement:
            allowed = self.allowed(request)
            if allowed.nothing:
                return None
            cls = request.cls
            wanted = identity(cls) == sa.any_(sa.bindparam("ids", type_=ARRAY(sa.Uuid)))
            return sa.select(*self._columns(request, cls)).where(wanted, allowed.criterion(cls))

        return self.once(self._key("many", request, request.projection), build)

    def one(self, cls: type[Base], to: str, actor: Actor, load: tuple[QueryableAttribute[Any], ...]) -> Statement:
        """One whole row by `id`, for a change, with the answers `may_read` and `may_act`."""

        def build() -> BuiltStatement:
            answers = (self.policy.condition(cls, action, actor).answer(cls) for action in ("read", to))
            return (
                sa.select(
                    cls, *(answer.label(name) for answer, name in zip(answers, ("may_read", "may_act"), strict=True))
                )
                .where(identity(cls) == sa.bindparam("id", type_=sa.Uuid))
                .options(*(joinedload(each) for each in load), raiseload("*"))
                .execution_options(populate_existing=True)
            )

        statement = self.once(("one", cls, to, load, self.policy.actor_profile(actor)), build)
        assert statement is not None
        return statement

    def readable(
        self, cls: type[Base], columns: Iterable[str], actor: Actor, *where: sa.ColumnElement[bool]
    ) -> Statement:
        """Rows that fulfill the conditions and that the viewer may read, by `id`.

        A column is NULL where a field rule hides it, and where it leads to a row that the viewer may not read.
        """
        shown = (self._visible_link(cls, actor, name).label(name) for name in sorted({"id", *columns}))
        allowed = self.policy.condition(cls, "read", actor).criterion(cls)
        return sa.select(*shown).where(allowed, *where).order_by(identity(cls))

    def lock(self, cls: type[Base], to: str, actor: Actor) -> Statement:
        """Lock a row by `id` if the actor may do this to it; actors who may not cannot make others wait."""

        def build() -> BuiltStatement:
            allowed = self.policy.condition(cls, to, actor).criterion(cls)
            return (
                sa.select(identity(cls))
                .where(identity(cls) == sa.bindparam("id", type_=sa.Uuid), allowed)
                .with_for_update(key_share=True, of=cls)
            )

        statement = self.once(("lock", cls, to, self.policy.actor_profile(actor)), build)
        assert statement is not None
        return statement

    def permitted(self, cls: type[Base], to: str, actor: Actor) -> Statement:
        """Whether the viewer has a permission on the row with this `id`; no result where the row does not exist."""

        def build() -> BuiltStatement:
            answer = self.policy.condition(cls, to, actor).answer(cls)
            return sa.select(answer).where(identity(cls) == sa.bindparam("id", type_=sa.Uuid))

        statement = self.once(("permitted", cls, to, self.policy.actor_profile(actor)), build)
        assert statement is not None
        return statement

    def pages(self, request: ListRequest) -> BuiltStatement:
        """A page below each of `parents`: for each parent the index is read in order until its page is full."""

        def build() -> BuiltStatement:
            if self.allowed(request).nothing:
                return None
            order = request.query.order
            parents, target, below = self._below(request)
            page = (
                below.with_only_columns(*self.columns(request, target))
                .order_by(*ordering(target, order))
                .limit(sa.bindparam("limit", type_=sa.Integer))
                .lateral("page")
            )
            return (
                sa.select(parents.c.parent_, *page.c)
                .join_from(parents, page, sa.true())
                .order_by(parents.c.parent_, *ordering(page.c, order))
            )

        return self.once(self._key("pages", request, request.projection, request.link), build)

    def public_page(self, cls: type[Base], query: PageQuery, projection: Projection) -> BuiltStatement:
        """A page for anonymous callers: rows whose `id` is public, with the columns that are public."""

        def build() -> BuiltStatement:
            public = {each.key: self.policy.public_condition(cls, each.key) for each in sa.inspect(cls).column_attrs}
            if public["id"].nothing:
                return None
            filters = [
                sa.and_(comparison(getattr(cls, each.column), each, position), public[each.column].criterion(cls))
                if not each.path
                else sa.false()
                for position, each in enumerate(query.where)
            ]
            filters += after_cursor(cls, query.order, after=query.after is not None)
            visible = (_where(public[name], cls, name).label(name) for name in sorted(projection.columns | {"id"}))
            unknown = (sa.null().label(each.name) for each in projection.expressions)
            denied = (sa.false().label(f"can_{each}") for each in projection.can)
            return (
                sa.select(*visible, *unknown, *denied)
                .where(public["id"].criterion(cls), *filters)
                .order_by(*ordering(cls, query.order))
                .limit(sa.bindparam("limit", type_=sa.Integer))
            )

        return self.once(("public", cls, query_shape(query), projection), build)

    def count(self, request: ListRequest) -> BuiltStatement:
        """The number of rows, counted up to `limit`."""

        def build() -> BuiltStatement:
            cls, allowed = request.cls, self.allowed(request)
            if allowed.nothing:
                return None
            criteria = [] if allowed.everything else [allowed.hashed(cls)]
            rows = sa.select(sa.literal(1)).select_from(cls).where(*criteria, *self.filters(request, cls))
            return sa.select(sa.func.count()).select_from(
                rows.limit(sa.bindparam("limit", type_=sa.Integer)).subquery()
            )

        return self.once(self._key("count", request), build)

    def counts(self, request: ListRequest) -> BuiltStatement:
        """The number of rows below each of `parents`, each counted up to `limit`."""

        def build() -> BuiltStatement:
            if self.allowed(request).nothing:
                return None
            parents, _, below = self._below(request)
            rows = (
                below.with_only_columns(sa.literal(1).label("one"))
                .limit(sa.bindparam("limit", type_=sa.Integer))
                .subquery()
            )
            counted = sa.select(sa.func.count().label("total")).select_from(rows).lateral("counted")
            return sa.select(parents.c.parent_, counted.c.total).join_from(parents, counted, sa.true())

        return self.once(self._key("counts", request, request.link), build)

    def columns(self, request: ListRequest, target: Any) -> list[Any]:
        """The columns of the projection and that of the order; a column that a field rule hides is NULL."""
        return self._columns(request, target, also=(request.query.order.column,))

    def filters(self, request: ListRequest, target: Any) -> list[sa.ColumnElement[bool]]:
        """The filters of the query and its cursor; each asks the policy for what it looks at."""
        query = request.query
        if self.policy.field_condition(request.cls, query.order.column, request.actor) is not None:
            raise BadInput(f"a list cannot be ordered by {query.order.column}")
        found = [
            self._filter(request.cls, target, request.actor, each, each.path, position)
            for position, each in enumerate(query.where)
        ]
        return [*found, *after_cursor(target, query.order, after=query.after is not None)]

    def once(self, key: Hashable, build: Callable[[], BuiltStatement]) -> BuiltStatement:
        """Build a statement the first time it is needed: that takes milliseconds, and its text never changes."""
        if key in self._built:
            self._built.move_to_end(key)
        else:
            self._built[key] = build()
            if len(self._built) > _STATEMENTS:
                self._built.popitem(last=False)
        return self._built[key]

    def _key(self, kind: str, request: ListRequest, *parts: Hashable) -> Hashable:
        profile = self.policy.actor_profile(request.actor)
        return (kind, request.cls, request.to, query_shape(request.query), profile, *parts)

    def _columns(self, request: ListRequest, target: Any, *, also: tuple[str, ...] = ()) -> list[Any]:
        cls, actor, projection = request.cls, request.actor, request.projection
        names = sorted(projection.columns | {"id", *also})
        columns = [self._visible(cls, target, actor, name).label(name) for name in names]
        expressions = sorted(projection.expressions, key=lambda each: each.name)
        columns += [each.sql(target).label(each.name) for each in expressions]
        for action in sorted(projection.can):
            columns.append(self.policy.condition(cls, action, actor).answer(target).label(f"can_{action}"))
        return columns

    def _below(self, request: ListRequest) -> tuple[Any, Any, Statement]:
        cls, link = request.cls, request.link
        assert link is not None
        ids = sa.bindparam("parents", type_=ARRAY(sa.Uuid))
        parents = sa.select(sa.func.unnest(ids).label("parent_")).subquery("parents")
        target, allowed = aliased(cls), self.allowed(request)
        criteria = [] if allowed.everything else [allowed.criterion(target)]
        below = sa.select(target).where(*criteria, *self.filters(request, target))
        if link.row_column is None:
            name = link.parent_column.key or ""
            linked = getattr(target, name) == parents.c.parent_
            return (
                parents,
                target,
                below.where(self._where_visible(cls, target, request.actor, name, linked)).correlate(parents),
            )
        column = link.parent_column
        links = (column.table if isinstance(column, sa.Column) else column.parent.local_table).alias()
        joined = sa.and_(links.c[column.key] == parents.c.parent_, links.c[link.row_column.key] == identity(target))
        return parents, target, below.join(links, joined).correlate(parents)

    def _visible(self, cls: type[Base], target: Any, actor: Actor, name: str) -> Any:
        allowed = self.policy.field_condition(cls, name, actor)
        return getattr(target, name) if allowed is None else _where(allowed, target, name)

    def _visible_link(self, cls: type[Base], actor: Actor, name: str) -> Any:
        shown, column = self._visible(cls, cls, actor, name), cls.__table__.c[name]
        tables = {key.column.table for key in column.foreign_keys if key.column.primary_key}
        for target in self.policy.compiled.classes:
            if target.__table__ not in tables and target is not _neighbor(cls, name):
                continue
            neighbor = aliased(target)
            allowed = self.policy.condition(target, "read", actor).criterion(neighbor)
            known = sa.exists().where(identity(neighbor) == column, allowed)
            shown = sa.case((known, shown), else_=None)
        return shown

    def _filter(
        self, cls: type[Base], target: Any, actor: Actor, condition: Filter, path: tuple[str, ...], position: int
    ) -> Any:
        if not path:
            column, neighbor = getattr(target, condition.column), _neighbor(cls, condition.column)
            found = (
                comparison(column, condition, position)
                if neighbor is None
                else self._link_filter(neighbor, column, actor, condition, position)
            )
            return self._where_visible(cls, target, actor, condition.column, found)
        relation = sa.inspect(cls).relationships[path[0]]
        (column,) = relation.local_columns
        local = sa.inspect(cls).get_property_by_column(column).key
        neighbor = aliased(relation.entity.class_)
        allowed = self.policy.condition(relation.entity.class_, "read", actor)
        found = sa.exists().where(
            identity(neighbor) == getattr(target, local),
            allowed.criterion(neighbor),
            self._filter(relation.entity.class_, neighbor, actor, condition, path[1:], position),
        )
        return self._where_visible(cls, target, actor, local, found)

    def _link_filter(self, cls: type[Base], column: Any, actor: Actor, condition: Filter, position: int) -> Any:
        """A neighbor that the viewer may not know about reads as null, so that it is filtered as null."""
        allowed = self.policy.condition(cls, "read", actor)
        if allowed.everything:
            return comparison(column, condition, position)
        neighbor = aliased(cls)
        found: Any = sa.select(sa.literal_column("1")).where(identity(neighbor) == column, allowed.row_by_row(neighbor))
        # The OFFSET keeps PostgreSQL from evaluating the condition for all neighbors to look up the few that are needed.
        known = sa.exists(found.correlate_except(neighbor).offset(sa.literal_column("0")))
        if condition.operator is Operator.IS_NULL and condition.value:
            return sa.or_(column.is_(None), sa.not_(known))
        return sa.and_(comparison(column, condition, position), known)

    def _where_visible(self, cls: type[Base], target: Any, actor: Actor, name: str, condition: Any) -> Any:
        """A filter on a column that is hidden from the viewer would reveal it; it matches nothing."""
        allowed = self.policy.field_condition(cls, name, actor)
        return condition if allowed is None else sa.and_(condition, allowed.criterion(target))


@cache
def _neighbor(cls: type[Base], name: str) -> type[Base] | None:
    """The class of the neighbor that a foreign key refers to; None for a plain value."""
    mapper = sa.inspect(cls)
    column = mapper.columns[name]
    links = (each for each in mapper.relationships if each.direction is RelationshipDirection.MANYTOONE)
    return next((each.mapper.class_ for each in links if each.local_columns == {column}), None)


def _where(allowed: SqlCondition, target: Any, name: str) -> Any:
    """A column in the rows that fulfill a condition, NULL in the others."""
    column = getattr(target, name)
    if allowed.everything:
        return column
    return sa.null() if allowed.nothing else sa.case((allowed.criterion(target), column), else_=None)


def identity(target: Any) -> Any:
    """The id column of a class or of an alias of it."""
    return target.id
