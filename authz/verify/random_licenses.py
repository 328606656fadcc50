"""Random products, licenses, containers and activations: every kind of owner, every assignee, every state."""

from datetime import timedelta

from authz.verify.random_rows import NOW, RandomRows
from store.activations import COUNTING, Activation, ActivationState, LicenseFile
from store.containers import Container, ContainerState, ContainerType
from store.grants import CategoryGrant, GrantState
from store.groups import Group
from store.license_states import Lifecycle, Visibility
from store.licenses import License, LicenseFeature
from store.orders import LicenseOrder, OrderSource, OrderState
from store.products import Category, Feature, LicenseModel, LicenseTemplate, Product, ProductCategory
from store.projects import Project
from store.restores import RestoreCase, RestoreReason, RestoreState
from store.tickets import Ticket, TicketState
from store.time_contingents import TimeContingent
from store.users import User, UserKind

_OWNERS = {"owner_user_id": User, "owner_group_id": Group}


def make_catalog(rows: RandomRows) -> None:
    """Categories, products in some of them, and grants with several scopes."""
    for number in rows.times(2, 3):
        rows.add(Category, name=f"category {number}")
    for number in rows.times(2, 3):
        product = rows.add(
            Product, firm_code=1, product_code=number + 1, name=f"product {number}", deactivation_allowed=rows.flip()
        )
        for code in rows.times(0, 2):
            rows.add(Feature, product_id=product["id"], code=code, name=f"feature {code}")
    for product_id, category_id in rows.pairs(rows.of(Product), rows.of(Category), 5):
        rows.link(ProductCategory, product_id=product_id, category_id=category_id)
    for number in rows.times(2, 3):
        rows.add(
            LicenseTemplate, product_id=rows.id(Product), name=f"template {number}", model=rows.choice(LicenseModel)
        )
    for _ in rows.times(6, 10):
        _make_grant(rows)


def _make_grant(rows: RandomRows) -> None:
    state = rows.choice((*GrantState, GrantState.ACTIVE, GrantState.ACTIVE))
    rights = [rows.flip(0.6) for _ in range(3)]
    rows.add(
        CategoryGrant,
        category_id=rows.id(Category),
        holder_id=rows.id(User),
        scope_group_id=rows.id(Group),
        can_create=rights[0] or not any(rights),
        can_modify=rights[1],
        can_revoke=rights[2],
        max_quantity=rows.maybe(5),
        granted_by_id=rows.id(User),
        state=state,
        revoked_at=NOW if state is GrantState.REVOKED else None,
    )


def make_licenses(rows: RandomRows) -> None:
    """Orders, tickets, licenses of groups and of people, and time contingents."""
    for _ in rows.times(4, 7):
        state = rows.choice(OrderState)
        rows.add(
            LicenseOrder,
            actor_id=rows.id(User),
            template_id=rows.id(LicenseTemplate),
            group_id=rows.maybe(rows.id(Group), 0.7),
            quantity=rows.choice((1, 2, 5)),
            source=rows.choice(OrderSource),
            state=state,
            reason="no" if state is OrderState.REJECTED else None,
        )
    for _ in rows.times(4, 6):
        owner = rows.exactly_one(_OWNERS, or_none=0.2)
        states = TicketState if any(owner.values()) else (TicketState.FRESH, TicketState.VOID)
        rows.add(
            Ticket, code_hash=rows.random_bytes(), code_masked="*", state=rows.choice(states), claimed_at=None, **owner
        )
    for _ in rows.times(14, 20):
        _make_license(rows)
    for group_id, product_id in rows.pairs(rows.of(Group), rows.of(Product), 5):
        rows.add(TimeContingent, group_id=group_id, product_id=product_id, days=rows.choice((0, 1, 30)))
    for license_id, feature_id in rows.pairs(rows.of(License), rows.of(Feature), 6):
        rows.link(LicenseFeature, license_id=license_id, feature_id=feature_id)


