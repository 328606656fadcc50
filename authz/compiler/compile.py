"""From a text to plans: one for each action on each class, or every reason why not."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import DeclarativeBase

from authz.compiler.ir import Conjunction, Plan
from authz.compiler.unfold import Unfolding
from authz.compiler.vocabulary import ANY_RESOURCE, Scalar, Vocabulary
from authz.polar.errors import Location, PolicyError
from authz.polar.parser import read
from authz.polar.syntax import All, Block, Comparison, Constant, Document, Goal, Listed, Rule, Some, Variable, names_in

# What they are about, and how many parameters they have: (actor,) action, row, field.
_FIELD_RULES = {"allow_field": ("read", 4), "allow_anonymous": ("read public", 3)}


@dataclass(frozen=True, slots=True, eq=False)
class CompiledPolicy:
    """A policy that is sound: its plans by class and action, and by class and column.

    `fields` are the columns that not every reader of a row may see, `public` those that callers without an account may see.
    """

    text: str
    document: Document
    vocabulary: Vocabulary
    plans: Mapping[tuple[type[DeclarativeBase], str], Plan]
    fields: Mapping[tuple[type[DeclarativeBase], str], Plan]
    public: Mapping[tuple[type[DeclarativeBase], str], Plan]

    @property
    def classes(self) -> tuple[type[DeclarativeBase], ...]:
        """Every class that has permissions, in the order of the text."""
        return tuple(dict.fromkeys(cls for cls, _ in self.plans))

    @property
    def hash(self) -> str:
        """SHA-256 of the text, in hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def block(self, cls: type[DeclarativeBase]) -> Block:
        return next(each for each in self.document.blocks if each.kind == "resource" and each.cls == cls.__name__)

    def rule_at(self, place: Location) -> Rule | None:
        """The rule that begins at a line; None for a line inside a block."""
        return next((each for each in self.document.rules if each.place == place), None)

    def sentences(self, action: str, cls: type[DeclarativeBase]) -> tuple[str, ...]:
        """In the customer's words: by which rules one gets there. Says nothing about any row."""
        places = dict.fromkeys(place for each in self.plans[cls, action].disjuncts for place in each.chain)
        rules = (self.rule_at(place) for place in places)
        return tuple(dict.fromkeys(rule.sentence for rule in rules if rule and rule.sentence))


def compile_policy(
    text: str,
    *,
    file: str = "policies.polar",
    classes: Sequence[type[DeclarativeBase]],
    actor: type[DeclarativeBase],
    carried: Collection[str] | None = None,
    context: Mapping[str, type],
    required: Iterable[tuple[str, type[DeclarativeBase]]] = (),
) -> CompiledPolicy:
    """Compile a policy.

    `carried` are the columns of the actor that are known with every question, `context` what is known around him,
    `required` the permissions that the program asks for.

    Raises PolicyRefused with every problem that was found, each with its line.
    """
    document = read(text, file)
    vocabulary = Vocabulary(classes, actor, context, carried)
    problems = [*_check_blocks(document, vocabulary, classes, file), *_check_heads(document, vocabulary)]
    if problems:
        raise PolicyError(*problems)
    unfolding = Unfolding(document, vocabulary)
    plans: dict[tuple[type[DeclarativeBase], str], Plan] = {}
    fields: dict[tuple[type[DeclarativeBase], str], Plan] = {}
    public: dict[tuple[type[DeclarativeBase], str], Plan] = {}
    for block in document.blocks:
        if block.kind == "actor":
            continue
        cls = vocabulary.classes[block.cls]
        for action in block.permissions:
            try:
                found = unfolding.permission(action, cls, block.place)
            except PolicyError as refused:
                problems += refused.problems
                continue
            if not found:
                problems.append((block.place, f"{action!r} on {block.cls} is granted by no rule"))
            plans[cls, action] = Plan(action, cls, _simplest(found))
        fields.update(_columns(document, vocabulary, cls, "allow_field", unfolding.field, problems))
        public.update(_columns(document, vocabulary, cls, "allow_anonymous", unfolding.public_field, problems))
    problems += [
        (Location(file, 1), f"the program asks for {action!r} on {cls.__name__}, and the policy does not know it")
        for action, cls in required
        if (cls, action) not in plans
    ]
    if not problems:  # what another's fault has kept from being reached is neither dead nor a slip
        problems += [*_dead(document, unfolding.used), *_lonely(document)]
    if problems:
        raise PolicyError(*problems)
    return CompiledPolicy(text, document, vocabulary, plans, fields, public)


def _check_blocks(
    document: Document,
    vocabulary: Vocabulary,
    classes: Sequence[type[DeclarativeBase]],
    file: str,
) -> Iterable[tuple[Location, str]]:
    seen: set[tuple[str, str]] = set()
    for block in document.blocks:
        if block.cls == ANY_RESOURCE:
            yield block.place, f"{ANY_RESOURCE} means every class with a resource block; it has no block of its own"
        elif block.cls not in vocabulary.classes:
            yield block.place, f"there is no class {block.cls}"
        if (block.kind, block.cls) in seen:
            yield block.place, f"{block.cls} has a second block"
        seen.add((block.kind, block.cls))
        yield from _check_actor(block, vocabulary) if block.kind == "actor" else _check_words(block, vocabulary)
    if ("actor", vocabulary.actor.__name__) not in seen:
        yield Location(file, 1), f"{vocabulary.actor.__name__} has no actor block"
    for cls in classes:
        if ("resource", cls.__name__) not in seen:
            yield Location(file, 1), f"{cls.__name__} has no block: say who may do what with it"


