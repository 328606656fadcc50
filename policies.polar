# WHO MAY DO WHAT
#
# This file is the whole access policy of the portal. Nothing else decides: not a resolver, not a query, not the
# database. It is compiled once, at the start, into SQL and into Python; a rule that cannot be compiled soundly stops
# the start with its line.
#
# How to read it
#   * A noun has a block: the roles one can have towards it, and the permissions that exist on it.
#   * Inside a block stands what follows from what:  "read" if "assign";  means whoever may assign may read.
#   * Below the block stands who has a role, then who has a permission for another reason. The sentence above each rule
#     is the rule in the customer's words; the portal shows it to people who ask why they may not.
#   * What is granted to nobody is denied. What somebody may not read does not exist for him: no null, no count, no
#     error tells otherwise.
#
# The roles
#   vendor    an ISV admin: the software vendor's own administrator; everything, everywhere.
#   staff     an employee of the vendor with the SUPPORT or AUDITOR bundle: reads everything, changes nothing.
#   admin     an administrator of a group, and by that of every group below it (never above).
#   member    an active member of exactly that group. Membership confers nothing on the groups below or above (A2).
#   holder    the person or license server that a license is assigned to, or the customer it was sold to.
#
# Whether a step is possible right now (is a seat free, has the license expired, is the container ready) is not asked
# here; that is a state, and the nouns in store/ know it. Here stands only who may try.

actor User {}


# ---------------------------------------------------------------------------------------------------------------------
# The portal
# ---------------------------------------------------------------------------------------------------------------------

# The settings of the whole portal: edition, switches, connectors, catalogue.
resource Portal {
  roles = ["vendor", "staff"];
  permissions = ["read", "administer", "manage_catalogue", "create_top_level_group", "create_account", "read_policy", "import"];

  "administer" if "vendor";
  "import" if "vendor";
  "manage_catalogue" if "vendor";
  "create_top_level_group" if "vendor";
  "create_account" if "vendor";
  "read_policy" if "vendor";
}

# An ISV admin administers the portal.
has_role(user: User, "vendor", _portal: Portal) if user.is_isv_admin = true;

# An auditor of the vendor may read the policy and have it explained.
has_permission(user: User, "read_policy", _portal: Portal) if user.holds_auditor = true;

# Everybody who is signed in may see the edition and what it includes.
has_permission(user: User, "read", _portal: Portal) if user.status = "ACTIVE";

# Everyone may see the name of the portal, even before they log in.
allow_anonymous("read", _portal: Portal, field) if field in ["id", "name"];


# The look of the portal.
resource Branding {
  roles = ["vendor"];
  permissions = ["read", "modify"];

  "modify" if "vendor";
}

# An ISV admin sets logo, colours, legal notice and copyright.
has_role(user: User, "vendor", _branding: Branding) if user.is_isv_admin = true;

# The look of the portal is for everybody.
has_permission(user: User, "read", _branding: Branding) if user.status = "ACTIVE";

# Everyone may see the look of the portal, even before they log in.
allow_anonymous("read", _branding: Branding, field) if
  field in ["id", "name", "host", "logo_url", "colors", "legal_notice", "copyright", "created_at"];


# ---------------------------------------------------------------------------------------------------------------------
# The tree of groups and who belongs to it
# ---------------------------------------------------------------------------------------------------------------------

# A vendor, a reseller, a customer or a team.
resource Group {
  roles = ["vendor", "staff", "admin", "parent_admin", "member", "guest"];
  permissions = [
    "read", "rename", "modify", "tag", "delete", "move", "create_subgroup",
    "create_account", "invite", "manage_roles", "manage_technical_users",
    "create_project", "receive", "claim_ticket", "create_license", "sell_directly",
    "report", "edit_notification_rules"
  ];

  "admin" if "vendor";
  "parent_admin" if "vendor";

  "move" if "vendor";
  "tag" if "vendor";
  "modify" if "parent_admin";
  "delete" if "parent_admin";
  "rename" if "admin";
  "create_subgroup" if "admin";
  "create_account" if "admin";
  "invite" if "admin";
  "manage_roles" if "admin";
  "manage_technical_users" if "admin";
  "create_project" if "admin";
  "receive" if "admin";
  "claim_ticket" if "admin";
  "report" if "admin";
  "edit_notification_rules" if "admin";
  "create_license" if "vendor";
  "sell_directly" if "vendor";

  "read" if "admin";
  "read" if "staff";
  "read" if "member";
  "read" if "guest";
}

# An ISV admin may do everything with every group.
has_role(user: User, "vendor", _group: Group) if user.is_isv_admin = true;

# Support and audit staff of the vendor see every group.
has_role(user: User, "staff", _group: Group) if user.holds_support = true or user.holds_auditor = true;

# A group administrator administers the group and every group below it.
has_role(user: User, "admin", group: Group) if
  ancestor in group.ancestors and
  membership in user.memberships and
  membership.group = ancestor and
  membership.role = "ADMIN" and
  membership.state = "ACTIVE";

# An administrator may change and delete the groups below his own, not his own.
has_role(user: User, "parent_admin", group: Group) if has_role(user, "admin", group.parent);

# A member belongs to exactly this group.
has_role(user: User, "member", group: Group) if
  membership in user.memberships and
  membership.group = group and
  membership.state = "ACTIVE";

