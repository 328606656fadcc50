"""Errors of a policy that show without unfolding it: in blocks, in the heads of rules, and in what nothing uses."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from sqlalchemy.orm import DeclarativeBase

from authz.compiler.operators import EQUAL
from authz.compiler.vocabulary import ANY_RESOURCE, Vocabulary
from authz.polar.errors import Location
from authz.polar.syntax import (
    And,
    Block,
    Comparison,
    Constant,
    ConstantList,
    Document,
    Goal,
    Membership,
    Or,
    Rule,
    Variable,
    variables_in,
)

Problem = tuple[Location, str]

FIELD_RULES = {"allow_field": 4, "allow_anonymous": 3}
"""The rules about columns with the number of their parameters: the actor (not for anonymous callers), action, row, column."""


def block_problems(
    document: Document, vocabulary: Vocabulary, classes: Sequence[type[DeclarativeBase]], file: str
) -> Iterator[Problem]:
    """Blocks that are missing, doubled or inconsistent."""
    seen: set[tuple[str, str]] = set()
    for block in document.blocks:
        if block.cls == ANY_RESOURCE:
            yield block.location, f"{ANY_RESOURCE} stands for every class with a resource block and cannot have a block"
        elif block.cls not in vocabulary.classes:
            yield block.location, f"unknown class {block.cls}"
        if (block.kind, block.cls) in seen:
            yield block.location, f"second {block.kind} block for {block.cls}"
        seen.add((block.kind, block.cls))
        if block.kind == "actor":
            yield from _actor_problems(block, vocabulary)
        else:
            yield from _resource_problems(block, vocabulary)
    if ("actor", vocabulary.actor.__name__) not in seen:
        yield Location(file, 1), f"{vocabulary.actor.__name__} has no actor block"
    for cls in classes:
        if ("resource", cls.__name__) not in seen:
            yield Location(file, 1), f"{cls.__name__} has no resource block"


def _actor_problems(block: Block, vocabulary: Vocabulary) -> Iterator[Problem]:
    if block.cls != vocabulary.actor.__name__:
        yield block.location, f"the actor is {vocabulary.actor.__name__}, not {block.cls}"
    if block.roles or block.permissions or block.relations or block.shorthands:
        yield block.location, "the actor block must be empty; declare roles and permissions in a resource block"


def _resource_problems(block: Block, vocabulary: Vocabulary) -> Iterator[Problem]:
    names = (*block.roles, *block.permissions, *(name for name, _ in block.relations))
    for name in _repeated(names):
        yield block.location, f"{name!r} is declared twice"
    for _, cls in block.relations:
        if cls not in vocabulary.classes:
            yield block.location, f"unknown class {cls}"
    for shorthand in block.shorthands:
        if shorthand.granted not in (*block.roles, *block.permissions):
            yield shorthand.location, f"{shorthand.granted!r} is neither a role nor a permission of {block.cls}"


def head_problems(document: Document, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Parameters with the same name or of an unknown class."""
    for rule in document.rules:
        names = [parameter.name for parameter in rule.parameters if parameter.name]
        for name in _repeated([name for name in names if name != "_"]):
            yield rule.location, f"two parameters are named {name}; use two names and compare them in the body"
        for pattern in (parameter.pattern for parameter in rule.parameters if parameter.pattern):
            if pattern.cls == ANY_RESOURCE and rule.name in FIELD_RULES:
                yield rule.location, "a field rule is about the columns of one class; name the class"
            elif pattern.cls not in (*vocabulary.classes, ANY_RESOURCE):
                yield rule.location, f"unknown class {pattern.cls}"


def unused(document: Document, used: Collection[Location]) -> Iterator[Problem]:
    """Rules and shorthands that no permission goes through, and variables that occur once: Oso takes those for typos."""
    for rule in document.rules:
        if rule.location not in used:
            yield rule.location, f"this rule of {rule.name} is unused: nothing calls it, or it can never hold"
        names = [*(parameter.name for parameter in rule.parameters if parameter.name), *variables_in(rule.body)]
        for name in dict.fromkeys(names):
            if names.count(name) == 1 and not name.startswith("_"):
                yield rule.location, f"{name} is used only once; rename it to _{name} if that is intended"
    for block in document.blocks:
        for shorthand in block.shorthands:
            if shorthand.location not in used:
                yield (
                    shorthand.location,
                    f"this shorthand is unused: {shorthand.by!r} is never granted, or it can never hold",
                )


def columns_named(document: Document, rule_name: str, cls: str) -> dict[str, Location]:
    """The columns that the field rules of a class name, each with the first rule that does."""
    columns: dict[str, Location] = {}
    for rule, names in _field_rules(document, rule_name, cls):
        for name in names:
            columns.setdefault(name, rule.location)
    return columns


def field_rule_problems(document: Document, rule_name: str, cls: str) -> Iterator[Problem]:
    """Field rules of a class that name no column."""
    for rule, names in _field_rules(document, rule_name, cls):
        if not names:
            yield rule.location, "a field rule must name its fields: `field in [...]`"


def _field_rules(document: Document, rule_name: str, cls: str) -> Iterator[tuple[Rule, list[str]]]:
    for rule in document.rules:
        if rule.name != rule_name or len(rule.parameters) != FIELD_RULES[rule_name]:
            continue
        *_, row, field = rule.parameters
        if row.pattern is not None and row.pattern.cls == cls:
            yield rule, [str(field.constant.value)] if field.constant else list(_values(rule.body, field.name or ""))


def _values(goal: Goal, variable: str) -> Iterator[str]:
    """The constants that a variable is compared with for equality."""
    match goal:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _values(part, variable)
        case Membership(Variable(name), ConstantList(items)) if name == variable:
            yield from (str(item.value) for item in items)
        case Comparison(EQUAL.symbol, Variable(name), Constant(value)) if name == variable:
            yield str(value)
        case _:
            pass


def _repeated(names: Sequence[str]) -> Iterable[str]:
    return dict.fromkeys(name for name in names if names.count(name) > 1)
