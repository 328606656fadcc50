"""What a CHECK cannot say: the audit trail is only added to, a vendor keeps an administrator, clouds come by themselves."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("audit_entries", "decision_entries", "project_revisions")

UPGRADE = (
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is only added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$
    """,
    *(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in APPEND_ONLY
    ),
    # Two administrators who remove each other at the same time wait for one another here.
    """
    CREATE FUNCTION keep_an_isv_admin() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtext('portal.isv_admin'));
        IF NOT EXISTS (SELECT FROM users WHERE is_isv_admin AND status = 'ACTIVE') THEN
            RAISE EXCEPTION 'the last active ISV admin stays' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'keep_an_isv_admin';
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE CONSTRAINT TRIGGER keep_an_isv_admin_updated AFTER UPDATE OF is_isv_admin, status ON users
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
        WHEN (OLD.is_isv_admin AND OLD.status = 'ACTIVE' AND NOT (NEW.is_isv_admin AND NEW.status = 'ACTIVE'))
        EXECUTE FUNCTION keep_an_isv_admin()
    """,
    """
    CREATE CONSTRAINT TRIGGER keep_an_isv_admin_deleted AFTER DELETE ON users
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
        WHEN (OLD.is_isv_admin AND OLD.status = 'ACTIVE')
        EXECUTE FUNCTION keep_an_isv_admin()
    """,
    """
    CREATE FUNCTION require_cloud_of_user() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM users WHERE id = NEW.id) AND NOT EXISTS (
            SELECT FROM containers WHERE owner_user_id = NEW.id AND state <> 'DELETED'
            AND type = CASE NEW.kind WHEN 'TECHNICAL' THEN 'TECHNICAL_CLOUD' ELSE 'PERSONAL_CLOUD' END
        ) THEN
            RAISE EXCEPTION 'user % has no cloud container', NEW.id USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE CONSTRAINT TRIGGER has_cloud AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION require_cloud_of_user()
    """,
    """
    CREATE FUNCTION require_cloud_of_group() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM groups WHERE id = NEW.id) AND NOT EXISTS (
            SELECT FROM containers WHERE owner_group_id = NEW.id AND type = 'GROUP_CLOUD' AND state <> 'DELETED'
        ) THEN
            RAISE EXCEPTION 'group % has no cloud container', NEW.id USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE CONSTRAINT TRIGGER has_cloud AFTER INSERT ON groups DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION require_cloud_of_group()
    """,
)


def upgrade() -> None:
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    for table in APPEND_ONLY:
        op.execute(f"DROP TRIGGER append_only ON {table}")
    for trigger, table in (
        ("keep_an_isv_admin_updated", "users"),
        ("keep_an_isv_admin_deleted", "users"),
        ("has_cloud", "users"),
        ("has_cloud", "groups"),
    ):
        op.execute(f"DROP TRIGGER {trigger} ON {table}")
    for function in ("refuse_change", "keep_an_isv_admin", "require_cloud_of_user", "require_cloud_of_group"):
        op.execute(f"DROP FUNCTION {function}")
