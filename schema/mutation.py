"""What clients may do: each mutation decodes its input, runs one use case, and shows what has changed."""

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

_HELP = strawberry.argument(description="The arguments.")
_DEVICE = 200


@strawberry.type(description="What clients may do. A refusal is data in `errors`; what changed is read anew, as the viewer may see it.")
class Mutation:
    """Named noun first, so that what belongs together stands together."""

    @strawberry.mutation(
        description="Give a license to a person, a group or a project; what its former holder has activated of it is withdrawn.",
        graphql_type=changes.LicenseAssignPayload,
    )
    async def license_assign(self, info: Asks, input: Annotated[changes.LicenseAssignInput, _HELP]) -> Any:
        def begin(access: Access) -> Work:
            license_id = _license(input.license_id)
            target, target_id = id_in("targetId", input.target_id, User, Group, Project)
            work = licenses.assign_license(
                access, license_id=license_id, target=target.cls, target_id=target_id, **key_in(input)  # type: ignore[arg-type]
            )
            return {"License": license_id}, work

        return await done(info, begin)

    @strawberry.mutation(
        description="Take a license back into the pool of its group; what was activated of it is withdrawn.",
        graphql_type=changes.LicenseUnassignPayload,
    )
    async def license_unassign(self, info: Asks, input: Annotated[changes.LicenseUnassignInput, _HELP]) -> Any:
        def begin(access: Access) -> Work:
            license_id = _license(input.license_id)
            return {"License": license_id}, licenses.unassign_license(access, license_id=license_id, **key_in(input))

        return await done(info, begin)

    @strawberry.mutation(
        description="Show a license to all members of its group or project, or to administrators only.",
        graphql_type=changes.LicenseSetVisibilityPayload,
    )
    async def license_set_visibility(self, info: Asks, input: Annotated[changes.LicenseSetVisibilityInput, _HELP]) -> Any:
        def begin(access: Access) -> Work:
            license_id, visibility = _license(input.license_id), Visibility(input.visibility)
            work = licenses.set_visibility(access, license_id=license_id, visibility=visibility, **key_in(input))
            return {"License": license_id}, work

        return await done(info, begin)

    @strawberry.mutation(
        description="Put a seat of a license into a cloud container, which confirms at once with a signed license file.",
        graphql_type=changes.LicenseActivatePayload,
    )
    async def license_activate(self, info: Asks, input: Annotated[changes.LicenseActivateInput, _HELP]) -> Any:
        def begin(access: Access) -> Work:
            license_id = _license(input.license_id)
            work = activations.activate_license(
                access,
                info.context.central,
                license_id=license_id,
                container_id=id_in("containerId", input.container_id, Container)[1],
                device_label=text_in("deviceLabel", input.device_label, longest=_DEVICE),
                **key_in(input),
            )
            return {"License": license_id}, work

        return await done(info, begin)

    @strawberry.mutation(
        description="Give a seat back; a cloud container confirms at once, any other with its next receipt.",
        graphql_type=changes.LicenseDeactivatePayload,
    )
    async def license_deactivate(self, info: Asks, input: Annotated[changes.LicenseDeactivateInput, _HELP]) -> Any:
        def begin(access: Access) -> Work:
            _, activation_id = id_in("activationId", input.activation_id, Activation)
            return {}, activations.deactivate_activation(access, activation_id=activation_id, **key_in(input))

        return await done(info, begin)

    @strawberry.mutation(
        description="Log in with e-mail address and password; a wrong address and a wrong password read the same.",
        graphql_type=changes.LoginPayload,
    )
    async def login(self, info: Asks, input: Annotated[changes.LoginInput, _HELP]) -> Any:
        try:
            email, password = text_in("email", input.email), text_in("password", input.password)
            session = await sessions.login(info.context.access, email=email, password=password)
        except Refused as refused:
            return refusal_of(refused.refusal, ["input", refused.argument])
        except Refusal as refusal:
            return refusal_of(refusal)
        await info.context.become(session.token)
        actor = await info.context.access.view.actor()
        ids = {"User": session.user_id} | ({"AccessToken": actor.token_id} if actor else {})
        return Outcome(ids, [], token=session.token)

    @strawberry.mutation(
        description="End a login: that of this request, or another one. From then on its token opens nothing.",
        graphql_type=changes.TokenRevokePayload,
    )
    async def token_revoke(self, info: Asks, input: Annotated[changes.TokenRevokeInput, _HELP]) -> Any:
        def begin(access: Access) -> Work:
            token_id = None if input.token_id is None else id_in("tokenId", input.token_id, AccessToken)[1]
            return {}, sessions.revoke_token(access, token_id=token_id, **key_in(input))

        outcome = await done(info, begin)
        try:
            await info.context.access.view.actor()
        except Unauthenticated:  # he has ended the login of this very request, and reads nothing more
            return Outcome({}, outcome.errors)
        return outcome

    @strawberry.mutation(
        description="Mark a message as read; one that was put away stays so.", graphql_type=changes.NotificationMarkReadPayload
    )
    async def notification_mark_read(self, info: Asks, input: Annotated[changes.NotificationMarkReadInput, _HELP]) -> Any:
        def begin(access: Access) -> Work:
            _, notification_id = id_in("notificationId", input.notification_id, Notification)
            return {}, notifications.mark_read(access, notification_id=notification_id, **key_in(input))

        return await done(info, begin)


def _license(text: str) -> UUID:
    return id_in("licenseId", text, License)[1]
