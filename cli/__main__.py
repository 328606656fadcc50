"""The entry point of `./portal`: finds the module of a command and runs it with its arguments and the settings."""

import pkgutil
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword
from typing import cast

import cli
from authz.polar.errors import PolicyError
from cli import Command, CommandFailed
from devtools.embedded_postgres import EmbeddedServerFailed
from settings import BadSettings, Settings


def command_names() -> list[str]:
    """Return the names of all commands."""
    modules = (module.name for module in pkgutil.iter_modules(cli.__path__) if module.name != "__main__")
    return sorted(name.removesuffix("_") for name in modules)


def _module_name(name: str) -> str:
    """Return the module of a command; a command named like a Python keyword has an underscore at the end of its module."""
    return f"cli.{name}_" if iskeyword(name) else f"cli.{name}"


def main(words: Sequence[str]) -> int:
    parser = ArgumentParser(
        prog="./portal",
        description="A licensing portal. To try it out, run `./portal serve`.",
        epilog="Run `./portal COMMAND --help` for the options of a command.",
        formatter_class=RawDescriptionHelpFormatter,
    )
    choices = parser.add_subparsers(metavar="COMMAND", dest="command", required=True)
    # Importing every command is slow, and only the help needs all of them.
    names = [words[0]] if words and words[0] in command_names() else command_names()
    modules = {name: cast("Command", import_module(_module_name(name))) for name in names}
    for name, module in modules.items():
        module.arguments(choices.add_parser(name, help=module.SUMMARY, description=module.SUMMARY))
    if not words:
        parser.print_help()
        return 0
    args, rest = parser.parse_known_args(words)
    if rest and "rest" not in args:  # a command that passes arguments on to another program defines `rest`
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    args.rest = rest
    try:
        return modules[args.command].run(args, Settings.from_environment())
    except (BadSettings, CommandFailed, EmbeddedServerFailed, PolicyError) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
