"""The checks of an import that concern products, licenses and assignments."""

from typing import Any
from uuid import UUID

from resolvers.bulk.check import Check, Values
from resolvers.bulk.rows import Row, id_of
from store.db.base import new_id
from store.errors import Refusal, WrongState
from store.license_models import Preset, QuantityChange, Renewal, RenewalBasis, TimeRule
from store.license_parameters import Parameters
from store.license_states import Lifecycle, Visibility
from store.licenses import License
from store.products import LicenseModel
from store.users import UserKind

_LIVE = (Lifecycle.SCHEDULED, Lifecycle.VALID, Lifecycle.SUSPENDED)


class Catalog:
    """Existing products and features, and those of the import."""

    def __init__(self, check: Check) -> None:
        self.products: dict[tuple[int, int], UUID | None] = {at: each.id for at, each in check.known.products.items()}
        self.features: dict[tuple[UUID | None, int], UUID] = {at: each.id for at, each in check.known.features.items()}

    def product(self, check: Check, row: Row) -> UUID | None:
        """The product that a row refers to by its codes."""
        at = row["firm_code"], row["product_code"]
        if None in at or at in self.products:
            return self.products.get(at)
        check.wrong(row, "product_code", f"unknown product {at[0]}:{at[1]}; add it to products.csv")
        return None


def check_catalog(check: Check, products: list[Row], features: list[Row]) -> Catalog:
    """Plan the products and features that do not exist yet."""
    catalog = Catalog(check)
    for row in products:
        at = row["firm_code"], row["product_code"]
        if None in at or not check.first(row, at, "product_code") or not row.readable:
            catalog.products.setdefault(at, None)
        elif (found := check.known.products.get(at)) is not None:
            check.keep(row, found, [("name", "name", row["name"])])
        else:
            catalog.products[at] = new_id()
            check.add(
                row,
                id=catalog.products[at],
                firm_code=at[0],
                product_code=at[1],
                name=row["name"],
                description=row["description"] or "",
                deactivation_allowed=row["deactivation"] is not False,
            )
    for row in features:
        product_id = catalog.product(check, row)
        if product_id is None or not row.readable or not check.first(row, (product_id, row["code"]), "code"):
            continue
        at = product_id, row["code"]
        if (found := check.known.features.get(at)) is not None:
            check.keep(row, found, [("name", "name", row["name"])])
        else:
            catalog.features[at] = new_id()
            check.add(row, id=catalog.features[at], product_id=product_id, code=at[1], name=row["name"])
    return catalog


def check_licenses(check: Check, catalog: Catalog, rows: list[Row], *, demos: set[tuple[UUID, UUID]]) -> None:
    """Check licenses against their models; one live demo for each owner and product."""
    for row in rows:
        product_id = catalog.product(check, row)
        group_id, user_id = check.group(row, "owner_group"), check.person(row, "owner_user")
        if not row["key"] or not check.first(row, row["key"], "key") or not row.readable or product_id is None:
            continue
        if bool(row["owner_group"]) is bool(row["owner_user"]):
            check.wrong(row, "owner_group", "a license needs an owner_group or an owner_user, and not both")
            continue
        id_, owner_id = id_of("license", row["key"]), group_id or user_id
        if owner_id is None:
            continue
        if (found := check.known.licenses.get(id_)) is not None:
            says = (("model", "model", row["model"]), ("quantity", "quantity", row["quantity"]))
            check.keep(
                row,
                found,
                (*says, ("owner_group", "owner_group_id", group_id), ("owner_user", "owner_user_id", user_id)),
            )
            continue
        values = _values(check, catalog, row, product_id)
        if values is None or not _fits_owner(check, row, values, (owner_id, product_id), demos):
            continue
        check.add(
            row,
            id=id_,
            product_id=product_id,
            owner_group_id=group_id,
            owner_user_id=user_id,
            assigned_user_id=user_id,
            assigned_group_id=None,
            visibility=Visibility.ADMIN_ONLY,
            **values,
        )


