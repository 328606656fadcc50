"""The closed sets of the store with a sentence for each of their values."""

import enum

import strawberry

from store.activations import ActivationState
from store.audit import Outcome
from store.containers import ContainerState, ContainerType, SettleOutcome
from store.groups import Bundle, GroupKind, InvitationState, MemberRole, MembershipState
from store.license_models import ModelCell, RenewalBasis
from store.licenses import DeactivationRule, Lifecycle, Visibility
from store.notifications import Channel, NotificationEvent, NotificationState
from store.orders import OrderSource, OrderState
from store.portal import Capability, Edition, Instance
from store.products import GrantBound, GrantState, GrantVerb, LicenseModel
from store.projects import ParticipantRole, ProjectState, VirtualContainerState
from store.restores import RestoreReason, RestoreState
from store.services.reports import CreatedKey, LicenseKey, RestoreKey
from store.tickets import CodeProblem, TicketState
from store.users import UserKind, UserStatus


class Availability(enum.StrEnum):
    """How much of a license is activated (spec 1.2)."""

    AVAILABLE = "AVAILABLE"
    PARTIALLY_ACTIVATED = "PARTIALLY_ACTIVATED"
    FULLY_ACTIVATED = "FULLY_ACTIVATED"


def _described(kind: type[enum.Enum], description: str, **values: str) -> None:
    strawberry.enum(kind, description=description)
    for each in kind.__strawberry_definition__.values:  # type: ignore[attr-defined]
        each.description = values.pop(each.name)


