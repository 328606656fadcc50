"""The constraints of the database: invalid rows are refused, whatever the code does."""

import json
from uuid import UUID

import pytest
import sqlalchemy as sa

from seeds.cast import (
    ANN,
    BEA,
    IDA,
    SAM,
    SERVER,
    TOM,
    Containers,
    Groups,
    Licenses,
    Products,
    Projects,
    Tickets,
    VirtualContainers,
    cloud_of,
    named,
)
from store.db.database import Database
from store.db.registry import Base

NEW = UUID(int=1)
WAITING = named("order", "waiting")


def again(table: str, where: str, **changes: object) -> str:
    """The statement that inserts a copy of a row with another id and changed values."""
    record = json.dumps({"id": NEW} | changes, default=str)
    copied = f"(jsonb_populate_record(original, '{record}')).*"
    return f"INSERT INTO {table} SELECT {copied} FROM {table} AS original WHERE {where}"


def changed(table: str, row: UUID, change: str) -> str:
    return f"UPDATE {table} SET {change} WHERE id = '{row}'"


ONES, TWOS = "\\x" + "01" * 32, "\\x" + "02" * 32
LAST_ENTRY = "number = (SELECT max(number) FROM audit_entries)"
DECISION = (
    "INSERT INTO decision_entries (id, number, at, action, resource_type, allowed, policy_hash, previous_hash, hash)"
    " VALUES (gen_random_uuid(), {number}, now(), 'read', 'License', true, '', sha256('{previous}'), {hash})"
)
DECISIONS = DECISION.format(number=1, previous="a", hash="sha256('b')") + ";"
TOKEN = (
    "INSERT INTO access_tokens (id, user_id, name, hash, expires_at)"
    f" SELECT gen_random_uuid(), '{TOM.id}', 'x', {{hash}}, now() FROM generate_series(1, 2)"
)
LONG_KEY = (
    "INSERT INTO idempotency_keys (actor_id, key, operation, fingerprint)"
    f" VALUES ('{TOM.id}', repeat('x', 201), '', '')"
)
DEVICE = (
    "INSERT INTO container_devices (id, container_id, user_id, label, generation, expires_at)"
    f" SELECT gen_random_uuid(), '{Containers.TOM_LAPTOP}', '{TOM.id}', 'x', 1, now() FROM generate_series(1, 2)"
)
DELIVERY = (
    "INSERT INTO deliveries (id, notification_id, channel)"
    " SELECT gen_random_uuid(), min(id::text)::uuid, 'EMAIL' FROM notifications, generate_series(1, 2) AS n GROUP BY n"
)
EMAIL = (
    "INSERT INTO outgoing_mail (id, email, kind, sent_at, secret)"
    " VALUES (gen_random_uuid(), '{email}', 'CONFIRMATION', {sent}, {secret})"
)
CONFIRMATION = (
    "INSERT INTO confirmations (id, email, password_hash, token_hash, expires_at)"
    " SELECT gen_random_uuid(), '{email}', {password}, {hash}, now() FROM generate_series(1, {times})"
)
CLOUD = "INSERT INTO containers (id, type, serial, {owner}) VALUES ('{id}', '{type}', 'x', '{value}')"
TOMS_RULE = named("rule", "Tom")
RESTORE = named("restore", "the lost dongle")
PENDING = named("invitation", f"{SAM.email} {Groups.BOLT}")
BEAS_BOLT = named("membership", f"{BEA.login} BOLT")
SHOP_ORDER = named("order", "from the shop")
GRANT = named("grant", "Rex Trials")
PIA_IN_HAMBURG = named("participant", f"pia@planning.example {Projects.HAMBURG}")
ACTIVE = named("activation", f"{Licenses.TOM_CAD} {cloud_of(TOM.id)}")

