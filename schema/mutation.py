"""What clients may do: each mutation decodes its input, runs one use case, and shows what has changed."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

import strawberry

from authz.access import Access
from resolvers import activations, licenses, notifications, sessions
from schema import changes
from schema.acting import Asks, Outcome, Refused, Work, done, id_in, key_in, refusal_of, text_in
from store.activations import Activation
from store.containers import Container
from store.errors import Refusal, Unauthenticated
from store.groups import Group
from store.licenses import License, Visibility
from store.notifications import Notification
from store.projects import Project
from store.users import AccessToken, User

_HELP = strawberry.argument(name="input", description="The arguments.")
_DEVICE = 200


async def assign(info: Asks, given: Annotated[changes.LicenseAssignInput, _HELP]) -> Outcome:
    def begin(access: Access) -> Work:
        license_id = _license(given.license_id)
        target, target_id = id_in("targetId", given.target_id, User, Group, Project)
        to: Any = target.cls
        work = licenses.assign_license(access, license_id=license_id, target=to, target_id=target_id, **key_in(given))
        return {"License": license_id}, work

    return await done(info, begin)


async def unassign(info: Asks, given: Annotated[changes.LicenseUnassignInput, _HELP]) -> Outcome:
    def begin(access: Access) -> Work:
        license_id = _license(given.license_id)
        return {"License": license_id}, licenses.unassign_license(access, license_id=license_id, **key_in(given))

    return await done(info, begin)


async def set_visibility(info: Asks, given: Annotated[changes.LicenseSetVisibilityInput, _HELP]) -> Outcome:
    def begin(access: Access) -> Work:
        license_id, visibility = _license(given.license_id), Visibility(given.visibility)
        work = licenses.set_visibility(access, license_id=license_id, visibility=visibility, **key_in(given))
        return {"License": license_id}, work

    return await done(info, begin)


async def activate(info: Asks, given: Annotated[changes.LicenseActivateInput, _HELP]) -> Outcome:
    def begin(access: Access) -> Work:
        license_id = _license(given.license_id)
        _, container_id = id_in("containerId", given.container_id, Container)
        work = activations.activate_license(
            access,
            info.context.central,
            license_id=license_id,
            container_id=container_id,
            device_label=text_in("deviceLabel", given.device_label, longest=_DEVICE),
            **key_in(given),
        )
        return {"License": license_id}, work

    return await done(info, begin)


async def deactivate(info: Asks, given: Annotated[changes.LicenseDeactivateInput, _HELP]) -> Outcome:
    def begin(access: Access) -> Work:
        _, activation_id = id_in("activationId", given.activation_id, Activation)
        return {}, activations.deactivate_activation(access, activation_id=activation_id, **key_in(given))

    return await done(info, begin)


async def log_in(info: Asks, given: Annotated[changes.LoginInput, _HELP]) -> Outcome:
    try:
        email, password = text_in("email", given.email), text_in("password", given.password)
        session = await sessions.login(info.context.access, email=email, password=password)
    except Refused as refused:
        return refusal_of(refused.refusal, ["input", refused.argument])
    except Refusal as refusal:
        return refusal_of(refusal)
    await info.context.become(session.token)
    actor = await info.context.access.view.actor()
    ids = {"User": session.user_id} | ({"AccessToken": actor.token_id} if actor else {})
    return Outcome(ids, [], token=session.token)


async def revoke_token(info: Asks, given: Annotated[changes.TokenRevokeInput, _HELP]) -> Outcome:
    def begin(access: Access) -> Work:
        token_id = None if given.token_id is None else id_in("tokenId", given.token_id, AccessToken)[1]
        return {}, sessions.revoke_token(access, token_id=token_id, **key_in(given))

    outcome = await done(info, begin)
    try:
        await info.context.access.view.actor()
    except Unauthenticated:  # he has ended the login of this very request, and reads nothing more
        return Outcome({}, outcome.errors)
    return outcome


async def mark_read(info: Asks, given: Annotated[changes.NotificationMarkReadInput, _HELP]) -> Outcome:
    def begin(access: Access) -> Work:
        _, notification_id = id_in("notificationId", given.notification_id, Notification)
        return {}, notifications.mark_read(access, notification_id=notification_id, **key_in(given))

    return await done(info, begin)


def _license(text: str) -> UUID:
    return id_in("licenseId", text, License)[1]


def _mutation(resolver: Callable[..., Any], payload: type, description: str) -> Any:
    return strawberry.mutation(resolver=resolver, graphql_type=payload, description=description)


@strawberry.type(description="What clients may do. A refusal is data in `errors`; what has changed is read anew.")
class Mutation:
    """Named noun first, so that what belongs together stands together."""

    license_assign = _mutation(
        assign,
        changes.LicenseAssignPayload,
        "Give a license to a person, a group or a project; what its former holder has activated of it is withdrawn.",
    )
    license_unassign = _mutation(
        unassign,
        changes.LicenseUnassignPayload,
        "Take a license back into the pool of its group; what was activated of it is withdrawn.",
    )
    license_set_visibility = _mutation(
        set_visibility,
        changes.LicenseSetVisibilityPayload,
        "Show a license to all members of its group or project, or to administrators only.",
    )
    license_activate = _mutation(
        activate,
        changes.LicenseActivatePayload,
        "Put a seat of a license into a cloud container, which confirms at once with a signed license file.",
    )
    license_deactivate = _mutation(
        deactivate,
        changes.LicenseDeactivatePayload,
        "Give a seat back; a cloud container confirms at once, any other with its next receipt.",
    )
    login = _mutation(
        log_in,
        changes.LoginPayload,
        "Log in with e-mail address and password; a wrong address and a wrong password read the same.",
    )
    token_revoke = _mutation(
        revoke_token,
        changes.TokenRevokePayload,
        "End a login: that of this request, or another one. From then on its token opens nothing.",
    )
    notification_mark_read = _mutation(
        mark_read, changes.NotificationMarkReadPayload, "Mark a message as read; one that was put away stays so."
    )
