"""A step that a state machine does not have is refused from each of its states, with the state, and nothing is written."""

import pytest

from resolvers import (
    accounts,
    activations,
    borrows,
    checkpoints,
    containers,
    grants,
    groups,
    invitations,
    license_terms,
    licenses,
    memberships,
    notifications,
    orders,
    projects,
    restores,
    technical_users,
    tickets,
    time_contingents,
    transfers,
    virtual_container_pulls,
    virtual_containers,
)
from seeds.cast import BEA, LEA, SAM, TOM, Containers, Groups, Licenses, Products, Tickets
from store.activations import Activation, ActivationState, NotActive
from store.containers import Container, ContainerNotReady, ContainerState, SettleOutcome
from store.db.database import Database
from store.errors import WrongState
from store.groups import (
    Group,
    GroupDeleted,
    GroupKind,
    InvitationNotOpen,
    MemberRole,
    Membership,
    MembershipState,
    NotMember,
)
from store.licenses import License, Lifecycle
from store.notifications import NotificationEvent
from store.orders import OrderState
from store.products import GrantState
from store.projects import (
    ProjectNotInProgress,
    ProjectNotPublished,
    ProjectState,
)
from store.tickets import Ticket, TicketIncomplete, TicketNotFresh, TicketState
from store.users import AccountNotUsable, User, UserStatus
from tests.resolvers.machines import (
    ACTIVE,
    BERLINS,
    BOLT,
    CLOUD,
    CLOUD_SEAT,
    DONGLE,
    DONGLE_SEAT,
    EDITED,
    EXPIRED,
    FOREVER,
    GONE_SERVER,
    GRANT,
    GROUP,
    IN_CLOUD,
    IN_DONGLE,
    IN_TRIALS,
    INTO_CLOUD,
    INVITED,
    KEPT,
    LAPTOP,
    LATER,
    LICENSE_SERVER,
    LINE_1,
    LINE_2,
    LIVES,
    LOST,
    MEMBER,
    OLGAS_CLOUD,
    ON_SITE,
    ORDER,
    ORDERED,
    PENDING,
    PERSON,
    PLANNED,
    PREPAID,
    PROJECT,
    PULLED,
    READY,
    RESTORE,
    RIGHT,
    SHARED,
    STANDING,
    TICKET,
    TICKETED,
    TO_LAB,
    TO_LEA,
    TOMS_CLOUD,
    USABLE,
    VALID,
    WAITS,
    Step,
)
from tests.resolvers.unchanged import World, use_cases