# The name of a constraint, what it requires, and a statement that violates it.
REFUSED = (
    ("ck_portals_is_only", "the portal's settings are one row", "UPDATE portals SET is_only = false"),
    ("uq_portals_is_only", "there is one portal", again("portals", "true")),
    ("uq_brandings_host", "a host has one branding", "UPDATE brandings SET host = 'same.example'"),
    # Accounts
    (
        "ck_users_email_is_lowercase",
        "an email address is lowercase",
        changed("users", TOM.id, "email = 'Tom@acme.example'"),
    ),
    ("ck_users_email_is_lowercase", "an email address has an @", changed("users", TOM.id, "email = 'tom'")),
    ("uq_users_email", "an address has one account", changed("users", TOM.id, f"email = '{ANN.email}'")),
    ("ck_users_kind_matches_columns", "a person has an email address", changed("users", TOM.id, "email = NULL")),
    (
        "ck_users_kind_matches_columns",
        "a person has no home group",
        changed("users", TOM.id, f"home_group_id = '{Groups.ACME}'"),
    ),
    (
        "ck_users_kind_matches_columns",
        "a technical user has a home group",
        changed("users", SERVER.id, "home_group_id = NULL"),
    ),
    (
        "ck_users_kind_matches_columns",
        "a technical user has no password",
        changed("users", SERVER.id, "password_hash = 'x'"),
    ),
    (
        "ck_users_kind_matches_columns",
        "a technical user is not an ISV admin",
        changed("users", SERVER.id, "is_isv_admin = true"),
    ),
    ("ck_access_tokens_hash_is_sha256", "a token is stored as a hash", TOKEN.format(hash="'lp_text'")),
    ("uq_access_tokens_hash", "a token belongs to one account", TOKEN.format(hash="sha256('x')")),
    (
        "uq_memberships_user_id_group_id",
        "a user has one membership in a group",
        changed("memberships", BEAS_BOLT, f"group_id = '{Groups.BERLIN}'"),
    ),
    (
        "ck_invitations_email_is_lowercase",
        "an invited address is lowercase",
        changed("invitations", PENDING, "email = 'A@b'"),
    ),
    (
        "uq_invitations_pending",
        "an address has one pending invitation to a group",
        again("invitations", f"id = '{PENDING}'", token_hash="\\x01"),
    ),
    ("uq_invitations_token_hash", "an invitation has its own token", "UPDATE invitations SET token_hash = 'x'"),
    ("ck_idempotency_keys_key_is_short", "a key has at most 200 characters", LONG_KEY),
    # Groups
    ("ck_groups_level_within_tree", "there is no eleventh level", changed("groups", Groups.LAB, "level = 11")),
    ("ck_groups_only_top_is_level_one", "only the top is level one", changed("groups", Groups.LAB, "level = 1")),
    (
        "fk_groups_parent_id_parent_level",
        "the level follows that of the parent",
        changed("groups", Groups.LAB, "level = 5"),
    ),
    (
        "fk_groups_parent_id_parent_level",
        "a group is not below itself",
        changed("groups", Groups.ACME, f"parent_id = '{Groups.LAB}'"),
    ),
    ("ck_groups_name_is_not_blank", "the name of a group is not blank", changed("groups", Groups.LAB, "name = '  '")),
    (
        "ck_group_closure_self_has_depth_zero",
        "only the group itself has depth zero",
        "UPDATE group_closure SET depth = 0",
    ),
    (
        "ck_group_closure_depth_within_tree",
        "no group is ten levels below another",
        "UPDATE group_closure SET depth = 10 WHERE depth = 3",
    ),
    # Products and orders
    ("uq_categories_name", "the name of a category is unique", "UPDATE categories SET name = 'same'"),
    (
        "ck_products_codes_are_positive",
        "product codes are positive",
        changed("products", Products.CAD, "product_code = 0"),
    ),
    (
        "uq_products_firm_code_product_code",
        "a code belongs to one product",
        changed("products", Products.CAD, "product_code = 1002"),
    ),
    ("ck_features_code_is_not_negative", "a feature code is not negative", "UPDATE features SET code = -1"),
    ("uq_features_product_id_code", "a code belongs to one feature of a product", "UPDATE features SET code = 1"),
    (
        "ck_category_grants_grants_a_verb",
        "a grant has a verb",
        changed("category_grants", GRANT, "can_create = false, can_modify = false"),
    ),
    (
        "ck_category_grants_bounds_are_positive",
        "a bound is positive",
        changed("category_grants", GRANT, "max_days = 0"),
    ),
    (
        "ck_category_grants_revoked_has_instant",
        "a revoked grant has a time",
        changed("category_grants", GRANT, "state = 'REVOKED'"),
    ),
    (
        "ck_license_orders_quantity_is_positive",
        "an order has a quantity",
        changed("license_orders", SHOP_ORDER, "quantity = 0"),
    ),
    (
        "ck_license_orders_rejected_has_reason",
        "a rejected order has a reason",
        changed("license_orders", SHOP_ORDER, "state = 'REJECTED'"),
    ),
    (
        "uq_license_orders_source_external_ref",
        "an external reference belongs to one order",
        again("license_orders", f"id = '{SHOP_ORDER}'"),
    ),
    (
        "ck_time_contingents_days_are_not_negative",
        "the days of a contingent are not negative",
        "UPDATE time_contingents SET days = -1",
    ),
    (
        "uq_time_contingents_group_id_product_id",
        "a group has one contingent for a product",
        f"UPDATE time_contingents SET group_id = '{Groups.ACME}'",
    ),
    # Tickets and licenses
    ("uq_tickets_code_hash", "a code belongs to one ticket", "UPDATE tickets SET code_hash = sha256('x')"),
    (
        "ck_tickets_hash_is_sha256",
        "a code is stored as a hash",
        changed("tickets", Tickets.FRESH, "code_hash = 'DEM2F'"),
    ),
    (
        "ck_tickets_one_owner",
        "a ticket has one owner",
        changed("tickets", Tickets.SAM, f"owner_group_id = '{Groups.ACME}', state = 'VOID'"),
    ),
    (
        "ck_tickets_claimed_is_owned",
        "a claimed ticket has an owner",
        changed("tickets", Tickets.SAM, "owner_user_id = NULL"),
    ),
    (
        "ck_licenses_one_owner",
        "a license has an owner",
        changed("licenses", Licenses.ACME_POOL, "owner_group_id = NULL"),
    ),
    (
        "ck_licenses_one_owner",
        "a license has one owner",
        changed("licenses", Licenses.ACME_POOL, f"owner_user_id = '{SAM.id}'"),
    ),
    (
        "ck_licenses_one_assignee",
        "a license has one assignee",
        changed("licenses", Licenses.TOM_CAD, f"assigned_group_id = '{Groups.ACME}'"),
    ),
    (
        "ck_licenses_personal_is_not_shared",
        "a personal license is not assigned to a group",
        changed("licenses", Licenses.SAM_HOME, f"assigned_user_id = NULL, assigned_group_id = '{Groups.ACME}'"),
    ),
    (
        "ck_licenses_public_is_shared",
        "only a shared license is public",
        changed("licenses", Licenses.TOM_CAD, "visibility = 'PUBLIC'"),
    ),
    (
        "ck_licenses_quantity_is_positive",
        "a license has a seat",
        changed("licenses", Licenses.ACME_DEMO, "quantity = 0"),
    ),
    (
        "ck_licenses_single_user_has_one_seat",
        "a single-user license has one seat",
        changed("licenses", Licenses.TOM_CAD, "quantity = 2"),
    ),
    (
        "ck_licenses_multi_user_has_several_seats",
        "a perpetual multi-user license has two seats",
        changed("licenses", Licenses.LAB_PUBLIC, "quantity = 1"),
    ),
    (
        "ck_licenses_perpetual_has_no_end",
        "a perpetual license does not expire",
        changed("licenses", Licenses.TOM_RENDER, "expires_at = starts_at + interval '1 day'"),
    ),
    (
        "ck_licenses_ends_after_start",
        "a license expires after it starts",
        changed("licenses", Licenses.TOM_CAD, "expires_at = starts_at"),
    ),
    (
        "ck_licenses_pool_is_not_negative",
        "the days of a license are not negative",
        changed("licenses", Licenses.TOM_CAD, "time_pool_days = -1"),
    ),
    (
        "ck_licenses_generation_is_positive",
        "generations start at one",
        changed("licenses", Licenses.TOM_CAD, "generation = 0"),
    ),
    # Containers and activations
    (
        "ck_licenses_next_quantity_is_positive",
        "the next term has a seat",
        changed("licenses", Licenses.TOM_CAD, "next_quantity = 0"),
    ),
    (
        "ck_licenses_notice_is_not_negative",
        "the period of notice is not negative",
        changed("licenses", Licenses.TOM_CAD, "notice_days = -1"),
    ),
    (
        "ck_licenses_days_are_positive",
        "prepaid days are positive",
        changed("licenses", Licenses.TOM_PREPAID, "days = 0"),
    ),
    (
        "ck_license_orders_one_recipient",
        "an order has one recipient",
        changed("license_orders", WAITING, f"person_id = '{SAM.id}'"),
    ),
    (
        "uq_license_orders_ticket_id",
        "a ticket belongs to one order",
        f"UPDATE license_orders SET ticket_id = '{Tickets.SAM}'",
    ),
    (
        "ck_containers_owner_matches_type",
        "a personal cloud belongs to a user",
        changed("containers", cloud_of(TOM.id), f"owner_user_id = NULL, owner_group_id = '{Groups.ACME}'"),
    ),
    (
        "ck_containers_owner_matches_type",
        "a group cloud belongs to a group",
        changed("containers", cloud_of(Groups.ACME), f"owner_group_id = NULL, owner_user_id = '{TOM.id}'"),
    ),
    (
        "ck_containers_owner_matches_type",
        "a local container has one owner",
        changed("containers", Containers.TOM_LAPTOP, f"owner_group_id = '{Groups.ACME}'"),
    ),
    ("uq_containers_serial", "a serial belongs to one container", "UPDATE containers SET serial = 'same'"),
    (
        "uq_containers_cloud_of_user",
        "a user has one cloud",
        CLOUD.format(owner="owner_user_id", id=NEW, type="PERSONAL_CLOUD", value=TOM.id),
    ),
    (
        "uq_containers_cloud_of_group",
        "a group has one cloud",
        CLOUD.format(owner="owner_group_id", id=NEW, type="GROUP_CLOUD", value=Groups.ACME),
    ),
    ("ck_activations_seat_is_positive", "seats start at one", changed("activations", ACTIVE, "seat = 0")),
    (
        "ck_activations_counting_holds_seat",
        "an activation that counts has a seat",
        changed("activations", ACTIVE, "seat = NULL"),
    ),
    (
        "ck_activations_counting_holds_seat",
        "an ended activation has no seat",
        changed("activations", ACTIVE, "state = 'RETURNED'"),
    ),
    ("uq_activations_seat", "a seat is taken once", again("activations", f"id = '{ACTIVE}'")),
    (
        "uq_activations_open_operation",
        "a container has one open operation",
        again("activations", "state = 'PENDING'", license_id=Licenses.ACME_TEN_SEATS),
    ),
    ("uq_activations_open_update", "a container has one pending update", "UPDATE activations SET update_number = 1"),
    ("uq_containers_public_key", "a key belongs to one container", "UPDATE containers SET public_key = 'key'"),
    ("uq_container_devices_active", "a device has one credential", DEVICE),
    (
        "ck_activations_borrowed_has_parent",
        "only a borrowed activation has a parent",
        changed("activations", ACTIVE, "parent_id = id"),
    ),
    (
        "ck_activations_borrowed_has_end",
        "a borrowed activation has an end",
        changed("activations", ACTIVE, "state = 'BORROWED', seat = NULL"),
    ),
    (
        "ck_restore_cases_one_subject",
        "a restore case has one subject",
        changed("restore_cases", RESTORE, "activation_id = NULL"),
    ),
    # Projects
    (
        "uq_project_participants_project_id_user_id",
        "a user participates once in a project",
        changed("project_participants", PIA_IN_HAMBURG, f"project_id = '{Projects.BREMEN}'"),
    ),
    ("ck_project_revisions_number_is_positive", "revisions start at one", again("project_revisions", "true", number=0)),
    (
        "uq_project_revisions_project_id_number",
        "the number of a revision is unique",
        again("project_revisions", "true"),
    ),
    (
        "ck_virtual_containers_bound_has_container",
        "a bound virtual container has a container",
        changed("virtual_containers", VirtualContainers.HAMBURG_LINE_2, "state = 'BOUND'"),
    ),
    (
        "uq_virtual_containers_container_id",
        "a container is bound once",
        changed(
            "virtual_containers",
            VirtualContainers.HAMBURG_LINE_2,
            f"state = 'BOUND', container_id = '{Containers.HAMBURG_LINE_1}'",
        ),
    ),
    (
        "uq_virtual_containers_project_id_name",
        "the name of a virtual container is unique",
        "UPDATE virtual_containers SET name = 'same'",
    ),
    # Notifications
    (
        "ck_notification_rules_one_scope",
        "a rule has one scope",
        changed("notification_rules", TOMS_RULE, f"group_id = '{Groups.ACME}'"),
    ),
    (
        "uq_notification_rules_event_group_id_user_id",
        "there is one rule for an event and a person",
        again("notification_rules", f"id = '{TOMS_RULE}'"),
    ),
    ("uq_notifications_dedupe_key", "a notification is not repeated", "UPDATE notifications SET dedupe_key = 'same'"),
    ("uq_deliveries_notification_id_channel", "a notification is delivered once per channel", DELIVERY),
    # Emails and confirmations
    (
        "ck_outgoing_mail_email_is_lowercase",
        "the address of an email is lowercase",
        EMAIL.format(email="Nora@x", sent="NULL", secret="'x'"),
    ),
    (
        "ck_outgoing_mail_sent_has_no_secret",
        "a sent email has no secret",
        EMAIL.format(email="n@x", sent="now()", secret="'x'"),
    ),
    (
        "ck_outgoing_mail_sent_or_failed",
        "an email is sent or failed",
        "INSERT INTO outgoing_mail (id, email, kind, sent_at, failed_at)"
        " VALUES (gen_random_uuid(), 'n@x', 'CONFIRMATION', now(), now())",
    ),
    (
        "ck_outgoing_mail_notification_has_event",
        "a notification has an event",
        "INSERT INTO outgoing_mail (id, email, kind) VALUES (gen_random_uuid(), 'n@x', 'NOTIFICATION')",
    ),
    (
        "ck_confirmations_email_is_lowercase",
        "an address to confirm is lowercase",
        CONFIRMATION.format(email="Nora@x", password="'x'", hash="sha256('a')", times=1),
    ),
    (
        "ck_confirmations_hash_is_sha256",
        "a confirmation token is stored as a hash",
        CONFIRMATION.format(email="n@x", password="'x'", hash="'x'", times=1),
    ),
    (
        "ck_confirmations_new_account_has_password",
        "a registration has a password",
        CONFIRMATION.format(email="n@x", password="NULL", hash="sha256('a')", times=1),
    ),
    (
        "uq_confirmations_token_hash",
        "a confirmation token belongs to one address",
        CONFIRMATION.format(email="n@x", password="'x'", hash="sha256('a')", times=2),
    ),
    # Audit log
    (
        "ck_audit_entries_hashes_are_sha256",
        "an entry has hashes",
        again("audit_entries", LAST_ENTRY, number=99, hash="\\x01", previous_hash="\\x02"),
    ),
    (
        "ck_audit_entries_refused_has_code",
        "a refused action has a code",
        again("audit_entries", LAST_ENTRY, outcome="REFUSED"),
    ),
    (
        "uq_audit_entries_number",
        "the number of an entry is unique",
        again("audit_entries", LAST_ENTRY, hash=ONES, previous_hash=TWOS),
    ),
    (
        "uq_audit_entries_hash",
        "the hash of an entry is unique",
        again("audit_entries", LAST_ENTRY, number=99, previous_hash=TWOS),
    ),
    (
        "uq_audit_entries_previous_hash",
        "the chain does not fork",
        again("audit_entries", LAST_ENTRY, number=99, hash=ONES),
    ),
    (
        "ck_decision_entries_hashes_are_sha256",
        "a decision has hashes",
        DECISION.format(number=2, previous="c", hash="'x'"),
    ),
    (
        "uq_decision_entries_number",
        "the number of a decision is unique",
        DECISIONS + DECISION.format(number=1, previous="c", hash="sha256('d')"),
    ),
    (
        "uq_decision_entries_hash",
        "the hash of a decision is unique",
        DECISIONS + DECISION.format(number=2, previous="c", hash="sha256('b')"),
    ),
    (
        "uq_decision_entries_previous_hash",
        "the chain of decisions does not fork",
        DECISIONS + DECISION.format(number=2, previous="a", hash="sha256('d')"),
    ),
)

