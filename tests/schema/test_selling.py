"""Orders, tickets, license terms and the catalog through GraphQL, and their refusals with typed details."""

import pytest

from schema.fields.ids import to_global_id
from seeds.cast import ANN, IDA, REX, SAM, TOM, Groups, Licenses, Products, named
from seeds.demo_catalog import template_of
from store.products import LicenseModel
from store.ticket_codes import mask, new_code

ERRORS = "errors { code path state limit bound cell deadline retryAfter codes { number maskedCode problem } }"
DEMO = to_global_id("LicenseTemplate", template_of(LicenseModel.DEMO))
YEARLY = to_global_id("LicenseTemplate", template_of(LicenseModel.SINGLE_USER_SUBSCRIPTION))
BERLIN = to_global_id("Group", Groups.BERLIN)
ACME = to_global_id("Group", Groups.ACME)
ORDER = f"""mutation($input: OrderCreateInput!) {{ orderCreate(input: $input) {{
    code licenseOrder {{ state source externalRef ticket {{ maskedCode }} licenses {{ nodes {{ model }} }} }}
    ticket {{ id state ownerGroup {{ name }} }} licenses {{ id model days containerTypes }} {ERRORS}
}} }}"""
CLAIM = f"""mutation($input: TicketClaimInput!) {{ ticketClaim(input: $input) {{
    tickets {{ state }} licenses {{ model ownerUser {{ name }} }} {ERRORS}
}} }}"""
CODE = f"mutation($input: TicketReadCodeInput!) {{ ticketReadCode(input: $input) {{ code {ERRORS} }} }}"
DRAW = f"""mutation($input: TimeContingentDrawInput!) {{ timeContingentDraw(input: $input) {{
    license {{ expiresAt }} timeContingent {{ days }} {ERRORS}
}} }}"""
TEMPLATE = f"""mutation($input: LicenseTemplateCreateInput!) {{ licenseTemplateCreate(input: $input) {{
    licenseTemplate {{ name model parameters containerTypes }} {ERRORS}
}} }}"""
GRANT = f"""mutation($input: CategoryGrantPassOnInput!) {{ categoryGrantPassOn(input: $input) {{
    categoryGrant {{ canCreate maxDays holder {{ name }} }} {ERRORS}
}} }}"""


def license_mutation(name):
    kind = name[0].upper() + name[1:]
    return f"""mutation($input: {kind}Input!) {{ {name}(input: $input) {{
        license {{ lifecycle cancelledAt quantity nextQuantity }} {ERRORS}
    }} }}"""


def refusals(answer):
    (payload,) = answer.data.values()
    return [{name: value for name, value in error.items() if value is not None} for error in payload["errors"]]


def order_of(template=DEMO, group=BERLIN, key="1", **more):
    return {"templateId": template, "groupId": group, "idempotencyKey": key, **more}


@pytest.mark.feature("F28", "F61", "F101")
async def test_a_reseller_orders_and_the_code_is_returned_once(execute, token_of):
    by_rex = await token_of(REX)

    first = await execute(REX, ORDER, by_token=by_rex, input=order_of())
    again = await execute(REX, ORDER, by_token=by_rex, input=order_of())
    ticket = first.data["orderCreate"]["ticket"]["id"]
    read = await execute(REX, CODE, input={"ticketId": ticket, "idempotencyKey": "2"})

    code = first.data["orderCreate"].pop("code")
    assert again.data["orderCreate"].pop("code") is None
    assert first.data == again.data
    assert first.data["orderCreate"]["licenseOrder"] == {
        "state": "FULFILLED",
        "source": "PORTAL",
        "externalRef": None,
        "ticket": {"maskedCode": mask(code)},
        "licenses": {"nodes": [{"model": "DEMO"}]},
    }
    assert first.data["orderCreate"]["ticket"]["ownerGroup"] == {"name": "Acme Berlin"}
    assert read.data["ticketReadCode"] == {"code": code, "errors": []}


