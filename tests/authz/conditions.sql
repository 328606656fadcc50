-- THE POLICY AS SQL, as it is tested row by row. Written by `./portal policy decisions`.
--
-- A permission is granted if one of its conditions holds; above each are the descriptions of its rules. `when` is decided in
-- Python, from the account and the settings, before any row is read.


-- Portal: read

--   Everyone who is logged in can see the edition and what it includes.
--   when user.status = 'ACTIVE'
true


-- Portal: administer

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true


-- Portal: manage_catalogue

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true


-- Portal: create_top_level_group

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true


-- Portal: create_account

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true


-- Portal: read_policy

--   Auditors of the vendor can read the policy and have its decisions explained.
--   when user.holds_auditor = True
true

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true


-- Portal: import

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true


-- Branding: read

--   Everyone who is logged in can see the look of the portal.
--   when user.status = 'ACTIVE'
true


-- Branding: modify

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true


-- Group: read

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   Technical users can see their home group.
groups.id = :actor_home_group_id

--   Members belong to the group that they have joined, not to the groups above or below it.
EXISTS (SELECT 1
FROM memberships AS memberships_1
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_1.user_id = :actor_id
  AND groups.id = memberships_1.group_id)

--   Participants of a project can see the group of the project.
EXISTS (SELECT 1
FROM projects AS projects_1, project_participants AS project_participants_1
WHERE projects_1.id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND groups.id = projects_1.group_id)

--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- Group: rename

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- Group: modify

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators can change and delete the groups below their own, but not their own.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.parent_id = group_closure_1.descendant_id)


-- Group: tag

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true


-- Group: delete

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators can change and delete the groups below their own, but not their own.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.parent_id = group_closure_1.descendant_id)


-- Group: move

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true


-- Group: create_subgroup

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- Group: create_account

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- Group: invite

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- Group: manage_roles

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- Group: manage_technical_users

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- Group: create_project

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- Group: receive

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- Group: claim_ticket

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- Group: create_license

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators with a CREATE grant can create licenses for the groups that the grant covers.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1, category_grants AS category_grants_1, group_closure AS group_closure_2
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND category_grants_1.state = 'ACTIVE'
  AND category_grants_1.can_create = true
  AND group_closure_1.descendant_id = group_closure_2.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND category_grants_1.holder_id = :actor_id
  AND group_closure_2.ancestor_id = category_grants_1.scope_group_id
  AND groups.id = group_closure_1.descendant_id)


-- Group: sell_directly

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   The vendor's own sales staff can sell to the groups below a group of the vendor, in every edition.
--   Group administrators with a CREATE grant can create licenses for the groups that the grant covers.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1, category_grants AS category_grants_1, group_closure AS group_closure_2, group_closure AS group_closure_3, groups AS groups_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND category_grants_1.state = 'ACTIVE'
  AND category_grants_1.can_create = true
  AND groups_1.kind = 'ISV'
  AND group_closure_1.descendant_id = group_closure_2.descendant_id
  AND group_closure_1.descendant_id = group_closure_3.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND category_grants_1.holder_id = :actor_id
  AND group_closure_2.ancestor_id = category_grants_1.scope_group_id
  AND group_closure_3.ancestor_id = groups_1.id
  AND groups.id = group_closure_1.descendant_id)


-- Group: report

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- Group: edit_notification_rules

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- User: read

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   Everyone can see their own account and export what the portal keeps about it.
users.id = :actor_id

--   Project administrators can see the accounts of the participants.
--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1, project_participants AS project_participants_2
WHERE project_participants_2.role = 'ADMIN'
  AND project_participants_1.project_id = project_participants_2.project_id
  AND project_participants_2.user_id = :actor_id
  AND users.id = project_participants_1.user_id)

--   Group administrators can manage the technical users of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND users.home_group_id = group_closure_1.descendant_id)

--   Group administrators can manage the accounts of the members of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM memberships AS memberships_1, group_closure AS group_closure_1, memberships AS memberships_2
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND memberships_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_2.group_id
  AND memberships_2.user_id = :actor_id
  AND users.id = memberships_1.user_id)

--   Project administrators can see the accounts of the participants.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1, projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND project_participants_1.project_id = projects_1.id
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND users.id = project_participants_1.user_id)


-- User: modify

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   People can manage their own accounts; technical users are managed by their administrators.
users.kind = 'HUMAN'
  AND users.id = :actor_id

--   Group administrators can change the accounts of members, but not those of ISV administrators.
--   Group administrators can manage the technical users of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
users.is_isv_admin = false
  AND (EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND users.home_group_id = group_closure_1.descendant_id))

--   Group administrators can change the accounts of members, but not those of ISV administrators.
--   Group administrators can manage the accounts of the members of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
users.is_isv_admin = false
  AND (EXISTS (SELECT 1
FROM memberships AS memberships_1, group_closure AS group_closure_1, memberships AS memberships_2
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND memberships_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_2.group_id
  AND memberships_2.user_id = :actor_id
  AND users.id = memberships_1.user_id))


-- User: remove

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators can manage the technical users of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND users.home_group_id = group_closure_1.descendant_id)

--   Group administrators can manage the accounts of the members of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM memberships AS memberships_1, group_closure AS group_closure_1, memberships AS memberships_2
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND memberships_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_2.group_id
  AND memberships_2.user_id = :actor_id
  AND users.id = memberships_1.user_id)


-- User: delete

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   People who belong to no group can delete their own account.
--   People can manage their own accounts; technical users are managed by their administrators.
users.kind = 'HUMAN'
  AND NOT (EXISTS (SELECT 1
FROM memberships AS memberships_1
WHERE memberships_1.state = 'ACTIVE'
  AND users.id = memberships_1.user_id))
  AND users.id = :actor_id

--   Group administrators can delete the accounts of members, but not those of ISV administrators.
--   Group administrators can manage the technical users of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
users.is_isv_admin = false
  AND (EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND users.home_group_id = group_closure_1.descendant_id))

--   Group administrators can delete the accounts of members, but not those of ISV administrators.
--   Group administrators can manage the accounts of the members of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
users.is_isv_admin = false
  AND (EXISTS (SELECT 1
FROM memberships AS memberships_1, group_closure AS group_closure_1, memberships AS memberships_2
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND memberships_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_2.group_id
  AND memberships_2.user_id = :actor_id
  AND users.id = memberships_1.user_id))


-- User: receive

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators can manage the technical users of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND users.home_group_id = group_closure_1.descendant_id)

--   Group administrators can manage the accounts of the members of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM memberships AS memberships_1, group_closure AS group_closure_1, memberships AS memberships_2
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND memberships_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_2.group_id
  AND memberships_2.user_id = :actor_id
  AND users.id = memberships_1.user_id)


-- User: claim_ticket

--   People can manage their own accounts; technical users are managed by their administrators.
users.kind = 'HUMAN'
  AND users.id = :actor_id


-- User: change_credentials

--   People can manage their own accounts; technical users are managed by their administrators.
users.kind = 'HUMAN'
  AND users.id = :actor_id


-- User: manage_technical

--   Administrators can manage the technical users of their groups.
--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
users.kind = 'TECHNICAL'

--   Administrators can manage the technical users of their groups.
--   Group administrators can manage the technical users of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
users.kind = 'TECHNICAL'
  AND (EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND users.home_group_id = group_closure_1.descendant_id))

--   Administrators can manage the technical users of their groups.
--   Group administrators can manage the accounts of the members of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
users.kind = 'TECHNICAL'
  AND (EXISTS (SELECT 1
FROM memberships AS memberships_1, group_closure AS group_closure_1, memberships AS memberships_2
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND memberships_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_2.group_id
  AND memberships_2.user_id = :actor_id
  AND users.id = memberships_1.user_id))


-- User: issue_token

--   Those who can manage a technical user can issue its access tokens.
--   Administrators can manage the technical users of their groups.
--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
users.kind = 'TECHNICAL'

--   People can manage their own accounts; technical users are managed by their administrators.
users.kind = 'HUMAN'
  AND users.id = :actor_id

--   Those who can manage a technical user can issue its access tokens.
--   Administrators can manage the technical users of their groups.
--   Group administrators can manage the technical users of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
users.kind = 'TECHNICAL'
  AND (EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND users.home_group_id = group_closure_1.descendant_id))

--   Those who can manage a technical user can issue its access tokens.
--   Administrators can manage the technical users of their groups.
--   Group administrators can manage the accounts of the members of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
users.kind = 'TECHNICAL'
  AND (EXISTS (SELECT 1
FROM memberships AS memberships_1, group_closure AS group_closure_1, memberships AS memberships_2
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND memberships_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_2.group_id
  AND memberships_2.user_id = :actor_id
  AND users.id = memberships_1.user_id))


-- User: set_isv_right

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true


-- User: register_container

--   People can manage their own accounts; technical users are managed by their administrators.
users.kind = 'HUMAN'
  AND users.id = :actor_id


-- User: export

--   Everyone can see their own account and export what the portal keeps about it.
users.id = :actor_id


-- AccessToken: read

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Everyone can see and revoke their own access tokens.
access_tokens.user_id = :actor_id

--   Those who can manage a technical user can see and revoke its access tokens.
--   Administrators can manage the technical users of their groups.
--   Group administrators can manage the technical users of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM users AS users_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE users_1.kind = 'TECHNICAL'
  AND memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND users_1.home_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND access_tokens.user_id = users_1.id)

--   Those who can manage a technical user can see and revoke its access tokens.
--   Administrators can manage the technical users of their groups.
--   Group administrators can manage the accounts of the members of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM users AS users_1, memberships AS memberships_1, group_closure AS group_closure_1, memberships AS memberships_2
WHERE users_1.kind = 'TECHNICAL'
  AND memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND users_1.id = memberships_1.user_id
  AND memberships_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_2.group_id
  AND memberships_2.user_id = :actor_id
  AND access_tokens.user_id = users_1.id)


-- AccessToken: revoke

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Everyone can see and revoke their own access tokens.
access_tokens.user_id = :actor_id

--   Those who can manage a technical user can see and revoke its access tokens.
--   Administrators can manage the technical users of their groups.
--   Group administrators can manage the technical users of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM users AS users_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE users_1.kind = 'TECHNICAL'
  AND memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND users_1.home_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND access_tokens.user_id = users_1.id)

--   Those who can manage a technical user can see and revoke its access tokens.
--   Administrators can manage the technical users of their groups.
--   Group administrators can manage the accounts of the members of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM users AS users_1, memberships AS memberships_1, group_closure AS group_closure_1, memberships AS memberships_2
WHERE users_1.kind = 'TECHNICAL'
  AND memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND users_1.id = memberships_1.user_id
  AND memberships_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_2.group_id
  AND memberships_2.user_id = :actor_id
  AND access_tokens.user_id = users_1.id)


-- Membership: read

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   Members can see their own role, and can leave the group.
memberships.user_id = :actor_id

--   Group administrators can give and take roles in their group and in the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND memberships.group_id = group_closure_1.descendant_id)


-- Membership: change_role

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators can give and take roles in their group and in the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND memberships.group_id = group_closure_1.descendant_id)


-- Membership: entrust

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true


-- Membership: remove

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators can give and take roles in their group and in the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND memberships.group_id = group_closure_1.descendant_id)


-- Membership: leave

--   Members can see their own role, and can leave the group.
memberships.user_id = :actor_id


-- Invitation: read

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   Only people who have verified the invited email address can see, accept and decline an invitation to it.
--   when user.email != nil and user.email_verified_at != nil
invitations.email = :actor_email

--   Group administrators can see and revoke invitations to their group and to the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND invitations.group_id = group_closure_1.descendant_id)


-- Invitation: revoke

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators can see and revoke invitations to their group and to the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND invitations.group_id = group_closure_1.descendant_id)


-- Invitation: accept

--   Only people who have verified the invited email address can see, accept and decline an invitation to it.
--   when user.email != nil and user.email_verified_at != nil
invitations.email = :actor_email


-- Invitation: decline

--   Only people who have verified the invited email address can see, accept and decline an invitation to it.
--   when user.email != nil and user.email_verified_at != nil
invitations.email = :actor_email


-- Product: read

--   Everyone who is logged in can see the products.
--   when user.status = 'ACTIVE'
true


-- Product: modify

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true


-- Feature: read

--   Everyone who is logged in can see the features of the products.
--   when user.status = 'ACTIVE'
true


-- Feature: modify

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true


-- Category: read

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   Holders of a grant can see its category.
EXISTS (SELECT 1
FROM category_grants AS category_grants_1
WHERE category_grants_1.state = 'ACTIVE'
  AND category_grants_1.holder_id = :actor_id
  AND categories.id = category_grants_1.category_id)


-- Category: modify

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true


-- Category: grant

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true


