"""What an installation may set about its transports; every default is meant for strangers."""

from dataclasses import dataclass, field

from store.db.clock import Clock, SystemClock


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much one operation may ask for. Depth to cost are counted with all its fragments written out."""

    tokens: int = 5_000
    depth: int = 15
    aliases: int = 50
    directives: int = 50
    root_fields: int = 20
    repeats: int = 100
    """Selections of the same key in one place: to compare each with each is quadratic work."""
    cost: int = 50_000
    """Objects that the answer may hold, computed before anything runs."""
    page: int = 50
    """What a connection returns when `first` is left out."""
    items: int = 10
    """How many objects a list that is no connection is taken to hold."""


@dataclass(frozen=True, kw_only=True)
class TransportSettings:
    path: str = "/graphql"
    limits: Limits = field(default_factory=Limits)
    strangers_explore: bool = True
    """Introspection and "did you mean" for clients without a token; who has one always gets them."""
    allowed_origins: frozenset[str] = frozenset()
    """Origins such as `https://portal.example` that may open a WebSocket, besides the one we are served from."""
    body_bytes: int = 1 << 20
    """The longest request body and the longest WebSocket frame."""
    seconds_per_operation: float = 30
    seconds_to_introduce: float = 10
    """Within these a WebSocket client has sent its `connection_init`."""
    seconds_to_read: float = 10
    """A client that leaves its queue full for so long is let go."""
    seconds_between_signs: float = 12
    """An idle event stream carries a comment this often, so that nobody in between takes it for dead."""
    operations_per_socket: int = 100
    messages_per_socket: int = 100
    """Messages that wait for a slow client before its operations have to wait too."""
    cached_characters: int = 500_000
    """Documents kept parsed and validated; each character costs up to 160 bytes of memory."""
    clock: Clock = field(default_factory=SystemClock)
