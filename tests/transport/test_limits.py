"""Limits that are checked before an operation runs, and the cache of documents."""

import time

import pytest
import strawberry
from strawberry.extensions import SchemaExtension

from tests.transport.toy import Log, Query, schema
from transport.document_cache import DocumentCache, check_cost
from transport.errors import LimitExceeded, ValidationFailed
from transport.routes import graphql_routes
from transport.settings import Limits, TransportSettings


def document_cache(cached_characters=500_000, **limits) -> DocumentCache:
    return DocumentCache(
        schema._schema, TransportSettings(limits=Limits(**limits), cached_characters=cached_characters)
    )


def cost(query, **variables) -> int:
    return document_cache().operation(query, None, introspection=True).cost.evaluate(variables)


@pytest.mark.parametrize(
    ("query", "variables", "objects"),
    [
        ("{ me }", {}, 0),
        ("{ thing { name } }", {}, 1),
        ("{ things { nodes { name } } }", {}, 1 + 50),
        ("{ things(first: 7) { nodes { name } } }", {}, 1 + 7),
        ("{ things(first: null) { nodes { name } } }", {}, 1 + 50),
        ("query Q($n: Int) { things(first: $n) { nodes { name } } }", {"n": 3}, 1 + 3),
        ("query Q($n: Int) { things(first: $n) { nodes { name } } }", {}, 1 + 50),
        ("query Q($n: Int) { things(first: $n) { nodes { name } } }", {"n": -5}, 1),
        ("{ things(first: 2) { nodes { things(first: 3) { nodes { name } } } } }", {}, 1 + 2 * (1 + 1 + 3)),
        ("{ thing { parts { name } } }", {}, 1 + 10),
        ('{ named(names: ["a", "b"]) { name } }', {}, 2),
        ("query Q($l: [String!]!) { named(names: $l) { name } }", {"l": ["a"] * 5}, 5),
        (
            "{ ...F ...F } fragment F on Query { things(first: 2) { nodes { ...T } } } fragment T on Thing { name }",
            {},
            6,
        ),
        (
            "query Q($n: Int) { things(first: $n) { nodes { things(first: $n) { nodes { parts { name } } } } } }",
            {"n": 4},
            1 + 4 * (1 + 1 + 4 * (1 + 10)),
        ),
    ],
)
def test_the_cost_of_an_operation_is_the_number_of_objects_that_it_may_fetch(query, variables, objects):
    assert cost(query, **variables) == objects


async def test_an_operation_over_the_cost_limit_is_refused_before_it_runs(toy):
    nested = "things(first: 50) { nodes { " * 4 + "name" + " } }" * 4

    response = await toy.execute(f"{{ {nested} }}")

    assert response.status_code == 422
    assert response.json()["errors"][0]["extensions"] == {"code": "LIMIT_EXCEEDED"}

    response = await toy.execute("query Q($n: Int) { things(first: $n) { nodes { name } } }", n=60_000)

    assert response.json()["errors"][0]["extensions"] == {"code": "LIMIT_EXCEEDED"}


async def test_the_cost_is_returned_with_the_data(toy):
    response = await toy.execute("{ things(first: 3) { nodes { name } } }")

    assert response.json()["extensions"] == {"cost": 4}


@pytest.mark.parametrize(
    ("limits", "accepted", "refused"),
    [
        ({"tokens": 10}, "{ me }", "{ me me me me me me me me me }"),
        ({"tokens": 10}, "{ me }", "# a\n" * 11 + "{ me }"),
        ({"depth": 3}, "{ thing { parts { name } } }", "{ thing { parts { parts { name } } } }"),
        (
            {"depth": 3},
            "{ thing { ...F } } fragment F on Thing { parts { name } }",
            "{ thing { ...F } } fragment F on Thing { parts { parts { name } } }",
        ),
        ({"aliases": 2}, "{ a: me b: me }", "{ a: me b: me c: me }"),
        (
            {"aliases": 2},
            "{ a: thing { ...F } } fragment F on Thing { n: name }",
            "{ a: thing { ...F } thing { ...F } } fragment F on Thing { n: name }",
        ),
        ({"directives": 1}, "{ me @skip(if: false) }", "{ me @skip(if: false) @include(if: true) }"),
        ({"directives": 1}, "{ ... @skip(if: true) { me } }", "{ ... @skip(if: true) { me @skip(if: true) } }"),
        ({"root_fields": 2}, "{ me bug }", "{ me bug refused }"),
        ({"root_fields": 2}, "{ ...F } fragment F on Query { me bug }", "{ me ...F } fragment F on Query { me bug }"),
        ({"repeated_keys": 2}, "{ thing { name name } }", "{ thing { name name name } }"),
        ({"cost": 10}, "{ things(first: 9) { nodes { name } } }", "{ things(first: 10) { nodes { name } } }"),
    ],
)
def test_a_limit_is_inclusive(limits, accepted, refused):
    cache = document_cache(**limits)
    cost = Limits(**limits).cost

    check_cost(cache.operation(accepted, None, introspection=True), {}, cost)
    with pytest.raises(LimitExceeded):
        check_cost(cache.operation(refused, None, introspection=True), {}, cost)


