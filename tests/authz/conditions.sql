-- THE POLICY AS SQL, as it is tested row by row. Written by `./portal policy decisions`.
--
-- A permission is granted if one of its conditions holds; above each are the descriptions of its rules. `when` is decided in
-- Python, from the account and the settings, before any row is read.


-- Portal: read

--   Everybody who is signed in may see the edition and what it includes.
--   when user.status = 'ACTIVE'
true


-- Portal: administer

--   An ISV admin administers the portal.
--   when user.is_isv_admin = True
true


-- Portal: manage_catalogue

--   An ISV admin administers the portal.
--   when user.is_isv_admin = True
true


-- Portal: create_top_level_group

--   An ISV admin administers the portal.
--   when user.is_isv_admin = True
true


-- Portal: create_account

--   An ISV admin administers the portal.
--   when user.is_isv_admin = True
true


-- Portal: read_policy

--   An auditor of the vendor may read the policy and have it explained.
--   when user.holds_auditor = True
true

--   An ISV admin administers the portal.
--   when user.is_isv_admin = True
true


-- Portal: import

--   An ISV admin administers the portal.
--   when user.is_isv_admin = True
true


-- Branding: read

--   The look of the portal is for everybody.
--   when user.status = 'ACTIVE'
true


-- Branding: modify

--   An ISV admin sets logo, colours, legal notice and copyright.
--   when user.is_isv_admin = True
true


-- Group: read

--   An ISV admin may do everything with every group.
--   when user.is_isv_admin = True
true

--   Support and audit staff of the vendor see every group.
--   when user.holds_support = True
true

--   Support and audit staff of the vendor see every group.
--   when user.holds_auditor = True
true

--   A technical user knows its home group.
groups.id = :actor_home_group_id

--   A member belongs to exactly this group.
EXISTS (SELECT 1
FROM memberships AS memberships_1
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_1.user_id = :actor_id
  AND groups.id = memberships_1.group_id)

--   Whoever takes part in a project knows the name of its group.
EXISTS (SELECT 1
FROM projects AS projects_1, project_participants AS project_participants_1
WHERE projects_1.id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND groups.id = projects_1.group_id)

--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- Group: rename

--   An ISV admin may do everything with every group.
--   when user.is_isv_admin = True
true

--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- Group: modify

--   An ISV admin may do everything with every group.
--   when user.is_isv_admin = True
true

--   An administrator may change and delete the groups below his own, not his own.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.parent_id = group_closure_1.descendant_id)


-- Group: tag

--   An ISV admin may do everything with every group.
--   when user.is_isv_admin = True
true


-- Group: delete

--   An ISV admin may do everything with every group.
--   when user.is_isv_admin = True
true

--   An administrator may change and delete the groups below his own, not his own.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.parent_id = group_closure_1.descendant_id)


-- Group: move

--   An ISV admin may do everything with every group.
--   when user.is_isv_admin = True
true


-- Group: create_subgroup

--   An ISV admin may do everything with every group.
--   when user.is_isv_admin = True
true

--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- Group: create_account

--   An ISV admin may do everything with every group.
--   when user.is_isv_admin = True
true

--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- Group: invite

--   An ISV admin may do everything with every group.
--   when user.is_isv_admin = True
true

--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- Group: manage_roles

--   An ISV admin may do everything with every group.
--   when user.is_isv_admin = True
true

--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- Group: manage_technical_users

--   An ISV admin may do everything with every group.
--   when user.is_isv_admin = True
true

--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- Group: create_project

--   An ISV admin may do everything with every group.
--   when user.is_isv_admin = True
true

--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- Group: receive

--   An ISV admin may do everything with every group.
--   when user.is_isv_admin = True
true

--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- Group: claim_ticket

--   An ISV admin may do everything with every group.
--   when user.is_isv_admin = True
true

--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- Group: create_license

--   An ISV admin may do everything with every group.
--   when user.is_isv_admin = True
true

--   Administrators with the corresponding role can create licenses for the relevant products within their group.
--   A group administrator administers the group and every group below it.
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

--   An ISV admin may do everything with every group.
--   when user.is_isv_admin = True
true

--   The vendor's own staff sell directly, without reseller management, to the groups below a group of the vendor.
--   Administrators with the corresponding role can create licenses for the relevant products within their group.
--   A group administrator administers the group and every group below it.
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

--   An ISV admin may do everything with every group.
--   when user.is_isv_admin = True
true

--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- Group: edit_notification_rules

--   An ISV admin may do everything with every group.
--   when user.is_isv_admin = True
true

--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- User: read

--   An ISV admin may do everything with every account.
--   when user.is_isv_admin = True
true

--   Support and audit staff of the vendor see every account.
--   when user.holds_support = True
true

--   Support and audit staff of the vendor see every account.
--   when user.holds_auditor = True
true

--   Everybody sees his own account.
users.id = :actor_id

--   A project administrator sees the people of the project.
--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1, project_participants AS project_participants_2
WHERE project_participants_2.role = 'ADMIN'
  AND project_participants_1.project_id = project_participants_2.project_id
  AND project_participants_2.user_id = :actor_id
  AND users.id = project_participants_1.user_id)

--   A group administrator administers the technical users of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND users.home_group_id = group_closure_1.descendant_id)

--   A group administrator administers the accounts of the members of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM memberships AS memberships_1, group_closure AS group_closure_1, memberships AS memberships_2
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_2.role = 'ADMIN'
  AND memberships_2.state = 'ACTIVE'
  AND memberships_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_2.group_id
  AND memberships_2.user_id = :actor_id
  AND users.id = memberships_1.user_id)

--   A project administrator sees the people of the project.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   An ISV admin may do everything with every account.
--   when user.is_isv_admin = True
true

--   People are the masters of their own accounts; a technical user is kept by its administrators (A22).
users.kind = 'HUMAN'
  AND users.id = :actor_id

--   A group administrator may change the accounts of members, but never one of the vendor's administrators.
--   A group administrator administers the technical users of the group and the groups below it.
--   A group administrator administers the group and every group below it.
users.is_isv_admin = false
  AND (EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND users.home_group_id = group_closure_1.descendant_id))

--   A group administrator may change the accounts of members, but never one of the vendor's administrators.
--   A group administrator administers the accounts of the members of the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   An ISV admin may do everything with every account.
--   when user.is_isv_admin = True
true

--   A group administrator administers the technical users of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND users.home_group_id = group_closure_1.descendant_id)

--   A group administrator administers the accounts of the members of the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   An ISV admin may do everything with every account.
--   when user.is_isv_admin = True
true

--   Who belongs to no group, or no longer, may delete his own account.
--   People are the masters of their own accounts; a technical user is kept by its administrators (A22).
users.kind = 'HUMAN'
  AND NOT (EXISTS (SELECT 1
FROM memberships AS memberships_1
WHERE memberships_1.state = 'ACTIVE'
  AND users.id = memberships_1.user_id))
  AND users.id = :actor_id

--   A group administrator may delete the accounts of members, but never one of the vendor's administrators.
--   A group administrator administers the technical users of the group and the groups below it.
--   A group administrator administers the group and every group below it.
users.is_isv_admin = false
  AND (EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND users.home_group_id = group_closure_1.descendant_id))

--   A group administrator may delete the accounts of members, but never one of the vendor's administrators.
--   A group administrator administers the accounts of the members of the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   An ISV admin may do everything with every account.
--   when user.is_isv_admin = True
true

--   A group administrator administers the technical users of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND users.home_group_id = group_closure_1.descendant_id)

--   A group administrator administers the accounts of the members of the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   People are the masters of their own accounts; a technical user is kept by its administrators (A22).
users.kind = 'HUMAN'
  AND users.id = :actor_id


-- User: change_credentials

--   People are the masters of their own accounts; a technical user is kept by its administrators (A22).
users.kind = 'HUMAN'
  AND users.id = :actor_id


-- User: manage_technical

--   A group administrator manages technical users and hands them their tokens.
--   An ISV admin may do everything with every account.
--   when user.is_isv_admin = True
users.kind = 'TECHNICAL'

--   A group administrator manages technical users and hands them their tokens.
--   A group administrator administers the technical users of the group and the groups below it.
--   A group administrator administers the group and every group below it.
users.kind = 'TECHNICAL'
  AND (EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND users.home_group_id = group_closure_1.descendant_id))

--   A group administrator manages technical users and hands them their tokens.
--   A group administrator administers the accounts of the members of the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   The administrator of a technical user issues its tokens.
--   A group administrator manages technical users and hands them their tokens.
--   An ISV admin may do everything with every account.
--   when user.is_isv_admin = True
users.kind = 'TECHNICAL'

--   People are the masters of their own accounts; a technical user is kept by its administrators (A22).
users.kind = 'HUMAN'
  AND users.id = :actor_id

--   The administrator of a technical user issues its tokens.
--   A group administrator manages technical users and hands them their tokens.
--   A group administrator administers the technical users of the group and the groups below it.
--   A group administrator administers the group and every group below it.
users.kind = 'TECHNICAL'
  AND (EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND users.home_group_id = group_closure_1.descendant_id))

--   The administrator of a technical user issues its tokens.
--   A group administrator manages technical users and hands them their tokens.
--   A group administrator administers the accounts of the members of the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   An ISV admin may do everything with every account.
--   when user.is_isv_admin = True
true


-- User: register_container

--   People are the masters of their own accounts; a technical user is kept by its administrators (A22).
users.kind = 'HUMAN'
  AND users.id = :actor_id


-- User: export

--   Everybody sees his own account.
users.id = :actor_id


-- AccessToken: read

--   An ISV admin may end every login.
--   when user.is_isv_admin = True
true

--   Everybody sees and ends his own logins.
access_tokens.user_id = :actor_id

--   The administrator of a technical user sees and ends its tokens.
--   A group administrator manages technical users and hands them their tokens.
--   A group administrator administers the technical users of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM users AS users_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE users_1.kind = 'TECHNICAL'
  AND memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND users_1.home_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND access_tokens.user_id = users_1.id)

--   The administrator of a technical user sees and ends its tokens.
--   A group administrator manages technical users and hands them their tokens.
--   A group administrator administers the accounts of the members of the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   An ISV admin may end every login.
--   when user.is_isv_admin = True
true

--   Everybody sees and ends his own logins.
access_tokens.user_id = :actor_id

--   The administrator of a technical user sees and ends its tokens.
--   A group administrator manages technical users and hands them their tokens.
--   A group administrator administers the technical users of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM users AS users_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE users_1.kind = 'TECHNICAL'
  AND memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND users_1.home_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND access_tokens.user_id = users_1.id)

--   The administrator of a technical user sees and ends its tokens.
--   A group administrator manages technical users and hands them their tokens.
--   A group administrator administers the accounts of the members of the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   An ISV admin may change every membership.
--   when user.is_isv_admin = True
true

--   Support and audit staff of the vendor see every membership.
--   when user.holds_support = True
true

--   Support and audit staff of the vendor see every membership.
--   when user.holds_auditor = True
true

--   A member sees his own role, and may leave.
memberships.user_id = :actor_id

