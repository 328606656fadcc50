"""The settings of the transports; the defaults are safe for unauthenticated clients on the internet."""

from dataclasses import dataclass, field

from store.db.clock import Clock, SystemClock


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The largest operation that is executed. Everything but `tokens` is counted with fragments expanded."""

    tokens: int = 5_000
    depth: int = 15
    aliases: int = 50
    directives: int = 50
    root_fields: int = 20
    repeated_keys: int = 100
    """Selections of one response key in one selection set: merging them takes quadratic time."""
    cost: int = 50_000
    """Objects that the response may contain, estimated before execution."""
    default_page_size: int = 50
    """What a connection returns when `first` is left out."""
    assumed_list_size: int = 10
    """How many objects a list that is not a connection is assumed to contain."""


@dataclass(frozen=True, kw_only=True)
class TransportSettings:
    """Timeouts and intervals are in seconds."""

    path: str = "/graphql"
    limits: Limits = field(default_factory=Limits)
    anonymous_introspection: bool = True
    """Introspection and "did you mean" suggestions for clients without a token; authenticated clients always get them."""
    allowed_origins: frozenset[str] = frozenset()
    """Origins such as `https://portal.example` that may open a WebSocket, besides the portal's own."""
    max_body_bytes: int = 1 << 20
    """The longest request body and the longest WebSocket message."""
    operation_timeout: float = 30
    connection_init_timeout: float = 10
    """How long a WebSocket client may take to send its `connection_init`."""
    slow_client_timeout: float = 10
    """How long a client may leave its send queue full before it is disconnected."""
    keepalive_interval: float = 12
    """How often an idle event stream sends a comment, so that proxies keep the connection open."""
    operations_per_socket: int = 100
    messages_per_socket: int = 100
    """Messages queued for a slow client before its operations have to wait."""
    cached_characters: int = 500_000
    """Total length of the documents kept parsed and validated; each character takes up to 160 bytes of memory."""
    clock: Clock = field(default_factory=SystemClock)
