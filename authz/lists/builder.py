"""The statements that bring rows out, built once for each shape of question and each kind of viewer."""

from collections.abc import Callable, Hashable
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import QueryableAttribute, RelationshipDirection, aliased, joinedload, raiseload

from authz.backends.sql import SqlCondition
from authz.gate.actor import Actor
from authz.lists.filters import behind_cursor, comparison, ordering, query_shape
from authz.lists.queries import Filter, Operator, PageQuery, ParentLink, Projection, Statement
from authz.policy import Policy
from store.db.base import Base
from store.errors import BadInput

_KEPT = 4000

BuiltStatement = Statement | None


class QueryBuilder:
    """Builds statements and keeps them. None is built where the viewer may see nothing at all.

    What depends on the viewer beyond his id is settled before (`policy.shade`) and is part of every key.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._built: dict[Hashable, BuiltStatement] = {}

    def many(self, cls: type[Base], to: str, actor: Actor, projection: Projection) -> BuiltStatement:
        """Rows by id; `ids` is one bound array, so that the text is the same for every number of them."""

        def build() -> BuiltStatement:
            allowed = self.policy.condition(cls, to, actor)
            if allowed.nothing:
                return None
            wanted = identity(cls) == sa.any_(sa.bindparam("ids", type_=ARRAY(sa.Uuid)))
            return sa.select(*self.columns(cls, cls, actor, projection)).where(wanted, allowed.criterion(cls))

        return self.once(("many", cls, to, projection, self.policy.actor_profile(actor)), build)

    def one(self, cls: type[Base], to: str, actor: Actor, load: tuple[QueryableAttribute[Any], ...]) -> Statement:
        """One whole row by `id`, with the answers `may_read` and `may_act`: for whoever is about to change it."""

        def build() -> BuiltStatement:
            answers = (self.policy.condition(cls, action, actor).answer(cls) for action in ("read", to))
            return (
                sa.select(
                    cls,
                    *(answer.label(name) for answer, name in zip(answers, ("may_read", "may_act"), strict=True)),
                )
                .where(identity(cls) == sa.bindparam("id", type_=sa.Uuid))
                .options(*(joinedload(each) for each in load), raiseload("*"))
                .execution_options(populate_existing=True)
            )

        statement = self.once(("one", cls, to, load, self.policy.actor_profile(actor)), build)
        assert statement is not None
        return statement

    def lock(self, cls: type[Base], to: str, actor: Actor) -> Statement:
        """Hold a row by `id`, if its viewer may do this; who may not holds up nobody."""

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

    def pages(
        self, cls: type[Base], to: str, actor: Actor, link: ParentLink, query: PageQuery, projection: Projection
    ) -> BuiltStatement:
        """A page below each of `parents`: for each parent the index is read in order until its page is full."""

        def build() -> BuiltStatement:
            if self.policy.condition(cls, to, actor).nothing:
                return None
            parents, target, below = self._below(cls, to, actor, link, query)
            order = ordering(target, query.order)
            columns = self.columns(cls, target, actor, projection, also=(query.order.column,))
            inner = (
                below.with_only_columns(*columns)
                .order_by(*order)
                .limit(sa.bindparam("limit", type_=sa.Integer))
                .lateral("page")
            )
            outer_order = ordering(inner.c, query.order)
            return (
                sa.select(parents.c.parent_, *inner.c)
                .join_from(parents, inner, sa.true())
                .order_by(parents.c.parent_, *outer_order)
            )

        return self.once(
            ("pages", cls, to, projection, link, query_shape(query), self.policy.actor_profile(actor)), build
        )

    def public_page(self, cls: type[Base], query: PageQuery, projection: Projection) -> BuiltStatement:
        """A page for callers without an account: rows whose `id` is public, with the columns that are public."""

        def build() -> BuiltStatement:
            condition = {each.key: self.policy.public_condition(cls, each.key) for each in sa.inspect(cls).column_attrs}
            if condition["id"].nothing:
                return None
            filters = [
                sa.and_(comparison(getattr(cls, each.column), each, position), condition[each.column].criterion(cls))
                if not each.path
                else sa.false()
                for position, each in enumerate(query.where)
            ]
            filters += behind_cursor(cls, query.order, after=query.after is not None)
            shown = (_where(condition[name], cls, name).label(name) for name in sorted(projection.columns | {"id"}))
            unknown = (sa.null().label(each.name) for each in projection.expressions)
            denied = (sa.false().label(f"can_{each}") for each in projection.can)
            return (
                sa.select(*shown, *unknown, *denied)
                .where(condition["id"].criterion(cls), *filters)
                .order_by(*ordering(cls, query.order))
                .limit(sa.bindparam("limit", type_=sa.Integer))
            )

        return self.once(("public", cls, query_shape(query), projection), build)

    def count(self, cls: type[Base], to: str, actor: Actor, query: PageQuery) -> BuiltStatement:
        """How many rows, up to `limit`."""

        def build() -> BuiltStatement:
            allowed = self.policy.condition(cls, to, actor)
            if allowed.nothing:
                return None
            criteria = [] if allowed.everything else [allowed.hashed(cls)]
            rows = sa.select(sa.literal(1)).select_from(cls).where(*criteria, *self.filters(cls, cls, actor, query))
            return sa.select(sa.func.count()).select_from(
                rows.limit(sa.bindparam("limit", type_=sa.Integer)).subquery(),
            )

        return self.once(("count", cls, to, query_shape(query), self.policy.actor_profile(actor)), build)

    def counts(self, cls: type[Base], to: str, actor: Actor, link: ParentLink, query: PageQuery) -> BuiltStatement:
        """How many rows below each of `parents`, each up to `limit`."""

        def build() -> BuiltStatement:
            if self.policy.condition(cls, to, actor).nothing:
                return None
            parents, _, below = self._below(cls, to, actor, link, query)
            rows = (
                below.with_only_columns(sa.literal(1).label("one"))
                .limit(sa.bindparam("limit", type_=sa.Integer))
                .subquery()
            )
            counted = sa.select(sa.func.count().label("total")).select_from(rows).lateral("counted")
            return sa.select(parents.c.parent_, counted.c.total).join_from(parents, counted, sa.true())

        return self.once(("counts", cls, to, link, query_shape(query), self.policy.actor_profile(actor)), build)

    def columns(
        self,
        cls: type[Base],
        target: Any,
        actor: Actor,
        projection: Projection,
        *,
        also: tuple[str, ...] = (),
    ) -> list[Any]:
        """What a row carries; a column that a field rule keeps from this viewer is NULL in this row."""
        names = sorted(projection.columns | {"id", *also})
        columns = [self._shown(cls, target, actor, name).label(name) for name in names]
        columns += [
            each.sql(target).label(each.name) for each in sorted(projection.expressions, key=lambda each: each.name)
        ]
        for action in sorted(projection.can):
            columns.append(self.policy.condition(cls, action, actor).answer(target).label(f"can_{action}"))
        return columns

    def filters(self, cls: type[Base], target: Any, actor: Actor, query: PageQuery) -> list[sa.ColumnElement[bool]]:
        """The filters of a question and its cursor, each asking the policy for what it looks at."""
        if self.policy.field_condition(cls, query.order.column, actor) is not None:
            raise BadInput(f"a list cannot be ordered by {query.order.column}")
        found = [
            self._filter(cls, target, actor, each, each.path, position) for position, each in enumerate(query.where)
        ]
        return [*found, *behind_cursor(target, query.order, after=query.after is not None)]

    def once(self, key: Hashable, build: Callable[[], BuiltStatement]) -> BuiltStatement:
        """Build a statement the first time it is needed: that costs milliseconds of Python, and the text never changes."""
        if key not in self._built:
            if len(self._built) >= _KEPT:
                self._built.pop(next(iter(self._built)))
            self._built[key] = build()
        return self._built[key]

    def _below(
        self,
        cls: type[Base],
        to: str,
        actor: Actor,
        link: ParentLink,
        query: PageQuery,
    ) -> tuple[Any, Any, Statement]:
        parents = sa.select(sa.func.unnest(sa.bindparam("parents", type_=ARRAY(sa.Uuid))).label("parent_")).subquery(
            "parents",
        )
        target = aliased(cls)
        allowed = self.policy.condition(cls, to, actor)
        criteria = [] if allowed.everything else [allowed.criterion(target)]
        below = sa.select(target).where(*criteria, *self.filters(cls, target, actor, query))
        if link.row_column is None:
            name = link.parent_column.key or ""
            hangs = self._where_shown(cls, target, actor, name, getattr(target, name) == parents.c.parent_)
            return parents, target, below.where(hangs).correlate(parents)
        table = (
            link.parent_column.table
            if isinstance(link.parent_column, sa.Column)
            else link.parent_column.parent.local_table
        )
        links = table.alias()
        joined = sa.and_(
            links.c[link.parent_column.key] == parents.c.parent_, links.c[link.row_column.key] == identity(target)
        )
        return parents, target, below.join(links, joined).correlate(parents)

    def _shown(self, cls: type[Base], target: Any, actor: Actor, name: str) -> Any:
        allowed = self.policy.field_condition(cls, name, actor)
        return getattr(target, name) if allowed is None else _where(allowed, target, name)

    def _filter(
        self,
        cls: type[Base],
        target: Any,
        actor: Actor,
        query: Filter,
        path: tuple[str, ...],
        position: int,
    ) -> Any:
        if not path:
            column, linked = getattr(target, query.column), _linked(cls, query.column)
            condition = (
                comparison(column, query, position)
                if linked is None
                else self._link_filter(linked, column, actor, query, position)
            )
            return self._where_shown(cls, target, actor, query.column, condition)
        relation = sa.inspect(cls).relationships[path[0]]
        (column,) = relation.local_columns
        local = sa.inspect(cls).get_property_by_column(column).key
        neighbor = aliased(relation.entity.class_)
        allowed = self.policy.condition(relation.entity.class_, "read", actor)
        found = sa.exists().where(
            identity(neighbor) == getattr(target, local),
            allowed.criterion(neighbor),
            self._filter(relation.entity.class_, neighbor, actor, query, path[1:], position),
        )
        return self._where_shown(cls, target, actor, local, found)

    def _link_filter(self, linked: type[Base], column: Any, actor: Actor, query: Filter, position: int) -> Any:
        """A neighbour that the viewer may not know of reads as none, and so it is filtered as none."""
        allowed = self.policy.condition(linked, "read", actor)
        if allowed.everything:
            return comparison(column, query, position)
        neighbor = aliased(linked)
        found: Any = sa.select(sa.literal_column("1")).where(identity(neighbor) == column, allowed.row_by_row(neighbor))
        # The OFFSET keeps PostgreSQL from asking about every neighbour there is, to look up the few that are met.
        known = sa.exists(found.correlate_except(neighbor).offset(sa.literal_column("0")))
        if query.compare is Operator.IS_NULL and query.value:
            return sa.or_(column.is_(None), sa.not_(known))
        return sa.and_(comparison(column, query, position), known)

    def _where_shown(self, cls: type[Base], target: Any, actor: Actor, name: str, condition: Any) -> Any:
        """A filter on what a viewer may not see would tell it: it matches nothing there."""
        allowed = self.policy.field_condition(cls, name, actor)
        return condition if allowed is None else sa.and_(condition, allowed.criterion(target))


@cache
def _linked(cls: type[Base], name: str) -> type[Base] | None:
    """The class of the neighbour that a column leads to; None for a plain value."""
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
    """The id column of a class or an alias of it."""
    return target.id
