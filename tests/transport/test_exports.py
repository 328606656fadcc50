"""Exports: the same rows as in the API, without pages, for viewers with the permission `report`."""

import asyncio
import csv
import io
from contextlib import asynccontextmanager

import pytest
import sqlalchemy as sa

from authz.gate.access import Access
from schema.context import Context
from seeds.cast import ANN, BEA, IDA, OLGA, PIA, SAM, TOM, UWE, Groups, Products
from store.db.clock import SystemClock
from store.db.database import Database
from store.license_states import Lifecycle
from store.licenses import License
from store.products import LicenseModel, Product
from tests.end_to_end.server import issue_token, load_demo, serving
from transport.exports import ExportEndpoint, csv_cell
from transport.settings import TransportSettings

MORE = 150
PAGE = """query ($after: Cursor) { viewer { licenses(first: 50, after: $after) {
    nodes { id model quantity } pageInfo { hasNextPage endCursor } } } }"""
FIGURES = ("model", "soldLicenses", "soldSeats", "demoLicenses", "internalLicenses")


@pytest.fixture(scope="module")
async def database(new_database):
    database = Database(new_database(), pool_size=4)
    await load_demo(database)
    now = SystemClock().now()
    async with database.transaction() as session:
        session.add_all(
            License(
                product_id=Products.RENDER,
                model=LicenseModel.PERPETUAL_SINGLE_USER,
                quantity=1,
                starts_at=now,
                owner_group_id=Groups.ACME,
                lifecycle=Lifecycle.VALID,
            )
            for _ in range(MORE)
        )
        await session.execute(
            sa.update(Product).where(Product.id == Products.GATEWAY).values(name='=HYPERLINK("http://x"), or\r\nnot')
        )
    yield database
    await database.close()


@pytest.fixture(scope="module")
async def server(database, tmp_path_factory):
    async with serving(database, tmp_path_factory.mktemp("exports"), worker=True) as server:
        yield server


@pytest.fixture
def fetch(database, server):
    """`await fetch(ANN, "licenses.csv")` returns the response."""

    async def get(account, path):
        headers = {"authorization": f"Bearer {await issue_token(database, account)}"} if account else {}
        return await server.client.get(server.url.replace("/graphql", f"/exports/{path}"), headers=headers)

    return get


@pytest.fixture
def rows(fetch):
    """`await rows(ANN, "licenses.csv")` returns the rows as dictionaries."""

    async def read(account, path):
        answer = await fetch(account, path)
        assert answer.status_code == 200, answer.text
        return answer.json() if ".json" in path else list(csv.DictReader(io.StringIO(answer.text, newline="")))

    return read


@pytest.mark.feature("F15")
async def test_an_export_has_the_licenses_of_all_pages_of_the_api_in_the_same_order(rows, server, database):
    token, after, listed = await issue_token(database, ANN), None, []
    while True:
        found = (await server.data(token, PAGE, after=after))["viewer"]["licenses"]
        listed += [(each["id"], each["model"], str(each["quantity"])) for each in found["nodes"]]
        after = found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            break

    exported = [(each["license_id"], each["model"], each["quantity"]) for each in await rows(ANN, "licenses.csv")]

    assert len(exported) == 19 + MORE
    assert exported == listed


@pytest.mark.feature("F15")
async def test_json_and_csv_contain_the_same_rows(rows):
    as_json, as_csv = await rows(IDA, "licenses.json"), await rows(IDA, "licenses.csv")
    assert len(as_json) == 27 + MORE
    assert [{name: csv_cell(value) for name, value in each.items()} for each in as_json] == as_csv


@pytest.mark.parametrize(
    ("account", "count"),
    [(BEA, 5), (PIA, 2), (TOM, 0), (UWE, 0), (OLGA, 0), (SAM, 0)],
    ids=lambda each: getattr(each, "name", ""),
)
async def test_licenses_are_exported_only_with_the_permission_to_report_on_them(rows, account, count):
    assert len(await rows(account, "licenses.csv")) == len(await rows(account, "licenses.json")) == count


