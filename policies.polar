# WHO MAY DO WHAT
#
# This file is the whole access policy of the portal: no use case, query or database rule decides who may do what. It is
# compiled into SQL and Python when the portal starts; a rule that cannot be compiled soundly stops the start, with its line.
#
# How to read it
#
#   * Each entity has a block with its roles and its permissions. A line such as  "read" if "assign";  in the block means
#     that those who may assign it may also read it.
#   * The rules below the block say who has a role, and who has a permission for another reason. The sentence above a rule
#     is the rule in plain words; the portal shows it to users who ask why they may or may not do something.
#   * What no rule grants is denied. What users may not read does not exist for them: no null, count or error reveals it.
#   * `allow_field` hides columns from some of those who may read a row, and `allow_anonymous` shows columns to callers
#     without an account. All other columns are as visible as their row.
#   * Whether something is possible at the moment (is a seat free, has the license expired) is a question about the state of
#     an entity. It is answered in store/, not here.
#
# Roles that many entities have
#
#   vendor    an ISV administrator, who administers the portal for the software vendor
#   staff     an employee of the vendor who has the SUPPORT or AUDITOR bundle
#   admin     an administrator of the group that the entity belongs to, or of a group above it; for the entities of a
#             project also an administrator of the project
#   member    an active member of exactly the group that the entity belongs to (spec A2)
#   holder    the person or technical user that a license is assigned to, or the customer who bought it
#   on_site   a participant who carries out a project at the customer's site
#
# Permissions that many entities have
#
#   read      see that it exists, with all columns that no `allow_field` hides
#   create    add one: checked of the new row, before the transaction ends
#   modify    change its attributes
#   delete    remove it for good
#   receive   have licenses assigned to it, or activated in it
#   report    include its figures in reports
#   revoke    end it before its time
#
# The comment above a block explains its other permissions.

actor User {}


# ---------------------------------------------------------------------------------------------------------------------
# The vendor's people
# ---------------------------------------------------------------------------------------------------------------------

# ISV administrators can manage the whole portal.
has_role(user: User, "vendor", _resource: Resource) if user.is_isv_admin = true;

# The vendor's support staff and auditors can see the data of all customers, but cannot change it.
has_role(user: User, "staff", _resource: Resource) if user.holds_support = true or user.holds_auditor = true;


# ---------------------------------------------------------------------------------------------------------------------
# The portal
# ---------------------------------------------------------------------------------------------------------------------

# The portal as a whole, with its edition and its switches.
#
#   administer          change the edition, the switches and the name
#   manage_catalogue    create products, categories and templates
#   import              add accounts, groups and licenses in bulk
#   read_policy         read this file, and have decisions about other users explained
resource Portal {
  roles = ["vendor"];
  permissions = [
    "read", "administer", "manage_catalogue", "create_top_level_group", "create_account", "read_policy", "import"
  ];

  "administer" if "vendor";
  "manage_catalogue" if "vendor";
  "create_top_level_group" if "vendor";
  "create_account" if "vendor";
  "read_policy" if "vendor";
  "import" if "vendor";
}

# Auditors of the vendor can read the policy and have its decisions explained.
has_permission(user: User, "read_policy", _portal: Portal) if user.holds_auditor = true;

# Everyone who is logged in can see the edition and what it includes.
has_permission(user: User, "read", _portal: Portal) if user.status = "ACTIVE";

# Everyone can see the name of the portal, even before they log in.
allow_anonymous("read", _portal: Portal, field) if field in ["id", "name"];


# The look of the portal: logo, colors, legal notice and copyright, for the vendor and for each reseller.
resource Branding {
  roles = ["vendor"];
  permissions = ["read", "modify"];

  "modify" if "vendor";
}

# Everyone who is logged in can see the look of the portal.
has_permission(user: User, "read", _branding: Branding) if user.status = "ACTIVE";

# Everyone can see the look of the portal, even before they log in.
allow_anonymous("read", _branding: Branding, field) if
  field in ["id", "name", "host", "logo_url", "colors", "legal_notice", "copyright", "created_at"];


# ---------------------------------------------------------------------------------------------------------------------
# Groups and the people in them
# ---------------------------------------------------------------------------------------------------------------------

