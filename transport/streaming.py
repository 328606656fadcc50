"""Server-sent events for clients without sockets: the distinct connections mode of the graphql-sse protocol."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from starlette.types import Receive, Send

from transport.errors import Formatted, RequestRefused
from transport.formatting import encoded, log
from transport.negotiation import Media
from transport.settings import TransportSettings

_HEADERS = [
    (b"content-type", f"{Media.STREAM}; charset=utf-8".encode()),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would keep the events until there are enough of them
]


async def send_events(
    events: AsyncGenerator[Formatted, None],
    receive: Receive,
    send: Send,
    *,
    settings: TransportSettings,
    headers: list[tuple[bytes, bytes]],
) -> None:
    """Send what comes until it ends, the client leaves, or the client no longer reads."""
    await send({"type": "http.response.start", "status": 200, "headers": [*_HEADERS, *headers]})
    writer = _Writer(send, settings.seconds_to_read)
    parts = (writer.tell(events), writer.give_signs(settings.seconds_between_signs), _leave(receive))
    tasks = [asyncio.ensure_future(each) for each in parts]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    for outcome in outcomes:
        # A client that is gone or no longer reads is everyday life; so is being told to stop.
        if isinstance(outcome, Exception) and not isinstance(outcome, OSError | TimeoutError):
            log.error("an event stream broke", exc_info=outcome)


class _Writer:
    def __init__(self, send: Send, patience: float) -> None:
        self._send = send
        self._patience = patience

    async def tell(self, events: AsyncGenerator[Formatted, None]) -> None:
        async with aclosing(events):
            try:
                async for event in events:
                    await self._write(framed("next", encoded(event)))
            except RequestRefused as refused:
                await self._write(framed("next", encoded({"errors": refused.formatted()})))
        await self._write(framed("complete", b""), more=False)

    async def give_signs(self, pause: float) -> None:
        while True:
            await asyncio.sleep(pause)
            await self._write(b":\n\n")

    async def _write(self, chunk: bytes, *, more: bool = True) -> None:
        async with asyncio.timeout(self._patience):
            await self._send({"type": "http.response.body", "body": chunk, "more_body": more})


async def _leave(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def framed(event: str, data: bytes) -> bytes:
    """LF and not CRLF between the lines: urql and Hive Gateway look for two LF and nothing else."""
    return b"event: %s\ndata: %s\n\n" % (event.encode(), data)
