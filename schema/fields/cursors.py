"""Cursors of lists: opaque texts that contain the list's class and order, the value of the order column and the row's ID."""

import base64
import binascii
import json
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from authz.lists.queries import Row, SortOrder
from schema.fields.scalars import parse_instant, valid_text
from store.db.base import Base
from store.errors import BadInput

_MAX_LENGTH = 4000
_LARGEST_INT = 2**63 - 1


def encode_cursor(cls: type[Base], order: SortOrder, row: Row) -> str:
    """The position of a row in a list of its class in this order."""
    value = getattr(row, order.column)
    parts = [*_list_key(cls, order), value.isoformat() if isinstance(value, datetime) else value, row.id.hex]
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).rstrip(b"=").decode()


def decode_cursor(cls: type[Base], order: SortOrder, text: str) -> tuple[Any, UUID]:
    """The value of the order column and the row's ID; raises BadInput for a malformed cursor or one of another list."""
    if len(text) > _MAX_LENGTH:
        raise BadInput("malformed cursor")
    try:
        parts = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        *key, value, id_ = parts
        if all(isinstance(part, str) for part in key) and key != _list_key(cls, order):
            raise BadInput("the cursor belongs to another list or another order")
        return _typed(sa.inspect(cls).columns[order.column].type.python_type, value), UUID(hex=id_)
    except (binascii.Error, ValueError, TypeError, AttributeError, RecursionError):
        raise BadInput("malformed cursor") from None


def _list_key(cls: type[Base], order: SortOrder) -> list[str]:
    return [cls.__name__, order.column, "desc" if order.descending else "asc"]


def _typed(python_type: type, value: Any) -> Any:
    if python_type is datetime and isinstance(value, str):
        return parse_instant(value)
    if python_type is int and type(value) is int and abs(value) <= _LARGEST_INT:
        return value
    if python_type is str and isinstance(value, str):
        return valid_text(value)
    raise BadInput("malformed cursor")
