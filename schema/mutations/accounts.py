"""Mutations of accounts."""

from typing import Any

from strawberry.scalars import JSON

from resolvers import accounts, registrations
from schema.fields.anonymous_mutation import as_stranger
from schema.fields.declare import shown
from schema.fields.declare_mutation import declare, gives, mutation, told_once
from schema.fields.execute_mutation import MutationInfo, MutationOutcome
from schema.fields.inputs import ref, secret, takes, takes_each_time, text, thing, value
from schema.fields.scalars import EmailAddress
from store.db import passwords
from store.groups import Group, MemberRole, Membership
from store.users import User

_CHANGED = "The account as it is now."
_NAME = "The name; up to 200 characters."
_LOCALE = "In which language the portal speaks, such as `de` or `pt-BR`."
_PASSWORD = "10 to 200 characters."


async def _register(info: MutationInfo, given: Any) -> MutationOutcome:
    return await as_stranger(info, registrations.register, given)


async def _confirm(info: MutationInfo, given: Any) -> MutationOutcome:
    return await as_stranger(info, registrations.confirm, given)


_STRANGERS = (
    mutation(
        "accountRegister",
        "Ask for an account of your own. The answer is the same for every address; what comes next stands in a letter to it.",
        takes_each_time(
            "Who registers. It has no idempotency key: a repeat is another letter.",
            email=text("Your address.", kind=EmailAddress, shortest=3, longest=254),
            name=text(_NAME, shortest=1, longest=200),
            password=secret(f"The password of your choice; {_PASSWORD}", shortest=passwords.SHORTEST),
            locale=text(_LOCALE, shortest=2, longest=35, default="en"),
        ),
        gives("Whether a letter is on its way."),
        _register,
    ),
    mutation(
        "accountConfirm",
        "Confirm an address with the token of the letter that went there: from then on one can log in.",
        takes_each_time(
            "Which letter is answered. It has no idempotency key: a token is good once.",
            token=text("The token of the letter.", shortest=1, longest=200),
            password=secret(
                f"A password, where the account has none yet; {_PASSWORD}",
                shortest=passwords.SHORTEST,
                optional=True,
            ),
        ),
        gives("Whether the account can be used now."),
        _confirm,
    ),
)

_PEOPLE = (
    declare(
        accounts.create_account,
        "Create an account for a member of a group. It has its cloud container at once, and opens with the letter to its address.",
        takes(
            "Who gets an account where.",
            group_id=ref("In which group.", Group),
            email=text("The address of the person.", kind=EmailAddress, shortest=3, longest=254),
            name=text(_NAME, shortest=1, longest=200),
            role=value("As what.", MemberRole, default=MemberRole.MEMBER),
            locale=text(_LOCALE, shortest=2, longest=35, default="en"),
        ),
        gives(
            "What became of it.",
            user=shown(User, "The new account; null after a dry run."),
            membership=shown(Membership, "Its membership of the group."),
        ),
    ),
    declare(
        accounts.modify_account,
        "Change what people see of an account; what is left out stays.",
        takes(
            "What is to be changed.",
            user_id=ref("Whose account; null: your own.", User, optional=True),
            name=text(_NAME, shortest=1, longest=200, optional=True),
            locale=text(_LOCALE, shortest=2, longest=35, optional=True),
            profile=thing("What the account keeps about itself, instead of what it kept before.", optional=True),
        ),
        gives("What became of it.", user=shown(User, _CHANGED)),
    ),
    declare(
        accounts.change_password,
        "Change your password. Every other log-in ends; tokens for programs stay.",
        takes(
            "Instead of which password.",
            password=secret("The present password."),
            new_password=secret(f"The new one; {_PASSWORD}", shortest=passwords.SHORTEST),
        ),
        gives("What became of it.", user=shown(User, _CHANGED)),
    ),
    declare(
        accounts.delete_account,
        "Take a person out of every group that you administer. The account goes with the last group,"
        " unless its owner has bought licenses for himself.",
        takes("Whose account.", user_id=ref("Whose.", User)),
        gives("What became of it.", user=shown(User, "The account, as long as you may know of it.")),
    ),
    declare(
        accounts.erase_account,
        "Delete your own account, once you belong to no group. Everything that tells of you is erased.",
        takes(
            "What is given up.",
            give_up_licenses=value("Whether licenses that you have bought are given up, too.", bool, default=False),
        ),
        gives("What became of it."),
    ),
    declare(
        accounts.export_account,
        "Everything that the portal keeps about you.",
        takes("Nothing but the usual."),
        gives("What is kept.", data=told_once("By kind: the account, and lists of rows.", JSON)),
    ),
    declare(
        accounts.set_isv_right,
        "Make a person an administrator of the whole portal, or end that. Nobody ends his own right.",
        takes(
            "Who may do everything.",
            user_id=ref("Who.", User),
            is_isv_admin=value("Whether he is to be one.", bool),
        ),
        gives("What became of it.", user=shown(User, _CHANGED)),
    ),
)

CHANGES = (*_STRANGERS, *_PEOPLE)
