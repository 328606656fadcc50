"""The portal itself and its look, which everybody may know."""

from authz.lists.queries import Projection, Row
from schema.fields.declare import column, derived
from schema.fields.entities import entity
from schema.fields.scalars import URL
from schema.nodes import Node
from store.branding import Branding as BrandingRow
from store.portal import CAPABILITIES, MAX_GROUP_LEVELS, Capability
from store.portal import Portal as PortalRow

_EDITION = Projection(columns=frozenset({"edition"}))


def capabilities(portal: Row) -> tuple[Capability, ...] | None:
    return CAPABILITIES.get(portal.edition)


def max_group_levels(portal: Row) -> int | None:
    return MAX_GROUP_LEVELS.get(portal.edition)


@entity(PortalRow, "The portal.")
class Portal(Node):
    """What it is called, and, for who has logged in, what the vendor has bought."""

    name = column(PortalRow.name, "What the vendor calls it.")
    edition = column(PortalRow.edition, "What the vendor has bought; null before the log-in.", guarded=True)
    instance = column(PortalRow.instance, "What it is for; null before the log-in.", guarded=True)
    capabilities = derived(
        capabilities,
        _EDITION,
        list[Capability] | None,
        "What the edition includes; null before the log-in.",
    )
    max_group_levels = derived(
        max_group_levels,
        _EDITION,
        int | None,
        "How deep the tree of groups may be; null before the log-in.",
    )
    members_may_activate = column(
        PortalRow.members_may_activate,
        "Whether members activate public licenses of their groups into their own containers; null before the log-in.",
        guarded=True,
    )
    strict_shared_containers = column(
        PortalRow.strict_shared_containers,
        "Whether the container of somebody in several customers' groups is reset only with his consent; null before the "
        "log-in.",
        guarded=True,
    )
    support_may_decide = column(
        PortalRow.support_may_decide,
        "Whether the vendor's support staff decide about restores and unexpected containers; null before the log-in.",
        guarded=True,
    )
    created_at = column(
        PortalRow.created_at,
        "When it was set up; null before the log-in.",
        filterable=True,
        sortable=True,
        guarded=True,
    )


@entity(BrandingRow, "How the portal looks for one vendor or reseller.")
class Branding(Node):
    """What a log-in page shows."""

    name = column(BrandingRow.name, "Whose look it is.")
    host = column(BrandingRow.host, "Under which host it is shown.", filterable=True)
    logo_url = column(BrandingRow.logo_url, "The logo.", graphql_type=URL)
    colors = column(BrandingRow.colors, "The colours by their names.")
    legal_notice = column(BrandingRow.legal_notice, "The legal notice.")
    copyright = column(BrandingRow.copyright, "The copyright notice.")
    created_at = column(BrandingRow.created_at, "When it was set up.", filterable=True, sortable=True)
