"""The policy as a table that a product owner can read: everybody of the cast, every action, every row of the demo world."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from authz.policy import Policy
from authz.verify.load_world import World, load_world
from devtools.labels import label_of
from seeds import demo
from seeds.cast import CAST, EXTRAS, SERVER, TOM, Account, Licenses, cloud_of, named
from store.activations import LicenseFile
from store.db.base import Base
from store.users import AccessToken, User

_PEOPLE: tuple[Account, ...] = (*CAST, *EXTRAS)
_NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
_HEAD = """\
# WHO MAY DO WHAT, AS THE POLICY DECIDES TODAY. Made by `./portal policy decisions`; read its changes as you would read a contract.
#
#   yes   may do it           no   may see the thing and may not do this to it
#   .     does not know that the thing exists
#
# Rows are those of the demo world (seeds/demo.py); those about which everybody is decided alike stand together.
# What is possible at this moment (a free seat, a container that is ready) is not asked here.
"""


async def decision_table(session: AsyncSession, policy: Policy) -> str:
    """The table as text, for an empty migrated database, which the caller rolls back."""
    await demo.load(session, now=_NOW)
    session.add_all(_beside_the_demo())
    await session.flush()
    session.expire_all()
    world = await load_world(session)
    people = _columns(world)
    lines = [_HEAD, *(f"# {initial}: {account.name}, {account.about}" for initial, account in people.items())]
    for cls in policy.compiled.classes:
        lines += ["", "", cls.__name__, "=" * len(cls.__name__)]
        lines += _block(policy, cls, world, people)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _beside_the_demo() -> list[Base]:
    """A row of each kind that a fresh demo world has none of."""
    tokens = [
        AccessToken(
            id=named("token", each.name), user_id=each.id, name="a login", hash=bytes(31) + bytes([number]),
            expires_at=_NOW + timedelta(days=1), created_at=_NOW,
        )
        for number, each in enumerate((TOM, SERVER))
    ]  # fmt: skip
    active = named("activation", f"{Licenses.TOM_CAD} {cloud_of(TOM.id)}")
    return [*tokens, LicenseFile(id=named("file", "Tom's"), activation_id=active, key_id="k", content="")]


def _columns(world: World) -> Mapping[str, Account]:
    known = {row.id for row in world[User]}
    assert known >= {each.id for each in _PEOPLE}
    return {each.name.split()[-1 if each is SERVER else 0]: each for each in _PEOPLE}


def _block(policy: Policy, cls: type[Any], world: World, people: Mapping[str, Account]) -> Iterator[str]:
    alike: dict[tuple[str, ...], list[str]] = {}
    for row in world[cls]:
        alike.setdefault(tuple(_decided(policy, cls, row, world, people)), []).append(label_of(row))
    width = max(len(each) for each in policy.actions(cls)) + 2
    names = " ".join(f"{each:>6}" for each in people)
    for lines, labels in sorted(alike.items(), key=lambda each: sorted(each[1])):
        yield ""
        yield from (f"* {label}" for label in _counted(labels))
        yield f"  {'':{width}} {names}"
        yield from lines


def _decided(policy: Policy, cls: type[Any], row: Any, world: World, people: Mapping[str, Account]) -> Iterator[str]:
    accounts = {each.id: each for each in world[User]}
    width = max(len(each) for each in policy.actions(cls)) + 2
    asked = [accounts[each.id] for each in people.values()]
    reads = [policy.check(cls, "read")(each, row) for each in asked]
    for action in policy.actions(cls):
        may = [policy.check(cls, action)(each, row) for each in asked]
        words = ["yes" if yes else "no" if read else "." for yes, read in zip(may, reads, strict=True)]
        yield f"  {action:{width}} {' '.join(f'{word:>6}' for word in words)}"
    for column in policy.protected(cls):
        sees = [policy.field_check(cls, column)(each, row) for each in asked]
        words = ["." if not read else "sees" if yes else "-" for yes, read in zip(sees, reads, strict=True)]
        yield f"  ~{column:{width - 1}} {' '.join(f'{word:>6}' for word in words)}"


def _counted(labels: list[str]) -> list[str]:
    return [
        each if labels.count(each) == 1 else f"{each} ({labels.count(each)} of them)" for each in sorted(set(labels))
    ]
