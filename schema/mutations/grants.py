"""Mutations of grants: the right to create, modify and revoke licenses of a category."""

from typing import Any

from resolvers import grants
from schema.fields.declare_mutation import declare, gives
from schema.fields.inputs import number, ref, takes, value
from store.grants import CategoryGrant, GrantVerb
from store.groups import Group
from store.license_models import MAX_DAYS, MAX_QUANTITY
from store.products import Category, LicenseModel
from store.users import User

_NEW = "The new grant; null if the mutation failed or after a dry run."


def _grant() -> dict[str, Any]:
    return {
        "holder_id": ref("The person who holds the grant.", User),
        "scope_group_id": ref("The group that the grant covers, with all groups below it.", Group),
        "verbs": value("What the holder may do with licenses; at least one.", list[GrantVerb]),
        "max_quantity": number(
            "The most seats a license may have; null: no limit.", least=1, most=MAX_QUANTITY, optional=True
        ),
        "max_days": number(
            "The most days a license may be valid; null: no limit.", least=1, most=MAX_DAYS, optional=True
        ),
        "models": value(
            "The license models that the grant covers; null: all of them.", list[LicenseModel], optional=True
        ),
    }


CHANGES = (
    declare(
        grants.create_grant,
        "Lets a person create, modify or revoke licenses of a category, for a group and those below it.",
        takes(
            "What `categoryGrantCreate` needs: the category, the holder, the group and the bounds of the grant.",
            category_id=ref("The category of products that the grant covers.", Category),
            **_grant(),
        ),
        gives("What `categoryGrantCreate` returns.", category_grant=_NEW),
    ),
    declare(
        grants.pass_on_grant,
        "Passes on a grant of the viewer, or a part of it, to another person; it ends with the viewer's own.",
        takes(
            "What `categoryGrantPassOn` needs: the grant, and the holder, the group and the bounds of the new one.",
            grant_id=ref("The grant to pass on; the new one must stay within it.", CategoryGrant),
            **_grant(),
        ),
        gives("What `categoryGrantPassOn` returns.", category_grant=_NEW),
    ),
    declare(
        grants.revoke_grant,
        "Revokes a grant, and with it all that was passed on from it.",
        takes("What `categoryGrantRevoke` needs: the grant.", grant_id=ref("The grant to revoke.", CategoryGrant)),
        gives(
            "What `categoryGrantRevoke` returns.",
            category_grant="The grant as it is now; null if the mutation failed or the viewer can no longer read it.",
        ),
    ),
)