-- LicenseTemplate: read

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   Holders of a CREATE grant can order the products of its category.
EXISTS (SELECT 1
FROM product_categories AS product_categories_1, category_grants AS category_grants_1
WHERE category_grants_1.state = 'ACTIVE'
  AND category_grants_1.can_create = true
  AND product_categories_1.category_id = category_grants_1.category_id
  AND category_grants_1.holder_id = :actor_id
  AND license_templates.product_id = product_categories_1.product_id)


-- LicenseTemplate: modify

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true


-- LicenseTemplate: order

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Holders of a CREATE grant can order the products of its category.
EXISTS (SELECT 1
FROM product_categories AS product_categories_1, category_grants AS category_grants_1
WHERE category_grants_1.state = 'ACTIVE'
  AND category_grants_1.can_create = true
  AND product_categories_1.category_id = category_grants_1.category_id
  AND category_grants_1.holder_id = :actor_id
  AND license_templates.product_id = product_categories_1.product_id)


-- LicenseTemplate: skip_approval

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true


-- LicenseTemplate: override_limits

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true


-- LicenseTemplate: sell_directly

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true


-- CategoryGrant: read

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   Holders can see their own grants.
category_grants.holder_id = :actor_id

--   People can see and revoke the grants that they have given.
category_grants.granted_by_id = :actor_id

--   Group administrators can see who holds grants for their group and for the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND category_grants.scope_group_id = group_closure_1.descendant_id)


-- CategoryGrant: pass_on

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Holders can pass on an active grant for a group that they administer.
--   Group administrators can manage their group and every group below it.
category_grants.state = 'ACTIVE'
  AND category_grants.holder_id = :actor_id
  AND (EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND memberships_1.user_id = :actor_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND category_grants.scope_group_id = group_closure_1.descendant_id))


-- CategoryGrant: revoke

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   People can see and revoke the grants that they have given.
category_grants.granted_by_id = :actor_id


-- LicenseOrder: read

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   Buyers can see their own orders.
license_orders.actor_id = :actor_id

--   Group administrators can see the orders for their group and for the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND license_orders.group_id = group_closure_1.descendant_id)


-- LicenseOrder: create

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators with a CREATE grant can order the products of its category for the groups that it covers.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1, group_closure AS group_closure_2, license_templates AS license_templates_1, product_categories AS product_categories_1, category_grants AS category_grants_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND category_grants_1.state = 'ACTIVE'
  AND category_grants_1.can_create = true
  AND group_closure_1.descendant_id = group_closure_2.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND category_grants_1.holder_id = :actor_id
  AND group_closure_2.ancestor_id = category_grants_1.scope_group_id
  AND license_templates_1.product_id = product_categories_1.product_id
  AND product_categories_1.category_id = category_grants_1.category_id
  AND license_orders.group_id = group_closure_1.descendant_id
  AND license_orders.template_id = license_templates_1.id)


-- LicenseOrder: decide

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true


-- Ticket: read

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   People can see the tickets that they have redeemed, and their codes.
tickets.owner_user_id = :actor_id

--   Group administrators can see the tickets of their group and of the groups below it, and their codes.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND tickets.owner_group_id = group_closure_1.descendant_id)


-- Ticket: read_code

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   People can see the tickets that they have redeemed, and their codes.
tickets.owner_user_id = :actor_id

--   Group administrators can see the tickets of their group and of the groups below it, and their codes.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND tickets.owner_group_id = group_closure_1.descendant_id)


-- Ticket: assign

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators can assign the tickets of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND tickets.owner_group_id = group_closure_1.descendant_id)


-- Ticket: void

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true


-- License: read

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   A license assigned to an individual is visible to the individual, who can activate it.
licenses.assigned_user_id = :actor_id

--   Customers can see and activate the licenses that they have bought for themselves.
licenses.owner_user_id = :actor_id

--   Project administrators can activate the licenses of their projects.
--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND licenses.assigned_project_id = project_participants_1.project_id)

--   Licenses assigned to groups can be marked as public (visible to all members).
--   Members belong to the group that they have joined, not to the groups above or below it.
licenses.visibility = 'PUBLIC'
  AND (EXISTS (SELECT 1
FROM memberships AS memberships_1
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_1.user_id = :actor_id
  AND licenses.assigned_group_id = memberships_1.group_id))

--   Group administrators can manage the licenses of their group and of the groups below it, no matter who uses them.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.owner_group_id = group_closure_1.descendant_id)

--   Group administrators can activate the licenses that are assigned to their group or to a group below it, and add time to them.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.assigned_group_id = group_closure_1.descendant_id)

--   Project administrators can activate the licenses of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.assigned_project_id = projects_1.id)

--   On-site participants can see the public licenses of a published project; of the others they see only the number.
--   On-site participants carry out the project.
licenses.visibility = 'PUBLIC'
  AND licenses.assigned_project_id IS NOT NULL
  AND (EXISTS (SELECT 1
FROM projects AS projects_1, project_participants AS project_participants_1
WHERE projects_1.revision >= 1
  AND project_participants_1.role = 'ON_SITE'
  AND projects_1.id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND licenses.assigned_project_id = projects_1.id))


-- License: assign

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators can manage the licenses of their group and of the groups below it, no matter who uses them.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.owner_group_id = group_closure_1.descendant_id)


-- License: unassign

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators can manage the licenses of their group and of the groups below it, no matter who uses them.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.owner_group_id = group_closure_1.descendant_id)


-- License: set_visibility

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators can manage the licenses of their group and of the groups below it, no matter who uses them.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.owner_group_id = group_closure_1.descendant_id)


-- License: activate

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   A license assigned to an individual is visible to the individual, who can activate it.
licenses.assigned_user_id = :actor_id

--   Customers can see and activate the licenses that they have bought for themselves.
licenses.owner_user_id = :actor_id

--   Project administrators can activate the licenses of their projects.
--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND licenses.assigned_project_id = project_participants_1.project_id)

--   Members can activate the public licenses of their group, if the vendor allows it.
--   Licenses assigned to groups can be marked as public (visible to all members).
--   Members belong to the group that they have joined, not to the groups above or below it.
--   when user.portal.members_may_activate = True
licenses.visibility = 'PUBLIC'
  AND (EXISTS (SELECT 1
FROM memberships AS memberships_1
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_1.user_id = :actor_id
  AND licenses.assigned_group_id = memberships_1.group_id))

--   Group administrators can manage the licenses of their group and of the groups below it, no matter who uses them.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.owner_group_id = group_closure_1.descendant_id)

--   Group administrators can activate the licenses that are assigned to their group or to a group below it, and add time to them.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.assigned_group_id = group_closure_1.descendant_id)

--   Project administrators can activate the licenses of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.assigned_project_id = projects_1.id)


-- License: add_time

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   People can add time to their own licenses; technical users cannot.
--   A license assigned to an individual is visible to the individual, who can activate it.
--   when user.kind = 'HUMAN'
licenses.assigned_user_id = :actor_id

--   People can add time to their own licenses; technical users cannot.
--   Customers can see and activate the licenses that they have bought for themselves.
--   when user.kind = 'HUMAN'
licenses.owner_user_id = :actor_id

--   Group administrators can manage the licenses of their group and of the groups below it, no matter who uses them.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.owner_group_id = group_closure_1.descendant_id)

--   Group administrators can activate the licenses that are assigned to their group or to a group below it, and add time to them.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.assigned_group_id = group_closure_1.descendant_id)


-- License: create

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators with a CREATE grant can create licenses of the products that the grant covers.
--   Group administrators can manage the licenses of their group and of the groups below it, no matter who uses them.
--   Group administrators can manage their group and every group below it.
--   A grant covers the products of its category, for its group and the groups below, as long as it is active.
--   A CREATE grant allows its holder to create licenses.
licenses.owner_group_id IS NOT NULL
  AND (EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1, group_closure AS group_closure_2, product_categories AS product_categories_1, category_grants AS category_grants_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND category_grants_1.state = 'ACTIVE'
  AND category_grants_1.can_create = true
  AND group_closure_1.descendant_id = group_closure_2.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND category_grants_1.holder_id = :actor_id
  AND group_closure_2.ancestor_id = category_grants_1.scope_group_id
  AND product_categories_1.category_id = category_grants_1.category_id
  AND licenses.owner_group_id = group_closure_1.descendant_id
  AND licenses.product_id = product_categories_1.product_id))


-- License: modify

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators with a MODIFY grant can change the licenses that the grant covers.
--   Group administrators can manage the licenses of their group and of the groups below it, no matter who uses them.
--   Group administrators can manage their group and every group below it.
--   A grant covers the products of its category, for its group and the groups below, as long as it is active.
--   A MODIFY grant allows its holder to change, renew and cancel licenses.
licenses.owner_group_id IS NOT NULL
  AND (EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1, group_closure AS group_closure_2, product_categories AS product_categories_1, category_grants AS category_grants_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND category_grants_1.state = 'ACTIVE'
  AND category_grants_1.can_modify = true
  AND group_closure_1.descendant_id = group_closure_2.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND category_grants_1.holder_id = :actor_id
  AND group_closure_2.ancestor_id = category_grants_1.scope_group_id
  AND product_categories_1.category_id = category_grants_1.category_id
  AND licenses.owner_group_id = group_closure_1.descendant_id
  AND licenses.product_id = product_categories_1.product_id))


-- License: renew

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators with a MODIFY grant can renew the licenses that the grant covers.
--   Group administrators can manage the licenses of their group and of the groups below it, no matter who uses them.
--   Group administrators can manage their group and every group below it.
--   A grant covers the products of its category, for its group and the groups below, as long as it is active.
--   A MODIFY grant allows its holder to change, renew and cancel licenses.
licenses.owner_group_id IS NOT NULL
  AND (EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1, group_closure AS group_closure_2, product_categories AS product_categories_1, category_grants AS category_grants_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND category_grants_1.state = 'ACTIVE'
  AND category_grants_1.can_modify = true
  AND group_closure_1.descendant_id = group_closure_2.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND category_grants_1.holder_id = :actor_id
  AND group_closure_2.ancestor_id = category_grants_1.scope_group_id
  AND product_categories_1.category_id = category_grants_1.category_id
  AND licenses.owner_group_id = group_closure_1.descendant_id
  AND licenses.product_id = product_categories_1.product_id))


-- License: cancel

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators with a MODIFY grant can cancel the subscriptions that the grant covers.
--   Group administrators can manage the licenses of their group and of the groups below it, no matter who uses them.
--   Group administrators can manage their group and every group below it.
--   A grant covers the products of its category, for its group and the groups below, as long as it is active.
--   A MODIFY grant allows its holder to change, renew and cancel licenses.
licenses.owner_group_id IS NOT NULL
  AND (EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1, group_closure AS group_closure_2, product_categories AS product_categories_1, category_grants AS category_grants_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND category_grants_1.state = 'ACTIVE'
  AND category_grants_1.can_modify = true
  AND group_closure_1.descendant_id = group_closure_2.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND category_grants_1.holder_id = :actor_id
  AND group_closure_2.ancestor_id = category_grants_1.scope_group_id
  AND product_categories_1.category_id = category_grants_1.category_id
  AND licenses.owner_group_id = group_closure_1.descendant_id
  AND licenses.product_id = product_categories_1.product_id))


-- License: revoke

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators with a REVOKE grant can revoke the licenses that the grant covers.
--   Group administrators can manage the licenses of their group and of the groups below it, no matter who uses them.
--   Group administrators can manage their group and every group below it.
--   A grant covers the products of its category, for its group and the groups below, as long as it is active.
--   A REVOKE grant allows its holder to revoke licenses.
licenses.owner_group_id IS NOT NULL
  AND (EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1, group_closure AS group_closure_2, product_categories AS product_categories_1, category_grants AS category_grants_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND category_grants_1.state = 'ACTIVE'
  AND category_grants_1.can_revoke = true
  AND group_closure_1.descendant_id = group_closure_2.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND category_grants_1.holder_id = :actor_id
  AND group_closure_2.ancestor_id = category_grants_1.scope_group_id
  AND product_categories_1.category_id = category_grants_1.category_id
  AND licenses.owner_group_id = group_closure_1.descendant_id
  AND licenses.product_id = product_categories_1.product_id))


-- License: suspend

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true


-- License: override_limits

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true


-- TimeContingent: read

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   Time contingents are sold to groups, and their members can use them freely for their own licenses.
--   Members belong to the group that they have joined, not to the groups above or below it.
EXISTS (SELECT 1
FROM memberships AS memberships_1
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_1.user_id = :actor_id
  AND time_contingents.group_id = memberships_1.group_id)

--   Group administrators can use the time contingents of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND time_contingents.group_id = group_closure_1.descendant_id)


-- TimeContingent: draw

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Time contingents are sold to groups, and their members can use them freely for their own licenses.
--   Members belong to the group that they have joined, not to the groups above or below it.
EXISTS (SELECT 1
FROM memberships AS memberships_1
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_1.user_id = :actor_id
  AND time_contingents.group_id = memberships_1.group_id)

