"""The state machines of the entities: for each a row of the demo world, its states, and how it is put into them."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from authz.gate.use_case import UseCase
from seeds.cast import (
    BEA,
    IDA,
    LEA,
    OLGA,
    SAM,
    SERVER,
    TOM,
    Categories,
    Containers,
    Groups,
    Licenses,
    Projects,
    Tickets,
    VirtualContainers,
    cloud_of,
    named,
)
from seeds.demo_catalog import template_of
from store.activations import COUNTING, Activation, ActivationState
from store.containers import Container, ContainerState
from store.grants import CategoryGrant, GrantState, GrantVerb
from store.groups import Group
from store.invitations import Invitation, InvitationState
from store.license_errors import LicenseExpired, LicenseNotUsable
from store.license_states import Lifecycle
from store.licenses import License
from store.memberships import Membership, MembershipState
from store.orders import LicenseOrder, OrderSource, OrderState
from store.products import LicenseModel
from store.projects import ParticipantRole, Project, ProjectState
from store.restores import RestoreCase, RestoreReason, RestoreState
from store.tickets import Ticket, TicketState
from store.users import User, UserKind, UserStatus
from tests.portal import NOW

IN_CLOUD = named("activation", f"{Licenses.BERLIN_PUBLIC} {cloud_of(Groups.BERLIN)}")
IN_DONGLE = named("activation", f"{Licenses.BERLIN_DONGLE} {Containers.BERLIN_DONGLE}")
RIGHT = {"holder_id": TOM.id, "scope_group_id": Groups.BERLIN, "verbs": [GrantVerb.CREATE]}
IN_TRIALS = RIGHT | {"category_id": Categories.TRIALS}
TO_LAB, TO_LEA = {"target": Group, "target_id": Groups.LAB}, {"target": User, "target_id": LEA.id}
ON_SITE = {"project_id": Projects.HAMBURG, "role": ParticipantRole.ON_SITE}
YEARLY = template_of(LicenseModel.SINGLE_USER_SUBSCRIPTION)
ORDERED = {"template_id": YEARLY, "quantity": 1, "count": 1, "source": OrderSource.PORTAL, "by_code": False}
LOST = {"reason": RestoreReason.LOST}
LATER = NOW + timedelta(days=1)


def of_license(state):
    """Columns of a license in a state; those that depend on time are set by their dates, as no job has run yet."""
    match state:
        case Lifecycle.SCHEDULED:
            return {"starts_at": LATER}
        case Lifecycle.EXPIRED:
            return {"expires_at": NOW}
        case _:
            return {"lifecycle": state}


def of_activation(state):
    loan = {"parent_id": IN_DONGLE, "borrowed_until": LATER} if state is ActivationState.BORROWED else {}
    return {"state": state, "seat": 9 if state in COUNTING else None, **loan}


def of_grant(state):
    return {"state": state, "revoked_at": NOW if state is GrantState.REVOKED else None}


def of_account(state):
    return {"kind" if isinstance(state, UserKind) else "status": state}


def of_order(state):
    return {"state": state, "reason": "x" if state is OrderState.REJECTED else None}


def state_only(state):
    return {"state": state}


@dataclass(frozen=True)
class Machine:
    """A row, its states, and the columns that put it into one."""

    cls: type
    id: UUID
    states: tuple
    put: object = state_only


@dataclass(frozen=True)
class Transition:
    """A use case on a row, the states from which it is possible, and the refusal from all others."""

    case: UseCase
    of: Machine
    possible: set
    refused: type | dict
    arguments: dict = field(default_factory=dict)
    by: object = IDA


LIVES = tuple(Lifecycle)
NEVER_EXPIRED = tuple(each for each in LIVES if each is not Lifecycle.EXPIRED)
NOT_BORROWED = tuple(each for each in ActivationState if each is not ActivationState.BORROWED)
SHARED = Machine(License, Licenses.ACME_PUBLIC, LIVES, of_license)
BERLINS = Machine(License, Licenses.BERLIN_PUBLIC, LIVES, of_license)
PREPAID = Machine(License, Licenses.TOM_PREPAID, LIVES, of_license)
TICKETED = Machine(License, Licenses.ACME_POOL, LIVES, of_license)
PLANNED = Machine(License, Licenses.PROJECT_ADMIN_ONLY, NEVER_EXPIRED, of_license)
FOREVER = Machine(License, Licenses.BERLIN_DONGLE, NEVER_EXPIRED, of_license)
TICKET = Machine(Ticket, Tickets.ACME, tuple(TicketState))
CLOUD_SEAT = Machine(Activation, IN_CLOUD, tuple(ActivationState), of_activation)
DONGLE_SEAT = Machine(Activation, IN_DONGLE, NOT_BORROWED, of_activation)
CLOUD = Machine(Container, cloud_of(Groups.ACME), tuple(ContainerState))
TOMS_CLOUD = Machine(Container, cloud_of(TOM.id), tuple(ContainerState))
OLGAS_CLOUD = Machine(Container, cloud_of(OLGA.id), tuple(ContainerState))
DONGLE = Machine(Container, Containers.BERLIN_DONGLE, tuple(ContainerState))
LAPTOP = Machine(Container, Containers.TOM_LAPTOP, tuple(ContainerState))
PROJECT = Machine(Project, Projects.HAMBURG, tuple(ProjectState))
MEMBER = Machine(Membership, named("membership", f"{BEA.login} BERLIN"), tuple(MembershipState))
INVITED = Machine(Invitation, named("invitation", f"{SAM.email} {Groups.BOLT}"), tuple(InvitationState))
ORDER = Machine(LicenseOrder, named("order", "waiting"), tuple(OrderState), of_order)
RESTORE = Machine(RestoreCase, named("restore", "the damaged workstation"), tuple(RestoreState))
GRANT = Machine(CategoryGrant, named("grant", "Rex Trials"), tuple(GrantState), of_grant)
GROUP = Machine(Group, Groups.LAB, ("EXISTING", "DELETED"), lambda s: {"deleted_at": NOW if s == "DELETED" else None})
BOLT = Machine(Group, Groups.BOLT, ("EXISTING", "DELETED"), GROUP.put)
PERSON = Machine(User, LEA.id, tuple(UserStatus), of_account)
LICENSE_SERVER = Machine(User, SERVER.id, (UserKind.TECHNICAL,), of_account)
ERASED_SERVER = Machine(User, SERVER.id, (UserStatus.ERASED,), of_account)

VALID, EXPIRED = {Lifecycle.VALID}, {Lifecycle.EXPIRED}
USABLE = dict.fromkeys(LIVES, LicenseNotUsable) | {Lifecycle.EXPIRED: LicenseExpired}
ACTIVE, READY, WAITS = {ActivationState.ACTIVE}, {ContainerState.READY}, {RestoreState.AWAITING_APPROVAL}
EDITED, PENDING, EXISTING = {ProjectState.IN_PROGRESS}, {InvitationState.PENDING}, {"EXISTING"}
NOT_ERASED = set(UserStatus) - {UserStatus.ERASED}
LINE_1, LINE_2 = (
    {"virtual_container_id": each} for each in (VirtualContainers.HAMBURG_LINE_1, VirtualContainers.HAMBURG_LINE_2)
)
PULLED = LINE_2 | {"container_id": cloud_of(OLGA.id)}
INTO_CLOUD = {"container_id": cloud_of(Groups.ACME)}
