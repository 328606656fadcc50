"""Selling through GraphQL: what clients send, what they are answered, and refusals as data with typed details."""

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


def on_license(name):
    kind = name[0].upper() + name[1:]
    return f"""mutation($input: {kind}Input!) {{ {name}(input: $input) {{
        license {{ lifecycle cancelledAt quantity nextQuantity }} {ERRORS}
    }} }}"""


def refusals(answer):
    (payload,) = answer.data.values()
    return [{name: value for name, value in each.items() if value is not None} for each in payload["errors"]]


def ordering(template=DEMO, group=BERLIN, key="1", **more):
    return {"templateId": template, "groupId": group, "idempotencyKey": key, **more}


@pytest.mark.feature("F28", "F61", "F101")
async def test_a_reseller_orders_and_is_told_the_code_once(execute, token_of):
    by_rex = await token_of(REX)

    first = await execute(REX, ORDER, by_token=by_rex, input=ordering())
    again = await execute(REX, ORDER, by_token=by_rex, input=ordering())
    ticket = first.data["orderCreate"]["ticket"]["id"]
    read = await execute(REX, CODE, input={"ticketId": ticket, "idempotencyKey": "2"})

    code = first.data["orderCreate"].pop("code")
    assert again.data["orderCreate"].pop("code") is None
    assert first.data == again.data
    assert first.data["orderCreate"]["licenseOrder"] == {
        "state": "FULFILLED", "source": "PORTAL", "externalRef": None, "ticket": {"maskedCode": mask(code)},
        "licenses": {"nodes": [{"model": "DEMO"}]},
    }  # fmt: skip
    assert first.data["orderCreate"]["ticket"]["ownerGroup"] == {"name": "Acme Berlin"}
    assert read.data["ticketReadCode"] == {"code": code, "errors": []}


@pytest.mark.feature("F13")
async def test_a_shop_repeats_its_order_under_another_key_and_gets_the_same(execute):
    shop = {"source": "API", "externalRef": "shop-9"}

    first = await execute(IDA, ORDER, input=ordering(YEARLY, ACME, "1", **shop))
    again = await execute(IDA, ORDER, input=ordering(YEARLY, ACME, "2", **shop))
    other = await execute(IDA, ORDER, input=ordering(YEARLY, BERLIN, "3", **shop))

    assert first.data["orderCreate"]["ticket"] == again.data["orderCreate"]["ticket"]
    assert first.data["orderCreate"]["licenses"] == again.data["orderCreate"]["licenses"]
    assert refusals(other) == [{"code": "EXTERNAL_REF_TAKEN"}]


async def test_an_order_is_refused_with_what_a_client_needs_to_put_it_right(execute):
    cases = [
        (REX, ordering(count=11), {"code": "OVER_BOUND", "bound": "QUANTITY", "limit": 10}),
        (IDA, ordering(YEARLY, quantity=2), {"code": "MODEL_RULE", "cell": "QUANTITY", "limit": 1}),
        (IDA, ordering(YEARLY, quantity=0), {"code": "BAD_USER_INPUT", "path": ["input", "quantity"], "limit": 1}),
        (IDA, ordering(ACME), {"code": "BAD_USER_INPUT", "path": ["input", "templateId"]}),
        (REX, ordering(group=to_global_id("Group", Groups.BOLT)), {"code": "NOT_FOUND"}),
        (ANN, ordering(), {"code": "NOT_FOUND"}),
        (REX, ordering(group=ACME), {"code": "DEMO_EXISTS"}),
    ]

    for number, (who, wrong, refusal) in enumerate(cases):
        answer = await execute(who, ORDER, input=wrong | {"idempotencyKey": str(number)})
        assert refusals(answer) == [refusal]
        assert (answer.data["orderCreate"]["ticket"], answer.data["orderCreate"]["code"]) == (None, None)


@pytest.mark.feature("F20")
async def test_a_customer_redeems_a_code_and_is_told_of_each_that_does_not_fit(execute):
    sold = await execute(IDA, ORDER, input={"templateId": YEARLY, "idempotencyKey": "1"})
    code, unknown = sold.data["orderCreate"]["code"], new_code()

    wrong = await execute(SAM, CLAIM, input={"codes": f"{code};{unknown};7", "idempotencyKey": "1"})
    right = await execute(SAM, CLAIM, input={"codes": code, "idempotencyKey": "2"})

    assert sold.data["orderCreate"]["licenses"] == []
    assert [each["codes"] for each in refusals(wrong)] == [
        [
            {"number": 2, "maskedCode": mask(unknown), "problem": "UNKNOWN"},
            {"number": 3, "maskedCode": None, "problem": "MALFORMED"},
        ],
    ]
    assert right.data["ticketClaim"] == {
        "tickets": [{"state": "CLAIMED"}],
        "licenses": [{"model": "SINGLE_USER_SUBSCRIPTION", "ownerUser": {"name": "Sam Sommer"}}],
        "errors": [],
    }


