"""Groups, people and licenses as files that `./portal import` reads."""

import asyncio
import csv
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from cli import CommandFailed, portal_database
from resolvers.bulk.columns import SHEETS, Sheet
from resolvers.bulk.export import left_out, lines_of
from settings import Settings
from store.db.database import Database

SUMMARY = "write groups, people, licenses and assignments as the files that import reads"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", type=Path, help="a folder without such files; made if there is none")


def run(args: Namespace, settings: Settings) -> int:
    folder: Path = args.folder
    if there := [each.file for each in SHEETS.values() if (folder / each.file).exists()]:
        raise CommandFailed(f"{folder} has a {there[0]} already; name another folder")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise CommandFailed(f"{folder} cannot be made: {problem.strerror}") from None
    with ExitStack() as stack, portal_database(settings) as url:
        files = {
            each: stack.enter_context(open(folder / each.file, "x", encoding="utf-8", newline="", opener=_for_oneself))
            for each in SHEETS.values()
        }
        asyncio.run(_export(url, files))
    return 0


async def _export(url: str, files: Mapping[Sheet, TextIO]) -> None:
    database = Database(url, pool_size=1)
    try:
        async with database.snapshot() as connection:
            for sheet, file in files.items():
                count = 0
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(sheet.header)
                async for line in lines_of(connection, sheet):
                    writer.writerow(line)
                    count += 1
                print(f"{file.name}: {count}")
            if in_projects := await left_out(connection):
                sys.stderr.write(f"{in_projects} licenses are assigned to projects, which no file tells of\n")
    finally:
        await database.close()


def _for_oneself(path: str, flags: int) -> int:
    """Names and addresses are nobody else's business."""
    return os.open(path, flags, 0o600)
