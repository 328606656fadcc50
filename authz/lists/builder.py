"""The statements that bring rows out, built once for each shape of question and each kind of viewer."""

from collections.abc import Callable, Hashable
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import QueryableAttribute, RelationshipDirection, aliased, joinedload, raiseload

from authz.gate.actor import Actor
from authz.lists.filters import behind_cursor, comparison, ordering, shape_of
from authz.lists.queries import Compare, Condition, PageOf, Statement, Through, Want
from authz.policy import Policy
from store.db.base import Record
from store.errors import BadInput

_KEPT = 4000

Built = Statement | None


class Listing:
    """Builds statements and keeps them. None is built where the viewer may see nothing at all.

    What depends on the viewer beyond his id is settled before (`policy.shade`) and is part of every key.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._built: dict[Hashable, Built] = {}

    def many(self, cls: type[Record], to: str, actor: Actor, want: Want) -> Built:
        """Rows by id; `ids` is one bound array, so that the text is the same for every number of them."""

        def build() -> Built:
            forms = self.policy.forms(cls, to, actor)
            if forms.nothing:
                return None
            wanted = identity(cls) == sa.any_(sa.bindparam("ids", type_=ARRAY(sa.Uuid)))
            return sa.select(*self.columns(cls, cls, actor, want)).where(wanted, forms.criterion(cls))

        return self.once(("many", cls, to, want, self.policy.shade(actor)), build)

    def one(self, cls: type[Record], to: str, actor: Actor, load: tuple[QueryableAttribute[Any], ...]) -> Statement:
        """One whole row by `id`, with the answers `may_read` and `may_act`: for whoever is about to change it."""

        def build() -> Built:
            answers = (self.policy.forms(cls, action, actor).answer(cls) for action in ("read", to))
            return (
                sa.select(
                    cls,
                    *(answer.label(name) for answer, name in zip(answers, ("may_read", "may_act"), strict=True)),
                )
                .where(identity(cls) == sa.bindparam("id", type_=sa.Uuid))
                .options(*(joinedload(each) for each in load), raiseload("*"))
                .execution_options(populate_existing=True)
            )

        statement = self.once(("one", cls, to, load, self.policy.shade(actor)), build)
        assert statement is not None
        return statement

    def lock(self, cls: type[Record], to: str, actor: Actor) -> Statement:
        """Hold a row by `id`, if its viewer may do this; who may not holds up nobody."""

        def build() -> Built:
            allowed = self.policy.forms(cls, to, actor).criterion(cls)
            return (
                sa.select(identity(cls))
                .where(identity(cls) == sa.bindparam("id", type_=sa.Uuid), allowed)
                .with_for_update(key_share=True, of=cls)
            )

        statement = self.once(("lock", cls, to, self.policy.shade(actor)), build)
        assert statement is not None
        return statement

    def pages(self, cls: type[Record], to: str, actor: Actor, through: Through, asked: PageOf, want: Want) -> Built:
        """A page below each of `parents`: for each parent the index is read in order until its page is full."""

        def build() -> Built:
            if self.policy.forms(cls, to, actor).nothing:
                return None
            parents, target, below = self._below(cls, to, actor, through, asked)
            order = ordering(target, asked.order)
            columns = self.columns(cls, target, actor, want, also=(asked.order.column,))
            inner = (
                below.with_only_columns(*columns)
                .order_by(*order)
                .limit(sa.bindparam("limit", type_=sa.Integer))
                .lateral("page")
            )
            outer_order = ordering(inner.c, asked.order)
            return (
                sa.select(parents.c.parent_, *inner.c)
                .join_from(parents, inner, sa.true())
                .order_by(parents.c.parent_, *outer_order)
            )

        return self.once(("pages", cls, to, want, through, shape_of(asked), self.policy.shade(actor)), build)

    def count(self, cls: type[Record], to: str, actor: Actor, asked: PageOf) -> Built:
        """How many rows, up to `limit`."""

        def build() -> Built:
            forms = self.policy.forms(cls, to, actor)
            if forms.nothing:
                return None
            criteria = [] if forms.everything else [forms.hashed(cls)]
            rows = sa.select(sa.literal(1)).select_from(cls).where(*criteria, *self.filters(cls, cls, actor, asked))
            return sa.select(sa.func.count()).select_from(
                rows.limit(sa.bindparam("limit", type_=sa.Integer)).subquery(),
            )

        return self.once(("count", cls, to, shape_of(asked), self.policy.shade(actor)), build)

    def counts(self, cls: type[Record], to: str, actor: Actor, through: Through, asked: PageOf) -> Built:
        """How many rows below each of `parents`, each up to `limit`."""

        def build() -> Built:
            if self.policy.forms(cls, to, actor).nothing:
                return None
            parents, _, below = self._below(cls, to, actor, through, asked)
            rows = (
                below.with_only_columns(sa.literal(1).label("one"))
                .limit(sa.bindparam("limit", type_=sa.Integer))
                .subquery()
            )
            counted = sa.select(sa.func.count().label("total")).select_from(rows).lateral("counted")
            return sa.select(parents.c.parent_, counted.c.total).join_from(parents, counted, sa.true())

        return self.once(("counts", cls, to, through, shape_of(asked), self.policy.shade(actor)), build)

    def columns(
        self,
        cls: type[Record],
        target: Any,
        actor: Actor,
        want: Want,
        *,
        also: tuple[str, ...] = (),
    ) -> list[Any]:
        """What a row carries; a column that a field rule keeps from this viewer is NULL in this row."""
        names = sorted(want.columns | {"id", *also})
        columns = [self._shown(cls, target, actor, name).label(name) for name in names]
        columns += [each.sql(target).label(each.name) for each in sorted(want.expressions, key=lambda each: each.name)]
        for action in sorted(want.can):
            columns.append(self.policy.forms(cls, action, actor).answer(target).label(f"can_{action}"))
        return columns

    def filters(self, cls: type[Record], target: Any, actor: Actor, asked: PageOf) -> list[sa.ColumnElement[bool]]:
        """The filters of a question and its cursor, each asking the policy for what it looks at."""
        if self.policy.field_forms(cls, asked.order.column, actor) is not None:
            raise BadInput(f"a list cannot be ordered by {asked.order.column}")
        found = [
            self._filter(cls, target, actor, each, each.path, position) for position, each in enumerate(asked.where)
        ]
        return [*found, *behind_cursor(target, asked.order, after=asked.after is not None)]

    def once(self, key: Hashable, build: Callable[[], Built]) -> Built:
        """Build a statement the first time it is needed: that costs milliseconds of Python, and the text never changes."""
        if key not in self._built:
            if len(self._built) >= _KEPT:
                self._built.pop(next(iter(self._built)))
            self._built[key] = build()
        return self._built[key]

    def _below(
        self,
        cls: type[Record],
        to: str,
        actor: Actor,
        through: Through,
        asked: PageOf,
    ) -> tuple[Any, Any, Statement]:
        parents = sa.select(sa.func.unnest(sa.bindparam("parents", type_=ARRAY(sa.Uuid))).label("parent_")).subquery(
            "parents",
        )
        target = aliased(cls)
        forms = self.policy.forms(cls, to, actor)
        criteria = [] if forms.everything else [forms.criterion(target)]
        below = sa.select(target).where(*criteria, *self.filters(cls, target, actor, asked))
        if through.other is None:
            name = through.link.key or ""
            hangs = self._where_shown(cls, target, actor, name, getattr(target, name) == parents.c.parent_)
            return parents, target, below.where(hangs).correlate(parents)
        table = through.link.table if isinstance(through.link, sa.Column) else through.link.parent.local_table
        links = table.alias()
        joined = sa.and_(links.c[through.link.key] == parents.c.parent_, links.c[through.other.key] == identity(target))
        return parents, target, below.join(links, joined).correlate(parents)

    def _shown(self, cls: type[Record], target: Any, actor: Actor, name: str) -> Any:
        column = getattr(target, name)
        forms = self.policy.field_forms(cls, name, actor)
        if forms is None:
            return column
        return sa.null() if forms.nothing else sa.case((forms.criterion(target), column), else_=None)

    def _filter(
        self,
        cls: type[Record],
        target: Any,
        actor: Actor,
        asked: Condition,
        path: tuple[str, ...],
        position: int,
    ) -> Any:
        if not path:
            column, linked = getattr(target, asked.column), _linked(cls, asked.column)
            condition = (
                comparison(column, asked, position)
                if linked is None
                else self._filter_of_link(linked, column, actor, asked, position)
            )
            return self._where_shown(cls, target, actor, asked.column, condition)
        relation = sa.inspect(cls).relationships[path[0]]
        (column,) = relation.local_columns
        local = sa.inspect(cls).get_property_by_column(column).key
        neighbour = aliased(relation.entity.class_)
        forms = self.policy.forms(relation.entity.class_, "read", actor)
        found = sa.exists().where(
            identity(neighbour) == getattr(target, local),
            forms.criterion(neighbour),
            self._filter(relation.entity.class_, neighbour, actor, asked, path[1:], position),
        )
        return self._where_shown(cls, target, actor, local, found)

    def _filter_of_link(self, linked: type[Record], column: Any, actor: Actor, asked: Condition, position: int) -> Any:
        """A neighbour that the viewer may not know of reads as none, and so it is filtered as none."""
        forms = self.policy.forms(linked, "read", actor)
        if forms.everything:
            return comparison(column, asked, position)
        neighbour = aliased(linked)
        found: Any = sa.select(sa.literal_column("1")).where(identity(neighbour) == column, forms.row_by_row(neighbour))
        # The OFFSET keeps PostgreSQL from asking about every neighbour there is, to look up the few that are met.
        known = sa.exists(found.correlate_except(neighbour).offset(sa.literal_column("0")))
        if asked.compare is Compare.IS_NULL and asked.value:
            return sa.or_(column.is_(None), sa.not_(known))
        return sa.and_(comparison(column, asked, position), known)

    def _where_shown(self, cls: type[Record], target: Any, actor: Actor, name: str, condition: Any) -> Any:
        """A filter on what a viewer may not see would tell it: it matches nothing there."""
        forms = self.policy.field_forms(cls, name, actor)
        return condition if forms is None else sa.and_(condition, forms.criterion(target))


@cache
def _linked(cls: type[Record], name: str) -> type[Record] | None:
    """The class of the neighbour that a column leads to; None for a plain value."""
    mapper = sa.inspect(cls)
    column = mapper.columns[name]
    links = (each for each in mapper.relationships if each.direction is RelationshipDirection.MANYTOONE)
    return next((each.mapper.class_ for each in links if each.local_columns == {column}), None)


def identity(target: Any) -> Any:
    """The id column of a class or an alias of it."""
    return target.id
