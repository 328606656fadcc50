"""The cloud containers that are created with every user and group."""

import secrets

from store.containers import Container, ContainerType
from store.groups import Group
from store.users import User, UserKind

_DIGITS, _MAX_NAME = 10, 200


def new_cloud_container(owner: User | Group) -> Container:
    """The cloud container of a new owner; the database requires exactly one."""
    name = f"Cloud of {owner.name}"[:_MAX_NAME]
    if isinstance(owner, Group):
        return Container(type=ContainerType.GROUP_CLOUD, serial=_serial("141"), name=name, owner_group_id=owner.id)
    if owner.kind is UserKind.TECHNICAL:
        return Container(type=ContainerType.TECHNICAL_CLOUD, serial=_serial("142"), name=name, owner_user_id=owner.id)
    return Container(type=ContainerType.PERSONAL_CLOUD, serial=_serial("140"), name=name, owner_user_id=owner.id)


def _serial(prefix: str) -> str:
    """A serial such as 140-0123456789; random, so that it does not reveal how many there are."""
    return f"{prefix}-{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