# A vendor, a reseller, a customer or a team, in a tree of up to ten levels.
#
#   rename                    change the name
#   modify                    change the kind, and whether the group is internal
#   tag                       make it a reseller or a department of the vendor
#   create_account, invite    bring people into the group as members
#   manage_roles              make members administrators, and bring people in as administrators
#   claim_ticket              redeem tickets for the group
#   create_license            order licenses for the group
#   sell_directly             order for it in editions without reseller management
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

# Group administrators can manage their group and every group below it.
has_role(user: User, "admin", group: Group) if
  ancestor in group.ancestors and
  membership in user.memberships and
  membership.group = ancestor and
  membership.role = "ADMIN" and
  membership.state = "ACTIVE";

# Group administrators can change and delete the groups below their own, but not their own.
has_role(user: User, "parent_admin", group: Group) if has_role(user, "admin", group.parent);

# Members belong to the group that they have joined, not to the groups above or below it.
has_role(user: User, "member", group: Group) if
  membership in user.memberships and
  membership.group = group and
  membership.state = "ACTIVE";

# Technical users can see their home group.
has_role(user: User, "guest", group: Group) if user.home_group = group;

# Participants of a project can see the group of the project.
has_role(user: User, "guest", group: Group) if
  project in group.projects and
  participation in project.participants and
  participation.user = user;

# Group administrators with a CREATE grant can create licenses for the groups that the grant covers.
has_permission(user: User, "create_license", group: Group) if
  has_role(user, "admin", group) and
  grant in user.category_grants and
  grant.state = "ACTIVE" and
  grant.can_create = true and
  ancestor in group.ancestors and
  grant.scope_group = ancestor;

# The vendor's own sales staff can sell to the groups below a group of the vendor, in every edition.
has_permission(user: User, "sell_directly", group: Group) if
  has_permission(user, "create_license", group) and
  ancestor in group.ancestors and
  ancestor.kind = "ISV";

# Only the vendor's people can see the level of a group, because it reveals how many groups are above.
allow_field(user: User, "read", group: Group, field) if
  field in ["level"] and
  (has_role(user, "vendor", group) or has_role(user, "staff", group));

# Only administrators can see the kind of a group and when it changed; members see its name.
allow_field(user: User, "read", group: Group, field) if
  field in ["kind", "is_internal", "updated_at", "version"] and
  (has_role(user, "admin", group) or has_role(user, "staff", group));


