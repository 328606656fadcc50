"""A small GraphQL client for the example scripts: log in, run queries and mutations, and print what happened."""

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


class UnexpectedResult(Exception):
    """The portal behaved differently than the script expects."""


def mutation_document(name: str, payload: str) -> str:
    """Return the document of a mutation; all of them take one input and return a payload with errors."""
    type_name = name[0].upper() + name[1:]
    return f"mutation($input: {type_name}Input!) {{ {name}(input: $input) {{ {payload} {_ERRORS} }} }}"


class ApiUser:
    """A user of the API, logged in or anonymous."""

    def __init__(self, session: AsyncClientSession, name: str) -> None:
        self.name = name
        self._session = session
        self._run = uuid4()
        self._numbers = itertools.count()

    async def query(self, document: str, **variables: Any) -> Any:
        """Run a query and return its data."""
        return await self._session.execute(GraphQLRequest(document, variable_values=variables))

    async def mutate(self, mutation: str, payload: str, **arguments: Any) -> Any:
        """Run a mutation with a new idempotency key and return its payload; raises UnexpectedResult if it is refused."""
        result = await self._send(mutation, payload, arguments)
        if result["errors"]:
            raise UnexpectedResult(f"{self.name}: {mutation} was refused: {result['errors']}")
        return result

    async def expect_error(self, code: str, mutation: str, **arguments: Any) -> Any:
        """Run a mutation that must be refused with this code, and return the error."""
        result = await self._send(mutation, "changes { action }", arguments)
        if [error["code"] for error in result["errors"]] != [code]:
            raise UnexpectedResult(f"{self.name}: {mutation} should be refused with {code}, got {result['errors']}")
        if result["changes"]:
            raise UnexpectedResult(f"{self.name}: {mutation} was refused but changed {result['changes']}")
        return result["errors"][0]

    async def _send(self, mutation: str, payload: str, arguments: dict[str, Any]) -> Any:
        key = {} if mutation in _WITHOUT_KEY else {"idempotencyKey": f"{self._run} {next(self._numbers)}"}
        return (await self.query(mutation_document(mutation, payload), input=arguments | key))[mutation]


_WITHOUT_KEY = {"login", "accountRegister", "accountConfirm"}


class Portal:
    """A portal, with the sessions of its users."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/").removesuffix("/graphql") + "/graphql"
        self._sessions = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._sessions.aclose()

    async def anonymous(self, name: str) -> ApiUser:
        """Return a user who is not logged in."""
        return await self._user(name, {})

    async def login(self, email: str, password: str) -> ApiUser:
        """Log in and return the user."""
        anonymous = await self.anonymous(email)
        result = await anonymous.mutate("login", "token user { name }", email=email, password=password)
        return await self._user(result["user"]["name"], {"Authorization": f"Bearer {result['token']}"})

    async def key_set(self) -> Any:
        """Return the public keys of License Central, which a container has from the factory."""
        async with httpx.AsyncClient() as client:
            return (await client.get(self._url.removesuffix("/graphql") + "/.well-known/jwks.json")).json()

    async def _user(self, name: str, headers: dict[str, str]) -> ApiUser:
        client = Client(transport=AIOHTTPTransport(self._url, headers), execute_timeout=60)
        return ApiUser(await self._sessions.enter_async_context(client), name)


def report(sentence: str) -> None:
    """Print a completed step."""
    print(sentence, flush=True)


def report_refusal(sentence: str, error: Any) -> None:
    """Print a step that was refused as expected."""
    print(f"- {sentence}: {error['code']}, {error['message']}", flush=True)


async def token_from_mail(email: str, kind: str) -> str:
    """Return the token in the newest unsent email of a kind, with the help of `./portal mail`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli", "mail", email, cwd=CHECKOUT, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    mails = [line.split("\t") for line in output.decode().splitlines()]
    tokens = [secret for _, _, mail_kind, secret, _ in mails if mail_kind == kind]
    if not tokens:
        raise UnexpectedResult(f"there is no {kind} email to {email}")
    return tokens[-1]


def arguments(description: str) -> ArgumentParser:
    """Return a parser for the arguments of every script."""
    parser = ArgumentParser(description=description)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="URL of the portal (default: %(default)s)")
    parser.add_argument(
        "--password", default="winter-harbor", help="password of the demo accounts (default: the documented one)"
    )
    return parser


def run_script(script: Callable[[Namespace], Coroutine[Any, Any, None]], parser: ArgumentParser) -> None:
    """Run a script to its end, or until the portal does something unexpected."""
    args = parser.parse_args()
    try:
        asyncio.run(script(args))
    except UnexpectedResult as problem:
        sys.exit(f"unexpected result: {problem}")
