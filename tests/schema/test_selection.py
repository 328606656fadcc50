"""From what a client has written to what rows have to carry."""

from types import SimpleNamespace

import pytest
from graphql import parse
from graphql.execution.values import get_variable_values

from schema.fields.entities import ENTITIES, TYPE_NAME
from schema.fields.selection import projection_of, row_selections, selected_fields

READ = {"read", "assign", "unassign", "set_visibility", "activate", "add_time"}


@pytest.fixture
def place(schema):
    """`place(text, **variables)` is where an operation with one field is."""

    def find(text, **variables):
        document = parse(text)
        operation, *fragments = document.definitions
        values = get_variable_values(schema._schema, operation.variable_definitions or (), variables)
        return SimpleNamespace(
            schema=schema._schema,
            fragments={each.name.value: each for each in fragments},
            variable_values=values,
            field_nodes=list(operation.selection_set.selections),
        )

    return find


@pytest.fixture
def wanted(place, policy):
    def want(text, kind="License", **more):
        with_type_name = more.pop("named", False)
        info = place(text, **more)
        return projection_of(info, info.field_nodes, ENTITIES[kind], policy, with_type_name=with_type_name)

    return want


def test_a_column_is_carried_and_nothing_else(wanted):
    want = wanted("{ node { __typename id quantity seats: quantity } }")

    assert (want.columns, want.expressions, want.can) == ({"quantity"}, frozenset(), frozenset())


def test_a_neighbour_needs_the_column_that_leads_to_it(wanted):
    assert wanted("{ node { product { name } } }").columns == {"product_id"}
    assert wanted("{ node { group { name } } }").columns == {"assigned_group_id", "owner_group_id"}
    assert wanted("{ node { assignee { name } } }").columns == {
        "assigned_user_id", "assigned_group_id", "assigned_project_id",
    }  # fmt: skip


def test_a_list_below_needs_the_id_alone(wanted):
    assert wanted("{ node { activations { nodes { state } } } }").columns == frozenset()


def test_values_of_sql_are_computed_where_they_are_selected(wanted):
    names = {each.name for each in wanted("{ node { seatsTaken availability } }").expressions}

    assert names == {"seats_taken", "availability"}


def test_actions_are_asked_for_where_they_are_selected(wanted):
    assert wanted("{ node { id } }").can == frozenset()
    assert wanted("{ node { viewerCan } }").can >= READ
    assert wanted("{ node { viewerCannot { action } } }").can >= READ


def test_fragments_count_for_the_types_they_are_of(wanted):
    text = """{ node { ...OfNode ... on License { quantity } ... on User { email } ... { model } } }
        fragment OfNode on Node { id ...OfLicense }
        fragment OfLicense on License { days ...OfNode }"""

    assert wanted(text).columns == {"quantity", "model", "days"}
    assert wanted(text, "User").columns == {"email"}


def test_what_is_skipped_is_not_carried(wanted):
    text = """query($yes: Boolean!, $no: Boolean!) { node {
        quantity @include(if: $no) days @skip(if: $yes) model @include(if: $yes)
        ... on License @skip(if: $yes) { visibility }
    } }"""

    assert wanted(text, yes=True, no=False).columns == {"model"}


def test_rows_of_an_interface_carry_the_name_of_their_type(wanted):
    assert {each.name for each in wanted("{ node { id } }", named=True).expressions} == {TYPE_NAME}


def test_fragments_that_spread_each_other_again_and_again_are_looked_at_once(place):
    depth = 60
    fragments = [
        f"fragment F{number} on License {{ ...F{number + 1} ... on License {{ ...F{number + 1} }} }}"
        for number in range(depth)
    ]
    info = place("{ node { ...F0 } } " + " ".join(fragments) + f" fragment F{depth} on License {{ days }}")

    assert list(selected_fields(info, info.field_nodes, "License")) == ["days"]


def test_a_list_that_is_only_counted_needs_no_rows(place):
    counted, ends, rows = (
        place(text)
        for text in (
            "{ licenses { totalCount } }",
            "{ licenses { pageInfo { endCursor } } }",
            "{ licenses { edges { node { id } } nodes { days } } }",
        )
    )

    assert row_selections(counted, counted.field_nodes, ENTITIES["License"]) is None
    assert row_selections(ends, ends.field_nodes, ENTITIES["License"]) == []
    assert [each.name.value for each in row_selections(rows, rows.field_nodes, ENTITIES["License"])] == [
        "nodes",
        "node",
    ]
