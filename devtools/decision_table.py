"""The policy as a table that a product owner can read: each account, each action, each row of the demo world."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from authz.gate.actor import PortalContext
from authz.policy import Policy
from authz.verify.load_world import World, context_of, load_world
from devtools import edge_cases
from devtools.labels import label_of
from seeds import demo
from seeds.cast import CAST, EXTRAS, SERVER, Account
from store.portal import Portal
from store.users import User

_COLUMNS: Mapping[str, Account] = {
    account.name.split()[-1 if account is SERVER else 0]: account for account in (*CAST, *EXTRAS, *edge_cases.ACCOUNTS)
}
_NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
_HEAD = """\
# WHO MAY DO WHAT: what the policy decides today. Written by `./portal policy decisions`; review a change of it like a contract.
#
#   yes   allowed             no   may see the row, but may not do this to it
#   .     does not know that the row exists
#
# The rows are those of the demo world (seeds/demo.py) and of devtools/edge_cases.py. Rows with the same decisions for all
# accounts are listed together. At the end: what the switches of the portal change.
# The table ignores whether an action is possible at the moment (whether a seat is free, or a container is ready).
"""

_Cells = Mapping[str, tuple[str, ...]]
"""The decisions about one row: for each action and each protected column a cell for each account."""


async def decision_table(session: AsyncSession, policy: Policy) -> str:
    """Return the table as text; needs an empty, migrated database, and the caller rolls the transaction back."""
    await demo.load(session, now=_NOW)
    session.add_all(edge_cases.rows(_NOW))
    await session.flush()
    session.expire_all()
    world = await load_world(session)
    table = {cls: _decide(policy, world, cls) for cls in policy.compiled.classes}
    lines = [_HEAD, *(f"# {name}: {account.name}, {account.about}" for name, account in _COLUMNS.items())]
    for cls, rows in table.items():
        lines += _heading(cls.__name__)
        if public := policy.public(cls):
            lines += ["", f"Visible before the log-in: {', '.join(public)}"]
        lines += _blocks((label, tuple(_table_lines(cells))) for label, cells in rows)
    for change, context in _switched(context_of(world[Portal][0])):
        for user in world[User]:
            user.portal = context
        lines += _heading(f"What changes with {change}")
        for cls, rows in table.items():
            changes = [
                (label, tuple(_changes(before, after)))
                for (label, before), (_, after) in zip(rows, _decide(policy, world, cls), strict=True)
            ]
            if differing := [(label, lines) for label, lines in changes if lines]:
                lines += ["", cls.__name__, *_blocks(differing)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _switched(context: PortalContext) -> Iterator[tuple[str, PortalContext]]:
    """The settings of the portal with one switch turned, for each switch."""
    for name in ("members_may_activate", "strict_shared_containers", "support_may_decide"):
        value = not getattr(context, name)
        yield f"{name} = {str(value).lower()}", replace(context, **{name: value})  # type: ignore[arg-type]  # not edition


def _decide(policy: Policy, world: World, cls: type[Any]) -> list[tuple[str, _Cells]]:
    """The rows of a class, each with its label and its decisions."""
    users_by_id = {user.id: user for user in world[User]}
    users = [users_by_id[account.id] for account in _COLUMNS.values()]
    return [(label_of(row), dict(_cells(policy, cls, row, users))) for row in world[cls]]


def _cells(policy: Policy, cls: type[Any], row: Any, users: Sequence[Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    can_read = [policy.check(cls, "read")(user, row) for user in users]
    for action in policy.actions(cls):
        allowed = [policy.check(cls, action)(user, row) for user in users]
        yield (
            action,
            tuple("yes" if yes else "no" if read else "." for yes, read in zip(allowed, can_read, strict=True)),
        )
    for column in policy.protected(cls):
        visible = [policy.field_check(cls, column)(user, row) for user in users]
        yield (
            f"~{column}",
            tuple("." if not read else "sees" if yes else "-" for yes, read in zip(visible, can_read, strict=True)),
        )


def _table_lines(decisions: _Cells) -> Iterator[str]:
    width = max(len(name) for name in decisions if not name.startswith("~")) + 2
    yield f"  {'':{width}} {' '.join(f'{name:>6}' for name in _COLUMNS)}"
    for name, cells in decisions.items():
        yield f"  {name:{width}} {' '.join(f'{cell:>6}' for cell in cells)}"


def _changes(before: _Cells, after: _Cells) -> Iterator[str]:
    """A line for each decision that is different, with the accounts that it is different for."""
    for name, cells in after.items():
        different = [
            f"{account}: {old} -> {new}"
            for account, old, new in zip(_COLUMNS, before[name], cells, strict=True)
            if old != new
        ]
        if different:
            yield f"  {name}  {', '.join(different)}"


def _heading(text: str) -> list[str]:
    return ["", "", text, "=" * len(text)]


def _blocks(rows: Iterable[tuple[str, tuple[str, ...]]]) -> Iterator[str]:
    """The rows, those with the same lines together."""
    labels_by_lines: dict[tuple[str, ...], list[str]] = {}
    for label, lines in rows:
        labels_by_lines.setdefault(lines, []).append(label)
    for lines, labels in sorted(labels_by_lines.items(), key=lambda item: sorted(item[1])):
        yield ""
        yield from (f"* {label}" for label in _with_counts(labels))
        yield from lines


def _with_counts(labels: list[str]) -> list[str]:
    counts = Counter(labels)
    return [label if counts[label] == 1 else f"{label} ({counts[label]} of them)" for label in sorted(counts)]