# A technical user knows its home group.
has_role(user: User, "guest", group: Group) if user.home_group = group;

# Whoever takes part in a project knows the name of its group.
has_role(user: User, "guest", group: Group) if
  project in group.projects and
  participation in project.participants and
  participation.user = user;

# Administrators with the corresponding role can create licenses for the relevant products within their group.
has_permission(user: User, "create_license", group: Group) if
  has_role(user, "admin", group) and
  grant in user.category_grants and
  grant.state = "ACTIVE" and
  grant.can_create = true and
  ancestor in group.ancestors and
  grant.scope_group = ancestor;

# The vendor's own staff sell directly, without reseller management, to the groups below a group of the vendor.
has_permission(user: User, "sell_directly", group: Group) if
  has_permission(user, "create_license", group) and
  ancestor in group.ancestors and
  ancestor.kind = "ISV";

# How deep a group lies is told to the vendor only: to anybody else it would tell of groups above.
allow_field(user: User, "read", group: Group, field) if
  field in ["level"] and
  (has_role(user, "vendor", group) or has_role(user, "staff", group));

# Members see the name of their group; what kind it is and how it is kept is for its administrators.
allow_field(user: User, "read", group: Group, field) if
  field in ["kind", "is_internal", "updated_at", "version"] and
  (has_role(user, "admin", group) or has_role(user, "staff", group));


# An account: a person or a technical user.
resource User {
  roles = ["vendor", "staff", "admin", "self", "person", "colleague"];
  permissions = [
    "read", "modify", "remove", "delete", "receive", "claim_ticket", "change_credentials", "manage_technical", "issue_token", "set_isv_right",
    "register_container", "export"
  ];

  "read" if "vendor";
  "modify" if "vendor";
  "remove" if "vendor";
  "delete" if "vendor";
  "receive" if "vendor";
  "set_isv_right" if "vendor";

  "read" if "admin";
  "remove" if "admin";
  "receive" if "admin";

  "read" if "staff";
  "read" if "colleague";

  "read" if "self";
  "export" if "self";

  "modify" if "person";
  "register_container" if "person";
  "change_credentials" if "person";
  "issue_token" if "person";
  "claim_ticket" if "person";
}

# An ISV admin may do everything with every account.
has_role(user: User, "vendor", _account: User) if user.is_isv_admin = true;

# Support and audit staff of the vendor see every account.
has_role(user: User, "staff", _account: User) if user.holds_support = true or user.holds_auditor = true;

# A group administrator administers the accounts of the members of the group and the groups below it.
has_role(user: User, "admin", account: User) if
  membership in account.memberships and
  membership.state = "ACTIVE" and
  has_role(user, "admin", membership.group);

# A group administrator administers the technical users of the group and the groups below it.
has_role(user: User, "admin", account: User) if has_role(user, "admin", account.home_group);

# Everybody sees his own account.
has_role(user: User, "self", account: User) if account = user;

# People are the masters of their own accounts; a technical user is kept by its administrators (A22).
has_role(user: User, "person", account: User) if
  account = user and
  account.kind = "HUMAN";

# A project administrator sees the people of the project.
has_role(user: User, "colleague", account: User) if
  participation in account.participations and
  has_role(user, "admin", participation.project);

# A group administrator may change the accounts of members, but never one of the vendor's administrators.
has_permission(user: User, "modify", account: User) if
  has_role(user, "admin", account) and
  account.is_isv_admin = false;

# A group administrator may delete the accounts of members, but never one of the vendor's administrators.
has_permission(user: User, "delete", account: User) if
  has_role(user, "admin", account) and
  account.is_isv_admin = false;

# Who belongs to no group, or no longer, may delete his own account.
has_permission(user: User, "delete", account: User) if
  has_role(user, "person", account) and
  not (_membership in account.memberships and _membership.state = "ACTIVE");

# A group administrator manages technical users and hands them their tokens.
has_permission(user: User, "manage_technical", account: User) if
  account.kind = "TECHNICAL" and
  (has_role(user, "vendor", account) or has_role(user, "admin", account));

# The administrator of a technical user issues its tokens.
has_permission(user: User, "issue_token", account: User) if has_permission(user, "manage_technical", account);


# What somebody keeps about himself is for him and for those who administer his account.
allow_field(user: User, "read", account: User, field) if
  field in ["profile"] and
  (has_role(user, "self", account) or has_role(user, "admin", account) or has_role(user, "vendor", account) or has_role(user, "staff", account));


# A login token of an account.
resource AccessToken {
  permissions = ["read", "revoke"];

  "read" if "revoke";
}

# Everybody sees and ends his own logins.
has_permission(user: User, "revoke", token: AccessToken) if token.user = user;

# An ISV admin may end every login.
has_permission(user: User, "revoke", _token: AccessToken) if user.is_isv_admin = true;

# The administrator of a technical user sees and ends its tokens.
has_permission(user: User, "revoke", token: AccessToken) if has_permission(user, "manage_technical", token.user);


