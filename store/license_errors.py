"""Why something is not possible with a license: what its methods raise."""

from store.errors import Refusal, WrongState


class LicenseExpired(WrongState):
    """The license's time is over; it can be read, not used (spec A20)."""

    code = "LICENSE_EXPIRED"


class LicenseNotUsable(WrongState):
    """The license is scheduled, suspended or revoked."""

    code = "LICENSE_NOT_USABLE"


class TargetOutsideOwner(Refusal):
    """A license of a group goes only to people, groups and projects of that group and below."""

    code = "TARGET_OUTSIDE_OWNER"


class NotAssigned(WrongState):
    """There is no assignment to take away."""

    code = "NOT_ASSIGNED"


class NotShared(WrongState):
    """Only what is assigned to a group or a project can be public or admin only."""

    code = "NOT_SHARED"


class NotForResale(Refusal):
    """What is for the use inside the house stays with the vendor's and the resellers' own people."""

    code = "NOT_FOR_RESALE"


class NoticePassed(Refusal):
    """It is too late to cancel this term; `deadline` says until when it was possible."""

    code = "NOTICE_PASSED"


class ContainerTypeNotAllowed(WrongState):
    """The license does not live in a container of this type."""

    code = "CONTAINER_TYPE_NOT_ALLOWED"
