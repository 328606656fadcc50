"""Mutations of sessions and access tokens."""

from typing import Any

from authz.gate.anonymous import AnonymousUseCase
from resolvers import sessions
from schema.fields.anonymous_mutation import execute_anonymous
from schema.fields.declare_mutation import declare, gives
from schema.fields.execute_mutation import MutationInfo, MutationOutcome
from schema.fields.inputs import number, ref, takes, takes_each_time, text
from schema.fields.scalars import EmailAddress
from store.users import AccessToken

_TOKEN = "The secret, to be sent as `Authorization: Bearer TOKEN`."


async def _log_in(info: MutationInfo, case: AnonymousUseCase[Any, Any], given: Any) -> MutationOutcome:
    """Log in, then execute the rest of the operation as the user who has logged in."""
    outcome = await execute_anonymous(info, case, given)
    if not outcome.errors:
        await info.context.log_in(vars(outcome)["token"])
    return outcome


CHANGES = (
    declare(
        sessions.login,
        "Logs in with email address and password. An unknown address and a wrong password give the same error.",
        takes_each_time(
            "What `login` needs: the email address and the password. There is no idempotency key: each login issues a new token.",
            email=text("The email address of the account.", kind=EmailAddress),
            password=text("The password of the account."),
        ),
        gives(
            "What `login` returns; the rest of the operation is executed as the user who has logged in.",
            token=_TOKEN,
            access_token="The token of this login, without the secret, valid for 12 hours; null if the login failed.",
            user="The user who has logged in; null if the login failed.",
        ),
        does=_log_in,
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
            token=_TOKEN,
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