# That a user belongs to a group.
resource Membership {
  roles = ["vendor", "staff", "admin", "self"];
  permissions = ["read", "change_role", "entrust", "remove", "leave"];

  "admin" if "vendor";
  "entrust" if "vendor";

  "read" if "admin";
  "change_role" if "admin";
  "remove" if "admin";
  "read" if "staff";
  "read" if "self";
  "leave" if "self";
}

# An ISV admin may change every membership.
has_role(user: User, "vendor", _membership: Membership) if user.is_isv_admin = true;

# Support and audit staff of the vendor see every membership.
has_role(user: User, "staff", _membership: Membership) if user.holds_support = true or user.holds_auditor = true;

# A group administrator gives and takes roles in the group and the groups below it.
has_role(user: User, "admin", membership: Membership) if has_role(user, "admin", membership.group);

# A member sees his own role, and may leave.
has_role(user: User, "self", membership: Membership) if membership.user = user;


# An offer to join a group.
resource Invitation {
  roles = ["vendor", "staff", "admin", "invitee"];
  permissions = ["read", "revoke", "accept", "decline"];

  "admin" if "vendor";

  "read" if "admin";
  "revoke" if "admin";
  "read" if "staff";
  "read" if "invitee";
  "accept" if "invitee";
  "decline" if "invitee";
}

# An ISV admin sees and withdraws every invitation.
has_role(user: User, "vendor", _invitation: Invitation) if user.is_isv_admin = true;

# Support and audit staff of the vendor see every invitation.
has_role(user: User, "staff", _invitation: Invitation) if user.holds_support = true or user.holds_auditor = true;

# A group administrator sees and withdraws the invitations to the group and the groups below it.
has_role(user: User, "admin", invitation: Invitation) if has_role(user, "admin", invitation.group);

# Only the verified holder of the invited e-mail address may accept or decline.
has_role(user: User, "invitee", invitation: Invitation) if
  user.email != nil and
  user.email_verified_at != nil and
  invitation.email = user.email;


# ---------------------------------------------------------------------------------------------------------------------
# What is sold, and who may create licenses of it
# ---------------------------------------------------------------------------------------------------------------------

# A product of the vendor.
resource Product {
  permissions = ["read", "modify"];
}

# An ISV admin keeps the catalogue of products.
has_permission(user: User, "modify", _product: Product) if user.is_isv_admin = true;

# The names of the products are no secret to anybody who is signed in.
has_permission(user: User, "read", _product: Product) if user.status = "ACTIVE";


# A part of a product.
resource Feature {
  permissions = ["read", "modify"];
}

# An ISV admin defines the features of a product.
has_permission(user: User, "modify", _feature: Feature) if user.is_isv_admin = true;

# The features of the products are no secret to anybody who is signed in.
has_permission(user: User, "read", _feature: Feature) if user.status = "ACTIVE";


# A shelf of products that rights of creation are given for.
resource Category {
  roles = ["vendor", "staff", "grantee"];
  permissions = ["read", "modify", "grant"];

  "read" if "vendor";
  "modify" if "vendor";
  "grant" if "vendor";
  "read" if "staff";
  "read" if "grantee";
}

# An ISV admin keeps the categories and gives rights for them.
has_role(user: User, "vendor", _category: Category) if user.is_isv_admin = true;

# Support and audit staff of the vendor see the categories.
has_role(user: User, "staff", _category: Category) if user.holds_support = true or user.holds_auditor = true;

# Whoever holds a right for a category sees the category.
has_role(user: User, "grantee", category: Category) if
  grant in category.grants and
  grant.holder = user and
  grant.state = "ACTIVE";


# A product under a license model, ready to be ordered.
resource LicenseTemplate {
  roles = ["vendor"];
  permissions = ["read", "modify", "order", "skip_approval", "override_limits", "sell_directly"];

  "modify" if "vendor";
  "order" if "vendor";
  "skip_approval" if "vendor";
  "override_limits" if "vendor";
  "sell_directly" if "vendor";
  "read" if "modify";
  "read" if "order";
}

# An ISV admin defines what can be ordered, and may order everything.
has_role(user: User, "vendor", _template: LicenseTemplate) if user.is_isv_admin = true;

# Whoever may create licenses of a product may order it.
has_permission(user: User, "order", template: LicenseTemplate) if
  category in template.product.categories and
  grant in category.grants and
  grant.holder = user and
  grant.state = "ACTIVE" and
  grant.can_create = true;

# Support and audit staff of the vendor see what can be ordered.
has_permission(user: User, "read", _template: LicenseTemplate) if user.holds_support = true or user.holds_auditor = true;


# A right to create, modify or revoke licenses of a category.
resource CategoryGrant {
  roles = ["vendor", "staff", "holder", "giver", "admin"];
  permissions = ["read", "pass_on", "revoke"];

  "read" if "vendor";
  "pass_on" if "vendor";
  "revoke" if "vendor";
  "read" if "staff";
  "read" if "holder";
  "read" if "giver";
  "revoke" if "giver";
  "read" if "admin";
}

# An ISV admin gives and takes every right of creation.
has_role(user: User, "vendor", _grant: CategoryGrant) if user.is_isv_admin = true;

# Support and audit staff of the vendor see every right of creation.
has_role(user: User, "staff", _grant: CategoryGrant) if user.holds_support = true or user.holds_auditor = true;

# The holder sees what he may create.
has_role(user: User, "holder", grant: CategoryGrant) if grant.holder = user;

