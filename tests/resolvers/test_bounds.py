"""Every limit: what exceeds it is refused with the limit, and nothing is written."""

from datetime import UTC, datetime, timedelta

import pytest

from resolvers import (
    accounts,
    activations,
    borrows,
    containers,
    grants,
    groups,
    license_terms,
    notifications,
    orders,
    products,
    tickets,
    time_contingents,
    virtual_container_pulls,
)
from seeds.cast import ANN, IDA, OLGA, REX, SAM, TOM, Containers, Groups, Licenses, Products, cloud_of, named
from seeds.demo_catalog import template_of
from store.activations import Activation, ActivationState, NotBorrowable, SeatsExhausted
from store.db.database import Database
from store.devices import MAX_PERSONAL_DEVICES, DeviceLimitReached
from store.errors import BadInput, EditionRequired
from store.grants import CategoryGrant, GrantBound, GrantBoundExceeded, GrantVerb
from store.groups import MAX_LEVEL, GroupKind
from store.license_errors import NoticePassed
from store.license_models import ModelCell, ModelRuleBroken
from store.licenses import License
from store.notifications import NotificationEvent
from store.portal import Capability, Edition, Portal
from store.products import LicenseModel
from store.restores import DeactivationLimit
from store.services.group_tree import TooDeep
from store.tickets import CodesRefused, TooManyGuesses
from store.time_contingents import ContingentExhausted
from store.users import AccountHoldsLicenses
from tests.portal import NOW
from tests.resolvers.machines import IN_CLOUD, IN_DONGLE, ORDERED, PULLED
from tests.resolvers.unchanged import Case, World, named_cases

DAY = timedelta(days=1)
LOAN = named("activation", f"{Licenses.TOM_GATEWAY} {Containers.TOM_WORKSTATION}")
RIGHT = named("grant", "Rex Trials")
ACME_VIEWER = {"license_id": Licenses.ACME_PUBLIC}
PASSED_ON = {"grant_id": RIGHT, "holder_id": TOM.id, "scope_group_id": Groups.ACME, "verbs": [GrantVerb.CREATE]}
TRIAL = ORDERED | {"template_id": template_of(LicenseModel.DEMO), "group_id": Groups.RHEINTAL}

MODELS = {"bound": GrantBound.MODELS, "limit": None}


def bounded(**values):
    return ((CategoryGrant, RIGHT, values),)


def quantity(limit):
    return {"bound": GrantBound.QUANTITY, "limit": limit}


def days(limit):
    return {"bound": GrantBound.DAYS, "limit": limit}


def cell(model, column, **more):
    return {"model": model, "cell": column, **more}


ONE_SEAT = (License, Licenses.ACME_TEN_SEATS, {"quantity": 2})
OF_SEATS = (
    Case(
        activations.activate_license,
        {"license_id": Licenses.ACME_TEN_SEATS, "container_id": cloud_of(Groups.ACME)},
        SeatsExhausted,
        {"quantity": 2},
        (
            ONE_SEAT,
            *(
                (Activation, each, {"license_id": Licenses.ACME_TEN_SEATS, "seat": seat})
                for seat, each in enumerate((IN_CLOUD, IN_DONGLE), start=1)
            ),
        ),
    ),
    Case(
        virtual_container_pulls.pull_virtual_container,
        PULLED,
        SeatsExhausted,
        {"quantity": 1},
        ((Activation, IN_CLOUD, {"license_id": Licenses.PROJECT_ADMIN_ONLY, "seat": 1}),),
    ),
    Case(
        borrows.borrow_activation,
        {"activation_id": IN_DONGLE, "container_id": Containers.TOM_LAPTOP, "until": NOW + 14 * DAY + DAY / 9},
        NotBorrowable,
        {"days": 14},
    ),
    Case(
        borrows.borrow_activation,
        {"activation_id": IN_DONGLE, "container_id": Containers.TOM_LAPTOP, "until": NOW + 4 * DAY},
        NotBorrowable,
        {"days": 3},
        ((License, Licenses.BERLIN_DONGLE, {"rules": {"max_borrow_days": 3}}),),
    ),
    Case(
        borrows.extend_activation,
        {"activation_id": LOAN, "until": NOW + 5 * DAY},
        NotBorrowable,
        {"days": 14},
        (
            (
                Activation,
                LOAN,
                {
                    "state": ActivationState.BORROWED,
                    "seat": None,
                    "parent_id": IN_DONGLE,
                    "borrowed_until": NOW + DAY,
                    "requested_at": NOW - 10 * DAY,
                },
            ),
        ),
    ),
    Case(
        activations.deactivate_activation,
        {"activation_id": IN_CLOUD},
        DeactivationLimit,
        {"quantity": 1, "days": 90},
        ((License, Licenses.BERLIN_PUBLIC, {"rules": {"deactivations": {"count": 1, "window_days": 90}}}),),
        ANN,
    ),
)

