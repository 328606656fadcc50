"""What an edition includes, and that everyone is refused what it does not include, with the capability."""

from uuid import uuid4

import pytest
import sqlalchemy as sa

from resolvers.accounts import create_account
from resolvers.activations import activate_license
from resolvers.groups import create_group, modify_group
from resolvers.orders import create_order
from resolvers.portal import rename_portal, set_edition, set_instance, set_switches
from seeds.cast import ANN, IDA, REX, TOM, Groups, Licenses, cloud_of, named
from seeds.demo_catalog import template_of
from store.containers import Container, ContainerType
from store.errors import EditionRequired, Forbidden
from store.groups import Group, GroupKind
from store.orders import LicenseOrder, OrderSource
from store.portal import CAPABILITIES, Capability, Edition, Instance, Portal
from store.products import LicenseModel
from store.users import User
from tests.resolvers.machines import ORDERED
from tests.resolvers.unchanged import Case, World, named_cases, use_cases

EVERYWHERE = {Capability.WHITE_LABELING}
FROM_PROFESSIONAL = {
    Capability.RESELLER_MANAGEMENT,
    Capability.LICENSE_CREATION_API,
    Capability.MANAGEMENT_API,
    Capability.CUSTOM_PLUGINS,
    Capability.SSO,
    Capability.TEST_INSTANCES,
}
ENTERPRISE_ONLY = {Capability.MULTI_VENDOR_ACTIVATION, Capability.PROJECT_WORKFLOW, Capability.NOTIFICATION_DISPATCHER}


GATED = {case.operation: case for case in use_cases() if case.needs is not None}


@pytest.fixture
def use_edition(database):
    """`await use_edition(Edition.BASIC)` changes the edition of the portal."""

    async def write(edition):
        async with database.transaction() as session:
            await session.execute(sa.update(Portal).values(edition=edition))

    return write


@pytest.mark.feature("F97", "F122", "F73", "F31", "F82")
def test_each_edition_includes_the_capabilities_of_the_table():
    basic, professional, enterprise = (set(CAPABILITIES[each]) - {Capability.GROUP_LEVELS} for each in Edition)
    assert basic == EVERYWHERE
    assert professional == EVERYWHERE | FROM_PROFESSIONAL
    assert enterprise == EVERYWHERE | FROM_PROFESSIONAL | ENTERPRISE_ONLY


@pytest.mark.feature("F82", "F97", "F122")
@pytest.mark.parametrize("operation", sorted(GATED))
async def test_a_gated_mutation_names_the_missing_capability_even_to_the_vendor(
    access_of, use_edition, database, operation
):
    case = GATED[operation]
    minimum = next(each for each in Edition if case.needs in CAPABILITIES[each])
    arguments = {name: uuid4() for name in case.parameters}
    smaller = [each for each in Edition if case.needs not in CAPABILITIES[each]]
    assert smaller

    for edition in smaller:
        await use_edition(edition)
        refusal = await World(database).refuses(await access_of(IDA), case, **arguments)
        assert isinstance(refusal, EditionRequired)
        assert refusal.details == {"capability": case.needs, "minimum": minimum}


def needs(capability, minimum):
    return {"capability": capability, "minimum": minimum}


RESELLERS = needs(Capability.RESELLER_MANAGEMENT, Edition.PROFESSIONAL)
TRIAL = ORDERED | {"template_id": template_of(LicenseModel.DEMO), "group_id": Groups.RHEINTAL}
PORTAL = named("portal", "the only one")
PARTLY_GATED = [
    Case(case, arguments, EditionRequired, details, ((Portal, PORTAL, {"edition": edition}),), by)
    for case, arguments, details, edition, by in (
        (create_group, {"name": "x", "kind": GroupKind.RESELLER}, RESELLERS, Edition.BASIC, IDA),
        (modify_group, {"group_id": Groups.ACME, "kind": GroupKind.RESELLER}, RESELLERS, Edition.BASIC, IDA),
        (create_order, TRIAL, RESELLERS, Edition.BASIC, REX),
        (
            create_order,
            TRIAL | {"source": OrderSource.API},
            needs(Capability.LICENSE_CREATION_API, Edition.PROFESSIONAL),
            Edition.BASIC,
            IDA,
        ),
        (
            set_instance,
            {"instance": Instance.DEV},
            needs(Capability.TEST_INSTANCES, Edition.PROFESSIONAL),
            Edition.BASIC,
            IDA,
        ),
        (
            set_instance,
            {"instance": Instance.Q},
            needs(Capability.TEST_INSTANCES, Edition.ENTERPRISE),
            Edition.PROFESSIONAL,
            IDA,
        ),
    )
]


