"""Many rows at once: a customer's whole world, checked as a whole and written in a few acts on record."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from authz.gate.gate import Gate
from authz.gate.use_case import use_case
from resolvers.bulk.check import Check
from resolvers.bulk.columns import Cells
from resolvers.bulk.insert import write
from resolvers.bulk.licenses import check_assignments, check_catalogue, check_licenses
from resolvers.bulk.lookup import hold_assigned, known_of, live_demos
from resolvers.bulk.people import check_groups, check_memberships, check_users
from resolvers.bulk.rows import Finding, Given, ImportRefused, Row, id_of, read
from store.portal import Capability, Edition, Portal, portal_id
from store.products import LicenseModel
from store.services import group_tree

Lines = list[tuple[int, Cells]]


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
) -> None:
    """Add the rows that are not there yet, for a program that manages the portal."""
    if licenses:
        gate.require(Capability.LICENSE_CREATION_API)
    given = {
        "products": products, "features": features, "groups": groups, "users": users, "memberships": memberships,
        "licenses": licenses, "assignments": assignments,
    }  # fmt: skip
    await _add(gate, {name: rows for name, rows in given.items() if rows})


@use_case("portalImport")
async def import_part(gate: Gate, *, given: Given, aliases: Mapping[str, UUID]) -> None:
    """Add the rows that are not there yet, for whoever runs commands on the portal's machine."""
    await _add(gate, given, aliases=aliases)


@use_case("portalImport")
async def check_rows(gate: Gate, *, given: Given, mistakes: list[Finding]) -> None:
    """Find out what an import would do, for whoever may do it; `told["check"]` says so, and nothing is written.

    `mistakes` are those of the files themselves; they are told with the others.
    """
    portal = await gate.one(Portal, await portal_id(gate.session), to="administer", lock=False)
    check = await checked(gate.session, given, now=gate.now, edition=portal.edition, mistakes=mistakes)
    if check.plan.errors:
        raise ImportRefused(check.plan.errors)
    gate.told["check"] = check


async def _add(gate: Gate, given: Given, *, aliases: Mapping[str, UUID] | None = None) -> None:
    """All of the rows or, where anything is wrong, none; one act on record."""
    await group_tree.lock_tree_shared(gate.session)  # no group is moved away from where the check has seen it
    portal = await gate.one(Portal, await portal_id(gate.session), to="administer", lock=False)
    check = await checked(gate.session, given, now=gate.now, edition=portal.edition, aliases=aliases, holding=True)
    if check.plan.errors:
        raise ImportRefused(check.plan.errors)
    entry = gate.record("portal.imported", portal)
    entry.after = {name: len(found) for name, found in check.plan.new.items() if found}
    await write(gate.session, check)


async def checked(
    session: AsyncSession,
    given: Given,
    *,
    now: datetime,
    edition: Edition,
    aliases: Mapping[str, UUID] | None = None,
    mistakes: Iterable[Finding] = (),
    holding: bool = False,
) -> Check:
    """Hold every row against the others and against the portal, sheet by sheet.

    With `holding` what is found stays so until the transaction ends.
    """
    errors = list(mistakes)
    rows = read(given, errors)
    if holding and rows["assignments"]:
        await hold_assigned(session, rows, aliases=aliases or {})
    check = Check(await known_of(session, rows, aliases=aliases or {}), now=now, edition=edition, aliases=aliases or {})
    check.plan.errors += errors
    check_groups(check, rows["groups"])
    check_users(check, rows["users"])
    check_memberships(check, rows["memberships"])
    catalogue = check_catalogue(check, rows["products"], rows["features"])
    demos = await live_demos(session, _owners_of_demos(check, rows["licenses"]), at=now)
    check_licenses(check, catalogue, rows["licenses"], demos=demos)
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