OF_RIGHTS = (
    Case(orders.create_order, TRIAL | {"count": 11}, GrantBoundExceeded, quantity(10), by=REX),
    Case(orders.create_order, TRIAL | {"days": 30}, GrantBoundExceeded, days(20), bounded(max_days=20), REX),
    Case(orders.create_order, TRIAL, GrantBoundExceeded, MODELS, bounded(models=["PREPAID"]), REX),
    Case(
        license_terms.modify_license,
        ACME_VIEWER | {"quantity": 11},
        GrantBoundExceeded,
        quantity(10),
        bounded(max_days=None),
        REX,
    ),
    Case(license_terms.modify_license, ACME_VIEWER | {"quantity": 5}, GrantBoundExceeded, days(60), by=REX),
    Case(
        license_terms.modify_license,
        ACME_VIEWER | {"quantity": 5},
        GrantBoundExceeded,
        MODELS,
        bounded(models=["DEMO"]),
        REX,
    ),
    Case(license_terms.renew_license, ACME_VIEWER, GrantBoundExceeded, days(60), by=REX),
    Case(license_terms.renew_license, ACME_VIEWER, GrantBoundExceeded, quantity(4), bounded(max_quantity=4), REX),
    Case(license_terms.renew_license, ACME_VIEWER, GrantBoundExceeded, MODELS, bounded(models=["DEMO"]), REX),
    Case(
        license_terms.add_days, {"license_id": Licenses.TOM_PREPAID, "days": 61}, GrantBoundExceeded, days(60), by=REX
    ),
    Case(
        license_terms.add_days,
        {"license_id": Licenses.TOM_PREPAID, "days": 1},
        GrantBoundExceeded,
        quantity(1),
        ((License, Licenses.TOM_PREPAID, {"quantity": 2}), *bounded(max_quantity=1)),
        REX,
    ),
    Case(
        license_terms.add_days,
        {"license_id": Licenses.TOM_PREPAID, "days": 1},
        GrantBoundExceeded,
        MODELS,
        bounded(models=["DEMO"]),
        REX,
    ),
    Case(
        grants.pass_on_grant, PASSED_ON | {"max_quantity": 11, "max_days": 1}, GrantBoundExceeded, quantity(10), by=REX
    ),
    Case(grants.pass_on_grant, PASSED_ON | {"max_days": 1}, GrantBoundExceeded, quantity(10), by=REX),
    Case(grants.pass_on_grant, PASSED_ON | {"max_quantity": 1, "max_days": 61}, GrantBoundExceeded, days(60), by=REX),
    Case(
        grants.pass_on_grant,
        PASSED_ON | {"max_quantity": 1, "max_days": 1, "models": [LicenseModel.PREPAID]},
        GrantBoundExceeded,
        MODELS,
        bounded(models=["DEMO"]),
        REX,
    ),
    Case(
        grants.pass_on_grant,
        PASSED_ON | {"verbs": [GrantVerb.REVOKE], "max_quantity": 1, "max_days": 1},
        GrantBoundExceeded,
        {"bound": GrantBound.VERBS, "limit": None},
        by=REX,
    ),
    Case(
        grants.pass_on_grant,
        PASSED_ON | {"scope_group_id": Groups.RHEINTAL, "max_quantity": 1, "max_days": 1},
        GrantBoundExceeded,
        {"bound": GrantBound.SCOPE, "limit": None},
        bounded(scope_group_id=Groups.ACME),
        IDA,
    ),
)

