"""Reports through GraphQL: exact figures of the demo world, for each of the cast what he may report on."""

import pytest

from worlds.cast import ANN, BEA, IDA, OLGA, PIA, REX, SAL, TOM, UWE

TOTALS = "totals { soldLicenses soldSeats demoLicenses internalLicenses }"


def figures(sold, seats, demos, internal):
    return {"soldLicenses": sold, "soldSeats": seats, "demoLicenses": demos, "internalLicenses": internal}


async def created(ask, account, arguments="", rows=""):
    call = f"createdLicenses({arguments})" if arguments else "createdLicenses"
    answer = await ask(
        account, f"{{ viewer {{ reports {{ {call} {{ {TOTALS} hasMore rows {{ soldLicenses {rows} }} }} }} }} }}"
    )
    assert not answer.errors, answer.errors
    return answer.data["viewer"]["reports"]["createdLicenses"]


# F63 F90
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
    ids=lambda each: getattr(each, "name", ""),
)
async def test_everybody_counts_what_lies_below_him_and_demos_and_internal_ones_are_no_revenue(ask, account, expected):
    if account is None:
        answer = await ask(None, f"{{ viewer {{ reports {{ createdLicenses {{ {TOTALS} }} }} }} }}")
        assert answer.data == {"viewer": None}
        return
    assert (await created(ask, account))["totals"] == expected


# F63
async def test_created_licenses_stand_by_creator_group_product_model_and_month(ask):
    keys = "groupBy: [CREATOR, GROUP, PRODUCT, MODEL, MONTH], first: 1000"
    found = await created(
        ask, IDA, keys, "demoLicenses internalLicenses creator { name } group { name } product { name } model month"
    )
    rows = {
        (each["group"] and each["group"]["name"], each["product"]["name"], each["model"]): each
        for each in found["rows"]
    }
    assert len(rows) == len(found["rows"])
    assert {each["month"] for each in found["rows"]} == {"2026-07-01"}
    assert rows["Acme", "Atlas CAD", "DEMO"] | {"product": 0, "group": 0} == {
        "soldLicenses": 0, "demoLicenses": 1, "internalLicenses": 0, "creator": {"name": "Rex Rheiner"}, "group": 0,
        "product": 0, "model": "DEMO", "month": "2026-07-01",
    }  # fmt: skip
    assert rows["Acme", "Atlas CAD", "SINGLE_USER_SUBSCRIPTION"]["soldLicenses"] == 4
    assert rows["Northwind Sales", "Atlas CAD", "INTERNAL_NFR"]["internalLicenses"] == 1
    assert rows[None, "Atlas Render", "PERPETUAL_SINGLE_USER"]["soldLicenses"] == 1
    assert sum(each["soldLicenses"] for each in found["rows"]) == found["totals"]["soldLicenses"] == 24


async def test_who_has_created_a_license_is_no_secret_to_him_and_one_to_those_below(ask):
    rex = await created(ask, REX, "groupBy: [CREATOR]", "demoLicenses creator { name }")
    ann = await created(ask, ANN, "groupBy: [CREATOR]", "demoLicenses creator { name }")

    assert rex["rows"] == [
        {"soldLicenses": 18, "demoLicenses": 0, "creator": None},
        {"soldLicenses": 0, "demoLicenses": 1, "creator": {"name": "Rex Rheiner"}},
    ]
    assert ann["rows"] == [{"soldLicenses": 18, "demoLicenses": 1, "creator": None}]


async def test_a_project_admin_is_not_told_whose_the_licenses_of_the_project_were(ask):
    found = await created(ask, PIA, "groupBy: [GROUP, PRODUCT]", "group { name } product { name }")
    assert [(each["group"], each["product"]["name"]) for each in found["rows"]] in (
        [(None, "Atlas CAD"), (None, "Harbor Gateway")],
        [(None, "Harbor Gateway"), (None, "Atlas CAD")],
    )


async def test_a_report_is_cut_where_it_is_asked_to_be_and_its_totals_are_not(ask):
    found = await created(ask, IDA, "groupBy: [GROUP], first: 1", "group { name }")
    assert found["rows"] == [{"soldLicenses": 18, "group": {"name": "Acme"}}]
    assert (found["hasMore"], found["totals"]["soldLicenses"]) == (True, 24)


async def test_a_report_takes_the_filters_of_the_list_and_a_span(ask):
    cad = await created(ask, ANN, 'where: {model: {eq: "DEMO"}}'.replace('"', ""))
    late = await created(ask, ANN, 'from: "2026-08-01T00:00:00Z"')
    early = await created(ask, ANN, 'to: "2026-08-01T00:00:00Z"')

    assert cad["totals"] == figures(0, 0, 1, 0)
    assert late["totals"] == figures(0, 0, 0, 0)
    assert early["totals"] == figures(18, 69, 1, 0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("createdLicenses(first: 1001)", "first is a number from 1 to 1000"),
        ("createdLicenses(first: 0)", "first is a number from 1 to 1000"),
        ("expiring(withinDays: 0)", "withinDays is a number from 1 to 3660"),
        (
            'activations(from: "2026-08-01T00:00:00Z", to: "2026-08-01T00:00:00Z")',
            "a report is from an instant to a later one",
        ),
    ],
)
async def test_what_no_report_can_answer_is_refused(ask, call, message):
    answer = await ask(IDA, f"{{ viewer {{ reports {{ {call} {{ hasMore }} }} }} }}")
    assert [(each.message, each.original_error.code) for each in answer.errors] == [(message, "BAD_USER_INPUT")]
