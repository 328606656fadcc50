"""Server-sent events, in the distinct connections mode of the graphql-sse protocol."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from starlette.types import Receive, Send

from transport.errors import JsonObject, RequestError
from transport.formatting import json_bytes, log
from transport.negotiation import MediaType
from transport.settings import TransportSettings

_HEADERS = [
    (b"content-type", f"{MediaType.EVENT_STREAM}; charset=utf-8".encode()),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would buffer the events
]


async def send_events(
    events: AsyncGenerator[JsonObject, None],
    receive: Receive,
    send: Send,
    *,
    settings: TransportSettings,
    headers: list[tuple[bytes, bytes]],
) -> None:
    """Send the events until they end, or until the client disconnects or stops reading."""
    await send({"type": "http.response.start", "status": 200, "headers": [*_HEADERS, *headers]})
    writer = _Writer(send, settings.slow_client_timeout)
    parts = (writer.send_all(events), writer.keep_alive(settings.keepalive_interval), _disconnected(receive))
    tasks = [asyncio.ensure_future(each) for each in parts]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    for outcome in outcomes:
        # A client that disconnects or stops reading is normal, and so is a cancellation.
        if isinstance(outcome, Exception) and not isinstance(outcome, OSError | TimeoutError):
            log.error("an event stream failed", exc_info=outcome)


class _Writer:
    def __init__(self, send: Send, timeout: float) -> None:
        self._send = send
        self._timeout = timeout

    async def send_all(self, events: AsyncGenerator[JsonObject, None]) -> None:
        async with aclosing(events):
            try:
                async for event in events:
                    await self._write(sse_frame("next", json_bytes(event)))
            except RequestError as error:
                await self._write(sse_frame("next", json_bytes({"errors": error.formatted()})))
        await self._write(sse_frame("complete", b""), more=False)

    async def keep_alive(self, interval: float) -> None:
        while True:
            await asyncio.sleep(interval)
            await self._write(b":\n\n")

    async def _write(self, chunk: bytes, *, more: bool = True) -> None:
        async with asyncio.timeout(self._timeout):
            await self._send({"type": "http.response.body", "body": chunk, "more_body": more})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def sse_frame(event: str, data: bytes) -> bytes:
    """One event; lines end in LF, not CRLF, because urql and Hive Gateway split the stream at LF LF."""
    return b"event: %s\ndata: %s\n\n" % (event.encode(), data)