_described(
    Edition,
    "What the vendor has bought.",
    BASIC="Groups of one level.",
    PROFESSIONAL="Groups of two levels.",
    ENTERPRISE="Groups of ten levels.",
)
_described(
    Instance,
    "What a portal is for.",
    PRODUCTIVE="Business.",
    DEV="Development: licenses here are worth nothing.",
    Q="Quality assurance: as the productive one will be.",
)
_described(
    Capability,
    "What an edition includes.",
    USER_MANAGEMENT="Accounts, groups and roles.",
    CUSTOMER_MANAGEMENT="The vendor creates licenses for his customers.",
    CODEMETER_CLOUD="Licenses live in containers in the cloud.",
    WHITE_LABELING="The portal looks like the vendor's.",
    ACTIVATION_API="Licenses are activated by programs.",
    RESELLER_MANAGEMENT="Resellers create licenses for their customers.",
    LICENSE_CREATION_API="Licenses are created by programs.",
    MANAGEMENT_API="Accounts, groups and licenses are managed by programs.",
    CUSTOM_PLUGINS="The vendor extends the portal.",
    SSO="People log in with the account of their own company.",
    TEST_INSTANCES="Portals to try changes in: one for development, with ENTERPRISE another one for quality.",
    MULTI_VENDOR_ACTIVATION="Licenses of several vendors go into one container.",
    PROJECT_WORKFLOW="Licenses are prepared as projects and carried over on site.",
    NOTIFICATION_DISPATCHER="Messages go to other systems, in words of their own.",
    CUSTOM_DEVELOPMENT="The portal is changed for the vendor.",
    GROUP_LEVELS="Groups; how many levels of them, `maxGroupLevels` says.",
)
_described(
    UserKind,
    "Who an account is for.",
    HUMAN="A person.",
    TECHNICAL="A license server, which has a token and no log-in.",
)
_described(
    UserStatus,
    "Whether an account can be used.",
    PENDING="Its e-mail address is not confirmed yet.",
    ACTIVE="It can be used.",
    DISABLED="It is locked.",
    ERASED="It is gone; the audit trail names it still.",
)
_described(
    GroupKind,
    "What a group stands for.",
    ISV="The vendor, or a department of his.",
    RESELLER="A reseller.",
    CUSTOMER="A customer.",
    TEAM="A team or department of one of them.",
)
_described(
    MemberRole,
    "What a member is in a group.",
    ADMIN="Administers the group and those below it.",
    MEMBER="Belongs to the group.",
)
_described(
    MembershipState,
    "Whether a membership counts.",
    INVITED="Offered and not yet accepted.",
    ACTIVE="It counts.",
    REMOVED="It has ended.",
)
_described(
    Bundle,
    "What an employee of the vendor is entitled to.",
    SALES="Sells: creates licenses for customers.",
    SUPPORT="Helps: sees everything.",
    AUDITOR="Audits: sees everything, and the policy.",
)
_described(
    InvitationState,
    "What became of an invitation.",
    PENDING="Nobody has decided yet.",
    ACCEPTED="The person has joined.",
    DECLINED="The person did not want to.",
    EXPIRED="It was not answered in time.",
    REVOKED="It was withdrawn.",
)
_described(
    GrantState,
    "Whether a right of creation stands.",
    ACTIVE="It stands.",
    REVOKED="It was taken back.",
)
_described(
    LicenseModel,
    "How a license is sold.",
    PERPETUAL_SINGLE_USER="One seat, for good.",
    PERPETUAL_MULTI_USER="Several seats, for good.",
    SINGLE_USER_SUBSCRIPTION="One seat, for a term that renews.",
    MULTI_USER_SUBSCRIPTION="Several seats, for a term that renews.",
    DEMO="A trial of some days.",
    PREPAID="Days that are bought and used up.",
    INTERNAL_NFR="For the use inside the house; not for resale.",
)
_described(
    GrantVerb,
    "What a right of creation lets its holder do with licenses.",
    CREATE="Create them.",
    MODIFY="Change, renew and cancel them.",
    REVOKE="Withdraw them.",
)
_described(
    GrantBound,
    "Where a right of creation ends.",
    VERBS="At what its holder may do.",
    SCOPE="At the group that it is for.",
    QUANTITY="At a number of seats.",
    DAYS="At a number of days.",
    MODELS="At some license models.",
)
_described(
    ModelCell,
    "A column of the table of license models.",
    QUANTITY="How many seats.",
    TIME="When it ends.",
    RENEWAL="How it goes on.",
    CONTAINERS="Where it lives.",
)
_described(
    RenewalBasis,
    "What a renewal counts from.",
    FROM_EXPIRY="From the end of the term before.",
    FROM_NOW_IF_EXPIRED="From now, where the term before is over.",
)
_described(
    DeactivationRule,
    "Whether the seats of one license can be given back.",
    AS_PRODUCT="As its product says.",
    ALLOWED="They can.",
    DISABLED="They cannot.",
)
_described(
    CodeProblem,
    "Why the code of a ticket cannot be redeemed.",
    MALFORMED="It is no code: 25 letters and digits.",
    UNKNOWN="There is no such ticket.",
    NOT_FRESH="It has been redeemed, or is void.",
    REPEATED="It stands in the list twice.",
)
_described(
    TicketState,
    "What became of a ticket.",
    FRESH="Nobody has redeemed it.",
    CLAIMED="It has been redeemed.",
    SPLIT="It was split into one ticket for each license.",
    VOID="It is worth nothing.",
)
_described(
    Visibility,
    "Who sees what is given to a group or project.",
    PUBLIC="All members.",
    ADMIN_ONLY="Administrators only.",
)
_described(
    Lifecycle,
    "Where a license stands.",
    SCHEDULED="Its time has not come.",
    VALID="It is valid.",
    EXPIRED="Its time is over.",
    SUSPENDED="It is stopped for a while.",
    REVOKED="It was withdrawn for good.",
)
_described(
    Availability,
    "How much of a license is activated, whether or not its time is over.",
    AVAILABLE="Every seat is free.",
    PARTIALLY_ACTIVATED="Some seats are taken, and some are free.",
    FULLY_ACTIVATED="No seat is free.",
)
_described(
    ActivationState,
    "Where an activation stands.",
    PENDING="The container has not confirmed yet.",
    ACTIVE="The license is in the container.",
    RETURNING="It is being given back.",
    RETURNED="It was given back.",
    ABORTED="It did not come about.",
    REPLACED="Another one took its place.",
    WITHDRAWING="It is being taken away.",
    WITHDRAWN="It was taken away.",
    BORROWED="It is lent to another container for a while.",
    LAPSED="The loan is over.",
)
_described(
    ContainerType,
    "What kind of container it is.",
    LOCAL="A file bound to one computer (CmActLicense).",
    DONGLE="A dongle (CmDongle).",
    PERSONAL_CLOUD="The cloud container of a person.",
    GROUP_CLOUD="The cloud container of a group.",
    TECHNICAL_CLOUD="The cloud container of a technical user.",
)
_described(
    ContainerState,
    "Whether a container takes licenses.",
    READY="It does.",
    BLOCKED="It is locked, because it was lost for instance.",
    UNEXPECTED="Its counters do not fit; the vendor has to look.",
    DELETED="It is gone.",
)
_described(
    SettleOutcome,
    "What the vendor says to a counter that does not fit.",
    ACCEPT="The container is believed, and takes licenses again.",
    BLOCK="The container is locked.",
)
_described(
    ProjectState,
    "Where a project stands.",
    IN_PROGRESS="It is being prepared; nothing new reaches the site.",
    PUBLISHED="It can be carried out on site.",
    ARCHIVED="It is put away.",
)
_described(
    ParticipantRole,
    "What somebody does in a project.",
    ADMIN="Prepares it.",
    ON_SITE="Carries it out on site.",
)
_described(
    VirtualContainerState,
    "Whether a planned container is real yet.",
    PLANNED="It is planned.",
    BOUND="It has become a real one.",
    STALE="It is real, and a newer revision has been published.",
)
_described(
    NotificationEvent,
    "What a message is about.",
    INVITATION="You are invited.",
    LICENSE_ASSIGNED="A license was assigned.",
    LICENSE_UNASSIGNED="A license was taken back.",
    LICENSE_EXPIRING="A license ends soon.",
    LICENSE_EXPIRED="A license has ended.",
    LICENSE_ACTIVATED="A license was activated.",
    LICENSE_DEACTIVATED="A license was deactivated.",
    EXCESSIVE_RECOVERY="Licenses are restored too often.",
    CONTAINER_RESET="A container that holds a license of yours was reset by somebody else, or is to be.",
)
_described(
    Channel,
    "A way by which people are told.",
    PORTAL="Among their messages in the portal.",
    EMAIL="By a letter to their address.",
    WEBHOOK="By a call to another system; it is not offered yet.",
)
_described(
    NotificationState,
    "What you have done with a message.",
    UNREAD="Nothing yet.",
    READ="You have seen it.",
    ARCHIVED="You have put it away.",
)
_described(
    Outcome,
    "What became of an act.",
    DONE="It was done.",
    REFUSED="It was refused.",
)
_described(
    OrderSource,
    "Where an order came from.",
    PORTAL="The portal.",
    API="A shop or another program.",
)
_described(
    OrderState,
    "What became of an order.",
    SUBMITTED="It is placed.",
    AWAITING_APPROVAL="Somebody has to approve it.",
    FULFILLED="The licenses are there.",
    REJECTED="It was refused.",
)
_described(
    RestoreReason,
    "Why a restore is needed.",
    LOST="The container is lost.",
    DAMAGED="It is broken.",
    REINSTALL="The computer was set up anew.",
    STOLEN="It was stolen.",
)
_described(
    RestoreState,
    "Where a restore stands.",
    REQUESTED="It was asked for.",
    AUTO_APPROVED="The rules have approved it.",
    AWAITING_APPROVAL="The vendor has to decide.",
    APPROVED="The vendor has approved it.",
    DENIED="The vendor has refused it.",
    COMPLETED="The license is back.",
)
_OF_LICENSE = {
    "GROUP": "The group that it was made for.",
    "PRODUCT": "The product.",
    "MODEL": "The license model.",
    "MONTH": "The month, in UTC.",
}
_described(CreatedKey, "What created licenses are grouped by.", CREATOR="Who has ordered it.", **_OF_LICENSE)
_described(LicenseKey, "What happens to licenses is grouped by.", **_OF_LICENSE)
_described(
    RestoreKey,
    "What reported losses are grouped by.",
    GROUP="The group whose license or container it was.",
    REASON="Why.",
    MONTH="The month of the report, in UTC.",
)
