"""Policies of chance over the real nouns: every construct that the compiler accepts, in combinations that nobody writes."""

import random
import re
from dataclasses import dataclass
from itertools import count

from sqlalchemy.orm import DeclarativeBase

from authz.compiler.compile import CompiledPolicy
from authz.compiler.vocabulary import Vocabulary
from authz.gate.actor import CARRIED, PortalContext
from authz.load_policy import compile_text
from authz.polar.errors import PolicyError
from authz.verify.random_bodies import Asked, Bodies
from store.db.registry import (
    Activation,
    Category,
    CategoryGrant,
    Container,
    Product,
    Project,
    ProjectParticipant,
    Ticket,
    User,
)
from store.groups import Group, Invitation, Membership
from store.licenses import License

CLASSES: tuple[type[DeclarativeBase], ...] = (
    User, Group, Membership, Invitation, Category, CategoryGrant, Product, Project, ProjectParticipant, Ticket, License,
    Container, Activation,
)  # fmt: skip
CONSTRUCTS = frozenset(
    {
        "value", "one of several values", "nil", "order of what may be nil", "nil behind a hop", "row behind a hop",
        "row among many", "known row among many", "same row", "other row", "two columns", "order of two columns", "setting",
        "pattern", "call", "or", "not", "pattern in a head", "shorthand", "shorthand on a relation", "helper", "helper with a word",
        "rule for every resource", "field rule", "field rule for one field", "rule for anonymous callers",
    },
)  # fmt: skip
# What chance may run into: rules that contradict themselves, and what only the compiler sees from above.
_LUCK = (
    "part of no answer", "is granted by no rule", "to nobody", "is not read with his token", "not across", "may be nil",
    "not would bind",
)  # fmt: skip
_MOST_WAYS = 40


@dataclass(frozen=True)
class RandomPolicy:
    """A policy that was accepted, what is in it, and how many were refused before."""

    compiled: CompiledPolicy
    classes: tuple[type[DeclarativeBase], ...]
    constructs: frozenset[str]
    refused: int


def random_policy(seed: int) -> RandomPolicy:
    """The first accepted policy of a seed; the same seed makes the same policy."""
    chance = random.Random(seed)
    for refused in count():
        classes = tuple(chance.sample(CLASSES, 3))
        text, constructs = _Writer(chance, classes).text()
        try:
            compiled = compile_text(text, file=f"random {seed}", classes=classes)
        except PolicyError as problem:
            reasons = [reason for _, reason in problem.problems]
            if not all(any(each in reason for each in _LUCK) for reason in reasons):
                raise
            continue
        if all(len(plan.disjuncts) <= _MOST_WAYS for plan in compiled.plans.values()):
            return RandomPolicy(compiled, classes, frozenset(constructs), refused)
    raise AssertionError  # count() has no end


