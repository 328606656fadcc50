"""The errors that the methods of a license raise."""

from store.errors import Refusal, WrongState


class LicenseExpired(WrongState):
    """The license has expired; it can be read, but not used (spec A20)."""

    code = "LICENSE_EXPIRED"


class LicenseNotUsable(WrongState):
    """The license is scheduled, suspended or revoked."""

    code = "LICENSE_NOT_USABLE"


class TargetOutsideOwner(Refusal):
    """A license of a group can be assigned only to users, groups and projects in that group and its subgroups."""

    code = "TARGET_OUTSIDE_OWNER"


class NotAssigned(WrongState):
    """The license has no assignment to remove."""

    code = "NOT_ASSIGNED"


class NotShared(WrongState):
    """Only a license that is assigned to a group or project has a visibility."""

    code = "NOT_SHARED"


class NotForResale(Refusal):
    """A license for internal use can be assigned only within the vendor's and resellers' own groups."""

    code = "NOT_FOR_RESALE"


class NoticePassed(Refusal):
    """It is too late to cancel this term; `deadline` is the instant until which it was possible."""

    code = "NOTICE_PASSED"


class ContainerTypeNotAllowed(WrongState):
    """The license cannot be activated in a container of this type."""

    code = "CONTAINER_TYPE_NOT_ALLOWED"
