"""Hand-written SQL for the list of licenses: several statements, each of which is the fastest one for some accounts.

Every statement returns what "read" on License in policies.polar allows: eight branches for accounts that do not belong to
the vendor's staff, and no condition for an ISV admin. $1 is the viewer, $2 the number of rows, $3 and $4 are the time and
the ID of the cursor, if there is one.
"""

import re
from collections.abc import Mapping

COLUMNS = (
    "assigned_group_id",
    "assigned_project_id",
    "assigned_user_id",
    "created_at",
    "expires_at",
    "id",
    "lifecycle",
    "model",
    "product_id",
    "quantity",
    "visibility",
)

_KEY_SETS = """
    administered AS {materialized} (
        SELECT DISTINCT c.descendant_id AS id FROM memberships m JOIN group_closure c ON c.ancestor_id = m.group_id
        WHERE m.user_id = $1 AND m.role = 'ADMIN' AND m.state = 'ACTIVE'
    ), joined AS {materialized} (
        SELECT group_id AS id FROM memberships WHERE user_id = $1 AND state = 'ACTIVE'
    ), prepared AS {materialized} (
        SELECT p.id FROM projects p JOIN administered a ON a.id = p.group_id
        UNION SELECT project_id FROM project_participants WHERE user_id = $1 AND role = 'ADMIN'
    ), on_site AS {materialized} (
        SELECT p.id FROM projects p JOIN project_participants pp ON pp.project_id = p.id
        WHERE pp.user_id = $1 AND pp.role = 'ON_SITE' AND p.revision >= 1
    )
"""
_BRANCHES = (
    ("owner_group_id", "administered", "true"),
    ("assigned_group_id", "administered", "true"),
    ("assigned_group_id", "joined", "l.visibility = 'PUBLIC'"),
    ("assigned_project_id", "prepared", "true"),
    ("assigned_project_id", "on_site", "l.visibility = 'PUBLIC'"),
)
_OWNER_COLUMNS = ("assigned_user_id", "owner_user_id")
_ORDER = "ORDER BY l.created_at DESC, l.id DESC LIMIT $2"

_EXISTS = """(
    l.assigned_user_id = $1 OR l.owner_user_id = $1
    OR EXISTS (SELECT FROM memberships m JOIN group_closure c ON c.ancestor_id = m.group_id
        WHERE m.user_id = $1 AND m.role = 'ADMIN' AND m.state = 'ACTIVE'
        AND c.descendant_id IN (l.owner_group_id, l.assigned_group_id))
    OR l.assigned_project_id IS NOT NULL AND EXISTS (SELECT FROM projects p
        JOIN group_closure c ON c.descendant_id = p.group_id JOIN memberships m ON m.group_id = c.ancestor_id
        WHERE p.id = l.assigned_project_id AND m.user_id = $1 AND m.role = 'ADMIN' AND m.state = 'ACTIVE')
    OR l.assigned_project_id IS NOT NULL AND EXISTS (SELECT FROM project_participants pp
        WHERE pp.project_id = l.assigned_project_id AND pp.user_id = $1 AND pp.role = 'ADMIN')
    OR l.visibility = 'PUBLIC' AND (
        EXISTS (SELECT FROM memberships m
            WHERE m.user_id = $1 AND m.group_id = l.assigned_group_id AND m.state = 'ACTIVE')
        OR l.assigned_project_id IS NOT NULL AND EXISTS (SELECT FROM project_participants pp JOIN projects p ON p.id = pp.project_id
            WHERE p.id = l.assigned_project_id AND p.revision >= 1 AND pp.user_id = $1 AND pp.role = 'ON_SITE'))
)"""