CHAIN = 600
HOSTILE = {
    "a selection repeated": "{" + " me" * 4_000 + "}",
    "an object repeated": "{" + " thing { name }" * 900 + "}",
    "an object repeated in fragments": "{"
    + "".join(f" ...F{number}" for number in range(400))
    + "}"
    + "".join(f" fragment F{number} on Query {{ thing {{ name }} }}" for number in range(400)),
    "fragments that double each other": "{ ...F0 }"
    + "".join(f" fragment F{number} on Query {{ ...F{number + 1} ...F{number + 1} }}" for number in range(200))
    + " fragment F200 on Query { things(first: $n) { nodes { name } } }",
    "a long chain of fragments": "{ ...F0 }"
    + "".join(f" fragment F{number} on Query {{ ...F{number + 1} }}" for number in range(CHAIN))
    + f" fragment F{CHAIN} on Query {{ me }}",
    "a deep nest": "{" + "thing { parts {" * 95 + "name" + "}}" * 95 + "}",
    "a nest of inline fragments": "{" + "... {" * 190 + "me" + "}" * 190 + "}",
    "a deep value": "{ echo(text: " + "[" * 190 + "1" + "]" * 190 + ") }",
    "a deeper value": "{ echo(text: " + "[" * 2_000,
    "a loop of introspection": "{ __schema { types {" + " fields { type {" * 60 + " name " + "}}" * 60 + "} } }",
}


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_document_is_refused_within_a_second(query):
    cache = document_cache()
    start = time.process_time()

    with pytest.raises((LimitExceeded, ValidationFailed)):
        cache.operation(query, None, introspection=True)

    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    "query",
    [
        "{ ...F } fragment F on Query { ...F }",
        "{ ...F } fragment F on Query { ...G } fragment G on Query { me ...F }",
        "{ ...Missing }",
        "{ nothing { below { ...Missing } } }",
        "fragment F on Nothing { a } { ...F }",
        "{ me { name } }",
        "type T { a: Int }",
        "subscription { count breaking }",
    ],
)
def test_a_meaningless_document_fails_validation_and_not_the_server(query):
    with pytest.raises(ValidationFailed):
        document_cache().operation(query, None, introspection=True)


def test_a_document_is_prepared_once():
    cache = document_cache()

    first = cache.operation("{ me }", None, introspection=True)
    again = [cache.operation("{ me }", None, introspection=True) for _ in range(100)]

    assert all(each is first for each in again)
    assert (cache.hits, cache.misses) == (100, 1)


def test_the_cache_is_bounded_by_the_length_of_documents_and_evicts_the_least_recently_used():
    cache = document_cache(cached_characters=20 * 21)

    def ask(number):
        cache.operation(f"{{ a{number:012}: me }}", None, introspection=True)  # 21 characters: twenty documents fit

    for number in range(30):
        ask(number)
    ask(29)
    ask(11)

    assert (cache.hits, cache.misses) == (2, 30)

    ask(9)

    assert (cache.hits, cache.misses) == (2, 31)


def test_a_cached_introspection_does_not_serve_clients_without_the_right():
    cache = document_cache()
    cache.operation("{ __typename __schema { types { name } } }", None, introspection=True)

    with pytest.raises(ValidationFailed):
        cache.operation("{ __typename __schema { types { name } } }", None, introspection=False)


async def test_introspection_can_be_limited_to_authenticated_clients(serve):
    toy = serve(anonymous_introspection=False)
    introspection = '{ __type(name: "Thing") { name } }'

    assert (await toy.execute(introspection)).status_code == 422
    assert (await toy.execute(introspection, token="ann")).json()["data"] == {"__type": {"name": "Thing"}}
    assert (await toy.execute("{ __typename me }")).status_code == 200
    for query in (
        "{ mee }",
        "{ echo(txt: 1) }",
        '{ order(item: {txt: "a"}) }',
        "{ ...F } fragment F on Thingy { name }",
    ):
        assert "Did you mean" not in (await toy.execute(query)).text
        assert "Did you mean" in (await toy.execute(query, token="ann")).text


def test_federation_does_not_return_the_schema_to_anonymous_clients():
    federated = strawberry.federation.Schema(query=Query, federation_version="2.9")
    cache = DocumentCache(federated._schema, TransportSettings())

    cache.operation("{ _service { sdl } }", None, introspection=True)
    with pytest.raises(ValidationFailed):
        cache.operation("{ _service { sdl } }", None, introspection=False)


def test_unsupported_features_of_strawberry_are_refused_at_startup():
    extended = strawberry.Schema(query=Query, extensions=[SchemaExtension])

    with pytest.raises(ValueError, match="are not supported"):
        graphql_routes(extended, Log().open_context, TransportSettings())
