"""Reports through GraphQL: exact figures of the demo data, for each account those that it may report on."""

from datetime import timedelta

import pytest

from seeds.cast import ANN, BEA, IDA, OLGA, PIA, REX, SAL, TOM, UWE, Containers, Groups, Licenses, named
from store import audit
from store.audit import AuditEntry
from tests.portal import NOW

LOST_DONGLE = named("restore", "the lost dongle")

TOTALS = "totals { soldLicenses soldSeats demoLicenses internalLicenses }"


def figures(sold, seats, demos, internal):
    return {"soldLicenses": sold, "soldSeats": seats, "demoLicenses": demos, "internalLicenses": internal}


async def created(execute, account, arguments="", rows=""):
    call = f"createdLicenses({arguments})" if arguments else "createdLicenses"
    answer = await execute(
        account, f"{{ viewer {{ reports {{ {call} {{ {TOTALS} hasMore rows {{ soldLicenses {rows} }} }} }} }} }}"
    )
    assert not answer.errors, answer.errors
    return answer.data["viewer"]["reports"]["createdLicenses"]


@pytest.mark.feature("F63", "F90")
@pytest.mark.parametrize(
    ("account", "expected"),
    [
        (IDA, figures(24, 77, 1, 2)),
        (REX, figures(18, 69, 1, 1)),
        (ANN, figures(18, 69, 1, 0)),
        (SAL, figures(5, 7, 0, 1)),
        (BEA, figures(5, 7, 0, 0)),
        (PIA, figures(2, 2, 0, 0)),
        (TOM, figures(0, 0, 0, 0)),
        (OLGA, figures(0, 0, 0, 0)),
        (UWE, figures(0, 0, 0, 0)),
        (None, None),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
async def test_an_account_counts_the_licenses_below_it_apart_from_demo_and_internal_ones(execute, account, expected):
    if account is None:
        answer = await execute(None, f"{{ viewer {{ reports {{ createdLicenses {{ {TOTALS} }} }} }} }}")
        assert answer.data == {"viewer": None}
        return
    assert (await created(execute, account))["totals"] == expected


@pytest.mark.feature("F63")
async def test_created_licenses_are_grouped_by_creator_group_product_model_and_month(execute):
    keys = "groupBy: [CREATOR, GROUP, PRODUCT, MODEL, MONTH], first: 1000"
    report = await created(
        execute, IDA, keys, "demoLicenses internalLicenses creator { name } group { name } product { name } model month"
    )
    rows = {
        (row["group"] and row["group"]["name"], row["product"]["name"], row["model"]): row for row in report["rows"]
    }
    assert len(rows) == len(report["rows"])
    assert {row["month"] for row in report["rows"]} == {"2026-07-01"}
    assert rows["Acme", "Atlas CAD", "DEMO"] | {"product": 0, "group": 0} == {
        "soldLicenses": 0,
        "demoLicenses": 1,
        "internalLicenses": 0,
        "creator": {"name": "Rex Rheiner"},
        "group": 0,
        "product": 0,
        "model": "DEMO",
        "month": "2026-07-01",
    }
    assert rows["Acme", "Atlas CAD", "SINGLE_USER_SUBSCRIPTION"]["soldLicenses"] == 4
    assert rows["Northwind Sales", "Atlas CAD", "INTERNAL_NFR"]["internalLicenses"] == 1
    assert rows[None, "Atlas Render", "PERPETUAL_SINGLE_USER"]["soldLicenses"] == 1
    assert sum(row["soldLicenses"] for row in report["rows"]) == report["totals"]["soldLicenses"] == 24


async def test_the_creator_of_a_license_is_visible_to_themselves_and_hidden_from_the_groups_below(execute):
    rex = await created(execute, REX, "groupBy: [CREATOR]", "demoLicenses creator { name }")
    ann = await created(execute, ANN, "groupBy: [CREATOR]", "demoLicenses creator { name }")

    assert rex["rows"] == [
        {"soldLicenses": 18, "demoLicenses": 0, "creator": None},
        {"soldLicenses": 0, "demoLicenses": 1, "creator": {"name": "Rex Rheiner"}},
    ]
    assert ann["rows"] == [{"soldLicenses": 18, "demoLicenses": 1, "creator": None}]


async def test_a_project_admin_does_not_see_the_owners_of_the_licenses_of_the_project(execute):
    report = await created(execute, PIA, "groupBy: [GROUP, PRODUCT]", "group { name } product { name }")
    assert [(row["group"], row["product"]["name"]) for row in report["rows"]] in (
        [(None, "Atlas CAD"), (None, "Harbor Gateway")],
        [(None, "Harbor Gateway"), (None, "Atlas CAD")],
    )


async def test_first_limits_the_rows_of_a_report_and_not_its_totals(execute):
    report = await created(execute, IDA, "groupBy: [GROUP], first: 1", "group { name }")
    assert report["rows"] == [{"soldLicenses": 18, "group": {"name": "Acme"}}]
    assert (report["hasMore"], report["totals"]["soldLicenses"]) == (True, 24)


async def test_a_report_takes_the_filters_of_licenses_and_a_period(execute):
    demos = await created(execute, ANN, 'where: {model: {eq: "DEMO"}}'.replace('"', ""))
    late = await created(execute, ANN, 'from: "2026-08-01T00:00:00Z"')
    early = await created(execute, ANN, 'to: "2026-08-01T00:00:00Z"')

    assert demos["totals"] == figures(0, 0, 1, 0)
    assert late["totals"] == figures(0, 0, 0, 0)
    assert early["totals"] == figures(18, 69, 1, 0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("createdLicenses(first: 1001)", "`first` must be between 1 and 1000, got 1001"),
        ("createdLicenses(first: 0)", "`first` must be between 1 and 1000, got 0"),
        ("expiring(withinDays: 0)", "withinDays must be between 1 and 3660, got 0"),
        (
            'activations(from: "2026-08-01T00:00:00Z", to: "2026-08-01T00:00:00Z")',
            "`from` must be before `to`, got 2026-08-01T00:00:00+00:00 and 2026-08-01T00:00:00+00:00",
        ),
    ],
)
async def test_an_invalid_report_argument_is_refused(execute, call, message):
    answer = await execute(IDA, f"{{ viewer {{ reports {{ {call} {{ hasMore }} }} }} }}")
    assert ([error["message"] for error in answer.errors], answer.codes) == ([message], ["BAD_USER_INPUT"])


@pytest.fixture
def record(database):
    """`await record(REX, "container.blocked_seen", ...)` adds an entry about Acme to the audit log."""

    async def append(account, action, kind, resource_id, **more):
        async with database.transaction() as session:
            await audit.append(
                session,
                [
                    AuditEntry(
                        at=NOW,
                        actor_id=account.id,
                        action=action,
                        resource_type=kind,
                        resource_id=resource_id,
                        group_id=Groups.ACME,
                        **more,
                    )
                ],
            )

    return append


@pytest.mark.feature("F51")
async def test_an_anomaly_names_its_subject_as_far_as_the_viewer_may_see_it(execute, record):
    await record(ANN, "restore.excessive", "RestoreCase", LOST_DONGLE, license_id=Licenses.BERLIN_DONGLE)
    await record(REX, "container.blocked_seen", "Container", Containers.BLOCKED_DONGLE)
    await record(TOM, "restore.requested", "RestoreCase", LOST_DONGLE)
    await record(IDA, "restore.denied", "RestoreCase", LOST_DONGLE, before={"state": "AWAITING_APPROVAL"})
    query = """{ viewer { reports { anomalies {
        rows { kind at license { product { name } } group { name } actor { name } container { name } restoreCase { state }
               entry { action } } } } } }"""

    answer = await execute(ANN, query)

    rows = {row["kind"]: row for row in answer.data["viewer"]["reports"]["anomalies"]["rows"]}
    assert len(rows) == 3
    acme, case = {"name": "Acme"}, {"state": "COMPLETED"}
    assert rows["EXCESSIVE_RECOVERY"] == {
        "kind": "EXCESSIVE_RECOVERY",
        "at": NOW.isoformat(),
        "license": {"product": {"name": "Atlas CAD"}},
        "group": acme,
        "actor": {"name": "Ann Archer"},
        "container": None,
        "restoreCase": case,
        "entry": {"action": "restore.excessive"},
    }
    blocked = rows["BLOCKED_CONTAINER_SEEN"]
    assert (blocked["actor"], blocked["container"], blocked["restoreCase"]) == (
        None,
        {"name": "Lost Berlin dongle"},
        None,
    )
    over = rows["RESTORE_OVER_LIMIT"]
    assert (over["actor"], over["restoreCase"], over["entry"]) == (
        {"name": "Tom Tanner"},
        case,
        {"action": "restore.requested"},
    )
    for account in (BEA, TOM, UWE, OLGA):
        answer = await execute(account, query)
        assert answer.data["viewer"]["reports"]["anomalies"]["rows"] == []


@pytest.mark.feature("F51", "F63")
async def test_each_of_several_reports_takes_one_statement(execute):
    answer = await execute(
        ANN,
        """{ viewer { reports {
            activations(groupBy: [MONTH, PRODUCT], where: {state: {eq: RETURNED}}) {
                totals { activations holding ended } rows { activations month model product { name } } hasMore }
            restores(groupBy: [REASON]) { totals { cases completed } rows { cases reason month } }
            changes(groupBy: [MODEL], where: {model: {eq: DEMO}}) { totals { created renewed cancelled } rows { created model } }
            expiring(withinDays: 5, first: 1) { hasMore rows { expiresAt } }
            soon: expiring(withinDays: 6) { hasMore rows { expiresAt renews license { product { name } } } }
        } } }""",
    )
    assert not answer.errors, answer.errors
    reports = answer.data["viewer"]["reports"]
    assert reports["activations"] == {
        "totals": {"activations": 1, "holding": 0, "ended": 1},
        "rows": [{"activations": 1, "month": "2026-09-01", "model": None, "product": {"name": "Meridian Flow"}}],
        "hasMore": False,
    }
    assert reports["restores"] == {
        "totals": {"cases": 1, "completed": 1},
        "rows": [{"cases": 1, "reason": "LOST", "month": None}],
    }
    assert reports["changes"] == {
        "totals": {"created": 1, "renewed": 0, "cancelled": 0},
        "rows": [{"created": 1, "model": "DEMO"}],
    }
    assert reports["expiring"] == {"hasMore": False, "rows": []}
    assert reports["soon"] == {
        "hasMore": False,
        "rows": [
            {
                "expiresAt": (NOW + timedelta(days=5)).isoformat(),
                "renews": False,
                "license": {"product": {"name": "Meridian Viewer"}},
            }
        ],
    }
    # The token, five reports, one license, and the products of the two selections.
    assert answer.statements <= 9
