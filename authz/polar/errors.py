"""Why a policy is not accepted, always with the line."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A line of a policy file."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class PolicyError(Exception):
    """The policy cannot be compiled soundly; nothing starts with it. Each line says where and why."""

    def __init__(self, *problems: tuple[Location, str]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(f"{place}: {reason}" for place, reason in self.problems))
