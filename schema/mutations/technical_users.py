"""Mutations of technical users, the accounts of license servers."""

from resolvers import technical_users
from schema.fields.declare_mutation import declare, gives
from schema.fields.inputs import number, ref, takes, text
from store.groups import Group
from store.users import User

_USER = "The account of the license server."
_DAYS = "How many days the token is valid, 1 to 730."
_ACCESS_TOKEN = (
    "The new token with its name and its end, without the secret; null if the mutation failed or after a dry run."
)
_TOKEN = "The secret, to be sent as `Authorization: Bearer TOKEN`."


CHANGES = (
    declare(
        technical_users.create_technical_user,
        "Creates the account of a license server in a group, with a cloud container and an access token.",
        takes(
            "What `technicalUserCreate` needs: the home group, a name and the validity of the first token.",
            group_id=ref("The home group of the license server.", Group),
            name=text("The display name, 1 to 200 characters.", shortest=1, longest=200),
            days=number(_DAYS, least=1, most=technical_users.LONGEST_DAYS, default=365),
        ),
        gives(
            "What `technicalUserCreate` returns.",
            user="The new account; null if the mutation failed or after a dry run.",
            access_token=_ACCESS_TOKEN,
            token=_TOKEN,
        ),
    ),
    declare(
        technical_users.issue_token,
        "Issues another access token to a license server; its other tokens stay valid.",
        takes(
            "What `technicalUserIssueToken` needs: the account, and the name and validity of the token.",
            user_id=ref(_USER, User),
            name=text(
                "The name of the token, such as the machine that uses it; 1 to 200 characters.", shortest=1, longest=200
            ),
            days=number(_DAYS, least=1, most=technical_users.LONGEST_DAYS, default=365),
        ),
        gives(
            "What `technicalUserIssueToken` returns.",
            user="The account that the token belongs to; null if the mutation failed.",
            access_token=_ACCESS_TOKEN,
            token=_TOKEN,
        ),
    ),
    declare(
        technical_users.delete_technical_user,
        "Deletes the account of a license server: revokes its tokens and returns its licenses to the pool.",
        takes("What `technicalUserDelete` needs: the account.", user_id=ref(_USER, User)),
        gives(
            "What `technicalUserDelete` returns.",
            user="The deleted account; null if the mutation failed or the viewer can no longer read it.",
        ),
    ),
)
