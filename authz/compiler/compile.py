"""The compiler: the text of a policy as predicates, one for each action on each class, or every reason why not."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from sqlalchemy.orm import DeclarativeBase

from authz.compiler.checks import Problem, block_problems, columns_named, field_rule_problems, head_problems, unused
from authz.compiler.ir import Conjunction, Predicate, without_redundant
from authz.compiler.unfold import Unfolder
from authz.compiler.vocabulary import Scalar, Vocabulary
from authz.polar.errors import Location, PolicyError
from authz.polar.parser import parse
from authz.polar.syntax import Block, Document, Rule

Key = tuple[type[DeclarativeBase], str]
Unfold = Callable[[str, type[DeclarativeBase], Location], list[Conjunction]]


@dataclass(frozen=True, slots=True)
class RequiredAction:
    """An action that a line of the program performs: on one of these classes, or on any class if there are none."""

    location: Location
    action: str
    classes: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class CompiledPolicy:
    """A sound policy: its predicates by class and action, and by class and column.

    `fields` are the columns that not every reader of a row may see, `public` those that callers without an account may see.
    """

    text: str
    document: Document
    vocabulary: Vocabulary
    permissions: Mapping[Key, Predicate]
    fields: Mapping[Key, Predicate]
    public: Mapping[Key, Predicate]

    @property
    def predicates(self) -> tuple[Predicate, ...]:
        return (*self.permissions.values(), *self.fields.values(), *self.public.values())

    @cached_property
    def classes(self) -> tuple[type[DeclarativeBase], ...]:
        """The classes that have permissions, in the order of the text."""
        return tuple(dict.fromkeys(cls for cls, _ in self.permissions))

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the text, in hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def block(self, cls: type[DeclarativeBase]) -> Block:
        return next(block for block in self.document.blocks if block.kind == "resource" and block.cls == cls.__name__)

    def rule_at(self, location: Location) -> Rule | None:
        """The rule that begins at a line; None for a line inside a block."""
        return self._rules.get(location)

    def descriptions(self, action: str, cls: type[DeclarativeBase]) -> tuple[str, ...]:
        """The descriptions of the rules that grant a permission to anybody; they say nothing about any row."""
        locations = dict.fromkeys(rule for path in self.permissions[cls, action].disjuncts for rule in path.rules)
        rules = map(self.rule_at, locations)
        return tuple(dict.fromkeys(rule.description for rule in rules if rule and rule.description))

    @cached_property
    def _rules(self) -> dict[Location, Rule]:
        return {rule.location: rule for rule in self.document.rules}


def compile_policy(
    text: str,
    *,
    file: str = "policies.polar",
    classes: Sequence[type[DeclarativeBase]],
    actor: type[DeclarativeBase],
    actor_columns: Collection[str] | None = None,
    settings: Mapping[str, type],
    required: Iterable[RequiredAction] = (),
) -> CompiledPolicy:
    """Compile the text of a policy.

    Each of `classes` needs a resource block. `actor_columns` are the columns of the actor that are loaded with every request
    (None: all), `settings` the records of settings that the actor carries, `required` the actions that the
    program performs.

    Raises PolicyError with every problem that was found, each with its location.
    """
    document = parse(text, file)
    vocabulary = Vocabulary(classes, actor, settings, actor_columns)
    problems = [*block_problems(document, vocabulary, classes, file), *head_problems(document, vocabulary)]
    if problems:
        raise PolicyError(*problems)
    compiler = _Compiler(document, vocabulary)
    permissions = compiler.permissions()
    fields = compiler.columns("allow_field", "read", compiler.unfolder.field)
    public = compiler.columns("allow_anonymous", "read public", compiler.unfolder.public_field)
    problems = [*compiler.problems, *_missing(required, document)]
    if not problems:  # a rule may be unused only because another one is wrong
        problems += unused(document, compiler.unfolder.used)
    if problems:
        raise PolicyError(*problems)
    return CompiledPolicy(text, document, vocabulary, permissions, fields, public)


class _Compiler:
    """Unfolds every permission and every column that field rules name, and collects the problems."""

    def __init__(self, document: Document, vocabulary: Vocabulary) -> None:
        self.unfolder = Unfolder(document, vocabulary)
        self.problems: list[Problem] = []
        self._document = document
        self._vocabulary = vocabulary
        self._blocks = [block for block in document.blocks if block.kind == "resource"]

    def permissions(self) -> dict[Key, Predicate]:
        predicates = {}
        for block in self._blocks:
            cls = self._vocabulary.classes[block.cls]
            for action in block.permissions:
                conjunctions = self._unfold(self.unfolder.permission, action, cls, block.location)
                if conjunctions == []:
                    self.problems.append((block.location, f"no rule grants {action!r} on {block.cls}"))
                predicates[cls, action] = Predicate(action, cls, without_redundant(conjunctions or ()))
        return predicates

    def columns(self, rule_name: str, action: str, unfold: Unfold) -> dict[Key, Predicate]:
        """The columns that the field rules of this name protect or open."""
        predicates = {}
        for block in self._blocks:
            self.problems += field_rule_problems(self._document, rule_name, block.cls)
            cls = self._vocabulary.classes[block.cls]
            for name, location in columns_named(self._document, rule_name, block.cls).items():
                if not isinstance(self._vocabulary.attribute(cls, name), Scalar):
                    self.problems.append((location, f"{block.cls} has no column {name}"))
                    continue
                conjunctions = self._unfold(unfold, name, cls, location)
                predicates[cls, name] = Predicate(f"{action} {name}", cls, without_redundant(conjunctions or ()))
        return predicates

    def _unfold(
        self, unfold: Unfold, name: str, cls: type[DeclarativeBase], location: Location
    ) -> list[Conjunction] | None:
        try:
            return unfold(name, cls, location)
        except PolicyError as error:
            self.problems += error.problems
            return None


def _missing(required: Iterable[RequiredAction], document: Document) -> Iterator[Problem]:
    permissions = {block.cls: block.permissions for block in document.blocks if block.kind == "resource"}
    for action in required:
        known = [name for cls in action.classes or permissions for name in permissions.get(cls, ())]
        if action.action not in known:
            similar = get_close_matches(action.action, known, n=1)
            hint = f"; did you mean {similar[0]!r}?" if similar else ""
            subject = f"{' or '.join(sorted(action.classes))} has no" if action.classes else "no class has a"
            yield action.location, f"{subject} permission {action.action!r}{hint}"
