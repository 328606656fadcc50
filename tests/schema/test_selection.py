"""The projection of a selection: the columns, expressions and actions that its rows need."""

from types import SimpleNamespace

import pytest
from graphql import parse
from graphql.execution.values import get_variable_values

from schema.fields.entities import ENTITIES, TYPE_NAME
from schema.fields.selection import projection_of, row_selections, selected_fields

READ = {"read", "assign", "unassign", "set_visibility", "activate", "add_time"}


@pytest.fixture
def resolve_info(schema):
    """`resolve_info(text, **variables)` stands for the info of the only field of an operation."""

    def parse_operation(text, **variables):
        document = parse(text)
        operation, *fragments = document.definitions
        values = get_variable_values(schema._schema, operation.variable_definitions or (), variables)
        return SimpleNamespace(
            schema=schema._schema,
            fragments={fragment.name.value: fragment for fragment in fragments},
            variable_values=values,
            field_nodes=list(operation.selection_set.selections),
        )

    return parse_operation


@pytest.fixture
def projection(resolve_info, policy):
    def project(text, kind="License", *, with_type_name=False, **variables):
        info = resolve_info(text, **variables)
        return projection_of(info, info.field_nodes, ENTITIES[kind], policy, with_type_name=with_type_name)

    return project


def test_a_column_needs_itself_only(projection):
    license = projection("{ node { __typename id quantity seats: quantity } }")

    assert (license.columns, license.expressions, license.can) == ({"quantity"}, frozenset(), frozenset())


def test_a_related_object_needs_its_foreign_keys(projection):
    assert projection("{ node { product { name } } }").columns == {"product_id"}
    assert projection("{ node { group { name } } }").columns == {"assigned_group_id", "owner_group_id"}
    assert projection("{ node { assignee { name } } }").columns == {
        "assigned_user_id",
        "assigned_group_id",
        "assigned_project_id",
    }


def test_a_nested_list_needs_no_column(projection):
    assert projection("{ node { activations { nodes { state } } } }").columns == frozenset()


def test_sql_expressions_are_computed_only_if_selected(projection):
    names = {expression.name for expression in projection("{ node { seatsTaken availability } }").expressions}

    assert names == {"seats_taken", "availability"}


def test_actions_are_checked_only_if_selected(projection):
    assert projection("{ node { id } }").can == frozenset()
    assert projection("{ node { viewerCan } }").can >= READ
    assert projection("{ node { viewerCannot { action } } }").can >= READ


def test_a_fragment_counts_for_its_type(projection):
    text = """{ node { ...OfNode ... on License { quantity } ... on User { email } ... { model } } }
        fragment OfNode on Node { id ...OfLicense }
        fragment OfLicense on License { days ...OfNode }"""

    assert projection(text).columns == {"quantity", "model", "days"}
    assert projection(text, "User").columns == {"email"}


def test_skipped_fields_are_not_needed(projection):
    text = """query($yes: Boolean!, $no: Boolean!) { node {
        quantity @include(if: $no) days @skip(if: $yes) model @include(if: $yes)
        ... on License @skip(if: $yes) { visibility }
    } }"""

    assert projection(text, yes=True, no=False).columns == {"model"}


def test_rows_of_an_interface_need_the_name_of_their_type(projection):
    assert {expression.name for expression in projection("{ node { id } }", with_type_name=True).expressions} == {
        TYPE_NAME
    }


def test_each_fragment_is_visited_once(resolve_info):
    depth = 60
    fragments = [
        f"fragment F{number} on License {{ ...F{number + 1} ... on License {{ ...F{number + 1} }} }}"
        for number in range(depth)
    ]
    info = resolve_info("{ node { ...F0 } } " + " ".join(fragments) + f" fragment F{depth} on License {{ days }}")

    assert list(selected_fields(info, info.field_nodes, "License")) == ["days"]


def test_a_count_needs_no_rows(resolve_info):
    counted, ends, rows = (
        resolve_info(text)
        for text in (
            "{ licenses { totalCount } }",
            "{ licenses { pageInfo { endCursor } } }",
            "{ licenses { edges { node { id } } nodes { days } } }",
        )
    )

    assert row_selections(counted, counted.field_nodes, ENTITIES["License"]) is None
    assert row_selections(ends, ends.field_nodes, ENTITIES["License"]) == []
    assert [node.name.value for node in row_selections(rows, rows.field_nodes, ENTITIES["License"])] == [
        "nodes",
        "node",
    ]
