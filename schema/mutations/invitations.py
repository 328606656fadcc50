"""What clients may do with offers to join a group."""

from typing import Any

from resolvers import invitations, registrations
from schema.fields.anonymous_mutation import as_stranger
from schema.fields.declare import shown
from schema.fields.declare_mutation import declare, gives, mutation, told_once
from schema.fields.execute_mutation import MutationInfo, MutationOutcome
from schema.fields.inputs import number, ref, secret, takes, takes_each_time, text, value
from schema.fields.scalars import EmailAddress
from store.db import passwords
from store.groups import Group, Invitation, MemberRole, Membership

_INVITATION = "Which invitation."
_CHANGED = "The invitation as it is now."
_MOST_DAYS = 90


async def _join(info: MutationInfo, given: Any) -> MutationOutcome:
    return await as_stranger(info, registrations.join_by_token, given)


CHANGES = (
    declare(
        invitations.create_invitation,
        "Invite the holder of an e-mail address to a group; whether he has an account is not told.",
        takes(
            "Who is invited where.",
            group_id=ref("To which group.", Group),
            email=text("The address of whoever is meant.", kind=EmailAddress, longest=254, shortest=3),
            role=value("As what.", MemberRole, default=MemberRole.MEMBER),
            days=number("For how many days; 1 to 90.", least=1, most=_MOST_DAYS, default=14),
        ),
        gives(
            "What became of it.",
            invitation=shown(Invitation, "The new invitation; null after a dry run."),
            token=told_once(
                "With it a person without an account joins; a letter brings it as well, unless a rule or too many keep it back.",
            ),
        ),
    ),
    declare(
        invitations.revoke_invitation,
        "Withdraw an invitation that nobody has answered.",
        takes("Which invitation is withdrawn.", invitation_id=ref(_INVITATION, Invitation)),
        gives("What became of it.", invitation=shown(Invitation, _CHANGED)),
    ),
    declare(
        invitations.decline_invitation,
        "Decline an invitation to your own address.",
        takes("Which invitation is declined.", invitation_id=ref(_INVITATION, Invitation)),
        gives("What became of it.", invitation=shown(Invitation, _CHANGED)),
    ),
    declare(
        invitations.accept_invitation,
        "Accept an invitation to your own confirmed address: your account belongs to a further group.",
        takes("Which invitation is accepted.", invitation_id=ref(_INVITATION, Invitation)),
        gives(
            "What became of it.",
            invitation=shown(Invitation, _CHANGED),
            membership=shown(Membership, "The membership that follows from it; null after a dry run."),
        ),
    ),
    mutation(
        "invitationAcceptByToken",
        "Accept an invitation with a new account, by its token. Whoever has an account logs in and accepts it there.",
        takes_each_time(
            "Who joins. It has no idempotency key: a token is good once.",
            token=text("The token of the invitation.", shortest=1, longest=200),
            name=text("Your name; up to 200 characters.", shortest=1, longest=200),
            password=secret("The password of the new account; 10 to 200 characters.", shortest=passwords.SHORTEST),
        ),
        gives("Whether you have joined: then log in. A letter asks you to confirm your address."),
        _join,
    ),
)