def _check_actor(block: Block, vocabulary: Vocabulary) -> Iterable[tuple[Location, str]]:
    if block.cls != vocabulary.actor.__name__:
        yield block.place, f"{block.cls} is not who asks; {vocabulary.actor.__name__} is"
    if block.roles or block.permissions or block.relations or block.shorthands:
        yield (
            block.place,
            "the block of the actor says nothing; what an account may do stands in the blocks of resources",
        )


def _check_words(block: Block, vocabulary: Vocabulary) -> Iterable[tuple[Location, str]]:
    words = (*block.roles, *block.permissions, *(name for name, _ in block.relations))
    for word in dict.fromkeys(each for each in words if words.count(each) > 1):
        yield block.place, f"{word!r} is declared twice"
    for _, cls in block.relations:
        if cls not in vocabulary.classes:
            yield block.place, f"there is no class {cls}"
    for each in block.shorthands:
        if each.granted not in (*block.roles, *block.permissions):
            yield each.place, f"{each.granted!r} is neither a role nor a permission of {block.cls}"


def _check_heads(document: Document, vocabulary: Vocabulary) -> Iterable[tuple[Location, str]]:
    for rule in document.rules:
        names = [each.name for each in rule.parameters if each.name and each.name != "_"]
        for name in dict.fromkeys(each for each in names if names.count(each) > 1):
            yield rule.place, f"two parameters are named {name}; compare them in the rule"
        for parameter in rule.parameters:
            if parameter.pattern and parameter.pattern.cls not in (*vocabulary.classes, ANY_RESOURCE):
                yield rule.place, f"there is no class {parameter.pattern.cls}"
        if rule.name in _FIELD_RULES and any(
            each.pattern and each.pattern.cls == ANY_RESOURCE for each in rule.parameters
        ):
            yield rule.place, "a field rule is about the columns of one class; name it"


def _lonely(document: Document) -> Iterable[tuple[Location, str]]:
    """Names that are said once: Oso takes them for slips."""
    for rule in document.rules:
        said = [*(each.name for each in rule.parameters if each.name), *names_in(rule.body)]
        for name in dict.fromkeys(each for each in said if said.count(each) == 1 and not each.startswith("_")):
            yield rule.place, f"{name} is said once only: write _{name}, or what it is there for"


def _dead(document: Document, used: set[Location]) -> Iterable[tuple[Location, str]]:
    for rule in document.rules:
        if rule.place not in used:
            yield (
                rule.place,
                f"this rule of {rule.name} is part of no answer: nothing asks for it, or it can never hold",
            )
    for block in document.blocks:
        for each in block.shorthands:
            if each.place not in used:
                yield each.place, f"{each.by!r} gives {each.granted!r} to nobody"


def _columns(
    document: Document,
    vocabulary: Vocabulary,
    cls: type[DeclarativeBase],
    kind: str,
    unfold: Callable[[str, type[DeclarativeBase], str, Location], list[Conjunction]],
    problems: list[tuple[Location, str]],
) -> Iterable[tuple[tuple[type[DeclarativeBase], str], Plan]]:
    """A plan for each column that the field rules of a kind name; what is wrong with the rules is added to `problems`.

    A column that no `allow_field` names is as readable as its row, and one that no `allow_anonymous` names is not public.
    """
    problems += _nameless(document, kind, cls.__name__)
    places: dict[str, Location] = {}
    for rule, names in _field_rules(document, kind, cls.__name__):
        for name in names:
            places.setdefault(name, rule.place)
    for name, place in places.items():
        if not isinstance(vocabulary.attribute(cls, name), Scalar):
            problems.append((place, f"{cls.__name__} has no column {name}"))
            continue
        try:
            found = unfold("read", cls, name, place)
        except PolicyError as refused:
            problems += refused.problems
            continue
        yield (cls, name), Plan(f"{_FIELD_RULES[kind][0]} {name}", cls, _simplest(found))


def _nameless(document: Document, kind: str, cls: str) -> Iterable[tuple[Location, str]]:
    for rule, names in _field_rules(document, kind, cls):
        if not names:
            yield rule.place, "a field rule names its fields: `field in [...]`"


def _field_rules(document: Document, kind: str, cls: str) -> Iterable[tuple[Rule, list[str]]]:
    for rule in document.rules:
        if rule.name != kind or len(rule.parameters) != _FIELD_RULES[kind][1]:
            continue
        *_, row, field = rule.parameters
        if row.pattern is not None and row.pattern.cls == cls:
            yield rule, [str(field.constant.value)] if field.constant else list(_names(rule.body, field.name or ""))


def _names(goal: Goal, variable: str) -> Iterable[str]:
    match goal:
        case All(parts) | Some(parts):
            for part in parts:
                yield from _names(part, variable)
        case Comparison(_, Variable(name), Listed(items)) if name == variable:
            yield from (str(each.value) for each in items)
        case Comparison("=", Variable(name), Constant(value)) if name == variable:
            yield str(value)


def _simplest(found: list[Conjunction]) -> tuple[Conjunction, ...]:
    """Without what says the same again, or asks for more than another way does."""
    kept: list[Conjunction] = []
    for each in sorted(found, key=lambda conjunction: len(conjunction.atoms)):
        atoms = frozenset(each.atoms)
        if not any(atoms >= frozenset(other.atoms) for other in kept):
            kept.append(_tidy(each))
    return tuple(kept)


def _tidy(conjunction: Conjunction) -> Conjunction:
    return replace(conjunction, chain=tuple(dict.fromkeys(conjunction.chain)))
