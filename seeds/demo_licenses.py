"""The licenses of the demo world, with their tickets, orders and time contingents."""

from datetime import datetime, timedelta
from uuid import UUID

from seeds.cast import BEA, IDA, REX, SAL, SAM, SERVER, TOM, Groups, Licenses, Products, Projects, Tickets, named
from seeds.demo_catalog import feature_id, template_of
from store.license_states import Lifecycle, Visibility
from store.licenses import License, LicenseFeature
from store.orders import LicenseOrder, OrderSource, OrderState
from store.products import LicenseModel
from store.ticket_codes import hash_code, mask
from store.tickets import Ticket, TicketState
from store.time_contingents import TimeContingent

DEMO_ORDER = named("order", "demo for Acme")

_PERPETUAL = {"model": LicenseModel.PERPETUAL_SINGLE_USER, "quantity": 1}
_PERPETUAL_MULTI = {"model": LicenseModel.PERPETUAL_MULTI_USER}
_SUBSCRIPTION = {"model": LicenseModel.SINGLE_USER_SUBSCRIPTION, "quantity": 1, "period": "P1Y", "auto_renew": True}
_SUBSCRIPTION_MULTI = {"model": LicenseModel.MULTI_USER_SUBSCRIPTION, "period": "P1Y", "auto_renew": True}
_NFR = {"model": LicenseModel.INTERNAL_NFR, "not_for_resale": True}
_PUBLIC = {"visibility": Visibility.PUBLIC}