# (id, level) follows from the primary key; the foreign key to the parent's level needs it.
IMPLIED = {"uq_groups_id_level"}


async def violated_constraint(database: Database, statements: str) -> str:
    """Run the statements, roll back, and return the name of the violated constraint."""
    async with database.engine.connect() as connection:
        try:
            for statement in [*statements.split(";"), "SET CONSTRAINTS ALL IMMEDIATE"]:
                await connection.exec_driver_sql(statement)
        except sa.exc.IntegrityError as problem:
            return problem.orig.__cause__.constraint_name or str(problem.orig)
    return "nothing"


@pytest.mark.parametrize(("constraint", "statements"), [pytest.param(name, sql, id=why) for name, why, sql in REFUSED])
async def test_the_database_refuses_an_invalid_row(demo_database, constraint, statements):
    assert await violated_constraint(demo_database, statements) == constraint


ENUM_COLUMNS = [
    (table.name, column.name, f"ck_{table.name}_{column.type.name}")
    for table in Base.metadata.sorted_tables
    for column in table.columns
    if isinstance(column.type, sa.Enum)
]


@pytest.mark.parametrize(("table", "column", "constraint"), ENUM_COLUMNS)
async def test_a_value_outside_an_enum_is_refused(demo_database, table, column, constraint):
    async with demo_database.engine.connect() as connection:
        definition = await connection.scalar(
            sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"), {"name": constraint}
        )
    members = Base.metadata.tables[table].columns[column].type.enums
    assert definition is not None
    assert [word for word in definition.split("'") if word.isupper()] == members


