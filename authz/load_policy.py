"""The policy of this portal: `policies.polar` over the entities of the store. The one place that binds the compiler to them."""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy.orm import DeclarativeBase

from authz.compiler.compile import CompiledPolicy, compile_policy
from authz.gate.actor import CARRIED, PortalContext
from authz.policy import Policy
from store.db.registry import RESOURCES, User

POLICY_FILE = Path(__file__).resolve().parent.parent / "policies.polar"


def load_policy(file: Path = POLICY_FILE, *, required: Iterable[tuple[str, type[DeclarativeBase]]] = ()) -> Policy:
    """Compile the policy. Raises PolicyError with every problem and its location."""
    return Policy(compile_text(file.read_text(encoding="utf-8"), file=file.name, required=required))


def compile_text(
    text: str,
    *,
    file: str = POLICY_FILE.name,
    classes: Iterable[type[DeclarativeBase]] = RESOURCES,
    required: Iterable[tuple[str, type[DeclarativeBase]]] = (),
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