def licenses(now: datetime) -> list[License]:
    """Licenses of all models, states and kinds of assignment."""

    def days(number: int) -> datetime:
        return now + timedelta(days=number)

    def sold(to: UUID, license_id: UUID, product_id: UUID, **rest: object) -> License:
        owner = {"owner_user_id": to} if to == SAM.id else {"owner_group_id": to}
        rest = {"starts_at": days(-100), "quantity": 1} | owner | rest
        return License(id=license_id, product_id=product_id, anchor_at=rest["starts_at"], **rest)

    def of_acme(license_id: UUID, product_id: UUID, **rest: object) -> License:
        return sold(Groups.ACME, license_id, product_id, **rest)

    def of_bolt(license_id: UUID, product_id: UUID, **rest: object) -> License:
        return sold(Groups.BOLT, license_id, product_id, **rest)

    year = {"expires_at": days(265)}
    tom, bea = {"assigned_user_id": TOM.id}, {"assigned_user_id": BEA.id}
    acme, berlin, lab, bolt = (
        {"assigned_group_id": group} for group in (Groups.ACME, Groups.BERLIN, Groups.LAB, Groups.BOLT)
    )
    hamburg = {"assigned_project_id": Projects.HAMBURG}
    return [
        of_acme(Licenses.TOM_CAD, Products.CAD, **_SUBSCRIPTION, **tom, **year),
        of_acme(Licenses.TOM_RENDER, Products.RENDER, **_PERPETUAL, **tom),
        of_acme(
            Licenses.TOM_PREPAID,
            Products.VIEWER,
            **tom,
            model=LicenseModel.PREPAID,
            days=30,
            first_activated_at=days(-25),
            expires_at=days(5),
        ),
        of_acme(Licenses.TOM_GATEWAY, Products.GATEWAY, **_PERPETUAL, **tom),
        of_acme(Licenses.TOM_SUSPENDED, Products.CAD, **_SUBSCRIPTION, **tom, **year, lifecycle=Lifecycle.SUSPENDED),
        of_acme(Licenses.BEA_ACME, Products.RENDER, **_PERPETUAL, **bea),
        of_bolt(Licenses.BEA_BOLT, Products.CAD, **_SUBSCRIPTION, **year, **bea),
        of_acme(Licenses.SERVER_FLOW, Products.FLOW, **_PERPETUAL_MULTI, quantity=25, assigned_user_id=SERVER.id),
        of_acme(Licenses.ACME_PUBLIC, Products.VIEWER, **_SUBSCRIPTION_MULTI, quantity=5, **year, **acme, **_PUBLIC),
        of_acme(Licenses.ACME_TEN_SEATS, Products.FLOW, **_PERPETUAL_MULTI, quantity=10, **acme),
        of_acme(Licenses.ACME_POOL, Products.CAD, **_SUBSCRIPTION, **year, ticket_id=Tickets.ACME),
        of_acme(
            Licenses.ACME_DEMO,
            Products.CAD,
            model=LicenseModel.DEMO,
            days=30,
            starts_at=days(-10),
            order_id=DEMO_ORDER,
            **acme,
        ),
        of_acme(Licenses.ACME_REVOKED, Products.RENDER, **_PERPETUAL, lifecycle=Lifecycle.REVOKED),
        of_acme(Licenses.BERLIN_PUBLIC, Products.FLOW, **_SUBSCRIPTION_MULTI, quantity=10, **year, **berlin, **_PUBLIC),
        of_acme(Licenses.BERLIN_ADMIN_ONLY, Products.CAD, **_SUBSCRIPTION, **year, **berlin),
        of_acme(
            Licenses.BERLIN_EXPIRED,
            Products.RENDER,
            **berlin,
            **_PUBLIC,
            model=LicenseModel.MULTI_USER_SUBSCRIPTION,
            quantity=3,
            period="P1M",
            expires_at=days(-40),
            lifecycle=Lifecycle.EXPIRED,
        ),
        of_acme(Licenses.BERLIN_DONGLE, Products.CAD, **_PERPETUAL, **berlin, deactivation_allowed=False),
        of_acme(Licenses.LAB_PUBLIC, Products.FLOW, **_PERPETUAL_MULTI, quantity=4, **lab, **_PUBLIC),
        of_acme(Licenses.PROJECT_PUBLIC, Products.CAD, **_PERPETUAL, **hamburg, **_PUBLIC),
        of_acme(Licenses.PROJECT_ADMIN_ONLY, Products.GATEWAY, **_PERPETUAL, **hamburg),
        of_bolt(
            Licenses.BOLT_PUBLIC,
            Products.FLOW,
            **_PERPETUAL_MULTI,
            quantity=3,
            **bolt,
            **_PUBLIC,
            ticket_id=Tickets.BOLT_FIRST,
        ),
        of_bolt(Licenses.BOLT_ADMIN_ONLY, Products.RENDER, **_PERPETUAL, **bolt, ticket_id=Tickets.BOLT_SECOND),
        of_bolt(
            Licenses.BOLT_CANCELLED,
            Products.VIEWER,
            **bolt,
            model=LicenseModel.SINGLE_USER_SUBSCRIPTION,
            period="P1Y",
            expires_at=days(60),
            cancelled_at=days(-30),
        ),
        of_bolt(
            Licenses.BOLT_SCHEDULED,
            Products.CAD,
            **_SUBSCRIPTION,
            starts_at=days(30),
            expires_at=days(395),
            lifecycle=Lifecycle.SCHEDULED,
        ),
        sold(
            Groups.SALES,
            Licenses.SALES_NFR,
            Products.CAD,
            **_NFR,
            quantity=5,
            **year,
            **_PUBLIC,
            assigned_group_id=Groups.SALES,
        ),
        sold(
            Groups.RHEINTAL,
            Licenses.RHEINTAL_NFR,
            Products.VIEWER,
            **_NFR,
            quantity=2,
            **year,
            assigned_group_id=Groups.RHEINTAL,
        ),
        sold(SAM.id, Licenses.SAM_HOME, Products.RENDER, **_PERPETUAL, assigned_user_id=SAM.id, ticket_id=Tickets.SAM),
    ]


def license_features() -> list[LicenseFeature]:
    """Which features are enabled in which licenses."""
    return [
        LicenseFeature(license_id=license_id, feature_id=feature_id(product_id, code))
        for license_id, product_id, codes in (
            (Licenses.TOM_CAD, Products.CAD, (1, 2)),
            (Licenses.BERLIN_PUBLIC, Products.FLOW, (1, 2, 3)),
            (Licenses.SERVER_FLOW, Products.FLOW, (1, 3)),
            (Licenses.SAM_HOME, Products.RENDER, (1,)),
            (Licenses.PROJECT_PUBLIC, Products.CAD, (1, 2, 3)),
        )
        for code in codes
    ]


