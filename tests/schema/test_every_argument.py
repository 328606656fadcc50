"""Each argument of each mutation in turn: another tenant's id reads like one that is none, what is too much is told the bound."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from graphql import GraphQLList, GraphQLNonNull, build_schema, get_named_type, is_required_input_field

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
MESSAGES = {"Notification": named("notification", f"LICENSE_ASSIGNED:{Licenses.TOM_CAD}:{TOM.id}")}
TEMPLATE = to_global_id("LicenseTemplate", template_of("DEMO"))
KINDS = {
    "parent": ["Group"], "scopeGroup": ["Group"], "holder": ["User"], "person": ["User"], "order": ["LicenseOrder"],
    "contingent": ["TimeContingent"], "participant": ["ProjectParticipant"], "grant": ["CategoryGrant"],
    "token": ["AccessToken"], "target": ["User", "Group", "Project"], "owner": ["Group", "Project"],
}  # fmt: skip
"""By the name of the argument, where it is not the kind itself."""
OF_NO_TENANT = {"Product", "Feature", "Category", "LicenseTemplate"}
ERRORS = "errors { code message path action reason state quantity limit content days bound cell } changes { action }"


def kinds_of(argument):
    noun = argument.removesuffix("s").removesuffix("Id")
    return KINDS.get(noun, [{"template": "LicenseTemplate"}.get(noun, noun[:1].upper() + noun[1:])])


def ids_of(kind):
    """The arguments that name something."""
    return {name: field for name, field in kind.fields.items() if get_named_type(field.type).name == "ID"}


def given(mutation, field, own, argument, value):
    """What fits by its types and is one's own, with this one argument."""
    kind = get_named_type(field.args["input"].type)
    good = {}
    for name, each in kind.fields.items():
        if not is_required_input_field(each) and name != argument:
            continue
        good[name] = arguments_of(field, {"License": "x"}, "x").get(name) if name not in ids_of(kind) else None
        if name in ids_of(kind):
            (noun, *_) = kinds_of(name)
            good[name] = to_global_id(noun, own.get(noun, UUID(int=4)))
    if mutation == "orderCreate":
        good["templateId"] = TEMPLATE
    if mutation == "virtualContainerPull":  # of a project that is published; the others change one that is not
        good["virtualContainerId"] = to_global_id("VirtualContainer", VirtualContainers.HAMBURG_LINE_2)
    several = kind.fields[argument].type
    several = several.of_type if isinstance(several, GraphQLNonNull) else several
    return good | {argument: [value] if isinstance(several, GraphQLList) else value}


@pytest.mark.parametrize(("who", "own", "foreign"), [(REX, ACME, BOLT), (SAL, BOLT, ACME)], ids=["Rex", "Sal"])
async def test_an_id_of_another_tenant_is_an_id_of_nothing(who, own, foreign, execute, token_of, database, portal):
    by, asked = await token_of(who), 0
    await token_of(TOM)
    async with database.transaction() as session:
        of_tom = await session.scalar(sa.select(AccessToken.id).where(AccessToken.user_id == TOM.id))
    foreign = foreign | MESSAGES | {"AccessToken": of_tom}
    file = SimulatedContainer(ContainerType.DONGLE, await portal.external.central.jwks()).register(NOW)
    before = await World(database).content()

    for mutation, field in MUTATIONS.items():
        kind = get_named_type(field.args["input"].type)
        document = f"mutation($input: {kind.name}!) {{ {mutation}(input: $input) {{ {ERRORS} }} }}"
        named_here = [(argument, noun) for argument in ids_of(kind) for noun in kinds_of(argument) if noun in foreign]
        for argument, noun in named_here:
            pair = []
            for id_ in (foreign[noun], UUID(int=4)):
                told = given(mutation, field, own, argument, to_global_id(noun, id_)) | {"idempotencyKey": str(asked)}
                told |= {"registrationFile": file}
                answer = await execute(
                    None,
                    document,
                    by_token=by,
                    input={each: told[each] for each in told if each in kind.fields},
                )
                assert not answer.errors, (mutation, argument, answer.errors)
                pair.append(answer.data)
                asked += 1
            assert pair[0] == pair[1], (mutation, argument, noun)
            codes = [each["code"] for each in pair[0][mutation]["errors"]]
            # Where a group goes to is asked after who may move one at all.
            assert codes == ["FORBIDDEN" if (mutation, argument) == ("groupMove", "parentId") else "NOT_FOUND"], (
                mutation
            )

    print(f"{asked} ids of {len(MUTATIONS)} mutations")
    assert await World(database).content() == before


def test_no_kind_of_id_is_forgotten():
    kinds = {
        noun
        for field in MUTATIONS.values()
        for argument in ids_of(get_named_type(field.args["input"].type))
        for noun in kinds_of(argument)
    }
    assert kinds == {*ACME, *BOLT, *MESSAGES, "AccessToken", *OF_NO_TENANT}


TOO_LONG = "x" * 1_000_001
BEYOND = {
    "Int": (2**31 - 1, -(2**31)), "BigInt": (2**53 - 1, 1 - 2**53), "String": (TOO_LONG,), "EmailAddress": (TOO_LONG,),
    "Duration": (TOO_LONG,),
}  # fmt: skip


async def test_what_is_beyond_a_bound_is_told_the_bound_and_where(execute, token_of, database):
    by, asked = await token_of(TOM), 0
    before = await World(database).content()

    for mutation, field in MUTATIONS.items():
        kind = get_named_type(field.args["input"].type)
        document = f"mutation($input: {kind.name}!) {{ {mutation}(input: $input) {{ errors {{ code path limit }} }} }}"
        arguments = {name: get_named_type(each.type).name for name, each in kind.fields.items()}
        arguments.pop("offsets", None)  # how many days there may be is the rule's to say
        for argument, beyond in ((name, value) for name, kinds in arguments.items() for value in BEYOND.get(kinds, ())):
            told = {"idempotencyKey": "x", "dryRun": True} | given(mutation, field, {}, argument, beyond)
            told |= {each: "a longer text" for each in ("password", "newPassword") if each != argument}
            told = {each: value for each, value in told.items() if each in kind.fields}
            answer = await execute(None, document, by_token=by, input=told)
            assert not answer.errors, (mutation, argument, answer.errors)
            (error,) = answer.data[mutation]["errors"]
            assert (error["code"], error["path"]) == ("BAD_USER_INPUT", ["input", argument]), mutation
            assert isinstance(error["limit"], int), (mutation, argument)
            asked += 1

    print(f"{asked} values beyond a bound")
    assert await World(database).content() == before
