"""The streams as GraphQL subscriptions."""

import itertools

import pytest

from resolvers import licenses
from schema.fields.ids import to_global_id
from seeds.cast import ANN, TOM, Licenses
from store.license_states import Visibility
from store.users import User
from tests.portal import SchemaClient

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


@pytest.fixture
def subscribe(portal, schema, feed, token_of):
    """`await subscribe(TOM, document, ids=...)` returns the stream of responses to Tom."""
    client = SchemaClient(portal, schema, feed)

    async def start(account, document, **variables):
        return client.subscribe(await token_of(account) if account else None, document, **variables)

    return start


@pytest.fixture
async def show(access_of):
    ann = await access_of(ANN)

    async def by_ann(visibility, license_id=Licenses.BERLIN_PUBLIC):
        key = f"show {next(_keys)}"
        await licenses.set_visibility(ann.attempt(key=key), license_id=license_id, visibility=visibility)

    return by_ann


async def next_data(queue):
    response = await queue.get()
    assert response.errors == []
    return response.data


async def test_a_changed_license_is_returned_with_its_related_objects(subscribe, listen, show):
    tom = await listen(await subscribe(TOM, CHANGES))

    await show(Visibility.PUBLIC, Licenses.BERLIN_ADMIN_ONLY)

    change = (await next_data(tom))["licenseChanged"]
    assert change.pop("cursor")
    assert change == {
        "kind": "VISIBILITY_CHANGED",
        "licenseId": to_global_id("License", Licenses.BERLIN_ADMIN_ONLY),
        "license": {
            "id": to_global_id("License", Licenses.BERLIN_ADMIN_ONLY),
            "quantity": 1,
            "product": {"name": "Atlas CAD"},
            "group": {"name": "Acme Berlin"},
            "assignee": {"name": "Acme Berlin"},
            "viewerCan": ["READ", "ACTIVATE"],
        },
    }


async def test_a_license_that_is_no_longer_readable_is_reported_as_gone_without_its_fields(subscribe, listen, show):
    tom = await listen(await subscribe(TOM, CHANGES, ids=[to_global_id("License", Licenses.BERLIN_PUBLIC)]))

    await show(Visibility.PUBLIC)
    shown = (await next_data(tom))["licenseChanged"]
    await show(Visibility.ADMIN_ONLY)
    gone = (await next_data(tom))["licenseChanged"]

    assert shown["license"]["product"] == {"name": "Meridian Flow"}
    assert (gone["kind"], gone["licenseId"], gone["license"]) == ("GONE", shown["licenseId"], None)


async def test_each_event_is_read_in_a_new_snapshot(subscribe, listen, show, access_of):
    tom = await listen(await subscribe(TOM, CHANGES))
    ann = await access_of(ANN)

    await licenses.assign_license(ann.attempt(key="tom"), license_id=Licenses.ACME_POOL, target=User, target_id=TOM.id)
    first = (await next_data(tom))["licenseChanged"]
    await show(Visibility.PUBLIC)
    second = (await next_data(tom))["licenseChanged"]

    assert first["license"]["assignee"] == {"name": "Tom Tanner"}
    assert second["license"]["assignee"] == {"name": "Acme Berlin"}


async def test_a_client_resumes_after_its_last_event(subscribe, listen, show):
    tom = await listen(await subscribe(TOM, CHANGES))
    await show(Visibility.PUBLIC)
    last = (await next_data(tom))["licenseChanged"]["cursor"]
    await show(Visibility.PUBLIC, Licenses.BERLIN_ADMIN_ONLY)

    again = await listen(await subscribe(TOM, CHANGES, after=last))

    missed = (await next_data(again))["licenseChanged"]
    assert missed["licenseId"] == to_global_id("License", Licenses.BERLIN_ADMIN_ONLY)


@pytest.mark.feature("F70")
async def test_a_notification_is_returned_with_its_license(subscribe, listen, access_of):
    tom = await listen(await subscribe(TOM, MESSAGES))

    await licenses.assign_license(
        (await access_of(ANN)).attempt(key="tom"), license_id=Licenses.ACME_POOL, target=User, target_id=TOM.id
    )

    assert (await next_data(tom))["notificationReceived"] == {
        "notification": {
            "event": "LICENSE_ASSIGNED",
            "license": {"product": {"name": "Atlas CAD"}},
            "payload": {"product": "Atlas CAD"},
        }
    }


@pytest.mark.parametrize(
    ("account", "variables", "code"),
    [
        (None, {}, "UNAUTHENTICATED"),
        (TOM, {"after": "x"}, "BAD_USER_INPUT"),
        (TOM, {"ids": ["x"]}, "BAD_USER_INPUT"),
        (TOM, {"ids": [to_global_id("User", TOM.id)]}, "BAD_USER_INPUT"),
    ],
)
async def test_a_refused_subscription_has_an_error_code(subscribe, listen, account, variables, code):
    stream = await listen(await subscribe(account, CHANGES, **variables))

    response = await stream.get()
    assert response.codes == [code]
