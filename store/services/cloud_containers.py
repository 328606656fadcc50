"""The containers that come by themselves: one with every person, technical user and group."""

import secrets

from store.containers import Container, ContainerType
from store.groups import Group
from store.users import User, UserKind

_DIGITS, _LONGEST = 10, 200


def new_cloud_container(owner: User | Group) -> Container:
    """The cloud container of a new owner; the database keeps it to one, and lets no owner be without."""
    name = f"Cloud of {owner.name}"[:_LONGEST]
    if isinstance(owner, Group):
        return Container(type=ContainerType.GROUP_CLOUD, serial=_serial("141"), name=name, owner_group_id=owner.id)
    if owner.kind is UserKind.TECHNICAL:
        return Container(type=ContainerType.TECHNICAL_CLOUD, serial=_serial("142"), name=name, owner_user_id=owner.id)
    return Container(type=ContainerType.PERSONAL_CLOUD, serial=_serial("140"), name=name, owner_user_id=owner.id)


def _serial(mask: str) -> str:
    """140-0123456789: random, so that a serial tells nobody how many there are."""
    return f"{mask}-{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
