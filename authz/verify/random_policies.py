"""Random policies over the portal's entities: every construct that the compiler supports, in unusual combinations."""

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
from authz.verify.random_bodies import Bodies, Callee
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
from store.groups import Group
from store.invitations import Invitation
from store.licenses import License
from store.memberships import Membership

CLASSES: tuple[type[DeclarativeBase], ...] = (
    User,
    Group,
    Membership,
    Invitation,
    Category,
    CategoryGrant,
    Product,
    Project,
    ProjectParticipant,
    Ticket,
    License,
    Container,
    Activation,
)
CONSTRUCTS = frozenset(
    {
        "value",
        "one of several values",
        "nil",
        "order of a nullable column",
        "nil link",
        "row behind a link",
        "row among many",
        "known row among many",
        "same row",
        "other row",
        "two columns",
        "order of two columns",
        "setting",
        "pattern",
        "call",
        "or",
        "not",
        "pattern in a head",
        "shorthand",
        "shorthand on a relation",
        "helper",
        "helper with a constant",
        "rule for every resource",
        "field rule",
        "field rule for one field",
        "rule for anonymous callers",
    }
)
# What random policies are rejected for; any other reason is an error of the generator.
_EXPECTED = (
    "is unused",
    "no rule grants",
    "is not loaded with the actor",
    "cannot be followed",
    "may be nil",
    "cannot bind",
)
_MAX_DISJUNCTS = 40


@dataclass(frozen=True)
class RandomPolicy:
    """An accepted policy, the constructs it uses, and how many policies were rejected before it."""

    compiled: CompiledPolicy
    classes: tuple[type[DeclarativeBase], ...]
    constructs: frozenset[str]
    rejected: int


def random_policy(seed: int) -> RandomPolicy:
    """The first accepted policy of a seed; the same seed makes the same policy."""
    rng = random.Random(seed)
    for rejected in count():
        classes = tuple(rng.sample(CLASSES, 3))
        text, constructs = _Writer(rng, classes).text()
        try:
            compiled = compile_text(text, file=f"random {seed}", classes=classes)
        except PolicyError as problem:
            reasons = [reason for _, reason in problem.problems]
            if not all(any(part in reason for part in _EXPECTED) for reason in reasons):
                raise
            continue
        if all(len(predicate.disjuncts) <= _MAX_DISJUNCTS for predicate in compiled.permissions.values()):
            return RandomPolicy(compiled, classes, frozenset(constructs), rejected)
    raise AssertionError  # count() has no end


