"""Mutations of invitations to join a group."""

from resolvers import invitations
from schema.fields.anonymous_mutation import execute_anonymous
from schema.fields.declare_mutation import declare, gives
from schema.fields.inputs import number, ref, secret, takes, takes_each_time, text, value
from schema.fields.scalars import EmailAddress
from store.db import passwords
from store.groups import Group
from store.invitations import Invitation
from store.memberships import MemberRole

_CHANGED = "The invitation as it is now; null if the mutation failed or the viewer can no longer read it."
_MOST_DAYS = 90


CHANGES = (
    declare(
        invitations.create_invitation,
        "Invites the holder of an email address to a group. The answer does not reveal whether they have an account.",
        takes(
            "What `invitationCreate` needs: the group, and the address and the future role of the person.",
            group_id=ref("The group to join.", Group),
            email=text("The email address of the person.", kind=EmailAddress, longest=254, shortest=3),
            role=value("The role that the person gets in the group.", MemberRole, default=MemberRole.MEMBER),
            days=number("How many days the invitation is open, 1 to 90.", least=1, most=_MOST_DAYS, default=14),
        ),
        gives(
            "What `invitationCreate` returns.",
            invitation="The new invitation; null if the mutation failed or after a dry run.",
            token="The token with which a person without an account accepts the invitation. An email brings it to them, unless"
            " a notification rule or the limit of three an hour prevents it.",
        ),
    ),
    declare(
        invitations.revoke_invitation,
        "Revokes an invitation that is still open.",
        takes(
            "What `invitationRevoke` needs: the invitation.", invitation_id=ref("The invitation to revoke.", Invitation)
        ),
        gives("What `invitationRevoke` returns.", invitation=_CHANGED),
    ),
    declare(
        invitations.decline_invitation,
        "Declines an invitation to the viewer's own address.",
        takes(
            "What `invitationDecline` needs: the invitation.",
            invitation_id=ref("The invitation to decline.", Invitation),
        ),
        gives("What `invitationDecline` returns.", invitation=_CHANGED),
    ),
    declare(
        invitations.accept_invitation,
        "Accepts an invitation to the viewer's own confirmed address: the viewer becomes a member of the group.",
        takes(
            "What `invitationAccept` needs: the invitation.", invitation_id=ref("The invitation to accept.", Invitation)
        ),
        gives(
            "What `invitationAccept` returns.",
            invitation=_CHANGED,
            membership="The new membership; null if the mutation failed or after a dry run.",
        ),
    ),
    declare(
        invitations.accept_invitation_by_token,
        "Accepts an invitation with a new account; no login is needed. People who have an account log in and use"
        " `invitationAccept`.",
        takes_each_time(
            "What `invitationAcceptByToken` needs: the token, a name and a password. There is no idempotency key: a token can be"
            " used once.",
            token=text("The token of the invitation.", shortest=1, longest=200),
            name=text("The display name of the new account, 1 to 200 characters.", shortest=1, longest=200),
            password=secret("The password of the new account, 10 to 200 characters.", shortest=passwords.SHORTEST),
        ),
        gives(
            "What `invitationAcceptByToken` returns: whether the person has joined and can log in. An email asks them to confirm"
            " the address."
        ),
        does=execute_anonymous,
    ),
)