@pytest.mark.feature("F13")
async def test_an_order_with_a_known_external_reference_returns_the_first_order(execute):
    shop = {"source": "API", "externalRef": "shop-9"}

    first = await execute(IDA, ORDER, input=order_of(YEARLY, ACME, "1", **shop))
    again = await execute(IDA, ORDER, input=order_of(YEARLY, ACME, "2", **shop))
    other = await execute(IDA, ORDER, input=order_of(YEARLY, BERLIN, "3", **shop))

    assert first.data["orderCreate"]["ticket"] == again.data["orderCreate"]["ticket"]
    assert first.data["orderCreate"]["licenses"] == again.data["orderCreate"]["licenses"]
    assert refusals(other) == [{"code": "EXTERNAL_REF_TAKEN"}]


async def test_a_refused_order_has_the_details_that_a_client_needs(execute):
    cases = [
        (REX, order_of(count=11), {"code": "OVER_BOUND", "bound": "QUANTITY", "limit": 10}),
        (IDA, order_of(YEARLY, quantity=2), {"code": "MODEL_RULE", "cell": "QUANTITY", "limit": 1}),
        (IDA, order_of(YEARLY, quantity=0), {"code": "BAD_USER_INPUT", "path": ["input", "quantity"], "limit": 1}),
        (IDA, order_of(ACME), {"code": "BAD_USER_INPUT", "path": ["input", "templateId"]}),
        (REX, order_of(group=to_global_id("Group", Groups.BOLT)), {"code": "NOT_FOUND"}),
        (ANN, order_of(), {"code": "NOT_FOUND"}),
        (REX, order_of(group=ACME), {"code": "DEMO_EXISTS"}),
    ]

    for number, (account, arguments, refusal) in enumerate(cases):
        answer = await execute(account, ORDER, input=arguments | {"idempotencyKey": str(number)})
        assert refusals(answer) == [refusal]
        assert (answer.data["orderCreate"]["ticket"], answer.data["orderCreate"]["code"]) == (None, None)


@pytest.mark.feature("F20")
async def test_a_customer_claims_a_code_and_each_invalid_code_is_named(execute):
    ordered = await execute(IDA, ORDER, input={"templateId": YEARLY, "idempotencyKey": "1"})
    code, unknown = ordered.data["orderCreate"]["code"], new_code()

    refused = await execute(SAM, CLAIM, input={"codes": f"{code};{unknown};7", "idempotencyKey": "1"})
    claimed = await execute(SAM, CLAIM, input={"codes": code, "idempotencyKey": "2"})

    assert ordered.data["orderCreate"]["licenses"] == []
    assert [error["codes"] for error in refusals(refused)] == [
        [
            {"number": 2, "maskedCode": mask(unknown), "problem": "UNKNOWN"},
            {"number": 3, "maskedCode": None, "problem": "MALFORMED"},
        ]
    ]
    assert claimed.data["ticketClaim"] == {
        "tickets": [{"state": "CLAIMED"}],
        "licenses": [{"model": "SINGLE_USER_SUBSCRIPTION", "ownerUser": {"name": "Sam Sommer"}}],
        "errors": [],
    }


async def test_a_repeated_refusal_with_details_returns_the_first_response(execute, token_of):
    by_sam = await token_of(SAM)
    arguments = {"codes": new_code(), "idempotencyKey": "1"}

    first = await execute(SAM, CLAIM, by_token=by_sam, input=arguments)
    again = await execute(SAM, CLAIM, by_token=by_sam, input=arguments)

    assert first.data == again.data


@pytest.mark.feature("F123")
async def test_the_seats_of_a_subscription_are_changed_and_it_is_canceled(execute):
    license_id = to_global_id("License", Licenses.BERLIN_PUBLIC)

    modified = await execute(
        IDA, license_mutation("licenseModify"), input={"licenseId": license_id, "quantity": 12, "idempotencyKey": "1"}
    )
    canceled = await execute(
        IDA, license_mutation("licenseCancel"), input={"licenseId": license_id, "idempotencyKey": "2"}
    )
    again = await execute(
        IDA, license_mutation("licenseCancel"), input={"licenseId": license_id, "idempotencyKey": "3"}
    )

    license = modified.data["licenseModify"]["license"]
    assert (license["quantity"], license["nextQuantity"]) == (10, 12)
    assert canceled.data["licenseCancel"]["license"]["cancelledAt"] is not None
    assert refusals(again) == [{"code": "WRONG_STATE", "state": "CANCELLED"}]


