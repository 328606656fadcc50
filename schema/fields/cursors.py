"""Places in a list, as opaque words: the order they belong to, the value there, and the row."""

import base64
import binascii
import json
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from authz.lists.queries import Row, SortOrder
from schema.fields.scalars import clean, instant
from store.db.base import Base
from store.errors import BadInput

_LONGEST = 4000
_LARGEST = 2**63 - 1


def cursor(cls: type[Base], order: SortOrder, row: Row) -> str:
    """Where a row stands in a list of its class in this order."""
    value = getattr(row, order.column)
    words = [*_list(cls, order), value.isoformat() if isinstance(value, datetime) else value, row.id.hex]
    return base64.urlsafe_b64encode(json.dumps(words, separators=(",", ":")).encode()).rstrip(b"=").decode()


def place(cls: type[Base], order: SortOrder, text: str) -> tuple[Any, UUID]:
    """The value and the id behind a cursor; one of another list, or one that nobody gave out, is refused."""
    if len(text) > _LONGEST:
        raise BadInput("this is no cursor")
    try:
        words = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        *known, value, id_ = words
        if all(isinstance(each, str) for each in known) and known != _list(cls, order):
            raise BadInput("this cursor is of another list or another order")
        return _typed(sa.inspect(cls).columns[order.column].type.python_type, value), UUID(hex=id_)
    except (binascii.Error, ValueError, TypeError, AttributeError, RecursionError):
        raise BadInput("this is no cursor") from None


def _list(cls: type[Base], order: SortOrder) -> list[str]:
    return [cls.__name__, order.column, "desc" if order.descending else "asc"]


def _typed(kind: type, value: Any) -> Any:
    if kind is datetime and isinstance(value, str):
        return instant(value)
    if kind is int and type(value) is int and abs(value) <= _LARGEST:
        return value
    if kind is str and isinstance(value, str):
        return clean(value)
    raise BadInput("this is no cursor")
