"""Write the GraphQL schema as text, for client developers and for reviews."""

from argparse import ArgumentParser, Namespace

from authz.load_policy import load_policy
from schema.fields.build import build_schema
from schema.subscription import Subscription
from settings import CHECKOUT, Settings

SUMMARY = "update schema.graphql after a change of the types"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--print", action="store_true", help="print the schema instead of writing the file")


def run(args: Namespace, settings: Settings) -> int:  # noqa: ARG001 - the same for every command
    text = build_schema(load_policy(), Subscription).as_str() + "\n"
    if args.print:
        print(text, end="")
    else:
        (CHECKOUT / "schema.graphql").write_text(text, encoding="utf-8")
    return 0
