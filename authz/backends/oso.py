"""Oso, asked about loaded rows: what the policy means, for tests and for the verification of a running portal.

The only module that imports oso. It has no wheel for every machine; the portal runs without it (docs/decisions/0002).
"""

import re
from collections.abc import Sequence
from typing import Any

from authz.polar.errors import Location, PolicyError
from store.db.base import Base

try:
    from oso import Oso

    AVAILABLE = True
except ImportError:  # no wheel for this machine
    AVAILABLE = False

_ENTRY = "\nallow(actor, action, resource) if has_permission(actor, action, resource);\n"


class ReferenceMissing(Exception):
    """Oso is not installed here."""


class Reference:
    """The policy, interpreted by Oso for one actor and one row at a time."""

    def __init__(self, text: str, classes: Sequence[type[Base]]) -> None:
        if not AVAILABLE:
            message = "oso has no wheel for this machine; verify on Linux x86-64 or macOS with Python 3.11 or 3.12"
            raise ReferenceMissing(message)
        self._oso: Any = Oso()
        register: Any = self._oso.register_class
        for cls in classes:
            register(cls)
        has_fields = "allow_field(" in text
        self._oso.load_str(text + _ENTRY + ("" if has_fields else "\nallow_field(_, _, _, _) if false;\n"))

    def is_allowed(self, actor: Any, action: str, resource: Any) -> bool:
        """Whether the actor has the permission; both with their neighbours loaded."""
        return bool(self._oso.is_allowed(actor, action, resource))

    def is_field_allowed(self, actor: Any, action: str, resource: Any, field: str) -> bool:
        """Whether the actor may see a protected column of a row."""
        return bool(self._oso.query_rule_once("allow_field", actor, action, resource, field))


def witness(text: str, classes: Sequence[type[Base]], file: str) -> None:
    """Have Oso read the text too, where it is installed. Raises PolicyRefused with the line that Oso complains of."""
    if Oso is None:
        return
    try:
        Reference(text, classes)
    except Exception as problem:
        said = str(problem)
        line = re.search(r"at line (\d+)", said)
        raise PolicyError(
            (Location(file, int(line[1]) if line else 1), f"Oso says: {said.splitlines()[0]}"),
        ) from problem