class _Writer:
    """Writes one policy. Rules call only earlier ones, so there is no recursion."""

    def __init__(self, rng: random.Random, classes: tuple[type[DeclarativeBase], ...]) -> None:
        self._rng = rng
        self._classes = classes
        self._vocabulary = Vocabulary(classes, User, {"portal": PortalContext}, CARRIED)
        self._bodies = Bodies(self._vocabulary, rng)
        self._lines = ["actor User {}"]

    def text(self) -> tuple[str, set[str]]:
        if self._flip(0.3):
            self._rule_for_every_resource()
        for number in range(self._rng.randint(0, 2)):
            self._helper(number)
        for cls in self._classes:
            self._block(cls)
        return "\n".join(self._lines) + "\n", self._bodies.used

    def _flip(self, probability: float) -> bool:
        return self._rng.random() < probability

    def _rule(self, head: str, cls: type[DeclarativeBase]) -> None:
        pattern = cls.__name__
        field = self._bodies.pattern_field(cls) if self._flip(0.15) else None
        if field:
            pattern += f"{{{field}}}"
            self._bodies.used.add("pattern in a head")
        body = self._bodies.body({"user": User, "row": cls})
        self._lines.append(_tidy(f"{head.replace('ROW', f'row: {pattern}')} if {body};"))

    def _rule_for_every_resource(self) -> None:
        """A rule about the account alone, because no two classes have the same columns."""
        name, constant = self._rng.choice((("has_role", "role_0"), ("has_permission", "may_0")))
        body = self._bodies.body({"user": User}, most=2)
        self._lines.append(_tidy(f'{name}(user: User, "{constant}", _row: Resource) if {body};'))
        self._bodies.used.add("rule for every resource")

    def _helper(self, number: int) -> None:
        cls = self._rng.choice(self._classes)
        name, constant = f"helper_{number}", self._rng.choice((None, "some", "more"))
        for _ in range(self._rng.randint(1, 2)):
            self._rule(f'{name}(user: User, "{constant}", ROW)' if constant else f"{name}(user: User, ROW)", cls)
        self._bodies.callees.append(Callee(name, constant, cls))
        self._bodies.used.add("helper with a constant" if constant else "helper")

    def _block(self, cls: type[DeclarativeBase]) -> None:
        roles = [f"role_{number}" for number in range(self._rng.randint(0, 2))]
        permissions = [f"may_{number}" for number in range(self._rng.randint(1, 3))]
        relation = self._relation(cls)
        shorthands = self._shorthands(roles, permissions, relation)
        self._lines.append(f"resource {cls.__name__} {{")
        self._lines.append(f"  roles = [{_texts(roles)}]; permissions = [{_texts(permissions)}];")
        if relation:
            self._lines.append(f"  relations = {{ parent: {relation[1].__name__} }};")
        self._lines += [f"  {shorthand}" for shorthand in shorthands]
        self._lines.append("}")
        if relation and any("on" in line for line in shorthands):
            self._lines.append(
                f'has_relation(parent: {relation[1].__name__}, "parent", row: {cls.__name__}) if parent = row.{relation[0]};'
            )
        for role in roles:
            for _ in range(self._rng.randint(1, 2)):
                self._rule(f'has_role(user: User, "{role}", ROW)', cls)
        self._bodies.callees += [Callee("has_role", role, cls) for role in roles]
        for permission in permissions:
            if not any(line.startswith(f'"{permission}"') for line in shorthands) or self._flip(0.5):
                self._rule(f'has_permission(user: User, "{permission}", ROW)', cls)
        self._bodies.callees += [Callee("has_permission", permission, cls) for permission in permissions]
        self._fields(cls)

    def _relation(self, cls: type[DeclarativeBase]) -> tuple[str, type[DeclarativeBase]] | None:
        """A relation to a class that already has its block."""
        targets = {callee.cls for callee in self._bodies.callees if callee.name in {"has_role", "has_permission"}}
        link = self._bodies.to_one_relationship(cls, targets)
        return link if link and self._flip(0.8) else None

    def _shorthands(
        self, roles: list[str], permissions: list[str], relation: tuple[str, type[DeclarativeBase]] | None
    ) -> list[str]:
        shorthands = []
        for role in roles:
            if self._flip(0.7):
                shorthands.append(f'"{self._rng.choice(permissions)}" if "{role}";')
                self._bodies.used.add("shorthand")
        if relation:
            names = [
                callee.constant
                for callee in self._bodies.callees
                if callee.cls is relation[1] and callee.name.startswith("has_")
            ]
            shorthands.append(f'"{self._rng.choice(permissions)}" if "{self._rng.choice(names)}" on "parent";')
            self._bodies.used.add("shorthand on a relation")
        return list(dict.fromkeys(shorthands))

    def _fields(self, cls: type[DeclarativeBase]) -> None:
        if self._flip(0.3):
            head = f'allow_field(user: User, "read", row: {cls.__name__}, field)'
            body = self._bodies.body({"user": User, "row": cls}, most=2)
            self._lines.append(_tidy(f'{head} if field in ["id", "created_at"] and {body};'))
            self._bodies.used.add("field rule")
        elif self._flip(0.3):
            self._rule('allow_field(user: User, "read", ROW, "id")', cls)
            self._bodies.used.add("field rule for one field")
        if self._flip(0.3):
            body = self._body_without_account(cls)
            self._lines.append(_tidy(f'allow_anonymous("read", row: {cls.__name__}, "id") if {body};'))
            self._bodies.used.add("rule for anonymous callers")

    def _body_without_account(self, cls: type[DeclarativeBase]) -> str:
        bodies = Bodies(self._vocabulary, self._rng)
        while re.search(r"(?<![.\w])user\b", body := bodies.body({"row": cls}, most=2)):
            pass
        return body


def _tidy(rule: str) -> str:
    """A variable that is used once must begin with _."""
    names = re.findall(r"(?<![.\w])(?:user|row\w*)\b", rule)
    for name in names:
        if names.count(name) == 1:
            rule = re.sub(rf"(?<![.\w]){name}\b", f"_{name}", rule)
    return rule


def _texts(words: list[str]) -> str:
    return ", ".join(f'"{word}"' for word in words)