--   A group administrator gives and takes roles in the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND memberships.group_id = group_closure_1.descendant_id)


-- Membership: change_role

--   An ISV admin may change every membership.
--   when user.is_isv_admin = True
true

--   A group administrator gives and takes roles in the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND memberships.group_id = group_closure_1.descendant_id)


-- Membership: entrust

--   An ISV admin may change every membership.
--   when user.is_isv_admin = True
true


-- Membership: remove

--   An ISV admin may change every membership.
--   when user.is_isv_admin = True
true

--   A group administrator gives and takes roles in the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND memberships.group_id = group_closure_1.descendant_id)


-- Membership: leave

--   A member sees his own role, and may leave.
memberships.user_id = :actor_id


-- Invitation: read

--   An ISV admin sees and withdraws every invitation.
--   when user.is_isv_admin = True
true

--   Support and audit staff of the vendor see every invitation.
--   when user.holds_support = True
true

--   Support and audit staff of the vendor see every invitation.
--   when user.holds_auditor = True
true

--   Only the verified holder of the invited e-mail address may accept or decline.
--   when user.email != nil and user.email_verified_at != nil
invitations.email = :actor_email

--   A group administrator sees and withdraws the invitations to the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND invitations.group_id = group_closure_1.descendant_id)


-- Invitation: revoke

--   An ISV admin sees and withdraws every invitation.
--   when user.is_isv_admin = True
true

--   A group administrator sees and withdraws the invitations to the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND invitations.group_id = group_closure_1.descendant_id)


-- Invitation: accept

--   Only the verified holder of the invited e-mail address may accept or decline.
--   when user.email != nil and user.email_verified_at != nil
invitations.email = :actor_email


-- Invitation: decline

--   Only the verified holder of the invited e-mail address may accept or decline.
--   when user.email != nil and user.email_verified_at != nil
invitations.email = :actor_email


-- Product: read

--   The names of the products are no secret to anybody who is signed in.
--   when user.status = 'ACTIVE'
true


-- Product: modify

--   An ISV admin keeps the catalogue of products.
--   when user.is_isv_admin = True
true


-- Feature: read

--   The features of the products are no secret to anybody who is signed in.
--   when user.status = 'ACTIVE'
true


-- Feature: modify

--   An ISV admin defines the features of a product.
--   when user.is_isv_admin = True
true


-- Category: read

--   An ISV admin keeps the categories and gives rights for them.
--   when user.is_isv_admin = True
true

--   Support and audit staff of the vendor see the categories.
--   when user.holds_support = True
true

--   Support and audit staff of the vendor see the categories.
--   when user.holds_auditor = True
true

--   Whoever holds a right for a category sees the category.
EXISTS (SELECT 1
FROM category_grants AS category_grants_1
WHERE category_grants_1.state = 'ACTIVE'
  AND category_grants_1.holder_id = :actor_id
  AND categories.id = category_grants_1.category_id)


-- Category: modify

--   An ISV admin keeps the categories and gives rights for them.
--   when user.is_isv_admin = True
true


-- Category: grant

--   An ISV admin keeps the categories and gives rights for them.
--   when user.is_isv_admin = True
true


-- LicenseTemplate: read

--   Support and audit staff of the vendor see what can be ordered.
--   when user.holds_support = True
true

--   Support and audit staff of the vendor see what can be ordered.
--   when user.holds_auditor = True
true

--   An ISV admin defines what can be ordered, and may order everything.
--   when user.is_isv_admin = True
true

--   Whoever may create licenses of a product may order it.
EXISTS (SELECT 1
FROM product_categories AS product_categories_1, category_grants AS category_grants_1
WHERE category_grants_1.state = 'ACTIVE'
  AND category_grants_1.can_create = true
  AND product_categories_1.category_id = category_grants_1.category_id
  AND category_grants_1.holder_id = :actor_id
  AND license_templates.product_id = product_categories_1.product_id)


-- LicenseTemplate: modify

--   An ISV admin defines what can be ordered, and may order everything.
--   when user.is_isv_admin = True
true


-- LicenseTemplate: order

--   An ISV admin defines what can be ordered, and may order everything.
--   when user.is_isv_admin = True
true

--   Whoever may create licenses of a product may order it.
EXISTS (SELECT 1
FROM product_categories AS product_categories_1, category_grants AS category_grants_1
WHERE category_grants_1.state = 'ACTIVE'
  AND category_grants_1.can_create = true
  AND product_categories_1.category_id = category_grants_1.category_id
  AND category_grants_1.holder_id = :actor_id
  AND license_templates.product_id = product_categories_1.product_id)


-- LicenseTemplate: skip_approval

--   An ISV admin defines what can be ordered, and may order everything.
--   when user.is_isv_admin = True
true


-- LicenseTemplate: override_limits

--   An ISV admin defines what can be ordered, and may order everything.
--   when user.is_isv_admin = True
true


-- LicenseTemplate: sell_directly

--   An ISV admin defines what can be ordered, and may order everything.
--   when user.is_isv_admin = True
true


-- CategoryGrant: read

--   An ISV admin gives and takes every right of creation.
--   when user.is_isv_admin = True
true

--   Support and audit staff of the vendor see every right of creation.
--   when user.holds_support = True
true

--   Support and audit staff of the vendor see every right of creation.
--   when user.holds_auditor = True
true

--   The holder sees what he may create.
category_grants.holder_id = :actor_id

--   Whoever gave a right may take it back.
category_grants.granted_by_id = :actor_id

--   A group administrator sees who may create licenses in the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND category_grants.scope_group_id = group_closure_1.descendant_id)


-- CategoryGrant: pass_on

--   An ISV admin gives and takes every right of creation.
--   when user.is_isv_admin = True
true

--   A right of creation is passed on only by its holder, while it stands, and where he is administrator.
--   A group administrator administers the group and every group below it.
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

--   An ISV admin gives and takes every right of creation.
--   when user.is_isv_admin = True
true

--   Whoever gave a right may take it back.
category_grants.granted_by_id = :actor_id


-- LicenseOrder: read

--   An ISV admin orders for everybody and decides about orders.
--   when user.is_isv_admin = True
true

--   Support and audit staff of the vendor see every order.
--   when user.holds_support = True
true

--   Support and audit staff of the vendor see every order.
--   when user.holds_auditor = True
true

--   Whoever placed an order sees what became of it.
license_orders.actor_id = :actor_id

--   A group administrator sees the orders for the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND license_orders.group_id = group_closure_1.descendant_id)


-- LicenseOrder: create

--   An ISV admin orders for everybody and decides about orders.
--   when user.is_isv_admin = True
true

--   Resellers and customers order within their group what the vendor has granted them.
--   A group administrator administers the group and every group below it.
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

--   An ISV admin orders for everybody and decides about orders.
--   when user.is_isv_admin = True
true


-- Ticket: read

--   An ISV admin may do everything with every ticket.
--   when user.is_isv_admin = True
true

--   Support and audit staff of the vendor see tickets, not their codes.
--   when user.holds_support = True
true

--   Support and audit staff of the vendor see tickets, not their codes.
--   when user.holds_auditor = True
true

--   Whoever has claimed a ticket sees it and its code.
tickets.owner_user_id = :actor_id

--   A group administrator sees the tickets and codes of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND tickets.owner_group_id = group_closure_1.descendant_id)


-- Ticket: read_code

--   An ISV admin may do everything with every ticket.
--   when user.is_isv_admin = True
true

--   Whoever has claimed a ticket sees it and its code.
tickets.owner_user_id = :actor_id

--   A group administrator sees the tickets and codes of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND tickets.owner_group_id = group_closure_1.descendant_id)


-- Ticket: assign

--   An ISV admin may assign every ticket.
--   when user.is_isv_admin = True
true

--   A group administrator assigns complete tickets of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND tickets.owner_group_id = group_closure_1.descendant_id)


-- Ticket: void

--   An ISV admin may do everything with every ticket.
--   when user.is_isv_admin = True
true


-- License: read

--   An ISV admin may do everything with every license.
--   when user.is_isv_admin = True
true

--   Support and audit staff of the vendor see every license.
--   when user.holds_support = True
true

--   Support and audit staff of the vendor see every license.
--   when user.holds_auditor = True
true

--   A license assigned to an individual is visible to the individual.
licenses.assigned_user_id = :actor_id

--   A license that a customer has bought for himself is his own.
licenses.owner_user_id = :actor_id

--   Licenses of a project are prepared by the project's administrators.
--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND licenses.assigned_project_id = project_participants_1.project_id)

--   Licenses assigned to groups can be marked as public (visible to all members).
--   A member belongs to exactly this group.
licenses.visibility = 'PUBLIC'
  AND (EXISTS (SELECT 1
FROM memberships AS memberships_1
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_1.user_id = :actor_id
  AND licenses.assigned_group_id = memberships_1.group_id))

--   Licenses of a group, whomever they are assigned to, are managed by its administrators and those of the groups above.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.owner_group_id = group_closure_1.descendant_id)

--   Licenses assigned to a group are used and handed out on the spot by the administrators of that group.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.assigned_group_id = group_closure_1.descendant_id)

--   Licenses of a project are prepared by the project's administrators.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.assigned_project_id = projects_1.id)

--   On site, the public licenses of a published project are visible; the others are only counted.
--   An on-site colleague carries the project out.
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

--   An ISV admin may do everything with every license.
--   when user.is_isv_admin = True
true

--   Licenses of a group, whomever they are assigned to, are managed by its administrators and those of the groups above.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.owner_group_id = group_closure_1.descendant_id)


-- License: unassign

--   An ISV admin may do everything with every license.
--   when user.is_isv_admin = True
true

--   Licenses of a group, whomever they are assigned to, are managed by its administrators and those of the groups above.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.owner_group_id = group_closure_1.descendant_id)


-- License: set_visibility

--   An ISV admin may do everything with every license.
--   when user.is_isv_admin = True
true

--   Licenses of a group, whomever they are assigned to, are managed by its administrators and those of the groups above.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.owner_group_id = group_closure_1.descendant_id)


-- License: activate

--   An ISV admin may do everything with every license.
--   when user.is_isv_admin = True
true

--   A license assigned to an individual is visible to the individual.
licenses.assigned_user_id = :actor_id

--   A license that a customer has bought for himself is his own.
licenses.owner_user_id = :actor_id

--   Licenses of a project are prepared by the project's administrators.
--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND licenses.assigned_project_id = project_participants_1.project_id)

--   Members may activate what is public in their group, where the vendor lets them.
--   Licenses assigned to groups can be marked as public (visible to all members).
--   A member belongs to exactly this group.
--   when user.portal.members_may_activate = True
licenses.visibility = 'PUBLIC'
  AND (EXISTS (SELECT 1
FROM memberships AS memberships_1
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_1.user_id = :actor_id
  AND licenses.assigned_group_id = memberships_1.group_id))

--   Licenses of a group, whomever they are assigned to, are managed by its administrators and those of the groups above.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.owner_group_id = group_closure_1.descendant_id)

--   Licenses assigned to a group are used and handed out on the spot by the administrators of that group.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.assigned_group_id = group_closure_1.descendant_id)

