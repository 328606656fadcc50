"""Refusals for other reasons than rights, states and limits: the code says why, and nothing is written."""

from datetime import timedelta

import pytest

from license_central.code_seal import CodeNotKept
from resolvers import (
    accounts,
    grants,
    groups,
    invitations,
    license_terms,
    licenses,
    memberships,
    orders,
    products,
    sessions,
    technical_users,
    tickets,
    time_contingents,
    virtual_container_pulls,
    virtual_containers,
)
from seeds.cast import (
    BEA,
    IDA,
    LEA,
    OLGA,
    REX,
    SAM,
    SERVER,
    TOM,
    Categories,
    Containers,
    Groups,
    Licenses,
    Products,
    Projects,
    Tickets,
    VirtualContainers,
    cloud_of,
    named,
)
from seeds.demo_catalog import FIRM_CODE, feature_id, template_of
from store.db.database import Database
from store.db.passwords import Password
from store.errors import BadInput, NotFound
from store.groups import Group, GroupKind
from store.invitations import Invitation, InvitationNotOpen
from store.license_errors import NotAssigned, NotForResale, NotShared, TargetOutsideOwner
from store.license_models import ModelCell, ModelRuleBroken
from store.license_states import Lifecycle, Visibility
from store.licenses import License
from store.memberships import AlreadyMember, Bundle, NotInVendorGroup
from store.orders import LicenseOrder, OrderSource, ReferenceTaken
from store.products import AlreadyExists, FeatureOfOtherProduct, LicenseModel
from store.projects import (
    ContainerOccupied,
    ContainerOutsideProject,
    LicenseNotInProject,
    LicenseNotPlanned,
    LicensePlanned,
    NameTaken,
    Project,
    ProjectState,
    VirtualContainer,
    VirtualContainerBound,
    VirtualContainerUpToDate,
)
from store.services.group_content import GroupNotEmpty
from store.services.group_tree import WouldCreateCycle
from store.tickets import CodeProblem, CodesRefused, TicketIncomplete
from store.users import AccountNotUsable, AddressTaken, OwnIsvRight, StillIsvAdmin, User, UserStatus, WrongPassword
from tests.resolvers.machines import INVITED, LATER, LINE_1, LINE_2, ORDER, ORDERED, RIGHT
from tests.resolvers.unchanged import Case, World, named_cases

NOW = LATER - timedelta(days=1)
TO_BOLT, TO_ACME = ({"target": Group, "target_id": each} for each in (Groups.BOLT, Groups.ACME))
TO_TOM = {"target": User, "target_id": TOM.id}
OVERDUE = (Invitation, INVITED.id, {"expires_at": NOW})
EDITED = (Project, Projects.HAMBURG, {"state": ProjectState.IN_PROGRESS})


OF_PEOPLE = (
    Case(
        memberships.add_membership, {"group_id": Groups.BERLIN, "user_id": TOM.id}, AlreadyMember, {"state": "MEMBER"}
    ),
    Case(
        invitations.create_invitation,
        {"group_id": Groups.BERLIN, "email": TOM.email},
        AlreadyMember,
        {"state": "MEMBER"},
    ),
    Case(
        invitations.accept_invitation,
        {"invitation_id": INVITED.id},
        AlreadyMember,
        {"state": "ADMIN"},
        ((Invitation, INVITED.id, {"email": BEA.email}),),
        BEA,
    ),
    Case(
        invitations.create_invitation,
        {"group_id": Groups.BOLT, "email": SAM.email},
        InvitationNotOpen,
        {"state": "PENDING"},
    ),
    *(
        Case(each, {"invitation_id": INVITED.id}, InvitationNotOpen, {"state": "EXPIRED"}, (OVERDUE,), by)
        for each, by in (
            (invitations.accept_invitation, SAM),
            (invitations.decline_invitation, SAM),
            (invitations.revoke_invitation, IDA),
        )
    ),
    Case(
        memberships.set_bundle,
        {"membership_id": named("membership", f"{BEA.login} BERLIN"), "bundle": Bundle.SUPPORT},
        NotInVendorGroup,
        {"state": GroupKind.TEAM},
    ),
    Case(accounts.create_account, {"group_id": Groups.ACME, "email": TOM.email, "name": "x"}, AddressTaken),
    Case(accounts.create_account, {"group_id": Groups.ACME, "email": "no address", "name": "x"}, BadInput),
    Case(accounts.create_account, {"group_id": Groups.ACME, "email": "x@x.example", "name": " "}, BadInput),
    Case(
        accounts.create_account,
        {"group_id": Groups.ACME, "email": "x@x.example", "name": "x", "locale": "German"},
        BadInput,
    ),
    Case(
        accounts.change_password,
        {"password": Password("another"), "new_password": Password("x" * 12)},
        WrongPassword,
        by=TOM,
    ),
    Case(accounts.erase_account, {}, StillIsvAdmin),
    Case(accounts.delete_account, {"user_id": IDA.id}, StillIsvAdmin),
    Case(accounts.set_isv_right, {"user_id": IDA.id, "is_isv_admin": False}, OwnIsvRight),
    *(
        Case(each, {"name": " ", **rest}, BadInput)
        for each, rest in (
            (groups.create_group, {"kind": GroupKind.TEAM, "parent_id": Groups.ACME}),
            (groups.rename_group, {"group_id": Groups.LAB}),
            (accounts.modify_account, {}),
            (sessions.create_token, {}),
            (technical_users.create_technical_user, {"group_id": Groups.ACME}),
            (technical_users.issue_token, {"user_id": SERVER.id}),
        )
    ),
    Case(groups.move_group, {"group_id": Groups.ACME, "parent_id": Groups.LAB}, WouldCreateCycle),
    Case(
        groups.delete_group,
        {"group_id": Groups.LAB},
        GroupNotEmpty,
        {"content": ["members", "licenses", "activations"]},
    ),
    Case(grants.pass_on_grant, RIGHT | {"grant_id": named("grant", "Rex Trials"), "verbs": []}, BadInput),
    Case(grants.pass_on_grant, RIGHT | {"grant_id": named("grant", "Rex Trials"), "holder_id": SERVER.id}, BadInput),
)