# Whoever gave a right may take it back.
has_role(user: User, "giver", grant: CategoryGrant) if grant.granted_by = user;

# A group administrator sees who may create licenses in the group and the groups below it.
has_role(user: User, "admin", grant: CategoryGrant) if has_role(user, "admin", grant.scope_group);

# A right of creation is passed on only by its holder, while it stands, and where he is administrator.
has_permission(user: User, "pass_on", grant: CategoryGrant) if
  grant.holder = user and
  grant.state = "ACTIVE" and
  has_role(user, "admin", grant.scope_group);


# The wish for a license.
resource LicenseOrder {
  roles = ["vendor", "staff", "buyer", "admin"];
  permissions = ["read", "create", "decide"];

  "read" if "vendor";
  "create" if "vendor";
  "decide" if "vendor";
  "read" if "staff";
  "read" if "buyer";
  "read" if "admin";
}

# An ISV admin orders for everybody and decides about orders.
has_role(user: User, "vendor", _order: LicenseOrder) if user.is_isv_admin = true;

# Support and audit staff of the vendor see every order.
has_role(user: User, "staff", _order: LicenseOrder) if user.holds_support = true or user.holds_auditor = true;

# Whoever placed an order sees what became of it.
has_role(user: User, "buyer", order: LicenseOrder) if order.actor = user;

# A group administrator sees the orders for the group and the groups below it.
has_role(user: User, "admin", order: LicenseOrder) if has_role(user, "admin", order.group);

# Resellers and customers order within their group what the vendor has granted them.
has_permission(user: User, "create", order: LicenseOrder) if
  has_role(user, "admin", order.group) and
  ancestor in order.group.ancestors and
  category in order.template.product.categories and
  grant in user.category_grants and
  grant.category = category and
  grant.scope_group = ancestor and
  grant.state = "ACTIVE" and
  grant.can_create = true;


# ---------------------------------------------------------------------------------------------------------------------
# Tickets and licenses
# ---------------------------------------------------------------------------------------------------------------------

# The code that a customer redeems. Claiming a fresh one is asked of whom it goes to: "claim_ticket" on User and Group.
resource Ticket {
  roles = ["vendor", "staff", "owner"];
  permissions = ["read", "read_code", "assign", "void"];

  "owner" if "vendor";

  "void" if "vendor";
  "read" if "owner";
  "read_code" if "owner";
  "read" if "staff";
}

# An ISV admin may do everything with every ticket.
has_role(user: User, "vendor", _ticket: Ticket) if user.is_isv_admin = true;

# Support and audit staff of the vendor see tickets, not their codes.
has_role(user: User, "staff", _ticket: Ticket) if user.holds_support = true or user.holds_auditor = true;

# Whoever has claimed a ticket sees it and its code.
has_role(user: User, "owner", ticket: Ticket) if ticket.owner_user = user;

# A group administrator sees the tickets and codes of the group and the groups below it.
has_role(user: User, "owner", ticket: Ticket) if has_role(user, "admin", ticket.owner_group);

# An ISV admin may assign every ticket.
has_permission(user: User, "assign", _ticket: Ticket) if user.is_isv_admin = true;

# A group administrator assigns complete tickets of the group and the groups below it.
has_permission(user: User, "assign", ticket: Ticket) if has_role(user, "admin", ticket.owner_group);


# The right to use a product.
resource License {
  roles = ["vendor", "staff", "admin", "local_admin", "project_admin", "holder", "member", "on_site"];
  permissions = [
    "read", "assign", "unassign", "set_visibility",
    "activate", "add_time",
    "create", "modify", "renew", "cancel", "revoke", "suspend", "override_limits"
  ];

  "admin" if "vendor";

  "create" if "vendor";
  "modify" if "vendor";
  "renew" if "vendor";
  "cancel" if "vendor";
  "revoke" if "vendor";
  "suspend" if "vendor";
  "override_limits" if "vendor";

  "assign" if "admin";
  "unassign" if "admin";
  "set_visibility" if "admin";

  "activate" if "admin";
  "activate" if "local_admin";
  "activate" if "project_admin";
  "activate" if "holder";
  "add_time" if "admin";
  "add_time" if "local_admin";

  "read" if "admin";
  "read" if "local_admin";
  "read" if "project_admin";
  "read" if "holder";
  "read" if "member";
  "read" if "on_site";
  "read" if "staff";
}

# An ISV admin may do everything with every license.
has_role(user: User, "vendor", _license: License) if user.is_isv_admin = true;

# Support and audit staff of the vendor see every license.
has_role(user: User, "staff", _license: License) if user.holds_support = true or user.holds_auditor = true;

# Licenses of a group, whomever they are assigned to, are managed by its administrators and those of the groups above.
has_role(user: User, "admin", license: License) if has_role(user, "admin", license.owner_group);

# Licenses assigned to a group are used and handed out on the spot by the administrators of that group.
has_role(user: User, "local_admin", license: License) if has_role(user, "admin", license.assigned_group);

# Licenses of a project are prepared by the project's administrators.
has_role(user: User, "project_admin", license: License) if has_role(user, "admin", license.assigned_project);

# A license assigned to an individual is visible to the individual.
has_role(user: User, "holder", license: License) if license.assigned_user = user;

