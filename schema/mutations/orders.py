"""Mutations of orders and of time contingents."""

from datetime import datetime

from resolvers import orders, time_contingents
from schema.fields.declare_mutation import declare, gives
from schema.fields.inputs import number, ref, refs, takes, text, value
from store.groups import Group
from store.license_models import MAX_DAYS, MAX_QUANTITY
from store.licenses import License
from store.orders import LicenseOrder, OrderSource
from store.products import Feature, LicenseTemplate, Product
from store.time_contingents import TimeContingent
from store.users import User

_MOST_LICENSES = 100
_REFERENCE = 200
_REASON = 1000
_DAYS = f"The number of days, each of 24 hours; 1 to {MAX_DAYS}."
_ORDERED = {
    "license_order": "The order; null after a dry run or if the mutation failed.",
    "ticket": "The ticket of the order; null while the order waits for an approval.",
    "licenses": "The licenses that were created; empty while the order waits or its code is not redeemed.",
    "code": "The code of the ticket; those who may read it again do so with `ticketReadCode`.",
}
_CONTINGENT = "The time contingent as it is now; null if the mutation failed."

CHANGES = (
    declare(
        orders.create_order,
        "Orders licenses. A repeated external reference returns the first order and creates nothing.",
        takes(
            "What `orderCreate` needs: a template and a group are enough.",
            template_id=ref("The license template to order from.", LicenseTemplate),
            group_id=ref("The group that will own the licenses.", Group, optional=True),
            person_id=ref("The person who will own the licenses, in place of a group.", User, optional=True),
            quantity=number(
                f"The number of seats of each license; 1 to {MAX_QUANTITY}.", least=1, most=MAX_QUANTITY, default=1
            ),
            count=number(f"The number of licenses; 1 to {_MOST_LICENSES}.", least=1, most=_MOST_LICENSES, default=1),
            feature_ids=refs("The features that are enabled in the licenses.", Feature, optional=True),
            starts_at=value("When the licenses become valid; null: at once.", datetime, optional=True),
            expires_at=value(
                "The instant from which the licenses can no longer be used; null: as the template says.",
                datetime,
                optional=True,
            ),
            days=number(
                f"For how many days the licenses run from their first activation; 1 to {MAX_DAYS}; null: as the"
                " template says.",
                least=1,
                most=MAX_DAYS,
                optional=True,
            ),
            source=value("Where the order comes from.", OrderSource, default=OrderSource.PORTAL),
            external_ref=text(
                f"The reference of the order in your shop or ERP, such as `SO-2026-00417`; up to {_REFERENCE} characters.",
                shortest=1,
                longest=_REFERENCE,
                optional=True,
            ),
            by_code=value(
                "Whether the licenses are created only when the code of the ticket is redeemed.", bool, default=False
            ),
        ),
        gives("What `orderCreate` returns.", **_ORDERED),
    ),
    declare(
        orders.approve_order,
        "Approves an order that waits; its licenses are created as if it had been placed now.",
        takes("What `orderApprove` needs: the order.", order_id=ref("The order to approve.", LicenseOrder)),
        gives("What `orderApprove` returns.", **_ORDERED),
    ),
    declare(
        orders.reject_order,
        "Rejects an order that waits.",
        takes(
            "What `orderReject` needs: the order and the reason.",
            order_id=ref("The order to reject.", LicenseOrder),
            reason=text(
                f"The reason, which the person who placed the order can read; up to {_REASON} characters.",
                shortest=1,
                longest=_REASON,
            ),
        ),
        gives("What `orderReject` returns.", license_order="The order as it is now; null if the mutation failed."),
    ),
    declare(
        time_contingents.sell_contingent,
        "Adds days of a product to the time contingent of a group, which draws them for its prepaid licenses.",
        takes(
            "What `timeContingentSell` needs: the group, the product and the days.",
            group_id=ref("The group that buys the days.", Group),
            product_id=ref("The product that the days are for.", Product),
            days=number(_DAYS, least=1, most=MAX_DAYS),
        ),
        gives("What `timeContingentSell` returns.", time_contingent=_CONTINGENT),
    ),
    declare(
        time_contingents.modify_contingent,
        "Corrects the number of days that are left in a time contingent.",
        takes(
            "What `timeContingentModify` needs: the time contingent and its days.",
            contingent_id=ref("The time contingent to correct.", TimeContingent),
            days=number(f"The number of days that are left; 0 to {MAX_DAYS}.", least=0, most=MAX_DAYS),
        ),
        gives("What `timeContingentModify` returns.", time_contingent=_CONTINGENT),
    ),
    declare(
        time_contingents.draw_contingent,
        "Moves days from a time contingent to a prepaid license, counted from now or from its end; this cannot be undone.",
        takes(
            "What `timeContingentDraw` needs: the license and the days.",
            license_id=ref("The license that gets the days.", License),
            days=number(_DAYS, least=1, most=MAX_DAYS),
            contingent_id=ref(
                "The time contingent to draw from; null: that of the license's owner group.",
                TimeContingent,
                optional=True,
            ),
        ),
        gives(
            "What `timeContingentDraw` returns.",
            license="The license as it is now; null if the mutation failed.",
            time_contingent=_CONTINGENT,
        ),
    ),
)