def tickets(now: datetime) -> list[Ticket]:
    """Tickets in each state; the one of Bolt held two licenses and was split (spec F99)."""

    def ticket(ticket_id: UUID, code: str, state: TicketState, **rest: object) -> Ticket:
        claimed = {"claimed_at": now - timedelta(days=99)} if state in (TicketState.CLAIMED, TicketState.SPLIT) else {}
        return Ticket(id=ticket_id, code_hash=hash_code(code), code_masked=mask(code), state=state, **claimed, **rest)

    part = {"owner_group_id": Groups.BOLT, "parent_id": Tickets.BOLT_SPLIT}
    return [
        ticket(Tickets.BOLT_SPLIT, "DEM2S-PLTAA-AAAAA-AAAAA-AAAAA", TicketState.SPLIT, owner_group_id=Groups.BOLT),
        ticket(Tickets.FRESH, Tickets.FRESH_CODE, TicketState.FRESH),
        ticket(Tickets.ACME, "DEM2A-CMEAA-AAAAA-AAAAA-AAAAB", TicketState.CLAIMED, owner_group_id=Groups.ACME),
        ticket(Tickets.BOLT_FIRST, "DEM2F-RSTAA-AAAAA-AAAAA-AAAAC", TicketState.CLAIMED, **part),
        ticket(Tickets.BOLT_SECOND, "DEM2S-CNDAA-AAAAA-AAAAA-AAAAD", TicketState.CLAIMED, **part),
        ticket(Tickets.SAM, "DEM2S-AMAAA-AAAAA-AAAAA-AAAAE", TicketState.CLAIMED, owner_user_id=SAM.id),
        ticket(Tickets.VOID, "DEM2V-DAAAA-AAAAA-AAAAA-AAAAF", TicketState.VOID),
    ]


def orders(now: datetime) -> list[LicenseOrder]:
    """Orders of a reseller, a sales employee and a web shop; one awaits approval and one was rejected."""

    def order(order_id: UUID, by: UUID, group_id: UUID, model: LicenseModel, **rest: object) -> LicenseOrder:
        parameters: dict[str, object] = {"count": 1, "days": None, "features": [], "by_code": False}
        rest = {
            "source": OrderSource.PORTAL,
            "state": OrderState.FULFILLED,
            "quantity": 1,
            "parameters": parameters,
        } | rest
        return LicenseOrder(id=order_id, actor_id=by, group_id=group_id, template_id=template_of(model), **rest)

    shop = {"source": OrderSource.API, "starts_at": now - timedelta(days=100), "expires_at": now + timedelta(days=265)}
    return [
        order(DEMO_ORDER, REX.id, Groups.ACME, LicenseModel.DEMO),
        order(
            named("order", "from the shop"),
            IDA.id,
            Groups.ACME,
            LicenseModel.SINGLE_USER_SUBSCRIPTION,
            **shop,
            external_ref="shop-2031",
        ),
        order(
            named("order", "waiting"),
            SAL.id,
            Groups.BOLT,
            LicenseModel.SINGLE_USER_SUBSCRIPTION,
            state=OrderState.AWAITING_APPROVAL,
        ),
        order(
            named("order", "refused"),
            REX.id,
            Groups.ACME,
            LicenseModel.DEMO,
            quantity=20,
            state=OrderState.REJECTED,
            reason="the grant allows at most 10 licenses, got 20",
        ),
    ]


def time_contingents() -> list[TimeContingent]:
    """Time contingents with unused days."""
    return [
        TimeContingent(id=named("contingent", "Acme"), group_id=Groups.ACME, product_id=Products.VIEWER, days=90),
        TimeContingent(id=named("contingent", "Bolt"), group_id=Groups.BOLT, product_id=Products.VIEWER, days=30),
    ]