async def test_a_project_admin_does_not_see_the_owner_group_of_licenses(rows):
    assert [(each["group_id"], each["group"], each["assignee"]) for each in await rows(PIA, "licenses.json")] == [
        (None, None, "Hamburg plant")
    ] * 2


async def test_a_product_name_that_looks_like_a_formula_is_exported_as_text(rows):
    names = {each["product"] for each in await rows(PIA, "licenses.csv")}
    assert names == {"Atlas CAD", '\'=HYPERLINK("http://x"), or\r\nnot'}
    assert {each["product"] for each in await rows(PIA, "licenses.json")} == {
        "Atlas CAD",
        '=HYPERLINK("http://x"), or\r\nnot',
    }


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", " =1", "\uff1d1", "\uff0b", "\uff0d", "\uff20"]
)
def test_a_cell_never_starts_like_a_formula(text):
    assert csv_cell(text) == f"'{text}"


def test_numbers_and_harmless_texts_are_unchanged():
    assert [csv_cell(each) for each in (-5, "a=b", "", None, True, False)] == ["-5", "a=b", "", "", "true", "false"]


@pytest.mark.feature("F63", "F90")
async def test_the_export_of_created_licenses_equals_the_report(rows, server, database):
    query = """{ viewer { reports { createdLicenses(groupBy: [PRODUCT, MODEL], first: 1000) {
        rows { product { id } model soldLicenses soldSeats demoLicenses internalLicenses } } } } }"""
    found = await server.data(await issue_token(database, IDA), query)

    exported = await rows(IDA, "created.json?by=product,model")

    assert [
        (
            each["product_id"],
            each["model"],
            each["sold_licenses"],
            each["sold_seats"],
            each["demo_licenses"],
            each["internal_licenses"],
        )
        for each in exported
    ] == [
        (each["product"]["id"], *(each[name] for name in FIGURES))
        for each in found["viewer"]["reports"]["createdLicenses"]["rows"]
    ]
    assert sum(each["sold_licenses"] for each in exported) == 24 + MORE
    assert {each["month"] for each in exported} == {None}


@pytest.mark.feature("F64", "F90")
async def test_only_sold_licenses_are_exported_for_billing(rows):
    assert len(await rows(IDA, "billing.csv")) == 24 + MORE
    assert {each["model"] for each in await rows(IDA, "billing.csv")}.isdisjoint({"DEMO", "INTERNAL_NFR"})
    assert len(await rows(BEA, "billing.csv")) == 5
    assert await rows(UWE, "billing.json") == []


async def test_a_period_includes_its_first_day_and_excludes_its_last(rows):
    today = SystemClock().now().date()
    assert len(await rows(ANN, f"licenses.csv?from={today}")) == MORE
    assert len(await rows(ANN, f"licenses.csv?to={today}T00:00:00Z")) == 19
    assert len(await rows(ANN, f"billing.csv?to={today}")) == 18


async def test_a_file_has_a_name_and_must_not_be_cached(fetch):
    answer = await fetch(ANN, "licenses.csv")
    today = SystemClock().now().date()
    assert answer.headers["content-type"] == "text/csv; header=present; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="licenses-{today}.csv"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text.count("\r\n") > 19 + MORE
    assert (await fetch(TOM, "created.csv")).text == (
        "month,creator_id,creator_name,group_id,group_name,product_id,product_name,model,sold_licenses,sold_seats,"
        "demo_licenses,internal_licenses\r\n"
    )


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("licenses.xml", 404, "NOT_FOUND"),
        ("users.csv", 404, "NOT_FOUND"),
        ("licenses.csv?form=x", 422, "BAD_USER_INPUT"),
        ("licenses.csv?from=yesterday", 422, "BAD_USER_INPUT"),
        ("licenses.csv?from=2026-13-01", 422, "BAD_USER_INPUT"),
        ("licenses.csv?from=0001-01-01", 422, "BAD_USER_INPUT"),
        ("licenses.csv?from=2026-01-01T00:00:00", 422, "BAD_USER_INPUT"),
        ("billing.csv?from=2026-02-01&to=2026-01-01", 422, "BAD_USER_INPUT"),
        ("created.csv?by=owner", 422, "BAD_USER_INPUT"),
    ],
)
async def test_an_unknown_export_or_parameter_is_refused(fetch, path, status, code):
    answer = await fetch(IDA, path)
    assert (answer.status_code, [each["extensions"]["code"] for each in answer.json()["errors"]]) == (status, [code])


