"""The steps: each is a use case, and a function that chooses its arguments by three numbers, whether they fit or not."""

from datetime import timedelta

from tests.lifecycle import container_steps, group_steps, license_steps, project_steps

STEPS = license_steps.STEPS | group_steps.STEPS | container_steps.STEPS | project_steps.STEPS
FREQUENT = (
    *("activate by file", *(["confirm by receipt"] * 4), "deactivate by file", "borrow", "return"),
    *("pull", "pull"),
)
"""Operations that take several steps are tried more often."""
FIRST_STEPS = (
    *(("register", 0), ("register", 1), ("activate by file", 0), ("confirm by receipt", 0)),
    *(("assign to project", 0), ("plan license", 4)),
)
"""Two devices with an activation on one of them, and a project in progress."""
FOR_INVITEES = ("accept invitation", "decline invitation")
"""Only the invitee can do these, so every second time it is the invitee who tries."""
CLOCK_ADVANCES = tuple(timedelta(days=days) for days in (1, 7, 15, 40, 95))
