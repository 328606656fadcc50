"""Transitions that a state machine does not have are refused with the state, and nothing is written."""

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
from store.grants import GrantState
from store.groups import Group, GroupDeleted, GroupKind
from store.invitations import InvitationNotOpen
from store.license_states import Lifecycle
from store.licenses import License
from store.memberships import MemberRole, Membership, MembershipState, NotMember
from store.notifications import NotificationEvent
from store.orders import OrderState
from store.projects import ProjectNotInProgress, ProjectNotPublished, ProjectState
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
    ERASED_SERVER,
    EXISTING,
    EXPIRED,
    FOREVER,
    GRANT,
    GROUP,
    IN_CLOUD,
    IN_DONGLE,
    IN_TRIALS,
    INTO_CLOUD,
    INVITED,
    LAPTOP,
    LATER,
    LICENSE_SERVER,
    LINE_1,
    LINE_2,
    LIVES,
    LOST,
    MEMBER,
    NOT_ERASED,
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
    TICKET,
    TICKETED,
    TO_LAB,
    TO_LEA,
    TOMS_CLOUD,
    USABLE,
    VALID,
    WAITS,
    Transition,
)
from tests.resolvers.unchanged import World, use_cases

TRANSITIONS = (
    Transition(activations.activate_license, SHARED, VALID, USABLE, INTO_CLOUD),
    Transition(licenses.assign_license, SHARED, VALID, USABLE, {"target": Group, "target_id": Groups.BERLIN}),
    Transition(license_terms.modify_license, SHARED, set(LIVES) - {Lifecycle.REVOKED}, WrongState, {"quantity": 7}),
    Transition(license_terms.renew_license, SHARED, VALID | EXPIRED, WrongState),
    Transition(license_terms.cancel_license, SHARED, VALID | {Lifecycle.SCHEDULED}, WrongState),
    Transition(license_terms.suspend_license, SHARED, VALID | EXPIRED, WrongState),
    Transition(license_terms.reinstate_license, SHARED, {Lifecycle.SUSPENDED}, WrongState),
    Transition(license_terms.revoke_license, SHARED, set(LIVES) - {Lifecycle.REVOKED}, WrongState),
    Transition(license_terms.add_days, PREPAID, VALID | EXPIRED | {Lifecycle.SCHEDULED}, WrongState, {"days": 1}),
    Transition(
        time_contingents.draw_contingent, PREPAID, VALID | EXPIRED | {Lifecycle.SCHEDULED}, WrongState, {"days": 1}
    ),
    Transition(tickets.assign_ticket, TICKETED, VALID, TicketIncomplete, {"ticket_id": Tickets.ACME, **TO_LAB}),
    Transition(transfers.transfer_license, BERLINS, VALID, USABLE, {"activation_id": IN_CLOUD, **INTO_CLOUD}),
    Transition(checkpoints.check_license, BERLINS, VALID, USABLE, {"activation_id": IN_CLOUD}),
    Transition(virtual_container_pulls.pull_virtual_container, PLANNED, VALID, USABLE, PULLED),
    Transition(
        borrows.borrow_activation,
        FOREVER,
        VALID,
        USABLE,
        {"activation_id": IN_DONGLE, "container_id": Containers.TOM_WORKSTATION, "until": LATER},
    ),
    Transition(tickets.void_ticket, TICKET, {TicketState.FRESH, TicketState.CLAIMED}, WrongState),
    Transition(tickets.assign_ticket, TICKET, {TicketState.CLAIMED, TicketState.SPLIT}, TicketNotFresh, TO_LAB),
    Transition(activations.deactivate_activation, CLOUD_SEAT, ACTIVE, NotActive),
    Transition(activations.abort_activation, CLOUD_SEAT, {ActivationState.PENDING}, NotActive),
    Transition(activations.withdraw_activation, CLOUD_SEAT, ACTIVE, NotActive),
    Transition(transfers.transfer_license, CLOUD_SEAT, ACTIVE, NotActive, INTO_CLOUD),
    Transition(
        transfers.transfer_license,
        CLOUD_SEAT,
        ACTIVE | {ActivationState.WITHDRAWING},
        NotActive,
        INTO_CLOUD | {"original_available": False},
    ),
    Transition(restores.request_restore, CLOUD_SEAT, ACTIVE | {ActivationState.WITHDRAWING}, NotActive, LOST),
    Transition(
        borrows.borrow_activation,
        DONGLE_SEAT,
        ACTIVE,
        NotActive,
        {"container_id": Containers.TOM_WORKSTATION, "until": LATER},
    ),
    Transition(borrows.return_activation, CLOUD_SEAT, {ActivationState.BORROWED}, WrongState),
    Transition(borrows.extend_activation, CLOUD_SEAT, {ActivationState.BORROWED}, WrongState, {"until": LATER}),
    Transition(activations.activate_license, CLOUD, READY, ContainerNotReady, {"license_id": Licenses.ACME_TEN_SEATS}),
    Transition(transfers.transfer_license, CLOUD, READY, ContainerNotReady, {"activation_id": IN_CLOUD}),
    Transition(
        containers.modify_container,
        CLOUD,
        set(ContainerState) - {ContainerState.DELETED},
        ContainerNotReady,
        {"name": "x"},
    ),
    Transition(containers.delete_container, CLOUD, READY, ContainerNotReady),
    Transition(containers.reset_container, CLOUD, READY, ContainerNotReady),
    Transition(containers.import_credential, CLOUD, READY, ContainerNotReady, {"device_label": "x"}),
    Transition(containers.block_container, CLOUD, READY, ContainerNotReady),
    Transition(containers.unblock_container, CLOUD, {ContainerState.BLOCKED}, WrongState),
    Transition(
        containers.settle_container, CLOUD, {ContainerState.UNEXPECTED}, WrongState, {"outcome": SettleOutcome.ACCEPT}
    ),
    Transition(checkpoints.check_container, CLOUD, READY, ContainerNotReady, {"file": "x"}),
    Transition(containers.confirm_reset, TOMS_CLOUD, set(), WrongState, {"accept": True}),
    Transition(containers.confirm_reset, TOMS_CLOUD, set(), WrongState, {"accept": False}),
    Transition(
        restores.report_lost, LAPTOP, {ContainerState.READY, ContainerState.UNEXPECTED}, ContainerNotReady, LOST
    ),
    Transition(activations.deactivate_activation, DONGLE, READY, ContainerNotReady, {"activation_id": IN_DONGLE}),
    Transition(virtual_container_pulls.pull_virtual_container, OLGAS_CLOUD, READY, ContainerNotReady, PULLED),
    Transition(
        projects.rename_project,
        PROJECT,
        set(ProjectState) - {ProjectState.ARCHIVED},
        ProjectNotInProgress,
        {"name": "x"},
    ),
    Transition(projects.archive_project, PROJECT, set(ProjectState) - {ProjectState.ARCHIVED}, ProjectNotInProgress),
    Transition(projects.edit_project, PROJECT, {ProjectState.PUBLISHED}, ProjectNotPublished),
    Transition(projects.publish_project, PROJECT, EDITED, ProjectNotInProgress),
    Transition(
        projects.add_participant,
        PROJECT,
        set(ProjectState) - {ProjectState.ARCHIVED},
        ProjectNotInProgress,
        ON_SITE | {"user_id": TOM.id},
    ),
    Transition(virtual_containers.create_virtual_container, PROJECT, EDITED, ProjectNotInProgress, {"name": "x"}),
    Transition(
        virtual_containers.rename_virtual_container, PROJECT, EDITED, ProjectNotInProgress, LINE_1 | {"name": "x"}
    ),
    Transition(virtual_containers.delete_virtual_container, PROJECT, EDITED, ProjectNotInProgress, LINE_2),
    Transition(
        virtual_containers.add_license,
        PROJECT,
        EDITED,
        ProjectNotInProgress,
        LINE_1 | {"license_id": Licenses.PROJECT_PUBLIC},
    ),
    Transition(
        virtual_containers.remove_license,
        PROJECT,
        EDITED,
        ProjectNotInProgress,
        LINE_1 | {"license_id": Licenses.PROJECT_PUBLIC},
    ),
    Transition(
        virtual_container_pulls.pull_virtual_container, PROJECT, {ProjectState.PUBLISHED}, ProjectNotPublished, PULLED
    ),
    Transition(memberships.change_role, MEMBER, {MembershipState.ACTIVE}, NotMember, {"role": MemberRole.ADMIN}),
    Transition(memberships.set_bundle, MEMBER, {MembershipState.ACTIVE}, NotMember, {"bundle": None}),
    Transition(memberships.remove_membership, MEMBER, {MembershipState.ACTIVE}, NotMember),
    Transition(memberships.leave_group, MEMBER, {MembershipState.ACTIVE}, NotMember, by=BEA),
    Transition(invitations.revoke_invitation, INVITED, PENDING, InvitationNotOpen),
    Transition(invitations.decline_invitation, INVITED, PENDING, InvitationNotOpen, by=SAM),
    Transition(invitations.accept_invitation, INVITED, PENDING, InvitationNotOpen, by=SAM),
    Transition(orders.approve_order, ORDER, {OrderState.AWAITING_APPROVAL}, WrongState),
    Transition(orders.reject_order, ORDER, {OrderState.AWAITING_APPROVAL}, WrongState, {"reason": "x"}),
    Transition(restores.approve_restore, RESTORE, WAITS, WrongState),
    Transition(restores.deny_restore, RESTORE, WAITS, WrongState),
    Transition(grants.revoke_grant, GRANT, {GrantState.ACTIVE}, WrongState),
    Transition(grants.pass_on_grant, GRANT, {GrantState.ACTIVE}, WrongState, RIGHT),
    Transition(groups.rename_group, GROUP, EXISTING, GroupDeleted, {"name": "x"}),
    Transition(groups.modify_group, GROUP, EXISTING, GroupDeleted, {"is_internal": True}),
    Transition(groups.move_group, GROUP, EXISTING, GroupDeleted, {"parent_id": Groups.ACME}),
    Transition(groups.delete_group, GROUP, EXISTING, GroupDeleted),
    Transition(
        groups.create_group,
        GROUP,
        EXISTING,
        GroupDeleted,
        {"parent_id": Groups.LAB, "name": "x", "kind": GroupKind.TEAM},
    ),
    Transition(groups.move_group, GROUP, EXISTING, GroupDeleted, {"group_id": Groups.BOLT, "parent_id": Groups.LAB}),
    Transition(memberships.add_membership, GROUP, EXISTING, GroupDeleted, {"user_id": TOM.id}),
    Transition(accounts.create_account, GROUP, EXISTING, GroupDeleted, {"email": "x@x.example", "name": "x"}),
    Transition(invitations.create_invitation, GROUP, EXISTING, GroupDeleted, {"email": "x@x.example"}),
    Transition(invitations.accept_invitation, BOLT, EXISTING, GroupDeleted, {"invitation_id": INVITED.id}, by=SAM),
    Transition(technical_users.create_technical_user, GROUP, EXISTING, GroupDeleted, {"name": "x"}),
    Transition(tickets.claim_tickets, GROUP, EXISTING, GroupDeleted, {"codes": Tickets.FRESH_CODE}),
    Transition(orders.create_order, GROUP, EXISTING, GroupDeleted, ORDERED),
    Transition(orders.approve_order, BOLT, EXISTING, GroupDeleted, {"order_id": ORDER.id}),
    Transition(grants.create_grant, GROUP, EXISTING, GroupDeleted, IN_TRIALS | {"scope_group_id": Groups.LAB}),
    Transition(
        grants.pass_on_grant,
        GROUP,
        EXISTING,
        GroupDeleted,
        RIGHT | {"grant_id": GRANT.id, "scope_group_id": Groups.LAB},
    ),
    Transition(
        time_contingents.sell_contingent, GROUP, EXISTING, GroupDeleted, {"product_id": Products.VIEWER, "days": 1}
    ),
    Transition(notifications.set_rule, GROUP, EXISTING, GroupDeleted, {"event": NotificationEvent.LICENSE_EXPIRED}),
    Transition(projects.create_project, GROUP, EXISTING, GroupDeleted, {"name": "x"}),
    Transition(accounts.modify_account, PERSON, NOT_ERASED, AccountNotUsable, {"name": "x"}),
    Transition(accounts.delete_account, PERSON, NOT_ERASED, AccountNotUsable),
    Transition(accounts.set_isv_right, PERSON, {UserStatus.ACTIVE}, AccountNotUsable, {"is_isv_admin": True}),
    Transition(memberships.add_membership, PERSON, NOT_ERASED, AccountNotUsable, {"group_id": Groups.ACME}),
    Transition(
        licenses.assign_license, PERSON, NOT_ERASED, AccountNotUsable, TO_LEA | {"license_id": Licenses.ACME_POOL}
    ),
    Transition(tickets.assign_ticket, PERSON, NOT_ERASED, AccountNotUsable, TO_LEA | {"ticket_id": Tickets.ACME}),
    Transition(orders.create_order, PERSON, NOT_ERASED, AccountNotUsable, ORDERED | {"person_id": LEA.id}),
    Transition(grants.create_grant, PERSON, NOT_ERASED, AccountNotUsable, IN_TRIALS | {"holder_id": LEA.id}),
    Transition(
        grants.pass_on_grant, PERSON, NOT_ERASED, AccountNotUsable, RIGHT | {"grant_id": GRANT.id, "holder_id": LEA.id}
    ),
    Transition(projects.add_participant, PERSON, NOT_ERASED, AccountNotUsable, ON_SITE),
    Transition(technical_users.issue_token, ERASED_SERVER, set(), AccountNotUsable, {"name": "x"}),
    Transition(technical_users.delete_technical_user, ERASED_SERVER, set(), AccountNotUsable),
    Transition(accounts.delete_account, LICENSE_SERVER, set(), AccountNotUsable),
    Transition(accounts.set_isv_right, LICENSE_SERVER, set(), AccountNotUsable, {"is_isv_admin": True}),
    Transition(memberships.add_membership, LICENSE_SERVER, set(), AccountNotUsable, {"group_id": Groups.ACME}),
    Transition(projects.add_participant, LICENSE_SERVER, set(), AccountNotUsable, ON_SITE),
)


