"""Measure point checks: single questions whether an account may perform an action on a loaded row."""

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
_QUESTIONS, _OSO_QUESTIONS, _PEER_QUESTIONS = 4000, 200, 1000
_CLASSES: Sequence[tuple[type[Base], int]] = ((License, 50), (Container, 20), (Activation, 20), (Group, 10))
_READ_SHARE, _READABLE_SHARE = 0.6, 0.5

Run = tuple[Callable[[], object], int]
"""A function to measure, and how many questions it answers."""


@dataclass(frozen=True, slots=True)
class Question:
    """Whether an account may perform an action on a row."""

    user: Any
    cls: type[Base]
    action: str
    row: Any


@dataclass(frozen=True, slots=True)
class Measured:
    """The CPU time per question of an engine, in microseconds, and how many questions it answered."""

    engine: str
    microseconds: float
    questions: int


def question_mix(policy: Policy, world: World, *, seed: int = 1) -> list[Question]:
    """Return realistic questions: half about licenses, most of them "read", and half about rows that the account may read."""
    rng = random.Random(seed)
    users = _users(world, rng)
    readable = {id(user): _readable(policy, world, user, rng) for user in users}
    questions: list[Question] = []
    while len(questions) < _QUESTIONS:
        user = rng.choice(users)
        (cls,) = rng.choices([cls for cls, _ in _CLASSES], [weight for _, weight in _CLASSES])
        action = "read" if rng.random() < _READ_SHARE else rng.choice(policy.actions(cls))
        rows = readable[id(user)][cls] if rng.random() < _READABLE_SHARE else world[cls]
        questions.append(Question(user, cls, action, rng.choice(rows or world[cls])))
    return questions


def measure(policy: Policy, world: World) -> tuple[list[Measured], list[Measured], float]:
    """Measure the whole policy, then the small model on the licenses; also return the share of allowed questions."""
    questions = question_mix(policy, world)
    checks = [(policy.check(question.cls, question.action), question.user, question.row) for question in questions]
    oso = Reference(policy.compiled.text, RESOURCES)
    sample = [(question.user, question.action, question.row) for question in questions[:_OSO_QUESTIONS]]
    whole = _timed(
        {
            "portal": (lambda: [check(user, row) for check, user, row in checks], len(checks)),
            "Oso": (partial(_answers, oso.is_allowed, sample), len(sample)),
        }
    )
    answers = [check(user, row) for check, user, row in checks]
    _compare("Oso", answers[: len(sample)], _answers(oso.is_allowed, sample))
    return whole, _small_model(world, questions), sum(answers) / len(answers)


def _small_model(world: World, mix: Sequence[Question]) -> list[Measured]:
    """Measure each engine with the small model, on the questions about licenses."""
    users, groups, licenses = world[User], world[Group], world[License]
    questions = [
        (question.user, question.action if question.action == "read" else "assign", question.row)
        for question in mix
        if question.cls is License
    ][:_PEER_QUESTIONS]
    engines: Mapping[str, peers.Check] = {
        "hand-written sets": peers.handwritten(users, groups),
        "portal": peers.compiled(),
        "cedarpy": peers.with_cedar(users, groups, licenses),
        "casbin": peers.with_casbin(users, groups),
        "Oso": peers.oso(),
    }
    expected = [engines["portal"](*question) for question in questions]
    runs: dict[str, Run] = {}
    for name, check in engines.items():
        sample = questions[:_OSO_QUESTIONS] if name == "Oso" else questions
        _compare(name, expected[: len(sample)], _answers(check, sample))
        runs[name] = (partial(_answers, check, sample), len(sample))
    return _timed(runs)


def _answers(check: peers.Check, questions: Sequence[tuple[Any, str, Any]]) -> list[bool]:
    return [check(*question) for question in questions]


def _users(world: World, rng: random.Random) -> list[Any]:
    """Choose a hundred accounts: ten of the vendor, thirty group administrators, and sixty others."""
    vendor = [user for user in world[User] if user.is_isv_admin or user.holds_support or user.holds_auditor]
    others = [user for user in world[User] if user not in vendor]
    admins = [user for user in others if any(membership.role == "ADMIN" for membership in user.memberships)]
    ordinary = [user for user in others if user not in admins]
    kinds = ((vendor, 10), (admins, 30), (ordinary, 60))
    return [rng.choice(users) for users, number in kinds if users for _ in range(number)]


def _readable(policy: Policy, world: World, user: Any, rng: random.Random) -> dict[type[Base], list[Any]]:
    """Return up to fifty rows of each class that the account may read."""
    rows = {}
    for cls, _ in _CLASSES:
        check = policy.check(cls, "read")
        sample = rng.sample(list(world[cls]), min(len(world[cls]), 2000))
        rows[cls] = [row for row in sample if check(user, row)][:50]
    return rows


def _timed(runs: Mapping[str, Run]) -> list[Measured]:
    """Return medians of several rounds; the engines run alternately so that noise affects all of them equally."""
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, (run, _count) in runs.items():
            start = time.process_time()
            run()
            taken[name].append(time.process_time() - start)
    return [Measured(name, statistics.median(taken[name]) / count * 1e6, count) for name, (_, count) in runs.items()]


def _compare(name: str, expected: Sequence[bool], answers: Sequence[bool]) -> None:
    if list(expected) != list(answers):
        raise AssertionError(f"the answers of {name} differ from those of the compiled policy")
