"""Unfolding a question: every way through blocks and rules becomes one conjunction of conditions over rows."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NoReturn

from sqlalchemy.orm import DeclarativeBase

from authz.compiler.comparisons import Comparing
from authz.compiler.ir import ACTOR, RESOURCE, Among, Atom, Conjunction, None_, One, Same, Value, columns_of, united
from authz.compiler.terms import Around, Cell, Free, Known, Meaning, Row, Rows, Setting, State
from authz.compiler.vocabulary import ANY_RESOURCE, Scalar, Surrounding, ToMany, ToOne, Vocabulary
from authz.polar.errors import Location, PolicyError
from authz.polar.syntax import (
    All,
    Block,
    Call,
    Comparison,
    Constant,
    Document,
    Goal,
    Listed,
    Matches,
    Never,
    Parameter,
    Path,
    Pattern,
    Rule,
    Shorthand,
    Some,
    Term,
    Variable,
)  # fmt: skip

Names = dict[str, Meaning]
Frame = tuple[object, ...]
Ways = Iterator[tuple[State, Names]]

_ROLE, _PERMISSION, _RELATION = "has_role", "has_permission", "has_relation"
_BUILT_IN = (_ROLE, _PERMISSION, _RELATION, "allow_field", "allow_anonymous")


class Unfolding:
    """Knows the rules by name, and goes every way through them."""

    def __init__(self, document: Document, vocabulary: Vocabulary) -> None:
        self.used: set[Location] = set()
        self._asked_at: dict[tuple[str, str], Location] = {}
        self._vocabulary = vocabulary
        self._comparing = Comparing(vocabulary)
        self._blocks: dict[str, Block] = {each.cls: each for each in document.blocks if each.kind == "resource"}
        self._rules: dict[str, list[Rule]] = {}
        self._seen: dict[tuple[object, ...], list[Rule]] = {}
        for rule in document.rules:
            self._rules.setdefault(rule.name, []).append(rule)

    def permission(self, action: str, cls: type[DeclarativeBase], place: Location) -> list[Conjunction]:
        """Every way in which an actor has a permission on a row of a class."""
        return self._ask(Call(_PERMISSION, (Variable("a"), Constant(action), Variable("r")), place), cls)

    def field(self, action: str, cls: type[DeclarativeBase], name: str, place: Location) -> list[Conjunction]:
        """Every way in which an actor may see a column of a row."""
        return self._ask(
            Call("allow_field", (Variable("a"), Constant(action), Variable("r"), Constant(name)), place),
            cls,
        )

    def public_field(self, action: str, cls: type[DeclarativeBase], name: str, place: Location) -> list[Conjunction]:
        """Every reason why callers without an account may see a column of a row."""
        call = Call("allow_anonymous", (Constant(action), Variable("r"), Constant(name)), place)
        return self._ask(call, cls, anonymous=True)

    def _ask(self, call: Call, cls: type[DeclarativeBase], *, anonymous: bool = False) -> list[Conjunction]:
        start = State(classes=((RESOURCE, cls),))
        names: Names = {"r": Row(RESOURCE, cls)}
        if not anonymous:
            actor = Row(ACTOR, self._vocabulary.actor)
            start, names = start.with_row(ACTOR, actor.cls), {**names, "a": actor}
        found = []
        for state, _ in self._call(call, start, names, ()):
            self._finish(state.atoms, state, call.place)
            self.used.update(state.chain)
            found.append(Conjunction(state.atoms, state.classes, state.chain))
        return found

    def _finish(self, atoms: tuple[Atom, ...], state: State, place: Location) -> None:
        """What can only be judged of a whole way: that nothing hangs on nil, and that the actor is known well enough."""
        leader = united(atoms)
        for row, name in columns_of(atoms):
            asked_at = self._asked_at.get((row, name), place)
            attribute = self._vocabulary.attribute(dict(state.classes)[row], name)
            if isinstance(attribute, ToOne) and attribute.nullable and (row, name) not in state.not_nil:
                _refuse(asked_at, f"{name} may be nil, and a rule would hold for nil; ask `{name} != nil` first")
            if leader.get(row, row) == ACTOR:
                self._require_carried(attribute.column if isinstance(attribute, ToOne) else name, asked_at)

    def _require_carried(self, column: str, place: Location) -> None:
        if not self._vocabulary.is_carried(column):
            _refuse(place, f"{column} of the actor is not read with his token; authz/gate/actor.py says what is")

    def _ways(self, goal: Goal, state: State, names: Names, frames: tuple[Frame, ...]) -> Ways:
        match goal:
            case All(parts):
                yield from self._in_turn(parts, state, names, frames)
            case Some(parts):
                for part in parts:
                    yield from self._ways(part, state, names, frames)
            case Call():
                yield from self._call(goal, state, names, frames)
            case Comparison():
                yield from self._comparison(goal, state, names)
            case Matches(left, pattern, place):
                value, state = self._value(left, state, names, place)
                yield from ((matched, names) for matched in self._match(value, pattern, state, place))
            case Never():
                yield from self._never(goal, state, names, frames)

    def _in_turn(self, parts: tuple[Goal, ...], state: State, names: Names, frames: tuple[Frame, ...]) -> Ways:
        if not parts:
            yield state, names
            return
        for later, known in self._ways(parts[0], state, names, frames):
            yield from self._in_turn(parts[1:], later, known, frames)

    # Calls

    def _call(self, call: Call, state: State, names: Names, frames: tuple[Frame, ...]) -> Ways:
        self._check_name(call)
        arguments: list[Meaning] = []
        for term in call.arguments:
            value, state = self._value(term, state, names, call.place)
            if isinstance(value, Free) and call.name != _RELATION:
                _refuse(call.place, f"{value.name} stands for nothing here; bind it with `in` or `=` first")
            arguments.append(value)
        self._check_declared(call, arguments)
        frame: Frame = (
            call.name,
            *(each.cls if isinstance(each, Row) else each for each in arguments if not isinstance(each, Free)),
        )
        if frame in frames:
            _refuse(call.place, "recursion; go through the closure relationship (`x in group.ancestors`) instead")
        deeper = (*frames, frame)
        for rule in self._fitting(call.name, arguments):
            yield from self._rule(rule, arguments, state, names, deeper)
        yield from self._shorthands(call, arguments, state, names, deeper)

    def _fitting(self, name: str, arguments: list[Meaning]) -> list[Rule]:
        """The rules whose heads these arguments do not rule out at first sight; most of has_role and has_permission are."""
        looks = (name, *map(_look, arguments))
        if looks not in self._seen:
            self._seen[looks] = [each for each in self._rules.get(name, ()) if _may_fit(each, arguments)]
        return self._seen[looks]

    def _rule(
        self,
        rule: Rule,
        arguments: list[Meaning],
        state: State,
        names: Names,
        frames: tuple[Frame, ...],
    ) -> Ways:
        inner: Names = {}
        entered: State | None = replace(state, chain=(*state.chain, rule.place))
        for parameter, argument in zip(rule.parameters, arguments, strict=True):
            if entered is None:
                return
            entered = self._enter(parameter, argument, entered, inner, rule.place)
        if entered is None:
            return
        for left, known in self._ways(rule.body, entered, inner, frames):
            yield left, self._bind_free(rule, arguments, known, names)

    def _enter(
        self, parameter: Parameter, argument: Meaning, state: State, inner: Names, place: Location
    ) -> State | None:
        if parameter.constant is not None:
            if isinstance(argument, Known):
                return state if _same(argument.value, parameter.constant.value) else None
            return self._comparing.compare(state, "=", argument, Known(parameter.constant.value), place)
        if parameter.name is not None and not isinstance(argument, Free):
            inner[parameter.name] = argument
        if parameter.pattern is None or isinstance(argument, Free):
            return state
        matched = list(self._match(argument, parameter.pattern, state, place))
        if matched and isinstance(argument, Row) and parameter.name is not None:
            inner[parameter.name] = replace(argument, hop=None)
        return matched[0] if matched else None

    def _bind_free(self, rule: Rule, arguments: list[Meaning], known: Names, names: Names) -> Names:
        """What a relation rule has found out about an open argument is known to its caller."""
        found = dict(names)
        for parameter, argument in zip(rule.parameters, arguments, strict=True):
            if isinstance(argument, Free):
                value = known.get(parameter.name or "")
                if not isinstance(value, Row):
                    _refuse(rule.place, f"{parameter.name} stands for no row when the rule ends")
                if parameter.pattern and (not self._is_of(value, parameter.pattern) or parameter.pattern.fields):
                    _refuse(
                        rule.place,
                        f"{parameter.name} ends as any {value.cls.__name__}, which is not what its pattern says",
                    )
                found[argument.name] = value
        return found

    def _shorthands(
        self,
        call: Call,
        arguments: list[Meaning],
        state: State,
        names: Names,
        frames: tuple[Frame, ...],
    ) -> Ways:
        if (
            call.name not in (_ROLE, _PERMISSION)
            or not isinstance(arguments[2], Row)
            or not isinstance(arguments[1], Known)
        ):
            return
        block = self._blocks.get(arguments[2].cls.__name__)
        for each in block.shorthands if block else ():
            if each.granted == arguments[1].value:
                yield from self._shorthand(each, block, arguments, state, names, frames)

    def _shorthand(
        self,
        each: Shorthand,
        block: Block | None,
        arguments: list[Meaning],
        state: State,
        names: Names,
        frames: tuple[Frame, ...],
    ) -> Ways:
        entered = replace(state, chain=(*state.chain, each.place))
        inner: Names = {"actor": arguments[0], "resource": arguments[2]}
        target: Term = Variable("resource")
        on = block
        goals: list[Goal] = []
        if each.relation is not None:
            cls = dict(block.relations).get(each.relation) if block else None
            if cls is None:
                _refuse(each.place, f"{each.relation!r} is not among the relations of the block")
            on, target = self._blocks.get(cls), Variable("related")
            goals.append(Call(_RELATION, (target, Constant(each.relation), Variable("resource")), each.place))
        if on is None or each.by not in (*on.roles, *on.permissions):
            _refuse(
                each.place,
                f"{each.by!r} is neither a role nor a permission of {on.cls if on else 'a class without a block'}",
            )
        goals.append(
            Call(
                _ROLE if each.by in on.roles else _PERMISSION,
                (Variable("actor"), Constant(each.by), target),
                each.place,
            ),
        )
        for left, _ in self._in_turn(tuple(goals), entered, inner, frames):
            yield left, names

    def _check_name(self, call: Call) -> None:
        if call.name in _BUILT_IN:
            return
        rules = self._rules.get(call.name)
        if rules is None:
            _refuse(call.place, f"there is no rule {call.name}")
        if all(len(each.parameters) != len(call.arguments) for each in rules):
            _refuse(call.place, f"there is no rule {call.name} of {len(call.arguments)} parameters")

    def _check_declared(self, call: Call, arguments: list[Meaning]) -> None:
        if call.name not in (_ROLE, _PERMISSION):
            return
        if len(arguments) != 3:  # noqa: PLR2004 - who, which word, about what
            _refuse(call.place, f"{call.name} takes an account, a word and a row")
        who, word, row = arguments
        if not isinstance(row, Row):
            _refuse(call.place, f"{call.name} is asked about a row")
        if not isinstance(who, Row) or who.cls is not self._vocabulary.actor:
            _refuse(call.place, f"{call.name} is asked about an account")
        if not isinstance(word, Known):
            _refuse(call.place, f"the word that {call.name} asks for is a constant")
        block = self._blocks.get(row.cls.__name__)
        if block is None:
            _refuse(call.place, f"{row.cls.__name__} has no block")
        if word.value not in (block.roles if call.name == _ROLE else block.permissions):
            _refuse(call.place, f"{word.value!r} is not declared in the block of {block.cls}")

    # Comparisons

    def _comparison(self, goal: Comparison, state: State, names: Names) -> Ways:
        if goal.operator == "in":
            yield from self._membership(goal, state, names)
            return
        nil = self._nil_hop(goal, state, names)
        if nil is not None:
            yield nil, names
            return
        left, state = self._value(goal.left, state, names, goal.place)
        right, state = self._value(goal.right, state, names, goal.place)
        if isinstance(right, Free):
            left, right = right, left
        if isinstance(left, Free):
            if isinstance(right, Free) or goal.operator != "=":
                _refuse(goal.place, f"{left.name} stands for nothing here")
            yield state, {**names, left.name: right}
            return
        compared = self._comparing.compare(state, goal.operator, left, right, goal.place)
        if compared is not None:
            yield compared, names

    def _nil_hop(self, goal: Comparison, state: State, names: Names) -> State | None:
        """`path.to.one = nil`: a condition on the foreign key, without going there."""
        path, other = (goal.left, goal.right) if isinstance(goal.left, Path) else (goal.right, goal.left)
        if other != Constant(None) or not isinstance(path, Path) or goal.operator not in ("=", "!="):
            return None
        base, state = self._value(Path(path.base, path.names[:-1]), state, names, goal.place)
        if not isinstance(base, Row):
            return None
        attribute = self._vocabulary.attribute(base.cls, path.names[-1])
        if not isinstance(attribute, ToOne):
            return None
        if not attribute.nullable:
            _refuse(goal.place, f"{path.names[-1]} is never nil")
        self._require_sure(base, state, goal.place)
        asked = state.having(Value(base.name, attribute.column, goal.operator, None))
        if asked is None:
            return None
        return asked.sure((base.name, path.names[-1])) if goal.operator == "!=" else asked

    def _membership(self, goal: Comparison, state: State, names: Names) -> Ways:
        left, state = self._value(goal.left, state, names, goal.place)
        if isinstance(goal.right, Listed):
            listed = self._comparing.among(state, left, tuple(each.value for each in goal.right.items), goal.place)
            if listed is not None:
                yield listed, names
            return
        right, state = self._value(goal.right, state, names, goal.place)
        if not isinstance(right, Rows):
            _refuse(goal.place, "`in` takes a list of constants or a to-many relationship")
        if isinstance(left, Row):
            if left.cls is not right.cls:
                return
            if left.hop and left.hop not in state.not_nil:
                state = state.sure(left.hop)
        elif not isinstance(left, Free):
            _refuse(goal.place, "only rows are among the rows of a relationship")
        name = state.next_row(right.of, right.relation)
        found = state.with_row(name, right.cls).having(Among(right.of, right.relation, name))
        if found is None:
            return
        if isinstance(left, Row):
            found = found.having(Same(name, left.name))
            if found is not None:
                yield found, names
            return
        yield found, {**names, left.name: Row(name, right.cls)}

    def _never(self, goal: Never, state: State, names: Names, frames: tuple[Frame, ...]) -> Ways:
        start = replace(state, atoms=())
        before = {name for name, _ in state.classes}
        inside = []
        for left, known in self._ways(goal.part, start, names, frames):
            bound = [name for name in known if name not in names and not name.startswith("_")]
            if bound:
                _refuse(
                    goal.place,
                    f"not would bind {bound[0]}: what is denied cannot say which row it means (write _{bound[0]})",
                )
            hops = [each for each in left.atoms if isinstance(each, One) and self._is_nullable(each, left)]
            if hops:
                _refuse(goal.place, f"not across {hops[0].relation}, which may be nil")
            self._finish((*state.atoms, *left.atoms), left, goal.place)
            self.used.update(left.chain)
            inside.append(Conjunction(left.atoms, tuple(each for each in left.classes if each[0] not in before)))
        if any(not each.atoms for each in inside):
            return
        denied = state.having(None_(tuple(inside))) if inside else state
        if denied is not None:
            yield denied, names

    def _is_nullable(self, hop: One, state: State) -> bool:
        attribute = self._vocabulary.attribute(dict(state.classes)[hop.of], hop.relation)
        return isinstance(attribute, ToOne) and attribute.nullable

    # Values

    def _match(self, value: Meaning, pattern: Pattern, state: State, place: Location) -> Iterator[State]:
        if pattern.cls != ANY_RESOURCE and pattern.cls not in self._vocabulary.classes:
            _refuse(place, f"there is no class {pattern.cls}")
        if pattern.cls == ANY_RESOURCE and pattern.fields:
            _refuse(place, f"{ANY_RESOURCE} has no columns of its own; name the class")
        if not isinstance(value, Row) or not self._is_of(value, pattern):
            return
        matched: State | None = state.sure(value.hop) if value.hop else state
        for name, constant in pattern.fields:
            if matched is None:
                return
            cell = self._attribute(value, name, matched, place)[0]
            matched = self._comparing.compare(matched, "=", cell, Known(constant.value), place)
        if matched is not None:
            yield matched

    def _is_of(self, row: Row, pattern: Pattern) -> bool:
        """Whether the class of a row is the one that a pattern names."""
        if pattern.cls == ANY_RESOURCE:
            return row.cls.__name__ in self._blocks
        return row.cls is self._vocabulary.classes.get(pattern.cls)

    def _value(self, term: Term, state: State, names: Names, place: Location) -> tuple[Meaning, State]:
        match term:
            case Constant(constant):
                return Known(constant), state
            case Variable(name):
                return names.get(name, Free(name)), state
            case Path(base, attributes):
                value: Meaning = names.get(base, Free(base))
                if isinstance(value, Free):
                    _refuse(place, f"{base} stands for nothing here")
                for name in attributes:
                    value, state = self._attribute(value, name, state, place)
                return value, state
            case _:
                _refuse(place, "a list of constants stands behind `in` only")

    def _attribute(self, value: Meaning, name: str, state: State, place: Location) -> tuple[Meaning, State]:
        match value:
            case Around(record):
                scalar = self._vocabulary.context[record].fields.get(name)
                if scalar is None:
                    _refuse(place, f"{record} has no setting {name}")
                return Setting(record, name, scalar), state
            case Row():
                return self._attribute_of_row(value, name, state, place)
            case Rows():
                _refuse(place, f"{value.relation} is many; take one with `in`")
            case _:
                _refuse(place, f"{name} is asked of something that has no attributes")

    def _attribute_of_row(self, row: Row, name: str, state: State, place: Location) -> tuple[Meaning, State]:
        self._require_sure(row, state, place)
        match self._vocabulary.attribute(row.cls, name):
            case Surrounding():
                if row.name != ACTOR:
                    _refuse(place, f"{name} is known of the actor only")
                return Around(name), state
            case Scalar():
                self._asked_at[row.name, name] = place
                if row.name == ACTOR:
                    self._require_carried(name, place)
                return Cell(row.name, name, row.cls), state
            case ToMany(cls):
                return Rows(row.name, name, cls), state
            case ToOne(cls, nullable, _):
                self._asked_at[row.name, name] = place
                there = f"{row.name}.{name}"
                gone = state.with_row(there, cls).having(One(row.name, name, there))
                assert gone is not None
                return Row(there, cls, (row.name, name) if nullable else None), gone
            case _:
                _refuse(place, f"{row.cls.__name__} has no attribute {name}")

    def _require_sure(self, row: Row, state: State, place: Location) -> None:
        if row.hop and row.hop not in state.not_nil:
            _refuse(place, f"{row.hop[1]} may be nil, and the check would fail there; ask `{row.hop[1]} != nil` first")


def _may_fit(rule: Rule, arguments: list[Meaning]) -> bool:
    if len(rule.parameters) != len(arguments):
        return False
    for parameter, argument in zip(rule.parameters, arguments, strict=True):
        if (
            isinstance(argument, Row)
            and parameter.pattern
            and parameter.pattern.cls not in (argument.cls.__name__, ANY_RESOURCE)
        ):
            return False
        if isinstance(argument, Known) and parameter.constant and not _same(argument.value, parameter.constant.value):
            return False
    return True


def _look(argument: Meaning) -> object:
    """What decides at first sight."""
    match argument:
        case Row(cls=cls):
            return cls
        case Known(value):
            return (type(value), value)
        case _:
            return type(argument)


def _same(left: object, right: object) -> bool:
    """Equal as Polar sees it: True is not 1."""
    return type(left) is type(right) and left == right


def _refuse(place: Location, reason: str) -> NoReturn:
    raise PolicyError((place, reason))