def _make_license(rows: RandomRows) -> None:
    owner = rows.exactly_one(
        {"owner_group_id": Group, "owner_user_id": User} if rows.flip(0.3) else {"owner_group_id": Group}
    )
    owner.setdefault("owner_user_id", None)
    targets: dict[str, type] = {"assigned_user_id": User}
    if owner["owner_user_id"] is None:
        targets |= {"assigned_group_id": Group, "assigned_project_id": Project}
    assigned = {"assigned_group_id": None, "assigned_project_id": None, **rows.exactly_one(targets, or_none=0.2)}
    is_shared = assigned["assigned_group_id"] or assigned["assigned_project_id"]
    model = rows.choice((LicenseModel.MULTI_USER_SUBSCRIPTION, LicenseModel.DEMO, LicenseModel.PREPAID))
    rows.add(
        License,
        product_id=rows.id(Product),
        ticket_id=rows.maybe(rows.id(Ticket), 0.4),
        order_id=rows.maybe(rows.id(LicenseOrder), 0.4),
        model=model,
        quantity=rows.choice((1, 1, 2, 5)),
        visibility=Visibility.PUBLIC if is_shared and rows.flip(0.6) else Visibility.ADMIN_ONLY,
        lifecycle=rows.choice(Lifecycle),
        starts_at=NOW - timedelta(days=rows.choice((0, 1, 2))),
        expires_at=rows.maybe(NOW + timedelta(days=1)),
        first_activated_at=rows.maybe(NOW - timedelta(days=rows.choice((0, 1, 2)))),
        period=rows.maybe(rows.choice(("P1M", "P1Y"))),
        days=rows.maybe(rows.choice((1, 2, 30))),
        time_pool_days=rows.choice((0, 1, 2)),
        auto_renew=rows.flip(),
        deactivation_allowed=rows.choice((None, None, True, False)),
        **owner,
        **assigned,
    )


def make_containers(rows: RandomRows) -> None:
    """Containers of every type, their activations and license files, and restore cases."""
    clouds: set[object] = set()
    for number in rows.times(10, 14):
        _make_container(rows, f"serial {number}", clouds)
    busy: set[object] = set()
    for seat in rows.times(10, 15):
        _make_activation(rows, seat + 1, busy)
    for _ in rows.times(3, 6):
        rows.add(LicenseFile, activation_id=rows.id(Activation), key_id="key", content="file")
    for _ in rows.times(3, 6):
        rows.add(
            RestoreCase,
            reason=rows.choice(RestoreReason),
            state=rows.choice(RestoreState),
            requested_by_id=rows.id(User),
            decided_by_id=rows.maybe(rows.id(User), 0.3),
            **rows.exactly_one({"activation_id": Activation, "lost_container_id": Container}),
        )


def _make_container(rows: RandomRows, serial: str, clouds: set[object]) -> None:
    kind = rows.choice(ContainerType)
    users = [
        user
        for user in rows.of(User)
        if (kind is ContainerType.TECHNICAL_CLOUD) == (user["kind"] is UserKind.TECHNICAL)
    ]
    owner: dict[str, object] = dict.fromkeys(("owner_user_id", "owner_group_id", "owner_project_id"))
    if kind is ContainerType.GROUP_CLOUD:
        owner["owner_group_id"] = rows.id(Group)
    elif kind.is_cloud:
        owner["owner_user_id"] = rows.choice(users if rows.flip(0.8) else rows.of(User))["id"]  # or of the wrong kind
    else:
        owner |= rows.exactly_one({**_OWNERS, "owner_project_id": Project})
    state = rows.choice((*ContainerState, ContainerState.READY, ContainerState.READY))
    if kind.is_cloud and state is not ContainerState.DELETED:
        key = (kind is ContainerType.GROUP_CLOUD, next(owner_id for owner_id in owner.values() if owner_id))
        state = ContainerState.DELETED if key in clouds else state  # one cloud container for each owner
        clouds.add(key)
    rows.add(Container, type=kind, serial=serial, name=rows.choice(("", "box")), state=state, **owner)


def _make_activation(rows: RandomRows, seat: int, busy: set[object]) -> None:
    container_id = rows.id(Container)
    state = rows.choice(ActivationState)
    if state in {ActivationState.PENDING, ActivationState.RETURNING}:  # one open operation in a container
        state = ActivationState.ACTIVE if container_id in busy else state
        busy.add(container_id)
    rows.add(
        Activation,
        license_id=rows.id(License),
        container_id=container_id,
        state=state,
        seat=seat if state in COUNTING else None,
        requested_by_id=rows.id(User),
        requested_at=NOW - timedelta(days=rows.choice((0, 1))),
        ended_at=rows.maybe(NOW, 0.2),
        borrowed_until=NOW if state is ActivationState.BORROWED else None,
    )
