"""Unfolding: every path through blocks and rules that leads to a permission becomes one conjunction of atoms."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy.orm import DeclarativeBase

from authz.compiler.comparisons import compare, is_in
from authz.compiler.derivation import Derivation, Frame
from authz.compiler.ir import (
    ACTOR,
    RESOURCE,
    Atom,
    Compare,
    Conjunction,
    NotExists,
    SameRow,
    ToMany,
    ToOne,
    columns_of,
    representatives,
)
from authz.compiler.operators import EQUAL, NOT_EQUAL, OPERATORS, identical
from authz.compiler.terms import CollectionRef, ColumnRef, Literal, Ref, RowRef, SettingRef, SettingsRef, Unbound
from authz.compiler.vocabulary import (
    ANY_RESOURCE,
    Scalar,
    SettingsAttribute,
    ToManyAttribute,
    ToOneAttribute,
    Vocabulary,
)
from authz.polar.errors import Location, PolicyError
from authz.polar.syntax import (
    And,
    Block,
    Call,
    Comparison,
    Constant,
    ConstantList,
    Document,
    Goal,
    Matches,
    Membership,
    Not,
    Or,
    Parameter,
    Path,
    Pattern,
    Rule,
    Shorthand,
    Term,
    Variable,
)

Derivations = Iterator[Derivation]

_ROLE, _PERMISSION, _RELATION = "has_role", "has_permission", "has_relation"
_FIELD, _PUBLIC_FIELD = "allow_field", "allow_anonymous"
_BUILT_IN = (_ROLE, _PERMISSION, _RELATION, _FIELD, _PUBLIC_FIELD)
_DECLARED_PARAMETERS = 3  # of has_role and has_permission: actor, name, row


class Unfolder:
    """Finds the conjunctions behind a permission, and remembers which rules took part in one."""

    def __init__(self, document: Document, vocabulary: Vocabulary) -> None:
        self.used: set[Location] = set()
        """The rules and shorthands that are part of a conjunction."""
        self._vocabulary = vocabulary
        self._blocks = {block.cls: block for block in document.blocks if block.kind == "resource"}
        self._rules: dict[str, list[Rule]] = {}
        self._candidates: dict[Frame, list[Rule]] = {}
        self._read_at: dict[tuple[str, str], Location] = {}
        for rule in document.rules:
            self._rules.setdefault(rule.name, []).append(rule)

    def permission(self, action: str, cls: type[DeclarativeBase], location: Location) -> list[Conjunction]:
        """One conjunction for each path to a permission on the rows of a class."""
        return self._conjunctions(Call(_PERMISSION, (Variable("a"), Constant(action), Variable("r")), location), cls)

    def field(self, name: str, cls: type[DeclarativeBase], location: Location) -> list[Conjunction]:
        """One conjunction for each path that lets the actor read a column of a row."""
        arguments = (Variable("a"), Constant("read"), Variable("r"), Constant(name))
        return self._conjunctions(Call(_FIELD, arguments, location), cls)

    def public_field(self, name: str, cls: type[DeclarativeBase], location: Location) -> list[Conjunction]:
        """One conjunction for each path that lets callers without an account read a column of a row."""
        call = Call(_PUBLIC_FIELD, (Constant("read"), Variable("r"), Constant(name)), location)
        return self._conjunctions(call, cls, anonymous=True)

    def _conjunctions(self, call: Call, cls: type[DeclarativeBase], *, anonymous: bool = False) -> list[Conjunction]:
        rows = {"r": RowRef(RESOURCE, cls)}
        if not anonymous:
            rows["a"] = RowRef(ACTOR, self._vocabulary.actor)
        start = Derivation(call.location, dict(rows), classes=tuple((ref.name, ref.cls) for ref in rows.values()))
        conjunctions = []
        for end in self._call(call, start):
            self._check_whole(end.atoms, end)
            self.used.update(end.rules)
            conjunctions.append(Conjunction(end.atoms, end.classes, tuple(dict.fromkeys(end.rules))))
        return conjunctions

    def _check_whole(self, atoms: Sequence[Atom], end: Derivation) -> None:
        """What shows only at the end of a path: whether nil is excluded everywhere, and which rows are the actor."""
        names = representatives(atoms)
        classes = dict(end.classes)
        for row, name in columns_of(atoms):
            attribute = self._vocabulary.attribute(classes[row], name)
            reader = end.at(self._read_at.get((row, name), end.location))
            if isinstance(attribute, ToOneAttribute) and attribute.nullable and end.may_be_nil((row, name)):
                reader.fail(f"{name} may be nil, and the rule would hold for nil; test `{name} != nil` first")
            if names.get(row, row) == ACTOR:
                self._require_loaded(attribute.column if isinstance(attribute, ToOneAttribute) else name, reader)

    def _require_loaded(self, column: str, reader: Derivation) -> None:
        loaded = self._vocabulary.actor_columns
        if loaded is not None and column not in loaded:
            reader.fail(f"{column} is not loaded with the actor; a rule may read {', '.join(sorted(loaded))}")

    # Goals

    def _goal(self, goal: Goal, start: Derivation) -> Derivations:
        match goal:
            case And(parts):
                yield from self._all(parts, start)
            case Or(parts):
                for part in parts:
                    yield from self._goal(part, start)
            case Call():
                yield from self._call(goal, start.at(goal.location))
            case Comparison():
                yield from self._comparison(goal, start.at(goal.location))
            case Membership():
                yield from self._membership(goal, start.at(goal.location))
            case Matches(term, pattern, location):
                ref, reached = self._evaluate(term, start.at(location))
                yield from _some(self._match(ref, pattern, reached))
            case Not():
                yield from _some(self._not(goal, start.at(goal.location)))

    def _all(self, goals: Sequence[Goal], start: Derivation) -> Derivations:
        if not goals:
            yield start
            return
        for reached in self._goal(goals[0], start):
            yield from self._all(goals[1:], reached)

    # Calls

    def _call(self, call: Call, start: Derivation) -> Derivations:
        self._check_rule_exists(call, start)
        caller, arguments = start, list[Ref]()
        for term in call.arguments:
            argument, caller = self._evaluate(term, caller)
            if isinstance(argument, Unbound) and call.name != _RELATION:
                caller.fail(f"{argument.name} is unbound here; bind it with `in` or `=` first")
            arguments.append(argument)
        block = self._declaring_block(call, arguments, caller)
        frame: Frame = (
            call.name,
            *(ref.cls if isinstance(ref, RowRef) else ref for ref in arguments if not isinstance(ref, Unbound)),
        )
        if frame in caller.calls:
            caller.fail("recursive rule; use a closure relationship instead (`x in group.ancestors`)")
        for rule in self._candidate_rules(call.name, arguments):
            yield from self._rule(rule, arguments, caller, frame)
        if block is not None:
            for shorthand in block.shorthands:
                if arguments[1] == Literal(shorthand.granted):
                    yield from self._shorthand(shorthand, block, arguments, caller, frame)

    def _candidate_rules(self, name: str, arguments: list[Ref]) -> list[Rule]:
        """The rules whose parameters the arguments may match; that leaves few of all has_role and has_permission rules."""
        key: Frame = (name, *map(_outline, arguments))
        if key not in self._candidates:
            self._candidates[key] = [rule for rule in self._rules.get(name, ()) if _may_match(rule, arguments)]
        return self._candidates[key]

    def _rule(self, rule: Rule, arguments: list[Ref], caller: Derivation, frame: Frame) -> Derivations:
        entered: Derivation | None = caller.entering(rule.location, frame, {})
        for parameter, argument in zip(rule.parameters, arguments, strict=True):
            if entered is None:
                return
            entered = self._bind(parameter, argument, entered)
        for end in self._goal(rule.body, entered) if entered else ():
            yield end.returning(caller, self._names_after(rule, arguments, caller, end))

    def _bind(self, parameter: Parameter, argument: Ref, entered: Derivation) -> Derivation | None:
        if parameter.constant is not None:
            return compare(entered, EQUAL, argument, Literal(parameter.constant.value))
        if isinstance(argument, Unbound):
            return entered
        if parameter.pattern is not None:
            matched = self._match(argument, parameter.pattern, entered)
            if matched is None or not isinstance(argument, RowRef):
                return None
            entered, argument = matched, replace(argument, nullable_link=None)
        return entered if parameter.name is None else entered.binding(parameter.name, argument)

    def _names_after(self, rule: Rule, arguments: list[Ref], caller: Derivation, end: Derivation) -> dict[str, Ref]:
        """The caller's variables after a call, with those that the rule, a relation, has bound."""
        names = dict(caller.names)
        for parameter, argument in zip(rule.parameters, arguments, strict=True):
            if isinstance(argument, Unbound):
                ref = end.names.get(parameter.name or "")
                if not isinstance(ref, RowRef):
                    raise PolicyError((rule.location, f"{parameter.name} is not bound to a row when the rule ends"))
                if parameter.pattern and (not self._is_of_class(ref, parameter.pattern) or parameter.pattern.fields):
                    reason = f"{parameter.name} ends as any {ref.cls.__name__}, which need not match its pattern"
                    raise PolicyError((rule.location, reason))
                names[argument.name] = ref
        return names

    def _shorthand(
        self, shorthand: Shorthand, block: Block, arguments: list[Ref], caller: Derivation, frame: Frame
    ) -> Derivations:
        actor, _, row = arguments
        entered = caller.entering(shorthand.location, frame, {"actor": actor, "resource": row})
        target, goals = Variable("resource"), list[Goal]()
        related: Block | None = block
        if shorthand.relation is not None:
            cls = dict(block.relations).get(shorthand.relation)
            if cls is None:
                entered.fail(f"the relation {shorthand.relation!r} is not declared in this block")
            related, target = self._blocks.get(cls), Variable("related")
            relation = (target, Constant(shorthand.relation), Variable("resource"))
            goals.append(Call(_RELATION, relation, shorthand.location))
        if related is None or shorthand.by not in (*related.roles, *related.permissions):
            cls = related.cls if related else "a class without a block"
            entered.fail(f"{shorthand.by!r} is neither a role nor a permission of {cls}")
        name = _ROLE if shorthand.by in related.roles else _PERMISSION
        goals.append(Call(name, (Variable("actor"), Constant(shorthand.by), target), shorthand.location))
        for end in self._all(goals, entered):
            yield end.returning(caller, caller.names)

    def _check_rule_exists(self, call: Call, start: Derivation) -> None:
        if call.name in _BUILT_IN:
            return
        rules = self._rules.get(call.name)
        if rules is None:
            start.fail(f"unknown rule {call.name}")
        if all(len(rule.parameters) != len(call.arguments) for rule in rules):
            start.fail(f"no rule {call.name} has {len(call.arguments)} parameters")

    def _declaring_block(self, call: Call, arguments: list[Ref], caller: Derivation) -> Block | None:
        """The block that declares the role or permission of a call; None for a call of another rule."""
        if call.name not in (_ROLE, _PERMISSION):
            return None
        if len(arguments) != _DECLARED_PARAMETERS:
            caller.fail(f"{call.name} takes an actor, the name of a role or permission, and a row")
        actor, name, row = arguments
        if not isinstance(row, RowRef):
            caller.fail(f"the third argument of {call.name} must be a row")
        if not isinstance(actor, RowRef) or actor.cls is not self._vocabulary.actor:
            caller.fail(f"the first argument of {call.name} must be a {self._vocabulary.actor.__name__}")
        if not isinstance(name, Literal):
            caller.fail(f"the second argument of {call.name} must be a constant")
        block = self._blocks.get(row.cls.__name__)
        if block is None:
            caller.fail(f"{row.cls.__name__} has no resource block")
        if name.value not in (block.roles if call.name == _ROLE else block.permissions):
            caller.fail(f"{name.value!r} is not declared in the block of {block.cls}")
        return block

    # Conditions

    def _comparison(self, goal: Comparison, start: Derivation) -> Derivations:
        operator = OPERATORS[goal.operator]
        if operator in (EQUAL, NOT_EQUAL) and Constant(None) in (goal.left, goal.right):
            path = goal.left if goal.right == Constant(None) else goal.right
            if isinstance(path, Path):
                row, reached = self._evaluate(_parent(path), start)
                attribute = self._vocabulary.attribute(row.cls, path.names[-1]) if isinstance(row, RowRef) else None
                if isinstance(row, RowRef) and isinstance(attribute, ToOneAttribute):
                    self._require_not_nil(row, reached)
                    if not attribute.nullable:
                        reached.fail(f"{path.names[-1]} is never nil")
                    # A condition on the foreign key: nothing is joined.
                    tested = reached.having(Compare(row.name, attribute.column, operator, None))
                    if tested is not None and operator is NOT_EQUAL:
                        tested = tested.with_not_nil((row.name, path.names[-1]))
                    yield from _some(tested)
                    return
        left, reached = self._evaluate(goal.left, start)
        right, reached = self._evaluate(goal.right, reached)
        if isinstance(right, Unbound):
            left, right = right, left
        if isinstance(left, Unbound):
            if isinstance(right, Unbound) or operator is not EQUAL:
                reached.fail(f"{left.name} is unbound here")
            yield reached.binding(left.name, right)
            return
        yield from _some(compare(reached, operator, left, right))

    def _membership(self, goal: Membership, start: Derivation) -> Derivations:
        element, reached = self._evaluate(goal.element, start)
        if isinstance(goal.collection, ConstantList):
            yield from _some(is_in(reached, element, tuple(item.value for item in goal.collection.items)))
            return
        collection, reached = self._evaluate(goal.collection, reached)
        if not isinstance(collection, CollectionRef):
            reached.fail("the right side of `in` must be a list of constants or a to-many relationship")
        if not isinstance(element, RowRef | Unbound):
            reached.fail("only a row can be in a relationship")
        if isinstance(element, RowRef):
            if element.cls is not collection.cls:
                return
            reached = reached.with_not_nil(element.nullable_link)
        name = reached.unused_row_name(collection.row, collection.relationship)
        with_row = reached.with_row(name, collection.cls).having(ToMany(collection.row, collection.relationship, name))
        assert with_row is not None
        if isinstance(element, RowRef):
            yield from _some(with_row.having(SameRow(name, element.name)))
        else:
            yield with_row.binding(element.name, RowRef(name, collection.cls))

    def _not(self, goal: Not, start: Derivation) -> Derivation | None:
        outer = {name for name, _ in start.classes}
        conjunctions = []
        for end in self._goal(goal.part, start._replace(atoms=())):
            bound = [name for name in end.names if name not in start.names and not name.startswith("_")]
            if bound:
                start.fail(f"`not` cannot bind {bound[0]}; write _{bound[0]} if any row will do")
            nullable = [atom for atom in end.atoms if isinstance(atom, ToOne) and self._is_nullable(atom, end)]
            if nullable:
                start.fail(f"{nullable[0].relationship} may be nil and cannot be followed inside `not`")
            self._check_whole((*start.atoms, *end.atoms), end.at(goal.location))
            self.used.update(end.rules)
            conjunctions.append(Conjunction(end.atoms, tuple(entry for entry in end.classes if entry[0] not in outer)))
        if any(not conjunction.atoms for conjunction in conjunctions):
            return None
        return start.having(NotExists(tuple(conjunctions))) if conjunctions else start

    def _is_nullable(self, link: ToOne, end: Derivation) -> bool:
        attribute = self._vocabulary.attribute(dict(end.classes)[link.source], link.relationship)
        return isinstance(attribute, ToOneAttribute) and attribute.nullable

    def _match(self, ref: Ref, pattern: Pattern, start: Derivation) -> Derivation | None:
        if pattern.cls != ANY_RESOURCE and pattern.cls not in self._vocabulary.classes:
            start.fail(f"unknown class {pattern.cls}")
        if pattern.cls == ANY_RESOURCE and pattern.fields:
            start.fail(f"{ANY_RESOURCE} has no columns of its own; name the class")
        if not isinstance(ref, RowRef) or not self._is_of_class(ref, pattern):
            return None
        matched: Derivation | None = start.with_not_nil(ref.nullable_link)
        for name, constant in pattern.fields:
            if matched is None:
                return None
            column, matched = self._attribute(ref, name, matched)
            matched = compare(matched, EQUAL, column, Literal(constant.value))
        return matched

    def _is_of_class(self, row: RowRef, pattern: Pattern) -> bool:
        if pattern.cls == ANY_RESOURCE:
            return row.cls.__name__ in self._blocks
        return row.cls is self._vocabulary.classes.get(pattern.cls)

    # Terms

    def _evaluate(self, term: Term, start: Derivation) -> tuple[Ref, Derivation]:
        """What a term refers to, and the derivation with the to-one relationships that lead there."""
        match term:
            case Constant(value):
                return Literal(value), start
            case Variable(name):
                return start.names.get(name, Unbound(name)), start
            case Path(base, names):
                ref, reached = start.names.get(base, Unbound(base)), start
                if isinstance(ref, Unbound):
                    start.fail(f"{base} is unbound here")
                for name in names:
                    ref, reached = self._attribute(ref, name, reached)
                return ref, reached
            case ConstantList():
                start.fail("a list is allowed only on the right side of `in`")

    def _attribute(self, ref: Ref, name: str, start: Derivation) -> tuple[Ref, Derivation]:
        match ref:
            case SettingsRef(record):
                scalar = self._vocabulary.settings[record].fields.get(name)
                if scalar is None:
                    start.fail(f"{record} has no setting {name}")
                return SettingRef(record, name, scalar), start
            case RowRef():
                return self._attribute_of_row(ref, name, start)
            case CollectionRef():
                start.fail(f"{ref.relationship} is a to-many relationship; bind one of its rows with `in`")
            case _:
                start.fail(f"cannot read {name}: only a row has attributes")

    def _attribute_of_row(self, row: RowRef, name: str, start: Derivation) -> tuple[Ref, Derivation]:
        self._require_not_nil(row, start)
        match self._vocabulary.attribute(row.cls, name):
            case SettingsAttribute():
                if row.name != ACTOR:
                    start.fail(f"only the actor has {name}")
                return SettingsRef(name), start
            case Scalar() as scalar:
                self._read_at[row.name, name] = start.location
                if row.name == ACTOR:
                    self._require_loaded(name, start)
                return ColumnRef(row.name, name, scalar), start
            case ToManyAttribute(cls):
                return CollectionRef(row.name, name, cls), start
            case ToOneAttribute(cls, nullable):
                self._read_at[row.name, name] = start.location
                target = f"{row.name}.{name}"
                reached = start.with_row(target, cls).having(ToOne(row.name, name, target))
                assert reached is not None
                return RowRef(target, cls, (row.name, name) if nullable else None), reached
            case None:
                start.fail(f"{row.cls.__name__} has no attribute {name}")

    def _require_not_nil(self, row: RowRef, start: Derivation) -> None:
        if row.nullable_link and start.may_be_nil(row.nullable_link):
            name = row.nullable_link[1]
            start.fail(f"{name} may be nil, and the check would fail there; test `{name} != nil` first")


def _some(derivation: Derivation | None) -> Derivations:
    if derivation is not None:
        yield derivation


def _parent(path: Path) -> Variable | Path:
    return Path(path.base, path.names[:-1]) if path.names[1:] else Variable(path.base)


def _may_match(rule: Rule, arguments: list[Ref]) -> bool:
    if len(rule.parameters) != len(arguments):
        return False
    for parameter, argument in zip(rule.parameters, arguments, strict=True):
        classes = (argument.cls.__name__, ANY_RESOURCE) if isinstance(argument, RowRef) else ()
        if classes and parameter.pattern and parameter.pattern.cls not in classes:
            return False
        if (
            isinstance(argument, Literal)
            and parameter.constant
            and not identical(argument.value, parameter.constant.value)
        ):
            return False
    return True


def _outline(argument: Ref) -> object:
    """What `_may_match` looks at."""
    match argument:
        case RowRef(cls=cls):
            return cls
        case Literal(value):
            return (type(value), value)
        case _:
            return type(argument)
