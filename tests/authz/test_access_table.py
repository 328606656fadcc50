"""The access table of the product, cell by cell: written from what was agreed, not from what the policy decides.

`decisions.txt` lists everything; this table says for typical rows which accounts of the cast have a permission. No others do.
"""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from authz.verify.load_world import World, load_world
from devtools import edge_cases
from devtools.labels import label_of
from seeds import cast
from seeds.cast import CAST, EXTRAS
from store.db.database import Database
from store.db.registry import AuditEntry, NotificationRule, User
from tests.portal import NOW

TABLE = """
Group            Acme Berlin                  read             Ida Rex Ann Tom Bea Uwe Audrey Pia Gil
Group            Acme                         read             Ida Rex Ann Acme Olga Uwe Audrey Pia
Group            Acme                         modify           Ida Rex
Group            Acme                         delete           Ida Rex
Group            Acme                         rename           Ida Rex Ann
Group            Acme                         move             Ida
Group            Acme                         create_subgroup  Ida Rex Ann
Group            Acme Berlin                  modify           Ida Rex Ann
Group            Acme Berlin                  delete           Ida Rex Ann
Group            Acme Berlin                  invite           Ida Rex Ann
Group            Acme Berlin                  create_account   Ida Rex Ann
Group            Acme Berlin                  manage_roles     Ida Rex Ann
Group            Acme Berlin                  create_project   Ida Rex Ann
Group            Acme Berlin                  claim_ticket     Ida Rex Ann
Group            Acme Berlin                  create_license   Ida Rex
Group            Acme Berlin Lab              create_license   Ida Rex Vera
Group            Acme Berlin                  report           Ida Rex Ann
Group            Acme Berlin                  sell_directly    Ida
Group            Bolt                         sell_directly    Ida Sal
Group            Acme                         manage_technical_users  Ida Rex Ann
Portal           Northwind License Portal     create_top_level_group  Ida
Portal           Northwind License Portal     administer       Ida
Portal           Northwind License Portal     import           Ida
Portal           Northwind License Portal     read_policy      Ida Audrey
User             Tom Tanner                   read             Ida Rex Ann Tom Uwe Audrey
User             Tom Tanner                   modify           Ida Rex Ann Tom
User             Tom Tanner                   delete           Ida Rex Ann
User             Tom Tanner                   set_isv_right    Ida
User             Tom Tanner                   export           Tom
User             Tom Tanner                   register_container  Tom
User             Acme License Server          export           Acme
User             Acme License Server          register_container
User             Ron Roth                     read             Ida Uwe Audrey Ron
User             Nina Nagy                    read             Ida Uwe Audrey Nina
User             Sam Sommer                   delete           Ida Sam
User             Sam Sommer                   claim_ticket     Sam
User             Olga Orlova                  read             Ida Rex Ann Olga Uwe Audrey Pia
User             Acme License Server          read             Ida Rex Ann Acme Uwe Audrey
User             Acme License Server          modify           Ida Rex Ann
User             Acme License Server          delete           Ida Rex Ann
User             Acme License Server          manage_technical Ida Rex Ann
User             Acme License Server          issue_token      Ida Rex Ann
User             Acme License Server          change_credentials
Membership       Nina Nagy in Acme Berlin as admin, invited  change_role  Ida
Membership       Nina Nagy in Acme Berlin as admin, invited  remove  Ida Rex Ann
Invitation       sam@sommer.example to Bolt, pending  accept   Sam
Invitation       nina@acme.example to Acme Berlin, pending  read  Ida Rex Ann Uwe Audrey
Invitation       nina@acme.example to Acme Berlin, pending  accept
CategoryGrant    Trials for Rex Rheiner in Rheintal Reselling, active  pass_on  Ida Rex
CategoryGrant    Design for Bea Brandt in Bolt, revoked  pass_on  Ida
CategoryGrant    Design for Gil Graf in Acme Berlin, active  pass_on  Ida
CategoryGrant    Design for Hal Heller in Bolt, active  pass_on  Ida
CategoryGrant    Design for Vera Vogt in Acme, active  pass_on  Ida Vera
LicenseTemplate  Atlas CAD, annual            order            Ida Rex Sal Vera
LicenseTemplate  Atlas CAD, annual            skip_approval    Ida
LicenseTemplate  Atlas CAD, annual            override_limits  Ida
LicenseTemplate  Atlas CAD, annual            sell_directly    Ida
LicenseOrder     Atlas CAD, annual for Acme Berlin, fulfilled  create  Ida Rex
LicenseOrder     Atlas CAD, annual for Acme Berlin Lab, fulfilled  create  Ida Rex Vera
Ticket           acme                         read_code        Ida Rex Ann
Ticket           sam                          read_code        Ida Sam
License          tom cad                      read             Ida Rex Ann Tom Uwe Audrey
License          sam home                     read             Ida Sam Uwe Audrey
License          bea acme                     read             Ida Rex Ann Bea Uwe Audrey
License          berlin public                read             Ida Rex Ann Tom Bea Uwe Audrey Gil
License          lab public                   read             Ida Rex Ann Lea Uwe Audrey Hal Vera
License          berlin admin only            read             Ida Rex Ann Uwe Audrey
License          project public               read             Ida Rex Ann Olga Pia Uwe Audrey
License          project admin only           read             Ida Rex Ann Pia Uwe Audrey
License          server flow                  read             Ida Rex Ann Acme Uwe Audrey
License          berlin public                assign           Ida Rex Ann
License          project public               assign           Ida Rex Ann
License          berlin public                set_visibility   Ida Rex Ann
License          tom cad                      create           Ida Rex
License          of Acme Berlin               create           Ida Rex
License          of Acme Berlin Lab           read             Ida Rex Ann Uwe Audrey Hal Vera
License          of Acme Berlin Lab           create           Ida Rex Vera
License          of Acme Berlin Lab           revoke           Ida Vera
License          tom cad                      renew            Ida Rex
License          tom cad                      revoke           Ida
License          sales nfr                    revoke           Ida Sal
License          bolt public                  modify           Ida
License          tom cad                      suspend          Ida
License          tom cad                      override_limits  Ida
License          tom prepaid                  add_time         Ida Rex Ann Tom
License          server flow                  add_time         Ida Rex Ann
License          sam home                     add_time         Ida Sam
License          berlin public                activate         Ida Rex Ann Tom Bea Gil
License          server flow                  activate         Ida Rex Ann Acme
License          project public               activate         Ida Rex Ann Pia
Activation       tom cad in the cloud of Tom Tanner, active  deactivate  Ida Rex Ann Tom
Activation       tom gateway in tom workstation, active  deactivate  Ida
Activation       server flow in the cloud of Acme License Server, active  deactivate  Ida Rex Ann
Activation       project public in hamburg line 1, active  deactivate  Ida Rex Ann Pia
Activation       tom cad in the cloud of Tom Tanner, active  request_restore  Ida Rex Ann Tom
Activation       server flow in the cloud of Acme License Server, active  request_restore  Ida Rex Ann
Activation       berlin public in the cloud of Ron Roth, active  deactivate  Ida Rex Ann
RestoreCase      damaged: tom workstation, awaiting_approval  decide  Ida
RestoreCase      damaged: tom workstation, awaiting_approval  read  Ida Rex Ann Tom Uwe Audrey
Container        the cloud of Tom Tanner      reset            Ida Rex Ann Tom
Container        the cloud of Bea Brandt      delete           Ida Rex Ann Bea Sal
Container        the cloud of Bea Brandt      reset            Ida Rex Ann Bea Sal
Container        the cloud of Bea Brandt      reset_now        Ida Bea
Container        the cloud of Acme Berlin     reset_now        Ida Rex Ann
Container        the cloud of Acme Berlin     use              Ida Rex Ann Tom Bea Gil
Container        the cloud of Ron Roth        read             Ida Rex Ann Uwe Audrey Ron
Container        the cloud of Ron Roth        use              Ida Ron
Container        the cloud of Acme Berlin     reset            Ida Rex Ann
Container        the cloud of Acme            use              Ida Rex Ann
Container        the cloud of Acme License Server  use         Ida Rex Ann Acme
Container        the cloud of Acme License Server  reset       Ida Rex Ann
Container        the cloud of Acme License Server  reset_now   Ida Rex Ann
Container        tom workstation              block            Ida
Container        tom workstation              settle           Ida
Project          Hamburg plant                publish          Ida Rex Ann Pia
Project          Hamburg plant                pull             Ida Rex Ann Olga Pia
Project          Bremen pilot                 read             Ida Rex Ann Pia Uwe Audrey
Project          Hamburg plant                report           Ida Rex Ann Pia
AuditEntry       license.activated by Tom Tanner, Acme Berlin  read  Ida Rex Ann Tom Uwe Audrey
AuditEntry       project.published by Pia Pohl, Acme  read    Ida Rex Ann Pia Uwe Audrey
Notification     invitation for Sam Sommer    read             Sam
NotificationRule excessive_recovery for Acme  modify           Ida Rex Ann
NotificationRule license_expiring for all     modify           Ida
NotificationRule license_activated for Tom Tanner  modify      Ida Tom
Branding         Northwind                    modify           Ida
"""
"""Accounts by the first of their names: the license server of Acme is called Acme."""