async def test_an_export_needs_a_valid_token(fetch, server):
    answer = await fetch(None, "licenses.csv")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    url = server.url.replace("/graphql", "/exports/licenses.csv")
    forged = await server.client.get(url, headers={"authorization": "Bearer forged"})
    assert (forged.status_code, forged.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")
    assert (await server.client.post(url)).headers["allow"] == "GET"


@pytest.fixture
def clock():
    return SystemClock()


async def test_rows_are_read_through_a_database_cursor(portal, database):
    access = Access(portal, await issue_token(database, IDA), "test")
    rows = access.view.stream(lambda _reach: sa.select(sa.func.generate_series(1, 2_000_000_000).label("number")))
    async with asyncio.timeout(20):
        assert [(await anext(rows)).number for _ in range(1200)] == list(range(1, 1201))
        await rows.aclose()
        await access.close()


@pytest.fixture
def exports(portal):
    @asynccontextmanager
    async def open_context(credentials, request_id):
        access = Access(portal, credentials, request_id)
        try:
            yield Context(access)
        finally:
            await access.close()

    return ExportEndpoint(open_context, TransportSettings(slow_client_timeout=2))


@pytest.fixture
def request_export(exports):
    """`await request_export(token, send)` makes a request whose response is sent through `send`."""

    async def request(token, send, receive=None, version="2.4"):
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/exports/licenses.csv",
            "query_string": b"",
            "headers": [(b"authorization", f"Bearer {token}".encode())],
            "path_params": {"file": "licenses.csv"},
            "asgi": {"spec_version": version},
        }
        await exports(scope, receive, send)

    return request


async def test_one_client_cannot_use_all_exports_and_is_disconnected_when_it_stops_reading(
    exports, request_export, database
):
    ann, bea = await issue_token(database, ANN), await issue_token(database, BEA)
    started, sent = asyncio.Event(), []

    async def idle(_message):
        started.set()
        await asyncio.Event().wait()

    async def read(message):
        sent.append(message)

    async with asyncio.timeout(20):
        idlers = [asyncio.ensure_future(request_export(ann, idle)) for _ in range(2)]
        await started.wait()
        await request_export(ann, read)
        assert (sent[0]["status"], dict(sent[0]["headers"])[b"retry-after"]) == (503, b"10")
        sent.clear()
        await request_export(bea, read)
        assert sent[0]["status"] == 200
        await asyncio.gather(*idlers)
        sent.clear()
        await request_export(ann, read)
    assert sent[0]["status"] == 200
    assert b"".join(each.get("body", b"") for each in sent).count(b"\r\n") > 19 + MORE
    assert not exports._running


@pytest.mark.parametrize("version", ["2.3", "2.4"])
async def test_a_client_that_disconnects_releases_its_export_and_its_connection(
    exports, request_export, database, version
):
    token, disconnected = await issue_token(database, ANN), asyncio.Event()

    async def disconnect(message):
        if version == "2.4":
            raise OSError
        disconnected.set()
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    async def receive():
        await disconnected.wait()
        return {"type": "http.disconnect"}

    async with asyncio.timeout(20):
        for _ in range(10):  # more often than the pool has connections
            disconnected.clear()
            await request_export(token, disconnect, receive, version)
    assert not exports._running
    assert database.engine.pool.checkedout() == 0