# A license that a customer has bought for himself is his own.
has_role(user: User, "holder", license: License) if license.owner_user = user;

# Licenses assigned to groups can be marked as public (visible to all members).
has_role(user: User, "member", license: License) if
  license.visibility = "PUBLIC" and
  has_role(user, "member", license.assigned_group);

# On site, the public licenses of a published project are visible; the others are only counted.
has_role(user: User, "on_site", license: License) if
  license.visibility = "PUBLIC" and
  license.assigned_project != nil and
  license.assigned_project.revision >= 1 and
  has_role(user, "on_site", license.assigned_project);

# Members may activate what is public in their group, where the vendor lets them.
has_permission(user: User, "activate", license: License) if
  user.portal.members_may_activate = true and
  has_role(user, "member", license);

# People add days to their own licenses; a technical user only uses what it was given (A22).
has_permission(user: User, "add_time", license: License) if
  has_role(user, "holder", license) and
  user.kind = "HUMAN";

# Administrators with the role CREATE for a category create licenses of its products within their group.
has_permission(user: User, "create", license: License) if
  has_role(user, "admin", license) and
  holds_grant(user, license, "CREATE");

# Administrators with the role MODIFY for a category change licenses of its products within their group.
has_permission(user: User, "modify", license: License) if
  has_role(user, "admin", license) and
  holds_grant(user, license, "MODIFY");

# Administrators with the role MODIFY for a category renew licenses of its products within their group.
has_permission(user: User, "renew", license: License) if
  has_role(user, "admin", license) and
  holds_grant(user, license, "MODIFY");

# Administrators with the role MODIFY for a category cancel subscriptions of its products within their group.
has_permission(user: User, "cancel", license: License) if
  has_role(user, "admin", license) and
  holds_grant(user, license, "MODIFY");

# Administrators with the role REVOKE for a category withdraw licenses of its products within their group.
has_permission(user: User, "revoke", license: License) if
  has_role(user, "admin", license) and
  holds_grant(user, license, "REVOKE");

# A grant counts while it stands, for a category of the product, in its scope and below.
holds_grant(user: User, license: License, verb) if
  license.owner_group != nil and
  ancestor in license.owner_group.ancestors and
  category in license.product.categories and
  grant in user.category_grants and
  grant.category = category and
  grant.scope_group = ancestor and
  grant.state = "ACTIVE" and
  grants(grant, verb);

# The role CREATE lets its holder create.
grants(grant: CategoryGrant, "CREATE") if grant.can_create = true;

# The role MODIFY lets its holder change, renew and cancel.
grants(grant: CategoryGrant, "MODIFY") if grant.can_modify = true;

# The role REVOKE lets its holder withdraw.
grants(grant: CategoryGrant, "REVOKE") if grant.can_revoke = true;

# Whose a license was before it was handed on is told to administrators and its own customer: it would tell a member of groups above.
allow_field(user: User, "read", license: License, field) if
  field in ["owner_group_id", "owner_user_id", "order_id", "rules"] and
  (has_role(user, "admin", license) or has_role(user, "staff", license) or license.owner_user = user);


# Days that a group has bought and not yet used.
resource TimeContingent {
  roles = ["vendor", "staff", "admin", "member"];
  permissions = ["read", "draw", "modify"];

  "admin" if "vendor";

  "modify" if "vendor";
  "draw" if "admin";
  "draw" if "member";
  "read" if "draw";
  "read" if "staff";
}

# An ISV admin sells and corrects contingents.
has_role(user: User, "vendor", _contingent: TimeContingent) if user.is_isv_admin = true;

# Support and audit staff of the vendor see every contingent.
has_role(user: User, "staff", _contingent: TimeContingent) if user.holds_support = true or user.holds_auditor = true;

# A group administrator draws on the contingents of the group and the groups below it.
has_role(user: User, "admin", contingent: TimeContingent) if has_role(user, "admin", contingent.group);

# Time contingents are sold to groups, and their members activate them freely for their own licenses.
has_role(user: User, "member", contingent: TimeContingent) if has_role(user, "member", contingent.group);


# ---------------------------------------------------------------------------------------------------------------------
# Containers and what is activated in them
# ---------------------------------------------------------------------------------------------------------------------

# Where licenses live.
resource Container {
  roles = ["vendor", "staff", "admin", "owner", "user", "witness", "on_site"];
  permissions = [
    "read", "use", "receive", "modify", "reset", "reset_now", "confirm", "delete", "report_lost", "fetch_update", "block", "settle"
  ];

  "admin" if "vendor";

  "block" if "vendor";
  "settle" if "vendor";
  "confirm" if "vendor";

  "modify" if "admin";
  "reset" if "admin";
  "delete" if "admin";
  "receive" if "admin";
  "use" if "admin";
  "report_lost" if "admin";
  "fetch_update" if "admin";

  "modify" if "owner";
  "reset" if "owner";
  "confirm" if "owner";
  "delete" if "owner";
  "receive" if "owner";
  "use" if "owner";
  "report_lost" if "owner";
  "fetch_update" if "owner";

  "use" if "user";
  "fetch_update" if "on_site";
  "reset_now" if "confirm";

  "read" if "use";
  "read" if "staff";
  "read" if "witness";
  "read" if "on_site";
}

