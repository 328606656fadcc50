"""From characters to syntax: what Polar can say and this portal cannot compile soundly is refused here, with its line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

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

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r]+)|(?P<newline>\n)|(?P<comment>\#[^\n]*)|(?P<text>"[^"\n]*")|(?P<number>\d+(?:\.\d+)?)"""
    r"""|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<mark>:=|==|!=|<=|>=|->|[=<>+\-*/.,;:(){}\[\]?|&!])""",
    re.VERBOSE,
)
_KEYWORDS = frozenset(("if", "and", "or", "not", "in", "matches", "true", "false", "nil", "on", "isa"))
_MOST = 2**63 - 1
_ORDERED = ("=", "==", "!=", "<", "<=", ">", ">=", "in")
_REFUSED = {
    "cut": "cut makes a rule's meaning depend on the order of rules; write the condition out",
    "forall": "forall cannot be compiled soundly; write `not` over a relationship, or keep a state in the row",
    "new": "new makes objects that no table holds",
    "print": "print has an effect, and a rule may have none",
    "debug": "debug stops the program, and a rule may not",
    "mod": "arithmetic is not part of a policy; keep the result in the row",
    "rem": "arithmetic is not part of a policy; keep the result in the row",
}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    line: int


def read(text: str, file: str = "policies.polar") -> Document:
    """Read a policy. Raises PolicyRefused with the line of the first thing that cannot be read."""
    return _Reader(text, file).document()


