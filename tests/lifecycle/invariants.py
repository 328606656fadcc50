"""What must hold after every step: each invariant as a query for the rows that violate it."""

VIOLATIONS = {
    "a license has more counting activations than seats": """
        SELECT l.id FROM licenses l JOIN activations a ON a.license_id = l.id
        WHERE a.state IN ('PENDING', 'ACTIVE', 'RETURNING', 'WITHDRAWING')
        GROUP BY l.id, l.quantity HAVING count(*) > l.quantity""",
    "a container has two open operations": """
        SELECT container_id FROM activations WHERE state IN ('PENDING', 'RETURNING')
        GROUP BY container_id HAVING count(*) > 1""",
    "a license does not have exactly one owner": """
        SELECT id FROM licenses WHERE (owner_user_id IS NULL) = (owner_group_id IS NULL)""",
    "a license has more than one assignee": """
        SELECT id FROM licenses
        WHERE num_nonnulls(assigned_user_id, assigned_group_id, assigned_project_id) > 1""",
    "a time contingent is negative": "SELECT id FROM time_contingents WHERE days < 0",
    "a deleted container holds an activation": """
        SELECT a.id FROM activations a JOIN containers c ON c.id = a.container_id AND c.state = 'DELETED'
        WHERE a.state IN ('PENDING', 'ACTIVE', 'RETURNING', 'WITHDRAWING', 'BORROWED')""",
    "a seat is borrowed twice": """
        SELECT parent_id FROM activations WHERE state = 'BORROWED' GROUP BY parent_id HAVING count(*) > 1""",
    "a deleted group still has content": """
        SELECT g.id FROM groups g WHERE g.deleted_at IS NOT NULL AND (
            EXISTS (SELECT FROM licenses l WHERE g.id IN (l.owner_group_id, l.assigned_group_id))
            OR EXISTS (SELECT FROM memberships m WHERE m.group_id = g.id AND m.state = 'ACTIVE')
            OR EXISTS (SELECT FROM users u WHERE u.home_group_id = g.id AND u.status <> 'ERASED')
            OR EXISTS (SELECT FROM projects p WHERE p.group_id = g.id)
            OR EXISTS (SELECT FROM invitations i WHERE i.group_id = g.id AND i.state = 'PENDING')
            OR EXISTS (SELECT FROM category_grants c WHERE c.scope_group_id = g.id AND c.state = 'ACTIVE'))""",
    "a project lacks a published revision": """
        SELECT p.id FROM projects p LEFT JOIN project_revisions r ON r.project_id = p.id
        GROUP BY p.id, p.revision HAVING count(r.number) <> p.revision OR coalesce(max(r.number), 0) <> p.revision""",
    "a virtual container is bound to an unpublished revision": """
        SELECT v.id FROM virtual_containers v JOIN projects p ON p.id = v.project_id
        WHERE v.bound_revision > p.revision""",
    "the group closure differs from the tree": """
        WITH RECURSIVE tree(ancestor_id, descendant_id, depth) AS (
            SELECT id, id, 0 FROM groups WHERE deleted_at IS NULL
            UNION ALL
            SELECT g.parent_id, r.descendant_id, r.depth + 1
            FROM tree r JOIN groups g ON g.id = r.ancestor_id WHERE g.parent_id IS NOT NULL
        ), stored AS (SELECT ancestor_id, descendant_id, depth FROM group_closure)
        (SELECT ancestor_id FROM tree r WHERE (r.ancestor_id, r.descendant_id, r.depth) NOT IN (SELECT * FROM stored))
        UNION ALL
        (SELECT ancestor_id FROM stored k WHERE (k.ancestor_id, k.descendant_id, k.depth) NOT IN (SELECT * FROM tree))""",
}

ALL_VIOLATIONS = " UNION ALL ".join(
    f"SELECT '{name}' AS violation, id::text FROM ({query}) AS violating(id)" for name, query in VIOLATIONS.items()
)
"""All queries in one statement, because it is executed after every step."""