OF_LICENSES = (
    Case(
        licenses.set_visibility,
        {"license_id": Licenses.ACME_POOL, "visibility": Visibility.PUBLIC},
        NotShared,
        {"state": Lifecycle.VALID},
    ),
    Case(licenses.unassign_license, {"license_id": Licenses.ACME_POOL}, NotAssigned, {"state": Lifecycle.VALID}),
    Case(licenses.unassign_license, {"license_id": Licenses.SAM_HOME}, TargetOutsideOwner),
    Case(licenses.assign_license, {"license_id": Licenses.SAM_HOME, **TO_TOM}, TargetOutsideOwner),
    Case(licenses.assign_license, {"license_id": Licenses.ACME_POOL, **TO_BOLT}, TargetOutsideOwner),
    Case(licenses.assign_license, {"license_id": Licenses.RHEINTAL_NFR, **TO_ACME}, NotForResale),
    Case(tickets.assign_ticket, {"ticket_id": Tickets.ACME, **TO_BOLT}, TargetOutsideOwner),
    Case(
        tickets.assign_ticket,
        {"ticket_id": Tickets.ACME, **TO_ACME},
        NotForResale,
        puts=(
            (License, Licenses.ACME_POOL, {"ticket_id": None}),
            (License, Licenses.RHEINTAL_NFR, {"ticket_id": Tickets.ACME}),
        ),
    ),
    Case(
        tickets.assign_ticket,
        {"ticket_id": Tickets.ACME, **TO_ACME},
        TicketIncomplete,
        {"state": "CLAIMED"},
        ((License, Licenses.ACME_POOL, {"ticket_id": None}),),
    ),
    Case(tickets.read_code, {"ticket_id": Tickets.ACME}, CodeNotKept),
    Case(
        license_terms.modify_license,
        {"license_id": Licenses.TOM_CAD, "feature_ids": [named("feature", "none")]},
        NotFound,
    ),
    Case(
        license_terms.modify_license,
        {"license_id": Licenses.TOM_CAD, "feature_ids": [feature_id(Products.FLOW, 1)]},
        FeatureOfOtherProduct,
    ),
    Case(
        orders.approve_order,
        {"order_id": ORDER.id},
        ModelRuleBroken,
        {"model": LicenseModel.SINGLE_USER_SUBSCRIPTION, "cell": ModelCell.TIME},
        ((LicenseOrder, ORDER.id, {"expires_at": NOW - timedelta(days=1)}),),
    ),
    Case(
        tickets.claim_tickets,
        {"codes": f"{Tickets.FRESH_CODE};DEM2V-DAAAA-AAAAA-AAAAA-AAAAF;nothing"},
        CodesRefused,
        {
            "codes": [
                {"number": 2, "masked_code": "*****-*****-*****-*****-AAAAF", "problem": CodeProblem.NOT_FRESH},
                {"number": 3, "masked_code": None, "problem": CodeProblem.MALFORMED},
            ]
        },
    ),
    Case(time_contingents.draw_contingent, {"license_id": Licenses.ACME_POOL, "days": 1}, NotFound),
    Case(
        time_contingents.draw_contingent,
        {"license_id": Licenses.TOM_PREPAID, "days": 1, "contingent_id": named("contingent", "Bolt")},
        TargetOutsideOwner,
    ),
    Case(
        orders.create_order,
        ORDERED | {"group_id": Groups.BOLT, "source": OrderSource.API, "external_ref": "shop-2031"},
        ReferenceTaken,
    ),
    Case(
        orders.approve_order,
        {"order_id": ORDER.id},
        AccountNotUsable,
        {"state": UserStatus.ERASED},
        (
            (LicenseOrder, ORDER.id, {"group_id": None, "person_id": LEA.id}),
            (User, LEA.id, {"status": UserStatus.ERASED}),
        ),
    ),
    Case(orders.create_order, ORDERED | {"group_id": Groups.BOLT, "person_id": SAM.id}, BadInput),
    Case(orders.create_order, ORDERED | {"person_id": SERVER.id}, BadInput),
    Case(orders.create_order, ORDERED | {"feature_ids": [feature_id(Products.FLOW, 1)]}, FeatureOfOtherProduct),
    Case(orders.create_order, ORDERED | {"feature_ids": [named("feature", "none")]}, NotFound),
)