--   Group administrators can use the time contingents of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND time_contingents.group_id = group_closure_1.descendant_id)


-- TimeContingent: modify

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true


-- Container: read

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   Users can access their own Personal CmCloudContainer.
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id = :actor_id

--   People can manage their own computers and dongles.
containers.type IN ('LOCAL', 'DONGLE')
  AND containers.owner_user_id = :actor_id

--   Technical users can use their own Enterprise CmCloudContainer.
containers.type = 'TECHNICAL_CLOUD'
  AND containers.owner_user_id = :actor_id

--   Project administrators can manage the containers of their projects.
--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND containers.owner_project_id = project_participants_1.project_id)

--   On-site participants can see and update the containers of their projects.
--   On-site participants carry out the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ON_SITE'
  AND project_participants_1.user_id = :actor_id
  AND containers.owner_project_id = project_participants_1.project_id)

--   Users can use the Enterprise Group CmCloudContainers of the groups they belong to.
--   Members belong to the group that they have joined, not to the groups above or below it.
containers.type = 'GROUP_CLOUD'
  AND (EXISTS (SELECT 1
FROM memberships AS memberships_1
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_1.user_id = :actor_id
  AND containers.owner_group_id = memberships_1.group_id))

--   Group administrators can access the Group CmCloudContainers, computers and dongles of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_group_id = group_closure_1.descendant_id)

--   Project administrators can manage the containers of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_project_id = projects_1.id)

--   Group administrators can see the containers in which licenses of their group or of the groups below it are activated.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM activations AS activations_1, licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND activations_1.license_id = licenses_1.id
  AND licenses_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.id = activations_1.container_id)

--   Group administrators can access the CmCloudContainers of the technical users of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
containers.type = 'TECHNICAL_CLOUD'
  AND containers.owner_user_id IS NOT NULL
  AND (EXISTS (SELECT 1
FROM users AS users_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND users_1.home_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_user_id = users_1.id))

--   Group administrators can access the Personal CmCloudContainers of all members of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id IS NOT NULL
  AND (EXISTS (SELECT 1
FROM memberships AS memberships_1, group_closure AS group_closure_1, memberships AS memberships_2
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND memberships_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_2.group_id
  AND memberships_2.user_id = :actor_id
  AND containers.owner_user_id = memberships_1.user_id))


-- Container: use

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Users can access their own Personal CmCloudContainer.
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id = :actor_id

--   People can manage their own computers and dongles.
containers.type IN ('LOCAL', 'DONGLE')
  AND containers.owner_user_id = :actor_id

--   Technical users can use their own Enterprise CmCloudContainer.
containers.type = 'TECHNICAL_CLOUD'
  AND containers.owner_user_id = :actor_id

--   Project administrators can manage the containers of their projects.
--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND containers.owner_project_id = project_participants_1.project_id)

--   Users can use the Enterprise Group CmCloudContainers of the groups they belong to.
--   Members belong to the group that they have joined, not to the groups above or below it.
containers.type = 'GROUP_CLOUD'
  AND (EXISTS (SELECT 1
FROM memberships AS memberships_1
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_1.user_id = :actor_id
  AND containers.owner_group_id = memberships_1.group_id))

--   Group administrators can access the Group CmCloudContainers, computers and dongles of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_group_id = group_closure_1.descendant_id)

--   Project administrators can manage the containers of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_project_id = projects_1.id)

--   Group administrators can access the CmCloudContainers of the technical users of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
containers.type = 'TECHNICAL_CLOUD'
  AND containers.owner_user_id IS NOT NULL
  AND (EXISTS (SELECT 1
FROM users AS users_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND users_1.home_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_user_id = users_1.id))

--   Group administrators can access the Personal CmCloudContainers of all members of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id IS NOT NULL
  AND (EXISTS (SELECT 1
FROM memberships AS memberships_1, group_closure AS group_closure_1, memberships AS memberships_2
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND memberships_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_2.group_id
  AND memberships_2.user_id = :actor_id
  AND containers.owner_user_id = memberships_1.user_id))


-- Container: receive

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Technical users can activate the licenses that are assigned to them in their own container.
containers.type = 'TECHNICAL_CLOUD'
  AND containers.owner_user_id = :actor_id

--   Users can access their own Personal CmCloudContainer.
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id = :actor_id

--   People can manage their own computers and dongles.
containers.type IN ('LOCAL', 'DONGLE')
  AND containers.owner_user_id = :actor_id

--   Project administrators can manage the containers of their projects.
--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND containers.owner_project_id = project_participants_1.project_id)

--   Group administrators can access the Group CmCloudContainers, computers and dongles of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_group_id = group_closure_1.descendant_id)

--   Project administrators can manage the containers of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_project_id = projects_1.id)

--   Group administrators can access the CmCloudContainers of the technical users of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
containers.type = 'TECHNICAL_CLOUD'
  AND containers.owner_user_id IS NOT NULL
  AND (EXISTS (SELECT 1
FROM users AS users_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND users_1.home_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_user_id = users_1.id))

--   Group administrators can access the Personal CmCloudContainers of all members of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id IS NOT NULL
  AND (EXISTS (SELECT 1
FROM memberships AS memberships_1, group_closure AS group_closure_1, memberships AS memberships_2
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND memberships_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_2.group_id
  AND memberships_2.user_id = :actor_id
  AND containers.owner_user_id = memberships_1.user_id))


-- Container: modify

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Users can access their own Personal CmCloudContainer.
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id = :actor_id

--   People can manage their own computers and dongles.
containers.type IN ('LOCAL', 'DONGLE')
  AND containers.owner_user_id = :actor_id

--   Project administrators can manage the containers of their projects.
--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND containers.owner_project_id = project_participants_1.project_id)

--   Group administrators can access the Group CmCloudContainers, computers and dongles of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_group_id = group_closure_1.descendant_id)

--   Project administrators can manage the containers of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_project_id = projects_1.id)

--   Group administrators can access the CmCloudContainers of the technical users of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
containers.type = 'TECHNICAL_CLOUD'
  AND containers.owner_user_id IS NOT NULL
  AND (EXISTS (SELECT 1
FROM users AS users_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND users_1.home_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_user_id = users_1.id))

--   Group administrators can access the Personal CmCloudContainers of all members of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id IS NOT NULL
  AND (EXISTS (SELECT 1
FROM memberships AS memberships_1, group_closure AS group_closure_1, memberships AS memberships_2
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND memberships_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_2.group_id
  AND memberships_2.user_id = :actor_id
  AND containers.owner_user_id = memberships_1.user_id))


-- Container: reset

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Users can access their own Personal CmCloudContainer.
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id = :actor_id

--   People can manage their own computers and dongles.
containers.type IN ('LOCAL', 'DONGLE')
  AND containers.owner_user_id = :actor_id

--   Project administrators can manage the containers of their projects.
--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND containers.owner_project_id = project_participants_1.project_id)

--   Group administrators can access the Group CmCloudContainers, computers and dongles of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_group_id = group_closure_1.descendant_id)

--   Project administrators can manage the containers of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_project_id = projects_1.id)

--   Group administrators can access the CmCloudContainers of the technical users of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
containers.type = 'TECHNICAL_CLOUD'
  AND containers.owner_user_id IS NOT NULL
  AND (EXISTS (SELECT 1
FROM users AS users_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND users_1.home_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_user_id = users_1.id))

--   Group administrators can access the Personal CmCloudContainers of all members of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id IS NOT NULL
  AND (EXISTS (SELECT 1
FROM memberships AS memberships_1, group_closure AS group_closure_1, memberships AS memberships_2
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND memberships_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_2.group_id
  AND memberships_2.user_id = :actor_id
  AND containers.owner_user_id = memberships_1.user_id))


-- Container: reset_now

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Users can access their own Personal CmCloudContainer.
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id = :actor_id

--   People can manage their own computers and dongles.
containers.type IN ('LOCAL', 'DONGLE')
  AND containers.owner_user_id = :actor_id

--   Administrators can reset the Group CmCloudContainers that they manage at once.
--   Project administrators can manage the containers of their projects.
--   Project administrators can prepare, publish and archive their projects.
containers.type = 'GROUP_CLOUD'
  AND (EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND containers.owner_project_id = project_participants_1.project_id))

--   Administrators can reset the CmCloudContainers of technical users that they manage at once.
--   Project administrators can manage the containers of their projects.
--   Project administrators can prepare, publish and archive their projects.
containers.type = 'TECHNICAL_CLOUD'
  AND (EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND containers.owner_project_id = project_participants_1.project_id))

--   Administrators can reset a person's container that holds licenses of others, if the vendor does not require the person's consent.
--   Project administrators can manage the containers of their projects.
--   Project administrators can prepare, publish and archive their projects.
--   when user.portal.strict_shared_containers = False
containers.type = 'PERSONAL_CLOUD'
  AND (EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND containers.owner_project_id = project_participants_1.project_id))

--   Administrators can reset the Group CmCloudContainers that they manage at once.
--   Group administrators can access the Group CmCloudContainers, computers and dongles of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
containers.type = 'GROUP_CLOUD'
  AND (EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_group_id = group_closure_1.descendant_id))

--   Administrators can reset the CmCloudContainers of technical users that they manage at once.
--   Group administrators can access the Group CmCloudContainers, computers and dongles of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
containers.type = 'TECHNICAL_CLOUD'
  AND (EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_group_id = group_closure_1.descendant_id))

--   Administrators can reset the Group CmCloudContainers that they manage at once.
--   Project administrators can manage the containers of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
containers.type = 'GROUP_CLOUD'
  AND (EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_project_id = projects_1.id))

--   Administrators can reset the CmCloudContainers of technical users that they manage at once.
--   Project administrators can manage the containers of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
containers.type = 'TECHNICAL_CLOUD'
  AND (EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_project_id = projects_1.id))

--   Administrators can reset a person's container that holds licenses of others, if the vendor does not require the person's consent.
--   Group administrators can access the Group CmCloudContainers, computers and dongles of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   when user.portal.strict_shared_containers = False
containers.type = 'PERSONAL_CLOUD'
  AND (EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_group_id = group_closure_1.descendant_id))

--   Administrators can reset the CmCloudContainers of technical users that they manage at once.
--   Group administrators can access the CmCloudContainers of the technical users of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
containers.type = 'TECHNICAL_CLOUD'
  AND containers.owner_user_id IS NOT NULL
  AND (EXISTS (SELECT 1
FROM users AS users_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND users_1.home_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_user_id = users_1.id))

--   Administrators can reset a person's container that holds licenses of others, if the vendor does not require the person's consent.
--   Project administrators can manage the containers of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   when user.portal.strict_shared_containers = False
containers.type = 'PERSONAL_CLOUD'
  AND (EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_project_id = projects_1.id))

--   Administrators can reset a person's container that holds licenses of others, if the vendor does not require the person's consent.
--   Group administrators can access the Personal CmCloudContainers of all members of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   when user.portal.strict_shared_containers = False
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id IS NOT NULL
  AND (EXISTS (SELECT 1
FROM memberships AS memberships_1, group_closure AS group_closure_1, memberships AS memberships_2
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND memberships_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_2.group_id
  AND memberships_2.user_id = :actor_id
  AND containers.owner_user_id = memberships_1.user_id))


-- Container: confirm

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Users can access their own Personal CmCloudContainer.
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id = :actor_id

--   People can manage their own computers and dongles.
containers.type IN ('LOCAL', 'DONGLE')
  AND containers.owner_user_id = :actor_id


-- Container: delete

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Users can access their own Personal CmCloudContainer.
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id = :actor_id

--   People can manage their own computers and dongles.
containers.type IN ('LOCAL', 'DONGLE')
  AND containers.owner_user_id = :actor_id

--   Project administrators can manage the containers of their projects.
--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND containers.owner_project_id = project_participants_1.project_id)

--   Group administrators can access the Group CmCloudContainers, computers and dongles of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_group_id = group_closure_1.descendant_id)

--   Project administrators can manage the containers of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_project_id = projects_1.id)

--   Group administrators can access the CmCloudContainers of the technical users of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
containers.type = 'TECHNICAL_CLOUD'
  AND containers.owner_user_id IS NOT NULL
  AND (EXISTS (SELECT 1
FROM users AS users_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND users_1.home_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_user_id = users_1.id))

--   Group administrators can access the Personal CmCloudContainers of all members of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id IS NOT NULL
  AND (EXISTS (SELECT 1
FROM memberships AS memberships_1, group_closure AS group_closure_1, memberships AS memberships_2
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND memberships_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_2.group_id
  AND memberships_2.user_id = :actor_id
  AND containers.owner_user_id = memberships_1.user_id))


-- Container: report_lost

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Users can access their own Personal CmCloudContainer.
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id = :actor_id

