"""The policy as a table that a product owner can read: each account, each action, each row of the demo world."""

from collections import Counter
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

_ACCOUNTS: tuple[Account, ...] = (*CAST, *EXTRAS)
_NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
_HEAD = """\
# WHO MAY DO WHAT: what the policy decides today. Written by `./portal policy decisions`; review a change of it like a contract.
#
#   yes   allowed             no   may see the row, but may not do this to it
#   .     does not know that the row exists
#
# The rows are those of the demo world (seeds/demo.py); rows with the same decisions for all accounts are listed together.
# The table ignores whether an action is possible at the moment (whether a seat is free, or a container is ready).
"""


async def decision_table(session: AsyncSession, policy: Policy) -> str:
    """Return the table as text; needs an empty, migrated database, and the caller rolls the transaction back."""
    await demo.load(session, now=_NOW)
    session.add_all(_additional_rows())
    await session.flush()
    session.expire_all()
    world = await load_world(session)
    accounts = _columns(world)
    lines = [_HEAD, *(f"# {column}: {account.name}, {account.about}" for column, account in accounts.items())]
    for cls in policy.compiled.classes:
        lines += ["", "", cls.__name__, "=" * len(cls.__name__)]
        if public := policy.public(cls):
            lines += ["", f"Visible before the log-in: {', '.join(public)}"]
        lines += _block(policy, cls, world, accounts)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _additional_rows() -> list[Base]:
    """Rows of the classes that a new demo world has none of."""
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
    ids = {row.id for row in world[User]}
    assert ids >= {account.id for account in _ACCOUNTS}
    return {account.name.split()[-1 if account is SERVER else 0]: account for account in _ACCOUNTS}


def _block(policy: Policy, cls: type[Any], world: World, accounts: Mapping[str, Account]) -> Iterator[str]:
    labels_by_decisions: dict[tuple[str, ...], list[str]] = {}
    for row in world[cls]:
        decisions = tuple(_decisions(policy, cls, row, world, accounts))
        labels_by_decisions.setdefault(decisions, []).append(label_of(row))
    width = max(len(action) for action in policy.actions(cls)) + 2
    names = " ".join(f"{name:>6}" for name in accounts)
    for lines, labels in sorted(labels_by_decisions.items(), key=lambda item: sorted(item[1])):
        yield ""
        yield from (f"* {label}" for label in _with_counts(labels))
        yield f"  {'':{width}} {names}"
        yield from lines


def _decisions(
    policy: Policy,
    cls: type[Any],
    row: Any,
    world: World,
    accounts: Mapping[str, Account],
) -> Iterator[str]:
    """One line for each action and each protected column of the row, with a cell for each account."""
    users_by_id = {user.id: user for user in world[User]}
    width = max(len(action) for action in policy.actions(cls)) + 2
    users = [users_by_id[account.id] for account in accounts.values()]
    can_read = [policy.check(cls, "read")(user, row) for user in users]
    for action in policy.actions(cls):
        allowed = [policy.check(cls, action)(user, row) for user in users]
        cells = ["yes" if yes else "no" if read else "." for yes, read in zip(allowed, can_read, strict=True)]
        yield f"  {action:{width}} {' '.join(f'{cell:>6}' for cell in cells)}"
    for column in policy.protected(cls):
        visible = [policy.field_check(cls, column)(user, row) for user in users]
        cells = ["." if not read else "sees" if yes else "-" for yes, read in zip(visible, can_read, strict=True)]
        yield f"  ~{column:{width - 1}} {' '.join(f'{cell:>6}' for cell in cells)}"


def _with_counts(labels: list[str]) -> list[str]:
    counts = Counter(labels)
    return [label if counts[label] == 1 else f"{label} ({counts[label]} of them)" for label in sorted(counts)]
