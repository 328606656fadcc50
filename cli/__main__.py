"""The dispatcher behind `./portal`: finds the command's module, hands it its arguments and the settings."""

import pkgutil
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword
from typing import cast

import cli
from cli import Command, CommandFailed
from devtools.embedded_postgres import EmbeddedServerFailed
from settings import BadSettings, Settings


def names() -> list[str]:
    """Every module of the room but this one."""
    found = (module.name for module in pkgutil.iter_modules(cli.__path__) if module.name != "__main__")
    return sorted(each.removesuffix("_") for each in found)


def _module(name: str) -> str:
    """Python keeps some words for itself: what is called like one of them has an underscore behind its name."""
    return f"cli.{name}_" if iskeyword(name) else f"cli.{name}"


def main(words: Sequence[str]) -> int:
    parser = ArgumentParser(
        prog="./portal",
        description="A licensing portal. `./portal serve` is all a newcomer needs.",
        epilog="./portal COMMAND --help tells more about one of them.",
        formatter_class=RawDescriptionHelpFormatter,
    )
    choices = parser.add_subparsers(metavar="COMMAND", dest="command", required=True)
    wanted = [words[0]] if words and words[0] in names() else names()  # only the help needs all of them
    modules = {name: cast("Command", import_module(_module(name))) for name in wanted}
    for name, module in modules.items():
        module.arguments(choices.add_parser(name, help=module.SUMMARY, description=module.SUMMARY))
    if not words:
        parser.print_help()
        return 0
    args, rest = parser.parse_known_args(words)
    if rest and "rest" not in args:  # a command that passes words on to another program says so with `rest`
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    args.rest = rest
    try:
        return modules[args.command].run(args, Settings.from_environment())
    except (BadSettings, CommandFailed, EmbeddedServerFailed) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