--   Licenses of a project are prepared by the project's administrators.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.assigned_project_id = projects_1.id)


-- License: add_time

--   An ISV admin may do everything with every license.
--   when user.is_isv_admin = True
true

--   People add days to their own licenses; a technical user only uses what it was given (A22).
--   A license assigned to an individual is visible to the individual.
--   when user.kind = 'HUMAN'
licenses.assigned_user_id = :actor_id

--   People add days to their own licenses; a technical user only uses what it was given (A22).
--   A license that a customer has bought for himself is his own.
--   when user.kind = 'HUMAN'
licenses.owner_user_id = :actor_id

--   Licenses of a group, whomever they are assigned to, are managed by its administrators and those of the groups above.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.owner_group_id = group_closure_1.descendant_id)

--   Licenses assigned to a group are used and handed out on the spot by the administrators of that group.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.assigned_group_id = group_closure_1.descendant_id)


-- License: create

--   An ISV admin may do everything with every license.
--   when user.is_isv_admin = True
true

--   Administrators with the role CREATE for a category create licenses of its products within their group.
--   Licenses of a group, whomever they are assigned to, are managed by its administrators and those of the groups above.
--   A group administrator administers the group and every group below it.
--   A grant counts while it stands, for a category of the product, in its scope and below.
--   The role CREATE lets its holder create.
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

--   An ISV admin may do everything with every license.
--   when user.is_isv_admin = True
true

--   Administrators with the role MODIFY for a category change licenses of its products within their group.
--   Licenses of a group, whomever they are assigned to, are managed by its administrators and those of the groups above.
--   A group administrator administers the group and every group below it.
--   A grant counts while it stands, for a category of the product, in its scope and below.
--   The role MODIFY lets its holder change, renew and cancel.
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

--   An ISV admin may do everything with every license.
--   when user.is_isv_admin = True
true

--   Administrators with the role MODIFY for a category renew licenses of its products within their group.
--   Licenses of a group, whomever they are assigned to, are managed by its administrators and those of the groups above.
--   A group administrator administers the group and every group below it.
--   A grant counts while it stands, for a category of the product, in its scope and below.
--   The role MODIFY lets its holder change, renew and cancel.
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

--   An ISV admin may do everything with every license.
--   when user.is_isv_admin = True
true

--   Administrators with the role MODIFY for a category cancel subscriptions of its products within their group.
--   Licenses of a group, whomever they are assigned to, are managed by its administrators and those of the groups above.
--   A group administrator administers the group and every group below it.
--   A grant counts while it stands, for a category of the product, in its scope and below.
--   The role MODIFY lets its holder change, renew and cancel.
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

--   An ISV admin may do everything with every license.
--   when user.is_isv_admin = True
true

--   Administrators with the role REVOKE for a category withdraw licenses of its products within their group.
--   Licenses of a group, whomever they are assigned to, are managed by its administrators and those of the groups above.
--   A group administrator administers the group and every group below it.
--   A grant counts while it stands, for a category of the product, in its scope and below.
--   The role REVOKE lets its holder withdraw.
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

--   An ISV admin may do everything with every license.
--   when user.is_isv_admin = True
true


-- License: override_limits

--   An ISV admin may do everything with every license.
--   when user.is_isv_admin = True
true


-- TimeContingent: read

--   An ISV admin sells and corrects contingents.
--   when user.is_isv_admin = True
true

--   Support and audit staff of the vendor see every contingent.
--   when user.holds_support = True
true

--   Support and audit staff of the vendor see every contingent.
--   when user.holds_auditor = True
true

--   Time contingents are sold to groups, and their members activate them freely for their own licenses.
--   A member belongs to exactly this group.
EXISTS (SELECT 1
FROM memberships AS memberships_1
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_1.user_id = :actor_id
  AND time_contingents.group_id = memberships_1.group_id)

--   A group administrator draws on the contingents of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND time_contingents.group_id = group_closure_1.descendant_id)


-- TimeContingent: draw

--   An ISV admin sells and corrects contingents.
--   when user.is_isv_admin = True
true

--   Time contingents are sold to groups, and their members activate them freely for their own licenses.
--   A member belongs to exactly this group.
EXISTS (SELECT 1
FROM memberships AS memberships_1
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_1.user_id = :actor_id
  AND time_contingents.group_id = memberships_1.group_id)

--   A group administrator draws on the contingents of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND time_contingents.group_id = group_closure_1.descendant_id)


-- TimeContingent: modify

--   An ISV admin sells and corrects contingents.
--   when user.is_isv_admin = True
true


-- Container: read

--   An ISV admin can access any CmCloudContainer, and any other container.
--   when user.is_isv_admin = True
true

--   Support and audit staff of the vendor see every container.
--   when user.holds_support = True
true

--   Support and audit staff of the vendor see every container.
--   when user.holds_auditor = True
true

--   A user can access their own Personal CmCloudContainer.
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id = :actor_id

--   People manage their own computers and dongles.
containers.type IN ('LOCAL', 'DONGLE')
  AND containers.owner_user_id = :actor_id

--   A technical user uses its own Enterprise CmCloudContainer.
containers.type = 'TECHNICAL_CLOUD'
  AND containers.owner_user_id = :actor_id

--   A project administrator manages the containers of the project.
--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND containers.owner_project_id = project_participants_1.project_id)

--   On site, people see and update the containers of their project.
--   An on-site colleague carries the project out.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ON_SITE'
  AND project_participants_1.user_id = :actor_id
  AND containers.owner_project_id = project_participants_1.project_id)

--   A user can use any Enterprise Group CmCloudContainer for groups they belong to.
--   A member belongs to exactly this group.
containers.type = 'GROUP_CLOUD'
  AND (EXISTS (SELECT 1
FROM memberships AS memberships_1
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_1.user_id = :actor_id
  AND containers.owner_group_id = memberships_1.group_id))

--   A group admin can access any Group CmCloudContainer in their group and subgroups, and the group's computers and dongles.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_group_id = group_closure_1.descendant_id)

--   A project administrator manages the containers of the project.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_project_id = projects_1.id)

--   An administrator sees the container that a license of the group is activated in.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM activations AS activations_1, licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND activations_1.license_id = licenses_1.id
  AND licenses_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.id = activations_1.container_id)

--   A group admin can access any Technical User CmCloudContainer for technical users in their group and subgroups.
--   A group administrator administers the group and every group below it.
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

--   A group admin can access the Personal CmCloudContainers of all members in their group and subgroups.
--   A group administrator administers the group and every group below it.
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

--   An ISV admin can access any CmCloudContainer, and any other container.
--   when user.is_isv_admin = True
true

--   A user can access their own Personal CmCloudContainer.
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id = :actor_id

--   People manage their own computers and dongles.
containers.type IN ('LOCAL', 'DONGLE')
  AND containers.owner_user_id = :actor_id

--   A technical user uses its own Enterprise CmCloudContainer.
containers.type = 'TECHNICAL_CLOUD'
  AND containers.owner_user_id = :actor_id

--   A project administrator manages the containers of the project.
--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND containers.owner_project_id = project_participants_1.project_id)

--   A user can use any Enterprise Group CmCloudContainer for groups they belong to.
--   A member belongs to exactly this group.
containers.type = 'GROUP_CLOUD'
  AND (EXISTS (SELECT 1
FROM memberships AS memberships_1
WHERE memberships_1.state = 'ACTIVE'
  AND memberships_1.user_id = :actor_id
  AND containers.owner_group_id = memberships_1.group_id))

--   A group admin can access any Group CmCloudContainer in their group and subgroups, and the group's computers and dongles.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_group_id = group_closure_1.descendant_id)

--   A project administrator manages the containers of the project.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_project_id = projects_1.id)

--   A group admin can access any Technical User CmCloudContainer for technical users in their group and subgroups.
--   A group administrator administers the group and every group below it.
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

--   A group admin can access the Personal CmCloudContainers of all members in their group and subgroups.
--   A group administrator administers the group and every group below it.
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

--   An ISV admin can access any CmCloudContainer, and any other container.
--   when user.is_isv_admin = True
true

--   A technical user activates the licenses assigned to it into its own container.
containers.type = 'TECHNICAL_CLOUD'
  AND containers.owner_user_id = :actor_id

--   A user can access their own Personal CmCloudContainer.
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id = :actor_id

--   People manage their own computers and dongles.
containers.type IN ('LOCAL', 'DONGLE')
  AND containers.owner_user_id = :actor_id

--   A project administrator manages the containers of the project.
--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND containers.owner_project_id = project_participants_1.project_id)

--   A group admin can access any Group CmCloudContainer in their group and subgroups, and the group's computers and dongles.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_group_id = group_closure_1.descendant_id)

--   A project administrator manages the containers of the project.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_project_id = projects_1.id)

--   A group admin can access any Technical User CmCloudContainer for technical users in their group and subgroups.
--   A group administrator administers the group and every group below it.
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

--   A group admin can access the Personal CmCloudContainers of all members in their group and subgroups.
--   A group administrator administers the group and every group below it.
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

--   An ISV admin can access any CmCloudContainer, and any other container.
--   when user.is_isv_admin = True
true

--   A user can access their own Personal CmCloudContainer.
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id = :actor_id

--   People manage their own computers and dongles.
containers.type IN ('LOCAL', 'DONGLE')
  AND containers.owner_user_id = :actor_id

--   A project administrator manages the containers of the project.
--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND containers.owner_project_id = project_participants_1.project_id)

--   A group admin can access any Group CmCloudContainer in their group and subgroups, and the group's computers and dongles.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_group_id = group_closure_1.descendant_id)

--   A project administrator manages the containers of the project.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_project_id = projects_1.id)

--   A group admin can access any Technical User CmCloudContainer for technical users in their group and subgroups.
--   A group administrator administers the group and every group below it.
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

--   A group admin can access the Personal CmCloudContainers of all members in their group and subgroups.
--   A group administrator administers the group and every group below it.
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

--   An ISV admin can access any CmCloudContainer, and any other container.
--   when user.is_isv_admin = True
true

--   A user can access their own Personal CmCloudContainer.
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id = :actor_id

--   People manage their own computers and dongles.
containers.type IN ('LOCAL', 'DONGLE')
  AND containers.owner_user_id = :actor_id

--   A project administrator manages the containers of the project.
--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND containers.owner_project_id = project_participants_1.project_id)

--   A group admin can access any Group CmCloudContainer in their group and subgroups, and the group's computers and dongles.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_group_id = group_closure_1.descendant_id)

--   A project administrator manages the containers of the project.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_project_id = projects_1.id)

--   A group admin can access any Technical User CmCloudContainer for technical users in their group and subgroups.
--   A group administrator administers the group and every group below it.
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

--   A group admin can access the Personal CmCloudContainers of all members in their group and subgroups.
--   A group administrator administers the group and every group below it.
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

--   An ISV admin can access any CmCloudContainer, and any other container.
--   when user.is_isv_admin = True
true

--   A user can access their own Personal CmCloudContainer.
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id = :actor_id

