"""The mutation `bulkImport`: up to 1000 rows of the files of `./portal import` in one transaction."""

from collections.abc import Iterator
from typing import Any

import strawberry
from strawberry.types.unset import UNSET
from strawberry.utils.str_converters import to_camel_case

from resolvers.bulk import importing
from resolvers.bulk.columns import FILES, Cells, Code, Column, CsvFile, cell_of
from schema.fields.declare_mutation import declare, gives
from schema.fields.execute_mutation import MutationInfo, MutationOutcome, execute, refusal_of
from schema.fields.inputs import Argument, takes
from schema.fields.scalars import BigInt
from store.errors import BadInput

_MOST_ROWS = 1000
_KINDS: dict[Any, Any] = {Code: BigInt, list[Code]: list[BigInt]}


def _description(about: str) -> str:
    return f"{about[0].upper()}{about[1:]}."


def _field(column: Column) -> Any:
    default = UNSET if column.needed else None
    return strawberry.field(description=_description(column.about), name=to_camel_case(column.name), default=default)


def _row_of(csv_file: CsvFile) -> type:
    """A row as an input, each cell in a type of its own."""
    kinds = {each.name: _KINDS.get(each.kind, each.kind) for each in csv_file.columns}
    body = {
        "__annotations__": {
            each.name: kinds[each.name] if each.needed else kinds[each.name] | None for each in csv_file.columns
        },
        "__module__": __name__,
        **{each.name: _field(each) for each in csv_file.columns},
    }
    name = f"BulkImport{csv_file.name.removesuffix('s').title()}Input"
    return strawberry.input(type(name, (), body), description=f"One row of {csv_file.name}.")


def _rows(csv_file: CsvFile) -> Argument:
    """The rows of a sheet, counted from 1 as the lines of a file are."""

    def read(name: str, given: list[Any]) -> Iterator[tuple[str, list[tuple[int, Cells]]]]:
        yield (
            name,
            [
                (number, {each.name: cell_of(getattr(row, each.name)) for each in csv_file.columns})
                for number, row in enumerate(given, start=1)
            ],
        )

    return Argument(list[_row_of(csv_file)] | None, _description(csv_file.about), read, None)  # type: ignore[misc]  # made above


async def _act(info: MutationInfo, case: Any, given: Any) -> MutationOutcome:
    if sum(len(getattr(given, name) or ()) for name in FILES) > _MOST_ROWS:
        return refusal_of(
            BadInput(f"at most {_MOST_ROWS} rows are allowed per request; use ./portal import for more"), ["input"]
        )
    return await execute(info, case, given)


CHANGES = (
    declare(
        importing.import_rows,
        "Add groups, people, licenses and assignments, all that are not there yet or, where anything is wrong, none.",
        takes(
            f"What is added, {_MOST_ROWS} rows in all; rows name each other by keys of your own, which stay the same.",
            **{csv_file.name: _rows(csv_file) for csv_file in FILES.values()},
        ),
        gives(
            "What `bulkImport` returns; `changes` says how many rows are new.",
            portal="The portal; null if the mutation failed.",
        ),
        does=_act,
    ),
)
