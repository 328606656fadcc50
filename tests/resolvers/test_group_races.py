"""A group is deleted while something is added to it: exactly one of the two succeeds."""

import asyncio

import pytest
import sqlalchemy as sa

from authz.gate.results import Completed
from license_central.simulated_container import SimulatedContainer
from resolvers.containers import register_container
from resolvers.grants import create_grant
from resolvers.groups import create_group, delete_group
from resolvers.orders import create_order
from resolvers.projects import create_project
from resolvers.technical_users import create_technical_user
from resolvers.tickets import claim_tickets
from resolvers.time_contingents import sell_contingent
from seeds.cast import IDA, TOM, Categories, Groups, Products, Tickets
from seeds.demo_catalog import template_of
from store.containers import ContainerType
from store.errors import Conflict, NotFound
from store.grants import CategoryGrant, GrantState, GrantVerb
from store.groups import Group, GroupDeleted, GroupKind
from store.products import LicenseModel
from store.services.group_content import GroupNotEmpty
from tests.resolvers.machines import NOW, ORDERED

COMING = {
    "a project": (create_project, {"name": "x"}),
    "a license": (create_order, ORDERED | {"template_id": template_of(LicenseModel.SINGLE_USER_SUBSCRIPTION)}),
    "a code": (create_order, ORDERED | {"by_code": True}),
    "a ticket": (claim_tickets, {"codes": Tickets.FRESH_CODE}),
    "a license server": (create_technical_user, {"name": "x"}),
    "a container": (register_container, {"owner": Group}),
    "days": (sell_contingent, {"product_id": Products.VIEWER, "days": 1}),
}


async def short_lived(ida, name):
    done = await create_group(ida, name=name, kind=GroupKind.TEAM, parent_id=Groups.ACME)
    return done.result.group.id


@pytest.mark.parametrize("what", COMING)
async def test_of_a_deletion_and_an_addition_at_once_one_succeeds(what, access_of, row, central):
    case, arguments = COMING[what]
    for number in range(4):
        ida, other = await access_of(IDA), await access_of(IDA)
        group_id = await short_lived(ida, f"{what} {number}")
        values = {("owner_id" if "owner" in arguments else "group_id"): group_id, **arguments}
        if "owner" in arguments:
            values["registration_file"] = SimulatedContainer(ContainerType.DONGLE, await central.jwks()).register(NOW)

        outcomes = await asyncio.gather(
            case(other.attempt(key=f"c{number}"), **values),
            delete_group(ida.attempt(key=f"d{number}"), group_id=group_id),
            return_exceptions=True,
        )

        kinds = [type(each) for each in outcomes]
        assert kinds.count(Completed) == 1, outcomes
        assert set(kinds) <= {Completed, GroupNotEmpty, GroupDeleted, NotFound, Conflict}
        assert ((await row(Group, group_id)).deleted_at is None) is (kinds[0] is Completed)
        if what == "a ticket" and kinds[0] is Completed:
            return


async def test_a_grant_that_is_created_while_its_group_is_deleted_does_not_outlive_it(access_of, database):
    values = {"category_id": Categories.TRIALS, "holder_id": TOM.id, "verbs": [GrantVerb.CREATE]}
    for number in range(4):
        ida, other = await access_of(IDA), await access_of(IDA)
        group_id = await short_lived(ida, f"a grant {number}")

        created, deleted = await asyncio.gather(
            create_grant(other.attempt(key=f"c{number}"), scope_group_id=group_id, **values),
            delete_group(ida.attempt(key=f"d{number}"), group_id=group_id),
            return_exceptions=True,
        )

        assert isinstance(created, Completed | GroupDeleted), created
        assert isinstance(deleted, Completed), deleted
        async with database.transaction() as session:
            active = sa.exists().where(
                CategoryGrant.scope_group_id == group_id, CategoryGrant.state == GrantState.ACTIVE
            )
            assert not await session.scalar(sa.select(active))
