"""Licenses, tickets and days: handed out, ordered, redeemed, activated, prolonged, lost and ended."""

from resolvers import activations, license_terms, licenses, orders, restores, tickets, time_contingents
from seeds.cast import SAM, TOM, Groups, Licenses, Products, Projects, cloud_of
from store.groups import Group
from store.licenses import Visibility
from store.orders import OrderSource
from store.projects import Project
from store.restores import RestoreReason
from store.users import User
from tests.lifecycle.choosing import one

CLASSES = {"User": User, "Group": Group, "Project": Project}


def _target(around, kind, pick):
    name = one(tuple(CLASSES), kind)
    return {"target": CLASSES[name], "target_id": around(name, pick)}


def _order(around, a, b, c):
    if c % 5 == 0:
        whom = {}
    elif c % 2:
        whom = {"group_id": around("Group", b)}
    else:
        whom = {"person_id": around("User", b)}
    return {
        "template_id": around("LicenseTemplate", a),
        "quantity": 1 + c % 3,
        "count": 1 + b % 2,
        "source": OrderSource.PORTAL,
        "by_code": c % 3 == 0,
        **whom,
    }


def _claim(around, a, b, c):
    code = around("code", a)
    return {
        "codes": code if c % 4 else f"{code};{around('code', b)}",
        "group_id": around("Group", b) if c % 3 else None,
    }


AT_HOME = (
    (Licenses.ACME_TEN_SEATS, cloud_of(Groups.ACME)),
    (Licenses.BERLIN_PUBLIC, cloud_of(Groups.BERLIN)),
    (Licenses.BOLT_PUBLIC, cloud_of(Groups.BOLT)),
    (Licenses.LAB_PUBLIC, cloud_of(Groups.LAB)),
    (Licenses.TOM_PREPAID, cloud_of(TOM.id)),
    (Licenses.SAM_HOME, cloud_of(SAM.id)),
)
"""Places where licenses may be: chance alone would seldom find one."""


def _activate(around, a, b, c):
    license_id, container_id = one(AT_HOME, a) if c % 3 else (around("License", a), around("Container", b))
    return {"license_id": license_id, "container_id": container_id}


def of_license(around, a, _b, _c):
    return {"license_id": around("License", a)}


STEPS = {
    "assign": (licenses.assign_license, lambda p, a, b, c: {"license_id": p("License", a), **_target(p, c, b)}),
    "assign to project": (
        licenses.assign_license,
        lambda _p, a, b, _c: {
            "license_id": one((Licenses.ACME_POOL, Licenses.BERLIN_PUBLIC), a),
            "target": Project,
            "target_id": one((Projects.BREMEN, Projects.HAMBURG), b),
        },
    ),
    "unassign": (licenses.unassign_license, of_license),
    "show": (
        licenses.set_visibility,
        lambda p, a, b, _: {"license_id": p("License", a), "visibility": one(tuple(Visibility), b)},
    ),
    "activate": (activations.activate_license, _activate),
    "deactivate": (activations.deactivate_activation, lambda p, a, _b, _c: {"activation_id": p("Activation", a)}),
    "withdraw": (activations.withdraw_activation, lambda p, a, _b, _c: {"activation_id": p("Activation", a)}),
    "abort": (
        activations.abort_activation,
        lambda p, a, _b, _c: {"activation_id": p.of("put in by file", "Activation", a)},
    ),
    "order": (orders.create_order, _order),
    "approve order": (orders.approve_order, lambda p, a, _b, _c: {"order_id": p("LicenseOrder", a)}),
    "reject order": (orders.reject_order, lambda p, a, _b, _c: {"order_id": p("LicenseOrder", a), "reason": "no"}),
    "claim": (tickets.claim_tickets, _claim),
    "void": (tickets.void_ticket, lambda p, a, _b, _c: {"ticket_id": p("Ticket", a)}),
    "assign ticket": (tickets.assign_ticket, lambda p, a, b, c: {"ticket_id": p("Ticket", a), **_target(p, c, b)}),
    "modify": (
        license_terms.modify_license,
        lambda p, a, b, c: {
            "license_id": one((Licenses.BERLIN_PUBLIC, Licenses.ACME_TEN_SEATS, p("License", a)), a),
            "quantity": 1 + b % 12 if c % 3 else None,
            "auto_renew": bool(b % 2) if c % 3 != 1 else None,
        },
    ),
    "renew": (license_terms.renew_license, of_license),
    "cancel": (license_terms.cancel_license, of_license),
    "suspend": (license_terms.suspend_license, of_license),
    "reinstate": (
        license_terms.reinstate_license,
        lambda p, a, _b, _c: {"license_id": p.of("suspend", "License", a)},
    ),
    "revoke": (license_terms.revoke_license, of_license),
    "add days": (
        license_terms.add_days,
        lambda p, a, b, _: {"license_id": one((Licenses.TOM_PREPAID, p("License", a)), a), "days": 1 + b % 90},
    ),
    "sell days": (
        time_contingents.sell_contingent,
        lambda p, a, b, c: {
            "group_id": one((Groups.ACME, p("Group", a)), a),
            "product_id": one((Products.VIEWER, p("Product", b)), b),
            "days": 1 + c % 60,
        },
    ),
    "draw days": (
        time_contingents.draw_contingent,
        lambda p, a, b, _: {"license_id": one((Licenses.TOM_PREPAID, p("License", a)), a), "days": 1 + b % 40},
    ),
    "restore": (
        restores.request_restore,
        lambda p, a, b, _: {"activation_id": p("Activation", a), "reason": one(tuple(RestoreReason), b)},
    ),
    "approve restore": (restores.approve_restore, lambda p, a, _b, _c: {"restore_case_id": p("RestoreCase", a)}),
    "deny restore": (restores.deny_restore, lambda p, a, _b, _c: {"restore_case_id": p("RestoreCase", a)}),
    "report lost": (
        restores.report_lost,
        lambda p, a, b, _: {"container_id": p("Container", a), "reason": one(tuple(RestoreReason), b)},
    ),
}
