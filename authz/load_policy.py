"""The policy of this portal: `policies.polar` over the entities of the store. The one place that binds the compiler to them."""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy.orm import DeclarativeBase

from authz.compiler.compile import CompiledPolicy, RequiredAction, compile_policy
from authz.gate.actor import CARRIED, PortalContext
from authz.named_actions import named_actions
from authz.policy import Policy
from store.db.registry import RESOURCES, User

_ROOT = Path(__file__).resolve().parent.parent
POLICY_FILE = _ROOT / "policies.polar"


def load_policy(file: Path = POLICY_FILE) -> Policy:
    """Compile the policy. Raises PolicyError with every problem and its location, in the policy or in the code."""
    return Policy(compile_text(file.read_text(encoding="utf-8"), file=file.name, required=required_actions()))


def required_actions() -> Iterable[RequiredAction]:
    """The actions that the portal's code performs."""
    return named_actions(_ROOT, frozenset(cls.__name__ for cls in RESOURCES))


def compile_text(
    text: str,
    *,
    file: str = POLICY_FILE.name,
    classes: Iterable[type[DeclarativeBase]] = RESOURCES,
    required: Iterable[RequiredAction] = (),
) -> CompiledPolicy:
    """Compile the text of a policy over the portal's entities, or over some of them."""
    return compile_policy(
        text,
        file=file,
        classes=tuple(classes),
        actor=User,
        actor_columns=CARRIED,
        settings={"portal": PortalContext},
        required=required,
    )
