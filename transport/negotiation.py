"""Content negotiation: which of our media types a client accepts, by its Accept header."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from transport.errors import NotAcceptable


class MediaType(StrEnum):
    """The media types of responses."""

    GRAPHQL_RESPONSE = "application/graphql-response+json"
    """The HTTP status says how the request went."""
    JSON = "application/json"
    """Status 200 for every well-formed GraphQL request, as gateways and older clients expect."""
    EVENT_STREAM = "text/event-stream"
    HTML = "text/html"


@dataclass(frozen=True, slots=True)
class Accepted:
    """What an Accept header allows."""

    json: MediaType | None
    """GRAPHQL_RESPONSE or JSON; None if neither is accepted."""
    event_stream: bool
    """Whether event streams are named explicitly: `*/*` does not include them."""
    prefers_event_stream: bool
    html: bool

    @classmethod
    def of(cls, header: str | None) -> Self:
        qualities = _qualities(header or "*/*")
        response, plain = _quality(qualities, MediaType.GRAPHQL_RESPONSE), _quality(qualities, MediaType.JSON)
        stream = qualities.get(MediaType.EVENT_STREAM, 0.0)
        json = None
        if qualities.get(MediaType.GRAPHQL_RESPONSE, 0.0) >= plain and response:
            json = MediaType.GRAPHQL_RESPONSE
        elif plain or response:
            json = MediaType.JSON if plain else MediaType.GRAPHQL_RESPONSE
        return cls(
            json=json,
            event_stream=stream > 0,
            prefers_event_stream=stream > max(response, plain),
            html=qualities.get(MediaType.HTML, 0.0) > 0,
        )

    def require_supported(self) -> None:
        """Raises NotAcceptable if the client accepts none of the media types of results."""
        if self.json is None and not self.event_stream:
            supported = f"{MediaType.GRAPHQL_RESPONSE}, {MediaType.JSON} or {MediaType.EVENT_STREAM}"
            raise NotAcceptable(f"the Accept header must allow {supported}")


def _qualities(header: str) -> dict[str, float]:
    qualities: dict[str, float] = {}
    for each in header.split(","):
        media_type, *parameters = (part.strip().lower() for part in each.split(";"))
        quality = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                try:
                    quality = float(value)
                except ValueError:
                    quality = 0.0
        qualities[media_type] = max(qualities.get(media_type, 0.0), quality)
    return qualities


def _quality(qualities: dict[str, float], media_type: MediaType) -> float:
    main_type, _, _ = media_type.partition("/")
    for name in (media_type.value, f"{main_type}/*", "*/*"):
        if name in qualities:
            return qualities[name]
    return 0.0