--   People manage their own computers and dongles.
containers.type IN ('LOCAL', 'DONGLE')
  AND containers.owner_user_id = :actor_id

--   Administrators reset containers of groups, projects and technical users without asking anyone.
--   A project administrator manages the containers of the project.
--   A license administrator prepares the project.
containers.type IS DISTINCT FROM 'PERSONAL_CLOUD'
  AND (EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND containers.owner_project_id = project_participants_1.project_id))

--   Administrators reset a person's container that holds licenses of others, where the vendor does not ask for the person's consent.
--   A project administrator manages the containers of the project.
--   A license administrator prepares the project.
--   when user.portal.strict_shared_containers = False
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND containers.owner_project_id = project_participants_1.project_id)

--   Administrators reset containers of groups, projects and technical users without asking anyone.
--   A group admin can access any Group CmCloudContainer in their group and subgroups, and the group's computers and dongles.
--   A group administrator administers the group and every group below it.
containers.type IS DISTINCT FROM 'PERSONAL_CLOUD'
  AND (EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_group_id = group_closure_1.descendant_id))

--   Administrators reset a person's container that holds licenses of others, where the vendor does not ask for the person's consent.
--   A group admin can access any Group CmCloudContainer in their group and subgroups, and the group's computers and dongles.
--   A group administrator administers the group and every group below it.
--   when user.portal.strict_shared_containers = False
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_group_id = group_closure_1.descendant_id)

--   Administrators reset containers of groups, projects and technical users without asking anyone.
--   A project administrator manages the containers of the project.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
containers.type IS DISTINCT FROM 'PERSONAL_CLOUD'
  AND (EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_project_id = projects_1.id))

--   Administrators reset a person's container that holds licenses of others, where the vendor does not ask for the person's consent.
--   A project administrator manages the containers of the project.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
--   when user.portal.strict_shared_containers = False
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_project_id = projects_1.id)

--   Administrators reset containers of groups, projects and technical users without asking anyone.
--   A group admin can access any Technical User CmCloudContainer for technical users in their group and subgroups.
--   A group administrator administers the group and every group below it.
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

--   Administrators reset a person's container that holds licenses of others, where the vendor does not ask for the person's consent.
--   A group admin can access the Personal CmCloudContainers of all members in their group and subgroups.
--   A group administrator administers the group and every group below it.
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

--   An ISV admin can access any CmCloudContainer, and any other container.
--   when user.is_isv_admin = True
true

--   A user can access their own Personal CmCloudContainer.
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id = :actor_id

--   People manage their own computers and dongles.
containers.type IN ('LOCAL', 'DONGLE')
  AND containers.owner_user_id = :actor_id


-- Container: delete

--   An ISV admin can access any CmCloudContainer, and any other container.
--   when user.is_isv_admin = True
true

--   A user can access their own Personal CmCloudContainer.
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id = :actor_id

--   People manage their own computers and dongles.
containers.type IN ('LOCAL', 'DONGLE')
  AND containers.owner_user_id = :actor_id

--   A project administrator manages the containers of the project.
--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND containers.owner_project_id = project_participants_1.project_id)

--   A group admin can access any Group CmCloudContainer in their group and subgroups, and the group's computers and dongles.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_group_id = group_closure_1.descendant_id)

--   A project administrator manages the containers of the project.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_project_id = projects_1.id)

--   A group admin can access any Technical User CmCloudContainer for technical users in their group and subgroups.
--   A group administrator administers the group and every group below it.
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

--   A group admin can access the Personal CmCloudContainers of all members in their group and subgroups.
--   A group administrator administers the group and every group below it.
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

--   An ISV admin can access any CmCloudContainer, and any other container.
--   when user.is_isv_admin = True
true

--   A user can access their own Personal CmCloudContainer.
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id = :actor_id

--   People manage their own computers and dongles.
containers.type IN ('LOCAL', 'DONGLE')
  AND containers.owner_user_id = :actor_id

--   A project administrator manages the containers of the project.
--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND containers.owner_project_id = project_participants_1.project_id)

--   A group admin can access any Group CmCloudContainer in their group and subgroups, and the group's computers and dongles.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_group_id = group_closure_1.descendant_id)

--   A project administrator manages the containers of the project.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_project_id = projects_1.id)

--   A group admin can access any Technical User CmCloudContainer for technical users in their group and subgroups.
--   A group administrator administers the group and every group below it.
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

--   A group admin can access the Personal CmCloudContainers of all members in their group and subgroups.
--   A group administrator administers the group and every group below it.
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

--   An ISV admin can access any CmCloudContainer, and any other container.
--   when user.is_isv_admin = True
true

--   A user can access their own Personal CmCloudContainer.
containers.type = 'PERSONAL_CLOUD'
  AND containers.owner_user_id = :actor_id

--   People manage their own computers and dongles.
containers.type IN ('LOCAL', 'DONGLE')
  AND containers.owner_user_id = :actor_id

--   A project administrator manages the containers of the project.
--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND containers.owner_project_id = project_participants_1.project_id)

--   On site, people see and update the containers of their project.
--   An on-site colleague carries the project out.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ON_SITE'
  AND project_participants_1.user_id = :actor_id
  AND containers.owner_project_id = project_participants_1.project_id)

--   A group admin can access any Group CmCloudContainer in their group and subgroups, and the group's computers and dongles.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_group_id = group_closure_1.descendant_id)

--   A project administrator manages the containers of the project.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND containers.owner_project_id = projects_1.id)

--   A group admin can access any Technical User CmCloudContainer for technical users in their group and subgroups.
--   A group administrator administers the group and every group below it.
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

--   A group admin can access the Personal CmCloudContainers of all members in their group and subgroups.
--   A group administrator administers the group and every group below it.
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

--   An ISV admin can access any CmCloudContainer, and any other container.
--   when user.is_isv_admin = True
true


-- Container: settle

--   An ISV admin can access any CmCloudContainer, and any other container.
--   when user.is_isv_admin = True
true

--   Support staff settle containers in an unexpected state, where the vendor delegates it.
--   when user.holds_support = True and user.portal.support_may_decide = True
true


-- Activation: read

--   An ISV admin may do everything with every activation, also where deactivation is disabled.
--   when user.is_isv_admin = True
true

--   Support and audit staff of the vendor see every activation.
--   when user.holds_support = True
true

--   Support and audit staff of the vendor see every activation.
--   when user.holds_auditor = True
true

--   People see what is in their own containers.
EXISTS (SELECT 1
FROM containers AS containers_1
WHERE containers_1.owner_user_id = :actor_id
  AND activations.container_id = containers_1.id)

--   Whoever has activated a license keeps sight of it as long as the license is his or his group shows it.
--   A license assigned to an individual is visible to the individual.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1
WHERE licenses_1.assigned_user_id = :actor_id
  AND activations.license_id = licenses_1.id))

--   Whoever has activated a license keeps sight of it as long as the license is his or his group shows it.
--   A license that a customer has bought for himself is his own.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1
WHERE licenses_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id))

--   A project administrator manages the activations of the project's licenses.
--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM licenses AS licenses_1, project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND licenses_1.assigned_project_id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   A group administrator manages the activations of the licenses of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   A group administrator manages the activations of licenses that are assigned to the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.assigned_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   Whoever manages a group's container sees what is in it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM containers AS containers_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND containers_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND activations.container_id = containers_1.id)

--   A project administrator manages the activations of the project's licenses.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.assigned_project_id = projects_1.id
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   A member keeps sight of what he activated of his group's public licenses.
--   Licenses assigned to groups can be marked as public (visible to all members).
--   A member belongs to exactly this group.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1, memberships AS memberships_1
WHERE licenses_1.visibility = 'PUBLIC'
  AND memberships_1.state = 'ACTIVE'
  AND memberships_1.user_id = :actor_id
  AND licenses_1.assigned_group_id = memberships_1.group_id
  AND activations.license_id = licenses_1.id))

--   Members see which public licenses wait in the container of their group.
--   A member belongs to exactly this group.
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

--   An ISV admin may do everything with every activation, also where deactivation is disabled.
--   when user.is_isv_admin = True
true

