"""The enums of licenses: lifecycle, visibility, and whether seats can be returned."""

import enum


class Visibility(enum.StrEnum):
    """Whether all members see a license that is assigned to their group or project, or only its administrators."""

    PUBLIC = "PUBLIC"
    ADMIN_ONLY = "ADMIN_ONLY"


class Lifecycle(enum.StrEnum):
    """The states of spec 1.2. A canceled license stays VALID until it expires; see `cancelled_at`."""

    SCHEDULED = "SCHEDULED"
    VALID = "VALID"
    EXPIRED = "EXPIRED"
    SUSPENDED = "SUSPENDED"
    REVOKED = "REVOKED"


class DeactivationRule(enum.StrEnum):
    """Whether seats of a license can be returned: as its product says, or overriding it."""

    AS_PRODUCT = "AS_PRODUCT"
    ALLOWED = "ALLOWED"
    DISABLED = "DISABLED"

    @property
    def allowed(self) -> bool | None:
        return {DeactivationRule.AS_PRODUCT: None, DeactivationRule.ALLOWED: True}.get(self, False)
