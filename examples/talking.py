"""How the scripts talk to a portal: people who log in, ask and do things, and say in one sentence what happened."""

import asyncio
import itertools
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx
from gql import Client, GraphQLRequest
from gql.client import AsyncClientSession
from gql.transport.aiohttp import AIOHTTPTransport

CHECKOUT = Path(__file__).resolve().parent.parent
_ERRORS = "errors { code message path state bound limit quantity action reason }"


class NotAsTold(Exception):
    """The portal did something else than the story says; the message tells what."""


def change(name: str, payload: str) -> str:
    """Every mutation has the same form: an input, and a payload with errors."""
    kind = name[0].upper() + name[1:]
    return f"mutation($input: {kind}Input!) {{ {name}(input: $input) {{ {payload} {_ERRORS} }} }}"


class Person:
    """Somebody at a portal, with a login or still without one."""

    def __init__(self, session: AsyncClientSession, name: str) -> None:
        self.name = name
        self._session = session
        self._run = uuid4()
        self._numbers = itertools.count()

    async def asks(self, query: str, **variables: Any) -> Any:
        """What the portal answers to a question."""
        return await self._session.execute(GraphQLRequest(query, variable_values=variables))

    async def does(self, mutation: str, payload: str, **given: Any) -> Any:
        """Do something, under a key of its own: sent again after a broken line, it is not done again."""
        answer = await self._send(mutation, payload, given)
        if answer["errors"]:
            raise NotAsTold(f"{self.name}: {mutation} is refused: {answer['errors']}")
        return answer

    async def fails(self, code: str, mutation: str, **given: Any) -> Any:
        """Try what has to be refused, and give the error."""
        answer = await self._send(mutation, "changes { action }", given)
        if [each["code"] for each in answer["errors"]] != [code]:
            raise NotAsTold(f"{self.name}: {mutation} should be refused as {code}, and is not: {answer['errors']}")
        if answer["changes"]:
            raise NotAsTold(f"{self.name}: {mutation} is refused and has changed something: {answer['changes']}")
        return answer["errors"][0]

    async def _send(self, mutation: str, payload: str, given: dict[str, Any]) -> Any:
        key = {} if mutation in _WITHOUT_KEY else {"idempotencyKey": f"{self._run} {next(self._numbers)}"}
        return (await self.asks(change(mutation, payload), input=given | key))[mutation]


_WITHOUT_KEY = {"login", "accountRegister", "accountConfirm"}


class Story:
    """A portal, and the people who have logged in there."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/").removesuffix("/graphql") + "/graphql"
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._open.aclose()

    async def stranger(self, name: str) -> Person:
        """Somebody without a login."""
        return await self._person(name, {})

    async def login(self, email: str, password: str) -> Person:
        """Somebody who has logged in."""
        stranger = await self.stranger(email)
        answer = await stranger.does("login", "token user { name }", email=email, password=password)
        return await self._person(answer["user"]["name"], {"Authorization": f"Bearer {answer['token']}"})

    async def key_set(self) -> Any:
        """The public keys of License Central, which a container brings along from the factory."""
        async with httpx.AsyncClient() as client:
            return (await client.get(self._url.removesuffix("/graphql") + "/.well-known/jwks.json")).json()

    async def _person(self, name: str, headers: dict[str, str]) -> Person:
        client = Client(transport=AIOHTTPTransport(self._url, headers), execute_timeout=60)
        return Person(await self._open.enter_async_context(client), name)


def says(sentence: str) -> None:
    """One step was done."""
    print(sentence, flush=True)


def is_refused(sentence: str, error: Any) -> None:
    """One step was refused, as it should be."""
    print(f"- {sentence}: {error['code']}, {error['message']}", flush=True)


async def letter_to(email: str, kind: str) -> str:
    """The token of the newest letter of a kind; whoever runs a portal without mail reads letters with this command."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "cli",
        "mail",
        email,
        cwd=CHECKOUT,
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await process.communicate()
    letters = [line.split("\t") for line in printed.decode().splitlines()]
    found = [secret for _, _, each, secret, _ in letters if each == kind]
    if not found:
        raise NotAsTold(f"there is no letter {kind} to {email}")
    return found[-1]


def arguments(about: str) -> ArgumentParser:
    """What every script takes."""
    parser = ArgumentParser(description=about)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="where the portal answers")
    parser.add_argument("--password", default="winter-harbor", help="the one password of the demo world")
    return parser


def play(story: Callable[[Namespace], Coroutine[Any, Any, None]], parser: ArgumentParser) -> None:
    """Run a story to its end, or until the portal does something else."""
    args = parser.parse_args()
    try:
        asyncio.run(story(args))
    except NotAsTold as problem:
        sys.exit(f"not as told: {problem}")