--   Users activate their own licenses, into their own containers.
--   A license assigned to an individual is visible to the individual.
EXISTS (SELECT 1
FROM licenses AS licenses_1, containers AS containers_1
WHERE licenses_1.assigned_user_id = :actor_id
  AND containers_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Users activate their own licenses, into their own containers.
--   A license that a customer has bought for himself is his own.
EXISTS (SELECT 1
FROM licenses AS licenses_1, containers AS containers_1
WHERE licenses_1.owner_user_id = :actor_id
  AND containers_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   A project administrator activates licenses of the project into the project's containers.
--   A project administrator manages the activations of the project's licenses.
--   A license administrator prepares the project.
--   A technical user activates the licenses assigned to it into its own container.
EXISTS (SELECT 1
FROM licenses AS licenses_1, project_participants AS project_participants_1, containers AS containers_1
WHERE project_participants_1.role = 'ADMIN'
  AND containers_1.type = 'TECHNICAL_CLOUD'
  AND licenses_1.assigned_project_id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND containers_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   A project administrator activates licenses of the project into the project's containers.
--   A project administrator manages the activations of the project's licenses.
--   A license administrator prepares the project.
--   A user can access their own Personal CmCloudContainer.
EXISTS (SELECT 1
FROM licenses AS licenses_1, project_participants AS project_participants_1, containers AS containers_1
WHERE project_participants_1.role = 'ADMIN'
  AND containers_1.type = 'PERSONAL_CLOUD'
  AND licenses_1.assigned_project_id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND containers_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   A project administrator activates licenses of the project into the project's containers.
--   A project administrator manages the activations of the project's licenses.
--   A license administrator prepares the project.
--   People manage their own computers and dongles.
EXISTS (SELECT 1
FROM licenses AS licenses_1, project_participants AS project_participants_1, containers AS containers_1
WHERE project_participants_1.role = 'ADMIN'
  AND containers_1.type IN ('LOCAL', 'DONGLE')
  AND licenses_1.assigned_project_id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND containers_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id
  AND activations.container_id = containers_1.id)

--   Members activate public licenses of their group into their own containers, where the vendor lets them; never into the group's.
--   Licenses assigned to groups can be marked as public (visible to all members).
--   A member belongs to exactly this group.
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

--   A group administrator activates licenses of the group into containers that he manages.
--   A group administrator manages the activations of the licenses of the group and the groups below it.
--   A group administrator administers the group and every group below it.
--   A technical user activates the licenses assigned to it into its own container.
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

--   A group administrator activates licenses of the group into containers that he manages.
--   A group administrator manages the activations of the licenses of the group and the groups below it.
--   A group administrator administers the group and every group below it.
--   A user can access their own Personal CmCloudContainer.
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

--   A group administrator activates licenses of the group into containers that he manages.
--   A group administrator manages the activations of the licenses of the group and the groups below it.
--   A group administrator administers the group and every group below it.
--   People manage their own computers and dongles.
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

--   A group administrator activates licenses of the group into containers that he manages.
--   A group administrator manages the activations of licenses that are assigned to the group and the groups below it.
--   A group administrator administers the group and every group below it.
--   A technical user activates the licenses assigned to it into its own container.
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

--   A group administrator activates licenses of the group into containers that he manages.
--   A group administrator manages the activations of licenses that are assigned to the group and the groups below it.
--   A group administrator administers the group and every group below it.
--   A user can access their own Personal CmCloudContainer.
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

--   A group administrator activates licenses of the group into containers that he manages.
--   A group administrator manages the activations of licenses that are assigned to the group and the groups below it.
--   A group administrator administers the group and every group below it.
--   People manage their own computers and dongles.
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

--   A project administrator activates licenses of the project into the project's containers.
--   A project administrator manages the activations of the project's licenses.
--   A license administrator prepares the project.
--   A project administrator manages the containers of the project.
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

--   A project administrator activates licenses of the project into the project's containers.
--   A project administrator manages the activations of the project's licenses.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
--   A technical user activates the licenses assigned to it into its own container.
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

--   A project administrator activates licenses of the project into the project's containers.
--   A project administrator manages the activations of the project's licenses.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
--   A user can access their own Personal CmCloudContainer.
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

--   A project administrator activates licenses of the project into the project's containers.
--   A project administrator manages the activations of the project's licenses.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
--   People manage their own computers and dongles.
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

--   A group administrator activates licenses of the group into containers that he manages.
--   A group administrator manages the activations of the licenses of the group and the groups below it.
--   A group administrator administers the group and every group below it.
--   A project administrator manages the containers of the project.
--   A license administrator prepares the project.
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

--   A group administrator activates licenses of the group into containers that he manages.
--   A group administrator manages the activations of licenses that are assigned to the group and the groups below it.
--   A group administrator administers the group and every group below it.
--   A project administrator manages the containers of the project.
--   A license administrator prepares the project.
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

--   A project administrator activates licenses of the project into the project's containers.
--   A project administrator manages the activations of the project's licenses.
--   A license administrator prepares the project.
--   A group admin can access any Group CmCloudContainer in their group and subgroups, and the group's computers and dongles.
--   A group administrator administers the group and every group below it.
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

--   A project administrator activates licenses of the project into the project's containers.
--   A project administrator manages the activations of the project's licenses.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
--   A project administrator manages the containers of the project.
--   A license administrator prepares the project.
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

--   A project administrator activates licenses of the project into the project's containers.
--   A project administrator manages the activations of the project's licenses.
--   A license administrator prepares the project.
--   A project administrator manages the containers of the project.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   A group administrator activates licenses of the group into containers that he manages.
--   A group administrator manages the activations of the licenses of the group and the groups below it.
--   A group administrator administers the group and every group below it.
--   A group admin can access any Group CmCloudContainer in their group and subgroups, and the group's computers and dongles.
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

--   A group administrator activates licenses of the group into containers that he manages.
--   A group administrator manages the activations of licenses that are assigned to the group and the groups below it.
--   A group administrator administers the group and every group below it.
--   A group admin can access any Group CmCloudContainer in their group and subgroups, and the group's computers and dongles.
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

--   A group administrator activates licenses of the group into containers that he manages.
--   A group administrator manages the activations of the licenses of the group and the groups below it.
--   A group administrator administers the group and every group below it.
--   A project administrator manages the containers of the project.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
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

--   A group administrator activates licenses of the group into containers that he manages.
--   A group administrator manages the activations of licenses that are assigned to the group and the groups below it.
--   A group administrator administers the group and every group below it.
--   A project administrator manages the containers of the project.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
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

--   A project administrator activates licenses of the project into the project's containers.
--   A project administrator manages the activations of the project's licenses.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
--   A group admin can access any Group CmCloudContainer in their group and subgroups, and the group's computers and dongles.
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

--   A project administrator activates licenses of the project into the project's containers.
--   A project administrator manages the activations of the project's licenses.
--   A license administrator prepares the project.
--   A group admin can access any Technical User CmCloudContainer for technical users in their group and subgroups.
--   A group administrator administers the group and every group below it.
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

--   A project administrator activates licenses of the project into the project's containers.
--   A project administrator manages the activations of the project's licenses.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
--   A project administrator manages the containers of the project.
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

--   A group administrator activates licenses of the group into containers that he manages.
--   A group administrator manages the activations of the licenses of the group and the groups below it.
--   A group administrator administers the group and every group below it.
--   A group admin can access any Technical User CmCloudContainer for technical users in their group and subgroups.
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

--   A group administrator activates licenses of the group into containers that he manages.
--   A group administrator manages the activations of licenses that are assigned to the group and the groups below it.
--   A group administrator administers the group and every group below it.
--   A group admin can access any Technical User CmCloudContainer for technical users in their group and subgroups.
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

--   A project administrator activates licenses of the project into the project's containers.
--   A project administrator manages the activations of the project's licenses.
--   A license administrator prepares the project.
--   A group admin can access the Personal CmCloudContainers of all members in their group and subgroups.
--   A group administrator administers the group and every group below it.
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

--   A project administrator activates licenses of the project into the project's containers.
--   A project administrator manages the activations of the project's licenses.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
--   A group admin can access any Technical User CmCloudContainer for technical users in their group and subgroups.
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

--   A group administrator activates licenses of the group into containers that he manages.
--   A group administrator manages the activations of the licenses of the group and the groups below it.
--   A group administrator administers the group and every group below it.
--   A group admin can access the Personal CmCloudContainers of all members in their group and subgroups.
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

--   A group administrator activates licenses of the group into containers that he manages.
--   A group administrator manages the activations of licenses that are assigned to the group and the groups below it.
--   A group administrator administers the group and every group below it.
--   A group admin can access the Personal CmCloudContainers of all members in their group and subgroups.
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

--   A project administrator activates licenses of the project into the project's containers.
--   A project administrator manages the activations of the project's licenses.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
--   A group admin can access the Personal CmCloudContainers of all members in their group and subgroups.
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

--   An ISV admin may do everything with every activation, also where deactivation is disabled.
--   when user.is_isv_admin = True
true

--   Users deactivate their own licenses, where the vendor has not disabled it.
--   Whoever has activated a license keeps sight of it as long as the license is his or his group shows it.
--   A license assigned to an individual is visible to the individual.
--   Deactivation can be disabled by the software vendor for specific licenses.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1
WHERE licenses_1.deactivation_allowed = true
  AND licenses_1.assigned_user_id = :actor_id
  AND activations.license_id = licenses_1.id))

--   Users deactivate their own licenses, where the vendor has not disabled it.
--   Whoever has activated a license keeps sight of it as long as the license is his or his group shows it.
--   A license that a customer has bought for himself is his own.
--   Deactivation can be disabled by the software vendor for specific licenses.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1
WHERE licenses_1.deactivation_allowed = true
  AND licenses_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id))

--   Users deactivate their own licenses, where the vendor has not disabled it.
--   A project administrator manages the activations of the project's licenses.
--   A license administrator prepares the project.
--   Deactivation can be disabled by the software vendor for specific licenses.
EXISTS (SELECT 1
FROM licenses AS licenses_1, project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND licenses_1.deactivation_allowed = true
  AND licenses_1.assigned_project_id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   Users deactivate their own licenses, where the vendor has not disabled it.
--   Whoever has activated a license keeps sight of it as long as the license is his or his group shows it.
--   A license assigned to an individual is visible to the individual.
--   Deactivation can be disabled by the software vendor for all licenses of a product.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1, products AS products_1
WHERE licenses_1.deactivation_allowed IS NULL
  AND products_1.deactivation_allowed = true
  AND licenses_1.assigned_user_id = :actor_id
  AND licenses_1.product_id = products_1.id
  AND activations.license_id = licenses_1.id))

--   Users deactivate their own licenses, where the vendor has not disabled it.
--   Whoever has activated a license keeps sight of it as long as the license is his or his group shows it.
--   A license that a customer has bought for himself is his own.
--   Deactivation can be disabled by the software vendor for all licenses of a product.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1, products AS products_1
WHERE licenses_1.deactivation_allowed IS NULL
  AND products_1.deactivation_allowed = true
  AND licenses_1.owner_user_id = :actor_id
  AND licenses_1.product_id = products_1.id
  AND activations.license_id = licenses_1.id))

--   Users deactivate their own licenses, where the vendor has not disabled it.
--   A group administrator manages the activations of the licenses of the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   Users deactivate their own licenses, where the vendor has not disabled it.
--   A group administrator manages the activations of licenses that are assigned to the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   Users deactivate their own licenses, where the vendor has not disabled it.
--   A project administrator manages the activations of the project's licenses.
--   A license administrator prepares the project.
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

--   Users deactivate their own licenses, where the vendor has not disabled it.
--   A project administrator manages the activations of the project's licenses.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   Users deactivate their own licenses, where the vendor has not disabled it.
--   A member keeps sight of what he activated of his group's public licenses.
--   Licenses assigned to groups can be marked as public (visible to all members).
--   A member belongs to exactly this group.
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

--   Users deactivate their own licenses, where the vendor has not disabled it.
--   A group administrator manages the activations of the licenses of the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   Users deactivate their own licenses, where the vendor has not disabled it.
--   A group administrator manages the activations of licenses that are assigned to the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   Users deactivate their own licenses, where the vendor has not disabled it.
--   A project administrator manages the activations of the project's licenses.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   Users deactivate their own licenses, where the vendor has not disabled it.
--   A member keeps sight of what he activated of his group's public licenses.
--   Licenses assigned to groups can be marked as public (visible to all members).
--   A member belongs to exactly this group.
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

--   An ISV admin may do everything with every activation, also where deactivation is disabled.
--   when user.is_isv_admin = True
true

--   Users borrow and return their own seats, where the vendor has not disabled deactivation.
--   Whoever has activated a license keeps sight of it as long as the license is his or his group shows it.
--   A license assigned to an individual is visible to the individual.
--   Deactivation can be disabled by the software vendor for specific licenses.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1
WHERE licenses_1.deactivation_allowed = true
  AND licenses_1.assigned_user_id = :actor_id
  AND activations.license_id = licenses_1.id))

--   Users borrow and return their own seats, where the vendor has not disabled deactivation.
--   Whoever has activated a license keeps sight of it as long as the license is his or his group shows it.
--   A license that a customer has bought for himself is his own.
--   Deactivation can be disabled by the software vendor for specific licenses.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1
WHERE licenses_1.deactivation_allowed = true
  AND licenses_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id))

--   Users borrow and return their own seats, where the vendor has not disabled deactivation.
--   A project administrator manages the activations of the project's licenses.
--   A license administrator prepares the project.
--   Deactivation can be disabled by the software vendor for specific licenses.
EXISTS (SELECT 1
FROM licenses AS licenses_1, project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND licenses_1.deactivation_allowed = true
  AND licenses_1.assigned_project_id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   Users borrow and return their own seats, where the vendor has not disabled deactivation.
--   Whoever has activated a license keeps sight of it as long as the license is his or his group shows it.
--   A license assigned to an individual is visible to the individual.
--   Deactivation can be disabled by the software vendor for all licenses of a product.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1, products AS products_1
WHERE licenses_1.deactivation_allowed IS NULL
  AND products_1.deactivation_allowed = true
  AND licenses_1.assigned_user_id = :actor_id
  AND licenses_1.product_id = products_1.id
  AND activations.license_id = licenses_1.id))

