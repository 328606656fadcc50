"""The portal itself and its look, which everybody may know."""

from schema.entities import entity
from schema.fields import column
from schema.nodes import Node
from schema.scalars import URL
from store.branding import Branding as BrandingRow
from store.portal import Portal as PortalRow


@entity(PortalRow, "The portal.")
class Portal(Node):
    """What the vendor has bought."""

    name = column(PortalRow.name, "What the vendor calls it.")
    edition = column(PortalRow.edition, "What it includes.")
    created_at = column(PortalRow.created_at, "When it was set up.", where=True, order=True)


@entity(BrandingRow, "How the portal looks for one vendor or reseller.")
class Branding(Node):
    """What a log-in page shows."""

    name = column(BrandingRow.name, "Whose look it is.")
    host = column(BrandingRow.host, "Under which host it is shown.", where=True)
    logo_url = column(BrandingRow.logo_url, "The logo.", kind=URL)
    colors = column(BrandingRow.colors, "The colours by their names.")
    legal_notice = column(BrandingRow.legal_notice, "The legal notice.")
    copyright = column(BrandingRow.copyright, "The copyright notice.")
    created_at = column(BrandingRow.created_at, "When it was set up.", where=True, order=True)
