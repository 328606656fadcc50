"""Every mutation of the catalog, orders, tickets and license terms with refused arguments; none may write anything."""

import pytest
import sqlalchemy as sa

from schema.fields.ids import to_global_id
from schema.mutations import grants, license_terms, orders, products, tickets
from seeds.cast import MAX, TOM, Categories, Groups, Licenses, Products, Tickets, named
from seeds.demo_catalog import FIRM_CODE, feature_id, template_of
from store.grants import CategoryGrant
from store.licenses import License
from store.orders import LicenseOrder
from store.products import Category, Feature, LicenseModel, LicenseTemplate, Product
from store.tickets import Ticket
from store.time_contingents import TimeContingent
from tests.portal import codes_and_paths

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

# Valid arguments, and the refusal of a member of another customer: only products and features are visible to everyone.
MUTATIONS = {
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
def versions(database):
    """The number of rows of each table and the sum of their versions."""

    async def read():
        async with database.transaction() as session:
            return [
                tuple((await session.execute(sa.select(sa.func.count(), sa.func.sum(cls.version)))).one())
                for cls in TABLES
            ]

    return read


@pytest.fixture
def refused(mutate):
    """`await refused(MAX, "productModify", arguments)` are the codes and paths of the errors."""

    async def send(account, name, arguments):
        payload = await mutate(account, name, "__typename", **arguments)
        return codes_and_paths(payload)

    return send


def test_every_mutation_of_these_entities_is_covered():
    assert MUTATIONS.keys() == {
        change.name for module in (products, grants, orders, license_terms, tickets) for change in module.CHANGES
    }


async def test_anonymous_callers_and_other_customers_are_refused(refused, versions):
    before = await versions()

    for name, (arguments, code) in MUTATIONS.items():
        assert await refused(None, name, arguments) == [("UNAUTHENTICATED", None)], name
        assert await refused(MAX, name, arguments) == [(code, None)], name

    assert await versions() == before


async def test_an_id_of_another_type_and_a_malformed_one_are_named_by_their_path(refused, versions):
    before = await versions()
    wrong_type = to_global_id("Notification", Groups.ACME)

    for name, (arguments, _code) in MUTATIONS.items():
        for argument in (key for key in arguments if key.endswith("Id")):
            for value in (wrong_type, "malformed"):
                assert await refused(MAX, name, arguments | {argument: value}) == [
                    ("BAD_USER_INPUT", ["input", argument])
                ], name

    assert await versions() == before


async def test_a_number_or_text_out_of_bounds_is_named_by_its_path(refused, versions):
    before = await versions()
    bounds = [
        ("days", 0),
        ("days", 36_601),
        ("quantity", 0),
        ("name", ""),
        ("reason", ""),
        ("code", -1),
        ("productCode", 0),
    ]

    for name, (arguments, _code) in MUTATIONS.items():
        for argument, value in ((argument, value) for argument, value in bounds if argument in arguments):
            if (name, argument, value) == ("timeContingentModify", "days", 0):
                continue  # a contingent may be empty
            assert await refused(MAX, name, arguments | {argument: value}) == [
                ("BAD_USER_INPUT", ["input", argument])
            ], name

    assert await versions() == before
