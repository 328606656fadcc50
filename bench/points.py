"""Point checks: may this account do this to this row, asked one at a time about loaded rows."""

import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from authz.backends.oso import Reference
from authz.policy import Policy
from authz.verify.load_world import World
from bench import peers
from store.activations import Activation
from store.containers import Container
from store.db.base import Base
from store.db.registry import RESOURCES
from store.groups import Group
from store.licenses import License
from store.users import User

ROUNDS = 5
_QUESTIONS, _OF_OSO, _OF_PEERS = 4000, 200, 1000
_CLASSES: Sequence[tuple[type[Base], int]] = ((License, 50), (Container, 20), (Activation, 20), (Group, 10))
_READS, _NEAR = 0.6, 0.5

Run = tuple[Callable[[], object], int]
"""Something to take the time of, and how many questions it answers."""


@dataclass(frozen=True, slots=True)
class Question:
    """May this account do this to this row."""

    user: Any
    cls: type[Base]
    action: str
    row: Any


@dataclass(frozen=True, slots=True)
class Answered:
    """What one engine took for a question, in microseconds of CPU, and how many questions it was asked."""

    engine: str
    microseconds: float
    questions: int


def mixed(policy: Policy, world: World, *, seed: int = 1) -> list[Question]:
    """Questions as a portal is asked them: mostly about licenses, mostly "read", half of them about rows that one may read."""
    chance = random.Random(seed)
    people = _people(world, chance)
    near = {id(user): _near(policy, world, user, chance) for user in people}
    found: list[Question] = []
    while len(found) < _QUESTIONS:
        user = chance.choice(people)
        (cls,) = chance.choices([each for each, _ in _CLASSES], [weight for _, weight in _CLASSES])
        action = "read" if chance.random() < _READS else chance.choice(policy.actions(cls))
        rows = near[id(user)][cls] if chance.random() < _NEAR else world[cls]
        found.append(Question(user, cls, action, chance.choice(rows or world[cls])))
    return found


def measure(policy: Policy, world: World) -> tuple[list[Answered], list[Answered], float]:
    """The whole policy on the mix, then the small model on its licenses, and what part of the mix was allowed."""
    asked = mixed(policy, world)
    checks = [(policy.check(each.cls, each.action), each.user, each.row) for each in asked]
    oso = Reference(policy.compiled.text, RESOURCES)
    some = [(each.user, each.action, each.row) for each in asked[:_OF_OSO]]
    whole = _timed(
        {
            "native": (lambda: [check(user, row) for check, user, row in checks], len(checks)),
            "Oso": (partial(_each, oso.is_allowed, some), len(some)),
        },
    )
    answers = [check(user, row) for check, user, row in checks]
    _same("Oso", answers[: len(some)], _each(oso.is_allowed, some))
    return whole, _small(world, asked), sum(answers) / len(answers)


def _small(world: World, mix: Sequence[Question]) -> list[Answered]:
    """The licenses of the mix put to each engine with the small model."""
    users, groups, licenses = world[User], world[Group], world[License]
    asked = [
        (each.user, each.action if each.action == "read" else "assign", each.row) for each in mix if each.cls is License
    ][:_OF_PEERS]
    engines: Mapping[str, peers.Ask] = {
        "sets, by hand": peers.by_hand(users, groups),
        "native": peers.compiled(),
        "cedarpy": peers.by_cedar(users, groups, licenses),
        "casbin": peers.by_casbin(users, groups),
        "Oso": peers.by_oso(),
    }
    expected = [engines["native"](*each) for each in asked]
    runs: dict[str, Run] = {}
    for name, ask in engines.items():
        questions = asked[:_OF_OSO] if name == "Oso" else asked
        _same(name, expected[: len(questions)], _each(ask, questions))
        runs[name] = (partial(_each, ask, questions), len(questions))
    return _timed(runs)


def _each(ask: peers.Ask, questions: Sequence[tuple[Any, str, Any]]) -> list[bool]:
    return [ask(*each) for each in questions]


def _people(world: World, chance: random.Random) -> list[Any]:
    """A hundred accounts: ten of the vendor's own, thirty administrators of groups, the others ordinary."""
    vendors = [each for each in world[User] if each.is_isv_admin or each.holds_support or each.holds_auditor]
    others = [each for each in world[User] if each not in vendors]
    admins = [each for each in others if any(one.role == "ADMIN" for one in each.memberships)]
    ordinary = [each for each in others if each not in admins]
    kinds = ((vendors, 10), (admins, 30), (ordinary, 60))
    return [chance.choice(kind) for kind, number in kinds if kind for _ in range(number)]


def _near(policy: Policy, world: World, user: Any, chance: random.Random) -> dict[type[Base], list[Any]]:
    """Some rows of each class that he may read, if there are any."""
    found = {}
    for cls, _ in _CLASSES:
        check = policy.check(cls, "read")
        sample = chance.sample(list(world[cls]), min(len(world[cls]), 2000))
        found[cls] = [row for row in sample if check(user, row)][:50]
    return found


def _timed(runs: Mapping[str, Run]) -> list[Answered]:
    """Medians of rounds in which each has its turn, so that the machine's moods meet all alike."""
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, (ask, _count) in runs.items():
            begin = time.process_time()
            ask()
            taken[name].append(time.process_time() - begin)
    return [Answered(name, statistics.median(taken[name]) / count * 1e6, count) for name, (_, count) in runs.items()]


def _same(name: str, expected: Sequence[bool], found: Sequence[bool]) -> None:
    if list(expected) != list(found):
        raise AssertionError(f"{name} does not answer like the compiled policy")
