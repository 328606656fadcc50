"""The closed sets of the store with a sentence for each of their values."""

import enum

import strawberry

from store.activations import ActivationState
from store.audit import Outcome
from store.containers import ContainerState, ContainerType
from store.groups import Bundle, GroupKind, InvitationState, MemberRole, MembershipState
from store.licenses import Lifecycle, Visibility
from store.notifications import NotificationEvent, NotificationState
from store.orders import OrderSource, OrderState
from store.portal import Edition
from store.products import GrantState, LicenseModel
from store.projects import ParticipantRole, ProjectState, VirtualContainerState
from store.restores import RestoreReason, RestoreState
from store.tickets import TicketState
from store.users import UserKind, UserStatus


class Availability(enum.StrEnum):
    """Whether a license can be activated right now."""

    AVAILABLE = "AVAILABLE"
    EXHAUSTED = "EXHAUSTED"
    SCHEDULED = "SCHEDULED"
    EXPIRED = "EXPIRED"
    SUSPENDED = "SUSPENDED"
    REVOKED = "REVOKED"


def _described(kind: type[enum.Enum], description: str, *values: str) -> None:
    strawberry.enum(kind, description=description)
    for each, value in zip(kind.__strawberry_definition__.values, values, strict=True):  # type: ignore[attr-defined]
        each.description = value


_described(Edition, "What the vendor has bought.", "Groups of one level.", "Groups of two levels.", "Groups of ten levels.")
_described(UserKind, "Who an account is for.", "A person.", "A license server, which has a token and no log-in.")
_described(
    UserStatus, "Whether an account can be used.",
    "Its e-mail address is not confirmed yet.", "It can be used.", "It is locked.", "It is gone; the audit trail names it still.",
)  # fmt: skip
_described(
    GroupKind, "What a group stands for.",
    "The vendor, or a department of his.", "A reseller.", "A customer.", "A team or department of one of them.",
)  # fmt: skip
_described(MemberRole, "What a member is in a group.", "Administers the group and those below it.", "Belongs to the group.")
_described(
    MembershipState, "Whether a membership counts.",
    "Offered and not yet accepted.", "It counts.", "It has ended.",
)  # fmt: skip
_described(
    Bundle, "What an employee of the vendor is entitled to.",
    "Sells: creates licenses for customers.", "Helps: sees everything.", "Audits: sees everything, and the policy.",
)  # fmt: skip
_described(
    InvitationState, "What became of an invitation.",
    "Nobody has decided yet.", "The person has joined.", "The person did not want to.", "It was not answered in time.",
    "It was withdrawn.",
)  # fmt: skip
_described(GrantState, "Whether a right of creation stands.", "It stands.", "It was taken back.")
_described(
    LicenseModel, "How a license is sold.",
    "One seat, for good.", "Several seats, for good.", "One seat, for a term that renews.", "Several seats, for a term that renews.",
    "A trial of some days.", "Days that are bought and used up.", "For the use inside the house; not for resale.",
)  # fmt: skip
_described(
    TicketState, "What became of a ticket.",
    "Nobody has redeemed it.", "It has been redeemed.", "It was split into one ticket for each license.", "It is worth nothing.",
)  # fmt: skip
_described(
    Visibility, "Who sees what is given to a group or project.",
    "All members.", "Administrators only.",
)  # fmt: skip
_described(
    Lifecycle, "Where a license stands.",
    "Its time has not come.", "It is valid.", "Its time is over.", "It is stopped for a while.", "It was withdrawn for good.",
)  # fmt: skip
_described(
    Availability, "Whether a seat can be taken right now, and if not, why.",
    "There is a free seat.", "All seats are taken.", "Its time has not come.", "Its time is over.", "It is stopped for a while.",
    "It was withdrawn for good.",
)  # fmt: skip
_described(
    ActivationState, "Where an activation stands.",
    "The container has not confirmed yet.", "The license is in the container.", "It is being given back.", "It was given back.",
    "It did not come about.", "Another one took its place.", "It is being taken away.", "It was taken away.",
    "It is lent to another container for a while.", "The loan is over.",
)  # fmt: skip
_described(
    ContainerType, "What kind of container it is.",
    "A file bound to one computer (CmActLicense).", "A dongle (CmDongle).", "The cloud container of a person.",
    "The cloud container of a group.", "The cloud container of a technical user.",
)  # fmt: skip
_described(
    ContainerState, "Whether a container takes licenses.",
    "It does.", "It is locked, because it was lost for instance.", "Its counters do not fit; the vendor has to look.", "It is gone.",
)  # fmt: skip
_described(
    ProjectState, "Where a project stands.",
    "It is being prepared; nothing new reaches the site.", "It can be carried out on site.", "It is put away.",
)  # fmt: skip
_described(ParticipantRole, "What somebody does in a project.", "Prepares it.", "Carries it out on site.")
_described(
    VirtualContainerState, "Whether a planned container is real yet.",
    "It is planned.", "It has become a real one.", "It is real, and a newer revision has been published.",
)  # fmt: skip
_described(
    NotificationEvent, "What a message is about.",
    "You are invited.", "A license came to you.", "A license was taken back.", "A license ends soon.", "A license has ended.",
    "A license was activated.", "A license was deactivated.", "Licenses are restored too often.",
)  # fmt: skip
_described(NotificationState, "What you have done with a message.", "Nothing yet.", "You have seen it.", "You have put it away.")
_described(Outcome, "What became of an act.", "It was done.", "It was refused.")
_described(OrderSource, "Where an order came from.", "The portal.", "A shop or another program.")
_described(
    OrderState, "What became of an order.",
    "It is placed.", "Somebody has to approve it.", "The licenses are there.", "It was refused.",
)  # fmt: skip
_described(
    RestoreReason, "Why a restore is needed.",
    "The container is lost.", "It is broken.", "The computer was set up anew.", "It was stolen.",
)  # fmt: skip
_described(
    RestoreState, "Where a restore stands.",
    "It was asked for.", "The rules have approved it.", "The vendor has to decide.", "The vendor has approved it.",
    "The vendor has refused it.", "The license is back.",
)  # fmt: skip