class _Writer:
    """One policy. Rules ask only for what stands before them, so nothing recurs."""

    def __init__(self, chance: random.Random, classes: tuple[type[DeclarativeBase], ...]) -> None:
        self._chance = chance
        self._classes = classes
        self._vocabulary = Vocabulary(classes, User, {"portal": PortalContext}, CARRIED)
        self._bodies = Bodies(self._vocabulary, chance)
        self._lines = ["actor User {}"]

    def text(self) -> tuple[str, set[str]]:
        if self._yes(0.3):
            self._rule_for_every_resource()
        for number in range(self._chance.randint(0, 2)):
            self._helper(number)
        for cls in self._classes:
            self._block(cls)
        return "\n".join(self._lines) + "\n", self._bodies.used

    def _yes(self, likely: float) -> bool:
        return self._chance.random() < likely

    def _rule(self, head: str, cls: type[DeclarativeBase]) -> None:
        pattern = cls.__name__
        scalar = self._bodies.constant_of(cls) if self._yes(0.15) else None
        if scalar:
            pattern += f"{{{scalar}}}"
            self._bodies.used.add("pattern in a head")
        body = self._bodies.body({"user": User, "row": cls})
        self._lines.append(_tidy(f"{head.replace('ROW', f'row: {pattern}')} if {body};"))

    def _rule_for_every_resource(self) -> None:
        """About the account alone, because no two classes have the same columns."""
        name, word = self._chance.choice((("has_role", "role_0"), ("has_permission", "may_0")))
        body = self._bodies.body({"user": User}, most=2)
        self._lines.append(_tidy(f'{name}(user: User, "{word}", _row: Resource) if {body};'))
        self._bodies.used.add("rule for every resource")

    def _helper(self, number: int) -> None:
        cls = self._chance.choice(self._classes)
        name, word = f"helper_{number}", self._chance.choice((None, "some", "more"))
        for _ in range(self._chance.randint(1, 2)):
            self._rule(f'{name}(user: User, "{word}", ROW)' if word else f"{name}(user: User, ROW)", cls)
        self._bodies.rules.append(Asked(name, word, cls))
        self._bodies.used.add("helper with a word" if word else "helper")

    def _block(self, cls: type[DeclarativeBase]) -> None:
        roles = [f"role_{each}" for each in range(self._chance.randint(0, 2))]
        permissions = [f"may_{each}" for each in range(self._chance.randint(1, 3))]
        relation = self._relation(cls)
        shorthands = self._shorthands(roles, permissions, relation)
        self._lines.append(f"resource {cls.__name__} {{")
        self._lines.append(f"  roles = [{_texts(roles)}]; permissions = [{_texts(permissions)}];")
        if relation:
            self._lines.append(f"  relations = {{ parent: {relation[1].__name__} }};")
        self._lines += [f"  {each}" for each in shorthands]
        self._lines.append("}")
        if relation and any("on" in each for each in shorthands):
            self._lines.append(
                f'has_relation(parent: {relation[1].__name__}, "parent", row: {cls.__name__}) if parent = row.{relation[0]};',
            )
        for role in roles:
            for _ in range(self._chance.randint(1, 2)):
                self._rule(f'has_role(user: User, "{role}", ROW)', cls)
        self._bodies.rules += [Asked("has_role", role, cls) for role in roles]
        for permission in permissions:
            if not any(each.startswith(f'"{permission}"') for each in shorthands) or self._yes(0.5):
                self._rule(f'has_permission(user: User, "{permission}", ROW)', cls)
        self._bodies.rules += [Asked("has_permission", permission, cls) for permission in permissions]
        self._fields(cls)

    def _relation(self, cls: type[DeclarativeBase]) -> tuple[str, type[DeclarativeBase]] | None:
        """A way to a class whose block is already there."""
        done = {each.cls for each in self._bodies.rules if each.name in {"has_role", "has_permission"}}
        hop = self._bodies.hop_of(cls, done)
        return hop if hop and self._yes(0.8) else None

    def _shorthands(
        self,
        roles: list[str],
        permissions: list[str],
        relation: tuple[str, type[DeclarativeBase]] | None,
    ) -> list[str]:
        found = []
        for role in roles:
            if self._yes(0.7):
                found.append(f'"{self._chance.choice(permissions)}" if "{role}";')
                self._bodies.used.add("shorthand")
        if relation:
            words = [
                each.word for each in self._bodies.rules if each.cls is relation[1] and each.name.startswith("has_")
            ]
            found.append(f'"{self._chance.choice(permissions)}" if "{self._chance.choice(words)}" on "parent";')
            self._bodies.used.add("shorthand on a relation")
        return list(dict.fromkeys(found))

    def _fields(self, cls: type[DeclarativeBase]) -> None:
        if self._yes(0.3):
            head = f'allow_field(user: User, "read", row: {cls.__name__}, field)'
            body = self._bodies.body({"user": User, "row": cls}, most=2)
            self._lines.append(_tidy(f'{head} if field in ["id", "created_at"] and {body};'))
            self._bodies.used.add("field rule")
        elif self._yes(0.3):
            self._rule('allow_field(user: User, "read", ROW, "id")', cls)
            self._bodies.used.add("field rule for one field")
        if self._yes(0.3):
            self._lines.append(
                _tidy(f'allow_anonymous("read", row: {cls.__name__}, "id") if {self._without_account(cls)};')
            )
            self._bodies.used.add("rule for anonymous callers")

    def _without_account(self, cls: type[DeclarativeBase]) -> str:
        bodies = Bodies(self._vocabulary, self._chance)
        while re.search(r"(?<![.\w])user\b", body := bodies.body({"row": cls}, most=2)):
            pass
        return body


def _tidy(rule: str) -> str:
    """A name that is said once begins with _, or Oso takes it for a slip."""
    names = re.findall(r"(?<![.\w])(?:user|row\w*)\b", rule)
    for name in names:
        if names.count(name) == 1:
            rule = re.sub(rf"(?<![.\w]){name}\b", f"_{name}", rule)
    return rule


def _texts(words: list[str]) -> str:
    return ", ".join(f'"{each}"' for each in words)
