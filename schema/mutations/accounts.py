"""Mutations of accounts."""

from resolvers import accounts, registrations
from schema.fields.anonymous_mutation import execute_anonymous
from schema.fields.declare_mutation import declare, gives
from schema.fields.inputs import ref, secret, takes, takes_each_time, text, thing, value
from schema.fields.scalars import EmailAddress
from store.db import passwords
from store.groups import Group
from store.memberships import MemberRole
from store.users import User

_USER = "The account as it is now; null if the mutation failed or the viewer can no longer read it."
_NAME = "The display name, 1 to 200 characters."
_LOCALE = "The language of emails and formats, as a language tag such as `de` or `pt-BR`."
_PASSWORD = "10 to 200 characters"


_ANONYMOUS = (
    declare(
        registrations.register,
        "Asks for an account; no login is needed. The answer is the same for every address: an email to it says how to go on.",
        takes_each_time(
            "What `accountRegister` needs: the address, the name and a password. There is no idempotency key: each request"
            " sends another email, at most three an hour to one address.",
            email=text("The email address of the new account.", kind=EmailAddress, shortest=3, longest=254),
            name=text(_NAME, shortest=1, longest=200),
            password=secret(f"The password of the new account, {_PASSWORD}.", shortest=passwords.SHORTEST),
            locale=text(_LOCALE, shortest=2, longest=35, default="en"),
        ),
        gives("What `accountRegister` returns: whether the request was accepted."),
        does=execute_anonymous,
    ),
    declare(
        registrations.confirm,
        "Confirms an email address with the token from the email to it; no login is needed. From then on the account can log in.",
        takes_each_time(
            "What `accountConfirm` needs: the token. There is no idempotency key: a token can be used once.",
            token=text("The token from the email, valid for two days.", shortest=1, longest=200),
            password=secret(
                f"A password, where the account has none yet; {_PASSWORD}.", shortest=passwords.SHORTEST, optional=True
            ),
        ),
        gives("What `accountConfirm` returns: whether the address is confirmed."),
        does=execute_anonymous,
    ),
)

CHANGES = (
    *_ANONYMOUS,
    declare(
        accounts.create_account,
        "Creates an account for a new member of a group, with its cloud container. The person confirms the address by email"
        " before they can log in.",
        takes(
            "What `accountCreate` needs: the group, and the address, the name and the role of the person.",
            group_id=ref("The group that the person becomes a member of.", Group),
            email=text("The email address of the person.", kind=EmailAddress, shortest=3, longest=254),
            name=text(_NAME, shortest=1, longest=200),
            role=value("The role of the person in the group.", MemberRole, default=MemberRole.MEMBER),
            locale=text(_LOCALE, shortest=2, longest=35, default="en"),
        ),
        gives(
            "What `accountCreate` returns.",
            user="The new account; null if the mutation failed or after a dry run.",
            membership="The membership of the group; null if the mutation failed or after a dry run.",
        ),
    ),
    declare(
        accounts.modify_account,
        "Changes the name, the locale or the profile of an account; arguments that are null change nothing.",
        takes(
            "What `accountModify` needs: the account and its new values.",
            user_id=ref("The account to change; null: the viewer's own.", User, optional=True),
            name=text(_NAME, shortest=1, longest=200, optional=True),
            locale=text(_LOCALE, shortest=2, longest=35, optional=True),
            profile=thing(
                'A JSON object with data of your own, such as `{"phone": "1234"}`, up to 10000 characters; it replaces the'
                " former profile.",
                optional=True,
            ),
        ),
        gives("What `accountModify` returns.", user=_USER),
    ),
    declare(
        accounts.change_password,
        "Changes the viewer's password and revokes the tokens of all their other logins; tokens of programs stay valid.",
        takes(
            "What `accountChangePassword` needs: the current and the new password.",
            password=secret("The current password."),
            new_password=secret(f"The new password, {_PASSWORD}.", shortest=passwords.SHORTEST),
        ),
        gives("What `accountChangePassword` returns.", user=_USER),
    ),
    declare(
        accounts.delete_account,
        "Removes a person from every group that the viewer administers. The account is erased if the person then belongs to no"
        " group and has bought no licenses.",
        takes("What `accountDelete` needs: the account.", user_id=ref("The account to delete.", User)),
        gives("What `accountDelete` returns.", user=_USER),
    ),
    declare(
        accounts.erase_account,
        "Erases the viewer's own account with all personal data, once they belong to no group.",
        takes(
            "What `accountErase` needs: a decision about licenses that the viewer has bought.",
            give_up_licenses=value(
                "Whether licenses that the viewer has bought are given up. If false, the mutation fails where there are any.",
                bool,
                default=False,
            ),
        ),
        gives("What `accountErase` returns: whether the account is erased."),
    ),
    declare(
        accounts.export_account,
        "Exports everything that the portal stores about the viewer.",
        takes("What `accountExport` needs: nothing but an idempotency key."),
        gives(
            "What `accountExport` returns.",
            data="A JSON object: `account` with the account itself, and a list of rows for each other kind of data, such as"
            " `memberships`.",
        ),
    ),
    declare(
        accounts.set_isv_right,
        "Makes a person an administrator of the vendor, with all rights in the portal, or ends that. Administrators cannot end"
        " their own right, so that at least one remains.",
        takes(
            "What `accountSetIsvRight` needs: the account and the decision.",
            user_id=ref("The account to change.", User),
            is_isv_admin=value("Whether the person is an administrator of the vendor from now on.", bool),
        ),
        gives("What `accountSetIsvRight` returns.", user=_USER),
    ),
)