STATELESS = {
    "accountChangePassword",
    "accountErase",
    "accountExport",
    "activationConfirm",
    "bulkImport",
    "categoryCreate",
    "categoryModify",
    "containerRegister",
    "containerReleaseDevice",
    "featureCreate",
    "featureModify",
    "licenseSetVisibility",
    "licenseTemplateCreate",
    "licenseTemplateModify",
    "licenseUnassign",
    "notificationMarkRead",
    "notificationRuleRemove",
    "portalImport",
    "portalRename",
    "portalSetEdition",
    "portalSetInstance",
    "portalSetSwitches",
    "productCreate",
    "productModify",
    "projectRemoveParticipant",
    "ticketReadCode",
    "timeContingentModify",
    "tokenCreate",
    "tokenRevoke",
}
"""Use cases that depend on no state of their row; `test_obstacles` shows their other refusals."""


def refused_transitions():
    """Each transition from each state that does not have it."""
    return [
        pytest.param(transition, state, id=f"{number}-{transition.case.operation}-{state}")
        for number, transition in enumerate(TRANSITIONS)
        for state in transition.of.states
        if state not in transition.possible
    ]


def test_every_use_case_is_a_transition_or_stateless():
    assert {each.operation for each in use_cases()} == {each.case.operation for each in TRANSITIONS} | STATELESS