# An ISV admin can access any CmCloudContainer, and any other container.
has_role(user: User, "vendor", _container: Container) if user.is_isv_admin = true;

# Support and audit staff of the vendor see every container.
has_role(user: User, "staff", _container: Container) if user.holds_support = true or user.holds_auditor = true;

# A user can access their own Personal CmCloudContainer.
has_role(user: User, "owner", container: Container{type: "PERSONAL_CLOUD"}) if container.owner_user = user;

# People manage their own computers and dongles.
has_role(user: User, "owner", container: Container) if
  container.type in ["LOCAL", "DONGLE"] and
  container.owner_user = user;

# A group admin can access the Personal CmCloudContainers of all members in their group and subgroups.
has_role(user: User, "admin", container: Container{type: "PERSONAL_CLOUD"}) if
  container.owner_user != nil and
  membership in container.owner_user.memberships and
  membership.state = "ACTIVE" and
  has_role(user, "admin", membership.group);

# A group admin can access any Group CmCloudContainer in their group and subgroups, and the group's computers and dongles.
has_role(user: User, "admin", container: Container) if has_role(user, "admin", container.owner_group);

# A group admin can access any Technical User CmCloudContainer for technical users in their group and subgroups.
has_role(user: User, "admin", container: Container{type: "TECHNICAL_CLOUD"}) if
  container.owner_user != nil and
  has_role(user, "admin", container.owner_user.home_group);

# A project administrator manages the containers of the project.
has_role(user: User, "admin", container: Container) if has_role(user, "admin", container.owner_project);

# A user can use any Enterprise Group CmCloudContainer for groups they belong to.
has_role(user: User, "user", container: Container{type: "GROUP_CLOUD"}) if has_role(user, "member", container.owner_group);

# A technical user uses its own Enterprise CmCloudContainer.
has_role(user: User, "user", container: Container{type: "TECHNICAL_CLOUD"}) if container.owner_user = user;

# A technical user activates the licenses assigned to it into its own container.
has_permission(user: User, "receive", container: Container{type: "TECHNICAL_CLOUD"}) if container.owner_user = user;

# An administrator sees the container that a license of the group is activated in.
has_role(user: User, "witness", container: Container) if
  activation in container.activations and
  has_role(user, "admin", activation.license.owner_group);

# On site, people see and update the containers of their project.
has_role(user: User, "on_site", container: Container) if has_role(user, "on_site", container.owner_project);

# Administrators reset containers of groups, projects and technical users without asking anyone.
has_permission(user: User, "reset_now", container: Container) if
  has_role(user, "admin", container) and
  container.type != "PERSONAL_CLOUD";

# Administrators reset a person's container that holds licenses of others, where the vendor does not ask for the person's consent.
has_permission(user: User, "reset_now", container: Container) if
  has_role(user, "admin", container) and
  user.portal.strict_shared_containers = false;

# Support staff settle containers in an unexpected state, where the vendor delegates it.
has_permission(user: User, "settle", _container: Container) if
  user.holds_support = true and
  user.portal.support_may_decide = true;


# A seat of a license in a container.
resource Activation {
  roles = ["vendor", "staff", "admin", "project_admin", "requester", "container_owner", "bystander"];
  permissions = ["read", "create", "deactivate", "borrow", "transfer", "withdraw", "request_restore"];

  "read" if "vendor";
  "create" if "vendor";
  "deactivate" if "vendor";
  "borrow" if "vendor";
  "transfer" if "vendor";
  "withdraw" if "vendor";
  "request_restore" if "vendor";

  "read" if "staff";
  "read" if "admin";
  "read" if "project_admin";
  "read" if "requester";
  "read" if "container_owner";
  "read" if "bystander";

  "withdraw" if "admin";
  "request_restore" if "admin";
  "request_restore" if "project_admin";
  "request_restore" if "requester";
}

# An ISV admin may do everything with every activation, also where deactivation is disabled.
has_role(user: User, "vendor", _activation: Activation) if user.is_isv_admin = true;

# Support and audit staff of the vendor see every activation.
has_role(user: User, "staff", _activation: Activation) if user.holds_support = true or user.holds_auditor = true;

# A group administrator manages the activations of the licenses of the group and the groups below it.
has_role(user: User, "admin", activation: Activation) if has_role(user, "admin", activation.license.owner_group);

# A group administrator manages the activations of licenses that are assigned to the group and the groups below it.
has_role(user: User, "admin", activation: Activation) if has_role(user, "admin", activation.license.assigned_group);

# A project administrator manages the activations of the project's licenses.
has_role(user: User, "project_admin", activation: Activation) if has_role(user, "admin", activation.license.assigned_project);

# Whoever has activated a license keeps sight of it as long as the license is his or his group shows it.
has_role(user: User, "requester", activation: Activation) if
  activation.requested_by = user and
  has_role(user, "holder", activation.license);

# A member keeps sight of what he activated of his group's public licenses.
has_role(user: User, "requester", activation: Activation) if
  activation.requested_by = user and
  has_role(user, "member", activation.license);

# People see what is in their own containers.
has_role(user: User, "container_owner", activation: Activation) if activation.container.owner_user = user;

