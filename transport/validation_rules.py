"""Our own validation rules, and all rules of a document in their order.

They are classes of this module and no closures: a rule that is made anew for each request is validated anew each time.
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
    r"""PostgreSQL keeps every character but one; `"\u0000"` is refused before it gets there."""

    def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
        if "\0" in node.value:
            problem = GraphQLError("a string holds a NUL character", node, extensions={"code": "BAD_USER_INPUT"})
            self.report_error(problem)


class NoServiceField(ValidationRule):
    """Federation prints the whole schema under `_service`, past graphql-core's rule against introspection."""

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        if node.name.value == "_service":
            self.report_error(GraphQLError("the schema is not shown to strangers", node))


EXPLORING = (
    *(LiteralsOfCorrectType if each is ValuesOfCorrectTypeRule else each for each in specified_rules),
    MaybeNullValidationRule,
    OneOfInputValidationRule,
    NoNulCharacter,
)
"""For clients who may look around."""
CLOSED = (*EXPLORING, NoSchemaIntrospectionCustomRule, NoServiceField)
"""For those who must know what they want."""