--   People can manage their own computers and dongles.
containers.type IN ('LOCAL', 'DONGLE')
  AND containers.owner_user_id = :actor_id

--   Project administrators can manage the containers of their projects.
--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND containers.owner_project_id = project_participants_1.project_id)

--   Group administrators can access the Group CmCloudContainers, computers and dongles of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_group_id = group_closure_1.descendant_id)

--   Project administrators can manage the containers of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_project_id = projects_1.id)

--   Group administrators can access the CmCloudContainers of the technical users of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
containers.type = 'TECHNICAL_CLOUD'
  AND containers.owner_user_id IS NOT NULL
  AND (EXISTS (SELECT 1
FROM users AS users_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND users_1.home_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_user_id = users_1.id))

--   Group administrators can access the Personal CmCloudContainers of all members of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id IS NOT NULL
  AND (EXISTS (SELECT 1
FROM memberships AS memberships_1, group_closure AS group_closure_1, memberships AS memberships_2
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND memberships_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_2.group_id
  AND memberships_2.user_id = :actor_id
  AND containers.owner_user_id = memberships_1.user_id))


-- Container: fetch_update

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Users can access their own Personal CmCloudContainer.
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id = :actor_id

--   People can manage their own computers and dongles.
containers.type IN ('LOCAL', 'DONGLE')
  AND containers.owner_user_id = :actor_id

--   Project administrators can manage the containers of their projects.
--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND containers.owner_project_id = project_participants_1.project_id)

--   On-site participants can see and update the containers of their projects.
--   On-site participants carry out the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ON_SITE'
  AND project_participants_1.user_id = :actor_id
  AND containers.owner_project_id = project_participants_1.project_id)

--   Group administrators can access the Group CmCloudContainers, computers and dongles of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_group_id = group_closure_1.descendant_id)

--   Project administrators can manage the containers of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_project_id = projects_1.id)

--   Group administrators can access the CmCloudContainers of the technical users of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
containers.type = 'TECHNICAL_CLOUD'
  AND containers.owner_user_id IS NOT NULL
  AND (EXISTS (SELECT 1
FROM users AS users_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND users_1.home_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_user_id = users_1.id))

--   Group administrators can access the Personal CmCloudContainers of all members of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id IS NOT NULL
  AND (EXISTS (SELECT 1
FROM memberships AS memberships_1, group_closure AS group_closure_1, memberships AS memberships_2
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND memberships_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_2.group_id
  AND memberships_2.user_id = :actor_id
  AND containers.owner_user_id = memberships_1.user_id))


-- Container: block

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true


-- Container: settle

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Support staff can settle containers in an unexpected state, if the vendor delegates this.
--   when user.holds_support = True and user.portal.support_may_decide = True
true


-- Activation: read

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   People can see what is activated in their own containers.
EXISTS (SELECT 1
FROM containers AS containers_1
WHERE containers_1.owner_user_id = :actor_id
  AND activations.container_id = containers_1.id)

--   People can see and manage their activations of their own licenses.
--   A license assigned to an individual is visible to the individual, who can activate it.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1
WHERE licenses_1.assigned_user_id = :actor_id
  AND activations.license_id = licenses_1.id))

--   People can see and manage their activations of their own licenses.
--   Customers can see and activate the licenses that they have bought for themselves.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1
WHERE licenses_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id))

--   Project administrators can manage the activations of the licenses of their projects.
--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM licenses AS licenses_1, project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND licenses_1.assigned_project_id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   Group administrators can manage the activations of the licenses of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   Group administrators can manage the activations of licenses that are assigned to their group or to a group below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.assigned_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   Group administrators can see what is activated in the containers of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM containers AS containers_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND containers_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND activations.container_id = containers_1.id)

--   Project administrators can manage the activations of the licenses of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.assigned_project_id = projects_1.id
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   Members can see and manage their activations of the public licenses of their group.
--   Licenses assigned to groups can be marked as public (visible to all members).
--   Members belong to the group that they have joined, not to the groups above or below it.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1, memberships AS memberships_1
WHERE licenses_1.visibility = 'PUBLIC'
  AND memberships_1.state = 'ACTIVE'
  AND memberships_1.user_id = :actor_id
  AND licenses_1.assigned_group_id = memberships_1.group_id
  AND activations.license_id = licenses_1.id))

--   Members can see which public licenses are activated in the container of their group.
--   Members belong to the group that they have joined, not to the groups above or below it.
--   Licenses assigned to groups can be marked as public (visible to all members).
EXISTS (SELECT 1
FROM containers AS containers_1, memberships AS memberships_1, licenses AS licenses_1, memberships AS memberships_2
WHERE containers_1.type = 'GROUP_CLOUD'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.visibility = 'PUBLIC'
  AND memberships_2.state = 'ACTIVE'
  AND containers_1.owner_group_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND memberships_2.user_id = :actor_id
  AND licenses_1.assigned_group_id = memberships_2.group_id
  AND activations.container_id = containers_1.id
  AND activations.license_id = licenses_1.id)


-- Activation: create

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Users can activate their own licenses in their own containers.
--   A license assigned to an individual is visible to the individual, who can activate it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, containers AS containers_1
WHERE licenses_1.assigned_user_id = :actor_id
  AND containers_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Users can activate their own licenses in their own containers.
