"""The parser: the text of a policy as a syntax tree. Constructs of Polar that this compiler does not support are rejected."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NoReturn, TypeVar

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

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r]+)|(?P<newline>\n)|(?P<comment>\#[^\n]*)|(?P<string>"[^"\n]*")|(?P<number>\d+(?:\.\d+)?)"""
    r"""|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<comparison>==|!=|<=|>=|[=<>])|(?P<symbol>:=|->|[+\-*/.,;:(){}\[\]?|&!])""",
    re.VERBOSE,
)
_CONSTANTS = {"true": True, "false": False, "nil": None}
_KEYWORDS = frozenset(("if", "and", "or", "not", "in", "matches", "on", "isa", *_CONSTANTS))
_MAX_INTEGER = 2**63 - 1  # bigint
_ARITHMETIC = "arithmetic is not supported; store the result in a column"
_UNSUPPORTED = {
    "cut": "cut makes the meaning of a rule depend on the order of rules; write the condition out",
    "forall": "forall cannot be compiled soundly; use `not` over a relationship, or store the result in a column",
    "new": "new creates objects that are in no table",
    "print": "print has a side effect, which a rule must not have",
    "debug": "debug stops the program, which a rule must not do",
    "mod": _ARITHMETIC,
    "rem": _ARITHMETIC,
}
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    line: int


def parse(text: str, file: str = "policies.polar") -> Document:
    """Parse a policy. Raises PolicyError with the line of the first error."""
    return _Parser(text, file).document()


