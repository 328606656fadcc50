"""Why a policy is rejected, each problem with its location."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A line of a file."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class PolicyError(Exception):
    """The policy cannot be used. Each line of the message is one problem: its location, then the reason."""

    def __init__(self, *problems: tuple[Location, str]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(f"{location}: {reason}" for location, reason in self.problems))