STEPS = (
    Step(activations.activate_license, SHARED, VALID, USABLE, INTO_CLOUD),
    Step(licenses.assign_license, SHARED, VALID, USABLE, {"target": Group, "target_id": Groups.BERLIN}),
    Step(license_terms.modify_license, SHARED, set(LIVES) - {Lifecycle.REVOKED}, WrongState, {"quantity": 7}),
    Step(license_terms.renew_license, SHARED, VALID | EXPIRED, WrongState),
    Step(license_terms.cancel_license, SHARED, VALID | {Lifecycle.SCHEDULED}, WrongState),
    Step(license_terms.suspend_license, SHARED, VALID | EXPIRED, WrongState),
    Step(license_terms.reinstate_license, SHARED, {Lifecycle.SUSPENDED}, WrongState),
    Step(license_terms.revoke_license, SHARED, set(LIVES) - {Lifecycle.REVOKED}, WrongState),
    Step(license_terms.add_days, PREPAID, VALID | EXPIRED | {Lifecycle.SCHEDULED}, WrongState, {"days": 1}),
    Step(time_contingents.draw_contingent, PREPAID, VALID | EXPIRED | {Lifecycle.SCHEDULED}, WrongState, {"days": 1}),
    Step(tickets.assign_ticket, TICKETED, VALID, TicketIncomplete, {"ticket_id": Tickets.ACME, **TO_LAB}),
    Step(transfers.transfer_license, BERLINS, VALID, USABLE, {"activation_id": IN_CLOUD, **INTO_CLOUD}),
    Step(checkpoints.check_license, BERLINS, VALID, USABLE, {"activation_id": IN_CLOUD}),
    Step(virtual_container_pulls.pull_virtual_container, PLANNED, VALID, USABLE, PULLED),
    Step(
        borrows.borrow_activation, FOREVER, VALID, USABLE,
        {"activation_id": IN_DONGLE, "container_id": Containers.TOM_WORKSTATION, "until": LATER},
    ),
    Step(tickets.void_ticket, TICKET, {TicketState.FRESH, TicketState.CLAIMED}, WrongState),
    Step(tickets.assign_ticket, TICKET, {TicketState.CLAIMED, TicketState.SPLIT}, TicketNotFresh, TO_LAB),
    Step(activations.deactivate_activation, CLOUD_SEAT, ACTIVE, NotActive),
    Step(activations.abort_activation, CLOUD_SEAT, {ActivationState.PENDING}, NotActive),
    Step(activations.withdraw_activation, CLOUD_SEAT, ACTIVE, NotActive),
    Step(transfers.transfer_license, CLOUD_SEAT, ACTIVE, NotActive, INTO_CLOUD),
    Step(
        transfers.transfer_license, CLOUD_SEAT, ACTIVE | {ActivationState.WITHDRAWING}, NotActive,
        INTO_CLOUD | {"original_available": False},
    ),
    Step(restores.request_restore, CLOUD_SEAT, ACTIVE | {ActivationState.WITHDRAWING}, NotActive, LOST),
    Step(
        borrows.borrow_activation, DONGLE_SEAT, ACTIVE, NotActive,
        {"container_id": Containers.TOM_WORKSTATION, "until": LATER},
    ),
    Step(borrows.return_activation, CLOUD_SEAT, {ActivationState.BORROWED}, WrongState),
    Step(borrows.extend_activation, CLOUD_SEAT, {ActivationState.BORROWED}, WrongState, {"until": LATER}),
    Step(activations.activate_license, CLOUD, READY, ContainerNotReady, {"license_id": Licenses.ACME_TEN_SEATS}),
    Step(transfers.transfer_license, CLOUD, READY, ContainerNotReady, {"activation_id": IN_CLOUD}),
    Step(containers.modify_container, CLOUD, set(ContainerState) - {ContainerState.DELETED}, ContainerNotReady, {"name": "x"}),
    Step(containers.delete_container, CLOUD, READY, ContainerNotReady),
    Step(containers.reset_container, CLOUD, READY, ContainerNotReady),
    Step(containers.import_credential, CLOUD, READY, ContainerNotReady, {"device_label": "x"}),
    Step(containers.block_container, CLOUD, READY, ContainerNotReady),
    Step(containers.unblock_container, CLOUD, {ContainerState.BLOCKED}, WrongState),
    Step(
        containers.settle_container, CLOUD, {ContainerState.UNEXPECTED}, WrongState, {"outcome": SettleOutcome.ACCEPT},
    ),
    Step(checkpoints.check_container, CLOUD, READY, ContainerNotReady, {"file": "x"}),
    Step(containers.confirm_reset, TOMS_CLOUD, set(), WrongState, {"accept": True}),
    Step(containers.confirm_reset, TOMS_CLOUD, set(), WrongState, {"accept": False}),
    Step(restores.report_lost, LAPTOP, {ContainerState.READY, ContainerState.UNEXPECTED}, ContainerNotReady, LOST),
    Step(activations.deactivate_activation, DONGLE, READY, ContainerNotReady, {"activation_id": IN_DONGLE}),
    Step(virtual_container_pulls.pull_virtual_container, OLGAS_CLOUD, READY, ContainerNotReady, PULLED),
    Step(projects.rename_project, PROJECT, set(ProjectState) - {ProjectState.ARCHIVED}, ProjectNotInProgress, {"name": "x"}),
    Step(projects.archive_project, PROJECT, set(ProjectState) - {ProjectState.ARCHIVED}, ProjectNotInProgress),
    Step(projects.edit_project, PROJECT, {ProjectState.PUBLISHED}, ProjectNotPublished),
    Step(projects.publish_project, PROJECT, EDITED, ProjectNotInProgress),
    Step(
        projects.add_participant, PROJECT, set(ProjectState) - {ProjectState.ARCHIVED}, ProjectNotInProgress,
        ON_SITE | {"user_id": TOM.id},
    ),
    Step(virtual_containers.create_virtual_container, PROJECT, EDITED, ProjectNotInProgress, {"name": "x"}),
    Step(virtual_containers.rename_virtual_container, PROJECT, EDITED, ProjectNotInProgress, LINE_1 | {"name": "x"}),
    Step(virtual_containers.delete_virtual_container, PROJECT, EDITED, ProjectNotInProgress, LINE_2),
    Step(virtual_containers.add_license, PROJECT, EDITED, ProjectNotInProgress, LINE_1 | {"license_id": Licenses.PROJECT_PUBLIC}),
    Step(
        virtual_containers.remove_license, PROJECT, EDITED, ProjectNotInProgress,
        LINE_1 | {"license_id": Licenses.PROJECT_PUBLIC},
    ),
    Step(virtual_container_pulls.pull_virtual_container, PROJECT, {ProjectState.PUBLISHED}, ProjectNotPublished, PULLED),
    Step(memberships.change_role, MEMBER, {MembershipState.ACTIVE}, NotMember, {"role": MemberRole.ADMIN}),
    Step(memberships.set_bundle, MEMBER, {MembershipState.ACTIVE}, NotMember, {"bundle": None}),
    Step(memberships.remove_membership, MEMBER, {MembershipState.ACTIVE}, NotMember),
    Step(memberships.leave_group, MEMBER, {MembershipState.ACTIVE}, NotMember, by=BEA),
    Step(invitations.revoke_invitation, INVITED, PENDING, InvitationNotOpen),
    Step(invitations.decline_invitation, INVITED, PENDING, InvitationNotOpen, by=SAM),
    Step(invitations.accept_invitation, INVITED, PENDING, InvitationNotOpen, by=SAM),
    Step(orders.approve_order, ORDER, {OrderState.AWAITING_APPROVAL}, WrongState),
    Step(orders.reject_order, ORDER, {OrderState.AWAITING_APPROVAL}, WrongState, {"reason": "x"}),
    Step(restores.approve_restore, RESTORE, WAITS, WrongState),
    Step(restores.deny_restore, RESTORE, WAITS, WrongState),
    Step(grants.revoke_grant, GRANT, {GrantState.ACTIVE}, WrongState),
    Step(grants.pass_on_grant, GRANT, {GrantState.ACTIVE}, WrongState, RIGHT),
    Step(groups.rename_group, GROUP, STANDING, GroupDeleted, {"name": "x"}),
    Step(groups.modify_group, GROUP, STANDING, GroupDeleted, {"is_internal": True}),
    Step(groups.move_group, GROUP, STANDING, GroupDeleted, {"parent_id": Groups.ACME}),
    Step(groups.delete_group, GROUP, STANDING, GroupDeleted),
    Step(groups.create_group, GROUP, STANDING, GroupDeleted, {"parent_id": Groups.LAB, "name": "x", "kind": GroupKind.TEAM}),
    Step(groups.move_group, GROUP, STANDING, GroupDeleted, {"group_id": Groups.BOLT, "parent_id": Groups.LAB}),
    Step(memberships.add_membership, GROUP, STANDING, GroupDeleted, {"user_id": TOM.id}),
    Step(accounts.create_account, GROUP, STANDING, GroupDeleted, {"email": "x@x.example", "name": "x"}),
    Step(invitations.create_invitation, GROUP, STANDING, GroupDeleted, {"email": "x@x.example"}),
    Step(invitations.accept_invitation, BOLT, STANDING, GroupDeleted, {"invitation_id": INVITED.id}, by=SAM),
    Step(technical_users.create_technical_user, GROUP, STANDING, GroupDeleted, {"name": "x"}),
    Step(tickets.claim_tickets, GROUP, STANDING, GroupDeleted, {"codes": Tickets.FRESH_CODE}),
    Step(orders.create_order, GROUP, STANDING, GroupDeleted, ORDERED),
    Step(orders.approve_order, BOLT, STANDING, GroupDeleted, {"order_id": ORDER.id}),
    Step(grants.create_grant, GROUP, STANDING, GroupDeleted, IN_TRIALS | {"scope_group_id": Groups.LAB}),
    Step(
        grants.pass_on_grant, GROUP, STANDING, GroupDeleted, RIGHT | {"grant_id": GRANT.id, "scope_group_id": Groups.LAB},
    ),
    Step(time_contingents.sell_contingent, GROUP, STANDING, GroupDeleted, {"product_id": Products.VIEWER, "days": 1}),
    Step(notifications.set_rule, GROUP, STANDING, GroupDeleted, {"event": NotificationEvent.LICENSE_EXPIRED}),
    Step(projects.create_project, GROUP, STANDING, GroupDeleted, {"name": "x"}),
    Step(accounts.modify_account, PERSON, KEPT, AccountNotUsable, {"name": "x"}),
    Step(accounts.delete_account, PERSON, KEPT, AccountNotUsable),
    Step(accounts.set_isv_right, PERSON, {UserStatus.ACTIVE}, AccountNotUsable, {"is_isv_admin": True}),
    Step(memberships.add_membership, PERSON, KEPT, AccountNotUsable, {"group_id": Groups.ACME}),
    Step(licenses.assign_license, PERSON, KEPT, AccountNotUsable, TO_LEA | {"license_id": Licenses.ACME_POOL}),
    Step(tickets.assign_ticket, PERSON, KEPT, AccountNotUsable, TO_LEA | {"ticket_id": Tickets.ACME}),
    Step(orders.create_order, PERSON, KEPT, AccountNotUsable, ORDERED | {"person_id": LEA.id}),
    Step(grants.create_grant, PERSON, KEPT, AccountNotUsable, IN_TRIALS | {"holder_id": LEA.id}),
    Step(grants.pass_on_grant, PERSON, KEPT, AccountNotUsable, RIGHT | {"grant_id": GRANT.id, "holder_id": LEA.id}),
    Step(projects.add_participant, PERSON, KEPT, AccountNotUsable, ON_SITE),
    Step(technical_users.issue_token, GONE_SERVER, set(), AccountNotUsable, {"name": "x"}),
    Step(technical_users.delete_technical_user, GONE_SERVER, set(), AccountNotUsable),
    Step(accounts.delete_account, LICENSE_SERVER, set(), AccountNotUsable),
    Step(accounts.set_isv_right, LICENSE_SERVER, set(), AccountNotUsable, {"is_isv_admin": True}),
    Step(memberships.add_membership, LICENSE_SERVER, set(), AccountNotUsable, {"group_id": Groups.ACME}),
    Step(projects.add_participant, LICENSE_SERVER, set(), AccountNotUsable, ON_SITE),
)  # fmt: skip