--   Customers can see and activate the licenses that they have bought for themselves.
EXISTS (SELECT 1
FROM licenses AS licenses_1, containers AS containers_1
WHERE licenses_1.owner_user_id = :actor_id
  AND containers_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Project administrators can activate licenses of their projects in the containers of the projects.
--   Project administrators can manage the activations of the licenses of their projects.
--   Project administrators can prepare, publish and archive their projects.
--   Technical users can activate the licenses that are assigned to them in their own container.
EXISTS (SELECT 1
FROM licenses AS licenses_1, project_participants AS project_participants_1, containers AS containers_1
WHERE project_participants_1.role = 'ADMIN'
  AND containers_1.type = 'TECHNICAL_CLOUD'
  AND licenses_1.assigned_project_id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND containers_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Project administrators can activate licenses of their projects in the containers of the projects.
--   Project administrators can manage the activations of the licenses of their projects.
--   Project administrators can prepare, publish and archive their projects.
--   Users can access their own Personal CmCloudContainer.
EXISTS (SELECT 1
FROM licenses AS licenses_1, project_participants AS project_participants_1, containers AS containers_1
WHERE project_participants_1.role = 'ADMIN'
  AND containers_1.type = 'PERSONAL_CLOUD'
  AND licenses_1.assigned_project_id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND containers_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Project administrators can activate licenses of their projects in the containers of the projects.
--   Project administrators can manage the activations of the licenses of their projects.
--   Project administrators can prepare, publish and archive their projects.
--   People can manage their own computers and dongles.
EXISTS (SELECT 1
FROM licenses AS licenses_1, project_participants AS project_participants_1, containers AS containers_1
WHERE project_participants_1.role = 'ADMIN'
  AND containers_1.type IN ('LOCAL', 'DONGLE')
  AND licenses_1.assigned_project_id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND containers_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Members can activate public licenses of their group in their own containers, if the vendor allows it; never in the group's container.
--   Licenses assigned to groups can be marked as public (visible to all members).
--   Members belong to the group that they have joined, not to the groups above or below it.
--   when user.portal.members_may_activate = True
EXISTS (SELECT 1
FROM licenses AS licenses_1, memberships AS memberships_1, containers AS containers_1
WHERE licenses_1.visibility = 'PUBLIC'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.assigned_group_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Group administrators can activate licenses of their groups in containers that they manage.
--   Group administrators can manage the activations of the licenses of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   Technical users can activate the licenses that are assigned to them in their own container.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1, containers AS containers_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND containers_1.type = 'TECHNICAL_CLOUD'
  AND licenses_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Group administrators can activate licenses of their groups in containers that they manage.
--   Group administrators can manage the activations of the licenses of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   Users can access their own Personal CmCloudContainer.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1, containers AS containers_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND containers_1.type = 'PERSONAL_CLOUD'
  AND licenses_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Group administrators can activate licenses of their groups in containers that they manage.
--   Group administrators can manage the activations of the licenses of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   People can manage their own computers and dongles.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1, containers AS containers_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND containers_1.type IN ('LOCAL', 'DONGLE')
  AND licenses_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Group administrators can activate licenses of their groups in containers that they manage.
--   Group administrators can manage the activations of licenses that are assigned to their group or to a group below it.
--   Group administrators can manage their group and every group below it.
--   Technical users can activate the licenses that are assigned to them in their own container.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1, containers AS containers_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND containers_1.type = 'TECHNICAL_CLOUD'
  AND licenses_1.assigned_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Group administrators can activate licenses of their groups in containers that they manage.
--   Group administrators can manage the activations of licenses that are assigned to their group or to a group below it.
--   Group administrators can manage their group and every group below it.
--   Users can access their own Personal CmCloudContainer.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1, containers AS containers_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND containers_1.type = 'PERSONAL_CLOUD'
  AND licenses_1.assigned_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Group administrators can activate licenses of their groups in containers that they manage.
--   Group administrators can manage the activations of licenses that are assigned to their group or to a group below it.
--   Group administrators can manage their group and every group below it.
--   People can manage their own computers and dongles.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1, containers AS containers_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND containers_1.type IN ('LOCAL', 'DONGLE')
  AND licenses_1.assigned_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Project administrators can activate licenses of their projects in the containers of the projects.
--   Project administrators can manage the activations of the licenses of their projects.
--   Project administrators can prepare, publish and archive their projects.
--   Project administrators can manage the containers of their projects.
EXISTS (SELECT 1
FROM licenses AS licenses_1, project_participants AS project_participants_1, containers AS containers_1, project_participants AS project_participants_2
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_2.role = 'ADMIN'
  AND licenses_1.assigned_project_id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND project_participants_2.user_id = :actor_id
  AND containers_1.owner_project_id = project_participants_2.project_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Project administrators can activate licenses of their projects in the containers of the projects.
--   Project administrators can manage the activations of the licenses of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   Technical users can activate the licenses that are assigned to them in their own container.
EXISTS (SELECT 1
FROM licenses AS licenses_1, projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1, containers AS containers_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND containers_1.type = 'TECHNICAL_CLOUD'
  AND licenses_1.assigned_project_id = projects_1.id
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Project administrators can activate licenses of their projects in the containers of the projects.
--   Project administrators can manage the activations of the licenses of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   Users can access their own Personal CmCloudContainer.
EXISTS (SELECT 1
FROM licenses AS licenses_1, projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1, containers AS containers_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND containers_1.type = 'PERSONAL_CLOUD'
  AND licenses_1.assigned_project_id = projects_1.id
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Project administrators can activate licenses of their projects in the containers of the projects.
--   Project administrators can manage the activations of the licenses of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   People can manage their own computers and dongles.
EXISTS (SELECT 1
FROM licenses AS licenses_1, projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1, containers AS containers_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND containers_1.type IN ('LOCAL', 'DONGLE')
  AND licenses_1.assigned_project_id = projects_1.id
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Group administrators can activate licenses of their groups in containers that they manage.
--   Group administrators can manage the activations of the licenses of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   Project administrators can manage the containers of their projects.
--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1, containers AS containers_1, project_participants AS project_participants_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND project_participants_1.role = 'ADMIN'
  AND licenses_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND project_participants_1.user_id = :actor_id
  AND containers_1.owner_project_id = project_participants_1.project_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Group administrators can activate licenses of their groups in containers that they manage.
--   Group administrators can manage the activations of licenses that are assigned to their group or to a group below it.
--   Group administrators can manage their group and every group below it.
--   Project administrators can manage the containers of their projects.
--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1, containers AS containers_1, project_participants AS project_participants_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND project_participants_1.role = 'ADMIN'
  AND licenses_1.assigned_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND project_participants_1.user_id = :actor_id
  AND containers_1.owner_project_id = project_participants_1.project_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Project administrators can activate licenses of their projects in the containers of the projects.
--   Project administrators can manage the activations of the licenses of their projects.
--   Project administrators can prepare, publish and archive their projects.
--   Group administrators can access the Group CmCloudContainers, computers and dongles of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, project_participants AS project_participants_1, containers AS containers_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE project_participants_1.role = 'ADMIN'
  AND memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.assigned_project_id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND memberships_1.user_id = :actor_id
  AND containers_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Project administrators can activate licenses of their projects in the containers of the projects.
--   Project administrators can manage the activations of the licenses of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   Project administrators can manage the containers of their projects.
--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM licenses AS licenses_1, projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1, containers AS containers_1, project_participants AS project_participants_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND project_participants_1.role = 'ADMIN'
  AND licenses_1.assigned_project_id = projects_1.id
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND project_participants_1.user_id = :actor_id
  AND containers_1.owner_project_id = project_participants_1.project_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Project administrators can activate licenses of their projects in the containers of the projects.
--   Project administrators can manage the activations of the licenses of their projects.
--   Project administrators can prepare, publish and archive their projects.
--   Project administrators can manage the containers of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, project_participants AS project_participants_1, containers AS containers_1, projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE project_participants_1.role = 'ADMIN'
  AND memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.assigned_project_id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND memberships_1.user_id = :actor_id
  AND containers_1.owner_project_id = projects_1.id
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Group administrators can activate licenses of their groups in containers that they manage.
--   Group administrators can manage the activations of the licenses of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   Group administrators can access the Group CmCloudContainers, computers and dongles of their group and of the groups below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1, containers AS containers_1, group_closure AS group_closure_2, memberships AS memberships_2
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND licenses_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND memberships_2.user_id = :actor_id
  AND containers_1.owner_group_id = group_closure_2.descendant_id
  AND group_closure_2.ancestor_id = memberships_2.group_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Group administrators can activate licenses of their groups in containers that they manage.
--   Group administrators can manage the activations of licenses that are assigned to their group or to a group below it.
--   Group administrators can manage their group and every group below it.
--   Group administrators can access the Group CmCloudContainers, computers and dongles of their group and of the groups below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1, containers AS containers_1, group_closure AS group_closure_2, memberships AS memberships_2
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND licenses_1.assigned_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND memberships_2.user_id = :actor_id
  AND containers_1.owner_group_id = group_closure_2.descendant_id
  AND group_closure_2.ancestor_id = memberships_2.group_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Group administrators can activate licenses of their groups in containers that they manage.
--   Group administrators can manage the activations of the licenses of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   Project administrators can manage the containers of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1, containers AS containers_1, projects AS projects_1, group_closure AS group_closure_2, memberships AS memberships_2
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND licenses_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND memberships_2.user_id = :actor_id
  AND containers_1.owner_project_id = projects_1.id
  AND projects_1.group_id = group_closure_2.descendant_id
  AND group_closure_2.ancestor_id = memberships_2.group_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Group administrators can activate licenses of their groups in containers that they manage.
--   Group administrators can manage the activations of licenses that are assigned to their group or to a group below it.
--   Group administrators can manage their group and every group below it.
--   Project administrators can manage the containers of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1, containers AS containers_1, projects AS projects_1, group_closure AS group_closure_2, memberships AS memberships_2
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND licenses_1.assigned_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND memberships_2.user_id = :actor_id
  AND containers_1.owner_project_id = projects_1.id
  AND projects_1.group_id = group_closure_2.descendant_id
  AND group_closure_2.ancestor_id = memberships_2.group_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Project administrators can activate licenses of their projects in the containers of the projects.
--   Project administrators can manage the activations of the licenses of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   Group administrators can access the Group CmCloudContainers, computers and dongles of their group and of the groups below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1, containers AS containers_1, group_closure AS group_closure_2, memberships AS memberships_2
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND licenses_1.assigned_project_id = projects_1.id
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND memberships_2.user_id = :actor_id
  AND containers_1.owner_group_id = group_closure_2.descendant_id
  AND group_closure_2.ancestor_id = memberships_2.group_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Project administrators can activate licenses of their projects in the containers of the projects.
--   Project administrators can manage the activations of the licenses of their projects.
--   Project administrators can prepare, publish and archive their projects.
--   Group administrators can access the CmCloudContainers of the technical users of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, project_participants AS project_participants_1, containers AS containers_1, users AS users_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE project_participants_1.role = 'ADMIN'
  AND containers_1.type = 'TECHNICAL_CLOUD'
  AND containers_1.owner_user_id IS NOT NULL
  AND memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.assigned_project_id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND memberships_1.user_id = :actor_id
  AND containers_1.owner_user_id = users_1.id
  AND users_1.home_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Project administrators can activate licenses of their projects in the containers of the projects.
--   Project administrators can manage the activations of the licenses of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   Project administrators can manage the containers of their projects.
EXISTS (SELECT 1
FROM licenses AS licenses_1, projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1, containers AS containers_1, projects AS projects_2, group_closure AS group_closure_2, memberships AS memberships_2
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND licenses_1.assigned_project_id = projects_1.id
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND memberships_2.user_id = :actor_id
  AND containers_1.owner_project_id = projects_2.id
  AND projects_2.group_id = group_closure_2.descendant_id
  AND group_closure_2.ancestor_id = memberships_2.group_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Group administrators can activate licenses of their groups in containers that they manage.
--   Group administrators can manage the activations of the licenses of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   Group administrators can access the CmCloudContainers of the technical users of their group and of the groups below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1, containers AS containers_1, users AS users_1, group_closure AS group_closure_2, memberships AS memberships_2
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND containers_1.type = 'TECHNICAL_CLOUD'
  AND containers_1.owner_user_id IS NOT NULL
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND licenses_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND memberships_2.user_id = :actor_id
  AND containers_1.owner_user_id = users_1.id
  AND users_1.home_group_id = group_closure_2.descendant_id
  AND group_closure_2.ancestor_id = memberships_2.group_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Group administrators can activate licenses of their groups in containers that they manage.
--   Group administrators can manage the activations of licenses that are assigned to their group or to a group below it.
--   Group administrators can manage their group and every group below it.
--   Group administrators can access the CmCloudContainers of the technical users of their group and of the groups below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1, containers AS containers_1, users AS users_1, group_closure AS group_closure_2, memberships AS memberships_2
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND containers_1.type = 'TECHNICAL_CLOUD'
  AND containers_1.owner_user_id IS NOT NULL
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND licenses_1.assigned_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND memberships_2.user_id = :actor_id
  AND containers_1.owner_user_id = users_1.id
  AND users_1.home_group_id = group_closure_2.descendant_id
  AND group_closure_2.ancestor_id = memberships_2.group_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Project administrators can activate licenses of their projects in the containers of the projects.
--   Project administrators can manage the activations of the licenses of their projects.
--   Project administrators can prepare, publish and archive their projects.
--   Group administrators can access the Personal CmCloudContainers of all members of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, project_participants AS project_participants_1, containers AS containers_1, memberships AS memberships_1, group_closure AS group_closure_1, memberships AS memberships_2
WHERE project_participants_1.role = 'ADMIN'
  AND containers_1.type = 'PERSONAL_CLOUD'
  AND containers_1.owner_user_id IS NOT NULL
  AND memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND licenses_1.assigned_project_id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND memberships_2.user_id = :actor_id
  AND containers_1.owner_user_id = memberships_1.user_id
  AND memberships_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_2.group_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Project administrators can activate licenses of their projects in the containers of the projects.
--   Project administrators can manage the activations of the licenses of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   Group administrators can access the CmCloudContainers of the technical users of their group and of the groups below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1, containers AS containers_1, users AS users_1, group_closure AS group_closure_2, memberships AS memberships_2
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND containers_1.type = 'TECHNICAL_CLOUD'
  AND containers_1.owner_user_id IS NOT NULL
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND licenses_1.assigned_project_id = projects_1.id
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND memberships_2.user_id = :actor_id
  AND containers_1.owner_user_id = users_1.id
  AND users_1.home_group_id = group_closure_2.descendant_id
  AND group_closure_2.ancestor_id = memberships_2.group_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Group administrators can activate licenses of their groups in containers that they manage.
--   Group administrators can manage the activations of the licenses of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   Group administrators can access the Personal CmCloudContainers of all members of their group and of the groups below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1, containers AS containers_1, memberships AS memberships_2, group_closure AS group_closure_2, memberships AS memberships_3
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND containers_1.type = 'PERSONAL_CLOUD'
  AND containers_1.owner_user_id IS NOT NULL
  AND memberships_2.state = 'ACTIVE'
  AND memberships_3.role = 'ADMIN'
  AND memberships_3.state = 'ACTIVE'
  AND licenses_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND memberships_3.user_id = :actor_id
  AND containers_1.owner_user_id = memberships_2.user_id
  AND memberships_2.group_id = group_closure_2.descendant_id
  AND group_closure_2.ancestor_id = memberships_3.group_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Group administrators can activate licenses of their groups in containers that they manage.
--   Group administrators can manage the activations of licenses that are assigned to their group or to a group below it.
--   Group administrators can manage their group and every group below it.
--   Group administrators can access the Personal CmCloudContainers of all members of their group and of the groups below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1, containers AS containers_1, memberships AS memberships_2, group_closure AS group_closure_2, memberships AS memberships_3
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND containers_1.type = 'PERSONAL_CLOUD'
  AND containers_1.owner_user_id IS NOT NULL
  AND memberships_2.state = 'ACTIVE'
  AND memberships_3.role = 'ADMIN'
  AND memberships_3.state = 'ACTIVE'
  AND licenses_1.assigned_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND memberships_3.user_id = :actor_id
  AND containers_1.owner_user_id = memberships_2.user_id
  AND memberships_2.group_id = group_closure_2.descendant_id
  AND group_closure_2.ancestor_id = memberships_3.group_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Project administrators can activate licenses of their projects in the containers of the projects.
--   Project administrators can manage the activations of the licenses of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   Group administrators can access the Personal CmCloudContainers of all members of their group and of the groups below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1, containers AS containers_1, memberships AS memberships_2, group_closure AS group_closure_2, memberships AS memberships_3
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND containers_1.type = 'PERSONAL_CLOUD'
  AND containers_1.owner_user_id IS NOT NULL
  AND memberships_2.state = 'ACTIVE'
  AND memberships_3.role = 'ADMIN'
  AND memberships_3.state = 'ACTIVE'
  AND licenses_1.assigned_project_id = projects_1.id
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND memberships_3.user_id = :actor_id
  AND containers_1.owner_user_id = memberships_2.user_id
  AND memberships_2.group_id = group_closure_2.descendant_id
  AND group_closure_2.ancestor_id = memberships_3.group_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)


-- Activation: deactivate

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Users can deactivate their own licenses, unless the vendor has disabled it.
--   People can see and manage their activations of their own licenses.
--   A license assigned to an individual is visible to the individual, who can activate it.
--   Deactivation can be disabled by the software vendor for specific licenses.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1
WHERE licenses_1.deactivation_allowed = true
  AND licenses_1.assigned_user_id = :actor_id
  AND activations.license_id = licenses_1.id))

--   Users can deactivate their own licenses, unless the vendor has disabled it.
--   People can see and manage their activations of their own licenses.
--   Customers can see and activate the licenses that they have bought for themselves.
--   Deactivation can be disabled by the software vendor for specific licenses.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1
WHERE licenses_1.deactivation_allowed = true
  AND licenses_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id))

--   Users can deactivate their own licenses, unless the vendor has disabled it.
--   Project administrators can manage the activations of the licenses of their projects.
--   Project administrators can prepare, publish and archive their projects.
--   Deactivation can be disabled by the software vendor for specific licenses.
EXISTS (SELECT 1
FROM licenses AS licenses_1, project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND licenses_1.deactivation_allowed = true
  AND licenses_1.assigned_project_id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   Users can deactivate their own licenses, unless the vendor has disabled it.
--   People can see and manage their activations of their own licenses.
--   A license assigned to an individual is visible to the individual, who can activate it.
--   Deactivation can be disabled by the software vendor for all licenses of a product.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1, products AS products_1
WHERE licenses_1.deactivation_allowed IS NULL
  AND products_1.deactivation_allowed = true
  AND licenses_1.assigned_user_id = :actor_id
  AND licenses_1.product_id = products_1.id
  AND activations.license_id = licenses_1.id))

--   Users can deactivate their own licenses, unless the vendor has disabled it.
--   People can see and manage their activations of their own licenses.
--   Customers can see and activate the licenses that they have bought for themselves.
--   Deactivation can be disabled by the software vendor for all licenses of a product.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1, products AS products_1
WHERE licenses_1.deactivation_allowed IS NULL
  AND products_1.deactivation_allowed = true
  AND licenses_1.owner_user_id = :actor_id
  AND licenses_1.product_id = products_1.id
  AND activations.license_id = licenses_1.id))

--   Users can deactivate their own licenses, unless the vendor has disabled it.
--   Group administrators can manage the activations of the licenses of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   Deactivation can be disabled by the software vendor for specific licenses.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.deactivation_allowed = true
  AND licenses_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   Users can deactivate their own licenses, unless the vendor has disabled it.
--   Group administrators can manage the activations of licenses that are assigned to their group or to a group below it.
--   Group administrators can manage their group and every group below it.
--   Deactivation can be disabled by the software vendor for specific licenses.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.deactivation_allowed = true
  AND licenses_1.assigned_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   Users can deactivate their own licenses, unless the vendor has disabled it.
--   Project administrators can manage the activations of the licenses of their projects.
--   Project administrators can prepare, publish and archive their projects.
--   Deactivation can be disabled by the software vendor for all licenses of a product.
EXISTS (SELECT 1
FROM licenses AS licenses_1, project_participants AS project_participants_1, products AS products_1
WHERE project_participants_1.role = 'ADMIN'
  AND licenses_1.deactivation_allowed IS NULL
  AND products_1.deactivation_allowed = true
  AND licenses_1.assigned_project_id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND licenses_1.product_id = products_1.id
  AND activations.license_id = licenses_1.id)

--   Users can deactivate their own licenses, unless the vendor has disabled it.
--   Project administrators can manage the activations of the licenses of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   Deactivation can be disabled by the software vendor for specific licenses.
EXISTS (SELECT 1
FROM licenses AS licenses_1, projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.deactivation_allowed = true
  AND licenses_1.assigned_project_id = projects_1.id
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   Users can deactivate their own licenses, unless the vendor has disabled it.
--   Members can see and manage their activations of the public licenses of their group.
--   Licenses assigned to groups can be marked as public (visible to all members).
--   Members belong to the group that they have joined, not to the groups above or below it.
--   Deactivation can be disabled by the software vendor for specific licenses.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1, memberships AS memberships_1
WHERE licenses_1.visibility = 'PUBLIC'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.deactivation_allowed = true
  AND memberships_1.user_id = :actor_id
  AND licenses_1.assigned_group_id = memberships_1.group_id
  AND activations.license_id = licenses_1.id))

--   Users can deactivate their own licenses, unless the vendor has disabled it.
--   Group administrators can manage the activations of the licenses of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   Deactivation can be disabled by the software vendor for all licenses of a product.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1, products AS products_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.deactivation_allowed IS NULL
  AND products_1.deactivation_allowed = true
  AND licenses_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses_1.product_id = products_1.id
  AND activations.license_id = licenses_1.id)