YEARLY, DEMO, PREPAID = LicenseModel.SINGLE_USER_SUBSCRIPTION, LicenseModel.DEMO, LicenseModel.PREPAID
OF_MODELS = (
    Case(orders.create_order, ORDERED | {"quantity": 2}, ModelRuleBroken, cell(YEARLY, ModelCell.QUANTITY, limit=1)),
    Case(orders.create_order, TRIAL | {"days": 31}, ModelRuleBroken, cell(DEMO, ModelCell.TIME, limit=30)),
    Case(orders.create_order, ORDERED | {"expires_at": NOW - DAY}, ModelRuleBroken, cell(YEARLY, ModelCell.TIME)),
    Case(
        license_terms.modify_license,
        {"license_id": Licenses.TOM_CAD, "quantity": 2},
        ModelRuleBroken,
        cell(YEARLY, ModelCell.QUANTITY, limit=1),
    ),
    *(
        Case(
            license_terms.modify_license,
            {"license_id": Licenses.ACME_TEN_SEATS, "quantity": few},
            ModelRuleBroken,
            cell(LicenseModel.PERPETUAL_MULTI_USER, ModelCell.QUANTITY, limit=least),
        )
        for few, least in ((9, 10), (1, 2))
    ),
    Case(
        license_terms.add_days,
        {"license_id": Licenses.TOM_CAD, "days": 1},
        ModelRuleBroken,
        cell(YEARLY, ModelCell.RENEWAL),
    ),
    Case(
        license_terms.modify_license,
        {"license_id": Licenses.ACME_TEN_SEATS, "auto_renew": True},
        ModelRuleBroken,
        cell(LicenseModel.PERPETUAL_MULTI_USER, ModelCell.RENEWAL),
    ),
    Case(
        license_terms.renew_license,
        {"license_id": Licenses.ACME_TEN_SEATS},
        ModelRuleBroken,
        cell(LicenseModel.PERPETUAL_MULTI_USER, ModelCell.RENEWAL),
    ),
    Case(
        license_terms.cancel_license,
        {"license_id": Licenses.ACME_TEN_SEATS},
        ModelRuleBroken,
        cell(LicenseModel.PERPETUAL_MULTI_USER, ModelCell.RENEWAL),
    ),
    *(
        Case(
            products.modify_template,
            {"template_id": template_of(model), **rest},
            ModelRuleBroken,
            cell(model, column, **more),
        )
        for model, rest, column, more in (
            (YEARLY, {"max_quantity": 2}, ModelCell.QUANTITY, {"limit": 1}),
            (YEARLY, {"endless": True}, ModelCell.TIME, {}),
            (YEARLY, {"days": 3}, ModelCell.TIME, {}),
            (DEMO, {"period": "P1M"}, ModelCell.TIME, {}),
            (DEMO, {"max_days": 29}, ModelCell.TIME, {"limit": 29}),
            (DEMO, {"auto_renew": True}, ModelCell.RENEWAL, {}),
            (PREPAID, {"notice_days": 1}, ModelCell.RENEWAL, {}),
            (PREPAID, {"basis": "FROM_EXPIRY"}, ModelCell.RENEWAL, {}),
            (LicenseModel.PERPETUAL_MULTI_USER, {"container_types": ["PERSONAL_CLOUD"]}, ModelCell.CONTAINERS, {}),
        )
    ),
    Case(products.modify_template, {"template_id": template_of(YEARLY), "period": "P101Y"}, BadInput),
    Case(
        products.create_template, {"product_id": Products.CAD, "name": "x", "model": YEARLY, "period": "P0D"}, BadInput
    ),
    *(
        Case(
            each,
            {"license_id": Licenses.TOM_CAD, **rest},
            NoticePassed,
            {"deadline": NOW.isoformat()},
            ((License, Licenses.TOM_CAD, {"expires_at": NOW + DAY, "notice_days": 1}),),
        )
        for each, rest in ((license_terms.cancel_license, {}), (license_terms.modify_license, {"auto_renew": False}))
    ),
)

LAST = datetime(9999, 12, 31, 23, tzinfo=UTC)
YEARS_END = (License, Licenses.TOM_CAD, {"expires_at": LAST})
RUNS, WAITS = (
    (License, Licenses.TOM_PREPAID, each) for each in ({"expires_at": LAST}, {"expires_at": None, "starts_at": LAST})
)
OF_THE_CALENDAR = (
    Case(orders.create_order, ORDERED | {"starts_at": LAST}, BadInput),
    Case(license_terms.renew_license, {"license_id": Licenses.TOM_CAD}, BadInput, puts=(YEARS_END,)),
    *(
        Case(each, {"license_id": Licenses.TOM_PREPAID, "days": 1}, BadInput, puts=(put,))
        for each in (license_terms.add_days, time_contingents.draw_contingent)
        for put in (RUNS, WAITS)
    ),
    Case(
        activations.activate_license,
        {"license_id": Licenses.ACME_DEMO, "container_id": cloud_of(Groups.ACME)},
        BadInput,
        puts=((License, Licenses.ACME_DEMO, {"days": 4_000_000}),),
    ),
)

