"""Mutations of what a license allows and of how long it runs."""

from resolvers import license_terms
from schema.fields.declare_mutation import Gives, declare, gives
from schema.fields.inputs import number, ref, refs, takes, value
from store.license_models import MAX_DAYS, MAX_QUANTITY
from store.license_states import DeactivationRule
from store.licenses import License
from store.products import Feature

_LICENSE = ref("The license to change.", License)


def _gives(mutation: str) -> Gives:
    return gives(f"What `{mutation}` returns.", license="The license as it is now; null if the mutation failed.")


CHANGES = (
    declare(
        license_terms.modify_license,
        "Changes the seats, features and rules of a license; a subscription gets another number of seats with its next term.",
        takes(
            "What `licenseModify` needs: the license and what to change; fields that are left out stay as they are.",
            license_id=_LICENSE,
            quantity=number(f"The number of seats; 1 to {MAX_QUANTITY}.", least=1, most=MAX_QUANTITY, optional=True),
            feature_ids=refs(
                "All features that are enabled from now on; an empty list disables all.", Feature, optional=True
            ),
            deactivation=value("Whether seats of this license can be given back.", DeactivationRule, optional=True),
            auto_renew=value("Whether the subscription is renewed automatically.", bool, optional=True),
        ),
        _gives("licenseModify"),
    ),
    declare(
        license_terms.renew_license,
        "Renews a subscription or an internal license by one term, counted from the end of the present one.",
        takes("What `licenseRenew` needs: the license.", license_id=_LICENSE),
        _gives("licenseRenew"),
    ),
    declare(
        license_terms.cancel_license,
        "Cancels a subscription, which then ends with its present term; possible until the notice period begins.",
        takes("What `licenseCancel` needs: the license.", license_id=_LICENSE),
        _gives("licenseCancel"),
    ),
    declare(
        license_terms.suspend_license,
        "Suspends a license; its clock keeps running.",
        takes("What `licenseSuspend` needs: the license.", license_id=_LICENSE),
        _gives("licenseSuspend"),
    ),
    declare(
        license_terms.reinstate_license,
        "Reinstates a suspended license.",
        takes("What `licenseReinstate` needs: the license.", license_id=_LICENSE),
        _gives("licenseReinstate"),
    ),
    declare(
        license_terms.revoke_license,
        "Revokes a license for good, and withdraws what was activated of it.",
        takes("What `licenseRevoke` needs: the license.", license_id=_LICENSE),
        _gives("licenseRevoke"),
    ),
    declare(
        license_terms.add_days,
        "Adds days to a prepaid license, counted from its end or from now, whichever is later.",
        takes(
            "What `licenseAddDays` needs: the license and the days to add.",
            license_id=_LICENSE,
            days=number(f"The number of days, each of 24 hours; 1 to {MAX_DAYS}.", least=1, most=MAX_DAYS),
        ),
        _gives("licenseAddDays"),
    ),
)
