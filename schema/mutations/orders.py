"""What clients order."""

from datetime import datetime

from resolvers import orders, time_contingents
from schema.fields.declare import shown, shown_each
from schema.fields.declare_mutation import declare, gives, told_once
from schema.fields.inputs import number, ref, refs, takes, text, value
from store.groups import Group
from store.license_models import LARGEST_QUANTITY, LONGEST_DAYS
from store.licenses import License
from store.orders import LicenseOrder, OrderSource, TimeContingent
from store.products import Feature, LicenseTemplate, Product
from store.tickets import Ticket
from store.users import User

_MOST_LICENSES = 100
_REFERENCE = 200
_REASON = 1000
_GIVES = {
    "license_order": shown(LicenseOrder, "The order; null after a dry run."),
    "ticket": shown(Ticket, "The ticket that it gave; null as long as it waits."),
    "licenses": shown_each(License, "The licenses, unless they wait for the code to be redeemed."),
    "code": told_once("The code of the ticket; whoever may read it again does so with `ticketReadCode`."),
}

CHANGES = (
    declare(
        orders.create_order,
        "Order licenses. A repeated external reference answers with the first order, and does nothing again.",
        takes(
            "What is ordered, for whom; a template and a group are enough.",
            template_id=ref("What is ordered.", LicenseTemplate),
            group_id=ref("For which group.", Group, optional=True),
            person_id=ref("For which person, if not for a group.", User, optional=True),
            quantity=number("How many seats each license has.", least=1, most=LARGEST_QUANTITY, default=1),
            count=number("How many licenses.", least=1, most=_MOST_LICENSES, default=1),
            feature_ids=refs("What is switched on in them.", Feature, optional=True),
            starts_at=value("From when they are valid; null: at once.", datetime, optional=True),
            expires_at=value("Until when they are valid; null: as the template has it.", datetime, optional=True),
            days=number(
                "For how many days they run from their first activation.",
                least=1,
                most=LONGEST_DAYS,
                optional=True,
            ),
            source=value("Where the order comes from.", OrderSource, default=OrderSource.PORTAL),
            external_ref=text("What the shop calls the order.", shortest=1, longest=_REFERENCE, optional=True),
            by_code=value(
                "Whether the licenses are for whoever redeems the code, and not here yet.",
                bool,
                default=False,
            ),
        ),
        gives("What became of the order.", **_GIVES),
    ),
    declare(
        orders.approve_order,
        "Approve an order that waits; its licenses are made as if it had been placed now.",
        takes("Which order.", order_id=ref("Which order.", LicenseOrder)),
        gives("What became of the order.", **_GIVES),
    ),
    declare(
        orders.reject_order,
        "Refuse an order that waits.",
        takes(
            "Which order, and why.",
            order_id=ref("Which order.", LicenseOrder),
            reason=text("Why; whoever has ordered reads it.", shortest=1, longest=_REASON),
        ),
        gives("What became of the order.", license_order=shown(LicenseOrder, "The order as it is now.")),
    ),
    declare(
        time_contingents.sell_contingent,
        "Sell days of a product to a group, which uses them up for its prepaid licenses.",
        takes(
            "How many days of what for whom.",
            group_id=ref("To which group.", Group),
            product_id=ref("Of which product.", Product),
            days=number("How many more days.", least=1, most=LONGEST_DAYS),
        ),
        gives("What became of it.", time_contingent=shown(TimeContingent, "The pool as it is now.")),
    ),
    declare(
        time_contingents.modify_contingent,
        "Correct how many days of a pool are left.",
        takes(
            "Which pool.",
            contingent_id=ref("Which pool.", TimeContingent),
            days=number("How many days are left.", least=0, most=LONGEST_DAYS),
        ),
        gives("What became of it.", time_contingent=shown(TimeContingent, "The pool as it is now.")),
    ),
    declare(
        time_contingents.draw_contingent,
        "Let days of a pool run for a prepaid license, from now or from its end; there is no way back.",
        takes(
            "How many days for which license.",
            license_id=ref("Which license.", License),
            days=number("How many days.", least=1, most=LONGEST_DAYS),
            contingent_id=ref("From which pool; null: that of the license's owner.", TimeContingent, optional=True),
        ),
        gives(
            "What became of it.",
            license=shown(License, "The license as it is now."),
            time_contingent=shown(TimeContingent, "The pool as it is now."),
        ),
    ),
)