--   Users borrow and return their own seats, where the vendor has not disabled deactivation.
--   Whoever has activated a license keeps sight of it as long as the license is his or his group shows it.
--   A license that a customer has bought for himself is his own.
--   Deactivation can be disabled by the software vendor for all licenses of a product.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1, products AS products_1
WHERE licenses_1.deactivation_allowed IS NULL
  AND products_1.deactivation_allowed = true
  AND licenses_1.owner_user_id = :actor_id
  AND licenses_1.product_id = products_1.id
  AND activations.license_id = licenses_1.id))

--   Users borrow and return their own seats, where the vendor has not disabled deactivation.
--   A group administrator manages the activations of the licenses of the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   Users borrow and return their own seats, where the vendor has not disabled deactivation.
--   A group administrator manages the activations of licenses that are assigned to the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   Users borrow and return their own seats, where the vendor has not disabled deactivation.
--   A project administrator manages the activations of the project's licenses.
--   A license administrator prepares the project.
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

--   Users borrow and return their own seats, where the vendor has not disabled deactivation.
--   A project administrator manages the activations of the project's licenses.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   Users borrow and return their own seats, where the vendor has not disabled deactivation.
--   A member keeps sight of what he activated of his group's public licenses.
--   Licenses assigned to groups can be marked as public (visible to all members).
--   A member belongs to exactly this group.
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

--   Users borrow and return their own seats, where the vendor has not disabled deactivation.
--   A group administrator manages the activations of the licenses of the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   Users borrow and return their own seats, where the vendor has not disabled deactivation.
--   A group administrator manages the activations of licenses that are assigned to the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   Users borrow and return their own seats, where the vendor has not disabled deactivation.
--   A project administrator manages the activations of the project's licenses.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   Users borrow and return their own seats, where the vendor has not disabled deactivation.
--   A member keeps sight of what he activated of his group's public licenses.
--   Licenses assigned to groups can be marked as public (visible to all members).
--   A member belongs to exactly this group.
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

--   An ISV admin may do everything with every activation, also where deactivation is disabled.
--   when user.is_isv_admin = True
true

--   Users move their own licenses to another container, where the vendor has not disabled deactivation.
--   Whoever has activated a license keeps sight of it as long as the license is his or his group shows it.
--   A license assigned to an individual is visible to the individual.
--   Deactivation can be disabled by the software vendor for specific licenses.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1
WHERE licenses_1.deactivation_allowed = true
  AND licenses_1.assigned_user_id = :actor_id
  AND activations.license_id = licenses_1.id))

--   Users move their own licenses to another container, where the vendor has not disabled deactivation.
--   Whoever has activated a license keeps sight of it as long as the license is his or his group shows it.
--   A license that a customer has bought for himself is his own.
--   Deactivation can be disabled by the software vendor for specific licenses.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1
WHERE licenses_1.deactivation_allowed = true
  AND licenses_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id))

--   Users move their own licenses to another container, where the vendor has not disabled deactivation.
--   A project administrator manages the activations of the project's licenses.
--   A license administrator prepares the project.
--   Deactivation can be disabled by the software vendor for specific licenses.
EXISTS (SELECT 1
FROM licenses AS licenses_1, project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND licenses_1.deactivation_allowed = true
  AND licenses_1.assigned_project_id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   Users move their own licenses to another container, where the vendor has not disabled deactivation.
--   Whoever has activated a license keeps sight of it as long as the license is his or his group shows it.
--   A license assigned to an individual is visible to the individual.
--   Deactivation can be disabled by the software vendor for all licenses of a product.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1, products AS products_1
WHERE licenses_1.deactivation_allowed IS NULL
  AND products_1.deactivation_allowed = true
  AND licenses_1.assigned_user_id = :actor_id
  AND licenses_1.product_id = products_1.id
  AND activations.license_id = licenses_1.id))

--   Users move their own licenses to another container, where the vendor has not disabled deactivation.
--   Whoever has activated a license keeps sight of it as long as the license is his or his group shows it.
--   A license that a customer has bought for himself is his own.
--   Deactivation can be disabled by the software vendor for all licenses of a product.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1, products AS products_1
WHERE licenses_1.deactivation_allowed IS NULL
  AND products_1.deactivation_allowed = true
  AND licenses_1.owner_user_id = :actor_id
  AND licenses_1.product_id = products_1.id
  AND activations.license_id = licenses_1.id))

--   Users move their own licenses to another container, where the vendor has not disabled deactivation.
--   A group administrator manages the activations of the licenses of the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   Users move their own licenses to another container, where the vendor has not disabled deactivation.
--   A group administrator manages the activations of licenses that are assigned to the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   Users move their own licenses to another container, where the vendor has not disabled deactivation.
--   A project administrator manages the activations of the project's licenses.
--   A license administrator prepares the project.
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

--   Users move their own licenses to another container, where the vendor has not disabled deactivation.
--   A project administrator manages the activations of the project's licenses.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   Users move their own licenses to another container, where the vendor has not disabled deactivation.
--   A member keeps sight of what he activated of his group's public licenses.
--   Licenses assigned to groups can be marked as public (visible to all members).
--   A member belongs to exactly this group.
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

--   Users move their own licenses to another container, where the vendor has not disabled deactivation.
--   A group administrator manages the activations of the licenses of the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   Users move their own licenses to another container, where the vendor has not disabled deactivation.
--   A group administrator manages the activations of licenses that are assigned to the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   Users move their own licenses to another container, where the vendor has not disabled deactivation.
--   A project administrator manages the activations of the project's licenses.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   Users move their own licenses to another container, where the vendor has not disabled deactivation.
--   A member keeps sight of what he activated of his group's public licenses.
--   Licenses assigned to groups can be marked as public (visible to all members).
--   A member belongs to exactly this group.
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

--   An ISV admin may do everything with every activation, also where deactivation is disabled.
--   when user.is_isv_admin = True
true

--   A group administrator manages the activations of the licenses of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   A group administrator manages the activations of licenses that are assigned to the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.assigned_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)


-- Activation: request_restore

--   An ISV admin may do everything with every activation, also where deactivation is disabled.
--   when user.is_isv_admin = True
true

--   Whoever has activated a license keeps sight of it as long as the license is his or his group shows it.
--   A license assigned to an individual is visible to the individual.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1
WHERE licenses_1.assigned_user_id = :actor_id
  AND activations.license_id = licenses_1.id))

--   Whoever has activated a license keeps sight of it as long as the license is his or his group shows it.
--   A license that a customer has bought for himself is his own.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1
WHERE licenses_1.owner_user_id = :actor_id
  AND activations.license_id = licenses_1.id))

--   A project administrator manages the activations of the project's licenses.
--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM licenses AS licenses_1, project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND licenses_1.assigned_project_id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   A group administrator manages the activations of the licenses of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   A group administrator manages the activations of licenses that are assigned to the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.assigned_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   A project administrator manages the activations of the project's licenses.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM licenses AS licenses_1, projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND licenses_1.assigned_project_id = projects_1.id
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND activations.license_id = licenses_1.id)

--   A member keeps sight of what he activated of his group's public licenses.
--   Licenses assigned to groups can be marked as public (visible to all members).
--   A member belongs to exactly this group.
activations.requested_by_id = :actor_id
  AND (EXISTS (SELECT 1
FROM licenses AS licenses_1, memberships AS memberships_1
WHERE licenses_1.visibility = 'PUBLIC'
  AND memberships_1.state = 'ACTIVE'
  AND memberships_1.user_id = :actor_id
  AND licenses_1.assigned_group_id = memberships_1.group_id
  AND activations.license_id = licenses_1.id))


-- LicenseFile: read

--   Whoever may use the container may import its license files.
--   An ISV admin can access any CmCloudContainer, and any other container.
--   when user.is_isv_admin = True
EXISTS (SELECT 1
FROM activations AS activations_1
WHERE license_files.activation_id = activations_1.id)

--   Whoever may use the container may import its license files.
--   A user can access their own Personal CmCloudContainer.
EXISTS (SELECT 1
FROM activations AS activations_1, containers AS containers_1
WHERE containers_1.type = 'PERSONAL_CLOUD'
  AND activations_1.container_id = containers_1.id
  AND containers_1.owner_user_id = :actor_id
  AND license_files.activation_id = activations_1.id)

--   Whoever may use the container may import its license files.
--   People manage their own computers and dongles.
EXISTS (SELECT 1
FROM activations AS activations_1, containers AS containers_1
WHERE containers_1.type IN ('LOCAL', 'DONGLE')
  AND activations_1.container_id = containers_1.id
  AND containers_1.owner_user_id = :actor_id
  AND license_files.activation_id = activations_1.id)

--   Whoever may use the container may import its license files.
--   A technical user uses its own Enterprise CmCloudContainer.
EXISTS (SELECT 1
FROM activations AS activations_1, containers AS containers_1
WHERE containers_1.type = 'TECHNICAL_CLOUD'
  AND activations_1.container_id = containers_1.id
  AND containers_1.owner_user_id = :actor_id
  AND license_files.activation_id = activations_1.id)

--   Whoever may use the container may import its license files.
--   A project administrator manages the containers of the project.
--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM activations AS activations_1, containers AS containers_1, project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND activations_1.container_id = containers_1.id
  AND containers_1.owner_project_id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND license_files.activation_id = activations_1.id)

--   Whoever may use the container may import its license files.
--   A user can use any Enterprise Group CmCloudContainer for groups they belong to.
--   A member belongs to exactly this group.
EXISTS (SELECT 1
FROM activations AS activations_1, containers AS containers_1, memberships AS memberships_1
WHERE containers_1.type = 'GROUP_CLOUD'
  AND memberships_1.state = 'ACTIVE'
  AND activations_1.container_id = containers_1.id
  AND containers_1.owner_group_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND license_files.activation_id = activations_1.id)

--   Whoever may use the container may import its license files.
--   A group admin can access any Group CmCloudContainer in their group and subgroups, and the group's computers and dongles.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM activations AS activations_1, containers AS containers_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND activations_1.container_id = containers_1.id
  AND containers_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND license_files.activation_id = activations_1.id)

--   Whoever may use the container may import its license files.
--   A project administrator manages the containers of the project.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   Whoever may use the container may import its license files.
--   A group admin can access any Technical User CmCloudContainer for technical users in their group and subgroups.
--   A group administrator administers the group and every group below it.
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

--   Whoever may use the container may import its license files.
--   A group admin can access the Personal CmCloudContainers of all members in their group and subgroups.
--   A group administrator administers the group and every group below it.
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

--   An ISV admin decides about restores over the limit.
--   when user.is_isv_admin = True
true

--   Support and audit staff of the vendor see every case.
--   when user.holds_support = True
true

--   Support and audit staff of the vendor see every case.
--   when user.holds_auditor = True
true

--   Whoever reported a loss follows the case.
restore_cases.requested_by_id = :actor_id

