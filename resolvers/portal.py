"""The settings of the whole portal: its edition, its instance, its switches and its name."""

from dataclasses import dataclass

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from store.portal import Edition, Instance, Portal, portal_id


@dataclass(frozen=True, slots=True)
class PortalChanged:
    """The portal after a change of its settings."""

    portal: Portal


@use_case("portalSetEdition")
async def set_edition(gate: Gate, *, edition: Edition) -> PortalChanged:
    """Change the edition that the vendor has bought; existing data stays, only new things need the larger edition (spec A15)."""
    portal = await _portal(gate)
    portal.edition = edition
    gate.record("portal.edition_changed", portal)
    return PortalChanged(portal=portal)


@use_case("portalSetInstance")
async def set_instance(gate: Gate, *, instance: Instance) -> PortalChanged:
    """Say whether this portal is for production or for tests."""
    portal = await _portal(gate)
    portal.set_instance(instance)
    gate.record("portal.instance_changed", portal)
    return PortalChanged(portal=portal)


@use_case("portalSetSwitches")
async def set_switches(
    gate: Gate,
    *,
    members_may_activate: bool | None = None,
    strict_shared_containers: bool | None = None,
    support_may_decide: bool | None = None,
) -> PortalChanged:
    """Turn switches of the whole portal on or off; None leaves a switch as it is."""
    portal = await _portal(gate)
    portal.set_switches(
        members_may_activate=members_may_activate,
        strict_shared_containers=strict_shared_containers,
        support_may_decide=support_may_decide,
    )
    gate.record("portal.switches_changed", portal)
    return PortalChanged(portal=portal)


@use_case("portalRename")
async def rename_portal(gate: Gate, *, name: str) -> PortalChanged:
    """Rename the portal."""
    portal = await _portal(gate)
    portal.name = name
    gate.record("portal.renamed", portal)
    return PortalChanged(portal=portal)


async def _portal(gate: Gate) -> Portal:
    return await gate.one(Portal, await gate.run(portal_id), to="administer")