def pages(*, after: bool, everything: bool = False, where: str = "true") -> Mapping[str, str]:
    """Return the statements for a page, by name; `where` is an additional filter."""
    condition = f"{where} AND (l.created_at, l.id) < ($3, $4)" if after else where
    columns = ", ".join(f"l.{column}" for column in COLUMNS)
    if everything:
        return {"ordered walk": f"SELECT {columns} FROM licenses l WHERE $1::uuid IS NOT NULL AND {condition} {_ORDER}"}
    return {
        "walk": f"SELECT {columns} FROM licenses l WHERE {_EXISTS} AND {condition} {_ORDER}",
        "walk, row by row": f"SELECT {columns} FROM licenses l WHERE {_row_by_row()} AND {condition} {_ORDER}",
        "hash walk": f"WITH {_key_sets()} SELECT {columns} FROM licenses l WHERE {_in_key_sets()} AND {condition} {_ORDER}",
        "hash walk, sets materialized": (
            f"WITH {_key_sets(materialized=True)} SELECT {columns} FROM licenses l WHERE {_in_key_sets()} AND {condition} {_ORDER}"
        ),
        "probe": _merged(columns, [*_owned(condition, limited=True), *_probes(condition)]),
        "fan": _merged(columns, [*_owned(condition, limited=True), *_fans(condition)]),
    }


def counts(*, everything: bool = False, where: str = "true") -> Mapping[str, str]:
    """Return the statements for a count up to $2, by name."""

    def count(rows: str) -> str:
        return f"SELECT count(*) FROM ({rows} LIMIT $2) l"

    if everything:
        return {"rows": count(f"SELECT FROM licenses l WHERE $1::uuid IS NOT NULL AND {where}")}
    union = "\nUNION ".join([*_owned(where), *_probes(where)])
    in_key_sets = count(f"SELECT FROM licenses l WHERE {_in_key_sets()} AND {where}")
    return {
        "walk": count(f"SELECT FROM licenses l WHERE {_EXISTS} AND {where}"),
        "hash walk": f"WITH {_key_sets()} {in_key_sets}",
        "probe": f"WITH {_key_sets(materialized=True)} {count(f'SELECT FROM ({union}) l')}",
    }


def _row_by_row() -> str:
    """Add an OFFSET, which keeps PostgreSQL from turning a test of one row into a hash of all rows."""
    return re.sub(r"(EXISTS \((?:[^()]|\([^()]*\))*)\)", r"\1 OFFSET 0)", _EXISTS)


def _key_sets(*, materialized: bool = False) -> str:
    return _KEY_SETS.format(materialized="MATERIALIZED" if materialized else "NOT MATERIALIZED")


def _in_key_sets() -> str:
    tests = [f"l.{column} = $1" for column in _OWNER_COLUMNS]
    tests += [f"(l.{link} IN (SELECT id FROM {keys}) AND {local})" for link, keys, local in _BRANCHES]
    return f"({' OR '.join(tests)})"


def _owned(condition: str, *, limited: bool = False) -> list[str]:
    end = _ORDER if limited else ""
    return [
        f"(SELECT l.id, l.created_at FROM licenses l WHERE l.{column} = $1 AND {condition} {end})"
        for column in _OWNER_COLUMNS
    ]


def _probes(condition: str) -> list[str]:
    return [
        f"(SELECT l.id, l.created_at FROM {keys} k JOIN licenses l ON l.{link} = k.id WHERE {local} AND {condition})"
        for link, keys, local in _BRANCHES
    ]


def _fans(condition: str) -> list[str]:
    return [
        f"(SELECT page.id, page.created_at FROM {keys} k CROSS JOIN LATERAL ("
        f"SELECT l.id, l.created_at FROM licenses l WHERE l.{link} = k.id AND {local} AND {condition} {_ORDER}) page)"
        for link, keys, local in _BRANCHES
    ]


def _merged(columns: str, branches: list[str]) -> str:
    union = "\nUNION ".join(branches)
    return (
        f"WITH {_key_sets(materialized=True)}, found AS (SELECT l.id, l.created_at FROM ({union}) l {_ORDER})\n"
        f"SELECT {columns} FROM found JOIN licenses l USING (id) ORDER BY l.created_at DESC, l.id DESC"
    )