# The account of a person or of a technical user, which is a license server.
#
#   remove                take the person out of groups
#   claim_ticket          redeem tickets for the person
#   change_credentials    change the password
#   manage_technical      change and delete a technical user
#   issue_token           create access tokens for the account
#   set_isv_right         make the person an ISV administrator, or end that
#   register_container    register a computer or a dongle that belongs to the person
#   export                get everything that the portal keeps about the account
resource User {
  roles = ["vendor", "staff", "admin", "self", "person", "colleague"];
  permissions = [
    "read", "modify", "remove", "delete", "receive", "claim_ticket", "change_credentials", "manage_technical", "issue_token",
    "set_isv_right", "register_container", "export"
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
  "change_credentials" if "person";
  "issue_token" if "person";
  "claim_ticket" if "person";
  "register_container" if "person";
}

# Group administrators can manage the accounts of the members of their group and of the groups below it.
has_role(user: User, "admin", account: User) if
  membership in account.memberships and
  membership.state = "ACTIVE" and
  has_role(user, "admin", membership.group);

# Group administrators can manage the technical users of their group and of the groups below it.
has_role(user: User, "admin", account: User) if has_role(user, "admin", account.home_group);

# Everyone can see their own account and export what the portal keeps about it.
has_role(user: User, "self", account: User) if account = user;

# People can manage their own accounts; technical users are managed by their administrators.
has_role(user: User, "person", account: User) if
  account = user and
  account.kind = "HUMAN";

# Project administrators can see the accounts of the participants.
has_role(user: User, "colleague", account: User) if
  participation in account.participations and
  has_role(user, "admin", participation.project);

# Group administrators can change the accounts of members, but not those of ISV administrators.
has_permission(user: User, "modify", account: User) if
  has_role(user, "admin", account) and
  account.is_isv_admin = false;

# Group administrators can delete the accounts of members, but not those of ISV administrators.
has_permission(user: User, "delete", account: User) if
  has_role(user, "admin", account) and
  account.is_isv_admin = false;

# People who belong to no group can delete their own account.
has_permission(user: User, "delete", account: User) if
  has_role(user, "person", account) and
  not (_membership in account.memberships and _membership.state = "ACTIVE");

# Administrators can manage the technical users of their groups.
has_permission(user: User, "manage_technical", account: User) if
  account.kind = "TECHNICAL" and
  (has_role(user, "vendor", account) or has_role(user, "admin", account));

# Those who can manage a technical user can issue its access tokens.
has_permission(user: User, "issue_token", account: User) if has_permission(user, "manage_technical", account);

# Only the people themselves and those who administer their accounts can see their profiles.
allow_field(user: User, "read", account: User, field) if
  field in ["profile"] and
  (has_role(user, "self", account) or has_role(user, "admin", account) or has_role(user, "vendor", account) or has_role(user, "staff", account));


# An access token of an account: a login, or a token for a program.
resource AccessToken {
  roles = ["vendor"];
  permissions = ["read", "revoke"];

  "revoke" if "vendor";
  "read" if "revoke";
}

# Everyone can see and revoke their own access tokens.
has_permission(user: User, "revoke", token: AccessToken) if token.user = user;

# Those who can manage a technical user can see and revoke its access tokens.
has_permission(user: User, "revoke", token: AccessToken) if has_permission(user, "manage_technical", token.user);


# A person's membership of a group.
#
#   change_role    make a member an administrator, or an administrator a member
#   entrust        give an employee of the vendor the SALES, SUPPORT or AUDITOR bundle
#   remove         take the person out of the group
#   leave          leave the group
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

# Group administrators can give and take roles in their group and in the groups below it.
has_role(user: User, "admin", membership: Membership) if has_role(user, "admin", membership.group);

# Members can see their own role, and can leave the group.
has_role(user: User, "self", membership: Membership) if membership.user = user;


# An invitation to join a group.
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

# Group administrators can see and revoke invitations to their group and to the groups below it.
has_role(user: User, "admin", invitation: Invitation) if has_role(user, "admin", invitation.group);

# Only people who have verified the invited email address can see, accept and decline an invitation to it.
has_role(user: User, "invitee", invitation: Invitation) if
  user.email != nil and
  user.email_verified_at != nil and
  invitation.email = user.email;


# ---------------------------------------------------------------------------------------------------------------------
# Products, and the grants to create licenses of them
# ---------------------------------------------------------------------------------------------------------------------

# A product of the vendor.
resource Product {
  roles = ["vendor"];
  permissions = ["read", "modify"];

  "modify" if "vendor";
}

# Everyone who is logged in can see the products.
has_permission(user: User, "read", _product: Product) if user.status = "ACTIVE";


# A feature of a product.
resource Feature {
  roles = ["vendor"];
  permissions = ["read", "modify"];

  "modify" if "vendor";
}

# Everyone who is logged in can see the features of the products.
has_permission(user: User, "read", _feature: Feature) if user.status = "ACTIVE";


# A category of products that grants are given for.
#
#   grant    give people grants for the category
resource Category {
  roles = ["vendor", "staff", "grantee"];
  permissions = ["read", "modify", "grant"];

  "read" if "vendor";
  "modify" if "vendor";
  "grant" if "vendor";
  "read" if "staff";
  "read" if "grantee";
}

# Holders of a grant can see its category.
has_role(user: User, "grantee", category: Category) if
  grant in category.grants and
  grant.holder = user and
  grant.state = "ACTIVE";


# A product under a license model, ready to be ordered.
#
#   order              order licenses
#   skip_approval      order without approval where the template asks for it
#   override_limits    order more than the bounds of a grant allow
#   sell_directly      order in editions without reseller management, for people and for codes
resource LicenseTemplate {
  roles = ["vendor", "staff"];
  permissions = ["read", "modify", "order", "skip_approval", "override_limits", "sell_directly"];

  "modify" if "vendor";
  "order" if "vendor";
  "skip_approval" if "vendor";
  "override_limits" if "vendor";
  "sell_directly" if "vendor";

  "read" if "modify";
  "read" if "order";
  "read" if "staff";
}

# Holders of a CREATE grant can order the products of its category.
has_permission(user: User, "order", template: LicenseTemplate) if
  category in template.product.categories and
  grant in category.grants and
  grant.holder = user and
  grant.state = "ACTIVE" and
  grant.can_create = true;


# A grant: a person can create, modify or revoke licenses of a category, for a group and the groups below it.
#
#   pass_on    give others a part of the grant
resource CategoryGrant {
  roles = ["vendor", "staff", "holder", "grantor", "admin"];
  permissions = ["read", "pass_on", "revoke"];

  "read" if "vendor";
  "pass_on" if "vendor";
  "revoke" if "vendor";
  "read" if "staff";
  "read" if "holder";
  "read" if "grantor";
  "revoke" if "grantor";
  "read" if "admin";
}

# Holders can see their own grants.
has_role(user: User, "holder", grant: CategoryGrant) if grant.holder = user;

# People can see and revoke the grants that they have given.
has_role(user: User, "grantor", grant: CategoryGrant) if grant.granted_by = user;

# Group administrators can see who holds grants for their group and for the groups below it.
has_role(user: User, "admin", grant: CategoryGrant) if has_role(user, "admin", grant.scope_group);

# Holders can pass on an active grant for a group that they administer.
has_permission(user: User, "pass_on", grant: CategoryGrant) if
  grant.holder = user and
  grant.state = "ACTIVE" and
  has_role(user, "admin", grant.scope_group);


# An order of licenses.
#
#   decide    approve or reject an order that waits for the vendor
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

# Buyers can see their own orders.
has_role(user: User, "buyer", order: LicenseOrder) if order.actor = user;

# Group administrators can see the orders for their group and for the groups below it.
has_role(user: User, "admin", order: LicenseOrder) if has_role(user, "admin", order.group);

# Group administrators with a CREATE grant can order the products of its category for the groups that it covers.
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

# A ticket with a code that a customer redeems. Who may redeem a new one is "claim_ticket" on User and Group.
#
#   read_code    see the whole code
#   assign       assign all licenses of the ticket
#   void         make the code worthless
resource Ticket {
  roles = ["vendor", "staff", "owner"];
  permissions = ["read", "read_code", "assign", "void"];

  "owner" if "vendor";

  "assign" if "vendor";
  "void" if "vendor";
  "read" if "owner";
  "read_code" if "owner";
  "read" if "staff";
}

# People can see the tickets that they have redeemed, and their codes.
has_role(user: User, "owner", ticket: Ticket) if ticket.owner_user = user;

# Group administrators can see the tickets of their group and of the groups below it, and their codes.
has_role(user: User, "owner", ticket: Ticket) if has_role(user, "admin", ticket.owner_group);

# Group administrators can assign the tickets of their group and of the groups below it.
has_permission(user: User, "assign", ticket: Ticket) if has_role(user, "admin", ticket.owner_group);


# A license: the right to use a product.
#
#   assign, unassign    give it to a person, a group or a project, and take it back
#   set_visibility      show it to all members, or to administrators only
#   activate            use a seat of it in a container
#   add_time            add days of a time contingent
#   renew, cancel       extend its term, or let it end with its term
#   suspend             stop it for a time
#   override_limits     go beyond the limits of its rules and of grants
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

# Group administrators can manage the licenses of their group and of the groups below it, no matter who uses them.
has_role(user: User, "admin", license: License) if has_role(user, "admin", license.owner_group);

# Group administrators can activate the licenses that are assigned to their group or to a group below it, and add time to them.
has_role(user: User, "local_admin", license: License) if has_role(user, "admin", license.assigned_group);

# Project administrators can activate the licenses of their projects.
has_role(user: User, "project_admin", license: License) if has_role(user, "admin", license.assigned_project);

# A license assigned to an individual is visible to the individual, who can activate it.
has_role(user: User, "holder", license: License) if license.assigned_user = user;

# Customers can see and activate the licenses that they have bought for themselves.
has_role(user: User, "holder", license: License) if license.owner_user = user;

# Licenses assigned to groups can be marked as public (visible to all members).
has_role(user: User, "member", license: License) if
  license.visibility = "PUBLIC" and
  has_role(user, "member", license.assigned_group);

# On-site participants can see the public licenses of a published project; of the others they see only the number.
has_role(user: User, "on_site", license: License) if
  license.visibility = "PUBLIC" and
  license.assigned_project != nil and
  license.assigned_project.revision >= 1 and
  has_role(user, "on_site", license.assigned_project);

# Members can activate the public licenses of their group, if the vendor allows it.
has_permission(user: User, "activate", license: License) if
  user.portal.members_may_activate = true and
  has_role(user, "member", license);

# People can add time to their own licenses; technical users cannot.
has_permission(user: User, "add_time", license: License) if
  has_role(user, "holder", license) and
  user.kind = "HUMAN";

# Group administrators with a CREATE grant can create licenses of the products that the grant covers.
has_permission(user: User, "create", license: License) if
  has_role(user, "admin", license) and
  holds_grant(user, license, "CREATE");

# Group administrators with a MODIFY grant can change the licenses that the grant covers.
has_permission(user: User, "modify", license: License) if
  has_role(user, "admin", license) and
  holds_grant(user, license, "MODIFY");

# Group administrators with a MODIFY grant can renew the licenses that the grant covers.
has_permission(user: User, "renew", license: License) if
  has_role(user, "admin", license) and
  holds_grant(user, license, "MODIFY");

# Group administrators with a MODIFY grant can cancel the subscriptions that the grant covers.
has_permission(user: User, "cancel", license: License) if
  has_role(user, "admin", license) and
  holds_grant(user, license, "MODIFY");

# Group administrators with a REVOKE grant can revoke the licenses that the grant covers.
has_permission(user: User, "revoke", license: License) if
  has_role(user, "admin", license) and
  holds_grant(user, license, "REVOKE");

# A grant covers the products of its category, for its group and the groups below, as long as it is active.
holds_grant(user: User, license: License, verb) if
  license.owner_group != nil and
  ancestor in license.owner_group.ancestors and
  category in license.product.categories and
  grant in user.category_grants and
  grant.category = category and
  grant.scope_group = ancestor and
  grant.state = "ACTIVE" and
  grants(grant, verb);

# A CREATE grant allows its holder to create licenses.
grants(grant: CategoryGrant, "CREATE") if grant.can_create = true;

# A MODIFY grant allows its holder to change, renew and cancel licenses.
grants(grant: CategoryGrant, "MODIFY") if grant.can_modify = true;

# A REVOKE grant allows its holder to revoke licenses.
grants(grant: CategoryGrant, "REVOKE") if grant.can_revoke = true;

# Only administrators and the license's own customer can see who owns a license, because that reveals groups above a member.
allow_field(user: User, "read", license: License, field) if
  field in ["owner_group_id", "owner_user_id", "order_id", "rules"] and
  (has_role(user, "admin", license) or has_role(user, "staff", license) or license.owner_user = user);


# A time contingent: days that a group has bought for the licenses of a product.
#
#   draw    use days for a license
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

# Group administrators can use the time contingents of their group and of the groups below it.
has_role(user: User, "admin", contingent: TimeContingent) if has_role(user, "admin", contingent.group);

# Time contingents are sold to groups, and their members can use them freely for their own licenses.
has_role(user: User, "member", contingent: TimeContingent) if has_role(user, "member", contingent.group);


# ---------------------------------------------------------------------------------------------------------------------
# Containers and what is activated in them
# ---------------------------------------------------------------------------------------------------------------------

# A container that licenses are activated in: a cloud container, a computer or a dongle.
#
#   use             import its credentials and license files
#   reset           make all of its credentials invalid
#   reset_now       reset it without the consent of its owner, even if it holds licenses of others
#   confirm         accept or decline a reset that an administrator has requested
#   report_lost     report that it is lost, damaged or stolen
#   fetch_update    fetch and confirm license files
#   block           block and unblock it
#   settle          decide about a container in an unexpected state
resource Container {
  roles = ["vendor", "staff", "admin", "owner", "user", "license_admin", "on_site"];
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
  "read" if "license_admin";
  "read" if "on_site";
}

# Users can access their own Personal CmCloudContainer.
has_role(user: User, "owner", container: Container{type: "PERSONAL_CLOUD"}) if container.owner_user = user;

# People can manage their own computers and dongles.
has_role(user: User, "owner", container: Container) if
  container.type in ["LOCAL", "DONGLE"] and
  container.owner_user = user;

# Group administrators can access the Personal CmCloudContainers of all members of their group and of the groups below it.
has_role(user: User, "admin", container: Container{type: "PERSONAL_CLOUD"}) if
  container.owner_user != nil and
  membership in container.owner_user.memberships and
  membership.state = "ACTIVE" and
  has_role(user, "admin", membership.group);

# Group administrators can access the Group CmCloudContainers, computers and dongles of their group and of the groups below it.
has_role(user: User, "admin", container: Container) if has_role(user, "admin", container.owner_group);

# Group administrators can access the CmCloudContainers of the technical users of their group and of the groups below it.
has_role(user: User, "admin", container: Container{type: "TECHNICAL_CLOUD"}) if
  container.owner_user != nil and
  has_role(user, "admin", container.owner_user.home_group);

# Project administrators can manage the containers of their projects.
has_role(user: User, "admin", container: Container) if has_role(user, "admin", container.owner_project);

# Users can use the Enterprise Group CmCloudContainers of the groups they belong to.
has_role(user: User, "user", container: Container{type: "GROUP_CLOUD"}) if has_role(user, "member", container.owner_group);

# Technical users can use their own Enterprise CmCloudContainer.
has_role(user: User, "user", container: Container{type: "TECHNICAL_CLOUD"}) if container.owner_user = user;

# Technical users can activate the licenses that are assigned to them in their own container.
has_permission(user: User, "receive", container: Container{type: "TECHNICAL_CLOUD"}) if container.owner_user = user;

# Group administrators can see the containers in which licenses of their group or of the groups below it are activated.
has_role(user: User, "license_admin", container: Container) if
  activation in container.activations and
  has_role(user, "admin", activation.license.owner_group);

# On-site participants can see and update the containers of their projects.
has_role(user: User, "on_site", container: Container) if has_role(user, "on_site", container.owner_project);

# Administrators can reset the Group CmCloudContainers that they manage at once.
has_permission(user: User, "reset_now", container: Container{type: "GROUP_CLOUD"}) if has_role(user, "admin", container);

# Administrators can reset the CmCloudContainers of technical users that they manage at once.
has_permission(user: User, "reset_now", container: Container{type: "TECHNICAL_CLOUD"}) if has_role(user, "admin", container);

# Administrators can reset a person's container that holds licenses of others, if the vendor does not require the person's consent.
has_permission(user: User, "reset_now", container: Container{type: "PERSONAL_CLOUD"}) if
  has_role(user, "admin", container) and
  user.portal.strict_shared_containers = false;

# Support staff can settle containers in an unexpected state, if the vendor delegates this.
has_permission(user: User, "settle", _container: Container) if
  user.holds_support = true and
  user.portal.support_may_decide = true;


# An activation: a seat of a license in a container.
#
#   deactivate         give the seat back
#   borrow             take the seat offline for a time, and return it
#   transfer           move the seat to another container
#   withdraw           take the seat away
#   request_restore    report that the seat is lost, and get it back
resource Activation {
  roles = ["vendor", "staff", "admin", "project_admin", "requester", "container_owner", "member"];
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
  "read" if "member";

  "withdraw" if "admin";
  "request_restore" if "admin";
  "request_restore" if "project_admin";
  "request_restore" if "requester";
}

# Group administrators can manage the activations of the licenses of their group and of the groups below it.
has_role(user: User, "admin", activation: Activation) if has_role(user, "admin", activation.license.owner_group);

# Group administrators can manage the activations of licenses that are assigned to their group or to a group below it.
has_role(user: User, "admin", activation: Activation) if has_role(user, "admin", activation.license.assigned_group);

# Project administrators can manage the activations of the licenses of their projects.
has_role(user: User, "project_admin", activation: Activation) if has_role(user, "admin", activation.license.assigned_project);

# People can see and manage their activations of their own licenses.
has_role(user: User, "requester", activation: Activation) if
  activation.requested_by = user and
  has_role(user, "holder", activation.license);

# Members can see and manage their activations of the public licenses of their group.
has_role(user: User, "requester", activation: Activation) if
  activation.requested_by = user and
  has_role(user, "member", activation.license);

# People can see what is activated in their own containers.
has_role(user: User, "container_owner", activation: Activation) if activation.container.owner_user = user;

# Group administrators can see what is activated in the containers of their group and of the groups below it.
has_role(user: User, "container_owner", activation: Activation) if has_role(user, "admin", activation.container.owner_group);

# Members can see which public licenses are activated in the container of their group.
has_role(user: User, "member", activation: Activation) if
  activation.container.type = "GROUP_CLOUD" and
  has_role(user, "member", activation.container.owner_group) and
  has_role(user, "member", activation.license);

# Group administrators can activate licenses of their groups in containers that they manage.
has_permission(user: User, "create", activation: Activation) if
  has_role(user, "admin", activation) and
  has_permission(user, "receive", activation.container);

# Project administrators can activate licenses of their projects in the containers of the projects.
has_permission(user: User, "create", activation: Activation) if
  has_role(user, "project_admin", activation) and
  has_permission(user, "receive", activation.container);

# Users can activate their own licenses in their own containers.
has_permission(user: User, "create", activation: Activation) if
  has_role(user, "holder", activation.license) and
  activation.container.owner_user = user;

# Members can activate public licenses of their group in their own containers, if the vendor allows it; never in the group's container.
has_permission(user: User, "create", activation: Activation) if
  user.portal.members_may_activate = true and
  has_role(user, "member", activation.license) and
  activation.container.owner_user = user;

# Users can deactivate their own licenses, unless the vendor has disabled it.
has_permission(user: User, "deactivate", activation: Activation) if
  (has_role(user, "admin", activation) or has_role(user, "project_admin", activation) or has_role(user, "requester", activation)) and
  deactivation_allowed(activation.license);

# Users can borrow and return their own seats, unless the vendor has disabled deactivation.
has_permission(user: User, "borrow", activation: Activation) if
  (has_role(user, "admin", activation) or has_role(user, "project_admin", activation) or has_role(user, "requester", activation)) and
  deactivation_allowed(activation.license);

# Users can move their own licenses to another container, unless the vendor has disabled deactivation.
has_permission(user: User, "transfer", activation: Activation) if
  (has_role(user, "admin", activation) or has_role(user, "project_admin", activation) or has_role(user, "requester", activation)) and
  deactivation_allowed(activation.license);

# Deactivation can be disabled by the software vendor for specific licenses.
deactivation_allowed(license: License) if license.deactivation_allowed = true;

# Deactivation can be disabled by the software vendor for all licenses of a product.
deactivation_allowed(license: License) if
  license.deactivation_allowed = nil and
  license.product.deactivation_allowed = true;


# The signed file that brings an activation into its container.
resource LicenseFile {
  permissions = ["read"];
}

# Those who can use a container can import its license files.
has_permission(user: User, "read", file: LicenseFile) if has_permission(user, "use", file.activation.container);


# The report of a container, or of one seat, that is lost, damaged, reinstalled or stolen.
#
#   decide    approve or deny a restore over the limit
resource RestoreCase {
  roles = ["vendor", "staff", "admin", "requester"];
  permissions = ["read", "decide"];

  "read" if "vendor";
  "decide" if "vendor";
  "read" if "staff";
  "read" if "admin";
  "read" if "requester";
}

# Support staff can decide about restores over the limit, if the vendor delegates this.
has_permission(user: User, "decide", _case: RestoreCase) if
  user.holds_support = true and
  user.portal.support_may_decide = true;

# Group administrators can follow the restore cases of the licenses of their group and of the groups below it.
has_role(user: User, "admin", case: RestoreCase) if
  case.activation != nil and
  has_role(user, "admin", case.activation.license.owner_group);

# Administrators can follow the restore cases of the containers that they manage.
has_role(user: User, "admin", case: RestoreCase) if has_role(user, "admin", case.lost_container);

# Group administrators can follow the loss of any container in which licenses of their groups are activated.
has_role(user: User, "admin", case: RestoreCase) if
  case.lost_container != nil and
  activation in case.lost_container.activations and
  has_role(user, "admin", activation.license.owner_group);

# People can follow the restore cases that they have reported.
has_role(user: User, "requester", case: RestoreCase) if case.requested_by = user;


# ---------------------------------------------------------------------------------------------------------------------
# Projects
# ---------------------------------------------------------------------------------------------------------------------

# A project: a configuration of licenses that is prepared, published, and carried out on site.
#
#   edit                   plan it, and change its name
#   publish                publish the plan as the next revision
#   archive                end the project
#   manage_participants    add and remove participants
#   pull                   bring what is published into real containers
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

# Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
has_role(user: User, "admin", project: Project) if has_role(user, "admin", project.group);

# Project administrators can prepare, publish and archive their projects.
has_role(user: User, "admin", project: Project) if
  participation in project.participants and
  participation.user = user and
  participation.role = "ADMIN";

# On-site participants carry out the project.
has_role(user: User, "on_site", project: Project) if
  participation in project.participants and
  participation.user = user and
  participation.role = "ON_SITE";

# On-site participants can see a project once it has been published.
has_permission(user: User, "read", project: Project) if
  has_role(user, "on_site", project) and
  project.revision >= 1;

# On-site participants can pull what is published, but not while the project is in edit mode.
has_permission(user: User, "pull", project: Project) if
  has_role(user, "on_site", project) and
  project.state = "PUBLISHED";


# A user's participation in a project.
#
#   remove    take the participant out of the project
resource ProjectParticipant {
  roles = ["staff"];
  permissions = ["read", "remove"];

  "read" if "remove";
  "read" if "staff";
}

# Project administrators can add and remove the participants of their projects.
has_permission(user: User, "remove", participant: ProjectParticipant) if
  has_permission(user, "manage_participants", participant.project);

# Participants can see their own participation.
has_permission(user: User, "read", participant: ProjectParticipant) if participant.user = user;


# A container that is planned in a project.
#
#   edit    change what is planned for it
#   pull    bring what is planned into a real container
resource VirtualContainer {
  roles = ["staff"];
  permissions = ["read", "edit", "pull"];

  "read" if "edit";
  "read" if "staff";
}

# Project administrators can plan the containers of their projects.
has_permission(user: User, "edit", planned: VirtualContainer) if has_permission(user, "edit", planned.project);

# Those who can pull a project can transfer its virtual containers to real ones.
has_permission(user: User, "pull", planned: VirtualContainer) if has_permission(user, "pull", planned.project);

# On-site participants can see the virtual containers of a published project.
has_permission(user: User, "read", planned: VirtualContainer) if
  has_role(user, "on_site", planned.project) and
  planned.project.state = "PUBLISHED";

# On-site participants can see what they have already transferred while the project is in edit mode.
has_permission(user: User, "read", planned: VirtualContainer) if
  has_role(user, "on_site", planned.project) and
  planned.container != nil;


# A published revision of a project.
resource ProjectRevision {
  permissions = ["read"];
}

# Those who can see a project can see when it was published.
has_permission(user: User, "read", revision: ProjectRevision) if has_permission(user, "read", revision.project);

# Only administrators of a project can see what a revision contains; on-site participants see some licenses only as a number.
allow_field(user: User, "read", revision: ProjectRevision, field) if
  field in ["snapshot"] and
  (has_role(user, "admin", revision.project) or has_role(user, "staff", revision.project));


# ---------------------------------------------------------------------------------------------------------------------
# Notifications and the audit log
# ---------------------------------------------------------------------------------------------------------------------

# A message for one person.
#
#   mark    mark it as read, or archive it
resource Notification {
  permissions = ["read", "mark"];

  "read" if "mark";
}

# Only recipients can see their messages.
has_permission(user: User, "mark", notification: Notification) if notification.recipient = user;


# Whether and how people are notified of an event: everywhere, in a group, or a single person.
resource NotificationRule {
  roles = ["vendor", "staff"];
  permissions = ["read", "modify"];

  "modify" if "vendor";
  "read" if "modify";
  "read" if "staff";
}

# Group administrators can set the notification rules of their group and of the groups below it.
has_permission(user: User, "modify", rule: NotificationRule) if has_role(user, "admin", rule.group);

# People can choose what they are notified of.
has_permission(user: User, "modify", rule: NotificationRule) if
  rule.user = user and
  user.kind = "HUMAN";


# One action in the audit log, which is never changed or deleted.
resource AuditEntry {
  roles = ["vendor", "staff", "admin"];
  permissions = ["read"];

  "read" if "vendor";
  "read" if "staff";
  "read" if "admin";
}

# Group administrators can read what was done in their group and in the groups below it.
has_role(user: User, "admin", entry: AuditEntry) if has_role(user, "admin", entry.group);

# Project administrators can read what was done in their projects.
has_role(user: User, "admin", entry: AuditEntry) if has_role(user, "admin", entry.project);

# People can read what they have done themselves.
has_permission(user: User, "read", entry: AuditEntry) if
  entry.actor = user and
  user.kind = "HUMAN";

# Only administrators can see the details of a change, because they may name groups above a member.
allow_field(user: User, "read", entry: AuditEntry, field) if
  field in ["before", "after"] and
  (has_role(user, "vendor", entry) or has_role(user, "staff", entry) or has_role(user, "admin", entry));

# Only the vendor's people can see the number of an action, because it counts the actions of all customers.
allow_field(user: User, "read", entry: AuditEntry, field) if
  field in ["number"] and
  (has_role(user, "vendor", entry) or has_role(user, "staff", entry));