# Whoever manages a group's container sees what is in it.
has_role(user: User, "container_owner", activation: Activation) if has_role(user, "admin", activation.container.owner_group);

# Members see which public licenses wait in the container of their group.
has_role(user: User, "bystander", activation: Activation) if
  activation.container.type = "GROUP_CLOUD" and
  has_role(user, "member", activation.container.owner_group) and
  has_role(user, "member", activation.license);

# A group administrator activates licenses of the group into containers that he manages.
has_permission(user: User, "create", activation: Activation) if
  has_role(user, "admin", activation) and
  has_permission(user, "receive", activation.container);

# A project administrator activates licenses of the project into the project's containers.
has_permission(user: User, "create", activation: Activation) if
  has_role(user, "project_admin", activation) and
  has_permission(user, "receive", activation.container);

# Users activate their own licenses, into their own containers.
has_permission(user: User, "create", activation: Activation) if
  has_role(user, "holder", activation.license) and
  activation.container.owner_user = user;

# Members activate public licenses of their group into their own containers, where the vendor lets them; never into the group's.
has_permission(user: User, "create", activation: Activation) if
  user.portal.members_may_activate = true and
  has_role(user, "member", activation.license) and
  activation.container.owner_user = user;

# Users deactivate their own licenses, where the vendor has not disabled it.
has_permission(user: User, "deactivate", activation: Activation) if
  (has_role(user, "admin", activation) or has_role(user, "project_admin", activation) or has_role(user, "requester", activation)) and
  deactivation_allowed(activation.license);

# Users borrow and return their own seats, where the vendor has not disabled deactivation.
has_permission(user: User, "borrow", activation: Activation) if
  (has_role(user, "admin", activation) or has_role(user, "project_admin", activation) or has_role(user, "requester", activation)) and
  deactivation_allowed(activation.license);

# Users move their own licenses to another container, where the vendor has not disabled deactivation.
has_permission(user: User, "transfer", activation: Activation) if
  (has_role(user, "admin", activation) or has_role(user, "project_admin", activation) or has_role(user, "requester", activation)) and
  deactivation_allowed(activation.license);

# Deactivation can be disabled by the software vendor for specific licenses.
deactivation_allowed(license: License) if license.deactivation_allowed = true;

# Deactivation can be disabled by the software vendor for all licenses of a product.
deactivation_allowed(license: License) if
  license.deactivation_allowed = nil and
  license.product.deactivation_allowed = true;


# The signed file that an activation brings into its container.
resource LicenseFile {
  permissions = ["read"];
}

# Whoever may use the container may import its license files.
has_permission(user: User, "read", file: LicenseFile) if has_permission(user, "use", file.activation.container);


# The case of a lost, damaged, reinstalled or stolen container.
resource RestoreCase {
  roles = ["vendor", "staff", "admin", "requester"];
  permissions = ["read", "decide"];

  "read" if "vendor";
  "decide" if "vendor";
  "read" if "staff";
  "read" if "admin";
  "read" if "requester";
}

# An ISV admin decides about restores over the limit.
has_role(user: User, "vendor", _case: RestoreCase) if user.is_isv_admin = true;

# Support and audit staff of the vendor see every case.
has_role(user: User, "staff", _case: RestoreCase) if user.holds_support = true or user.holds_auditor = true;

# Support staff decide about restores over the limit, where the vendor delegates it.
has_permission(user: User, "decide", _case: RestoreCase) if
  user.holds_support = true and
  user.portal.support_may_decide = true;

# A group administrator follows the cases of the licenses of the group and the groups below it.
has_role(user: User, "admin", case: RestoreCase) if
  case.activation != nil and
  has_role(user, "admin", case.activation.license.owner_group);

# A group administrator follows the cases of the containers that he manages.
has_role(user: User, "admin", case: RestoreCase) if has_role(user, "admin", case.lost_container);

# A group administrator follows the loss of a container that a license of the group is activated in, whoever owns it.
has_role(user: User, "admin", case: RestoreCase) if
  case.lost_container != nil and
  activation in case.lost_container.activations and
  has_role(user, "admin", activation.license.owner_group);

# Whoever reported a loss follows the case.
has_role(user: User, "requester", case: RestoreCase) if case.requested_by = user;


# ---------------------------------------------------------------------------------------------------------------------
# Projects
# ---------------------------------------------------------------------------------------------------------------------

# A prepared configuration of licenses.
resource Project {
  roles = ["vendor", "staff", "admin", "on_site"];
  permissions = ["read", "edit", "publish", "archive", "receive", "manage_participants", "report", "pull"];

  "admin" if "vendor";

  "edit" if "admin";
  "publish" if "admin";
  "archive" if "admin";
  "receive" if "admin";
  "manage_participants" if "admin";
  "report" if "admin";
  "pull" if "admin";

  "read" if "admin";
  "read" if "staff";
}

# An ISV admin may do everything with every project.
has_role(user: User, "vendor", _project: Project) if user.is_isv_admin = true;

# Support and audit staff of the vendor see every project.
has_role(user: User, "staff", _project: Project) if user.holds_support = true or user.holds_auditor = true;

# A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
has_role(user: User, "admin", project: Project) if has_role(user, "admin", project.group);