class _Reader:
    def __init__(self, text: str, file: str) -> None:
        self._file = file
        self._comments: dict[int, str] = {}
        self._tokens = [*self._split(text), _Token("end", "the end of the file", text.count("\n") + 1)]
        self._at = 0

    def _split(self, text: str) -> Iterator[_Token]:
        line, position = 1, 0
        while position < len(text):
            found = _TOKEN.match(text, position)
            if found is None:
                raise PolicyError((Location(self._file, line), f"{text[position]!r} is not part of a policy"))
            kind, word = found.lastgroup or "", found.group()
            if kind == "text" and not word.replace("\\", "\x00").isprintable():
                raise PolicyError(
                    (
                        Location(self._file, line),
                        f"{word!r} holds an escape or a control character: a text stands as it is",
                    ),
                )
            if kind == "newline":
                line += 1
            elif kind == "comment":
                if not text[text.rfind("\n", 0, position) + 1 : position].strip():  # it stands on its own line
                    self._comments[line] = word.lstrip("#").strip()
            elif kind != "space":
                yield _Token(kind, word, line)
            position = found.end()

    def document(self) -> Document:
        blocks: list[Block] = []
        rules: list[Rule] = []
        while self._now.kind != "end":
            if self._now.text in ("actor", "resource") and self._next.kind == "name":
                blocks.append(self._block())
            elif self._now.text == "?":
                self._refuse("an inline query runs while the policy loads; tests are the place for it")
            else:
                rules.append(self._rule())
        return Document(tuple(blocks), tuple(rules))

    # Blocks

    def _block(self) -> Block:
        place, sentence = self._place, self._sentence()
        kind, cls = self._take().text, self._name("a class")
        lists: dict[str, tuple[str, ...]] = {}
        relations: tuple[tuple[str, str], ...] = ()
        shorthands: list[Shorthand] = []
        self._mark("{")
        while not self._passed("}"):
            if self._now.kind == "text":
                shorthands.append(self._shorthand())
                continue
            word = self._name("roles, permissions, relations or a shorthand rule")
            if word not in ("roles", "permissions", "relations"):
                self._refuse(f"{word} is not part of a block", back=1)
            if word in lists or (word == "relations" and relations):
                self._refuse(f"the block has a second list of {word}", back=1)
            self._mark("=")
            if word == "relations":
                relations = self._relations()
            else:
                lists[word] = self._texts()
            self._mark(";")
        return Block(
            kind,
            cls,
            place,
            sentence,
            lists.get("roles", ()),
            lists.get("permissions", ()),
            relations,
            tuple(shorthands),
        )

    def _texts(self) -> tuple[str, ...]:
        self._mark("[")
        texts: list[str] = []
        while not self._passed("]"):
            texts.append(self._text())
            if self._now.text != "]":
                self._mark(",")
        return tuple(texts)

    def _relations(self) -> tuple[tuple[str, str], ...]:
        self._mark("{")
        found: list[tuple[str, str]] = []
        while not self._passed("}"):
            name = self._name("a relation")
            self._mark(":")
            found.append((name, self._name("a class")))
            if self._now.text != "}":
                self._mark(",")
        return tuple(found)

    def _shorthand(self) -> Shorthand:
        place, granted = self._place, self._text()
        self._word("if")
        by = self._text()
        relation = None
        if self._now.text == "on":
            self._take()
            relation = self._text()
        if self._now.text in ("and", "or"):
            self._refuse("conditions go in rules, not in blocks")
        self._mark(";")
        return Shorthand(granted, by, relation, place)

    # Rules

    def _rule(self) -> Rule:
        place, sentence = self._place, self._sentence()
        name = self._name("a rule or a block")
        self._mark("(")
        parameters: list[Parameter] = []
        while not self._passed(")"):
            parameters.append(self._parameter())
            if self._now.text != ")":
                self._mark(",")
        body: Goal = All(())
        if self._now.text == "if":
            self._take()
            body = self._some()
        self._mark(";")
        return Rule(name, tuple(parameters), body, place, sentence)

    def _parameter(self) -> Parameter:
        if self._now.kind != "name" or self._now.text in ("true", "false", "nil"):
            term = self._term()
            if not isinstance(term, Constant):
                self._refuse("a parameter is a name or a constant")
            return Parameter(None, term)
        name = self._name("a parameter")
        return Parameter(name, None, self._pattern() if self._passed(":") else None)

    def _pattern(self) -> Pattern:
        cls = self._name("a class")
        fields: list[tuple[str, Constant]] = []
        if self._passed("{"):
            while not self._passed("}"):
                name = self._name("a field")
                self._mark(":")
                value = self._term()
                if not isinstance(value, Constant):
                    self._refuse("a pattern compares with constants only")
                fields.append((name, value))
                if self._now.text != "}":
                    self._mark(",")
        return Pattern(cls, tuple(fields))

    def _some(self) -> Goal:
        parts = [self._all()]
        while self._now.text == "or":
            self._take()
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def _all(self) -> Goal:
        parts = [self._one()]
        while self._now.text == "and":
            self._take()
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self) -> Goal:
        place = self._place
        if self._now.text == "not":
            self._take()
            if self._now.text == "not":
                self._refuse("a condition was expected, not 'not'")
            return Never(self._one(), place)
        if self._passed("("):
            goal = self._some()
            self._mark(")")
            return goal
        self._check_word()
        if self._now.kind == "name" and self._next.text == "(":
            return self._call()
        left = self._term()
        operator = self._take().text
        if operator == "matches":
            return Matches(left, self._pattern(), place)
        if operator == ":=":
            self._refuse("assignment is not part of a policy; use =", back=1)
        if operator not in _ORDERED:
            self._refuse(f"a comparison was expected, not {operator!r}", back=1)
        return Comparison("=" if operator == "==" else operator, left, self._term(), place)

    def _call(self) -> Call:
        place, name = self._place, self._name("a rule")
        self._mark("(")
        arguments: list[Term] = []
        while not self._passed(")"):
            arguments.append(self._term())
            if self._now.text != ")":
                self._mark(",")
        return Call(name, tuple(arguments), place)

    def _term(self) -> Term:
        self._check_word()
        token = self._take()
        term: Term
        if token.kind == "text":
            term = Constant(token.text[1:-1])
        elif token.kind == "number":
            if "." in token.text:
                self._refuse("only whole numbers are part of a policy", back=1)
            if int(token.text) > _MOST:
                self._refuse(f"{token.text} is more than a column holds", back=1)
            term = Constant(int(token.text))
        elif token.text in ("true", "false", "nil"):
            term = Constant({"true": True, "false": False, "nil": None}[token.text])
        elif token.text == "[":
            self._at -= 1
            term = self._list()
        elif token.kind == "name" and token.text not in _KEYWORDS:
            if token.text == "_":
                self._refuse("_ is another name each time; write a name that begins with _", back=1)
            term = self._path(token.text)
        else:
            self._refuse(f"a value was expected, not {token.text!r}", back=1)
        if self._now.text in ("+", "-", "*", "/", "mod", "rem"):
            self._refuse("arithmetic is not part of a policy; keep the result in the row")
        return term

    def _list(self) -> Listed:
        self._mark("[")
        items: list[Constant] = []
        while not self._passed("]"):
            item = self._term()
            if not isinstance(item, Constant):
                self._refuse("a list holds constants only", back=1)
            items.append(item)
            if self._now.text != "]":
                self._mark(",")
        return Listed(tuple(items))

    def _path(self, base: str) -> Variable | Path:
        names: list[str] = []
        while self._passed("."):
            if self._now.kind != "name":
                self._refuse(f"an attribute was expected, not {self._now.text!r}")
            names.append(self._take().text)
            if self._now.text == "(":
                self._refuse(f"{names[-1]}() is a method call; a rule reads attributes only")
        return Path(base, tuple(names)) if names else Variable(base)

    # Tokens

    @property
    def _now(self) -> _Token:
        return self._tokens[self._at]

    @property
    def _next(self) -> _Token:
        return self._tokens[min(self._at + 1, len(self._tokens) - 1)]

    @property
    def _place(self) -> Location:
        return Location(self._file, self._now.line)

    def _take(self) -> _Token:
        token = self._now
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _passed(self, mark: str) -> bool:
        if self._now.kind == "mark" and self._now.text == mark:
            self._take()
            return True
        if self._now.kind == "end":
            self._refuse(f"{mark!r} was expected before the end of the file")
        return False

    def _mark(self, mark: str) -> None:
        if not self._passed(mark):
            self._check_word()
            self._refuse(f"{mark!r} was expected, not {self._now.text!r}")

    def _word(self, word: str) -> None:
        if self._take().text != word:
            self._refuse(f"{word!r} was expected", back=1)

    def _name(self, what: str) -> str:
        self._check_word()
        if self._now.kind != "name" or self._now.text in _KEYWORDS:
            self._refuse(f"{what} was expected, not {self._now.text!r}")
        return self._take().text

    def _text(self) -> str:
        if self._now.kind != "text":
            self._refuse(f"a text in quotes was expected, not {self._now.text!r}")
        return self._take().text[1:-1]

    def _check_word(self) -> None:
        if self._now.kind == "name" and self._now.text in _REFUSED and self._next.text not in (":", ","):
            self._refuse(_REFUSED[self._now.text])

    def _sentence(self) -> str:
        """The comment lines directly above, joined."""
        line, words = self._now.line - 1, list[str]()
        while line in self._comments:
            words.insert(0, self._comments[line])
            line -= 1
        return " ".join(words).strip()

    def _refuse(self, reason: str, *, back: int = 0) -> NoReturn:
        line = self._tokens[max(self._at - back, 0)].line
        raise PolicyError((Location(self._file, line), reason))
