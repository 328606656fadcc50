"""A closed set is closed in the database too."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Table, column, name of the set, its members.
CLOSED_SETS = (
    ("portals", "edition", "edition", "BASIC PROFESSIONAL ENTERPRISE"),
    ("groups", "kind", "groupkind", "ISV RESELLER CUSTOMER TEAM"),
    (
        "license_templates",
        "model",
        "licensemodel",
        "PERPETUAL_SINGLE_USER PERPETUAL_MULTI_USER SINGLE_USER_SUBSCRIPTION MULTI_USER_SUBSCRIPTION DEMO PREPAID INTERNAL_NFR",
    ),
    ("projects", "state", "projectstate", "IN_PROGRESS PUBLISHED ARCHIVED"),
    ("users", "kind", "userkind", "HUMAN TECHNICAL"),
    ("users", "status", "userstatus", "PENDING ACTIVE DISABLED ERASED"),
    ("category_grants", "state", "grantstate", "ACTIVE REVOKED"),
    ("containers", "type", "containertype", "LOCAL DONGLE PERSONAL_CLOUD GROUP_CLOUD TECHNICAL_CLOUD"),
    ("containers", "state", "containerstate", "READY BLOCKED UNEXPECTED DELETED"),
    ("invitations", "role", "memberrole", "ADMIN MEMBER"),
    ("invitations", "state", "invitationstate", "PENDING ACCEPTED DECLINED EXPIRED REVOKED"),
    ("license_orders", "source", "ordersource", "PORTAL API"),
    ("license_orders", "state", "orderstate", "SUBMITTED AWAITING_APPROVAL FULFILLED REJECTED"),
    ("memberships", "role", "memberrole", "ADMIN MEMBER"),
    ("memberships", "state", "membershipstate", "INVITED ACTIVE REMOVED"),
    ("memberships", "bundle", "bundle", "SALES SUPPORT AUDITOR"),
    (
        "notification_rules",
        "event",
        "notificationevent",
        "INVITATION LICENSE_ASSIGNED LICENSE_UNASSIGNED LICENSE_EXPIRING LICENSE_EXPIRED LICENSE_ACTIVATED LICENSE_DEACTIVATED EXCESSIVE_RECOVERY",
    ),
    ("project_participants", "role", "participantrole", "ADMIN ON_SITE"),
    ("tickets", "state", "ticketstate", "FRESH CLAIMED SPLIT VOID"),
    (
        "licenses",
        "model",
        "licensemodel",
        "PERPETUAL_SINGLE_USER PERPETUAL_MULTI_USER SINGLE_USER_SUBSCRIPTION MULTI_USER_SUBSCRIPTION DEMO PREPAID INTERNAL_NFR",
    ),
    ("licenses", "visibility", "visibility", "PUBLIC ADMIN_ONLY"),
    ("licenses", "lifecycle", "lifecycle", "SCHEDULED VALID EXPIRED SUSPENDED REVOKED"),
    ("virtual_containers", "state", "virtualcontainerstate", "PLANNED BOUND STALE"),
    (
        "activations",
        "state",
        "activationstate",
        "PENDING ACTIVE RETURNING RETURNED ABORTED REPLACED WITHDRAWING WITHDRAWN BORROWED LAPSED",
    ),
    ("audit_entries", "outcome", "outcome", "DONE REFUSED"),
    (
        "notifications",
        "event",
        "notificationevent",
        "INVITATION LICENSE_ASSIGNED LICENSE_UNASSIGNED LICENSE_EXPIRING LICENSE_EXPIRED LICENSE_ACTIVATED LICENSE_DEACTIVATED EXCESSIVE_RECOVERY",
    ),
    ("notifications", "state", "notificationstate", "UNREAD READ ARCHIVED"),
    ("deliveries", "channel", "channel", "PORTAL EMAIL WEBHOOK"),
    ("deliveries", "state", "deliverystate", "QUEUED RETRYING SENT FAILED"),
    ("restore_cases", "reason", "restorereason", "LOST DAMAGED REINSTALL STOLEN"),
    ("restore_cases", "state", "restorestate", "REQUESTED AUTO_APPROVED AWAITING_APPROVAL APPROVED DENIED COMPLETED"),
)


def upgrade() -> None:
    for table, column, name, members in CLOSED_SETS:
        allowed = ", ".join(f"'{member}'" for member in members.split())
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, f"{column} IN ({allowed})")


def downgrade() -> None:
    for table, _, name, _ in CLOSED_SETS:
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
