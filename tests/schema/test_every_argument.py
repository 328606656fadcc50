"""Each argument of each mutation: an ID of another customer is refused like an unknown one, a value out of bounds with a limit."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from graphql import GraphQLList, build_schema, get_named_type, get_nullable_type, is_required_input_field

from license_central.simulated_container import SimulatedContainer
from schema.fields.ids import to_global_id
from seeds.cast import MAX, REX, SAL, SAM, TOM, Groups, Licenses, Projects, Tickets, VirtualContainers, cloud_of, named
from seeds.demo_catalog import template_of
from settings import CHECKOUT
from store.containers import ContainerType
from store.users import AccessToken
from tests.end_to_end.queries import arguments_of
from tests.portal import NOW
from tests.resolvers.unchanged import World

MUTATIONS = build_schema((CHECKOUT / "schema.graphql").read_text()).mutation_type.fields
ACME = {
    "License": Licenses.BERLIN_ADMIN_ONLY,
    "Group": Groups.BERLIN,
    "User": TOM.id,
    "Container": cloud_of(Groups.BERLIN),
    "Ticket": Tickets.ACME,
    "Activation": named("activation", f"{Licenses.BERLIN_PUBLIC} {cloud_of(Groups.BERLIN)}"),
    "Membership": named("membership", f"{TOM.login} BERLIN"),
    "Invitation": named("invitation", f"nina@acme.example {Groups.BERLIN}"),
    "LicenseOrder": named("order", "demo for Acme"),
    "TimeContingent": named("contingent", "Acme"),
    "Project": Projects.BREMEN,
    "ProjectParticipant": named("participant", f"pia@planning.example {Projects.BREMEN}"),
    "VirtualContainer": VirtualContainers.BREMEN_TABLE,
    "RestoreCase": named("restore", "the damaged workstation"),
    "CategoryGrant": named("grant", "Rex Trials"),
    "NotificationRule": named("rule", "Acme"),
}
BOLT = {
    "License": Licenses.BOLT_ADMIN_ONLY,
    "Group": Groups.BOLT,
    "User": MAX.id,
    "Container": cloud_of(Groups.BOLT),
    "Ticket": Tickets.BOLT_FIRST,
    "Activation": named("activation", f"{Licenses.BOLT_CANCELLED} {cloud_of(Groups.BOLT)}"),
    "Membership": named("membership", f"{MAX.login} BOLT"),
    "Invitation": named("invitation", f"{SAM.email} {Groups.BOLT}"),
    "LicenseOrder": named("order", "waiting"),
    "TimeContingent": named("contingent", "Bolt"),
    "CategoryGrant": named("grant", "Sal Design"),
    "NotificationRule": named("rule", "Tom"),
}
NOTIFICATIONS = {"Notification": named("notification", f"LICENSE_ASSIGNED:{Licenses.TOM_CAD}:{TOM.id}")}
TEMPLATE = to_global_id("LicenseTemplate", template_of("DEMO"))
KINDS = {
    "contingent": ["TimeContingent"],
    "grant": ["CategoryGrant"],
    "holder": ["User"],
    "order": ["LicenseOrder"],
    "owner": ["Group", "Project"],
    "parent": ["Group"],
    "participant": ["ProjectParticipant"],
    "person": ["User"],
    "scopeGroup": ["Group"],
    "target": ["User", "Group", "Project"],
    "template": ["LicenseTemplate"],
    "token": ["AccessToken"],
}
"""The types of the ID arguments that are not named after their type."""
SHARED = {"Product", "Feature", "Category", "LicenseTemplate"}
ERRORS = "errors { code message path action reason state quantity limit content days bound cell } changes { action }"


def kinds_of(argument):
    name = argument.removesuffix("s").removesuffix("Id")
    return KINDS.get(name, [name[:1].upper() + name[1:]])


def ids_of(kind):
    """The arguments of type ID."""
    return {name: field for name, field in kind.fields.items() if get_named_type(field.type).name == "ID"}


def input_of(mutation, field, own, argument, value):
    """An input with valid types and with the caller's own IDs, except for one argument."""
    kind = get_named_type(field.args["input"].type)
    arguments = {}
    for name, definition in kind.fields.items():
        if not is_required_input_field(definition) and name != argument:
            continue
        arguments[name] = arguments_of(field, {"License": "x"}, "x").get(name) if name not in ids_of(kind) else None
        if name in ids_of(kind):
            (id_kind, *_) = kinds_of(name)
            arguments[name] = to_global_id(id_kind, own.get(id_kind, UUID(int=4)))
    if mutation == "orderCreate":
        arguments["templateId"] = TEMPLATE
    if mutation == "virtualContainerPull":  # needs a published project, the other mutations one in progress
        arguments["virtualContainerId"] = to_global_id("VirtualContainer", VirtualContainers.HAMBURG_LINE_2)
    is_list = isinstance(get_nullable_type(kind.fields[argument].type), GraphQLList)
    return arguments | {argument: [value] if is_list else value}


