"""The schema as text, for whoever writes clients and whoever reviews a change."""

from argparse import ArgumentParser, Namespace

from authz.load_policy import load_policy
from schema.fields.build import build_schema
from schema.subscription import Subscription
from settings import CHECKOUT, Settings

SUMMARY = "write schema.graphql anew, after a change of the types"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--print", action="store_true", help="print it instead")


def run(args: Namespace, settings: Settings) -> int:  # noqa: ARG001 - the same for every command
    text = build_schema(load_policy(), Subscription).as_str() + "\n"
    if args.print:
        print(text, end="")
    else:
        (CHECKOUT / "schema.graphql").write_text(text, encoding="utf-8")
    return 0
