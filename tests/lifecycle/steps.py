"""What can happen: each use case with what it is told, chosen by numbers among everything there is, fitting or not."""

from datetime import timedelta

from tests.lifecycle import of_groups, of_licenses, of_machines, of_projects

STEPS = of_licenses.STEPS | of_groups.STEPS | of_machines.STEPS | of_projects.STEPS
OFTEN = ("put in by file", *(["bring receipt"] * 4), "take out by file", "borrow", "return", "pull", "pull")
"""What takes several steps to come to its end is tried more often."""
BEGINNING = (
    *(("register", 0), ("register", 1), ("put in by file", 0), ("bring receipt", 0)),
    *(("assign to project", 0), ("plan license", 4)),
)
"""Two machines, and a seat in one of them; and a project that is being prepared."""
ANSWERED = ("accept invitation", "decline invitation")
"""What only the one may do whom it is addressed to: he is asked every second time."""
JUMPS = tuple(timedelta(days=days) for days in (1, 7, 15, 40, 95))