STATELESS = {
    "accountChangePassword", "accountErase", "accountExport", "activationConfirm", "bulkImport", "categoryCreate",
    "categoryModify", "containerRegister", "containerReleaseDevice", "featureCreate", "featureModify",
    "licenseSetVisibility", "licenseTemplateCreate", "licenseTemplateModify", "licenseUnassign", "notificationMarkRead",
    "notificationRuleRemove",
    "portalImport", "portalRename", "portalSetEdition", "portalSetInstance", "portalSetSwitches", "productCreate",
    "productModify", "projectRemoveParticipant", "ticketReadCode", "timeContingentModify", "tokenCreate", "tokenRevoke",
}  # fmt: skip
"""They ask for no state of the one row that they are about; what else is in their way stands in `test_obstacles`."""


def refused():
    """Each step from each state that does not have it."""
    return [
        pytest.param(step, state, id=f"{number}-{step.case.operation}-{state}")
        for number, step in enumerate(STEPS)
        for state in step.of.states
        if state not in step.possible
    ]


def test_every_use_case_stands_here_or_knows_no_states():
    assert {each.operation for each in use_cases()} == {each.case.operation for each in STEPS} | STATELESS


@pytest.fixture(scope="module")
async def database(new_demo):
    """One for all: nothing is ever written here."""
    database = Database(new_demo(), pool_size=4)
    yield database
    await database.close()


def about(step):
    """The row itself is what the step is about, where no other one is named."""
    names = [each for each in step.case.parameters if each.endswith("_id")]
    mine = {Group: "group_id", User: "user_id", Membership: "membership_id"}.get(step.of.cls, names[0] if names else "")
    kinds = {License: "license_id", Activation: "activation_id", Container: "container_id", Ticket: "ticket_id"}
    name = kinds.get(step.of.cls, mine)
    return {name: step.of.id} | step.arguments if name in names else step.arguments


@pytest.mark.parametrize(("step", "state"), refused())
async def test_a_step_is_refused_with_the_state_that_does_not_have_it(step, state, access_of, database):
    world = World(database)
    person = await access_of(step.by)
    expected = step.refused[state] if isinstance(step.refused, dict) else step.refused

    async with world.put(step.of.cls, step.of.id, **step.of.put(state)):
        refusal = await world.refuses(person, step.case, **about(step))

    assert type(refusal) is expected, refusal.message
    assert refusal.details == {"state": state}
