"""Conventions of the schema: descriptions, nodes, connections, mutations, and the committed file."""

import gc
import time
from dataclasses import replace

import pytest
from graphql import (
    get_named_type,
    get_nullable_type,
    is_enum_type,
    is_input_object_type,
    is_interface_type,
    is_list_type,
    is_object_type,
)

import license_central.port
import store.db.registry
import store.services.group_tree
from authz.load_policy import load_policy
from authz.policy import Policy
from schema.errors import ErrorCode
from schema.fields.build import InvalidSchema, build_schema
from schema.fields.entities import ENTITIES, sources_of
from schema.fields.sources import Column, GlobalId, SqlExpression, ToMany, ToOne
from schema.subscription import Subscription
from settings import CHECKOUT
from store.errors import Refusal

COMMITTED = CHECKOUT / "schema.graphql"
# Types whose lists are always short, so that they need no connection.
SHORT_LISTS = {"Denial", "PolicyRule", "ImportMistake", "TicketCodeError", "UserError"}


@pytest.fixture(scope="module")
def types(schema):
    return {name: type_ for name, type_ in schema._schema.type_map.items() if not name.startswith("__")}


def test_the_committed_schema_is_up_to_date(schema):
    """After a change, run `./portal schema` and review the difference."""
    assert COMMITTED.read_text(encoding="utf-8") == schema.as_str() + "\n"


def test_everything_is_described(types):
    described = dict(types)
    for name, type_ in types.items():
        if is_enum_type(type_):
            described |= {f"{name}.{value}": enum_value for value, enum_value in type_.values.items()}
        if is_object_type(type_) or is_interface_type(type_) or is_input_object_type(type_):
            described |= {f"{name}.{field}": definition for field, definition in type_.fields.items()}
        if is_object_type(type_):
            for field, definition in type_.fields.items():
                described |= {f"{name}.{field}({argument})": arg for argument, arg in definition.args.items()}
    assert [name for name, element in described.items() if not element.description] == []


def test_every_type_with_an_id_is_a_node(types):
    with_id = {name for name, type_ in types.items() if is_object_type(type_) and "id" in type_.fields}
    assert with_id == set(ENTITIES) == {cls.__name__ for cls in store.db.registry.RESOURCES}
    assert all("Node" in {interface.name for interface in types[name].interfaces} for name in with_id)


def test_lists_of_objects_are_connections(types):
    """Except in payloads, which are as long as their input, and in reports, which have a limit of their own."""
    plain_lists = {
        f"{name}.{field}"
        for name, type_ in types.items()
        if is_object_type(type_) and not name.endswith(("Connection", "Payload", "Report"))
        for field, definition in type_.fields.items()
        if is_list_type(get_nullable_type(definition.type))
        and is_object_type(get_named_type(definition.type))
        and get_named_type(definition.type).name not in SHORT_LISTS
    }
    assert plain_lists == set()


# An anonymous caller has no account to store an idempotency key for.
ANONYMOUS = {"login", "accountRegister", "accountConfirm", "invitationAcceptByToken"}


def test_every_mutation_has_an_input_and_a_payload(types):
    for name, field in types["Mutation"].fields.items():
        assert list(field.args) == ["input"], name
        payload = get_named_type(field.type)
        assert payload.name == name[0].upper() + name[1:] + "Payload"
        assert str(payload.fields["errors"].type) == "[UserError!]!"
        required = {key: each.type for key, each in payload.fields.items() if str(each.type)[-1] == "!"}
        assert {"errors", "changes"} <= required.keys(), name
        assert all(is_list_type(get_nullable_type(type_)) for type_ in required.values()), name
        input_type = get_named_type(field.args["input"].type)
        assert {"idempotencyKey", "dryRun"} & input_type.fields.keys() == (
            set() if name in ANONYMOUS else {"idempotencyKey", "dryRun"}
        ), name


def test_no_secret_has_a_field(types):
    object_types = [type_ for type_ in types.values() if is_object_type(type_) and type_ is not types["Mutation"]]
    names = {name.lower() for type_ in object_types for name in type_.fields}
    assert not {name for name in names if "hash" in name or "sealed" in name or "password" in name}
    assert "code" not in types["Ticket"].fields


def test_every_refusal_has_an_error_code():
    def with_subclasses(cls):
        return {cls, *(below for subclass in cls.__subclasses__() for below in with_subclasses(subclass))}

    assert license_central.port.LicenseFileNotGenuine
    assert store.services.group_tree.TooDeep
    codes = {
        cls.code
        for cls in with_subclasses(Refusal)
        if cls.__module__.split(".")[0] in ("store", "license_central", "resolvers")
    }
    assert codes - {Refusal.code} <= {code.value for code in ErrorCode}


def test_fields_are_declared_by_their_source():
    license = sources_of("License")
    assert isinstance(license["id"], GlobalId)
    assert license["quantity"] == Column("quantity")
    assert license["product"] == ToOne((("product_id", store.db.registry.Product),))
    assert [key for key, _ in license["group"].keys] == ["assigned_group_id", "owner_group_id"]
    assert isinstance(license["seatsTaken"], SqlExpression)
    assert isinstance(license["activations"], ToMany)
    assert license["activations"].link.parent_column.key == "license_id"
    assert sources_of("Viewer") == {}


def test_no_column_has_the_name_of_a_permission_column(policy):
    clashes = [
        f"{entity.name}.{name}"
        for entity in ENTITIES.values()
        for name, source in sources_of(entity.name).items()
        if isinstance(source, Column) and source.name in {f"can_{action}" for action in policy.actions(entity.cls)}
    ]
    assert clashes == []


def test_lists_are_ordered_by_columns_that_are_never_null():
    for entity in ENTITIES.values():
        for order in entity.order_fields:
            assert not entity.cls.__table__.c[order.value].nullable, f"{entity.name}.{order.value}"


def test_a_column_with_a_field_rule_must_be_declared_as_guarded(policy):
    stricter = Policy(replace(policy.compiled, fields={**policy.compiled.fields, **_field_of(policy, "name")}))

    with pytest.raises(InvalidSchema, match=r"Group\.name must be declared as guarded"):
        build_schema(stricter)


def _field_of(policy, name):
    group = store.db.registry.Group
    return {(group, name): policy.compiled.fields[group, "level"]}


def test_the_schema_is_built_in_less_than_a_second():
    policy = load_policy()
    gc.freeze()  # the garbage of other tests must not be collected meanwhile
    try:
        start = time.perf_counter()
        build_schema(policy, Subscription)
        assert time.perf_counter() - start < 1
    finally:
        gc.unfreeze()
