"""Accounts and rows that the demo world lacks: most of them must get fewer rights than a careless rule would give them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from seeds.cast import IDA, SERVER, TOM, Account, Categories, Groups, Licenses, Products, cloud_of, named
from seeds.demo_catalog import template_of
from store.activations import Activation, ActivationState, LicenseFile
from store.containers import Container, ContainerType
from store.db.base import Base
from store.grants import CategoryGrant
from store.licenses import License
from store.memberships import Bundle, MemberRole, Membership, MembershipState
from store.orders import LicenseOrder, OrderSource, OrderState
from store.products import LicenseModel
from store.users import AccessToken, User

RON = Account("Ron Roth", "ron@acme.example", "removed as admin of Acme Berlin and as support employee of Northwind")
NINA = Account("Nina Nagy", "nina@acme.example", "invited to Acme Berlin, with an address that is not verified")
GIL = Account("Gil Graf", "gil@acme.example", "plain member of Acme Berlin, with a grant for it")
HAL = Account("Hal Heller", "hal@acme.example", "admin of Acme Berlin Lab, with a grant for Bolt")
VERA = Account("Vera Vogt", "vera@acme.example", "admin of Acme Berlin Lab, with a grant for all of Acme")

ACCOUNTS = (RON, NINA, GIL, HAL, VERA)

_MEMBERSHIPS: tuple[tuple[Account, UUID, MemberRole, MembershipState, Bundle | None], ...] = (
    (RON, Groups.BERLIN, MemberRole.ADMIN, MembershipState.REMOVED, None),
    (RON, Groups.NORTHWIND, MemberRole.MEMBER, MembershipState.REMOVED, Bundle.SUPPORT),
    (NINA, Groups.BERLIN, MemberRole.ADMIN, MembershipState.INVITED, None),
    (GIL, Groups.BERLIN, MemberRole.MEMBER, MembershipState.ACTIVE, None),
    (HAL, Groups.LAB, MemberRole.ADMIN, MembershipState.ACTIVE, None),
    (VERA, Groups.LAB, MemberRole.ADMIN, MembershipState.ACTIVE, None),
)
_GRANTS = ((GIL, Groups.BERLIN), (HAL, Groups.BOLT), (VERA, Groups.ACME))
_OWNED = ((GIL, Groups.BERLIN), (VERA, Groups.LAB))


def rows(now: datetime) -> Iterator[Base]:
    """The rows to add to the demo world."""
    for number, account in enumerate(ACCOUNTS, start=1):
        verified_at = None if account is NINA else now
        yield User(id=account.id, email=account.email, name=account.name, email_verified_at=verified_at)
        yield Container(
            id=cloud_of(account.id),
            type=ContainerType.PERSONAL_CLOUD,
            name=f"Cloud of {account.name}",
            owner_user_id=account.id,
            serial=f"140-90{number:05d}",
        )
    for account, group_id, role, state, bundle in _MEMBERSHIPS:
        membership_id = named("membership", f"{account.login} {group_id}")
        yield Membership(id=membership_id, user_id=account.id, group_id=group_id, role=role, state=state, bundle=bundle)
    for account, group_id in _GRANTS:
        yield CategoryGrant(
            id=named("grant", account.name),
            category_id=Categories.DESIGN,
            holder_id=account.id,
            scope_group_id=group_id,
            can_create=True,
            can_modify=True,
            can_revoke=True,
            granted_by_id=IDA.id,
        )
    for account, group_id in _OWNED:
        yield License(
            id=named("license", f"owned by {group_id}"),
            product_id=Products.CAD,
            model=LicenseModel.PERPETUAL_SINGLE_USER,
            quantity=1,
            owner_group_id=group_id,
            starts_at=now,
            anchor_at=now,
        )
        yield LicenseOrder(
            id=named("order", f"for {group_id}"),
            actor_id=account.id,
            template_id=template_of(LicenseModel.SINGLE_USER_SUBSCRIPTION),
            group_id=group_id,
            quantity=1,
            source=OrderSource.PORTAL,
            state=OrderState.FULFILLED,
        )
    yield Activation(
        id=named("activation", "Ron's"),
        license_id=Licenses.BERLIN_PUBLIC,
        container_id=cloud_of(RON.id),
        state=ActivationState.ACTIVE,
        seat=10,
        requested_by_id=RON.id,
        requested_at=now,
        receipt_at=now,
    )
    for number, account in enumerate((TOM, SERVER)):
        yield AccessToken(
            id=named("token", account.name),
            user_id=account.id,
            name="a login",
            hash=bytes(31) + bytes([number]),
            expires_at=now + timedelta(days=1),
            created_at=now,
        )
    active = named("activation", f"{Licenses.TOM_CAD} {cloud_of(TOM.id)}")
    yield LicenseFile(id=named("file", "Tom's"), activation_id=active, key_id="k", content="")
