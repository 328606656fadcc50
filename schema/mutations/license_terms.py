"""What clients do about how long licenses run, and how large they are."""

from typing import Any

from resolvers import license_terms
from schema.fields.declare import shown
from schema.fields.declare_mutation import declare, gives
from schema.fields.inputs import number, ref, refs, takes, value
from store.license_models import LARGEST_QUANTITY, LONGEST_DAYS
from store.licenses import DeactivationRule, License
from store.products import Feature

_LICENSE = ref("Which license.", License)


def _license() -> Any:
    return gives("What became of it.", license=shown(License, "The license as it is now."))


CHANGES = (
    declare(
        license_terms.modify_license,
        "Change seats, features and rules of a license; a subscription gets another number of seats with its next term.",
        takes(
            "What is changed; what is left out stays.",
            license_id=_LICENSE,
            quantity=number("How many seats.", least=1, most=LARGEST_QUANTITY, optional=True),
            feature_ids=refs("Everything that is switched on from now on.", Feature, optional=True),
            deactivation=value("Whether its seats can be given back.", DeactivationRule, optional=True),
            auto_renew=value("Whether a subscription renews by itself.", bool, optional=True),
        ),
        _license(),
    ),
    declare(
        license_terms.renew_license,
        "Let a subscription, or a license for the use inside the house, run one term more.",
        takes("Which license is renewed.", license_id=_LICENSE),
        _license(),
    ),
    declare(
        license_terms.cancel_license,
        "Let a subscription end with its present term; up to the day of notice.",
        takes("Which license is cancelled.", license_id=_LICENSE),
        _license(),
    ),
    declare(
        license_terms.suspend_license,
        "Stop a license for a while; its clock goes on.",
        takes("Which license is stopped.", license_id=_LICENSE),
        _license(),
    ),
    declare(
        license_terms.reinstate_license,
        "Let a license go on that was stopped.",
        takes("Which license goes on.", license_id=_LICENSE),
        _license(),
    ),
    declare(
        license_terms.revoke_license,
        "Withdraw a license for good, and everything that was activated of it.",
        takes("Which license is withdrawn.", license_id=_LICENSE),
        _license(),
    ),
    declare(
        license_terms.add_days,
        "Add days to a prepaid license, to its end or from now, whichever is later.",
        takes(
            "How many days for which license.",
            license_id=_LICENSE,
            days=number("How many days.", least=1, most=LONGEST_DAYS),
        ),
        _license(),
    ),
)
