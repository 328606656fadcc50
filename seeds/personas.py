"""Accounts of a large world that see much or little of it, found by their memberships in any world."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

_SHARES = (0.0003, 0.001, 0.01, 0.1, 0.3)
_USUAL_LICENSES = 50  # public licenses in the group of an ordinary member


@dataclass(frozen=True)
class Persona:
    """An account to measure as; `groups` counts the groups it administers or, for a member, belongs to."""

    name: str
    user_id: UUID
    groups: int


# Accounts whose only membership is that of an admin, so that they see nothing else.
_ADMIN = """
    WITH sizes AS (
        SELECT ancestor_id AS group_id, count(*) AS groups FROM group_closure GROUP BY ancestor_id
    ), pure AS (
        SELECT min(user_id::text)::uuid AS user_id, min(group_id::text)::uuid AS group_id, min(role) AS role
        FROM memberships GROUP BY user_id HAVING count(*) = 1 AND min(state) = 'ACTIVE'
    )
    SELECT pure.user_id, sizes.groups
    FROM sizes JOIN groups ON groups.id = sizes.group_id JOIN pure ON pure.group_id = sizes.group_id
    WHERE pure.role = 'ADMIN' AND groups.kind <> 'ISV' AND (groups.level = 1 OR NOT :top)
    ORDER BY abs(sizes.groups - CAST(:share AS float) * (SELECT count(*) FROM groups)), pure.user_id LIMIT 1
"""
_PLAIN = """
    WITH shown AS (
        SELECT assigned_group_id AS group_id, count(*) AS licenses FROM licenses
        WHERE visibility = 'PUBLIC' AND assigned_group_id IS NOT NULL GROUP BY assigned_group_id
    ), pure AS (
        SELECT min(user_id::text)::uuid AS user_id, min(group_id::text)::uuid AS group_id, min(role) AS role
        FROM memberships GROUP BY user_id HAVING count(*) = 1 AND min(state) = 'ACTIVE'
    )
    SELECT pure.user_id, 1 AS groups FROM shown JOIN groups ON groups.id = shown.group_id
    JOIN pure ON pure.group_id = shown.group_id
    WHERE pure.role = 'MEMBER' AND groups.kind <> 'ISV'
    ORDER BY abs(shown.licenses - CAST(:usual AS int)), pure.user_id LIMIT 1
"""
_JOINER = """
    SELECT user_id, count(*) AS groups FROM memberships WHERE state = 'ACTIVE'
    GROUP BY user_id HAVING bool_and(role = 'MEMBER') ORDER BY count(*) DESC, user_id LIMIT 1
"""
_VENDOR = """
    SELECT id AS user_id, (SELECT count(*) FROM groups) AS groups FROM users
    WHERE is_isv_admin AND status = 'ACTIVE' ORDER BY id LIMIT 1
"""


async def personas(connection: AsyncConnection) -> list[Persona]:
    """Find the personas, from the vendor to the plain member; a small world may lack some of them."""
    searches: list[tuple[str, str, dict[str, float | bool]]] = [
        ("ISV admin", _VENDOR, {}),
        ("root-group admin", _ADMIN, {"share": 1.0, "top": True}),
        *((f"admin of {share * 100:g} % of the groups", _ADMIN, {"share": share, "top": False}) for share in _SHARES),
        ("plain member", _PLAIN, {"usual": _USUAL_LICENSES}),
        ("member of many groups", _JOINER, {}),
    ]
    result = []
    for name, statement, values in searches:
        row = (await connection.execute(sa.text(statement), values)).first()
        if row is not None:
            result.append(Persona(name, row.user_id, row.groups))
    return result
