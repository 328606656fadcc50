"""Export groups, accounts and licenses as CSV files that `./portal import` reads."""

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
from resolvers.bulk.columns import FILES, CsvFile
from resolvers.bulk.export import left_out, lines_of
from settings import Settings
from store.db.database import Database

SUMMARY = "export groups, accounts, licenses and assignments to CSV files, which import reads"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", type=Path, help="folder for the files; created if it does not exist")


def run(args: Namespace, settings: Settings) -> int:
    folder: Path = args.folder
    if existing := [csv_file.file for csv_file in FILES.values() if (folder / csv_file.file).exists()]:
        raise CommandFailed(f"{folder / existing[0]} already exists; choose another folder")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise CommandFailed(f"cannot create {folder}: {problem.strerror}") from None
    with ExitStack() as stack, portal_database(settings) as url:
        files = {
            csv_file: stack.enter_context(
                open(folder / csv_file.file, "x", encoding="utf-8", newline="", opener=_private)
            )
            for csv_file in FILES.values()
        }
        asyncio.run(_export(url, files))
    return 0


async def _export(url: str, files: Mapping[CsvFile, TextIO]) -> None:
    database = Database(url, pool_size=1)
    try:
        async with database.snapshot() as connection:
            for csv_file, file in files.items():
                count = 0
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(csv_file.header)
                async for line in lines_of(connection, csv_file):
                    writer.writerow(line)
                    count += 1
                print(f"{file.name}: {count}")
            if in_projects := await left_out(connection):
                sys.stderr.write(f"not exported: the assignments of {in_projects} licenses to projects\n")
    finally:
        await database.close()


def _private(path: str, flags: int) -> int:
    """Create a file that only its owner can read, because it contains personal data."""
    return os.open(path, flags, 0o600)