--   Users can deactivate their own licenses, unless the vendor has disabled it.
--   Group administrators can manage the activations of licenses that are assigned to their group or to a group below it.
--   Group administrators can manage their group and every group below it.
--   Deactivation can be disabled by the software vendor for all licenses of a product.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1, products AS products_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.deactivation_allowed IS NULL
  AND products_1.deactivation_allowed = true
  AND licenses_1.assigned_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses_1.product_id = products_1.id
  AND activations.license_id = licenses_1.id)

--   Users can deactivate their own licenses, unless the vendor has disabled it.
--   Project administrators can manage the activations of the licenses of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   Deactivation can be disabled by the software vendor for all licenses of a product.
EXISTS (SELECT 1
FROM licenses AS licenses_1, projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1, products AS products_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.deactivation_allowed IS NULL
  AND products_1.deactivation_allowed = true
  AND licenses_1.assigned_project_id = projects_1.id
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses_1.product_id = products_1.id
  AND activations.license_id = licenses_1.id)

--   Users can deactivate their own licenses, unless the vendor has disabled it.
--   Members can see and manage their activations of the public licenses of their group.
--   Licenses assigned to groups can be marked as public (visible to all members).
--   Members belong to the group that they have joined, not to the groups above or below it.
--   Deactivation can be disabled by the software vendor for all licenses of a product.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1, memberships AS memberships_1, products AS products_1
WHERE licenses_1.visibility = 'PUBLIC'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.deactivation_allowed IS NULL
  AND products_1.deactivation_allowed = true
  AND memberships_1.user_id = :actor_id
  AND licenses_1.assigned_group_id = memberships_1.group_id
  AND licenses_1.product_id = products_1.id
  AND activations.license_id = licenses_1.id))


-- Activation: borrow

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Users can borrow and return their own seats, unless the vendor has disabled deactivation.
--   People can see and manage their activations of their own licenses.
--   A license assigned to an individual is visible to the individual, who can activate it.
--   Deactivation can be disabled by the software vendor for specific licenses.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1
WHERE licenses_1.deactivation_allowed = true
  AND licenses_1.assigned_user_id = :actor_id
  AND activations.license_id = licenses_1.id))

--   Users can borrow and return their own seats, unless the vendor has disabled deactivation.
--   People can see and manage their activations of their own licenses.
--   Customers can see and activate the licenses that they have bought for themselves.
--   Deactivation can be disabled by the software vendor for specific licenses.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1
WHERE licenses_1.deactivation_allowed = true
  AND licenses_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id))

--   Users can borrow and return their own seats, unless the vendor has disabled deactivation.
--   Project administrators can manage the activations of the licenses of their projects.
--   Project administrators can prepare, publish and archive their projects.
--   Deactivation can be disabled by the software vendor for specific licenses.
EXISTS (SELECT 1
FROM licenses AS licenses_1, project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND licenses_1.deactivation_allowed = true
  AND licenses_1.assigned_project_id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   Users can borrow and return their own seats, unless the vendor has disabled deactivation.
--   People can see and manage their activations of their own licenses.
--   A license assigned to an individual is visible to the individual, who can activate it.
--   Deactivation can be disabled by the software vendor for all licenses of a product.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1, products AS products_1
WHERE licenses_1.deactivation_allowed IS NULL
  AND products_1.deactivation_allowed = true
  AND licenses_1.assigned_user_id = :actor_id
  AND licenses_1.product_id = products_1.id
  AND activations.license_id = licenses_1.id))

--   Users can borrow and return their own seats, unless the vendor has disabled deactivation.
--   People can see and manage their activations of their own licenses.
--   Customers can see and activate the licenses that they have bought for themselves.
--   Deactivation can be disabled by the software vendor for all licenses of a product.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1, products AS products_1
WHERE licenses_1.deactivation_allowed IS NULL
  AND products_1.deactivation_allowed = true
  AND licenses_1.owner_user_id = :actor_id
  AND licenses_1.product_id = products_1.id
  AND activations.license_id = licenses_1.id))

--   Users can borrow and return their own seats, unless the vendor has disabled deactivation.
--   Group administrators can manage the activations of the licenses of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   Deactivation can be disabled by the software vendor for specific licenses.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.deactivation_allowed = true
  AND licenses_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   Users can borrow and return their own seats, unless the vendor has disabled deactivation.
--   Group administrators can manage the activations of licenses that are assigned to their group or to a group below it.
--   Group administrators can manage their group and every group below it.
--   Deactivation can be disabled by the software vendor for specific licenses.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.deactivation_allowed = true
  AND licenses_1.assigned_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   Users can borrow and return their own seats, unless the vendor has disabled deactivation.
--   Project administrators can manage the activations of the licenses of their projects.
--   Project administrators can prepare, publish and archive their projects.
--   Deactivation can be disabled by the software vendor for all licenses of a product.
EXISTS (SELECT 1
FROM licenses AS licenses_1, project_participants AS project_participants_1, products AS products_1
WHERE project_participants_1.role = 'ADMIN'
  AND licenses_1.deactivation_allowed IS NULL
  AND products_1.deactivation_allowed = true
  AND licenses_1.assigned_project_id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND licenses_1.product_id = products_1.id
  AND activations.license_id = licenses_1.id)

--   Users can borrow and return their own seats, unless the vendor has disabled deactivation.
--   Project administrators can manage the activations of the licenses of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   Deactivation can be disabled by the software vendor for specific licenses.
EXISTS (SELECT 1
FROM licenses AS licenses_1, projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.deactivation_allowed = true
  AND licenses_1.assigned_project_id = projects_1.id
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   Users can borrow and return their own seats, unless the vendor has disabled deactivation.
--   Members can see and manage their activations of the public licenses of their group.
--   Licenses assigned to groups can be marked as public (visible to all members).
--   Members belong to the group that they have joined, not to the groups above or below it.
--   Deactivation can be disabled by the software vendor for specific licenses.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1, memberships AS memberships_1
WHERE licenses_1.visibility = 'PUBLIC'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.deactivation_allowed = true
  AND memberships_1.user_id = :actor_id
  AND licenses_1.assigned_group_id = memberships_1.group_id
  AND activations.license_id = licenses_1.id))

--   Users can borrow and return their own seats, unless the vendor has disabled deactivation.
--   Group administrators can manage the activations of the licenses of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   Deactivation can be disabled by the software vendor for all licenses of a product.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1, products AS products_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.deactivation_allowed IS NULL
  AND products_1.deactivation_allowed = true
  AND licenses_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses_1.product_id = products_1.id
  AND activations.license_id = licenses_1.id)

--   Users can borrow and return their own seats, unless the vendor has disabled deactivation.
--   Group administrators can manage the activations of licenses that are assigned to their group or to a group below it.
--   Group administrators can manage their group and every group below it.
--   Deactivation can be disabled by the software vendor for all licenses of a product.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1, products AS products_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.deactivation_allowed IS NULL
  AND products_1.deactivation_allowed = true
  AND licenses_1.assigned_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses_1.product_id = products_1.id
  AND activations.license_id = licenses_1.id)

--   Users can borrow and return their own seats, unless the vendor has disabled deactivation.
--   Project administrators can manage the activations of the licenses of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   Deactivation can be disabled by the software vendor for all licenses of a product.
EXISTS (SELECT 1
FROM licenses AS licenses_1, projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1, products AS products_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.deactivation_allowed IS NULL
  AND products_1.deactivation_allowed = true
  AND licenses_1.assigned_project_id = projects_1.id
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses_1.product_id = products_1.id
  AND activations.license_id = licenses_1.id)

--   Users can borrow and return their own seats, unless the vendor has disabled deactivation.
--   Members can see and manage their activations of the public licenses of their group.
--   Licenses assigned to groups can be marked as public (visible to all members).
--   Members belong to the group that they have joined, not to the groups above or below it.
--   Deactivation can be disabled by the software vendor for all licenses of a product.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1, memberships AS memberships_1, products AS products_1
WHERE licenses_1.visibility = 'PUBLIC'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.deactivation_allowed IS NULL
  AND products_1.deactivation_allowed = true
  AND memberships_1.user_id = :actor_id
  AND licenses_1.assigned_group_id = memberships_1.group_id
  AND licenses_1.product_id = products_1.id
  AND activations.license_id = licenses_1.id))


-- Activation: transfer

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Users can move their own licenses to another container, unless the vendor has disabled deactivation.
--   People can see and manage their activations of their own licenses.
--   A license assigned to an individual is visible to the individual, who can activate it.
--   Deactivation can be disabled by the software vendor for specific licenses.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1
WHERE licenses_1.deactivation_allowed = true
  AND licenses_1.assigned_user_id = :actor_id
  AND activations.license_id = licenses_1.id))

--   Users can move their own licenses to another container, unless the vendor has disabled deactivation.
--   People can see and manage their activations of their own licenses.
--   Customers can see and activate the licenses that they have bought for themselves.
--   Deactivation can be disabled by the software vendor for specific licenses.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1
WHERE licenses_1.deactivation_allowed = true
  AND licenses_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id))

--   Users can move their own licenses to another container, unless the vendor has disabled deactivation.
--   Project administrators can manage the activations of the licenses of their projects.
--   Project administrators can prepare, publish and archive their projects.
--   Deactivation can be disabled by the software vendor for specific licenses.
EXISTS (SELECT 1
FROM licenses AS licenses_1, project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND licenses_1.deactivation_allowed = true
  AND licenses_1.assigned_project_id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   Users can move their own licenses to another container, unless the vendor has disabled deactivation.
--   People can see and manage their activations of their own licenses.
--   A license assigned to an individual is visible to the individual, who can activate it.
--   Deactivation can be disabled by the software vendor for all licenses of a product.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1, products AS products_1
WHERE licenses_1.deactivation_allowed IS NULL
  AND products_1.deactivation_allowed = true
  AND licenses_1.assigned_user_id = :actor_id
  AND licenses_1.product_id = products_1.id
  AND activations.license_id = licenses_1.id))

--   Users can move their own licenses to another container, unless the vendor has disabled deactivation.
--   People can see and manage their activations of their own licenses.
--   Customers can see and activate the licenses that they have bought for themselves.
--   Deactivation can be disabled by the software vendor for all licenses of a product.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1, products AS products_1
WHERE licenses_1.deactivation_allowed IS NULL
  AND products_1.deactivation_allowed = true
  AND licenses_1.owner_user_id = :actor_id
  AND licenses_1.product_id = products_1.id
  AND activations.license_id = licenses_1.id))

--   Users can move their own licenses to another container, unless the vendor has disabled deactivation.
--   Group administrators can manage the activations of the licenses of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   Deactivation can be disabled by the software vendor for specific licenses.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.deactivation_allowed = true
  AND licenses_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   Users can move their own licenses to another container, unless the vendor has disabled deactivation.
--   Group administrators can manage the activations of licenses that are assigned to their group or to a group below it.
--   Group administrators can manage their group and every group below it.
--   Deactivation can be disabled by the software vendor for specific licenses.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.deactivation_allowed = true
  AND licenses_1.assigned_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   Users can move their own licenses to another container, unless the vendor has disabled deactivation.
