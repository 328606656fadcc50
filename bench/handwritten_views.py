"""The queries of `bench/views.py` as one SQL statement each, which returns the JSON of the whole response."""

VIEWER = """SELECT u.is_isv_admin FROM access_tokens t JOIN users u ON u.id = t.user_id
    WHERE t.hash = $1 AND t.revoked_at IS NULL AND t.expires_at > now() AND u.status = 'ACTIVE'"""

BUSY_GROUP = """SELECT g.id FROM groups g
    ORDER BY least(5, (SELECT count(*) FROM groups c WHERE c.parent_id = g.id)) DESC,
    least(100, (SELECT count(*) FROM licenses l WHERE l.owner_group_id = g.id)) DESC, g.id LIMIT 1"""
"""Finds a group with child groups and a full page of licenses."""
LICENSE_WITH_HISTORY = """SELECT license_id FROM audit_entries WHERE license_id IN (SELECT license_id FROM activations)
    GROUP BY license_id ORDER BY count(*) DESC, license_id LIMIT 1"""
"""Finds a license with activations and audit entries."""


def _id(kind: str, column: str) -> str:
    """Return the SQL expression of a global ID."""
    return f"translate(rtrim(encode(convert_to('{kind}:' || {column}, 'UTF8'), 'base64'), '='), '+/', '-_')"


LICENSES = f"""
SELECT json_build_object('viewer', json_build_object('licenses', json_build_object('nodes', json_agg(json_build_object(
    'id', {_id("License", "l.id")}, 'model', l.model, 'quantity', l.quantity, 'visibility', l.visibility,
    'product', json_build_object('id', {_id("Product", "p.id")}, 'name', p.name),
    'group', CASE WHEN g.id IS NOT NULL THEN json_build_object('id', {_id("Group", "g.id")}, 'name', g.name) END,
    'activations', json_build_object('nodes', coalesce(a.nodes, '[]'))
) ORDER BY l.created_at DESC, l.id DESC))))::text
FROM (SELECT * FROM licenses ORDER BY created_at DESC, id DESC LIMIT 50) l
JOIN products p ON p.id = l.product_id
LEFT JOIN groups g ON g.id = coalesce(l.assigned_group_id, l.owner_group_id)
LEFT JOIN LATERAL (
    SELECT json_agg(json_build_object('deviceLabel', s.device_label,
        'container', json_build_object('id', {_id("Container", "c.id")}, 'name', c.name))) AS nodes
    FROM (SELECT * FROM activations WHERE license_id = l.id ORDER BY created_at DESC, id DESC LIMIT 1) s
    JOIN containers c ON c.id = s.container_id
) a ON true
"""

GROUP = f"""
SELECT json_build_object('node', json_build_object(
    'name', g.name,
    'children', json_build_object('nodes', coalesce((
        SELECT json_agg(json_build_object('id', {_id("Group", "c.id")}, 'name', c.name,
            'memberships', json_build_object('totalCount', (SELECT count(*) FROM memberships m WHERE m.group_id = c.id))
        ) ORDER BY c.created_at DESC, c.id DESC)
        FROM (SELECT * FROM groups WHERE parent_id = g.id ORDER BY created_at DESC, id DESC LIMIT 20) c), '[]')),
    'licenses', json_build_object('nodes', coalesce((
        SELECT json_agg(json_build_object('id', {_id("License", "l.id")}, 'quantity', l.quantity, 'visibility', l.visibility,
            'activations', json_build_object('nodes', coalesce((
                SELECT json_agg(json_build_object('state', a.state, 'deviceLabel', a.device_label)
                    ORDER BY a.created_at DESC, a.id DESC)
                FROM (SELECT * FROM activations WHERE license_id = l.id ORDER BY created_at DESC, id DESC LIMIT 2) a), '[]'))
        ) ORDER BY l.created_at DESC, l.id DESC)
        FROM (SELECT * FROM licenses WHERE owner_group_id = g.id ORDER BY created_at DESC, id DESC LIMIT 100) l), '[]'))
))::text FROM groups g WHERE g.id = $1
"""

LICENSE = f"""
SELECT json_build_object(
    'node', json_build_object('id', {_id("License", "l.id")}, 'model', l.model, 'quantity', l.quantity,
        'product', json_build_object('name', p.name),
        'activations', json_build_object('nodes', coalesce((
            SELECT json_agg(json_build_object('id', {_id("Activation", "a.id")}, 'state', a.state,
                'deviceLabel', a.device_label, 'container', json_build_object('name', c.name))
                ORDER BY a.created_at DESC, a.id DESC)
            FROM (SELECT * FROM activations WHERE license_id = l.id ORDER BY created_at DESC, id DESC LIMIT 50) a
            JOIN containers c ON c.id = a.container_id), '[]'))),
    'viewer', json_build_object('auditEntries', json_build_object('nodes', coalesce((
        SELECT json_agg(json_build_object('number', e.number, 'action', e.action,
            'actor', CASE WHEN u.id IS NOT NULL THEN json_build_object('name', u.name) END) ORDER BY e.number DESC)
        FROM (SELECT * FROM audit_entries WHERE license_id = l.id ORDER BY number DESC LIMIT 20) e
        LEFT JOIN users u ON u.id = e.actor_id), '[]')))
)::text FROM licenses l JOIN products p ON p.id = l.product_id WHERE l.id = $1
"""
