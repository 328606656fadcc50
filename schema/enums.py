"""The enums of the store as GraphQL enums, with a description for each value."""

import enum

import strawberry

from store.activations import ActivationState
from store.audit import Outcome
from store.containers import ContainerState, ContainerType, SettleOutcome
from store.grants import GrantBound, GrantState, GrantVerb
from store.groups import GroupKind
from store.invitations import InvitationState
from store.license_models import ModelCell, RenewalBasis
from store.license_states import DeactivationRule, Lifecycle, Visibility
from store.memberships import Bundle, MemberRole, MembershipState
from store.notifications import Channel, NotificationEvent, NotificationState
from store.orders import OrderSource, OrderState
from store.portal import Capability, Edition, Instance
from store.products import LicenseModel
from store.projects import ParticipantRole, ProjectState, VirtualContainerState
from store.restores import RestoreReason, RestoreState
from store.services.reports import CreatedKey, LicenseKey, RestoreKey
from store.tickets import CodeProblem, TicketState
from store.users import UserKind, UserStatus


class Availability(enum.StrEnum):
    """How many seats of a license are taken (spec 1.2)."""

    AVAILABLE = "AVAILABLE"
    PARTIALLY_ACTIVATED = "PARTIALLY_ACTIVATED"
    FULLY_ACTIVATED = "FULLY_ACTIVATED"


def _describe(enum_type: type[enum.Enum], description: str, **values: str) -> None:
    """Declare an enum of the store as a GraphQL enum; every value needs a description."""
    strawberry.enum(enum_type, description=description)
    for each in enum_type.__strawberry_definition__.values:  # type: ignore[attr-defined]
        each.description = values.pop(each.name)