--   Project administrators can manage the activations of the licenses of their projects.
--   Project administrators can prepare, publish and archive their projects.
--   Deactivation can be disabled by the software vendor for all licenses of a product.
EXISTS (SELECT 1
FROM licenses AS licenses_1, project_participants AS project_participants_1, products AS products_1
WHERE project_participants_1.role = 'ADMIN'
  AND licenses_1.deactivation_allowed IS NULL
  AND products_1.deactivation_allowed = true
  AND licenses_1.assigned_project_id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND licenses_1.product_id = products_1.id
  AND activations.license_id = licenses_1.id)

--   Users can move their own licenses to another container, unless the vendor has disabled deactivation.
--   Project administrators can manage the activations of the licenses of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   Deactivation can be disabled by the software vendor for specific licenses.
EXISTS (SELECT 1
FROM licenses AS licenses_1, projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.deactivation_allowed = true
  AND licenses_1.assigned_project_id = projects_1.id
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   Users can move their own licenses to another container, unless the vendor has disabled deactivation.
--   Members can see and manage their activations of the public licenses of their group.
--   Licenses assigned to groups can be marked as public (visible to all members).
--   Members belong to the group that they have joined, not to the groups above or below it.
--   Deactivation can be disabled by the software vendor for specific licenses.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1, memberships AS memberships_1
WHERE licenses_1.visibility = 'PUBLIC'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.deactivation_allowed = true
  AND memberships_1.user_id = :actor_id
  AND licenses_1.assigned_group_id = memberships_1.group_id
  AND activations.license_id = licenses_1.id))

--   Users can move their own licenses to another container, unless the vendor has disabled deactivation.
--   Group administrators can manage the activations of the licenses of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   Deactivation can be disabled by the software vendor for all licenses of a product.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1, products AS products_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.deactivation_allowed IS NULL
  AND products_1.deactivation_allowed = true
  AND licenses_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses_1.product_id = products_1.id
  AND activations.license_id = licenses_1.id)

--   Users can move their own licenses to another container, unless the vendor has disabled deactivation.
--   Group administrators can manage the activations of licenses that are assigned to their group or to a group below it.
--   Group administrators can manage their group and every group below it.
--   Deactivation can be disabled by the software vendor for all licenses of a product.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1, products AS products_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.deactivation_allowed IS NULL
  AND products_1.deactivation_allowed = true
  AND licenses_1.assigned_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses_1.product_id = products_1.id
  AND activations.license_id = licenses_1.id)

--   Users can move their own licenses to another container, unless the vendor has disabled deactivation.
--   Project administrators can manage the activations of the licenses of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
--   Deactivation can be disabled by the software vendor for all licenses of a product.
EXISTS (SELECT 1
FROM licenses AS licenses_1, projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1, products AS products_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.deactivation_allowed IS NULL
  AND products_1.deactivation_allowed = true
  AND licenses_1.assigned_project_id = projects_1.id
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses_1.product_id = products_1.id
  AND activations.license_id = licenses_1.id)

--   Users can move their own licenses to another container, unless the vendor has disabled deactivation.
--   Members can see and manage their activations of the public licenses of their group.
--   Licenses assigned to groups can be marked as public (visible to all members).
--   Members belong to the group that they have joined, not to the groups above or below it.
--   Deactivation can be disabled by the software vendor for all licenses of a product.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1, memberships AS memberships_1, products AS products_1
WHERE licenses_1.visibility = 'PUBLIC'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.deactivation_allowed IS NULL
  AND products_1.deactivation_allowed = true
  AND memberships_1.user_id = :actor_id
  AND licenses_1.assigned_group_id = memberships_1.group_id
  AND licenses_1.product_id = products_1.id
  AND activations.license_id = licenses_1.id))


-- Activation: withdraw

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Group administrators can manage the activations of the licenses of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   Group administrators can manage the activations of licenses that are assigned to their group or to a group below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.assigned_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)


-- Activation: request_restore

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   People can see and manage their activations of their own licenses.
--   A license assigned to an individual is visible to the individual, who can activate it.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1
WHERE licenses_1.assigned_user_id = :actor_id
  AND activations.license_id = licenses_1.id))

--   People can see and manage their activations of their own licenses.
--   Customers can see and activate the licenses that they have bought for themselves.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1
WHERE licenses_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id))

--   Project administrators can manage the activations of the licenses of their projects.
--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM licenses AS licenses_1, project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND licenses_1.assigned_project_id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   Group administrators can manage the activations of the licenses of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   Group administrators can manage the activations of licenses that are assigned to their group or to a group below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.assigned_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   Project administrators can manage the activations of the licenses of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.assigned_project_id = projects_1.id
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   Members can see and manage their activations of the public licenses of their group.
--   Licenses assigned to groups can be marked as public (visible to all members).
--   Members belong to the group that they have joined, not to the groups above or below it.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1, memberships AS memberships_1
WHERE licenses_1.visibility = 'PUBLIC'
  AND memberships_1.state = 'ACTIVE'
  AND memberships_1.user_id = :actor_id
  AND licenses_1.assigned_group_id = memberships_1.group_id
  AND activations.license_id = licenses_1.id))


-- LicenseFile: read

--   Those who can use a container can import its license files.
--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
EXISTS (SELECT 1
FROM activations AS activations_1
WHERE license_files.activation_id = activations_1.id)

--   Those who can use a container can import its license files.
--   Users can access their own Personal CmCloudContainer.
EXISTS (SELECT 1
FROM activations AS activations_1, containers AS containers_1
WHERE containers_1.type = 'PERSONAL_CLOUD'
  AND activations_1.container_id = containers_1.id
  AND containers_1.owner_user_id = :actor_id
  AND license_files.activation_id = activations_1.id)

--   Those who can use a container can import its license files.
--   People can manage their own computers and dongles.
EXISTS (SELECT 1
FROM activations AS activations_1, containers AS containers_1
WHERE containers_1.type IN ('LOCAL', 'DONGLE')
  AND activations_1.container_id = containers_1.id
  AND containers_1.owner_user_id = :actor_id
  AND license_files.activation_id = activations_1.id)

--   Those who can use a container can import its license files.
--   Technical users can use their own Enterprise CmCloudContainer.
EXISTS (SELECT 1
FROM activations AS activations_1, containers AS containers_1
WHERE containers_1.type = 'TECHNICAL_CLOUD'
  AND activations_1.container_id = containers_1.id
  AND containers_1.owner_user_id = :actor_id
  AND license_files.activation_id = activations_1.id)

--   Those who can use a container can import its license files.
--   Project administrators can manage the containers of their projects.
--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM activations AS activations_1, containers AS containers_1, project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND activations_1.container_id = containers_1.id
  AND containers_1.owner_project_id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND license_files.activation_id = activations_1.id)

--   Those who can use a container can import its license files.
--   Users can use the Enterprise Group CmCloudContainers of the groups they belong to.
--   Members belong to the group that they have joined, not to the groups above or below it.
EXISTS (SELECT 1
FROM activations AS activations_1, containers AS containers_1, memberships AS memberships_1
WHERE containers_1.type = 'GROUP_CLOUD'
  AND memberships_1.state = 'ACTIVE'
  AND activations_1.container_id = containers_1.id
  AND containers_1.owner_group_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND license_files.activation_id = activations_1.id)

--   Those who can use a container can import its license files.
--   Group administrators can access the Group CmCloudContainers, computers and dongles of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM activations AS activations_1, containers AS containers_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND activations_1.container_id = containers_1.id
  AND containers_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND license_files.activation_id = activations_1.id)

--   Those who can use a container can import its license files.
--   Project administrators can manage the containers of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM activations AS activations_1, containers AS containers_1, projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND activations_1.container_id = containers_1.id
  AND containers_1.owner_project_id = projects_1.id
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND license_files.activation_id = activations_1.id)

--   Those who can use a container can import its license files.
--   Group administrators can access the CmCloudContainers of the technical users of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM activations AS activations_1, containers AS containers_1, users AS users_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE containers_1.type = 'TECHNICAL_CLOUD'
  AND containers_1.owner_user_id IS NOT NULL
  AND memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND activations_1.container_id = containers_1.id
  AND containers_1.owner_user_id = users_1.id
  AND users_1.home_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND license_files.activation_id = activations_1.id)

--   Those who can use a container can import its license files.
--   Group administrators can access the Personal CmCloudContainers of all members of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM activations AS activations_1, containers AS containers_1, memberships AS memberships_1, group_closure AS group_closure_1, memberships AS memberships_2
WHERE containers_1.type = 'PERSONAL_CLOUD'
  AND containers_1.owner_user_id IS NOT NULL
  AND memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND activations_1.container_id = containers_1.id
  AND containers_1.owner_user_id = memberships_1.user_id
  AND memberships_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_2.group_id
  AND memberships_2.user_id = :actor_id
  AND license_files.activation_id = activations_1.id)


-- RestoreCase: read

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   People can follow the restore cases that they have reported.
restore_cases.requested_by_id = :actor_id

--   Administrators can follow the restore cases of the containers that they manage.
--   Project administrators can manage the containers of their projects.
--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM containers AS containers_1, project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND containers_1.owner_project_id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND restore_cases.lost_container_id = containers_1.id)

--   Administrators can follow the restore cases of the containers that they manage.
--   Group administrators can access the Group CmCloudContainers, computers and dongles of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM containers AS containers_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND containers_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND restore_cases.lost_container_id = containers_1.id)

--   Administrators can follow the restore cases of the containers that they manage.
--   Project administrators can manage the containers of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM containers AS containers_1, projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND containers_1.owner_project_id = projects_1.id
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND restore_cases.lost_container_id = containers_1.id)

--   Group administrators can follow the restore cases of the licenses of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
restore_cases.activation_id IS NOT NULL
  AND (EXISTS (SELECT 1
FROM activations AS activations_1, licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND activations_1.license_id = licenses_1.id
  AND licenses_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND restore_cases.activation_id = activations_1.id))

--   Administrators can follow the restore cases of the containers that they manage.
--   Group administrators can access the CmCloudContainers of the technical users of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM containers AS containers_1, users AS users_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE containers_1.type = 'TECHNICAL_CLOUD'
  AND containers_1.owner_user_id IS NOT NULL
  AND memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND containers_1.owner_user_id = users_1.id
  AND users_1.home_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND restore_cases.lost_container_id = containers_1.id)

--   Group administrators can follow the loss of any container in which licenses of their groups are activated.
--   Group administrators can manage their group and every group below it.
restore_cases.lost_container_id IS NOT NULL
  AND (EXISTS (SELECT 1
FROM activations AS activations_1, licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND activations_1.license_id = licenses_1.id
  AND licenses_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND restore_cases.lost_container_id = activations_1.container_id))

--   Administrators can follow the restore cases of the containers that they manage.
--   Group administrators can access the Personal CmCloudContainers of all members of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM containers AS containers_1, memberships AS memberships_1, group_closure AS group_closure_1, memberships AS memberships_2
WHERE containers_1.type = 'PERSONAL_CLOUD'
  AND containers_1.owner_user_id IS NOT NULL
  AND memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND containers_1.owner_user_id = memberships_1.user_id
  AND memberships_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_2.group_id
  AND memberships_2.user_id = :actor_id
  AND restore_cases.lost_container_id = containers_1.id)


-- RestoreCase: decide

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Support staff can decide about restores over the limit, if the vendor delegates this.
--   when user.holds_support = True and user.portal.support_may_decide = True
true


-- Project: read

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND projects.id = project_participants_1.project_id)

--   On-site participants can see a project once it has been published.
--   On-site participants carry out the project.
projects.revision >= 1
  AND (EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ON_SITE'
  AND project_participants_1.user_id = :actor_id
  AND projects.id = project_participants_1.project_id))

--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND projects.group_id = group_closure_1.descendant_id)


-- Project: edit

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND projects.id = project_participants_1.project_id)

--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND projects.group_id = group_closure_1.descendant_id)


-- Project: publish

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND projects.id = project_participants_1.project_id)

--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND projects.group_id = group_closure_1.descendant_id)


-- Project: archive

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND projects.id = project_participants_1.project_id)

--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND projects.group_id = group_closure_1.descendant_id)


-- Project: receive

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND projects.id = project_participants_1.project_id)

--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND projects.group_id = group_closure_1.descendant_id)


-- Project: manage_participants

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND projects.id = project_participants_1.project_id)

--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND projects.group_id = group_closure_1.descendant_id)


-- Project: report

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND projects.id = project_participants_1.project_id)

--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND projects.group_id = group_closure_1.descendant_id)


-- Project: pull

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND projects.id = project_participants_1.project_id)

--   On-site participants can pull what is published, but not while the project is in edit mode.
--   On-site participants carry out the project.
projects.state = 'PUBLISHED'
  AND (EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ON_SITE'
  AND project_participants_1.user_id = :actor_id
  AND projects.id = project_participants_1.project_id))

