"""The streams as a client of GraphQL hears them."""

import itertools

import pytest

from resolvers import licenses
from schema.context import Context
from schema.fields.build import build_schema
from schema.fields.ids import encode
from schema.subscription import Subscription
from seeds.cast import ANN, TOM, Licenses
from store.licenses import Visibility
from store.users import User

_keys = itertools.count()

CHANGES = """
subscription Changes($ids: [ID!], $after: Cursor) {
  licenseChanged(ids: $ids, after: $after) {
    cursor kind licenseId
    license { id quantity product { name } group { name } assignee { name } viewerCan }
  }
}
"""
MESSAGES = "subscription { notificationReceived { notification { event license { product { name } } payload } } }"


@pytest.fixture(scope="session")
def schema(queries):
    return build_schema(queries.policy, Subscription)


@pytest.fixture
def subscribe(schema, access_of, feed):
    """`await subscribe(TOM, text, ids=...)` gives the results as they come."""

    async def start(account, text, **variables):
        context = Context(await access_of(account), feed=feed)
        return await schema.subscribe(text, variable_values=variables, context_value=context)

    return start


@pytest.fixture
async def show(access_of):
    ann = await access_of(ANN)

    async def by_ann(visibility, license_id=Licenses.BERLIN_PUBLIC):
        key = f"show {next(_keys)}"
        await licenses.set_visibility(ann.attempt(key=key), license_id=license_id, visibility=visibility)

    return by_ann


async def heard_by(queue):
    result = await queue.get()
    assert result.errors is None, result.errors
    return result.data


async def test_a_client_hears_of_a_license_with_everything_that_hangs_on_it(subscribe, listen, show):
    tom = await listen(await subscribe(TOM, CHANGES))

    await show(Visibility.PUBLIC, Licenses.BERLIN_ADMIN_ONLY)

    change = (await heard_by(tom))["licenseChanged"]
    assert change.pop("cursor")
    assert change == {
        "kind": "VISIBILITY_CHANGED",
        "licenseId": encode("License", Licenses.BERLIN_ADMIN_ONLY),
        "license": {
            "id": encode("License", Licenses.BERLIN_ADMIN_ONLY),
            "quantity": 1,
            "product": {"name": "Atlas CAD"},
            "group": {"name": "Acme Berlin"},
            "assignee": {"name": "Acme Berlin"},
            "viewerCan": ["READ", "ACTIVATE"],
        },
    }


async def test_a_client_hears_that_a_license_is_gone_and_what_was_read_before_is_not_told_again(
    subscribe,
    listen,
    show,
):
    tom = await listen(await subscribe(TOM, CHANGES, ids=[encode("License", Licenses.BERLIN_PUBLIC)]))

    await show(Visibility.PUBLIC)
    shown = (await heard_by(tom))["licenseChanged"]
    await show(Visibility.ADMIN_ONLY)
    gone = (await heard_by(tom))["licenseChanged"]

    assert shown["license"]["product"] == {"name": "Meridian Flow"}
    assert (gone["kind"], gone["licenseId"], gone["license"]) == ("GONE", shown["licenseId"], None)


async def test_each_event_is_read_anew(subscribe, listen, show, access_of):
    tom = await listen(await subscribe(TOM, CHANGES))
    ann = await access_of(ANN)

    await licenses.assign_license(ann.attempt(key="tom"), license_id=Licenses.ACME_POOL, target=User, target_id=TOM.id)
    first = (await heard_by(tom))["licenseChanged"]
    await show(Visibility.PUBLIC)
    second = (await heard_by(tom))["licenseChanged"]

    assert first["license"]["assignee"] == {"name": "Tom Tanner"}
    assert second["license"]["assignee"] == {"name": "Acme Berlin"}


async def test_a_client_resumes_where_it_left(subscribe, listen, show):
    tom = await listen(await subscribe(TOM, CHANGES))
    await show(Visibility.PUBLIC)
    last = (await heard_by(tom))["licenseChanged"]["cursor"]
    await show(Visibility.PUBLIC, Licenses.BERLIN_ADMIN_ONLY)

    again = await listen(await subscribe(TOM, CHANGES, after=last))

    missed = (await heard_by(again))["licenseChanged"]
    assert missed["licenseId"] == encode("License", Licenses.BERLIN_ADMIN_ONLY)


@pytest.mark.feature("F70")
async def test_a_message_arrives_with_what_it_is_about(subscribe, listen, access_of):
    tom = await listen(await subscribe(TOM, MESSAGES))

    await licenses.assign_license(
        (await access_of(ANN)).attempt(key="tom"),
        license_id=Licenses.ACME_POOL,
        target=User,
        target_id=TOM.id,
    )

    assert (await heard_by(tom))["notificationReceived"] == {
        "notification": {
            "event": "LICENSE_ASSIGNED",
            "license": {"product": {"name": "Atlas CAD"}},
            "payload": {"product": "Atlas CAD"},
        },
    }


@pytest.mark.parametrize(
    ("account", "variables", "code"),
    [
        (None, {}, "UNAUTHENTICATED"),
        (TOM, {"after": "x"}, "BAD_USER_INPUT"),
        (TOM, {"ids": ["x"]}, "BAD_USER_INPUT"),
        (TOM, {"ids": [encode("User", TOM.id)]}, "BAD_USER_INPUT"),
    ],
)
async def test_what_cannot_be_listened_to_is_a_typed_refusal(subscribe, listen, account, variables, code):
    stream = await listen(await subscribe(account, CHANGES, **variables))

    (error,) = (await stream.get()).errors
    assert error.original_error.code == code
