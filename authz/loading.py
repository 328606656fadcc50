"""The policy of this portal: `policies.polar` over the nouns of the store."""

from collections.abc import Iterable
from pathlib import Path

from authz.actor import PortalContext
from authz.policy import Policy
from authz.resolve import compile_policy
from store.mapping import Record
from store.nouns import RESOURCES, User

POLICY_FILE = Path(__file__).resolve().parent.parent / "policies.polar"


def load_policy(file: Path = POLICY_FILE, *, required: Iterable[tuple[str, type[Record]]] = ()) -> Policy:
    """Compile the policy, or raise PolicyRefused with every line that is unsound."""
    text = file.read_text(encoding="utf-8")
    compiled = compile_policy(
        text, file=file.name, classes=RESOURCES, actor=User, context={"portal": PortalContext}, required=required
    )
    return Policy(compiled)
