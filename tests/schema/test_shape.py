"""The schema as its readers find it: described, paged, the same everywhere, and as it is committed."""

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
# Their lists cannot grow: a handful of words about one thing.
CLOSED = {"Denial", "PolicyRule", "ImportMistake", "TicketCodeError", "UserError"}


@pytest.fixture(scope="module")
def whole(policy):
    return build_schema(policy, Subscription)


@pytest.fixture(scope="module")
def types(whole):
    return {name: each for name, each in whole._schema.type_map.items() if not name.startswith("__")}


def test_the_committed_schema_is_this_one(whole):
    """After a change of the types: `./portal schema`, and then read the difference."""
    assert COMMITTED.read_text(encoding="utf-8") == whole.as_str() + "\n"


def test_everything_is_described(types):
    missing = [name for name, each in types.items() if not each.description]
    for name, each in types.items():
        if is_enum_type(each):
            missing += [f"{name}.{value}" for value, found in each.values.items() if not found.description]
        if is_object_type(each) or is_interface_type(each) or is_input_object_type(each):
            missing += [f"{name}.{field}" for field, found in each.fields.items() if not found.description]
        if is_object_type(each):
            for field, found in each.fields.items():
                missing += [
                    f"{name}.{field}({argument})" for argument, one in found.args.items() if not one.description
                ]
    assert missing == []


def test_what_has_an_id_is_a_node(types):
    with_id = {name for name, each in types.items() if is_object_type(each) and "id" in each.fields}
    assert with_id == set(ENTITIES) == {each.__name__ for each in store.db.registry.RESOURCES}
    assert all("Node" in {kind.name for kind in types[name].interfaces} for name in with_id)


def test_lists_of_things_are_read_page_by_page(types):
    """A list of objects stands in a connection; a mutation shows as much as it was given, a report as much as it is asked for."""
    plain = {
        f"{name}.{field}"
        for name, each in types.items()
        if is_object_type(each) and not name.endswith(("Connection", "Payload", "Report"))
        for field, found in each.fields.items()
        if is_list_type(get_nullable_type(found.type))
        and is_object_type(get_named_type(found.type))
        and get_named_type(found.type).name not in CLOSED
    }
    assert plain == set()


# A stranger has no name to keep a key under.
FOR_STRANGERS = {"login", "accountRegister", "accountConfirm", "invitationAcceptByToken"}


def test_mutations_are_all_made_alike(types):
    for name, field in types["Mutation"].fields.items():
        assert list(field.args) == ["input"], name
        payload = get_named_type(field.type)
        assert payload.name == name[0].upper() + name[1:] + "Payload"
        assert str(payload.fields["errors"].type) == "[UserError!]!"
        needed = {word for word, found in payload.fields.items() if str(found.type)[-1] == "!"}
        assert {"errors", "changes"} <= needed, name
        assert all(is_list_type(get_nullable_type(payload.fields[word].type)) for word in needed), name
        given = get_named_type(field.args["input"].type)
        once = {"idempotencyKey", "dryRun"} & given.fields.keys()
        assert once == (set() if name in FOR_STRANGERS else {"idempotencyKey", "dryRun"}), name


def test_no_secret_has_a_field(types):
    things = [each for each in types.values() if is_object_type(each) and each is not types["Mutation"]]
    words = {field.lower() for each in things for field in each.fields}
    assert not {
        word for word in words if "hash" in word or "sealed" in word or "password" in word or word == "code_hash"
    }
    assert "code" not in types["Ticket"].fields


def test_every_refusal_has_its_code():
    def below(kind):
        return {kind, *(each for found in kind.__subclasses__() for each in below(found))}

    assert license_central.port.LicenseFileNotGenuine
    assert store.services.group_tree.TooDeep
    ours = {
        each.code
        for each in below(Refusal)
        if each.__module__.split(".")[0] in ("store", "license_central", "resolvers")
    }
    assert ours - {Refusal.code} <= {each.value for each in ErrorCode}


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


def test_a_column_never_bears_the_name_of_an_answer_of_the_policy(policy):
    clashes = [
        f"{each.name}.{name}"
        for each in ENTITIES.values()
        for name, source in sources_of(each.name).items()
        if isinstance(source, Column) and source.name in {f"can_{action}" for action in policy.actions(each.cls)}
    ]
    assert clashes == []


def test_lists_are_ordered_by_columns_that_are_never_empty():
    for each in ENTITIES.values():
        for order in each.order_fields:
            assert not each.cls.__table__.c[order.value].nullable, f"{each.name}.{order.value}"


def test_a_guarded_column_needs_a_field_that_may_be_null(policy):
    stricter = Policy(replace(policy.compiled, fields={**policy.compiled.fields, **_field_of(policy, "name")}))

    with pytest.raises(InvalidSchema, match=r"Group\.name must be declared as guarded"):
        build_schema(stricter)


def _field_of(policy, name):
    group = store.db.registry.Group
    return {(group, name): policy.compiled.fields[group, "level"]}


def test_the_schema_is_built_in_less_than_a_second():
    policy = load_policy()
    gc.freeze()  # as at the start of a process: what other tests have left behind is not looked through
    try:
        began = time.perf_counter()
        build_schema(policy, Subscription)
        assert time.perf_counter() - began < 1
    finally:
        gc.unfreeze()