@pytest.mark.parametrize(("account", "own", "foreign"), [(REX, ACME, BOLT), (SAL, BOLT, ACME)], ids=["Rex", "Sal"])
async def test_an_id_of_another_customer_is_refused_like_an_unknown_one(
    account, own, foreign, execute, token_of, database, portal
):
    token, requests = await token_of(account), 0
    await token_of(TOM)
    async with database.transaction() as session:
        token_id = await session.scalar(sa.select(AccessToken.id).where(AccessToken.user_id == TOM.id))
    foreign = foreign | NOTIFICATIONS | {"AccessToken": token_id}
    file = SimulatedContainer(ContainerType.DONGLE, await portal.external.central.jwks()).register(NOW)
    before = await World(database).content()

    for mutation, field in MUTATIONS.items():
        kind = get_named_type(field.args["input"].type)
        document = f"mutation($input: {kind.name}!) {{ {mutation}(input: $input) {{ {ERRORS} }} }}"
        for argument, id_kind in [(name, of) for name in ids_of(kind) for of in kinds_of(name) if of in foreign]:
            payloads = []
            for id_ in (foreign[id_kind], UUID(int=4)):
                arguments = input_of(mutation, field, own, argument, to_global_id(id_kind, id_))
                arguments |= {"idempotencyKey": str(requests), "registrationFile": file}
                answer = await execute(
                    None,
                    document,
                    by_token=token,
                    input={name: value for name, value in arguments.items() if name in kind.fields},
                )
                assert not answer.errors, (mutation, argument, answer.errors)
                payloads.append(answer.data[mutation])
                requests += 1
            assert payloads[0] == payloads[1], (mutation, argument, id_kind)
            codes = [error["code"] for error in payloads[0]["errors"]]
            # Whether the caller may move the group is checked before its new parent.
            assert codes == ["FORBIDDEN" if (mutation, argument) == ("groupMove", "parentId") else "NOT_FOUND"], (
                mutation
            )

    print(f"{requests} IDs of {len(MUTATIONS)} mutations")
    assert await World(database).content() == before


def test_every_type_of_id_is_covered():
    kinds = {
        kind
        for field in MUTATIONS.values()
        for argument in ids_of(get_named_type(field.args["input"].type))
        for kind in kinds_of(argument)
    }
    assert kinds == {*ACME, *BOLT, *NOTIFICATIONS, "AccessToken", *SHARED}


TOO_LONG = "x" * 1_000_001
OUT_OF_BOUNDS = {
    "Int": (2**31 - 1, -(2**31)),
    "BigInt": (2**53 - 1, 1 - 2**53),
    "String": (TOO_LONG,),
    "EmailAddress": (TOO_LONG,),
    "Duration": (TOO_LONG,),
}


async def test_a_value_out_of_bounds_is_refused_with_its_path_and_limit(execute, token_of, database):
    token, requests = await token_of(TOM), 0
    before = await World(database).content()

    for mutation, field in MUTATIONS.items():
        kind = get_named_type(field.args["input"].type)
        document = f"mutation($input: {kind.name}!) {{ {mutation}(input: $input) {{ errors {{ code path limit }} }} }}"
        types = {name: get_named_type(definition.type).name for name, definition in kind.fields.items()}
        types.pop("offsets", None)  # its bound is on the number of offsets
        for argument, value in [(name, value) for name in types for value in OUT_OF_BOUNDS.get(types[name], ())]:
            arguments = {"idempotencyKey": "x", "dryRun": True} | input_of(mutation, field, {}, argument, value)
            arguments |= {name: "a longer text" for name in ("password", "newPassword") if name != argument}
            arguments = {name: value for name, value in arguments.items() if name in kind.fields}
            answer = await execute(None, document, by_token=token, input=arguments)
            assert not answer.errors, (mutation, argument, answer.errors)
            (error,) = answer.data[mutation]["errors"]
            assert (error["code"], error["path"]) == ("BAD_USER_INPUT", ["input", argument]), mutation
            assert isinstance(error["limit"], int), (mutation, argument)
            requests += 1

    print(f"{requests} values out of bounds")
    assert await World(database).content() == before