# A license administrator prepares the project.
has_role(user: User, "admin", project: Project) if
  participation in project.participants and
  participation.user = user and
  participation.role = "ADMIN";

# An on-site colleague carries the project out.
has_role(user: User, "on_site", project: Project) if
  participation in project.participants and
  participation.user = user and
  participation.role = "ON_SITE";

# On site, a project is visible once it has been published.
has_permission(user: User, "read", project: Project) if
  has_role(user, "on_site", project) and
  project.revision >= 1;

# On-site colleagues pull what is published; while the project is in edit mode they wait.
has_permission(user: User, "pull", project: Project) if
  has_role(user, "on_site", project) and
  project.state = "PUBLISHED";


# That a user takes part in a project.
resource ProjectParticipant {
  permissions = ["read", "remove"];

  "read" if "remove";
}

# A project administrator says who takes part in the project.
has_permission(user: User, "remove", participant: ProjectParticipant) if
  has_permission(user, "manage_participants", participant.project);

# Everybody sees that he takes part himself.
has_permission(user: User, "read", participant: ProjectParticipant) if participant.user = user;

# Support and audit staff of the vendor see who takes part.
has_permission(user: User, "read", _participant: ProjectParticipant) if user.holds_support = true or user.holds_auditor = true;


# A container that is planned in a project.
resource VirtualContainer {
  permissions = ["read", "edit", "pull"];

  "read" if "edit";
}

# A project administrator plans the containers of the project.
has_permission(user: User, "edit", planned: VirtualContainer) if has_permission(user, "edit", planned.project);

# Whoever may pull a project transfers its virtual containers to real ones.
has_permission(user: User, "pull", planned: VirtualContainer) if has_permission(user, "pull", planned.project);

# On site, the virtual containers of a published project are visible.
has_permission(user: User, "read", planned: VirtualContainer) if
  has_role(user, "on_site", planned.project) and
  planned.project.state = "PUBLISHED";

# On site, what was already transferred stays visible while the project is in edit mode.
has_permission(user: User, "read", planned: VirtualContainer) if
  has_role(user, "on_site", planned.project) and
  planned.container != nil;

# Support and audit staff of the vendor see every virtual container.
has_permission(user: User, "read", _planned: VirtualContainer) if user.holds_support = true or user.holds_auditor = true;


# What was published, as it was.
resource ProjectRevision {
  permissions = ["read"];
}

# Whoever sees a project sees when it was published.
has_permission(user: User, "read", revision: ProjectRevision) if has_permission(user, "read", revision.project);

# What a revision holds is for the administrators of the project: on site, some of its licenses are only counted.
allow_field(user: User, "read", revision: ProjectRevision, field) if
  field in ["snapshot"] and
  (has_role(user, "admin", revision.project) or has_role(user, "staff", revision.project));


# ---------------------------------------------------------------------------------------------------------------------
# What is told, and what is kept
# ---------------------------------------------------------------------------------------------------------------------

# One message for one person.
resource Notification {
  permissions = ["read", "mark"];

  "read" if "mark";
}

# Messages are for the person they are addressed to, and for nobody else.
has_permission(user: User, "mark", notification: Notification) if notification.recipient = user;


# Whether and how something is told.
resource NotificationRule {
  permissions = ["read", "modify"];

  "read" if "modify";
}

# An ISV admin sets the rules for the whole portal.
has_permission(user: User, "modify", _rule: NotificationRule) if user.is_isv_admin = true;

# A group administrator sets the rules of the group and the groups below it.
has_permission(user: User, "modify", rule: NotificationRule) if has_role(user, "admin", rule.group);

# People choose what they themselves want to be told.
has_permission(user: User, "modify", rule: NotificationRule) if
  rule.user = user and
  user.kind = "HUMAN";

# Support and audit staff of the vendor see every rule.
has_permission(user: User, "read", _rule: NotificationRule) if user.holds_support = true or user.holds_auditor = true;


# One act, kept for good.
resource AuditEntry {
  permissions = ["read"];
}

# An ISV admin and the vendor's auditors and support staff read the whole audit log.
has_permission(user: User, "read", _entry: AuditEntry) if
  user.is_isv_admin = true or user.holds_support = true or user.holds_auditor = true;

# A group administrator reads what was done in the group and the groups below it.
has_permission(user: User, "read", entry: AuditEntry) if has_role(user, "admin", entry.group);

# A project administrator reads what was done in the project.
has_permission(user: User, "read", entry: AuditEntry) if has_role(user, "admin", entry.project);

# People read their own acts.
has_permission(user: User, "read", entry: AuditEntry) if
  entry.actor = user and
  user.kind = "HUMAN";

# What a change did in detail is for those who administer what it happened in: it may name groups above a member.
allow_field(user: User, "read", entry: AuditEntry, field) if
  field in ["before", "after"] and
  (
    user.is_isv_admin = true or user.holds_support = true or user.holds_auditor = true or
    has_role(user, "admin", entry.group) or
    has_role(user, "admin", entry.project)
  );

# The number of an act counts all acts of the portal: it is for the vendor's people, who may know of them all.
allow_field(user: User, "read", _entry: AuditEntry, field) if
  field in ["number"] and
  (user.is_isv_admin = true or user.holds_support = true or user.holds_auditor = true);