class _Parser:
    """A recursive descent parser; each method consumes what its name says."""

    def __init__(self, text: str, file: str) -> None:
        self._file = file
        self._comments: dict[int, str] = {}
        self._tokens = [*self._tokenize(text), _Token("end", "the end of the file", text.count("\n") + 1)]
        self._position = 0

    def _tokenize(self, text: str) -> Iterator[_Token]:
        line, position = 1, 0
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                raise PolicyError((Location(self._file, line), f"unexpected character {text[position]!r}"))
            kind, token = match.lastgroup or "", match.group()
            if kind == "string" and not token.replace("\\", "\x00").isprintable():
                reason = f"{token!r} contains an escape or a control character, which is not supported"
                raise PolicyError((Location(self._file, line), reason))
            if kind == "newline":
                line += 1
            elif kind == "comment":
                if not text[text.rfind("\n", 0, position) + 1 : position].strip():  # on a line of its own
                    self._comments[line] = token.lstrip("#").strip()
            elif kind != "space":
                yield _Token(kind, token, line)
            position = match.end()

    def document(self) -> Document:
        blocks: list[Block] = []
        rules: list[Rule] = []
        while self._token.kind != "end":
            if self._token.text in ("actor", "resource") and self._next.kind == "name":
                blocks.append(self._block())
            elif self._token.text == "?":
                self._fail("inline queries run while the policy loads; write a test instead")
            else:
                rules.append(self._rule())
        return Document(tuple(blocks), tuple(rules))

    # Blocks

    def _block(self) -> Block:
        location, description = self._location, self._description()
        kind, cls = self._advance().text, self._expect_name("a class")
        names: dict[str, tuple[str, ...]] = {}
        relations: tuple[tuple[str, str], ...] = ()
        shorthands: list[Shorthand] = []
        self._expect("{")
        while not self._accept("}"):
            if self._token.kind == "string":
                shorthands.append(self._shorthand())
                continue
            section = self._expect_name("roles, permissions, relations or a shorthand rule")
            if section not in ("roles", "permissions", "relations"):
                self._fail(f"a block has roles, permissions and relations, not {section}", back=1)
            if section in names or (section == "relations" and relations):
                self._fail(f"second list of {section} in this block", back=1)
            self._expect("=")
            if section == "relations":
                self._expect("{")
                relations = self._separated("}", self._relation)
            else:
                self._expect("[")
                names[section] = self._separated("]", self._expect_string)
            self._expect(";")
        return Block(
            kind,
            cls,
            location,
            description,
            names.get("roles", ()),
            names.get("permissions", ()),
            relations,
            tuple(shorthands),
        )

    def _relation(self) -> tuple[str, str]:
        name = self._expect_name("a relation")
        self._expect(":")
        return name, self._expect_name("a class")

    def _shorthand(self) -> Shorthand:
        location, granted = self._location, self._expect_string()
        self._expect_keyword("if")
        by = self._expect_string()
        relation = self._expect_string() if self._accept_keyword("on") else None
        if self._token.text in ("and", "or"):
            self._fail("a shorthand takes no further conditions; write a rule")
        self._expect(";")
        return Shorthand(granted, by, relation, location)

    # Rules

    def _rule(self) -> Rule:
        location, description = self._location, self._description()
        name = self._expect_name("a rule or a block")
        self._expect("(")
        parameters = self._separated(")", self._parameter)
        body: Goal = self._disjunction() if self._accept_keyword("if") else And(())
        self._expect(";")
        return Rule(name, parameters, body, location, description)

    def _parameter(self) -> Parameter:
        if self._token.kind != "name" or self._token.text in _CONSTANTS:
            term = self._term()
            if not isinstance(term, Constant):
                self._fail("a parameter must be a name or a constant")
            return Parameter(None, term)
        name = self._expect_name("a parameter")
        return Parameter(name, None, self._pattern() if self._accept(":") else None)

    def _pattern(self) -> Pattern:
        cls = self._expect_name("a class")
        return Pattern(cls, self._separated("}", self._field) if self._accept("{") else ())

    def _field(self) -> tuple[str, Constant]:
        name = self._expect_name("a field")
        self._expect(":")
        value = self._term()
        if not isinstance(value, Constant):
            self._fail("a pattern compares fields with constants only")
        return name, value

    def _disjunction(self) -> Goal:
        parts = [self._conjunction()]
        while self._accept_keyword("or"):
            parts.append(self._conjunction())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _conjunction(self) -> Goal:
        parts = [self._condition()]
        while self._accept_keyword("and"):
            parts.append(self._condition())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _condition(self) -> Goal:
        location = self._location
        if self._accept_keyword("not"):
            if self._token.text == "not":
                self._fail("expected a condition, found 'not'")
            return Not(self._condition(), location)
        if self._accept("("):
            goal = self._disjunction()
            self._expect(")")
            return goal
        self._reject_unsupported()
        if self._token.kind == "name" and self._next.text == "(":
            return self._call()
        left, operator = self._term(), self._advance()
        if operator.text == "matches":
            return Matches(left, self._pattern(), location)
        if operator.text == "in":
            return Membership(left, self._term(), location)
        if operator.text == ":=":
            self._fail("assignment is not supported; use =", back=1)
        if operator.kind != "comparison":
            self._fail(f"expected a comparison, found {operator.text!r}", back=1)
        return Comparison("=" if operator.text == "==" else operator.text, left, self._term(), location)

    def _call(self) -> Call:
        location, name = self._location, self._expect_name("a rule")
        self._expect("(")
        return Call(name, self._separated(")", self._term), location)

    def _term(self) -> Term:
        self._reject_unsupported()
        token = self._advance()
        term: Term
        if token.kind == "string":
            term = Constant(token.text[1:-1])
        elif token.kind == "number":
            term = self._integer(token.text)
        elif token.text in _CONSTANTS:
            term = Constant(_CONSTANTS[token.text])
        elif token.text == "[":
            term = ConstantList(self._separated("]", self._list_item))
        elif token.kind == "name" and token.text not in _KEYWORDS:
            if token.text == "_":
                self._fail("`_` is a new variable at each use; write a name that begins with _", back=1)
            term = self._variable_or_path(token.text)
        else:
            self._fail(f"expected a value, found {token.text!r}", back=1)
        if self._token.text in ("+", "-", "*", "/", "mod", "rem"):
            self._fail(_ARITHMETIC)
        return term

    def _integer(self, text: str) -> Constant:
        if "." in text:
            self._fail("only integers are supported", back=1)
        if int(text) > _MAX_INTEGER:
            self._fail(f"{text} is out of range; the largest integer is {_MAX_INTEGER}", back=1)
        return Constant(int(text))

    def _list_item(self) -> Constant:
        item = self._term()
        if not isinstance(item, Constant):
            self._fail("a list may contain constants only", back=1)
        return item

    def _variable_or_path(self, base: str) -> Variable | Path:
        names: list[str] = []
        while self._accept("."):
            if self._token.kind != "name":
                self._fail(f"expected an attribute, found {self._token.text!r}")
            names.append(self._advance().text)
            if self._token.text == "(":
                self._fail(f"{names[-1]}() is a method call; a rule reads attributes only")
        return Path(base, tuple(names)) if names else Variable(base)

    # Tokens

    @property
    def _token(self) -> _Token:
        return self._tokens[self._position]

    @property
    def _next(self) -> _Token:
        return self._tokens[min(self._position + 1, len(self._tokens) - 1)]

    @property
    def _location(self) -> Location:
        return Location(self._file, self._token.line)

    def _advance(self) -> _Token:
        token = self._token
        self._position = min(self._position + 1, len(self._tokens) - 1)
        return token

    def _accept(self, symbol: str) -> bool:
        if self._token.kind in ("symbol", "comparison") and self._token.text == symbol:
            self._advance()
            return True
        if self._token.kind == "end":
            self._fail(f"expected {symbol!r} before the end of the file")
        return False

    def _accept_keyword(self, keyword: str) -> bool:
        if self._token.kind == "name" and self._token.text == keyword:
            self._advance()
            return True
        return False

    def _expect(self, symbol: str) -> None:
        if not self._accept(symbol):
            self._reject_unsupported()
            self._fail(f"expected {symbol!r}, found {self._token.text!r}")

    def _expect_keyword(self, keyword: str) -> None:
        if not self._accept_keyword(keyword):
            self._fail(f"expected {keyword!r}, found {self._token.text!r}")

    def _expect_name(self, what: str) -> str:
        self._reject_unsupported()
        if self._token.kind != "name" or self._token.text in _KEYWORDS:
            self._fail(f"expected {what}, found {self._token.text!r}")
        return self._advance().text

    def _expect_string(self) -> str:
        if self._token.kind != "string":
            self._fail(f"expected a quoted string, found {self._token.text!r}")
        return self._advance().text[1:-1]

    def _separated(self, end: str, item: Callable[[], Item]) -> tuple[Item, ...]:
        """Items separated by commas, up to and including the symbol that ends them."""
        items: list[Item] = []
        while not self._accept(end):
            items.append(item())
            if self._token.text != end:
                self._expect(",")
        return tuple(items)

    def _reject_unsupported(self) -> None:
        if self._token.kind == "name" and self._token.text in _UNSUPPORTED and self._next.text not in (":", ","):
            self._fail(_UNSUPPORTED[self._token.text])

    def _description(self) -> str:
        """The comment lines directly above, joined."""
        line, lines = self._token.line - 1, list[str]()
        while line in self._comments:
            lines.insert(0, self._comments[line])
            line -= 1
        return " ".join(lines).strip()

    def _fail(self, reason: str, *, back: int = 0) -> NoReturn:
        line = self._tokens[max(self._position - back, 0)].line
        raise PolicyError((Location(self._file, line), reason))