def _values(check: Check, catalog: Catalog, row: Row, product_id: UUID) -> Values | None:
    """The values to write for a license; None where it contains a mistake."""
    parameters = Parameters.from_json(row["model"], {})
    preset = parameters.preset
    before = len(check.plan.errors)
    features = [catalog.features.get((product_id, each)) for each in row["features"] or ()]
    for code, feature_id in zip(row["features"] or (), features, strict=True):
        if feature_id is None:
            check.wrong(row, "features", f"the product has no feature {code}; add it to features.csv")
    if not preset.min_seats <= row["quantity"] <= (preset.max_seats or row["quantity"]):
        most = f" and not more than {preset.max_seats}" if preset.max_seats else ""
        check.wrong(row, "quantity", f"a license of this model has at least {preset.min_seats}{most}")
    if outside := [
        each for each in row["container_types"] or () if each not in preset.allowed_containers(row["quantity"])
    ]:
        check.wrong(row, "container_types", f"a license of this model cannot be activated in {outside[0]}")
    _require_model(check, row, preset)
    times = _times(check, row, parameters)
    if len(check.plan.errors) > before or times is None:
        return None
    renews = preset.renewal is Renewal.AUTOMATIC
    return {
        "model": row["model"],
        "quantity": row["quantity"],
        **times,
        "days": row["days"],
        "first_activated_at": row["first_activated_at"],
        "cancelled_at": row["cancelled_at"],
        "auto_renew": renews if row["auto_renew"] is None else row["auto_renew"],
        "notice_days": preset.notice_days if row["notice_days"] is None else row["notice_days"],
        "renewal_basis": row["renewal_basis"] or RenewalBasis.FROM_EXPIRY,
        "next_quantity": row["next_quantity"],
        "time_pool_days": row["time_pool_days"] or 0,
        "deactivation_allowed": row["deactivation"],
        "container_types": row["container_types"],
        "not_for_resale": preset.not_for_resale,
        "lifecycle": _lifecycle(check, row, times),
        "features": features,
    }


def _require_model(check: Check, row: Row, preset: Preset) -> None:
    by_days, by_term = (
        preset.time_rule is TimeRule.FROM_FIRST_ACTIVATION,
        preset.time_rule in (TimeRule.TERM, TimeRule.OPTIONAL),
    )
    renews = preset.renewal is Renewal.AUTOMATIC
    is_renewed = renews or preset.renewal is Renewal.MANUAL
    for column, may, message in (
        ("expires_at", preset.time_rule is not TimeRule.NEVER, "never expires"),
        ("days", by_days, "does not run for a number of days"),
        ("period", by_term, "has no period"),
        ("auto_renew", renews or not row["auto_renew"], "is never renewed automatically"),
        ("renewal_basis", is_renewed or row["renewal_basis"] is RenewalBasis.FROM_EXPIRY, "cannot be renewed"),
        ("next_quantity", preset.quantity_change is QuantityChange.AT_RENEWAL, "cannot change its number of seats"),
        ("cancelled_at", renews, "cannot be canceled"),
    ):
        if row[column] is not None and not may:
            check.wrong(row, column, f"a license of this model {message}")
    if by_days and row["days"] is None and row["expires_at"] is None:
        check.wrong(row, "days", "a license of this model needs days or expires_at")


def _times(check: Check, row: Row, parameters: Parameters) -> Values | None:
    """Start and end: a subscription without an end runs for one period, days run from the first activation."""
    starts_at, expires_at, anchor_at = row["starts_at"] or check.now, row["expires_at"], row["anchor_at"]
    by_term = parameters.preset.time_rule is TimeRule.TERM
    column, length = ("period", "first term") if by_term else ("days", "days")
    try:
        if expires_at is None and by_term:
            sold = Parameters.from_json(parameters.model, {"period": row["period"]}).new_term(
                starts_at=starts_at, expires_at=None, days=None
            )
            expires_at, anchor_at = sold.expires_at, anchor_at or sold.anchor_at
        elif expires_at is None and row["first_activated_at"]:
            begun = License(days=row["days"])
            begun.start_clock(row["first_activated_at"])
            expires_at = begun.expires_at
    except (Refusal, ValueError, OverflowError):
        check.wrong(row, column, f"the end of its {length} is outside the calendar")
        return None
    if expires_at is not None and expires_at <= starts_at:
        check.wrong(
            row, "expires_at" if row["expires_at"] else "first_activated_at", "the license would end before it starts"
        )
        return None
    return {"starts_at": starts_at, "expires_at": expires_at, "anchor_at": anchor_at, "period": row["period"]}


def _lifecycle(check: Check, row: Row, times: Values) -> Lifecycle:
    as_it_is = License(lifecycle=row["state"], starts_at=times["starts_at"], expires_at=times["expires_at"])
    return as_it_is.state_at(check.now)