PORTAL = named("portal", "the only one")
TEAM, BELOW_LAB = {"name": "x", "kind": GroupKind.TEAM}, {"parent_id": Groups.LAB}
LEVELS = {"capability": Capability.GROUP_LEVELS, "minimum": Edition.ENTERPRISE}
OTHERS = (
    Case(
        time_contingents.draw_contingent,
        {"license_id": Licenses.TOM_PREPAID, "days": 91},
        ContingentExhausted,
        {"limit": 90},
    ),
    Case(accounts.erase_account, {}, AccountHoldsLicenses, {"quantity": 1}, by=SAM),
    *(
        Case(
            notifications.set_rule,
            {"event": NotificationEvent.LICENSE_EXPIRING, "group_id": Groups.ACME, "offsets": offsets},
            BadInput,
            {"limit": limit},
        )
        for offsets, limit in ((range(1, 12), 10), ([367], 366))
    ),
    Case(accounts.modify_account, {"profile": {"x": "x" * 20_000}}, BadInput, {"limit": 10_000}, by=TOM),
    Case(tickets.claim_tickets, {"codes": ";".join(["DEM2V-DAAAA-AAAAA-AAAAA-AAAAF"] * 21)}, BadInput, {"limit": 20}),
    *(
        Case(each, arguments, EditionRequired, LEVELS, ((Portal, PORTAL, {"edition": Edition.PROFESSIONAL}),))
        for each, arguments in (
            (groups.create_group, TEAM | BELOW_LAB),
            (groups.move_group, {"group_id": Groups.BOLT} | BELOW_LAB),
        )
    ),
)


@pytest.fixture(scope="module")
async def database(new_demo):
    """Shared by all tests of the module, because refusals write nothing; a test may add rows of its own."""
    database = Database(new_demo(), pool_size=4)
    yield database
    await database.close()


@pytest.mark.parametrize("case", named_cases([*OF_SEATS, *OF_RIGHTS, *OF_MODELS, *OF_THE_CALENDAR, *OTHERS]))
async def test_a_mutation_beyond_a_limit_is_refused_with_the_limit(case, access_of, database):
    await World(database).refuses_case(await access_of(case.by), case)


async def test_the_fourth_device_of_a_personal_cloud_is_refused_with_the_limit(access_of, database):
    tom, cloud = await access_of(TOM), cloud_of(TOM.id)
    for number in range(MAX_PERSONAL_DEVICES):
        await containers.import_credential(tom, container_id=cloud, device_label=f"device {number}")

    refused = Case(
        containers.import_credential,
        {"container_id": cloud, "device_label": "one more"},
        DeviceLimitReached,
        {"quantity": MAX_PERSONAL_DEVICES},
        by=TOM,
    )
    await World(database).refuses_case(tom, refused)


async def test_guessing_codes_is_refused_with_the_seconds_to_wait(access_of, database):
    olga, wrong = await access_of(OLGA), {"codes": "DEM2V-DAAAA-AAAAA-AAAAA-AAAAF"}
    for number in range(tickets.GUESSES):
        with pytest.raises(CodesRefused):
            await tickets.claim_tickets(olga.attempt(key=str(number)), **wrong)

    wait = int(tickets.WINDOW.total_seconds()) + 1
    refused = Case(tickets.claim_tickets, wrong, TooManyGuesses, {"retry_after": wait}, by=OLGA)
    await World(database).refuses_case(olga, refused)


async def test_groups_cannot_be_nested_below_the_tenth_level(access_of, database):
    ida, parent = await access_of(IDA), Groups.LAB
    for level in range(5, MAX_LEVEL + 1):
        made = await groups.create_group(ida, name=f"level {level}", kind=GroupKind.TEAM, parent_id=parent)
        parent = made.result.group.id

    below = {"parent_id": parent}
    for case, arguments in (
        (groups.create_group, TEAM | below),
        (groups.move_group, {"group_id": Groups.BOLT} | below),
    ):
        await World(database).refuses_case(ida, Case(case, arguments, TooDeep, {"limit": MAX_LEVEL}))