WITHOUT_MEMBERS_MAY_ACTIVATE = """
License          berlin public                activate         Ida Rex Ann
License          lab public                   activate         Ida Rex Ann Hal Vera
Activation       berlin public in the cloud of Tom Tanner, active  create  Ida Rex Ann
"""

WITHOUT_STRICT_SHARED_CONTAINERS = """
Container        the cloud of Bea Brandt      reset_now        Ida Rex Ann Bea Sal
"""

NOT_YET_AS_AGREED = {
    "LicenseTemplate Atlas CAD, annual: order": {"Gil", "Hal"},  # A37: a grant alone shows no templates
    "CategoryGrant Design for Vera Vogt in Acme, active: pass_on": {"Vera"},  # A38: also from below the scope
    "Membership Nina Nagy in Acme Berlin as admin, invited: change_role": {"Rex", "Ann"},  # A29: only to withdraw it
}
"""The accounts that the policy still decides otherwise about."""

PUBLIC = {
    "Portal": {"id", "name"},
    "Branding": {"id", "name", "host", "logo_url", "colors", "legal_notice", "copyright", "created_at"},
}
"""The columns of each class that callers without an account may see."""

NAMES = {account.id: account.name.split()[0] for account in (*CAST, *EXTRAS, *edge_cases.ACCOUNTS)}