--   A group administrator follows the cases of the containers that he manages.
--   A project administrator manages the containers of the project.
--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM containers AS containers_1, project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND containers_1.owner_project_id = project_participants_1.project_id
  AND project_participants_1.user_id = :actor_id
  AND restore_cases.lost_container_id = containers_1.id)

--   A group administrator follows the cases of the containers that he manages.
--   A group admin can access any Group CmCloudContainer in their group and subgroups, and the group's computers and dongles.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM containers AS containers_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND containers_1.owner_group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND restore_cases.lost_container_id = containers_1.id)

--   A group administrator follows the cases of the containers that he manages.
--   A project administrator manages the containers of the project.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM containers AS containers_1, projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND containers_1.owner_project_id = projects_1.id
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND restore_cases.lost_container_id = containers_1.id)

--   A group administrator follows the cases of the licenses of the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   A group administrator follows the cases of the containers that he manages.
--   A group admin can access any Technical User CmCloudContainer for technical users in their group and subgroups.
--   A group administrator administers the group and every group below it.
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

--   A group administrator follows the loss of a container that a license of the group is activated in, whoever owns it.
--   A group administrator administers the group and every group below it.
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

--   A group administrator follows the cases of the containers that he manages.
--   A group admin can access the Personal CmCloudContainers of all members in their group and subgroups.
--   A group administrator administers the group and every group below it.
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

--   An ISV admin decides about restores over the limit.
--   when user.is_isv_admin = True
true

--   Support staff decide about restores over the limit, where the vendor delegates it.
--   when user.holds_support = True and user.portal.support_may_decide = True
true


-- Project: read

--   An ISV admin may do everything with every project.
--   when user.is_isv_admin = True
true

--   Support and audit staff of the vendor see every project.
--   when user.holds_support = True
true

--   Support and audit staff of the vendor see every project.
--   when user.holds_auditor = True
true

--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND projects.id = project_participants_1.project_id)

--   On site, a project is visible once it has been published.
--   An on-site colleague carries the project out.
projects.revision >= 1
  AND (EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ON_SITE'
  AND project_participants_1.user_id = :actor_id
  AND projects.id = project_participants_1.project_id))

--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND projects.group_id = group_closure_1.descendant_id)


-- Project: edit

--   An ISV admin may do everything with every project.
--   when user.is_isv_admin = True
true

--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND projects.id = project_participants_1.project_id)

--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND projects.group_id = group_closure_1.descendant_id)


-- Project: publish

--   An ISV admin may do everything with every project.
--   when user.is_isv_admin = True
true

--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND projects.id = project_participants_1.project_id)

--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND projects.group_id = group_closure_1.descendant_id)


-- Project: archive

--   An ISV admin may do everything with every project.
--   when user.is_isv_admin = True
true

--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND projects.id = project_participants_1.project_id)

--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND projects.group_id = group_closure_1.descendant_id)


-- Project: receive

--   An ISV admin may do everything with every project.
--   when user.is_isv_admin = True
true

--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND projects.id = project_participants_1.project_id)

--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND projects.group_id = group_closure_1.descendant_id)


-- Project: manage_participants

--   An ISV admin may do everything with every project.
--   when user.is_isv_admin = True
true

--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND projects.id = project_participants_1.project_id)

--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND projects.group_id = group_closure_1.descendant_id)


-- Project: report

--   An ISV admin may do everything with every project.
--   when user.is_isv_admin = True
true

--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND projects.id = project_participants_1.project_id)

--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND projects.group_id = group_closure_1.descendant_id)


-- Project: pull

--   An ISV admin may do everything with every project.
--   when user.is_isv_admin = True
true

--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND projects.id = project_participants_1.project_id)

--   On-site colleagues pull what is published; while the project is in edit mode they wait.
--   An on-site colleague carries the project out.
projects.state = 'PUBLISHED'
  AND (EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ON_SITE'
  AND project_participants_1.user_id = :actor_id
  AND projects.id = project_participants_1.project_id))

--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND projects.group_id = group_closure_1.descendant_id)


-- ProjectParticipant: read

--   Support and audit staff of the vendor see who takes part.
--   when user.holds_support = True
true

--   Support and audit staff of the vendor see who takes part.
--   when user.holds_auditor = True
true

--   Everybody sees that he takes part himself.
project_participants.user_id = :actor_id

--   A project administrator says who takes part in the project.
--   An ISV admin may do everything with every project.
--   when user.is_isv_admin = True
true

--   A project administrator says who takes part in the project.
--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND project_participants.project_id = project_participants_1.project_id)

--   A project administrator says who takes part in the project.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND project_participants.project_id = projects_1.id)


-- ProjectParticipant: remove

--   A project administrator says who takes part in the project.
--   An ISV admin may do everything with every project.
--   when user.is_isv_admin = True
true

--   A project administrator says who takes part in the project.
--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND project_participants.project_id = project_participants_1.project_id)

--   A project administrator says who takes part in the project.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND project_participants.project_id = projects_1.id)


-- VirtualContainer: read

--   Support and audit staff of the vendor see every virtual container.
--   when user.holds_support = True
true

--   Support and audit staff of the vendor see every virtual container.
--   when user.holds_auditor = True
true

--   A project administrator plans the containers of the project.
--   An ISV admin may do everything with every project.
--   when user.is_isv_admin = True
true

--   A project administrator plans the containers of the project.
--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND virtual_containers.project_id = project_participants_1.project_id)

--   On site, the virtual containers of a published project are visible.
--   An on-site colleague carries the project out.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1, projects AS projects_1
WHERE project_participants_1.role = 'ON_SITE'
  AND projects_1.state = 'PUBLISHED'
  AND project_participants_1.project_id = projects_1.id
  AND project_participants_1.user_id = :actor_id
  AND virtual_containers.project_id = project_participants_1.project_id)

--   On site, what was already transferred stays visible while the project is in edit mode.
--   An on-site colleague carries the project out.
virtual_containers.container_id IS NOT NULL
  AND (EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ON_SITE'
  AND project_participants_1.user_id = :actor_id
  AND virtual_containers.project_id = project_participants_1.project_id))

--   A project administrator plans the containers of the project.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND virtual_containers.project_id = projects_1.id)


-- VirtualContainer: edit

--   A project administrator plans the containers of the project.
--   An ISV admin may do everything with every project.
--   when user.is_isv_admin = True
true

--   A project administrator plans the containers of the project.
--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND virtual_containers.project_id = project_participants_1.project_id)

--   A project administrator plans the containers of the project.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND virtual_containers.project_id = projects_1.id)


-- VirtualContainer: pull

--   Whoever may pull a project transfers its virtual containers to real ones.
--   An ISV admin may do everything with every project.
--   when user.is_isv_admin = True
true

--   Whoever may pull a project transfers its virtual containers to real ones.
--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND virtual_containers.project_id = project_participants_1.project_id)

--   Whoever may pull a project transfers its virtual containers to real ones.
--   On-site colleagues pull what is published; while the project is in edit mode they wait.
--   An on-site colleague carries the project out.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1, projects AS projects_1
WHERE project_participants_1.role = 'ON_SITE'
  AND projects_1.state = 'PUBLISHED'
  AND project_participants_1.project_id = projects_1.id
  AND project_participants_1.user_id = :actor_id
  AND virtual_containers.project_id = project_participants_1.project_id)

--   Whoever may pull a project transfers its virtual containers to real ones.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND virtual_containers.project_id = projects_1.id)


-- ProjectRevision: read

--   Whoever sees a project sees when it was published.
--   An ISV admin may do everything with every project.
--   when user.is_isv_admin = True
true

--   Whoever sees a project sees when it was published.
--   Support and audit staff of the vendor see every project.
--   when user.holds_support = True
true

--   Whoever sees a project sees when it was published.
--   Support and audit staff of the vendor see every project.
--   when user.holds_auditor = True
true

--   Whoever sees a project sees when it was published.
--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND project_revisions.project_id = project_participants_1.project_id)

--   Whoever sees a project sees when it was published.
--   On site, a project is visible once it has been published.
--   An on-site colleague carries the project out.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1, projects AS projects_1
WHERE project_participants_1.role = 'ON_SITE'
  AND projects_1.revision >= 1
  AND project_participants_1.project_id = projects_1.id
  AND project_participants_1.user_id = :actor_id
  AND project_revisions.project_id = project_participants_1.project_id)

--   Whoever sees a project sees when it was published.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND project_revisions.project_id = projects_1.id)


-- Notification: read

--   Messages are for the person they are addressed to, and for nobody else.
notifications.recipient_id = :actor_id


-- Notification: mark

--   Messages are for the person they are addressed to, and for nobody else.
notifications.recipient_id = :actor_id


-- NotificationRule: read

--   Support and audit staff of the vendor see every rule.
--   when user.holds_support = True
true

--   Support and audit staff of the vendor see every rule.
--   when user.holds_auditor = True
true

--   An ISV admin sets the rules for the whole portal.
--   when user.is_isv_admin = True
true

--   People choose what they themselves want to be told.
--   when user.kind = 'HUMAN'
notification_rules.user_id = :actor_id

--   A group administrator sets the rules of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND notification_rules.group_id = group_closure_1.descendant_id)


-- NotificationRule: modify

--   An ISV admin sets the rules for the whole portal.
--   when user.is_isv_admin = True
true

--   People choose what they themselves want to be told.
--   when user.kind = 'HUMAN'
notification_rules.user_id = :actor_id

--   A group administrator sets the rules of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND notification_rules.group_id = group_closure_1.descendant_id)


-- AuditEntry: read

--   An ISV admin and the vendor's auditors and support staff read the whole audit log.
--   when user.is_isv_admin = True
true

--   An ISV admin and the vendor's auditors and support staff read the whole audit log.
--   when user.holds_support = True
true

--   An ISV admin and the vendor's auditors and support staff read the whole audit log.
--   when user.holds_auditor = True
true

--   People read their own acts.
--   when user.kind = 'HUMAN'
audit_entries.actor_id = :actor_id

--   A project administrator reads what was done in the project.
--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND audit_entries.project_id = project_participants_1.project_id)

--   A group administrator reads what was done in the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND audit_entries.group_id = group_closure_1.descendant_id)

--   A project administrator reads what was done in the project.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND audit_entries.project_id = projects_1.id)


-- Group.level: read

--   How deep a group lies is told to the vendor only: to anybody else it would tell of groups above.
--   An ISV admin may do everything with every group.
--   when user.is_isv_admin = True
true

--   How deep a group lies is told to the vendor only: to anybody else it would tell of groups above.
--   Support and audit staff of the vendor see every group.
--   when user.holds_support = True
true

--   How deep a group lies is told to the vendor only: to anybody else it would tell of groups above.
--   Support and audit staff of the vendor see every group.
--   when user.holds_auditor = True
true


-- Group.kind: read

--   Members see the name of their group; what kind it is and how it is kept is for its administrators.
--   An ISV admin may do everything with every group.
--   when user.is_isv_admin = True
true

--   Members see the name of their group; what kind it is and how it is kept is for its administrators.
--   Support and audit staff of the vendor see every group.
--   when user.holds_support = True
true

