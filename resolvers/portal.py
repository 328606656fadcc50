"""The portal's own settings: its edition, its switches, its name."""

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from store.portal import Edition, Instance, Portal, portal_id


@use_case("portalSetEdition")
async def set_edition(gate: Gate, *, edition: Edition) -> None:
    """Change what the vendor has bought; what is there already stays, only new things need the larger edition (spec A15)."""
    portal = await gate.one(Portal, await portal_id(gate.session), to="administer")
    portal.edition = edition
    gate.record("portal.edition_changed", portal)


@use_case("portalSetInstance")
async def set_instance(gate: Gate, *, instance: Instance) -> None:
    """Say whether this portal does business or is there to try things."""
    portal = await gate.one(Portal, await portal_id(gate.session), to="administer")
    portal.set_instance(instance)
    gate.record("portal.instance_changed", portal)


@use_case("portalSetSwitches")
async def set_switches(
    gate: Gate,
    *,
    members_may_activate: bool | None = None,
    strict_shared_containers: bool | None = None,
    support_may_decide: bool | None = None,
) -> None:
    """Turn switches of the whole portal; what is left out stays."""
    portal = await gate.one(Portal, await portal_id(gate.session), to="administer")
    portal.set_switches(
        members_may_activate=members_may_activate,
        strict_shared_containers=strict_shared_containers,
        support_may_decide=support_may_decide,
    )
    gate.record("portal.switches_changed", portal)


@use_case("portalRename")
async def rename_portal(gate: Gate, *, name: str) -> None:
    """Call the portal something else."""
    portal = await gate.one(Portal, await portal_id(gate.session), to="administer")
    portal.name = name
    gate.record("portal.renamed", portal)
