"""Makes resolvers of the sources of fields: a value of the row, or a row loaded through a data loader of the snapshot."""

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
from schema.fields.ids import to_global_id
from schema.fields.list_arguments import page_query
from schema.fields.loaders import ListQuery
from schema.fields.selection import projection_of, row_selections
from schema.fields.sources import (
    AllowedActions,
    ByIds,
    Column,
    CustomResolver,
    DeniedActions,
    Derived,
    GlobalId,
    SqlExpression,
    ToMany,
    ToOne,
)
from store.db.base import Base

Resolver = Callable[..., Any]


def make_resolver(type_name: str, spec: FieldSpec) -> Resolver:
    """A resolver for graphql-core, made once when the schema is built; it returns values, rows or awaitables of rows."""
    match spec.source:
        case GlobalId():
            return lambda row, _info: to_global_id(type_name, row.id)
        case Column(name):
            return lambda row, _info: getattr(row, name)
        case SqlExpression(expression):
            return lambda row, _info: getattr(row, expression.name)
        case Derived(compute):
            return lambda row, _info: compute(row)
        case ToOne(keys):
            return _to_one(keys, is_interface=len({cls for _, cls in keys}) > 1)
        case ToMany(cls, None):
            return _all_readable(ENTITIES[cls.__name__])
        case ToMany():
            return _to_many(spec.source)
        case ByIds(cls, ids):
            return _by_ids(ENTITIES[cls.__name__], ids)
        case CustomResolver(resolver):
            return resolver
        case AllowedActions():
            return _allowed_actions(ENTITIES[type_name].cls)
        case DeniedActions():
            return _denied_actions(ENTITIES[type_name].cls)


def row_loader(info: ResolveInfo, entity: Entity, *, with_type_name: bool = False) -> Any:
    """The loader of the rows that a field selects; selections are analyzed once per operation."""
    context: Context = info.context
    key = (entity.name, *map(id, info.field_nodes))
    loader = context.plans.get(key)
    if loader is None:
        policy = context.access.view.policy
        projection = projection_of(info, info.field_nodes, entity, policy, with_type_name=with_type_name)
        loader = context.plans[key] = context.loaders.one(entity.cls, projection)
    return loader


def _to_one(keys: tuple[tuple[str, type[Base]], ...], *, is_interface: bool) -> Resolver:
    def resolve(row: Row, info: ResolveInfo) -> Any:
        for key, cls in keys:
            id_ = getattr(row, key)
            if id_ is not None:
                return row_loader(info, ENTITIES[cls.__name__], with_type_name=is_interface).load(id_)
        return None

    return resolve


def _to_many(source: ToMany) -> Resolver:
    entity = ENTITIES[source.cls.__name__]

    def plan(info: ResolveInfo, arguments: dict[str, Any]) -> tuple[ListQuery, Any]:
        context: Context = info.context
        query, projection = _page_query(info, entity, arguments)
        list_query = ListQuery(source.cls, source.link, query)
        return list_query, None if projection is None else context.loaders.page(list_query, projection)

    async def load_page(list_query: ListQuery, loader: Any, row: Row) -> Connection:
        return Connection(list_query, row.id, await loader.load(row.id))

    def resolve(row: Row, info: ResolveInfo, **arguments: Any) -> Any:
        key = ("list", *map(id, info.field_nodes))
        planned = info.context.plans.get(key)
        if planned is None:
            planned = info.context.plans[key] = plan(info, arguments)
        list_query, loader = planned
        return Connection(list_query, row.id, None) if loader is None else load_page(list_query, loader, row)

    return resolve


def _by_ids(entity: Entity, ids: Callable[[Any], list[Any]]) -> Resolver:
    async def resolve(parent: Any, info: ResolveInfo) -> list[Row]:
        rows = await row_loader(info, entity).load_many(ids(parent))
        return [row for row in rows if row is not None]

    return resolve


def _all_readable(entity: Entity) -> Resolver:
    async def resolve(_viewer: Any, info: ResolveInfo, **arguments: Any) -> Connection:
        query, projection = _page_query(info, entity, arguments)
        list_query = ListQuery(entity.cls, None, query)
        page = None if projection is None else await info.context.access.view.page(entity.cls, query, projection)
        return Connection(list_query, None, page)

    return resolve


def _page_query(info: ResolveInfo, entity: Entity, arguments: dict[str, Any]) -> tuple[Any, Projection | None]:
    """The page, and what to select of its rows; None if only their number is selected."""
    query = page_query(
        entity,
        first=arguments["first"],
        after=arguments.get("after"),
        where=arguments.get("where"),
        order_by=arguments.get("orderBy"),
    )
    nodes = row_selections(info, info.field_nodes, entity)
    return query, None if nodes is None else projection_of(info, nodes, entity, info.context.access.view.policy)


def _allowed_actions(cls: type[Base]) -> Resolver:
    def resolve(row: Row, info: ResolveInfo) -> list[str]:
        return [each for each in info.context.access.view.policy.actions(cls) if getattr(row, f"can_{each}")]

    return resolve


def _denied_actions(cls: type[Base]) -> Resolver:
    def resolve(row: Row, info: ResolveInfo) -> list[Denial]:
        policy = info.context.access.view.policy
        denied = (each for each in policy.actions(cls) if not getattr(row, f"can_{each}"))
        return [Denial(action=each, reason=denial_reason(policy, each, cls)) for each in denied]

    return resolve


@lru_cache(maxsize=1000)
def denial_reason(policy: Policy, action: str, cls: type[Base]) -> str:
    """Who may perform the action, in the words of the policy."""
    return " ".join(policy.descriptions(action, cls))
