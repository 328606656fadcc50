"""The GraphQL types of the portal and its branding, which anonymous callers can read in part."""

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


@entity(PortalRow, "The portal: its name and, for authenticated callers, its edition and settings.")
class Portal(Node):
    """The settings of the portal."""

    name = column(PortalRow.name, "The name of the portal.")
    edition = column(PortalRow.edition, "The edition of the portal. Null for anonymous callers.", guarded=True)
    instance = column(PortalRow.instance, "The purpose of this portal. Null for anonymous callers.", guarded=True)
    capabilities = derived(
        capabilities,
        _EDITION,
        list[Capability] | None,
        "The capabilities that the edition includes. Null for anonymous callers.",
    )
    max_group_levels = derived(
        max_group_levels,
        _EDITION,
        int | None,
        "The largest number of levels in the tree of groups: 1, 2 or 10, depending on the edition. Null for anonymous callers.",
    )
    members_may_activate = column(
        PortalRow.members_may_activate,
        "Whether members may activate public licenses of their groups in their own containers. Null for anonymous callers.",
        guarded=True,
    )
    strict_shared_containers = column(
        PortalRow.strict_shared_containers,
        "Whether the container of a person who has licenses of several customers is reset only with their consent. Null for "
        "anonymous callers.",
        guarded=True,
    )
    support_may_decide = column(
        PortalRow.support_may_decide,
        "Whether the vendor's support staff may decide restore cases and settle unexpected containers. Null for anonymous "
        "callers.",
        guarded=True,
    )
    created_at = column(
        PortalRow.created_at,
        "When the portal was set up. Null for anonymous callers.",
        filterable=True,
        sortable=True,
        guarded=True,
    )


@entity(BrandingRow, "The branding of the portal for the vendor or a reseller, such as the logo of the login page.")
class Branding(Node):
    """What a login page shows."""

    name = column(BrandingRow.name, "The name of the vendor or reseller.")
    host = column(
        BrandingRow.host,
        "The host name of the portal for which the branding is used, such as `portal.reseller.example`. Null: none of its own.",
        filterable=True,
    )
    logo_url = column(BrandingRow.logo_url, "The URL of the logo. Null: there is no logo.", graphql_type=URL)
    colors = column(BrandingRow.colors, 'The colors by name, as a JSON object, such as `{"primary": "#0b5cad"}`.')
    legal_notice = column(BrandingRow.legal_notice, "The text of the legal notice. Null: there is none.")
    copyright = column(BrandingRow.copyright, "The text of the copyright notice. Null: there is none.")
    created_at = column(BrandingRow.created_at, "When the branding was created.", filterable=True, sortable=True)
