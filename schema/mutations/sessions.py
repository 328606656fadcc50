"""How clients log in and out."""

from typing import Any

import strawberry

from resolvers import sessions
from schema.fields.declare import shown
from schema.fields.declare_mutation import declare, gives, mutation
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
        "Creates an access token for the viewer's own programs, with all rights of the viewer.",
        takes(
            "What `tokenCreate` needs: the name and the validity of the token.",
            name=text(
                "The name of the token, such as the program that uses it; 1 to 200 characters.", shortest=1, longest=200
            ),
            days=number("How many days the token is valid, 1 to 365.", least=1, most=365, default=30),
        ),
        gives(
            "What `tokenCreate` returns.",
            access_token="The new token with its name and its end, without the secret; null if the mutation failed or after"
            " a dry run.",
            token="The secret, to be sent as `Authorization: Bearer TOKEN`.",
        ),
    ),
    declare(
        sessions.revoke_token,
        "Revokes an access token: the one of this request, or another one. It is refused from then on.",
        takes(
            "What `tokenRevoke` needs: the token, or nothing to log out.",
            token_id=ref("The token to revoke; null: the one of this request.", AccessToken, optional=True),
        ),
        gives(
            "What `tokenRevoke` returns.",
            access_token="The revoked token; null if the mutation failed or the token was the one of this request.",
        ),
    ),
)