async def test_every_constraint_is_tested(demo_database):
    named_here = {name for name, _, _ in REFUSED} | {name for _, _, name in ENUM_COLUMNS} | IMPLIED
    async with demo_database.engine.connect() as connection:
        checks = await connection.scalars(
            sa.text(
                "SELECT conname FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace"
                " AND conrelid::regclass::text NOT LIKE 'procrastinate%'"
            )
        )
        keys = await connection.scalars(
            sa.text("SELECT indexname FROM pg_indexes WHERE indexdef LIKE 'CREATE UNIQUE%' AND indexname LIKE 'uq%'")
        )
        in_database = set(checks) | set(keys)
    assert named_here - {"fk_groups_parent_id_parent_level"} == in_database


@pytest.mark.feature("F50")
@pytest.mark.parametrize("table", ["audit_entries", "decision_entries", "project_revisions"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
async def test_logs_and_revisions_are_append_only(demo_database, table, statement):
    assert f"table {table} is append-only" in await violated_constraint(demo_database, statement.format(table))


@pytest.mark.parametrize(
    "change", ["SET is_isv_admin = false", "SET status = 'DISABLED'", "SET status = 'ERASED', is_isv_admin = false"]
)
async def test_the_last_isv_admin_cannot_be_removed(demo_database, change):
    assert (
        await violated_constraint(demo_database, f"UPDATE users {change} WHERE id = '{IDA.id}'") == "keep_an_isv_admin"
    )


async def test_an_isv_admin_can_be_replaced(demo_database):
    async with demo_database.engine.connect() as connection:
        for person, right in ((TOM, "true"), (IDA, "false")):
            await connection.exec_driver_sql(f"UPDATE users SET is_isv_admin = {right} WHERE id = '{person.id}'")
        await connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.feature("F32", "F33", "F34")
@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (f"INSERT INTO users (id, name, email) VALUES ('{NEW}', 'X', 'x@x.example')", "has no cloud container"),
        (
            f"INSERT INTO users (id, name, kind, home_group_id) VALUES ('{NEW}', 'X', 'TECHNICAL', '{Groups.ACME}');"
            + CLOUD.format(owner="owner_user_id", id=NEW, type="PERSONAL_CLOUD", value=NEW),
            "has no cloud container",
        ),
        (f"INSERT INTO groups (id, name, kind, level) VALUES ('{NEW}', 'X', 'TEAM', 1)", "has no cloud container"),
    ],
    ids=["a person", "a technical user with a cloud for people", "a group"],
)
async def test_every_user_and_group_has_a_cloud_container(demo_database, statement, words):
    assert words in await violated_constraint(demo_database, statement)