OF_PROJECTS = (
    Case(virtual_container_pulls.pull_virtual_container, LINE_1, VirtualContainerUpToDate, {"state": "BOUND"}),
    Case(virtual_containers.delete_virtual_container, LINE_1, VirtualContainerBound, {"state": "BOUND"}, (EDITED,)),
    Case(
        virtual_containers.create_virtual_container,
        {"project_id": Projects.HAMBURG, "name": "Line 1"},
        NameTaken,
        {},
        (EDITED,),
    ),
    Case(virtual_containers.rename_virtual_container, LINE_2 | {"name": "Line 1"}, NameTaken, {}, (EDITED,)),
    Case(
        virtual_containers.add_license, LINE_1 | {"license_id": Licenses.ACME_POOL}, LicenseNotInProject, {}, (EDITED,)
    ),
    Case(
        virtual_containers.add_license,
        LINE_1 | {"license_id": Licenses.PROJECT_ADMIN_ONLY},
        LicensePlanned,
        {},
        (EDITED,),
    ),
    Case(
        virtual_containers.remove_license,
        LINE_1 | {"license_id": Licenses.PROJECT_ADMIN_ONLY},
        LicenseNotPlanned,
        {},
        (EDITED,),
    ),
    Case(virtual_container_pulls.pull_virtual_container, LINE_2, ContainerOccupied),
    Case(
        virtual_container_pulls.pull_virtual_container,
        LINE_2 | {"container_id": cloud_of(Groups.BERLIN)},
        ContainerOccupied,
    ),
    Case(
        virtual_container_pulls.pull_virtual_container,
        LINE_2 | {"container_id": Containers.HAMBURG_LINE_1},
        ContainerOccupied,
    ),
    Case(
        virtual_container_pulls.pull_virtual_container,
        LINE_2 | {"container_id": cloud_of(REX.id)},
        ContainerOutsideProject,
    ),
    Case(
        virtual_container_pulls.pull_virtual_container,
        LINE_1 | {"container_id": cloud_of(OLGA.id)},
        ContainerOccupied,
        puts=((VirtualContainer, VirtualContainers.HAMBURG_LINE_1, {"state": "STALE"}),),
    ),
)

OF_THE_CATALOG = (
    Case(
        products.create_product,
        {"name": "x", "firm_code": FIRM_CODE, "product_code": 1001, "description": "", "deactivation_allowed": True},
        AlreadyExists,
    ),
    Case(products.create_feature, {"product_id": Products.CAD, "code": 1, "name": "x"}, AlreadyExists),
    Case(products.create_category, {"name": "Design", "description": ""}, AlreadyExists),
    Case(products.modify_category, {"category_id": Categories.TRIALS, "name": "Design"}, AlreadyExists),
    Case(
        products.create_category, {"name": "x", "description": "", "product_ids": [named("product", "none")]}, NotFound
    ),
    Case(
        products.modify_category,
        {"category_id": Categories.TRIALS, "product_ids": [named("product", "none")]},
        NotFound,
    ),
    *(
        Case(each, {**rest, "rules": rules}, BadInput)
        for each, rest in (
            (products.create_template, {"product_id": Products.CAD, "name": "x", "model": LicenseModel.INTERNAL_NFR}),
            (products.modify_template, {"template_id": template_of(LicenseModel.DEMO)}),
        )
        for rules in ({"restore": {}}, {"restores": {"count": -1}}, {"max_borrow_days": 99_999}, {"warn_at": "often"})
    ),
)


@pytest.fixture(scope="module")
async def database(new_demo):
    """Shared by all tests of the module, because refusals write nothing."""
    database = Database(new_demo(), pool_size=4)
    yield database
    await database.close()


@pytest.mark.parametrize("case", named_cases([*OF_PEOPLE, *OF_LICENSES, *OF_PROJECTS, *OF_THE_CATALOG]))
async def test_a_refusal_says_why_and_nothing_is_written(case, access_of, database):
    await World(database).refuses_case(await access_of(case.by), case)
