"""Steps with licenses, orders, tickets, activations, license terms, time contingents and restores."""

from resolvers import activations, license_terms, licenses, orders, restores, tickets, time_contingents
from seeds.cast import SAM, TOM, Groups, Licenses, Products, Projects, cloud_of
from store.groups import Group
from store.license_states import Visibility
from store.orders import OrderSource
from store.projects import Project
from store.restores import RestoreReason
from store.users import User
from tests.lifecycle.pool import pick

TARGETS = {"User": User, "Group": Group, "Project": Project}


def _target(pool, kind, number):
    name = pick(tuple(TARGETS), kind)
    return {"target": TARGETS[name], "target_id": pool(name, number)}


def _order(pool, a, b, c):
    if c % 5 == 0:
        buyer = {}
    elif c % 2:
        buyer = {"group_id": pool("Group", b)}
    else:
        buyer = {"person_id": pool("User", b)}
    return {
        "template_id": pool("LicenseTemplate", a),
        "quantity": 1 + c % 3,
        "count": 1 + b % 2,
        "source": OrderSource.PORTAL,
        "by_code": c % 3 == 0,
        **buyer,
    }


def _claim(pool, a, b, c):
    code = pool("code", a)
    return {"codes": code if c % 4 else f"{code};{pool('code', b)}", "group_id": pool("Group", b) if c % 3 else None}


SUITABLE = (
    (Licenses.ACME_TEN_SEATS, cloud_of(Groups.ACME)),
    (Licenses.BERLIN_PUBLIC, cloud_of(Groups.BERLIN)),
    (Licenses.BOLT_PUBLIC, cloud_of(Groups.BOLT)),
    (Licenses.LAB_PUBLIC, cloud_of(Groups.LAB)),
    (Licenses.TOM_PREPAID, cloud_of(TOM.id)),
    (Licenses.SAM_HOME, cloud_of(SAM.id)),
)
"""Licenses with a container that they may be activated in; chance alone would seldom find such a pair."""


def _activate(pool, a, b, c):
    license_id, container_id = pick(SUITABLE, a) if c % 3 else (pool("License", a), pool("Container", b))
    return {"license_id": license_id, "container_id": container_id}


def of_license(pool, a, _b, _c):
    return {"license_id": pool("License", a)}


STEPS = {
    "assign": (
        licenses.assign_license,
        lambda pool, a, b, c: {"license_id": pool("License", a), **_target(pool, c, b)},
    ),
    "assign to project": (
        licenses.assign_license,
        lambda _pool, a, b, _c: {
            "license_id": pick((Licenses.ACME_POOL, Licenses.BERLIN_PUBLIC), a),
            "target": Project,
            "target_id": pick((Projects.BREMEN, Projects.HAMBURG), b),
        },
    ),
    "unassign": (licenses.unassign_license, of_license),
    "set visibility": (
        licenses.set_visibility,
        lambda pool, a, b, _: {"license_id": pool("License", a), "visibility": pick(tuple(Visibility), b)},
    ),
    "activate": (activations.activate_license, _activate),
    "deactivate": (activations.deactivate_activation, lambda pool, a, _b, _c: {"activation_id": pool("Activation", a)}),
    "withdraw": (activations.withdraw_activation, lambda pool, a, _b, _c: {"activation_id": pool("Activation", a)}),
    "abort": (
        activations.abort_activation,
        lambda pool, a, _b, _c: {"activation_id": pool.changed_by("activate by file", "Activation", a)},
    ),
    "order": (orders.create_order, _order),
    "approve order": (orders.approve_order, lambda pool, a, _b, _c: {"order_id": pool("LicenseOrder", a)}),
    "reject order": (
        orders.reject_order,
        lambda pool, a, _b, _c: {"order_id": pool("LicenseOrder", a), "reason": "no"},
    ),
    "claim tickets": (tickets.claim_tickets, _claim),
    "void ticket": (tickets.void_ticket, lambda pool, a, _b, _c: {"ticket_id": pool("Ticket", a)}),
    "assign ticket": (
        tickets.assign_ticket,
        lambda pool, a, b, c: {"ticket_id": pool("Ticket", a), **_target(pool, c, b)},
    ),
    "modify": (
        license_terms.modify_license,
        lambda pool, a, b, c: {
            "license_id": pick((Licenses.BERLIN_PUBLIC, Licenses.ACME_TEN_SEATS, pool("License", a)), a),
            "quantity": 1 + b % 12 if c % 3 else None,
            "auto_renew": bool(b % 2) if c % 3 != 1 else None,
        },
    ),
    "renew": (license_terms.renew_license, of_license),
    "cancel": (license_terms.cancel_license, of_license),
    "suspend": (license_terms.suspend_license, of_license),
    "reinstate": (
        license_terms.reinstate_license,
        lambda pool, a, _b, _c: {"license_id": pool.changed_by("suspend", "License", a)},
    ),
    "revoke": (license_terms.revoke_license, of_license),
    "add days": (
        license_terms.add_days,
        lambda pool, a, b, _: {"license_id": pick((Licenses.TOM_PREPAID, pool("License", a)), a), "days": 1 + b % 90},
    ),
    "sell contingent": (
        time_contingents.sell_contingent,
        lambda pool, a, b, c: {
            "group_id": pick((Groups.ACME, pool("Group", a)), a),
            "product_id": pick((Products.VIEWER, pool("Product", b)), b),
            "days": 1 + c % 60,
        },
    ),
    "draw contingent": (
        time_contingents.draw_contingent,
        lambda pool, a, b, _: {"license_id": pick((Licenses.TOM_PREPAID, pool("License", a)), a), "days": 1 + b % 40},
    ),
    "restore": (
        restores.request_restore,
        lambda pool, a, b, _: {"activation_id": pool("Activation", a), "reason": pick(tuple(RestoreReason), b)},
    ),
    "approve restore": (restores.approve_restore, lambda pool, a, _b, _c: {"restore_case_id": pool("RestoreCase", a)}),
    "deny restore": (restores.deny_restore, lambda pool, a, _b, _c: {"restore_case_id": pool("RestoreCase", a)}),
    "report lost": (
        restores.report_lost,
        lambda pool, a, b, _: {"container_id": pool("Container", a), "reason": pick(tuple(RestoreReason), b)},
    ),
}
