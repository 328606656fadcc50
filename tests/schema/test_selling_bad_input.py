"""Every mutation about selling, asked wrongly: by strangers, by another tenant, with nonsense. Nothing is ever written."""

import pytest
import sqlalchemy as sa

from schema.fields.ids import to_global_id
from schema.mutations import grants, license_terms, orders, products, tickets
from seeds.cast import MAX, TOM, Categories, Groups, Licenses, Products, Tickets, named
from seeds.demo_catalog import FIRM_CODE, feature_id, template_of
from store.licenses import License
from store.orders import LicenseOrder, TimeContingent
from store.products import Category, CategoryGrant, Feature, LicenseModel, LicenseTemplate, Product
from store.tickets import Ticket

TABLES = (License, LicenseOrder, TimeContingent, Category, CategoryGrant, Feature, LicenseTemplate, Product, Ticket)
CAD = to_global_id("Product", Products.CAD)
ACME = to_global_id("Group", Groups.ACME)
LICENSE = {"licenseId": to_global_id("License", Licenses.TOM_CAD)}
TICKET = {"ticketId": to_global_id("Ticket", Tickets.ACME)}
ORDER = {"orderId": to_global_id("LicenseOrder", named("order", "waiting"))}
TEMPLATE = to_global_id("LicenseTemplate", template_of(LicenseModel.DEMO))
GRANT = {"grantId": to_global_id("CategoryGrant", named("grant", "Rex Trials"))}
RIGHT = {"holderId": to_global_id("User", TOM.id), "scopeGroupId": ACME, "verbs": ["CREATE"]}
POOL = {"contingentId": to_global_id("TimeContingent", named("contingent", "Acme"))}
CATEGORY = {"categoryId": to_global_id("Category", Categories.TRIALS)}

# What is asked for, and how it reads to a member of another customer: the names of products are no secret, the rest is.
ASKED = {
    "productCreate": ({"name": "x", "firmCode": FIRM_CODE, "productCode": 9}, "FORBIDDEN"),
    "productModify": ({"productId": CAD, "name": "x"}, "FORBIDDEN"),
    "featureCreate": ({"productId": CAD, "code": 9, "name": "x"}, "FORBIDDEN"),
    "featureModify": ({"featureId": to_global_id("Feature", feature_id(Products.CAD, 1)), "name": "x"}, "FORBIDDEN"),
    "categoryCreate": ({"name": "x"}, "FORBIDDEN"),
    "categoryModify": (CATEGORY | {"name": "x"}, "NOT_FOUND"),
    "licenseTemplateCreate": ({"productId": CAD, "name": "x", "model": "DEMO", "days": 3}, "FORBIDDEN"),
    "licenseTemplateModify": ({"templateId": TEMPLATE, "name": "x"}, "NOT_FOUND"),
    "categoryGrantCreate": (CATEGORY | RIGHT, "NOT_FOUND"),
    "categoryGrantPassOn": (GRANT | RIGHT, "NOT_FOUND"),
    "categoryGrantRevoke": (GRANT, "NOT_FOUND"),
    "orderCreate": ({"templateId": TEMPLATE, "groupId": ACME}, "NOT_FOUND"),
    "orderApprove": (ORDER, "NOT_FOUND"),
    "orderReject": (ORDER | {"reason": "x"}, "NOT_FOUND"),
    "timeContingentSell": ({"groupId": ACME, "productId": CAD, "days": 1}, "NOT_FOUND"),
    "timeContingentModify": (POOL | {"days": 1}, "NOT_FOUND"),
    "timeContingentDraw": (LICENSE | POOL | {"days": 1}, "NOT_FOUND"),
    "ticketClaim": ({"groupId": ACME, "codes": Tickets.FRESH_CODE}, "NOT_FOUND"),
    "ticketReadCode": (TICKET, "NOT_FOUND"),
    "ticketAssign": (TICKET | {"targetId": ACME}, "NOT_FOUND"),
    "ticketVoid": (TICKET, "NOT_FOUND"),
    "licenseModify": (LICENSE | {"quantity": 1}, "NOT_FOUND"),
    "licenseRenew": (LICENSE, "NOT_FOUND"),
    "licenseCancel": (LICENSE, "NOT_FOUND"),
    "licenseSuspend": (LICENSE, "NOT_FOUND"),
    "licenseReinstate": (LICENSE, "NOT_FOUND"),
    "licenseRevoke": (LICENSE, "NOT_FOUND"),
    "licenseAddDays": (LICENSE | {"days": 1}, "NOT_FOUND"),
}


@pytest.fixture
def written(database):
    """Of each table how many rows there are and how often they were changed."""

    async def read():
        async with database.transaction() as session:
            return [
                tuple((await session.execute(sa.select(sa.func.count(), sa.func.sum(cls.version)))).one())
                for cls in TABLES
            ]

    return read


@pytest.fixture
def refused(execute):
    async def codes(who, name, given):
        kind = name[0].upper() + name[1:]
        document = f"mutation($input: {kind}Input!) {{ {name}(input: $input) {{ errors {{ code path }} }} }}"
        answer = await execute(who, document, input=given)
        assert answer.errors == [], name
        return [(each["code"], each["path"]) for each in answer.data[name]["errors"]]

    return codes


def test_no_mutation_about_selling_is_forgotten_here():
    assert ASKED.keys() == {
        each.name for noun in (products, grants, orders, license_terms, tickets) for each in noun.CHANGES
    }


async def test_strangers_and_other_tenants_change_nothing_and_learn_nothing(refused, written):
    before = await written()

    for number, (name, (given, code)) in enumerate(ASKED.items()):
        key = {"idempotencyKey": str(number)}
        assert await refused(None, name, given | key) == [("UNAUTHENTICATED", None)], name
        assert await refused(MAX, name, given | key) == [(code, None)], name

    assert await written() == before


async def test_an_id_of_another_kind_and_one_that_is_none_are_named(refused, written):
    before = await written()
    wrong = to_global_id("Notification", Groups.ACME)

    for name, (given, _code) in ASKED.items():
        for argument in (each for each in given if each.endswith("Id")):
            for text in (wrong, "nonsense"):
                answer = await refused(MAX, name, given | {argument: text, "idempotencyKey": "1"})
                assert answer == [("BAD_USER_INPUT", ["input", argument])], name

    assert await written() == before


async def test_a_number_and_a_text_out_of_their_bounds_are_named(refused, written):
    before = await written()
    bounds = [
        ("days", 0),
        ("days", 36_601),
        ("quantity", 0),
        ("name", ""),
        ("reason", ""),
        ("code", -1),
        ("productCode", 0),
    ]

    for name, (given, _code) in ASKED.items():
        for argument, value in ((argument, value) for argument, value in bounds if argument in given):
            if (name, argument, value) == ("timeContingentModify", "days", 0):
                continue  # a pool may be empty
            answer = await refused(MAX, name, given | {argument: value, "idempotencyKey": "1"})
            assert answer == [("BAD_USER_INPUT", ["input", argument])], name

    assert await written() == before
