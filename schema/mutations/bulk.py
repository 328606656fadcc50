"""What clients may do with many rows at once: the rows of `./portal import`, a thousand of them in one act."""

from collections.abc import Iterator
from typing import Any

import strawberry
from strawberry.types.unset import UNSET
from strawberry.utils.str_converters import to_camel_case

from resolvers.bulk import importing
from resolvers.bulk.columns import SHEETS, Cells, Code, Column, Sheet, written
from schema.fields.declare_mutation import declare, gives
from schema.fields.execute_mutation import MutationInfo, MutationOutcome, execute, refusal_of
from schema.fields.inputs import Argument, takes
from schema.fields.scalars import BigInt
from store.errors import BadInput

_MOST_ROWS = 1000
_KINDS: dict[Any, Any] = {Code: BigInt, list[Code]: list[BigInt]}


def _sentence(about: str) -> str:
    return f"{about[0].upper()}{about[1:]}."


def _field(column: Column) -> Any:
    default = UNSET if column.needed else None
    return strawberry.field(description=_sentence(column.about), name=to_camel_case(column.name), default=default)


def _row_of(sheet: Sheet) -> type:
    """A row as an input, each cell in a type of its own."""
    kinds = {each.name: _KINDS.get(each.kind, each.kind) for each in sheet.columns}
    body = {
        "__annotations__": {
            each.name: kinds[each.name] if each.needed else kinds[each.name] | None for each in sheet.columns
        },
        "__module__": __name__,
        **{each.name: _field(each) for each in sheet.columns},
    }
    name = f"BulkImport{sheet.name.removesuffix('s').title()}Input"
    return strawberry.input(type(name, (), body), description=f"One row of {sheet.name}.")


def _rows(sheet: Sheet) -> Argument:
    """The rows of a sheet, counted from 1 as the lines of a file are."""

    def read(name: str, given: list[Any]) -> Iterator[tuple[str, list[tuple[int, Cells]]]]:
        yield (
            name,
            [
                (number, {each.name: written(getattr(row, each.name)) for each in sheet.columns})
                for number, row in enumerate(given, start=1)
            ],
        )

    return Argument(list[_row_of(sheet)] | None, _sentence(sheet.about), read, None)  # type: ignore[misc]  # made above


async def _act(info: MutationInfo, case: Any, given: Any) -> MutationOutcome:
    if sum(len(getattr(given, name) or ()) for name in SHEETS) > _MOST_ROWS:
        return refusal_of(BadInput(f"at most {_MOST_ROWS} rows at once; ./portal import takes more"), ["input"])
    return await execute(info, case, given)


CHANGES = (
    declare(
        importing.import_rows,
        "Add groups, people, licenses and assignments, all that are not there yet or, where anything is wrong, none.",
        takes(
            f"What is added, {_MOST_ROWS} rows in all; rows name each other by keys of your own, which stay the same.",
            **{sheet.name: _rows(sheet) for sheet in SHEETS.values()},
        ),
        gives(
            "What `bulkImport` returns; `changes` says how many rows are new.",
            portal="The portal; null if the mutation failed.",
        ),
        does=_act,
    ),
)
