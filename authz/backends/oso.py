"""Oso as the reference: it interprets the same policy over loaded rows, and verification compares its answers with ours.

The only module that imports oso, which has no wheel for every platform: the portal runs without it (docs/decisions/0002).
"""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import DeclarativeBase

from authz.polar.errors import Location, PolicyError

try:
    from oso import Oso

    AVAILABLE = True
except ImportError:  # no wheel for this platform
    AVAILABLE = False

_ENTRY = "\nallow(actor, action, resource) if has_permission(actor, action, resource);\n"
_NO_FIELD_RULES = "\nallow_field(_, _, _, _) if false;\n"


class OsoMissing(Exception):
    """Oso is not installed."""


class Reference:
    """A policy as Oso interprets it, for one actor and one row at a time.

    Raises OsoMissing where Oso is not installed.
    """

    def __init__(self, text: str, classes: Sequence[type[DeclarativeBase]]) -> None:
        if not AVAILABLE:
            message = "oso is not installed; verify on Linux x86-64 or macOS with Python 3.11 or 3.12"
            raise OsoMissing(message)
        self._oso: Any = Oso()
        register: Any = self._oso.register_class
        for cls in classes:
            register(cls)
        self._oso.load_str(text + _ENTRY + ("" if "allow_field(" in text else _NO_FIELD_RULES))

    def is_allowed(self, actor: Any, action: str, resource: Any) -> bool:
        """Whether the actor has the permission on the row; the relationships of both must be loaded."""
        return bool(self._oso.is_allowed(actor, action, resource))

    def is_field_allowed(self, actor: Any, action: str, resource: Any, field: str) -> bool:
        """Whether the actor may see a protected column of the row."""
        return bool(self._oso.query_rule_once("allow_field", actor, action, resource, field))

    def is_public(self, action: str, resource: Any, field: str) -> bool:
        """Whether callers without an account may see a column of the row."""
        return bool(self._oso.query_rule_once("allow_anonymous", action, resource, field))


def check_with_oso(text: str, classes: Sequence[type[DeclarativeBase]], file: str) -> None:
    """Load the policy into Oso too, where it is installed. Raises PolicyError with the line that Oso rejects."""
    if not AVAILABLE:
        return
    try:
        Reference(text, classes)
    except Exception as problem:
        message = str(problem)
        line = re.search(r"at line (\d+)", message)
        location = Location(file, int(line[1]) if line else 1)
        raise PolicyError((location, f"Oso says: {message.splitlines()[0]}")) from problem
