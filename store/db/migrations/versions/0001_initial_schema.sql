-- The schema of the portal, by entity. Every value of an enum is text with a CHECK, every instant is timestamptz in UTC.
-- Constraints carry the names that the mapped classes derive (store/db/base.py); tests/store compares the two.


-- The portal

-- The vendor's settings for the whole portal: one row, kept unique by a constant column.
CREATE TABLE portals (
    id uuid NOT NULL,
    is_only boolean NOT NULL DEFAULT true,
    name text NOT NULL,
    edition varchar(32) NOT NULL DEFAULT 'ENTERPRISE',
    instance varchar(32) NOT NULL DEFAULT 'PRODUCTIVE',
    members_may_activate boolean NOT NULL DEFAULT true,
    strict_shared_containers boolean NOT NULL DEFAULT true,
    support_may_decide boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_portals PRIMARY KEY (id),
    CONSTRAINT uq_portals_is_only UNIQUE (is_only),
    CONSTRAINT ck_portals_edition CHECK (edition IN ('BASIC', 'PROFESSIONAL', 'ENTERPRISE')),
    CONSTRAINT ck_portals_instance CHECK (instance IN ('PRODUCTIVE', 'DEV', 'Q')),
    CONSTRAINT ck_portals_is_only CHECK (is_only)
);

CREATE TABLE brandings (
    id uuid NOT NULL,
    name text NOT NULL,
    host text,
    logo_url text,
    colors jsonb NOT NULL DEFAULT '{}',
    legal_notice text,
    copyright text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_brandings PRIMARY KEY (id),
    CONSTRAINT uq_brandings_host UNIQUE (host)
);


-- Groups

-- The level is part of the foreign key to the parent, so that the database refuses an eleventh level, a level that does
-- not follow the parent's, and with that every cycle. The key is deferred: a move changes a whole subtree's levels.
CREATE TABLE groups (
    id uuid NOT NULL,
    name text NOT NULL,
    kind varchar(32) NOT NULL,
    parent_id uuid,
    level smallint NOT NULL,
    parent_level smallint GENERATED ALWAYS AS (level - 1) STORED,
    is_internal boolean NOT NULL DEFAULT false,
    branding_id uuid,
    deleted_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_groups PRIMARY KEY (id),
    CONSTRAINT fk_groups_parent_id FOREIGN KEY (parent_id) REFERENCES groups (id),
    CONSTRAINT fk_groups_parent_id_parent_level FOREIGN KEY (parent_id, parent_level)
        REFERENCES groups (id, level) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_groups_branding_id FOREIGN KEY (branding_id) REFERENCES brandings (id),
    CONSTRAINT uq_groups_id_level UNIQUE (id, level),
    CONSTRAINT ck_groups_groupkind CHECK (kind IN ('ISV', 'RESELLER', 'CUSTOMER', 'TEAM')),
    CONSTRAINT ck_groups_level_within_tree CHECK (level BETWEEN 1 AND 10),
    CONSTRAINT ck_groups_only_top_is_level_one CHECK ((parent_id IS NULL) = (level = 1)),
    CONSTRAINT ck_groups_name_is_not_blank CHECK (length(btrim(name)) BETWEEN 1 AND 200)
);
CREATE INDEX ix_groups_newest ON groups (created_at DESC, id DESC);
CREATE INDEX ix_groups_parent_id_name ON groups (parent_id, name, id);

-- Every pair of a group and one of its descendants; a group is its own descendant at depth 0.
CREATE TABLE group_closure (
    ancestor_id uuid NOT NULL,
    descendant_id uuid NOT NULL,
    depth integer NOT NULL,
    CONSTRAINT pk_group_closure PRIMARY KEY (ancestor_id, descendant_id),
    CONSTRAINT fk_group_closure_ancestor_id FOREIGN KEY (ancestor_id) REFERENCES groups (id) ON DELETE CASCADE,
    CONSTRAINT fk_group_closure_descendant_id FOREIGN KEY (descendant_id) REFERENCES groups (id) ON DELETE CASCADE,
    CONSTRAINT ck_group_closure_self_has_depth_zero CHECK ((depth = 0) = (ancestor_id = descendant_id)),
    CONSTRAINT ck_group_closure_depth_within_tree CHECK (depth BETWEEN 0 AND 9)
);
CREATE INDEX ix_group_closure_descendant_id_ancestor_id ON group_closure (descendant_id, ancestor_id);


-- Accounts

CREATE TABLE users (
    id uuid NOT NULL,
    email text,
    name text NOT NULL,
    kind varchar(32) NOT NULL DEFAULT 'HUMAN',
    is_isv_admin boolean NOT NULL DEFAULT false,
    status varchar(32) NOT NULL DEFAULT 'ACTIVE',
    locale text NOT NULL DEFAULT 'en',
    profile jsonb NOT NULL DEFAULT '{}',
    home_group_id uuid,
    password_hash text,
    email_verified_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_users PRIMARY KEY (id),
    CONSTRAINT fk_users_home_group_id FOREIGN KEY (home_group_id) REFERENCES groups (id),
    CONSTRAINT uq_users_email UNIQUE (email),
    CONSTRAINT ck_users_userkind CHECK (kind IN ('HUMAN', 'TECHNICAL')),
    CONSTRAINT ck_users_userstatus CHECK (status IN ('PENDING', 'ACTIVE', 'DISABLED', 'ERASED')),
    CONSTRAINT ck_users_email_is_lowercase CHECK (email = lower(email) AND email LIKE '_%@_%'),
    CONSTRAINT ck_users_kind_matches_columns
        CHECK (
            (kind = 'HUMAN' AND home_group_id IS NULL AND email IS NOT NULL)
            OR (kind = 'TECHNICAL' AND home_group_id IS NOT NULL AND NOT is_isv_admin AND password_hash IS NULL)
        )
);
CREATE INDEX ix_users_home_group_id ON users (home_group_id) WHERE home_group_id IS NOT NULL;
-- Finding the vendor's administrators must not read every customer.
CREATE INDEX ix_users_is_isv_admin ON users (id) WHERE is_isv_admin;
CREATE INDEX ix_users_name ON users (name, id);
CREATE INDEX ix_users_newest ON users (created_at DESC, id DESC);

CREATE TABLE access_tokens (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    hash bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_access_tokens PRIMARY KEY (id),
    CONSTRAINT fk_access_tokens_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT uq_access_tokens_hash UNIQUE (hash),
    CONSTRAINT ck_access_tokens_hash_is_sha256 CHECK (octet_length(hash) = 32)
);
CREATE INDEX ix_access_tokens_user_id_newest ON access_tokens (user_id, created_at DESC, id DESC);

