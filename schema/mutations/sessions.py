"""How clients log in and out."""

from typing import Any

import strawberry

from resolvers import sessions
from schema.fields.declare import shown
from schema.fields.declare_mutation import declare, gives, mutation, told_once
from schema.fields.execute_mutation import MutationInfo, MutationOutcome, refusal_of
from schema.fields.inputs import Refused, arguments_of, number, ref, takes, takes_each_time, text
from schema.fields.scalars import EmailAddress
from store.errors import Refusal
from store.users import AccessToken, User


async def _log_in(info: MutationInfo, given: Any) -> MutationOutcome:
    """Nobody is known yet who could act, so no gate is opened, and no key is kept."""
    try:
        session = await sessions.login(info.context.access, **arguments_of(given))
    except Refused as refused:
        return refusal_of(refused.refusal, ["input", refused.argument])
    except Refusal as refusal:
        return refusal_of(refusal)
    await info.context.become(session.token)
    actor = await info.context.access.view.actor()
    ids = {"User": [str(session.user_id)], "AccessToken": [str(actor.token_id)] if actor else []}
    return MutationOutcome({"token": session.token}, [], ids=ids)


CHANGES = (
    mutation(
        "login",
        "Log in with e-mail address and password; a wrong address and a wrong password read the same.",
        takes_each_time(
            "Who logs in. It has no idempotency key: whoever sends it again gets another token.",
            email=text("The address of the account.", kind=EmailAddress),
            password=text("Its password."),
        ),
        gives(
            "The login; the rest of the request is asked by whoever has logged in.",
            token=strawberry.field(
                description="Send it as `Authorization: Bearer TOKEN`. It is told this once.",
                graphql_type=str | None,
            ),
            access_token=shown(AccessToken, "The login, without the token itself."),
            user=shown(User, "Who has logged in."),
        ),
        _log_in,
    ),
    declare(
        sessions.create_token,
        "Create a token for programs of your own: it opens what you may open.",
        takes(
            "What for, and for how long.",
            name=text("What the token is for.", shortest=1, longest=200),
            days=number("For how many days; 1 to 365.", least=1, most=365, default=30),
        ),
        gives(
            "What became of it.",
            access_token=shown(AccessToken, "The token, without its text; null after a dry run."),
            token=told_once("Send it as `Authorization: Bearer TOKEN`."),
        ),
    ),
    declare(
        sessions.revoke_token,
        "End a login: that of this request, or another one. From then on its token opens nothing.",
        takes(
            "Which login ends.",
            token_id=ref("Which one; null: the one of this request.", AccessToken, optional=True),
        ),
        gives(
            "What became of the login.",
            access_token=shown(AccessToken, "The login that was ended; null where it was the one of this request."),
        ),
    ),
)