--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND projects.group_id = group_closure_1.descendant_id)


-- ProjectParticipant: read

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   Participants can see their own participation.
project_participants.user_id = :actor_id

--   Project administrators can add and remove the participants of their projects.
--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Project administrators can add and remove the participants of their projects.
--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND project_participants.project_id = project_participants_1.project_id)

--   Project administrators can add and remove the participants of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND project_participants.project_id = projects_1.id)


-- ProjectParticipant: remove

--   Project administrators can add and remove the participants of their projects.
--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Project administrators can add and remove the participants of their projects.
--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND project_participants.project_id = project_participants_1.project_id)

--   Project administrators can add and remove the participants of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND project_participants.project_id = projects_1.id)


-- VirtualContainer: read

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   Project administrators can plan the containers of their projects.
--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Project administrators can plan the containers of their projects.
--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND virtual_containers.project_id = project_participants_1.project_id)

--   On-site participants can see the virtual containers of a published project.
--   On-site participants carry out the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1, projects AS projects_1
WHERE project_participants_1.role = 'ON_SITE'
  AND projects_1.state = 'PUBLISHED'
  AND project_participants_1.project_id = projects_1.id
  AND project_participants_1.user_id = :actor_id
  AND virtual_containers.project_id = project_participants_1.project_id)

--   On-site participants can see what they have already transferred while the project is in edit mode.
--   On-site participants carry out the project.
virtual_containers.container_id IS NOT NULL
  AND (EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ON_SITE'
  AND project_participants_1.user_id = :actor_id
  AND virtual_containers.project_id = project_participants_1.project_id))

--   Project administrators can plan the containers of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND virtual_containers.project_id = projects_1.id)


-- VirtualContainer: edit

--   Project administrators can plan the containers of their projects.
--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Project administrators can plan the containers of their projects.
--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND virtual_containers.project_id = project_participants_1.project_id)

--   Project administrators can plan the containers of their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND virtual_containers.project_id = projects_1.id)


-- VirtualContainer: pull

--   Those who can pull a project can transfer its virtual containers to real ones.
--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Those who can pull a project can transfer its virtual containers to real ones.
--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND virtual_containers.project_id = project_participants_1.project_id)

--   Those who can pull a project can transfer its virtual containers to real ones.
--   On-site participants can pull what is published, but not while the project is in edit mode.
--   On-site participants carry out the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1, projects AS projects_1
WHERE project_participants_1.role = 'ON_SITE'
  AND projects_1.state = 'PUBLISHED'
  AND project_participants_1.project_id = projects_1.id
  AND project_participants_1.user_id = :actor_id
  AND virtual_containers.project_id = project_participants_1.project_id)

--   Those who can pull a project can transfer its virtual containers to real ones.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND virtual_containers.project_id = projects_1.id)


-- ProjectRevision: read

--   Those who can see a project can see when it was published.
--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Those who can see a project can see when it was published.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   Those who can see a project can see when it was published.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   Those who can see a project can see when it was published.
--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND project_revisions.project_id = project_participants_1.project_id)

--   Those who can see a project can see when it was published.
--   On-site participants can see a project once it has been published.
--   On-site participants carry out the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1, projects AS projects_1
WHERE project_participants_1.role = 'ON_SITE'
  AND projects_1.revision >= 1
  AND project_participants_1.project_id = projects_1.id
  AND project_participants_1.user_id = :actor_id
  AND project_revisions.project_id = project_participants_1.project_id)

--   Those who can see a project can see when it was published.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND project_revisions.project_id = projects_1.id)


-- Notification: read

--   Only recipients can see their messages.
notifications.recipient_id = :actor_id


-- Notification: mark

--   Only recipients can see their messages.
notifications.recipient_id = :actor_id


-- NotificationRule: read

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   People can choose what they are notified of.
--   when user.kind = 'HUMAN'
notification_rules.user_id = :actor_id

--   Group administrators can set the notification rules of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND notification_rules.group_id = group_closure_1.descendant_id)


-- NotificationRule: modify

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   People can choose what they are notified of.
--   when user.kind = 'HUMAN'
notification_rules.user_id = :actor_id

--   Group administrators can set the notification rules of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND notification_rules.group_id = group_closure_1.descendant_id)


-- AuditEntry: read

--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   People can read what they have done themselves.
--   when user.kind = 'HUMAN'
audit_entries.actor_id = :actor_id

--   Project administrators can read what was done in their projects.
--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND audit_entries.project_id = project_participants_1.project_id)

--   Group administrators can read what was done in their group and in the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND audit_entries.group_id = group_closure_1.descendant_id)

--   Project administrators can read what was done in their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND audit_entries.project_id = projects_1.id)


-- Group.level: read

--   Only the vendor's people can see the level of a group, because it reveals how many groups are above.
--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Only the vendor's people can see the level of a group, because it reveals how many groups are above.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   Only the vendor's people can see the level of a group, because it reveals how many groups are above.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true


-- Group.kind: read

--   Only administrators can see the kind of a group and when it changed; members see its name.
--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Only administrators can see the kind of a group and when it changed; members see its name.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   Only administrators can see the kind of a group and when it changed; members see its name.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   Only administrators can see the kind of a group and when it changed; members see its name.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- Group.is_internal: read

--   Only administrators can see the kind of a group and when it changed; members see its name.
--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Only administrators can see the kind of a group and when it changed; members see its name.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   Only administrators can see the kind of a group and when it changed; members see its name.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   Only administrators can see the kind of a group and when it changed; members see its name.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- Group.updated_at: read

--   Only administrators can see the kind of a group and when it changed; members see its name.
--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Only administrators can see the kind of a group and when it changed; members see its name.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   Only administrators can see the kind of a group and when it changed; members see its name.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   Only administrators can see the kind of a group and when it changed; members see its name.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- Group.version: read

--   Only administrators can see the kind of a group and when it changed; members see its name.
--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Only administrators can see the kind of a group and when it changed; members see its name.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   Only administrators can see the kind of a group and when it changed; members see its name.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   Only administrators can see the kind of a group and when it changed; members see its name.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- User.profile: read

--   Only the people themselves and those who administer their accounts can see their profiles.
--   Everyone can see their own account and export what the portal keeps about it.
users.id = :actor_id

--   Only the people themselves and those who administer their accounts can see their profiles.
--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Only the people themselves and those who administer their accounts can see their profiles.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   Only the people themselves and those who administer their accounts can see their profiles.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   Only the people themselves and those who administer their accounts can see their profiles.
--   Group administrators can manage the technical users of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND users.home_group_id = group_closure_1.descendant_id)

--   Only the people themselves and those who administer their accounts can see their profiles.
--   Group administrators can manage the accounts of the members of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM memberships AS memberships_1, group_closure AS group_closure_1, memberships AS memberships_2
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND memberships_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_2.group_id
  AND memberships_2.user_id = :actor_id
  AND users.id = memberships_1.user_id)


-- License.owner_group_id: read

--   Only administrators and the license's own customer can see who owns a license, because that reveals groups above a member.
--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Only administrators and the license's own customer can see who owns a license, because that reveals groups above a member.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   Only administrators and the license's own customer can see who owns a license, because that reveals groups above a member.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   Only administrators and the license's own customer can see who owns a license, because that reveals groups above a member.
licenses.owner_user_id = :actor_id

--   Only administrators and the license's own customer can see who owns a license, because that reveals groups above a member.
--   Group administrators can manage the licenses of their group and of the groups below it, no matter who uses them.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.owner_group_id = group_closure_1.descendant_id)


-- License.owner_user_id: read

--   Only administrators and the license's own customer can see who owns a license, because that reveals groups above a member.
--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Only administrators and the license's own customer can see who owns a license, because that reveals groups above a member.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   Only administrators and the license's own customer can see who owns a license, because that reveals groups above a member.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   Only administrators and the license's own customer can see who owns a license, because that reveals groups above a member.
licenses.owner_user_id = :actor_id

--   Only administrators and the license's own customer can see who owns a license, because that reveals groups above a member.
--   Group administrators can manage the licenses of their group and of the groups below it, no matter who uses them.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.owner_group_id = group_closure_1.descendant_id)


-- License.order_id: read

--   Only administrators and the license's own customer can see who owns a license, because that reveals groups above a member.
--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Only administrators and the license's own customer can see who owns a license, because that reveals groups above a member.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   Only administrators and the license's own customer can see who owns a license, because that reveals groups above a member.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   Only administrators and the license's own customer can see who owns a license, because that reveals groups above a member.
licenses.owner_user_id = :actor_id

--   Only administrators and the license's own customer can see who owns a license, because that reveals groups above a member.
--   Group administrators can manage the licenses of their group and of the groups below it, no matter who uses them.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.owner_group_id = group_closure_1.descendant_id)


-- License.rules: read

--   Only administrators and the license's own customer can see who owns a license, because that reveals groups above a member.
--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Only administrators and the license's own customer can see who owns a license, because that reveals groups above a member.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   Only administrators and the license's own customer can see who owns a license, because that reveals groups above a member.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   Only administrators and the license's own customer can see who owns a license, because that reveals groups above a member.
licenses.owner_user_id = :actor_id

--   Only administrators and the license's own customer can see who owns a license, because that reveals groups above a member.
--   Group administrators can manage the licenses of their group and of the groups below it, no matter who uses them.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.owner_group_id = group_closure_1.descendant_id)


-- ProjectRevision.snapshot: read

--   Only administrators of a project can see what a revision contains; on-site participants see some licenses only as a number.
--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Only administrators of a project can see what a revision contains; on-site participants see some licenses only as a number.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   Only administrators of a project can see what a revision contains; on-site participants see some licenses only as a number.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   Only administrators of a project can see what a revision contains; on-site participants see some licenses only as a number.
--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND project_revisions.project_id = project_participants_1.project_id)

--   Only administrators of a project can see what a revision contains; on-site participants see some licenses only as a number.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND project_revisions.project_id = projects_1.id)


-- AuditEntry.before: read

--   Only administrators can see the details of a change, because they may name groups above a member.
--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Only administrators can see the details of a change, because they may name groups above a member.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   Only administrators can see the details of a change, because they may name groups above a member.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   Only administrators can see the details of a change, because they may name groups above a member.
--   Project administrators can read what was done in their projects.
--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND audit_entries.project_id = project_participants_1.project_id)

--   Only administrators can see the details of a change, because they may name groups above a member.
--   Group administrators can read what was done in their group and in the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND audit_entries.group_id = group_closure_1.descendant_id)

--   Only administrators can see the details of a change, because they may name groups above a member.
--   Project administrators can read what was done in their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND audit_entries.project_id = projects_1.id)


-- AuditEntry.after: read

--   Only administrators can see the details of a change, because they may name groups above a member.
--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Only administrators can see the details of a change, because they may name groups above a member.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   Only administrators can see the details of a change, because they may name groups above a member.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true

--   Only administrators can see the details of a change, because they may name groups above a member.
--   Project administrators can read what was done in their projects.
--   Project administrators can prepare, publish and archive their projects.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND audit_entries.project_id = project_participants_1.project_id)

--   Only administrators can see the details of a change, because they may name groups above a member.
--   Group administrators can read what was done in their group and in the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND audit_entries.group_id = group_closure_1.descendant_id)

--   Only administrators can see the details of a change, because they may name groups above a member.
--   Project administrators can read what was done in their projects.
--   Group administrators can prepare, publish and archive the projects of their group and of the groups below it.
--   Group administrators can manage their group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND audit_entries.project_id = projects_1.id)


-- AuditEntry.number: read

--   Only the vendor's people can see the number of an action, because it counts the actions of all customers.
--   ISV administrators can manage the whole portal.
--   when user.is_isv_admin = True
true

--   Only the vendor's people can see the number of an action, because it counts the actions of all customers.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_support = True
true

--   Only the vendor's people can see the number of an action, because it counts the actions of all customers.
--   The vendor's support staff and auditors can see the data of all customers, but cannot change it.
--   when user.holds_auditor = True
true


-- Portal.id: public

--   Everyone can see the name of the portal, even before they log in.
true


-- Portal.name: public

--   Everyone can see the name of the portal, even before they log in.
true


-- Branding.id: public

--   Everyone can see the look of the portal, even before they log in.
true


-- Branding.name: public

--   Everyone can see the look of the portal, even before they log in.
true


-- Branding.host: public

--   Everyone can see the look of the portal, even before they log in.
true


-- Branding.logo_url: public

--   Everyone can see the look of the portal, even before they log in.
true


-- Branding.colors: public

--   Everyone can see the look of the portal, even before they log in.
true


-- Branding.legal_notice: public

--   Everyone can see the look of the portal, even before they log in.
true


-- Branding.copyright: public

--   Everyone can see the look of the portal, even before they log in.
true


-- Branding.created_at: public

--   Everyone can see the look of the portal, even before they log in.
true
