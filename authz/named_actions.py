"""The actions that the code names, such as `gate.one(License, id_, to="assign")`, read from its source.

Loading the policy compares them with its permissions: a misspelled action stops the start, instead of failing one day in the use
case that names it.
"""

import ast
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from authz.compiler.compile import RequiredAction
from authz.polar.errors import Location

_PACKAGES = ("authz/gate", "authz/lists", "resolvers", "schema", "subscriptions")
_PARAMETER = "to"
_WITH_SECOND_ARGUMENT = ("may", "check", "condition", "_condition")
"""Functions whose second argument is an action: `gate.may(license, "override_limits")`."""
_MENTIONS = ("to=", ".may(", ".check(", "condition(")
_BRANCH = (list, ast.AST)
_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
_BETWEEN_DEFINITIONS = "\n\n\n"  # as the formatter writes it


@cache
def named_actions(root: Path, entities: frozenset[str]) -> tuple[RequiredAction, ...]:
    """The actions that the packages of a checkout name, each with the class it is performed on, where that is evident."""
    files = [file for package in _PACKAGES for file in sorted((root / package).rglob("*.py"))]
    texts = {file.relative_to(root).as_posix(): file.read_text(encoding="utf-8") for file in files}
    return tuple(actions_in(texts, entities))


def actions_in(texts: Mapping[str, str], entities: Collection[str]) -> Iterator[RequiredAction]:
    """The actions in Python sources, which are given by file name; `entities` are the names of the classes with permissions."""
    functions = [
        _Function(*definition, entities) for name, text in texts.items() for definition in _definitions(name, text)
    ]
    helpers = {helper.name: classes for helper in functions if (classes := helper.classes_of_parameter())}
    for function in functions:
        for call in function.calls:
            for action in _actions_of(call):
                yield RequiredAction(
                    Location(function.file, function.first_line + call.lineno),
                    action,
                    frozenset(function.classes_of(call) or helpers.get(_name(call.func), set())),
                )


def _definitions(file: str, text: str) -> Iterator[tuple[str, int, Any]]:
    """The functions that may name an action, each after its file and line. Parsing no others takes half of the time."""
    line = 0
    for definition in text.split(_BETWEEN_DEFINITIONS):
        if any(mention in definition for mention in _MENTIONS):
            for node in ast.parse(definition).body:
                methods = node.body if isinstance(node, ast.ClassDef) else [node]
                yield from ((file, line, method) for method in methods if isinstance(method, _FUNCTION))
        line += definition.count("\n") + len(_BETWEEN_DEFINITIONS)


class _Function:
    """The calls of a function, and the classes of its variables."""

    def __init__(
        self, file: str, first_line: int, node: ast.FunctionDef | ast.AsyncFunctionDef, entities: Collection[str]
    ) -> None:
        self.file, self.first_line, self.name = file, first_line, node.name
        self.calls: list[ast.Call] = []
        self._entities = entities
        self._classes: dict[str, set[str]] = {}
        for child in _nodes(node):
            if isinstance(child, ast.Call):
                self.calls.append(child)
            elif isinstance(child, ast.arg | ast.Assign):
                self._add_variable(child)

    def classes_of(self, call: ast.Call) -> set[str]:
        """The class that a call names first, or those of the variable."""
        subject = _name(call.args[0]) if call.args else ""
        return {subject} if _is_class(subject) else self._classes.get(subject, set())

    def classes_of_parameter(self) -> set[str]:
        """The classes on which the function performs the action that its caller names."""
        calls = (
            call
            for call in self.calls
            for keyword in call.keywords
            if keyword.arg == _PARAMETER and _name(keyword.value) == _PARAMETER
        )
        return {cls for call in calls for cls in self.classes_of(call)}

    def _add_variable(self, node: ast.arg | ast.Assign) -> None:
        match node:
            case ast.arg(arg=name, annotation=ast.Name(id=cls)):
                pass
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id=cls))):
                pass  # name = License(...)
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Await(value=ast.Call(func=ast.Attribute(attr="one"), args=[ast.Name(id=cls), *_])),
            ):
                pass  # name = await gate.one(License, ...)
            case _:
                return
        if cls in self._entities:
            self._classes.setdefault(name, set()).add(cls)


def _actions_of(call: ast.Call) -> Iterator[str]:
    values = [keyword.value for keyword in call.keywords if keyword.arg == _PARAMETER]
    if _name(call.func) in _WITH_SECOND_ARGUMENT:
        values += call.args[1:2]
    for value in values:
        choices = (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,)
        yield from (
            choice.value for choice in choices if isinstance(choice, ast.Constant) and isinstance(choice.value, str)
        )


def _nodes(root: ast.AST) -> Iterator[ast.AST]:
    """All nodes of a tree, in no order; three times as fast as ast.walk."""
    stack: list[Any] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack += node
        elif isinstance(node, ast.AST):
            yield node
            stack += [child for child in node.__dict__.values() if isinstance(child, _BRANCH)]


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _is_class(name: str) -> bool:
    return name[:1].isupper() and not name.isupper()
