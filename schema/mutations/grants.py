"""What clients do with rights of creation."""

from typing import Any

from resolvers import grants
from schema.fields.declare import shown
from schema.fields.declare_mutation import declare, gives
from schema.fields.inputs import number, ref, takes, value
from store.groups import Group
from store.license_models import LARGEST_QUANTITY, LONGEST_DAYS
from store.products import Category, CategoryGrant, GrantVerb, LicenseModel
from store.users import User


def _right() -> dict[str, Any]:
    return {
        "holder_id": ref("Who may.", User),
        "scope_group_id": ref("For which group, and those below it.", Group),
        "verbs": value("What he may do.", list[GrantVerb]),
        "max_quantity": number(
            "How many seats at most; null: any number.",
            least=1,
            most=LARGEST_QUANTITY,
            optional=True,
        ),
        "max_days": number("How many days at most; null: any number.", least=1, most=LONGEST_DAYS, optional=True),
        "models": value("By which license models; null: by all of them.", list[LicenseModel], optional=True),
    }


CHANGES = (
    declare(
        grants.create_grant,
        "Let a person create, change or withdraw licenses of a category, for a group and those below it.",
        takes("Who, what, where, how much.", category_id=ref("Of which category.", Category), **_right()),
        gives("What became of it.", category_grant=shown(CategoryGrant, "The new right; null after a dry run.")),
    ),
    declare(
        grants.pass_on_grant,
        "Pass on a right of creation that you hold, or a part of it; it ends with your own.",
        takes("Who, what, where, how much.", grant_id=ref("Which of your rights.", CategoryGrant), **_right()),
        gives("What became of it.", category_grant=shown(CategoryGrant, "The new right; null after a dry run.")),
    ),
    declare(
        grants.revoke_grant,
        "Take a right of creation back, and with it all that was passed on from it.",
        takes("Which right ends.", grant_id=ref("Which right.", CategoryGrant)),
        gives("What became of it.", category_grant=shown(CategoryGrant, "The right as it is now.")),
    ),
)