@pytest.mark.parametrize("asked", named_cases(PARTLY_GATED))
async def test_a_mutation_that_is_gated_for_some_arguments_names_their_capability(asked, access_of, database):
    await World(database).refuses_case(await access_of(asked.by), asked)


def test_every_mutation_of_the_project_workflow_is_gated():
    workflow = {name for name, case in GATED.items() if case.needs is Capability.PROJECT_WORKFLOW}
    assert {name for name in workflow if name.startswith("project")} == {
        "projectCreate",
        "projectRename",
        "projectArchive",
        "projectEdit",
        "projectPublish",
        "projectAddParticipant",
        "projectRemoveParticipant",
    }
    assert len(workflow) == 13


@pytest.mark.feature("F10")
async def test_a_subgroup_needs_an_edition_with_group_levels(access_of, use_edition):
    async def below(account, parent, key):
        await create_group(
            (await access_of(account)).attempt(key=key), name="Team", kind=GroupKind.TEAM, parent_id=parent
        )

    await use_edition(Edition.BASIC)
    with pytest.raises(EditionRequired) as refused:
        await below(ANN, Groups.ACME, "1")
    assert refused.value.details["capability"] is Capability.GROUP_LEVELS

    await use_edition(Edition.ENTERPRISE)
    await below(ANN, Groups.ACME, "2")


@pytest.mark.feature("F31")
async def test_the_basic_edition_has_no_resellers(access_of, use_edition, database):
    async def reseller(key):
        await create_group((await access_of(IDA)).attempt(key=key), name="New Reselling", kind=GroupKind.RESELLER)

    await use_edition(Edition.BASIC)
    with pytest.raises(EditionRequired) as refused:
        await reseller("1")
    assert refused.value.details == {"capability": Capability.RESELLER_MANAGEMENT, "minimum": Edition.PROFESSIONAL}
    async with database.transaction() as session:
        assert await session.scalar(sa.select(sa.func.count()).where(Group.name == "New Reselling")) == 0

    await use_edition(Edition.PROFESSIONAL)
    await reseller("2")


@pytest.mark.feature("F97")
async def test_creating_licenses_by_the_api_needs_the_professional_edition(access_of, use_edition, database):
    async with database.transaction() as session:
        before = await session.scalar(sa.select(sa.func.count()).select_from(LicenseOrder))
    await use_edition(Edition.BASIC)
    with pytest.raises(EditionRequired) as refused:
        await create_order(
            (await access_of(IDA)).attempt(key="1"),
            template_id=uuid4(),
            quantity=1,
            count=1,
            source=OrderSource.API,
            by_code=True,
        )
    assert refused.value.details == {"capability": Capability.LICENSE_CREATION_API, "minimum": Edition.PROFESSIONAL}
    async with database.transaction() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(LicenseOrder)) == before


