"""Which of our media types a client wants, from its Accept header."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from transport.errors import NotAcceptable


class Media(StrEnum):
    RESPONSE = "application/graphql-response+json"
    """The status tells how the request went."""
    JSON = "application/json"
    """The status is 200 for whatever is a GraphQL request: gateways and older clients expect it."""
    STREAM = "text/event-stream"
    PAGE = "text/html"


@dataclass(frozen=True, slots=True)
class Accepted:
    json: Media | None
    """The flavour of JSON, if any is accepted."""
    stream: bool
    """An event stream is accepted, and named: `*/*` does not mean it."""
    stream_first: bool
    """... and preferred to JSON."""
    page: bool

    @classmethod
    def of(cls, accept: str | None) -> Self:
        qualities = _qualities(accept or "*/*")
        response, plain = _quality(qualities, Media.RESPONSE), _quality(qualities, Media.JSON)
        stream = qualities.get(Media.STREAM, 0.0)
        flavour = None
        if qualities.get(Media.RESPONSE, 0.0) >= plain and response:
            flavour = Media.RESPONSE
        elif plain or response:
            flavour = Media.JSON if plain else Media.RESPONSE
        return cls(
            json=flavour,
            stream=stream > 0,
            stream_first=stream > max(response, plain),
            page=qualities.get(Media.PAGE, 0.0) > 0,
        )

    def refuse_unless_served(self) -> None:
        if self.json is None and not self.stream:
            raise NotAcceptable(f"the answer is {Media.RESPONSE}, {Media.JSON} or {Media.STREAM}")


def _qualities(accept: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for each in accept.split(","):
        media_type, *parameters = (part.strip().lower() for part in each.split(";"))
        quality = 1.0
        for parameter in parameters:
            name, _, text = parameter.partition("=")
            if name.strip() == "q":
                try:
                    quality = float(text)
                except ValueError:
                    quality = 0.0
        found[media_type] = max(found.get(media_type, 0.0), quality)
    return found


def _quality(qualities: dict[str, float], media: Media) -> float:
    kind, _, _ = media.partition("/")
    for name in (media.value, f"{kind}/*", "*/*"):
        if name in qualities:
            return qualities[name]
    return 0.0
