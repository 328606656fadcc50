"""How a declared field gets its value in the ordinary execution: from its row, or through a loader of the snapshot."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from authz.lists.queries import Projection, Row
from authz.policy import Policy
from schema.actions import Denial
from schema.context import Context, ResolveInfo
from schema.fields.connections import Connection
from schema.fields.declare import FieldSpec
from schema.fields.entities import ENTITIES, Entity
from schema.fields.ids import encode
from schema.fields.list_arguments import page_of
from schema.fields.loaders import Listed
from schema.fields.selection import listed, want_of
from schema.fields.sources import Answered, Can, Cannot, Column, Computed, Derived, Identity, ToEach, ToMany, ToOne
from store.db.base import Base

Resolve = Callable[..., Any]


def resolver_of(type_name: str, marks: FieldSpec) -> Resolve:
    """A resolver for graphql-core, made once when the schema is built; a row or an awaitable of rows comes out."""
    match marks.source:
        case Identity():
            return lambda row, _info: encode(type_name, row.id)
        case Column(name):
            return lambda row, _info: getattr(row, name)
        case Computed(expression):
            return lambda row, _info: getattr(row, expression.name)
        case Derived(make):
            return lambda row, _info: make(row)
        case ToOne(keys):
            return _to_one(keys, mixed=len({cls for _, cls in keys}) > 1)
        case ToMany(cls, None):
            return _every(ENTITIES[cls.__name__])
        case ToMany():
            return _to_many(marks.source)
        case ToEach(cls, ids):
            return _to_each(ENTITIES[cls.__name__], ids)
        case Answered(answer):
            return answer
        case Can():
            return _can(ENTITIES[type_name].cls)
        case Cannot():
            return _cannot(ENTITIES[type_name].cls)


def _to_one(keys: tuple[tuple[str, type[Base]], ...], *, mixed: bool) -> Resolve:
    def resolve(row: Row, info: ResolveInfo) -> Any:
        for key, cls in keys:
            id_ = getattr(row, key)
            if id_ is not None:
                return one(info, ENTITIES[cls.__name__], named=mixed).load(id_)
        return None

    return resolve


def one(info: ResolveInfo, entity: Entity, *, named: bool = False) -> Any:
    """The loader of the rows that a field selects; what is selected is looked at once in an operation."""
    context: Context = info.context
    key = (entity.name, *map(id, info.field_nodes))
    loader = context.plans.get(key)
    if loader is None:
        projection = want_of(info, info.field_nodes, entity, context.access.view.policy, named=named)
        loader = context.plans[key] = context.loaders.one(entity.cls, projection)
    return loader


def _to_many(source: ToMany) -> Resolve:
    entity = ENTITIES[source.cls.__name__]

    def plan(info: ResolveInfo, arguments: dict[str, Any]) -> tuple[Listed, Any]:
        context: Context = info.context
        query, projection = _question(info, entity, arguments)
        found = Listed(source.cls, source.link, query)
        return found, None if projection is None else context.loaders.page(found, projection)

    async def page(found: Listed, loader: Any, row: Row) -> Connection:
        return Connection(found, row.id, await loader.load(row.id))

    def resolve(row: Row, info: ResolveInfo, **arguments: Any) -> Any:
        key = ("list", *map(id, info.field_nodes))
        planned = info.context.plans.get(key)
        if planned is None:
            planned = info.context.plans[key] = plan(info, arguments)
        found, loader = planned
        return Connection(found, row.id, None) if loader is None else page(found, loader, row)

    return resolve


def _to_each(entity: Entity, ids: Callable[[Any], list[Any]]) -> Resolve:
    async def resolve(parent: Any, info: ResolveInfo) -> list[Row]:
        rows = await one(info, entity).load_many(ids(parent))
        return [each for each in rows if each is not None]

    return resolve


def _every(entity: Entity) -> Resolve:
    async def resolve(_viewer: Any, info: ResolveInfo, **arguments: Any) -> Connection:
        query, projection = _question(info, entity, arguments)
        found = Listed(entity.cls, None, query)
        page = None if projection is None else await info.context.access.view.page(entity.cls, query, projection)
        return Connection(found, None, page)

    return resolve


def _question(info: ResolveInfo, entity: Entity, arguments: dict[str, Any]) -> tuple[Any, Projection | None]:
    query = page_of(
        entity,
        first=arguments["first"],
        after=arguments.get("after"),
        where=arguments.get("where"),
        order_by=arguments.get("orderBy"),
    )
    places = listed(info, info.field_nodes, entity)
    return query, None if places is None else want_of(info, places, entity, info.context.access.view.policy)


def _can(cls: type[Base]) -> Resolve:
    def resolve(row: Row, info: ResolveInfo) -> list[str]:
        return [each for each in info.context.access.view.policy.actions(cls) if getattr(row, f"can_{each}")]

    return resolve


def _cannot(cls: type[Base]) -> Resolve:
    def resolve(row: Row, info: ResolveInfo) -> list[Denial]:
        policy = info.context.access.view.policy
        denied = (each for each in policy.actions(cls) if not getattr(row, f"can_{each}"))
        return [Denial(action=each, reason=reason(policy, each, cls)) for each in denied]

    return resolve


@lru_cache(maxsize=1000)
def reason(policy: Policy, action: str, cls: type[Base]) -> str:
    """Who may do this, in the customer's words."""
    return " ".join(policy.sentences(action, cls))