-- A registration or an account whose email address is not confirmed yet. A registration has no account until then.
CREATE TABLE confirmations (
    id uuid NOT NULL,
    email text NOT NULL,
    user_id uuid,
    name text NOT NULL DEFAULT '',
    locale text NOT NULL DEFAULT 'en',
    password_hash text,
    token_hash bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_confirmations PRIMARY KEY (id),
    CONSTRAINT fk_confirmations_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT uq_confirmations_token_hash UNIQUE (token_hash),
    CONSTRAINT ck_confirmations_email_is_lowercase CHECK (email = lower(email)),
    CONSTRAINT ck_confirmations_hash_is_sha256 CHECK (octet_length(token_hash) = 32),
    CONSTRAINT ck_confirmations_new_account_has_password CHECK (user_id IS NOT NULL OR password_hash IS NOT NULL)
);
CREATE INDEX ix_confirmations_email ON confirmations (email);
CREATE INDEX ix_confirmations_expires_at ON confirmations (expires_at) WHERE confirmed_at IS NULL;
CREATE INDEX ix_confirmations_user_id ON confirmations (user_id) WHERE user_id IS NOT NULL;

-- The first answer to a mutation; NULL for an answer that must not be kept.
CREATE TABLE idempotency_keys (
    actor_id uuid NOT NULL,
    key text NOT NULL,
    operation text NOT NULL,
    fingerprint bytea NOT NULL,
    answer jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_idempotency_keys PRIMARY KEY (actor_id, key),
    CONSTRAINT fk_idempotency_keys_actor_id FOREIGN KEY (actor_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_idempotency_keys_key_is_short CHECK (length(key) BETWEEN 1 AND 200)
);
CREATE INDEX ix_idempotency_keys_created_at ON idempotency_keys (created_at);


-- Memberships and invitations

CREATE TABLE memberships (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    group_id uuid NOT NULL,
    role varchar(32) NOT NULL DEFAULT 'MEMBER',
    state varchar(32) NOT NULL DEFAULT 'ACTIVE',
    bundle varchar(32),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_memberships PRIMARY KEY (id),
    CONSTRAINT fk_memberships_user_id FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT fk_memberships_group_id FOREIGN KEY (group_id) REFERENCES groups (id),
    CONSTRAINT uq_memberships_user_id_group_id UNIQUE (user_id, group_id),
    CONSTRAINT ck_memberships_memberrole CHECK (role IN ('ADMIN', 'MEMBER')),
    CONSTRAINT ck_memberships_membershipstate CHECK (state IN ('INVITED', 'ACTIVE', 'REMOVED')),
    CONSTRAINT ck_memberships_bundle CHECK (bundle IN ('SALES', 'SUPPORT', 'AUDITOR'))
);
CREATE INDEX ix_memberships_group_id_newest ON memberships (group_id, created_at DESC, id DESC);
CREATE INDEX ix_memberships_group_id_role_user_id ON memberships (group_id, role, user_id);
CREATE INDEX ix_memberships_user_id_role_group_id ON memberships (user_id, role, group_id);

CREATE TABLE invitations (
    id uuid NOT NULL,
    email text NOT NULL,
    group_id uuid NOT NULL,
    role varchar(32) NOT NULL DEFAULT 'MEMBER',
    token_hash bytea NOT NULL,
    invited_by_id uuid NOT NULL,
    expires_at timestamptz NOT NULL,
    state varchar(32) NOT NULL DEFAULT 'PENDING',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_invitations PRIMARY KEY (id),
    CONSTRAINT fk_invitations_group_id FOREIGN KEY (group_id) REFERENCES groups (id) ON DELETE CASCADE,
    CONSTRAINT fk_invitations_invited_by_id FOREIGN KEY (invited_by_id) REFERENCES users (id),
    CONSTRAINT uq_invitations_token_hash UNIQUE (token_hash),
    CONSTRAINT ck_invitations_memberrole CHECK (role IN ('ADMIN', 'MEMBER')),
    CONSTRAINT ck_invitations_invitationstate
        CHECK (state IN ('PENDING', 'ACCEPTED', 'DECLINED', 'EXPIRED', 'REVOKED')),
    CONSTRAINT ck_invitations_email_is_lowercase CHECK (email = lower(email))
);
CREATE UNIQUE INDEX uq_invitations_pending ON invitations (email, group_id) WHERE state = 'PENDING';
CREATE INDEX ix_invitations_email_newest ON invitations (email, created_at DESC, id DESC);
CREATE INDEX ix_invitations_group_id_newest ON invitations (group_id, created_at DESC, id DESC);


-- Products

CREATE TABLE categories (
    id uuid NOT NULL,
    name text NOT NULL,
    description text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_categories PRIMARY KEY (id),
    CONSTRAINT uq_categories_name UNIQUE (name)
);

CREATE TABLE products (
    id uuid NOT NULL,
    firm_code bigint NOT NULL,
    product_code bigint NOT NULL,
    name text NOT NULL,
    description text NOT NULL DEFAULT '',
    deactivation_allowed boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_products PRIMARY KEY (id),
    CONSTRAINT uq_products_firm_code_product_code UNIQUE (firm_code, product_code),
    CONSTRAINT ck_products_codes_are_positive CHECK (firm_code > 0 AND product_code > 0)
);
CREATE INDEX ix_products_name ON products (name, id);
CREATE INDEX ix_products_newest ON products (created_at DESC, id DESC);

CREATE TABLE product_categories (
    product_id uuid NOT NULL,
    category_id uuid NOT NULL,
    CONSTRAINT pk_product_categories PRIMARY KEY (product_id, category_id),
    CONSTRAINT fk_product_categories_product_id FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE CASCADE,
    CONSTRAINT fk_product_categories_category_id FOREIGN KEY (category_id) REFERENCES categories (id) ON DELETE CASCADE
);
CREATE INDEX ix_product_categories_category_id_product_id ON product_categories (category_id, product_id);

CREATE TABLE features (
    id uuid NOT NULL,
    product_id uuid NOT NULL,
    code bigint NOT NULL,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_features PRIMARY KEY (id),
    CONSTRAINT fk_features_product_id FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE CASCADE,
    CONSTRAINT uq_features_product_id_code UNIQUE (product_id, code),
    CONSTRAINT ck_features_code_is_not_negative CHECK (code >= 0)
);

CREATE TABLE license_templates (
    id uuid NOT NULL,
    product_id uuid NOT NULL,
    name text NOT NULL,
    model varchar(32) NOT NULL,
    parameters jsonb NOT NULL DEFAULT '{}',
    rules jsonb NOT NULL DEFAULT '{}',
    allowed_container_types text[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_license_templates PRIMARY KEY (id),
    CONSTRAINT fk_license_templates_product_id FOREIGN KEY (product_id) REFERENCES products (id),
    CONSTRAINT ck_license_templates_licensemodel
        CHECK (model IN (
            'PERPETUAL_SINGLE_USER', 'PERPETUAL_MULTI_USER', 'SINGLE_USER_SUBSCRIPTION',
            'MULTI_USER_SUBSCRIPTION', 'DEMO', 'PREPAID', 'INTERNAL_NFR'
        ))
);
CREATE INDEX ix_license_templates_product_id_newest ON license_templates (product_id, created_at DESC, id DESC);

CREATE TABLE category_grants (
    id uuid NOT NULL,
    category_id uuid NOT NULL,
    holder_id uuid NOT NULL,
    scope_group_id uuid NOT NULL,
    can_create boolean NOT NULL DEFAULT false,
    can_modify boolean NOT NULL DEFAULT false,
    can_revoke boolean NOT NULL DEFAULT false,
    max_quantity integer,
    max_days integer,
    models text[],
    granted_by_id uuid NOT NULL,
    passed_on_from_id uuid,
    state varchar(32) NOT NULL DEFAULT 'ACTIVE',
    revoked_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_category_grants PRIMARY KEY (id),
    CONSTRAINT fk_category_grants_category_id FOREIGN KEY (category_id) REFERENCES categories (id),
    CONSTRAINT fk_category_grants_holder_id FOREIGN KEY (holder_id) REFERENCES users (id),
    CONSTRAINT fk_category_grants_scope_group_id FOREIGN KEY (scope_group_id) REFERENCES groups (id),
    CONSTRAINT fk_category_grants_granted_by_id FOREIGN KEY (granted_by_id) REFERENCES users (id),
    CONSTRAINT fk_category_grants_passed_on_from_id FOREIGN KEY (passed_on_from_id) REFERENCES category_grants (id),
    CONSTRAINT ck_category_grants_grantstate CHECK (state IN ('ACTIVE', 'REVOKED')),
    CONSTRAINT ck_category_grants_grants_a_verb CHECK (can_create OR can_modify OR can_revoke),
    CONSTRAINT ck_category_grants_bounds_are_positive CHECK (max_quantity > 0 AND max_days > 0),
    CONSTRAINT ck_category_grants_revoked_has_instant CHECK ((state = 'REVOKED') = (revoked_at IS NOT NULL))
);
CREATE INDEX ix_category_grants_category_id_scope_group_id ON category_grants (category_id, scope_group_id);
CREATE INDEX ix_category_grants_holder_id_category_id ON category_grants (holder_id, category_id);
CREATE INDEX ix_category_grants_passed_on_from_id ON category_grants (passed_on_from_id);
CREATE INDEX ix_category_grants_scope_group_id ON category_grants (scope_group_id);


-- Projects

CREATE TABLE projects (
    id uuid NOT NULL,
    group_id uuid NOT NULL,
    name text NOT NULL,
    state varchar(32) NOT NULL DEFAULT 'IN_PROGRESS',
    revision integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_projects PRIMARY KEY (id),
    CONSTRAINT fk_projects_group_id FOREIGN KEY (group_id) REFERENCES groups (id),
    CONSTRAINT ck_projects_projectstate CHECK (state IN ('IN_PROGRESS', 'PUBLISHED', 'ARCHIVED'))
);
CREATE INDEX ix_projects_group_id_newest ON projects (group_id, created_at DESC, id DESC);
CREATE INDEX ix_projects_newest ON projects (created_at DESC, id DESC);

CREATE TABLE project_participants (
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role varchar(32) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_project_participants PRIMARY KEY (id),
    CONSTRAINT fk_project_participants_project_id FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE,
    CONSTRAINT fk_project_participants_user_id FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT uq_project_participants_project_id_user_id UNIQUE (project_id, user_id),
    CONSTRAINT ck_project_participants_participantrole CHECK (role IN ('ADMIN', 'ON_SITE'))
);
CREATE INDEX ix_project_participants_user_id_role_project_id ON project_participants (user_id, role, project_id);

CREATE TABLE project_revisions (
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    number integer NOT NULL,
    snapshot jsonb NOT NULL,
    published_by_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_project_revisions PRIMARY KEY (id),
    CONSTRAINT fk_project_revisions_project_id FOREIGN KEY (project_id) REFERENCES projects (id),
    CONSTRAINT fk_project_revisions_published_by_id FOREIGN KEY (published_by_id) REFERENCES users (id),
    CONSTRAINT uq_project_revisions_project_id_number UNIQUE (project_id, number),
    CONSTRAINT ck_project_revisions_number_is_positive CHECK (number >= 1)
);


-- Tickets, orders and licenses

-- A ticket's code is found by its hash and shown masked; the sealed code can be opened only with the portal's key.
CREATE TABLE tickets (
    id uuid NOT NULL,
    code_hash bytea NOT NULL,
    code_masked text NOT NULL,
    code_sealed bytea,
    state varchar(32) NOT NULL DEFAULT 'FRESH',
    owner_user_id uuid,
    owner_group_id uuid,
    parent_id uuid,
    claimed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_tickets PRIMARY KEY (id),
    CONSTRAINT fk_tickets_owner_user_id FOREIGN KEY (owner_user_id) REFERENCES users (id),
    CONSTRAINT fk_tickets_owner_group_id FOREIGN KEY (owner_group_id) REFERENCES groups (id),
    CONSTRAINT fk_tickets_parent_id FOREIGN KEY (parent_id) REFERENCES tickets (id),
    CONSTRAINT uq_tickets_code_hash UNIQUE (code_hash),
    CONSTRAINT ck_tickets_ticketstate CHECK (state IN ('FRESH', 'CLAIMED', 'SPLIT', 'VOID')),
    CONSTRAINT ck_tickets_hash_is_sha256 CHECK (octet_length(code_hash) = 32),
    CONSTRAINT ck_tickets_one_owner CHECK (num_nonnulls(owner_user_id, owner_group_id) <= 1),
    CONSTRAINT ck_tickets_claimed_is_owned
        CHECK (state NOT IN ('CLAIMED', 'SPLIT') OR num_nonnulls(owner_user_id, owner_group_id) = 1)
);
CREATE INDEX ix_tickets_newest ON tickets (created_at DESC, id DESC);
CREATE INDEX ix_tickets_owner_group_id_newest ON tickets (owner_group_id, created_at DESC, id DESC);
CREATE INDEX ix_tickets_owner_user_id_newest ON tickets (owner_user_id, created_at DESC, id DESC);
CREATE INDEX ix_tickets_parent_id ON tickets (parent_id);

CREATE TABLE license_orders (
    id uuid NOT NULL,
    actor_id uuid NOT NULL,
    template_id uuid NOT NULL,
    group_id uuid,
    person_id uuid,
    ticket_id uuid,
    quantity integer NOT NULL,
    parameters jsonb NOT NULL DEFAULT '{}',
    starts_at timestamptz,
    expires_at timestamptz,
    source varchar(32) NOT NULL,
    external_ref text,
    state varchar(32) NOT NULL,
    reason text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_license_orders PRIMARY KEY (id),
    CONSTRAINT fk_license_orders_actor_id FOREIGN KEY (actor_id) REFERENCES users (id),
    CONSTRAINT fk_license_orders_template_id FOREIGN KEY (template_id) REFERENCES license_templates (id),
    CONSTRAINT fk_license_orders_group_id FOREIGN KEY (group_id) REFERENCES groups (id),
    CONSTRAINT fk_license_orders_person_id FOREIGN KEY (person_id) REFERENCES users (id),
    CONSTRAINT fk_license_orders_ticket_id FOREIGN KEY (ticket_id) REFERENCES tickets (id),
    CONSTRAINT uq_license_orders_source_external_ref UNIQUE (source, external_ref),
    CONSTRAINT uq_license_orders_ticket_id UNIQUE (ticket_id),
    CONSTRAINT ck_license_orders_ordersource CHECK (source IN ('PORTAL', 'API')),
    CONSTRAINT ck_license_orders_orderstate CHECK (state IN ('AWAITING_APPROVAL', 'FULFILLED', 'REJECTED')),
    CONSTRAINT ck_license_orders_quantity_is_positive CHECK (quantity >= 1),
    CONSTRAINT ck_license_orders_rejected_has_reason CHECK ((state = 'REJECTED') = (reason IS NOT NULL)),
    CONSTRAINT ck_license_orders_one_recipient CHECK (num_nonnulls(group_id, person_id) <= 1)
);
CREATE INDEX ix_license_orders_group_id_newest ON license_orders (group_id, created_at DESC, id DESC);
CREATE INDEX ix_license_orders_newest ON license_orders (created_at DESC, id DESC);

CREATE TABLE licenses (
    id uuid NOT NULL,
    product_id uuid NOT NULL,
    ticket_id uuid,
    order_id uuid,
    model varchar(32) NOT NULL,
    quantity integer NOT NULL,
    owner_group_id uuid,
    owner_user_id uuid,
    assigned_user_id uuid,
    assigned_group_id uuid,
    assigned_project_id uuid,
    visibility varchar(32) NOT NULL DEFAULT 'ADMIN_ONLY',
    lifecycle varchar(32) NOT NULL DEFAULT 'VALID',
    starts_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    anchor_at timestamptz,
    period text,
    days integer,
    time_pool_days integer NOT NULL DEFAULT 0,
    first_activated_at timestamptz,
    cancelled_at timestamptz,
    auto_renew boolean NOT NULL DEFAULT false,
    generation integer NOT NULL DEFAULT 1,
    not_for_resale boolean NOT NULL DEFAULT false,
    deactivation_allowed boolean,
    container_types text[],
    next_quantity integer,
    notice_days integer NOT NULL DEFAULT 0,
    renewal_basis varchar(32) NOT NULL DEFAULT 'FROM_EXPIRY',
    -- The last instant to cancel at, when the next term is settled. Days of 24 hours do not depend on a time zone.
    renews_at timestamptz GENERATED ALWAYS AS (
        CASE WHEN auto_renew AND cancelled_at IS NULL
        THEN (expires_at AT TIME ZONE 'UTC' - notice_days * interval '1 day') AT TIME ZONE 'UTC' END
    ) STORED,
    rules jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_licenses PRIMARY KEY (id),
    CONSTRAINT fk_licenses_product_id FOREIGN KEY (product_id) REFERENCES products (id),
    CONSTRAINT fk_licenses_ticket_id FOREIGN KEY (ticket_id) REFERENCES tickets (id),
    CONSTRAINT fk_licenses_order_id FOREIGN KEY (order_id) REFERENCES license_orders (id),
    CONSTRAINT fk_licenses_owner_group_id FOREIGN KEY (owner_group_id) REFERENCES groups (id),
    CONSTRAINT fk_licenses_owner_user_id FOREIGN KEY (owner_user_id) REFERENCES users (id),
    CONSTRAINT fk_licenses_assigned_user_id FOREIGN KEY (assigned_user_id) REFERENCES users (id),
    CONSTRAINT fk_licenses_assigned_group_id FOREIGN KEY (assigned_group_id) REFERENCES groups (id),
    CONSTRAINT fk_licenses_assigned_project_id FOREIGN KEY (assigned_project_id) REFERENCES projects (id),
    CONSTRAINT ck_licenses_licensemodel
        CHECK (model IN (
            'PERPETUAL_SINGLE_USER', 'PERPETUAL_MULTI_USER', 'SINGLE_USER_SUBSCRIPTION',
            'MULTI_USER_SUBSCRIPTION', 'DEMO', 'PREPAID', 'INTERNAL_NFR'
        )),
    CONSTRAINT ck_licenses_visibility CHECK (visibility IN ('PUBLIC', 'ADMIN_ONLY')),
    CONSTRAINT ck_licenses_lifecycle CHECK (lifecycle IN ('SCHEDULED', 'VALID', 'EXPIRED', 'SUSPENDED', 'REVOKED')),
    CONSTRAINT ck_licenses_renewalbasis CHECK (renewal_basis IN ('FROM_EXPIRY', 'FROM_NOW_IF_EXPIRED')),
    CONSTRAINT ck_licenses_one_owner CHECK (num_nonnulls(owner_user_id, owner_group_id) = 1),
    CONSTRAINT ck_licenses_one_assignee
        CHECK (num_nonnulls(assigned_user_id, assigned_group_id, assigned_project_id) <= 1),
    CONSTRAINT ck_licenses_personal_is_not_shared
        CHECK (owner_user_id IS NULL OR (assigned_group_id IS NULL AND assigned_project_id IS NULL)),
    CONSTRAINT ck_licenses_public_is_shared
        CHECK (visibility = 'ADMIN_ONLY' OR num_nonnulls(assigned_group_id, assigned_project_id) = 1),
    CONSTRAINT ck_licenses_quantity_is_positive CHECK (quantity >= 1),
    CONSTRAINT ck_licenses_single_user_has_one_seat
        CHECK (model NOT IN ('PERPETUAL_SINGLE_USER', 'SINGLE_USER_SUBSCRIPTION') OR quantity = 1),
    CONSTRAINT ck_licenses_multi_user_has_several_seats CHECK (model <> 'PERPETUAL_MULTI_USER' OR quantity >= 2),
    CONSTRAINT ck_licenses_perpetual_has_no_end
        CHECK (model NOT IN ('PERPETUAL_SINGLE_USER', 'PERPETUAL_MULTI_USER') OR expires_at IS NULL),
    CONSTRAINT ck_licenses_ends_after_start CHECK (expires_at > starts_at),
    CONSTRAINT ck_licenses_pool_is_not_negative CHECK (time_pool_days >= 0),
    CONSTRAINT ck_licenses_generation_is_positive CHECK (generation >= 1),
    CONSTRAINT ck_licenses_next_quantity_is_positive CHECK (next_quantity >= 1),
    CONSTRAINT ck_licenses_notice_is_not_negative CHECK (notice_days >= 0),
    CONSTRAINT ck_licenses_days_are_positive CHECK (days >= 1)
);
CREATE INDEX ix_licenses_assigned_group_id_newest ON licenses (assigned_group_id, created_at DESC, id DESC)
    WHERE assigned_group_id IS NOT NULL;
CREATE INDEX ix_licenses_assigned_project_id_newest ON licenses (assigned_project_id, created_at DESC, id DESC)
    WHERE assigned_project_id IS NOT NULL;
CREATE INDEX ix_licenses_assigned_user_id_newest ON licenses (assigned_user_id, created_at DESC, id DESC)
    WHERE assigned_user_id IS NOT NULL;
CREATE INDEX ix_licenses_ending ON licenses (expires_at, id) WHERE lifecycle = 'VALID';
CREATE INDEX ix_licenses_expires_at ON licenses (expires_at, id) WHERE expires_at IS NOT NULL;
CREATE INDEX ix_licenses_newest ON licenses (created_at DESC, id DESC);
CREATE INDEX ix_licenses_order_id ON licenses (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX ix_licenses_owner_group_id_newest ON licenses (owner_group_id, created_at DESC, id DESC);
CREATE INDEX ix_licenses_owner_user_id_newest ON licenses (owner_user_id, created_at DESC, id DESC)
    WHERE owner_user_id IS NOT NULL;
CREATE INDEX ix_licenses_product_id_newest ON licenses (product_id, created_at DESC, id DESC);
CREATE INDEX ix_licenses_renews_at ON licenses (renews_at, id) WHERE renews_at IS NOT NULL;
CREATE INDEX ix_licenses_scheduled ON licenses (starts_at, id) WHERE lifecycle = 'SCHEDULED';
CREATE INDEX ix_licenses_ticket_id ON licenses (ticket_id);

CREATE TABLE license_features (
    license_id uuid NOT NULL,
    feature_id uuid NOT NULL,
    CONSTRAINT pk_license_features PRIMARY KEY (license_id, feature_id),
    CONSTRAINT fk_license_features_license_id FOREIGN KEY (license_id) REFERENCES licenses (id) ON DELETE CASCADE,
    CONSTRAINT fk_license_features_feature_id FOREIGN KEY (feature_id) REFERENCES features (id)
);

CREATE TABLE time_contingents (
    id uuid NOT NULL,
    group_id uuid NOT NULL,
    product_id uuid NOT NULL,
    days integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_time_contingents PRIMARY KEY (id),
    CONSTRAINT fk_time_contingents_group_id FOREIGN KEY (group_id) REFERENCES groups (id),
    CONSTRAINT fk_time_contingents_product_id FOREIGN KEY (product_id) REFERENCES products (id),
    CONSTRAINT uq_time_contingents_group_id_product_id UNIQUE (group_id, product_id),
    CONSTRAINT ck_time_contingents_days_are_not_negative CHECK (days >= 0)
);


-- Containers

CREATE TABLE containers (
    id uuid NOT NULL,
    type varchar(32) NOT NULL,
    serial text NOT NULL,
    name text NOT NULL DEFAULT '',
    owner_user_id uuid,
    owner_group_id uuid,
    owner_project_id uuid,
    state varchar(32) NOT NULL DEFAULT 'READY',
    update_counter integer NOT NULL DEFAULT 0,
    credential_generation integer NOT NULL DEFAULT 1,
    public_key text,
    last_contact_at timestamptz,
    reported_counter integer,
    reset_requested_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_containers PRIMARY KEY (id),
    CONSTRAINT fk_containers_owner_user_id FOREIGN KEY (owner_user_id) REFERENCES users (id),
    CONSTRAINT fk_containers_owner_group_id FOREIGN KEY (owner_group_id) REFERENCES groups (id),
    CONSTRAINT fk_containers_owner_project_id FOREIGN KEY (owner_project_id) REFERENCES projects (id),
    CONSTRAINT uq_containers_public_key UNIQUE (public_key),
    CONSTRAINT uq_containers_serial UNIQUE (serial),
    CONSTRAINT ck_containers_containertype
        CHECK (type IN ('LOCAL', 'DONGLE', 'PERSONAL_CLOUD', 'GROUP_CLOUD', 'TECHNICAL_CLOUD')),
    CONSTRAINT ck_containers_containerstate CHECK (state IN ('READY', 'BLOCKED', 'UNEXPECTED', 'DELETED')),
    CONSTRAINT ck_containers_owner_matches_type
        CHECK (CASE type
            WHEN 'GROUP_CLOUD' THEN owner_group_id IS NOT NULL AND owner_user_id IS NULL AND owner_project_id IS NULL
            WHEN 'PERSONAL_CLOUD' THEN owner_user_id IS NOT NULL AND owner_group_id IS NULL AND owner_project_id IS NULL
            WHEN 'TECHNICAL_CLOUD' THEN owner_user_id IS NOT NULL AND owner_group_id IS NULL AND owner_project_id IS NULL
            ELSE num_nonnulls(owner_user_id, owner_group_id, owner_project_id) = 1
        END)
);
-- The cloud containers are created with their owner, one each.
CREATE UNIQUE INDEX uq_containers_cloud_of_group ON containers (owner_group_id)
    WHERE type = 'GROUP_CLOUD' AND state <> 'DELETED';
CREATE UNIQUE INDEX uq_containers_cloud_of_user ON containers (owner_user_id)
    WHERE type IN ('PERSONAL_CLOUD', 'TECHNICAL_CLOUD') AND state <> 'DELETED';
CREATE INDEX ix_containers_newest ON containers (created_at DESC, id DESC);
CREATE INDEX ix_containers_owner_group_id_newest ON containers (owner_group_id, created_at DESC, id DESC)
    WHERE owner_group_id IS NOT NULL;
CREATE INDEX ix_containers_owner_project_id_newest ON containers (owner_project_id, created_at DESC, id DESC)
    WHERE owner_project_id IS NOT NULL;
CREATE INDEX ix_containers_owner_user_id_newest ON containers (owner_user_id, created_at DESC, id DESC);

CREATE TABLE container_devices (
    id uuid NOT NULL,
    container_id uuid NOT NULL,
    user_id uuid NOT NULL,
    label text NOT NULL,
    generation integer NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_container_devices PRIMARY KEY (id),
    CONSTRAINT fk_container_devices_container_id FOREIGN KEY (container_id)
        REFERENCES containers (id) ON DELETE CASCADE,
    CONSTRAINT fk_container_devices_user_id FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE UNIQUE INDEX uq_container_devices_active ON container_devices (container_id, user_id, label)
    WHERE ended_at IS NULL;

-- The signed files that were received from containers: each is accepted once.
CREATE TABLE container_files (
    container_id uuid NOT NULL,
    file_id uuid NOT NULL,
    CONSTRAINT pk_container_files PRIMARY KEY (container_id, file_id),
    CONSTRAINT fk_container_files_container_id FOREIGN KEY (container_id) REFERENCES containers (id) ON DELETE CASCADE
);


-- Activations

CREATE TABLE activations (
    id uuid NOT NULL,
    license_id uuid NOT NULL,
    container_id uuid NOT NULL,
    device_label text NOT NULL DEFAULT '',
    generation integer NOT NULL DEFAULT 1,
    state varchar(32) NOT NULL DEFAULT 'PENDING',
    seat integer,
    requested_by_id uuid NOT NULL,
    requested_at timestamptz NOT NULL,
    receipt_at timestamptz,
    ended_at timestamptz,
    parent_id uuid,
    borrowed_until timestamptz,
    update_number integer,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_activations PRIMARY KEY (id),
    CONSTRAINT fk_activations_license_id FOREIGN KEY (license_id) REFERENCES licenses (id),
    CONSTRAINT fk_activations_container_id FOREIGN KEY (container_id) REFERENCES containers (id),
    CONSTRAINT fk_activations_requested_by_id FOREIGN KEY (requested_by_id) REFERENCES users (id),
    CONSTRAINT fk_activations_parent_id FOREIGN KEY (parent_id) REFERENCES activations (id),
    CONSTRAINT ck_activations_activationstate
        CHECK (state IN (
            'PENDING', 'ACTIVE', 'RETURNING', 'RETURNED', 'ABORTED', 'REPLACED', 'WITHDRAWING', 'WITHDRAWN',
            'BORROWED', 'LAPSED'
        )),
    CONSTRAINT ck_activations_seat_is_positive CHECK (seat >= 1),
    CONSTRAINT ck_activations_counting_holds_seat
        CHECK ((state IN ('PENDING', 'ACTIVE', 'RETURNING', 'WITHDRAWING')) = (seat IS NOT NULL)),
    CONSTRAINT ck_activations_borrowed_has_parent
        CHECK ((parent_id IS NULL) OR state IN ('BORROWED', 'RETURNED', 'LAPSED')),
    CONSTRAINT ck_activations_borrowed_has_end CHECK (state <> 'BORROWED' OR borrowed_until IS NOT NULL)
);
-- Two open operations corrupt a dongle.
CREATE UNIQUE INDEX uq_activations_open_operation ON activations (container_id) WHERE state IN ('PENDING', 'RETURNING');
CREATE UNIQUE INDEX uq_activations_open_update ON activations (container_id) WHERE update_number IS NOT NULL;
-- A seat cannot be taken twice, whatever the code forgets.
CREATE UNIQUE INDEX uq_activations_seat ON activations (license_id, seat) WHERE seat IS NOT NULL;
CREATE INDEX ix_activations_container_id_newest ON activations (container_id, created_at DESC, id DESC);
CREATE INDEX ix_activations_license_id_newest ON activations (license_id, created_at DESC, id DESC);
CREATE INDEX ix_activations_newest ON activations (created_at DESC, id DESC);
CREATE INDEX ix_activations_parent_id ON activations (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX ix_activations_requested_by_id ON activations (requested_by_id);

CREATE TABLE license_files (
    id uuid NOT NULL,
    activation_id uuid NOT NULL,
    key_id text NOT NULL,
    content text NOT NULL,
    removes boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_license_files PRIMARY KEY (id),
    CONSTRAINT fk_license_files_activation_id FOREIGN KEY (activation_id) REFERENCES activations (id)
);
CREATE INDEX ix_license_files_activation_id_newest ON license_files (activation_id, created_at DESC, id DESC);


-- Virtual containers

CREATE TABLE virtual_containers (
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    name text NOT NULL,
    state varchar(32) NOT NULL DEFAULT 'PLANNED',
    container_id uuid,
    bound_revision integer,
    bound_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_virtual_containers PRIMARY KEY (id),
    CONSTRAINT fk_virtual_containers_project_id FOREIGN KEY (project_id) REFERENCES projects (id),
    CONSTRAINT fk_virtual_containers_container_id FOREIGN KEY (container_id) REFERENCES containers (id),
    CONSTRAINT uq_virtual_containers_project_id_name UNIQUE (project_id, name),
    CONSTRAINT uq_virtual_containers_container_id UNIQUE (container_id),
    CONSTRAINT ck_virtual_containers_virtualcontainerstate CHECK (state IN ('PLANNED', 'BOUND', 'STALE')),
    CONSTRAINT ck_virtual_containers_bound_has_container CHECK ((state = 'PLANNED') = (container_id IS NULL))
);

-- A license is in at most one virtual container: the license is the primary key.
CREATE TABLE virtual_container_licenses (
    license_id uuid NOT NULL,
    virtual_container_id uuid NOT NULL,
    CONSTRAINT pk_virtual_container_licenses PRIMARY KEY (license_id),
    CONSTRAINT fk_virtual_container_licenses_license_id FOREIGN KEY (license_id) REFERENCES licenses (id),
    CONSTRAINT fk_virtual_container_licenses_virtual_container_id FOREIGN KEY (virtual_container_id)
        REFERENCES virtual_containers (id) ON DELETE CASCADE
);
CREATE INDEX ix_virtual_container_licenses_virtual_container_id ON virtual_container_licenses (virtual_container_id);


-- Restores

CREATE TABLE restore_cases (
    id uuid NOT NULL,
    activation_id uuid,
    lost_container_id uuid,
    reason varchar(32) NOT NULL,
    state varchar(32) NOT NULL,
    requested_by_id uuid NOT NULL,
    decided_by_id uuid,
    decided_at timestamptz,
    completed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_restore_cases PRIMARY KEY (id),
    CONSTRAINT fk_restore_cases_activation_id FOREIGN KEY (activation_id) REFERENCES activations (id),
    CONSTRAINT fk_restore_cases_lost_container_id FOREIGN KEY (lost_container_id) REFERENCES containers (id),
    CONSTRAINT fk_restore_cases_requested_by_id FOREIGN KEY (requested_by_id) REFERENCES users (id),
    CONSTRAINT fk_restore_cases_decided_by_id FOREIGN KEY (decided_by_id) REFERENCES users (id),
    CONSTRAINT ck_restore_cases_restorereason CHECK (reason IN ('LOST', 'DAMAGED', 'REINSTALL', 'STOLEN')),
    CONSTRAINT ck_restore_cases_restorestate CHECK (state IN ('AWAITING_APPROVAL', 'DENIED', 'COMPLETED')),
    CONSTRAINT ck_restore_cases_one_subject CHECK (num_nonnulls(activation_id, lost_container_id) = 1)
);
CREATE INDEX ix_restore_cases_activation_id_newest ON restore_cases (activation_id, created_at DESC, id DESC);
CREATE INDEX ix_restore_cases_lost_container_id_newest ON restore_cases (lost_container_id, created_at DESC, id DESC);
CREATE INDEX ix_restore_cases_newest ON restore_cases (created_at DESC, id DESC);

CREATE TABLE restored_activations (
    case_id uuid NOT NULL,
    activation_id uuid NOT NULL,
    CONSTRAINT pk_restored_activations PRIMARY KEY (case_id, activation_id),
    CONSTRAINT fk_restored_activations_case_id FOREIGN KEY (case_id) REFERENCES restore_cases (id) ON DELETE CASCADE,
    CONSTRAINT fk_restored_activations_activation_id FOREIGN KEY (activation_id) REFERENCES activations (id)
);
CREATE INDEX ix_restored_activations_activation_id ON restored_activations (activation_id);


-- Notifications and mail

CREATE TABLE notification_rules (
    id uuid NOT NULL,
    event varchar(32) NOT NULL,
    channels text[] NOT NULL,
    group_id uuid,
    user_id uuid,
    offsets integer[] NOT NULL DEFAULT '{}',
    enabled boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_notification_rules PRIMARY KEY (id),
    CONSTRAINT fk_notification_rules_group_id FOREIGN KEY (group_id) REFERENCES groups (id) ON DELETE CASCADE,
    CONSTRAINT fk_notification_rules_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    -- NULLS NOT DISTINCT: one rule for an event and the whole portal, too.
    CONSTRAINT uq_notification_rules_event_group_id_user_id UNIQUE NULLS NOT DISTINCT (event, group_id, user_id),
    CONSTRAINT ck_notification_rules_notificationevent
        CHECK (event IN (
            'INVITATION', 'LICENSE_ASSIGNED', 'LICENSE_UNASSIGNED', 'LICENSE_EXPIRING', 'LICENSE_EXPIRED',
            'LICENSE_ACTIVATED', 'LICENSE_DEACTIVATED', 'EXCESSIVE_RECOVERY', 'CONTAINER_RESET'
        )),
    CONSTRAINT ck_notification_rules_one_scope CHECK (num_nonnulls(group_id, user_id) <= 1)
);

CREATE TABLE notifications (
    id uuid NOT NULL,
    recipient_id uuid NOT NULL,
    event varchar(32) NOT NULL,
    license_id uuid,
    payload jsonb NOT NULL DEFAULT '{}',
    state varchar(32) NOT NULL DEFAULT 'UNREAD',
    dedupe_key text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_notifications PRIMARY KEY (id),
    CONSTRAINT fk_notifications_recipient_id FOREIGN KEY (recipient_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT fk_notifications_license_id FOREIGN KEY (license_id) REFERENCES licenses (id),
    CONSTRAINT uq_notifications_dedupe_key UNIQUE (dedupe_key),
    CONSTRAINT ck_notifications_notificationevent
        CHECK (event IN (
            'INVITATION', 'LICENSE_ASSIGNED', 'LICENSE_UNASSIGNED', 'LICENSE_EXPIRING', 'LICENSE_EXPIRED',
            'LICENSE_ACTIVATED', 'LICENSE_DEACTIVATED', 'EXCESSIVE_RECOVERY', 'CONTAINER_RESET'
        )),
    CONSTRAINT ck_notifications_notificationstate CHECK (state IN ('UNREAD', 'READ', 'ARCHIVED'))
);
CREATE INDEX ix_notifications_newest ON notifications (created_at DESC, id DESC);
CREATE INDEX ix_notifications_recipient_id_newest ON notifications (recipient_id, created_at DESC, id DESC);

CREATE TABLE deliveries (
    id uuid NOT NULL,
    notification_id uuid NOT NULL,
    channel varchar(32) NOT NULL,
    state varchar(32) NOT NULL DEFAULT 'QUEUED',
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz,
    last_error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_deliveries PRIMARY KEY (id),
    CONSTRAINT fk_deliveries_notification_id FOREIGN KEY (notification_id)
        REFERENCES notifications (id) ON DELETE CASCADE,
    CONSTRAINT uq_deliveries_notification_id_channel UNIQUE (notification_id, channel),
    CONSTRAINT ck_deliveries_channel CHECK (channel IN ('PORTAL', 'EMAIL', 'WEBHOOK')),
    CONSTRAINT ck_deliveries_deliverystate CHECK (state IN ('QUEUED', 'RETRYING', 'SENT', 'FAILED'))
);
CREATE INDEX ix_deliveries_due ON deliveries (next_attempt_at) WHERE state IN ('QUEUED', 'RETRYING');

-- Emails that wait for the mail server; the secret is deleted when the email is sent.
CREATE TABLE outgoing_mail (
    id uuid NOT NULL,
    email text NOT NULL,
    kind varchar(32) NOT NULL,
    event varchar(32),
    invitation_id uuid,
    locale text NOT NULL DEFAULT 'en',
    about text NOT NULL DEFAULT '',
    secret text,
    expires_at timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz,
    sent_at timestamptz,
    failed_at timestamptz,
    last_error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_outgoing_mail PRIMARY KEY (id),
    CONSTRAINT fk_outgoing_mail_invitation_id FOREIGN KEY (invitation_id) REFERENCES invitations (id) ON DELETE CASCADE,
    CONSTRAINT ck_outgoing_mail_mailkind
        CHECK (kind IN ('CONFIRMATION', 'ALREADY_REGISTERED', 'INVITATION', 'NOTIFICATION')),
    CONSTRAINT ck_outgoing_mail_notificationevent
        CHECK (event IN (
            'INVITATION', 'LICENSE_ASSIGNED', 'LICENSE_UNASSIGNED', 'LICENSE_EXPIRING', 'LICENSE_EXPIRED',
            'LICENSE_ACTIVATED', 'LICENSE_DEACTIVATED', 'EXCESSIVE_RECOVERY', 'CONTAINER_RESET'
        )),
    CONSTRAINT ck_outgoing_mail_email_is_lowercase CHECK (email = lower(email)),
    CONSTRAINT ck_outgoing_mail_sent_has_no_secret CHECK (sent_at IS NULL OR secret IS NULL),
    CONSTRAINT ck_outgoing_mail_sent_or_failed CHECK (num_nonnulls(sent_at, failed_at) <= 1),
    CONSTRAINT ck_outgoing_mail_notification_has_event CHECK ((kind = 'NOTIFICATION') = (event IS NOT NULL))
);
CREATE INDEX ix_outgoing_mail_created_at ON outgoing_mail (created_at);
CREATE INDEX ix_outgoing_mail_email_created_at ON outgoing_mail (email, created_at);
CREATE INDEX ix_outgoing_mail_invitation_id ON outgoing_mail (invitation_id) WHERE invitation_id IS NOT NULL;
CREATE INDEX ix_outgoing_mail_unsent ON outgoing_mail (next_attempt_at NULLS FIRST, created_at)
    WHERE sent_at IS NULL AND failed_at IS NULL;


-- Audit log

-- No foreign keys: entries outlive the rows they refer to, and appending must not wait for locks on those rows.
CREATE TABLE audit_entries (
    id uuid NOT NULL,
    number bigint NOT NULL,
    at timestamptz NOT NULL,
    actor_id uuid,
    on_behalf_of_id uuid,
    action text NOT NULL,
    outcome varchar(32) NOT NULL DEFAULT 'DONE',
    code text,
    resource_type text,
    resource_id uuid,
    license_id uuid,
    group_id uuid,
    project_id uuid,
    before jsonb,
    after jsonb,
    request_id text,
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT pk_audit_entries PRIMARY KEY (id),
    -- The chain cannot fork.
    CONSTRAINT uq_audit_entries_previous_hash UNIQUE (previous_hash),
    CONSTRAINT uq_audit_entries_hash UNIQUE (hash),
    CONSTRAINT uq_audit_entries_number UNIQUE (number),
    CONSTRAINT ck_audit_entries_outcome CHECK (outcome IN ('DONE', 'REFUSED')),
    CONSTRAINT ck_audit_entries_hashes_are_sha256 CHECK (octet_length(hash) = 32 AND octet_length(previous_hash) = 32),
    CONSTRAINT ck_audit_entries_refused_has_code CHECK ((outcome = 'REFUSED') = (code IS NOT NULL))
);
-- Lists are ordered by instant: numbers would reveal how much happens that a reader may not know of.
CREATE INDEX ix_audit_entries_actor_id_at ON audit_entries (actor_id, at DESC, id DESC);
CREATE INDEX ix_audit_entries_at ON audit_entries (at DESC, id DESC);
CREATE INDEX ix_audit_entries_group_id_at ON audit_entries (group_id, at DESC, id DESC);
CREATE INDEX ix_audit_entries_license_id_at ON audit_entries (license_id, at DESC, id DESC);
CREATE INDEX ix_audit_entries_project_id_at ON audit_entries (project_id, at DESC, id DESC);

CREATE TABLE decision_entries (
    id uuid NOT NULL,
    number bigint NOT NULL,
    at timestamptz NOT NULL,
    actor_id uuid,
    action text NOT NULL,
    resource_type text NOT NULL,
    resource_id uuid,
    allowed boolean NOT NULL,
    rule text,
    policy_hash text NOT NULL,
    request_id text,
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT pk_decision_entries PRIMARY KEY (id),
    CONSTRAINT uq_decision_entries_previous_hash UNIQUE (previous_hash),
    CONSTRAINT uq_decision_entries_hash UNIQUE (hash),
    CONSTRAINT uq_decision_entries_number UNIQUE (number),
    CONSTRAINT ck_decision_entries_hashes_are_sha256
        CHECK (octet_length(hash) = 32 AND octet_length(previous_hash) = 32)
);


-- Rules that a CHECK cannot express

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON decision_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON project_revisions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The lock makes two administrators who remove each other at the same time wait for one another.
CREATE FUNCTION keep_an_isv_admin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('portal.isv_admin'));
    IF NOT EXISTS (SELECT FROM users WHERE is_isv_admin AND status = 'ACTIVE') THEN
        RAISE EXCEPTION 'the last active ISV admin cannot be removed'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'keep_an_isv_admin';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER keep_an_isv_admin_updated AFTER UPDATE OF is_isv_admin, status ON users
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.is_isv_admin AND OLD.status = 'ACTIVE' AND NOT (NEW.is_isv_admin AND NEW.status = 'ACTIVE'))
    EXECUTE FUNCTION keep_an_isv_admin();
CREATE CONSTRAINT TRIGGER keep_an_isv_admin_deleted AFTER DELETE ON users
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.is_isv_admin AND OLD.status = 'ACTIVE')
    EXECUTE FUNCTION keep_an_isv_admin();

-- Every account and every group has a cloud container at the end of the transaction that creates it.
CREATE FUNCTION require_cloud_of_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM users WHERE id = NEW.id) AND NOT EXISTS (
        SELECT FROM containers WHERE owner_user_id = NEW.id AND state <> 'DELETED'
        AND type = CASE NEW.kind WHEN 'TECHNICAL' THEN 'TECHNICAL_CLOUD' ELSE 'PERSONAL_CLOUD' END
    ) THEN
        RAISE EXCEPTION 'user % has no cloud container', NEW.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER has_cloud AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION require_cloud_of_user();

CREATE FUNCTION require_cloud_of_group() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM groups WHERE id = NEW.id) AND NOT EXISTS (
        SELECT FROM containers WHERE owner_group_id = NEW.id AND type = 'GROUP_CLOUD' AND state <> 'DELETED'
    ) THEN
        RAISE EXCEPTION 'group % has no cloud container', NEW.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER has_cloud AFTER INSERT ON groups DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION require_cloud_of_group();