async def test_a_kept_refusal_reads_like_the_first(execute, token_of):
    by_sam = await token_of(SAM)
    guess = {"codes": new_code(), "idempotencyKey": "1"}

    first = await execute(SAM, CLAIM, by_token=by_sam, input=guess)
    again = await execute(SAM, CLAIM, by_token=by_sam, input=guess)

    assert first.data == again.data


@pytest.mark.feature("F123")
async def test_a_subscription_is_cancelled_and_its_seats_are_changed(execute):
    license_id = to_global_id("License", Licenses.BERLIN_PUBLIC)

    more = await execute(
        IDA,
        on_license("licenseModify"),
        input={"licenseId": license_id, "quantity": 12, "idempotencyKey": "1"},
    )
    ended = await execute(IDA, on_license("licenseCancel"), input={"licenseId": license_id, "idempotencyKey": "2"})
    again = await execute(IDA, on_license("licenseCancel"), input={"licenseId": license_id, "idempotencyKey": "3"})

    assert (
        more.data["licenseModify"]["license"] | {"quantity": 10, "nextQuantity": 12}
        == more.data["licenseModify"]["license"]
    )
    assert ended.data["licenseCancel"]["license"]["cancelledAt"] is not None
    assert refusals(again) == [{"code": "WRONG_STATE", "state": "CANCELLED"}]


@pytest.mark.feature("F103")
async def test_a_shop_renews_a_subscription_once_however_often_it_says_so(execute, token_of):
    said = {"licenseId": to_global_id("License", Licenses.BERLIN_PUBLIC), "idempotencyKey": "invoice 4711"}
    renew = on_license("licenseRenew").replace("lifecycle", "lifecycle expiresAt")
    by_shop = await token_of(IDA)
    before = await execute(
        IDA, "query($id: ID!) { node(id: $id) { ... on License { expiresAt } } }", id=said["licenseId"]
    )

    first = await execute(IDA, renew, by_token=by_shop, input=said)
    again = await execute(IDA, renew, by_token=by_shop, input=said)

    end, renewed = before.data["node"]["expiresAt"], first.data["licenseRenew"]["license"]["expiresAt"]
    assert (refusals(first), first.data) == ([], again.data)
    assert (int(renewed[:4]), renewed[4:]) == (int(end[:4]) + 1, end[4:])


@pytest.mark.feature("F104")
async def test_days_are_drawn_until_none_are_left(execute):
    draw = {"licenseId": to_global_id("License", Licenses.TOM_PREPAID), "days": 80}

    first = await execute(ANN, DRAW, input=draw | {"idempotencyKey": "1"})
    second = await execute(ANN, DRAW, input=draw | {"idempotencyKey": "2"})
    hidden = await execute(TOM, DRAW, input=draw | {"idempotencyKey": "3"})

    assert first.data["timeContingentDraw"]["timeContingent"] == {"days": 10}
    assert refusals(second) == [{"code": "CONTINGENT_EXHAUSTED", "limit": 10}]
    assert refusals(hidden) == [{"code": "NOT_FOUND"}]


@pytest.mark.feature("F83")
async def test_a_template_names_the_column_that_it_breaks(execute):
    told = {"productId": to_global_id("Product", Products.CAD), "name": "Crew", "model": "PERPETUAL_MULTI_USER"}

    good = await execute(IDA, TEMPLATE, input=told | {"idempotencyKey": "1", "maxQuantity": 9})
    bad = await execute(IDA, TEMPLATE, input=told | {"idempotencyKey": "2", "containerTypes": ["PERSONAL_CLOUD"]})

    assert good.data["licenseTemplateCreate"]["licenseTemplate"] == {
        "name": "Crew", "model": "PERPETUAL_MULTI_USER", "parameters": {"max_quantity": 9},
        "containerTypes": ["DONGLE", "GROUP_CLOUD", "LOCAL", "TECHNICAL_CLOUD"],
    }  # fmt: skip
    assert refusals(bad) == [{"code": "MODEL_RULE", "cell": "CONTAINERS"}]


@pytest.mark.feature("F59")
async def test_a_right_is_passed_on_within_ones_own(execute):
    right = {
        "grantId": to_global_id("CategoryGrant", named("grant", "Rex Trials")), "holderId": to_global_id("User", ANN.id),
        "scopeGroupId": ACME, "verbs": ["CREATE"], "maxQuantity": 1,
    }  # fmt: skip

    bad = await execute(REX, GRANT, input=right | {"maxDays": 61, "idempotencyKey": "1"})
    good = await execute(REX, GRANT, input=right | {"maxDays": 60, "idempotencyKey": "2"})

    assert refusals(bad) == [{"code": "OVER_BOUND", "bound": "DAYS", "limit": 60}]
    assert good.data["categoryGrantPassOn"]["categoryGrant"] == {
        "canCreate": True, "maxDays": 60, "holder": {"name": "Ann Archer"},
    }  # fmt: skip