--   Members see the name of their group; what kind it is and how it is kept is for its administrators.
--   Support and audit staff of the vendor see every group.
--   when user.holds_auditor = True
true

--   Members see the name of their group; what kind it is and how it is kept is for its administrators.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- Group.is_internal: read

--   Members see the name of their group; what kind it is and how it is kept is for its administrators.
--   An ISV admin may do everything with every group.
--   when user.is_isv_admin = True
true

--   Members see the name of their group; what kind it is and how it is kept is for its administrators.
--   Support and audit staff of the vendor see every group.
--   when user.holds_support = True
true

--   Members see the name of their group; what kind it is and how it is kept is for its administrators.
--   Support and audit staff of the vendor see every group.
--   when user.holds_auditor = True
true

--   Members see the name of their group; what kind it is and how it is kept is for its administrators.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- Group.updated_at: read

--   Members see the name of their group; what kind it is and how it is kept is for its administrators.
--   An ISV admin may do everything with every group.
--   when user.is_isv_admin = True
true

--   Members see the name of their group; what kind it is and how it is kept is for its administrators.
--   Support and audit staff of the vendor see every group.
--   when user.holds_support = True
true

--   Members see the name of their group; what kind it is and how it is kept is for its administrators.
--   Support and audit staff of the vendor see every group.
--   when user.holds_auditor = True
true

--   Members see the name of their group; what kind it is and how it is kept is for its administrators.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- Group.version: read

--   Members see the name of their group; what kind it is and how it is kept is for its administrators.
--   An ISV admin may do everything with every group.
--   when user.is_isv_admin = True
true

--   Members see the name of their group; what kind it is and how it is kept is for its administrators.
--   Support and audit staff of the vendor see every group.
--   when user.holds_support = True
true

--   Members see the name of their group; what kind it is and how it is kept is for its administrators.
--   Support and audit staff of the vendor see every group.
--   when user.holds_auditor = True
true

--   Members see the name of their group; what kind it is and how it is kept is for its administrators.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND groups.id = group_closure_1.descendant_id)


-- User.profile: read

--   What somebody keeps about himself is for him and for those who administer his account.
--   Everybody sees his own account.
users.id = :actor_id

--   What somebody keeps about himself is for him and for those who administer his account.
--   An ISV admin may do everything with every account.
--   when user.is_isv_admin = True
true

--   What somebody keeps about himself is for him and for those who administer his account.
--   Support and audit staff of the vendor see every account.
--   when user.holds_support = True
true

--   What somebody keeps about himself is for him and for those who administer his account.
--   Support and audit staff of the vendor see every account.
--   when user.holds_auditor = True
true

--   What somebody keeps about himself is for him and for those who administer his account.
--   A group administrator administers the technical users of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND users.home_group_id = group_closure_1.descendant_id)

--   What somebody keeps about himself is for him and for those who administer his account.
--   A group administrator administers the accounts of the members of the group and the groups below it.
--   A group administrator administers the group and every group below it.
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

--   Whose a license was before it was handed on is told to administrators and its own customer: it would tell a member of groups above.
--   An ISV admin may do everything with every license.
--   when user.is_isv_admin = True
true

--   Whose a license was before it was handed on is told to administrators and its own customer: it would tell a member of groups above.
--   Support and audit staff of the vendor see every license.
--   when user.holds_support = True
true

--   Whose a license was before it was handed on is told to administrators and its own customer: it would tell a member of groups above.
--   Support and audit staff of the vendor see every license.
--   when user.holds_auditor = True
true

--   Whose a license was before it was handed on is told to administrators and its own customer: it would tell a member of groups above.
licenses.owner_user_id = :actor_id

--   Whose a license was before it was handed on is told to administrators and its own customer: it would tell a member of groups above.
--   Licenses of a group, whomever they are assigned to, are managed by its administrators and those of the groups above.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.owner_group_id = group_closure_1.descendant_id)


-- License.owner_user_id: read

--   Whose a license was before it was handed on is told to administrators and its own customer: it would tell a member of groups above.
--   An ISV admin may do everything with every license.
--   when user.is_isv_admin = True
true

--   Whose a license was before it was handed on is told to administrators and its own customer: it would tell a member of groups above.
--   Support and audit staff of the vendor see every license.
--   when user.holds_support = True
true

--   Whose a license was before it was handed on is told to administrators and its own customer: it would tell a member of groups above.
--   Support and audit staff of the vendor see every license.
--   when user.holds_auditor = True
true

--   Whose a license was before it was handed on is told to administrators and its own customer: it would tell a member of groups above.
licenses.owner_user_id = :actor_id

--   Whose a license was before it was handed on is told to administrators and its own customer: it would tell a member of groups above.
--   Licenses of a group, whomever they are assigned to, are managed by its administrators and those of the groups above.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.owner_group_id = group_closure_1.descendant_id)


-- License.order_id: read

--   Whose a license was before it was handed on is told to administrators and its own customer: it would tell a member of groups above.
--   An ISV admin may do everything with every license.
--   when user.is_isv_admin = True
true

--   Whose a license was before it was handed on is told to administrators and its own customer: it would tell a member of groups above.
--   Support and audit staff of the vendor see every license.
--   when user.holds_support = True
true

--   Whose a license was before it was handed on is told to administrators and its own customer: it would tell a member of groups above.
--   Support and audit staff of the vendor see every license.
--   when user.holds_auditor = True
true

--   Whose a license was before it was handed on is told to administrators and its own customer: it would tell a member of groups above.
licenses.owner_user_id = :actor_id

--   Whose a license was before it was handed on is told to administrators and its own customer: it would tell a member of groups above.
--   Licenses of a group, whomever they are assigned to, are managed by its administrators and those of the groups above.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.owner_group_id = group_closure_1.descendant_id)


-- License.rules: read

--   Whose a license was before it was handed on is told to administrators and its own customer: it would tell a member of groups above.
--   An ISV admin may do everything with every license.
--   when user.is_isv_admin = True
true

--   Whose a license was before it was handed on is told to administrators and its own customer: it would tell a member of groups above.
--   Support and audit staff of the vendor see every license.
--   when user.holds_support = True
true

--   Whose a license was before it was handed on is told to administrators and its own customer: it would tell a member of groups above.
--   Support and audit staff of the vendor see every license.
--   when user.holds_auditor = True
true

--   Whose a license was before it was handed on is told to administrators and its own customer: it would tell a member of groups above.
licenses.owner_user_id = :actor_id

--   Whose a license was before it was handed on is told to administrators and its own customer: it would tell a member of groups above.
--   Licenses of a group, whomever they are assigned to, are managed by its administrators and those of the groups above.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND licenses.owner_group_id = group_closure_1.descendant_id)


-- ProjectRevision.snapshot: read

--   What a revision holds is for the administrators of the project: on site, some of its licenses are only counted.
--   An ISV admin may do everything with every project.
--   when user.is_isv_admin = True
true

--   What a revision holds is for the administrators of the project: on site, some of its licenses are only counted.
--   Support and audit staff of the vendor see every project.
--   when user.holds_support = True
true

--   What a revision holds is for the administrators of the project: on site, some of its licenses are only counted.
--   Support and audit staff of the vendor see every project.
--   when user.holds_auditor = True
true

--   What a revision holds is for the administrators of the project: on site, some of its licenses are only counted.
--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND project_revisions.project_id = project_participants_1.project_id)

--   What a revision holds is for the administrators of the project: on site, some of its licenses are only counted.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND project_revisions.project_id = projects_1.id)


-- AuditEntry.before: read

--   What a change did in detail is for those who administer what it happened in: it may name groups above a member.
--   when user.is_isv_admin = True
true

--   What a change did in detail is for those who administer what it happened in: it may name groups above a member.
--   when user.holds_support = True
true

--   What a change did in detail is for those who administer what it happened in: it may name groups above a member.
--   when user.holds_auditor = True
true

--   What a change did in detail is for those who administer what it happened in: it may name groups above a member.
--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND audit_entries.project_id = project_participants_1.project_id)

--   What a change did in detail is for those who administer what it happened in: it may name groups above a member.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND audit_entries.group_id = group_closure_1.descendant_id)

--   What a change did in detail is for those who administer what it happened in: it may name groups above a member.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND audit_entries.project_id = projects_1.id)


-- AuditEntry.after: read

--   What a change did in detail is for those who administer what it happened in: it may name groups above a member.
--   when user.is_isv_admin = True
true

--   What a change did in detail is for those who administer what it happened in: it may name groups above a member.
--   when user.holds_support = True
true

--   What a change did in detail is for those who administer what it happened in: it may name groups above a member.
--   when user.holds_auditor = True
true

--   What a change did in detail is for those who administer what it happened in: it may name groups above a member.
--   A license administrator prepares the project.
EXISTS (SELECT 1
FROM project_participants AS project_participants_1
WHERE project_participants_1.role = 'ADMIN'
  AND project_participants_1.user_id = :actor_id
  AND audit_entries.project_id = project_participants_1.project_id)

--   What a change did in detail is for those who administer what it happened in: it may name groups above a member.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND audit_entries.group_id = group_closure_1.descendant_id)

--   What a change did in detail is for those who administer what it happened in: it may name groups above a member.
--   A group administrator creates, edits, publishes and archives the projects of the group and the groups below it.
--   A group administrator administers the group and every group below it.
EXISTS (SELECT 1
FROM projects AS projects_1, group_closure AS group_closure_1, memberships AS memberships_1
WHERE memberships_1.role = 'ADMIN'
  AND memberships_1.state = 'ACTIVE'
  AND projects_1.group_id = group_closure_1.descendant_id
  AND group_closure_1.ancestor_id = memberships_1.group_id
  AND memberships_1.user_id = :actor_id
  AND audit_entries.project_id = projects_1.id)


-- AuditEntry.number: read

--   The number of an act counts all acts of the portal: it is for the vendor's people, who may know of them all.
--   when user.is_isv_admin = True
true

--   The number of an act counts all acts of the portal: it is for the vendor's people, who may know of them all.
--   when user.holds_support = True
true

--   The number of an act counts all acts of the portal: it is for the vendor's people, who may know of them all.
--   when user.holds_auditor = True
true


-- Portal.id: public

--   Everyone may see the name of the portal, even before they log in.
true


-- Portal.name: public

--   Everyone may see the name of the portal, even before they log in.
true


-- Branding.id: public

--   Everyone may see the look of the portal, even before they log in.
true


-- Branding.name: public

--   Everyone may see the look of the portal, even before they log in.
true


-- Branding.host: public

--   Everyone may see the look of the portal, even before they log in.
true


-- Branding.logo_url: public

--   Everyone may see the look of the portal, even before they log in.
true


-- Branding.colors: public

--   Everyone may see the look of the portal, even before they log in.
true


-- Branding.legal_notice: public

--   Everyone may see the look of the portal, even before they log in.
true


-- Branding.copyright: public

--   Everyone may see the look of the portal, even before they log in.
true


-- Branding.created_at: public

--   Everyone may see the look of the portal, even before they log in.
true