@pytest.fixture(scope="module")
async def database(new_demo):
    """Shared by all tests of the module, because refusals write nothing."""
    database = Database(new_demo(), pool_size=4)
    yield database
    await database.close()


def arguments_of(transition):
    """The arguments of a transition: its row, unless it names another one, and the others."""
    names = [each for each in transition.case.parameters if each.endswith("_id")]
    mine = {Group: "group_id", User: "user_id", Membership: "membership_id"}.get(
        transition.of.cls, names[0] if names else ""
    )
    kinds = {License: "license_id", Activation: "activation_id", Container: "container_id", Ticket: "ticket_id"}
    name = kinds.get(transition.of.cls, mine)
    return {name: transition.of.id} | transition.arguments if name in names else transition.arguments


@pytest.mark.parametrize(("transition", "state"), refused_transitions())
async def test_a_transition_from_a_wrong_state_is_refused_with_the_state(transition, state, access_of, database):
    world = World(database)
    person = await access_of(transition.by)
    expected = transition.refused[state] if isinstance(transition.refused, dict) else transition.refused

    async with world.put(transition.of.cls, transition.of.id, **transition.of.put(state)):
        refusal = await world.refuses(person, transition.case, **arguments_of(transition))

    assert type(refusal) is expected, refusal.message
    assert refusal.details == {"state": state}
