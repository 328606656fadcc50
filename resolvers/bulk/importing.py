"""Importing many rows at once: checked as a whole, then written in a few recorded actions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from resolvers.bulk.check import Check, Plan
from resolvers.bulk.columns import Cells
from resolvers.bulk.insert import write
from resolvers.bulk.licenses import check_assignments, check_catalog, check_licenses
from resolvers.bulk.lookup import live_demos, lock_assigned, read_known
from resolvers.bulk.people import check_groups, check_memberships, check_users
from resolvers.bulk.rows import Finding, Given, ImportRefused, Row, id_of, parse_rows
from store.db.database import Session
from store.portal import Capability, Edition, Portal, portal_id
from store.products import LicenseModel
from store.services import group_tree

Lines = list[tuple[int, Cells]]


@dataclass(frozen=True, slots=True)
class Imported:
    """The portal, which the audit entry of the import is about."""

    portal: Portal


@dataclass(frozen=True, slots=True)
class Checked:
    """What an import would do."""

    plan: Plan


@use_case("bulkImport", needs=Capability.MANAGEMENT_API)
async def import_rows(
    gate: Gate,
    *,
    products: Lines | None = None,
    features: Lines | None = None,
    groups: Lines | None = None,
    users: Lines | None = None,
    memberships: Lines | None = None,
    licenses: Lines | None = None,
    assignments: Lines | None = None,
) -> Imported:
    """Add the rows that do not exist yet, for a program that manages the portal."""
    if licenses:
        gate.require(Capability.LICENSE_CREATION_API)
    given = {
        "products": products,
        "features": features,
        "groups": groups,
        "users": users,
        "memberships": memberships,
        "licenses": licenses,
        "assignments": assignments,
    }
    return await _add(gate, {name: rows for name, rows in given.items() if rows})


@use_case("portalImport")
async def import_part(gate: Gate, *, given: Given, aliases: Mapping[str, UUID]) -> Imported:
    """Add the rows that do not exist yet, for `./portal import`."""
    return await _add(gate, given, aliases=aliases)


@use_case("portalImport")
async def check_rows(gate: Gate, *, given: Given, mistakes: list[Finding]) -> Checked:
    """Find out what an import would do, and write nothing.

    `mistakes` are those of the files themselves. Raises ImportRefused with them and those of the rows.
    """
    portal = await gate.one(Portal, await gate.run(portal_id), to="import", lock=False)
    check = await gate.run(check_import, given, now=gate.now, edition=portal.edition, mistakes=mistakes)
    if check.plan.errors:
        raise ImportRefused(check.plan.errors)
    return Checked(check.plan)


async def _add(gate: Gate, given: Given, *, aliases: Mapping[str, UUID] | None = None) -> Imported:
    """Add all of the rows or, if anything is wrong, none; one recorded action."""
    await gate.run(group_tree.lock_tree_shared)  # so that no group is moved away from where the check saw it
    portal = await gate.one(Portal, await gate.run(portal_id), to="import", lock=False)
    check = await gate.run(check_import, given, now=gate.now, edition=portal.edition, aliases=aliases, holding=True)
    if check.plan.errors:
        raise ImportRefused(check.plan.errors)
    entry = gate.record("portal.imported", portal)
    entry.after = {name: len(found) for name, found in check.plan.new.items() if found}
    await gate.run(write, check)
    return Imported(portal)


async def check_import(
    session: Session,
    given: Given,
    *,
    now: datetime,
    edition: Edition,
    aliases: Mapping[str, UUID] | None = None,
    mistakes: Iterable[Finding] = (),
    holding: bool = False,
) -> Check:
    """Compare every row with the others and with the portal, file by file.

    With `holding`, the rows that were found are locked until the transaction ends.
    """
    errors = list(mistakes)
    rows = parse_rows(given, errors)
    if holding and rows["assignments"]:
        await lock_assigned(session, rows, aliases=aliases or {})
    check = Check(
        await read_known(session, rows, aliases=aliases or {}), now=now, edition=edition, aliases=aliases or {}
    )
    check.plan.errors += errors
    check_groups(check, rows["groups"])
    check_users(check, rows["users"])
    check_memberships(check, rows["memberships"])
    catalog = check_catalog(check, rows["products"], rows["features"])
    demos = await live_demos(session, _owners_of_demos(check, rows["licenses"]), at=now)
    check_licenses(check, catalog, rows["licenses"], demos=demos)
    check_assignments(check, rows["assignments"], beside=rows["licenses"])
    order = list(rows)
    check.plan.errors.sort(key=lambda each: (order.index(each.file.removesuffix(".csv")), each.line))
    return check


def _owners_of_demos(check: Check, rows: list[Row]) -> set[UUID]:
    """Known owners; the others own nothing yet."""
    sold = [each for each in rows if each["model"] is LicenseModel.DEMO]
    people = (check.account(each["owner_user"]) for each in sold if each["owner_user"])
    groups = (id_of("group", each["owner_group"]) for each in sold if each["owner_group"])
    return {*groups, *(each for each in people if each is not None)}