def _fits_owner(check: Check, row: Row, values: Values, demo: tuple[UUID, UUID], demos: set[tuple[UUID, UUID]]) -> bool:
    owner_id, _product_id = demo
    before = len(check.plan.errors)
    if row["owner_user"] and check.accounts[owner_id].kind is not UserKind.HUMAN:
        check.wrong(row, "owner_user", "a technical user cannot own licenses")
    if values["not_for_resale"] and (row["owner_user"] or not check.is_internal(owner_id)):
        check.wrong(
            row, "owner_group", "an internal license can be owned only by a group of the vendor or of a reseller"
        )
    if row["model"] is LicenseModel.DEMO and values["lifecycle"] in _LIVE:
        if demo in demos:
            check.wrong(row, "model", "this owner already has a live demo of this product")
        demos.add(demo)
    return len(check.plan.errors) == before


def check_assignments(check: Check, rows: list[Row], *, beside: list[Row]) -> None:
    """Check assignments to people and groups of the owner group and below; licenses that are assigned stay as they are.

    `beside` are the rows of licenses, whose mistakes are reported there.
    """
    coming: dict[UUID, Values | None] = {id_of("license", each["key"]): None for each in beside if each["key"]}
    coming.update((values["id"], values) for _, values in check.plan.new["licenses"])
    for row in rows:
        user_id, group_id = check.person(row, "user"), check.group(row, "group")
        if not row["license"] or not check.first(row, row["license"], "license") or not row.readable:
            continue
        if bool(row["user"]) is bool(row["group"]):
            check.wrong(row, "user", "an assignment needs a user or a group, and not both")
        elif (user_id or group_id) is not None:
            _check_assignment(check, row, coming, user_id, group_id)


def _check_assignment(
    check: Check, row: Row, coming: dict[UUID, Values | None], user_id: UUID | None, group_id: UUID | None
) -> None:
    id_, visibility = id_of("license", row["license"]), row["visibility"] or Visibility.ADMIN_ONLY
    new, found = coming.get(id_), check.known.licenses.get(id_)
    owner_id = new["owner_group_id"] if new else found.owner_group_id if found else None
    if new is None and found is None:
        if id_ not in coming:
            check.wrong(row, "license", f"unknown license {row['license']!r}")
    elif owner_id is None:
        check.wrong(row, "license", "a personal license cannot be assigned to another account")
    elif visibility is Visibility.PUBLIC and group_id is None:
        check.wrong(row, "visibility", "only a license that is assigned to a group can be PUBLIC")
    elif not (homes := _homes_inside(check, owner_id, user_id, group_id)):
        check.wrong(
            row, "user" if user_id else "group", "a license can be assigned only within its owner group or below"
        )
    elif _is_internal_only(new, found) and not any(map(check.is_internal, homes)):
        check.wrong(row, "license", "an internal license can be assigned only to people of the vendor or of a reseller")
    elif new is not None:
        new.update(assigned_user_id=user_id, assigned_group_id=group_id, visibility=visibility)
        check.add(row, id=id_, is_new=True)
    else:
        _assign_known(check, row, found, user_id, group_id, visibility)


def _is_internal_only(new: Values | None, found: Any) -> bool:
    return bool(found.not_for_resale if new is None else new["not_for_resale"])


def _assign_known(
    check: Check, row: Row, found: Any, user_id: UUID | None, group_id: UUID | None, visibility: Visibility
) -> None:
    if found.assigned_user_id or found.assigned_group_id or found.assigned_project_id:
        says = (("user", "assigned_user_id", user_id), ("group", "assigned_group_id", group_id))
        check.keep(row, found, (*says, ("visibility", "visibility", visibility)))
        return
    if found.in_use:
        check.wrong(row, "license", "seats of this license are in use; assign it in the portal, which withdraws them")
        return
    try:
        as_it_is = License(lifecycle=found.lifecycle, starts_at=found.starts_at, expires_at=found.expires_at)
        as_it_is.require_usable(at=check.now)
    except WrongState as state:
        check.wrong(row, "license", state.message)
        return
    check.add(
        row, id=found.id, is_new=False, assigned_user_id=user_id, assigned_group_id=group_id, visibility=visibility
    )


def _homes_inside(check: Check, owner_id: UUID, user_id: UUID | None, group_id: UUID | None) -> list[UUID]:
    """The groups of the assignee that are the owner group or below it."""
    if user_id is None:
        homes = {group_id} if group_id else set()
    else:
        person = check.accounts[user_id]
        homes = {person.home_group_id} if person.home_group_id else person.groups
    return [each for each in homes if owner_id in check.above(each)]
