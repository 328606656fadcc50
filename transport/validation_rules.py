"""Our own validation rules, and the rules of a document in their order.

They are classes on module level: a rule created for each request would be validated itself each time.
"""

from typing import Any

from graphql import (
    FieldNode,
    GraphQLError,
    NoSchemaIntrospectionCustomRule,
    StringValueNode,
    ValidationRule,
    ValuesOfCorrectTypeRule,
    specified_rules,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from transport.variable_errors import LiteralsOfCorrectType


class NoNulCharacter(ValidationRule):
    r"""Refuses `"\u0000"`, the only character that PostgreSQL cannot store."""

    def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
        if "\0" in node.value:
            problem = GraphQLError("a string contains a NUL character", node, extensions={"code": "BAD_USER_INPUT"})
            self.report_error(problem)


class NoServiceField(ValidationRule):
    """Refuses Federation's `_service`, which returns the whole schema and is not covered by graphql-core's rule."""

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        if node.name.value == "_service":
            self.report_error(GraphQLError("introspection needs authentication; send a bearer token", node))


RULES = (
    *(LiteralsOfCorrectType if each is ValuesOfCorrectTypeRule else each for each in specified_rules),
    MaybeNullValidationRule,
    OneOfInputValidationRule,
    NoNulCharacter,
)
RULES_WITHOUT_INTROSPECTION = (*RULES, NoSchemaIntrospectionCustomRule, NoServiceField)