@pytest.mark.feature("F103")
async def test_a_repeated_renewal_renews_a_subscription_once(execute, token_of):
    arguments = {"licenseId": to_global_id("License", Licenses.BERLIN_PUBLIC), "idempotencyKey": "invoice 4711"}
    renew = license_mutation("licenseRenew").replace("lifecycle", "lifecycle expiresAt")
    by_shop = await token_of(IDA)
    before = await execute(
        IDA, "query($id: ID!) { node(id: $id) { ... on License { expiresAt } } }", id=arguments["licenseId"]
    )

    first = await execute(IDA, renew, by_token=by_shop, input=arguments)
    again = await execute(IDA, renew, by_token=by_shop, input=arguments)

    end, renewed = before.data["node"]["expiresAt"], first.data["licenseRenew"]["license"]["expiresAt"]
    assert (refusals(first), first.data) == ([], again.data)
    assert (int(renewed[:4]), renewed[4:]) == (int(end[:4]) + 1, end[4:])


@pytest.mark.feature("F104")
async def test_a_draw_above_the_remaining_days_is_refused(execute):
    arguments = {"licenseId": to_global_id("License", Licenses.TOM_PREPAID), "days": 80}

    first = await execute(ANN, DRAW, input=arguments | {"idempotencyKey": "1"})
    second = await execute(ANN, DRAW, input=arguments | {"idempotencyKey": "2"})
    hidden = await execute(TOM, DRAW, input=arguments | {"idempotencyKey": "3"})

    assert first.data["timeContingentDraw"]["timeContingent"] == {"days": 10}
    assert refusals(second) == [{"code": "CONTINGENT_EXHAUSTED", "limit": 10}]
    assert refusals(hidden) == [{"code": "NOT_FOUND"}]


@pytest.mark.feature("F83")
async def test_a_refused_template_names_the_rule_of_its_model(execute):
    arguments = {"productId": to_global_id("Product", Products.CAD), "name": "Crew", "model": "PERPETUAL_MULTI_USER"}

    created = await execute(IDA, TEMPLATE, input=arguments | {"idempotencyKey": "1", "maxQuantity": 9})
    refused = await execute(
        IDA, TEMPLATE, input=arguments | {"idempotencyKey": "2", "containerTypes": ["PERSONAL_CLOUD"]}
    )

    assert created.data["licenseTemplateCreate"]["licenseTemplate"] == {
        "name": "Crew",
        "model": "PERPETUAL_MULTI_USER",
        "parameters": {"max_quantity": 9},
        "containerTypes": ["DONGLE", "GROUP_CLOUD", "LOCAL", "TECHNICAL_CLOUD"],
    }
    assert refusals(refused) == [{"code": "MODEL_RULE", "cell": "CONTAINERS"}]


@pytest.mark.feature("F59")
async def test_a_grant_is_passed_on_within_its_bounds(execute):
    arguments = {
        "grantId": to_global_id("CategoryGrant", named("grant", "Rex Trials")),
        "holderId": to_global_id("User", ANN.id),
        "scopeGroupId": ACME,
        "verbs": ["CREATE"],
        "maxQuantity": 1,
    }

    refused = await execute(REX, GRANT, input=arguments | {"maxDays": 61, "idempotencyKey": "1"})
    passed_on = await execute(REX, GRANT, input=arguments | {"maxDays": 60, "idempotencyKey": "2"})

    assert refusals(refused) == [{"code": "OVER_BOUND", "bound": "DAYS", "limit": 60}]
    assert passed_on.data["categoryGrantPassOn"]["categoryGrant"] == {
        "canCreate": True,
        "maxDays": 60,
        "holder": {"name": "Ann Archer"},
    }