@pytest.fixture
async def world(demo_url) -> World:
    database = Database(demo_url, pool_size=1)
    async with database.transaction() as session:
        session.add_all(edge_cases.rows(NOW))
        await session.flush()
        session.expire_all()
        loaded = await load_world(session)
        session.expunge_all()
        await session.rollback()
    await database.close()
    return loaded


def cells(policy, world: World, table: str):
    """Each line as row, label, action and the accounts that are named in it."""
    rows = {(cls.__name__, label_of(row)): row for cls in policy.compiled.classes for row in world[cls]}
    for line in table.strip().splitlines():
        kind, rest = line.split(maxsplit=1)
        of_kind = (label for known, label in rows if known == kind and rest.startswith(f"{label} "))
        label = max(of_kind, key=len)
        action, *named = rest[len(label) :].split()
        yield rows[kind, label], label, action, set(named)


@pytest.mark.feature("F08", "F38", "F40", "F41", "F42", "F108", "F109", "F110", "F111", "F112")
async def test_every_cell_of_the_access_table_is_decided_as_agreed(policy, world):
    assert disagreements(policy, world, TABLE) == NOT_YET_AS_AGREED


async def test_members_activate_public_licenses_only_where_the_vendor_lets_them(policy, world):
    for account in world[User]:
        account.portal = replace(account.portal, members_may_activate=False)

    assert disagreements(policy, world, WITHOUT_MEMBERS_MAY_ACTIVATE) == {}


async def test_administrators_reset_a_shared_container_only_where_the_vendor_does_not_require_consent(policy, world):
    for account in world[User]:
        account.portal = replace(account.portal, strict_shared_containers=False)

    assert disagreements(policy, world, WITHOUT_STRICT_SHARED_CONTAINERS) == {}


def disagreements(policy, world, table):
    """For each line that is decided otherwise, the accounts that are allowed and not named, or named and not allowed."""
    found = {}
    for row, label, action, named in cells(policy, world, table):
        may = policy.check(type(row), action)
        allowed = {NAMES[account.id] for account in world[User] if account.id in NAMES and may(account, row)}
        if allowed != named:
            found[f"{type(row).__name__} {label}: {action}"] = allowed ^ named
    return found


def test_callers_without_an_account_see_the_name_and_the_look_of_the_portal(policy):
    public = {cls.__name__: set(policy.public(cls)) for cls in policy.compiled.classes if policy.public(cls)}

    assert public == PUBLIC


@pytest.mark.parametrize(("kind", "answer"), [("HUMAN", True), ("TECHNICAL", False)])
def test_own_audit_entries_and_notification_rules_are_for_people(policy, kind, answer):
    account = SimpleNamespace(
        id=cast.SERVER.id, kind=kind, is_isv_admin=False, holds_support=False, holds_auditor=False, memberships=[]
    )
    no_scope = {"group": None, "group_id": None, "project": None, "project_id": None}
    entry = SimpleNamespace(actor=account, actor_id=account.id, **no_scope)
    rule = SimpleNamespace(user=account, user_id=account.id, **no_scope)

    assert policy.check(AuditEntry, "read")(account, entry) is answer
    assert policy.check(NotificationRule, "modify")(account, rule) is answer