@pytest.mark.feature("F97", "F119", "F120", "F121")
async def test_every_edition_includes_users_customers_and_the_cloud(access_of, use_edition, database):
    await use_edition(Edition.BASIC)
    done = await create_group((await access_of(IDA)).attempt(key="1"), name="Caldera", kind=GroupKind.CUSTOMER)
    group_id = done.result.group.id
    await create_account(
        (await access_of(IDA)).attempt(key="2"), group_id=group_id, email="cleo@caldera.example", name="Cleo"
    )

    async with database.transaction() as session:
        cleo = (await session.scalars(sa.select(User.id).where(User.email == "cleo@caldera.example"))).one()
        clouds = await session.scalars(
            sa.select(Container.type).where(
                sa.or_(Container.owner_user_id == cleo, Container.owner_group_id == group_id)
            )
        )
        assert set(clouds) == {ContainerType.PERSONAL_CLOUD, ContainerType.GROUP_CLOUD}
    await activate_license(
        (await access_of(ANN)).attempt(key="3"), license_id=Licenses.ACME_TEN_SEATS, container_id=cloud_of(Groups.ACME)
    )


async def test_a_smaller_edition_keeps_existing_groups_and_refuses_deeper_ones(access_of, database):
    """Spec A15: the group of the vendor's customer is the first level."""
    async with database.transaction() as session:
        before = await session.scalar(sa.select(sa.func.count()).select_from(Group))

    await set_edition((await access_of(IDA)).attempt(key="1"), edition=Edition.PROFESSIONAL)

    with pytest.raises(EditionRequired) as refused:
        await create_group(
            (await access_of(IDA)).attempt(key="2"), name="Deep", kind=GroupKind.TEAM, parent_id=Groups.LAB
        )
    assert refused.value.details == {"capability": Capability.GROUP_LEVELS, "minimum": Edition.ENTERPRISE}
    async with database.transaction() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(Group)) == before


@pytest.mark.feature("F116")
async def test_a_test_instance_needs_an_edition_that_includes_it(access_of, use_edition, row, database):
    async with database.transaction() as session:
        portal_id = await session.scalar(sa.select(Portal.id))
    missing = (
        (Edition.BASIC, Instance.DEV, Edition.PROFESSIONAL),
        (Edition.PROFESSIONAL, Instance.Q, Edition.ENTERPRISE),
    )
    for number, (edition, instance, minimum) in enumerate(missing):
        await use_edition(edition)
        with pytest.raises(EditionRequired) as refused:
            await set_instance((await access_of(IDA)).attempt(key=str(number)), instance=instance)
        assert refused.value.details == {"capability": Capability.TEST_INSTANCES, "minimum": minimum}
    assert (await row(Portal, portal_id)).instance is Instance.PRODUCTIVE

    await set_instance((await access_of(IDA)).attempt(key="3"), instance=Instance.DEV)
    assert (await row(Portal, portal_id)).instance is Instance.DEV
    with pytest.raises(Forbidden):
        await set_instance((await access_of(ANN)).attempt(key="4"), instance=Instance.PRODUCTIVE)


async def test_the_vendor_sets_single_switches(access_of, row, database):
    async with database.transaction() as session:
        portal_id = await session.scalar(sa.select(Portal.id))
    before = await row(Portal, portal_id)

    done = await set_switches((await access_of(IDA)).attempt(key="1"), support_may_decide=True)
    await rename_portal((await access_of(IDA)).attempt(key="2"), name="Harbor")

    after = await row(Portal, portal_id)
    assert (after.support_may_decide, after.name) == (True, "Harbor")
    assert after.members_may_activate == before.members_may_activate
    assert [(each["before"], each["after"]) for each in done.changes] == [
        ({"support_may_decide": False}, {"support_may_decide": True})
    ]


@pytest.mark.parametrize(
    ("case", "arguments"),
    [
        (set_edition, {"edition": Edition.BASIC}),
        (set_switches, {"support_may_decide": True}),
        (rename_portal, {"name": "x"}),
    ],
)
async def test_only_the_vendor_changes_the_settings_of_the_portal(access_of, database, case, arguments):
    for account in (ANN, TOM):
        with pytest.raises(Forbidden):
            await case((await access_of(account)).attempt(key="1"), **arguments)
    async with database.transaction() as session:
        portal = (await session.scalars(sa.select(Portal))).one()
    assert (portal.edition, portal.support_may_decide, portal.name != "x") == (Edition.ENTERPRISE, False, True)