_describe(
    Edition,
    "The edition of the portal that the vendor has bought. Each edition includes the smaller ones.",
    BASIC="Customer groups without subgroups; the vendor creates all licenses.",
    PROFESSIONAL="Adds resellers, groups of two levels, single sign-on, and APIs for creating licenses and for management.",
    ENTERPRISE="Adds projects, groups of ten levels, and a second test instance.",
)
_describe(
    Instance,
    "The purpose of this portal. Each instance has its own data.",
    PRODUCTIVE="The portal for real customers and licenses.",
    DEV="A test instance for development; its licenses have no value.",
    Q="A test instance for quality assurance, before changes reach the productive instance.",
)
_describe(
    Capability,
    "A capability that an edition of the portal may include.",
    WHITE_LABELING="The portal has the branding of the vendor or a reseller. Included in every edition.",
    RESELLER_MANAGEMENT="Resellers create licenses for their customers. Needs PROFESSIONAL.",
    LICENSE_CREATION_API="Programs such as a shop or an ERP system create licenses. Needs PROFESSIONAL.",
    MANAGEMENT_API="Programs manage accounts, groups and licenses. Needs PROFESSIONAL.",
    CUSTOM_PLUGINS="The vendor extends the portal with plugins. Needs PROFESSIONAL.",
    SSO="Users log in with the account of their own organization. Needs PROFESSIONAL.",
    TEST_INSTANCES="Test instances of the portal: DEV with PROFESSIONAL, DEV and Q with ENTERPRISE.",
    MULTI_VENDOR_ACTIVATION="Licenses of several vendors can be activated in one container. Needs ENTERPRISE.",
    PROJECT_WORKFLOW="Licenses are configured in projects and transferred to containers on site. Needs ENTERPRISE.",
    NOTIFICATION_DISPATCHER="Notifications are sent to other systems with custom content. Needs ENTERPRISE.",
    GROUP_LEVELS="Groups can be nested; `maxGroupLevels` of the portal is the number of levels.",
)
_describe(
    UserKind,
    "What kind of account a user is.",
    HUMAN="A person, with an email address and a password.",
    TECHNICAL="A technical user, such as a license server: it has access tokens, and cannot log in with a password.",
)
_describe(
    UserStatus,
    "Whether an account can be used.",
    PENDING="The email address has not been confirmed yet, so the account cannot be used.",
    ACTIVE="The account can be used.",
    DISABLED="The account is locked: its tokens are refused, and it cannot log in.",
    ERASED="The account was deleted together with its personal data; only the audit log still refers to it.",
)
_describe(
    GroupKind,
    "What a group represents.",
    ISV="The software vendor (ISV), or one of its departments.",
    RESELLER="A reseller of the vendor.",
    CUSTOMER="A customer of the vendor or of a reseller.",
    TEAM="A team or department within another group.",
)
_describe(
    MemberRole,
    "The role of a member in a group.",
    ADMIN="An administrator of the group and of all groups below it.",
    MEMBER="A member without administrative rights; the role does not extend to groups above or below.",
)
_describe(
    MembershipState,
    "Whether a membership is in effect.",
    INVITED="Offered by an administrator, and not accepted by the person yet; it confers no rights.",
    ACTIVE="The membership is in effect.",
    REMOVED="The membership has ended; it confers no rights.",
)
_describe(
    Bundle,
    "A set of rights for an employee of the vendor, held through a membership in a group of kind ISV.",
    SALES="Creates licenses for customers, together with category grants.",
    SUPPORT="Reads everything. If `supportMayDecide` of the portal is on, also decides restore cases and settles containers.",
    AUDITOR="Reads everything, including the access policy.",
)
_describe(
    InvitationState,
    "Whether an invitation can still be accepted.",
    PENDING="The invitation can be accepted or declined until `expiresAt`.",
    ACCEPTED="The invited person has joined the group.",
    DECLINED="The invited person has declined.",
    EXPIRED="The invitation was neither accepted nor declined before `expiresAt`.",
    REVOKED="The invitation was withdrawn by an administrator.",
)
_describe(
    GrantState,
    "Whether a category grant is in effect.",
    ACTIVE="The grant is in effect.",
    REVOKED="The grant was revoked, either itself or through the grant from which it was passed on.",
)
_describe(
    LicenseModel,
    "The commercial model of a license: how many seats it has, when it ends, and how it is renewed.",
    PERPETUAL_SINGLE_USER="One seat, without an end.",
    PERPETUAL_MULTI_USER="Two or more seats, without an end.",
    SINGLE_USER_SUBSCRIPTION="One seat for a period that renews automatically unless canceled.",
    MULTI_USER_SUBSCRIPTION="One or more seats for a period that renews automatically unless canceled.",
    DEMO="A trial for a number of days from its first activation. It cannot be renewed, and does not count as revenue.",
    PREPAID="Runs for a number of days from its first activation; more days can be added.",
    INTERNAL_NFR="For internal use by the vendor and its resellers; not for resale, and does not count as revenue.",
)
_describe(
    GrantVerb,
    "What a category grant allows its holder to do with licenses of the category.",
    CREATE="Create licenses, by ordering license templates.",
    MODIFY="Change, renew and cancel licenses.",
    REVOKE="Revoke licenses for good.",
)
_describe(
    GrantBound,
    "A limit of a category grant.",
    VERBS="What the grant allows: creating, modifying or revoking licenses.",
    SCOPE="The group for which the grant is valid; it includes all groups below.",
    QUANTITY="The largest number of seats of a license.",
    DAYS="The largest number of days that a license may run.",
    MODELS="The license models that the grant includes.",
)
_describe(
    ModelCell,
    "The aspect of a license model that a request contradicts.",
    QUANTITY="The number of seats.",
    TIME="When the license starts and ends.",
    RENEWAL="How the license is renewed or extended.",
    CONTAINERS="The types of containers in which the license can be activated.",
)
_describe(
    RenewalBasis,
    "The instant from which the next period of a renewed license is counted.",
    FROM_EXPIRY="From the end of the previous period, so that there is no gap.",
    FROM_NOW_IF_EXPIRED="From the time of the renewal if the license has expired, otherwise from the end of its period.",
)
_describe(
    DeactivationRule,
    "Whether the activations of a license can be deactivated by its users and administrators.",
    AS_PRODUCT="As `deactivationAllowed` of the product says.",
    ALLOWED="They can be deactivated, whatever the product says.",
    DISABLED="They cannot be deactivated, whatever the product says; only the vendor can free a seat.",
)
_describe(
    CodeProblem,
    "Why a ticket code cannot be redeemed.",
    MALFORMED="The text is not a ticket code: a code has 25 letters and digits.",
    UNKNOWN="There is no ticket with this code.",
    NOT_FRESH="The ticket was redeemed before, or is void.",
    REPEATED="The code occurs more than once in the request.",
)
_describe(
    TicketState,
    "Whether a ticket can be redeemed.",
    FRESH="The ticket has not been redeemed yet.",
    CLAIMED="The ticket was redeemed.",
    SPLIT="The ticket was redeemed and split into one ticket for each of its licenses.",
    VOID="The ticket was made void and can no longer be redeemed.",
)
_describe(
    Visibility,
    "Who can see a license that is assigned to a group or a project.",
    PUBLIC="All direct members of the group, or all participants of the published project.",
    ADMIN_ONLY="Only the administrators of the group or the project.",
)
_describe(
    Lifecycle,
    "Whether a license can be used.",
    SCHEDULED="The license cannot be used before `startsAt`.",
    VALID="The license can be used.",
    EXPIRED="The license cannot be used any more: `expiresAt` has passed.",
    SUSPENDED="The vendor has suspended the license. It can be reinstated; its time runs on meanwhile.",
    REVOKED="The license was revoked for good.",
)
_describe(
    Availability,
    "How many seats of a license are taken, regardless of whether the license can be used now.",
    AVAILABLE="All seats are free.",
    PARTIALLY_ACTIVATED="Some seats are taken and some are free.",
    FULLY_ACTIVATED="All seats are taken.",
)
_describe(
    ActivationState,
    "The state of an activation. PENDING, ACTIVE, RETURNING and WITHDRAWING hold a seat of the license.",
    PENDING="The license file was issued, and the container has not confirmed it yet. Aborted after 14 days.",
    ACTIVE="The license is in the container.",
    RETURNING="The activation is being deactivated: the container has not confirmed yet that it removed the license.",
    RETURNED="The activation was deactivated, or a borrowed seat was returned.",
    ABORTED="The container never confirmed the activation, so the seat was freed.",
    REPLACED="The container was lost; the activation was replaced in a restore case.",
    WITHDRAWING="The license was taken away, and the container has not confirmed yet that it removed the license.",
    WITHDRAWN="The license was taken away and is no longer in the container.",
    BORROWED="The seat of another activation is borrowed by this container until `borrowedUntil`.",
    LAPSED="The seat was borrowed, and the borrow ended without being returned.",
)
_describe(
    ContainerType,
    "The type of a container for licenses.",
    LOCAL="A license file bound to a computer (CmActLicense).",
    DONGLE="A hardware dongle (CmDongle).",
    PERSONAL_CLOUD="The cloud container of a person. Created automatically with the account.",
    GROUP_CLOUD="The cloud container of a group. Created automatically with the group.",
    TECHNICAL_CLOUD="The cloud container of a technical user. Created automatically with the technical user.",
)
_describe(
    ContainerState,
    "Whether licenses can be activated in a container.",
    READY="Licenses can be activated and deactivated.",
    BLOCKED="The container is blocked, for example because it was reported lost.",
    UNEXPECTED="The container reported an update counter that differs from the portal's; the vendor has to settle it.",
    DELETED="The container was deleted.",
)
_describe(
    SettleOutcome,
    "How the vendor settles a container whose update counter differs from the portal's.",
    ACCEPT="Accept the counter that the container reported; licenses can be activated in it again.",
    BLOCK="Block the container.",
)
_describe(
    ProjectState,
    "The state of a project.",
    IN_PROGRESS="The project can be edited; containers on site keep the previous revision.",
    PUBLISHED="The current revision can be pulled into containers on site; the project cannot be edited.",
    ARCHIVED="The project is closed. What is in containers on site stays there.",
)
_describe(
    ParticipantRole,
    "The role of a participant in a project.",
    ADMIN="Edits and publishes the project.",
    ON_SITE="Pulls published revisions into containers on site, and cannot change the project.",
)
_describe(
    VirtualContainerState,
    "Whether a virtual container of a project has been pulled into a real container.",
    PLANNED="The virtual container has not been pulled into a real container yet.",
    BOUND="A real container holds the current revision of the virtual container.",
    STALE="A real container holds an older revision, or only a part of the current one.",
)
_describe(
    NotificationEvent,
    "The event that a notification is about.",
    INVITATION="The recipient was invited to a group.",
    LICENSE_ASSIGNED="A license was assigned: to the recipient, or from a group that the recipient administers.",
    LICENSE_UNASSIGNED="The assignment of a license has ended.",
    LICENSE_EXPIRING="A license expires soon.",
    LICENSE_EXPIRED="A license has expired.",
    LICENSE_ACTIVATED="A license was activated in a container.",
    LICENSE_DEACTIVATED="An activation of a license was deactivated.",
    EXCESSIVE_RECOVERY="A license was restored as often as its rules warn about, or more often than they allow.",
    CONTAINER_RESET="A container with a license of the recipient or their group was reset, or a reset was requested.",
)
_describe(
    Channel,
    "How a notification is delivered.",
    PORTAL="In the portal, as `Notification`.",
    EMAIL="By email to the confirmed address of the recipient.",
    WEBHOOK="By a call to another system. Not supported yet.",
)
_describe(
    NotificationState,
    "What the recipient has done with a notification.",
    UNREAD="The recipient has not read the notification.",
    READ="The recipient has read the notification.",
    ARCHIVED="The recipient has archived the notification.",
)
_describe(
    Outcome,
    "Whether an action in the audit log succeeded.",
    DONE="The action succeeded.",
    REFUSED="The action was refused; `code` says why.",
)
_describe(
    OrderSource,
    "Where an order was placed.",
    PORTAL="In the portal.",
    API="Through the API, by a shop or another program.",
)
_describe(
    OrderState,
    "The state of an order.",
    AWAITING_APPROVAL="The vendor has to approve or reject the order.",
    FULFILLED="The ticket was issued; redeeming it creates the licenses.",
    REJECTED="The vendor has rejected the order; `reason` says why.",
)
_describe(
    RestoreReason,
    "Why activated licenses have to be restored.",
    LOST="The container was lost.",
    DAMAGED="The container is damaged.",
    REINSTALL="The computer was set up again; such cases have a limit of their own.",
    STOLEN="The container was stolen.",
)
_describe(
    RestoreState,
    "The state of a restore case.",
    AWAITING_APPROVAL="The vendor has to decide, because the limits of the license were exceeded.",
    DENIED="The restore was denied, by the vendor or by the rules of the license.",
    COMPLETED="The lost activations were replaced; the licenses can be activated again.",
)
_OF_LICENSE = {
    "GROUP": "The group that owns the license.",
    "PRODUCT": "The product of the license.",
    "MODEL": "The commercial model of the license.",
    "MONTH": "The calendar month in UTC.",
}
_describe(
    CreatedKey,
    "A key by which created licenses can be grouped.",
    CREATOR="The user who ordered the license.",
    **_OF_LICENSE,
)
_describe(LicenseKey, "A key by which activations and changes of licenses can be grouped.", **_OF_LICENSE)
_describe(
    RestoreKey,
    "A key by which restore cases can be grouped.",
    GROUP="The group that owns the license or the container.",
    REASON="The reason of the restore.",
    MONTH="The calendar month of the report in UTC.",
)
