"""Rights of creation: given by the vendor, passed on in part, and taken back with all that hangs on them."""

import asyncio
from uuid import UUID

import pytest
import sqlalchemy as sa

from resolvers.grants import create_grant, pass_on_grant, revoke_grant
from resolvers.orders import create_order
from seeds.cast import ANN, BEA, IDA, REX, SAL, SERVER, TOM, Categories, Groups, named
from seeds.demo_catalog import template_of
from store.errors import BadInput, Forbidden, NotFound, WrongState
from store.licenses import License
from store.orders import OrderSource
from store.products import CategoryGrant, GrantBound, GrantBoundExceeded, GrantState, GrantVerb, LicenseModel
from tests.portal import NOW

OF_REX = named("grant", "Rex Trials")
OF_SAL = named("grant", "Sal Design")
TAKEN_BACK = named("grant", "Bea Design")
CREATE, MODIFY, REVOKE = GrantVerb.CREATE, GrantVerb.MODIFY, GrantVerb.REVOKE
TO_ANN = {"holder_id": ANN.id, "scope_group_id": Groups.ACME, "verbs": [CREATE], "max_quantity": 5, "max_days": 30}


@pytest.fixture
def passed_on(access_of):
    async def pass_on(who, grant_id, **right):
        answer = await pass_on_grant(await access_of(who), grant_id=grant_id, **right)
        return UUID(answer.ids["CategoryGrant"][0])

    return pass_on


@pytest.fixture
def grants(database):
    async def rows():
        async with database.transaction() as session:
            return len((await session.scalars(sa.select(CategoryGrant.id))).all())

    return rows


async def demo_by(access, group_id):
    return await create_order(
        access, template_id=template_of(LicenseModel.DEMO), group_id=group_id, quantity=1, count=1,
        source=OrderSource.PORTAL, by_code=False,
    )  # fmt: skip


@pytest.mark.feature("F59")
async def test_the_vendor_gives_a_right_verb_by_verb(access_of, row):
    right = {"category_id": Categories.DESIGN, "holder_id": ANN.id, "scope_group_id": Groups.ACME}

    answer = await create_grant(await access_of(IDA), **right, verbs=[CREATE, MODIFY], models=[LicenseModel.DEMO])

    grant = await row(CategoryGrant, UUID(answer.ids["CategoryGrant"][0]))
    assert (grant.can_create, grant.can_modify, grant.can_revoke) == (True, True, False)
    assert (grant.models, grant.granted_by_id, grant.state) == (["DEMO"], IDA.id, GrantState.ACTIVE)


async def test_nobody_else_gives_rights(access_of, grants):
    before = await grants()
    right = {"holder_id": ANN.id, "scope_group_id": Groups.ACME, "verbs": [CREATE]}

    with pytest.raises(Forbidden):
        await create_grant(await access_of(REX), category_id=Categories.TRIALS, **right)
    with pytest.raises(NotFound):
        await create_grant(await access_of(ANN), category_id=Categories.TRIALS, **right)

    assert await grants() == before


async def test_a_right_is_for_a_person_and_for_something(access_of, grants):
    before = await grants()
    right = {"category_id": Categories.TRIALS, "scope_group_id": Groups.ACME}

    for wrong in ({"holder_id": SERVER.id, "verbs": [CREATE]}, {"holder_id": ANN.id, "verbs": []}):
        with pytest.raises(BadInput):
            await create_grant(await access_of(IDA), **right, **wrong)

    assert await grants() == before


@pytest.mark.feature("F98")
async def test_a_reseller_passes_on_a_part_of_what_he_holds(access_of, passed_on, row):
    grant = await row(CategoryGrant, await passed_on(REX, OF_REX, **TO_ANN))

    answer = await demo_by(await access_of(ANN), Groups.BERLIN)

    assert (grant.passed_on_from_id, grant.granted_by_id, grant.category_id) == (OF_REX, REX.id, Categories.TRIALS)
    assert len(answer.ids["License"]) == 1


@pytest.mark.feature("F98")
async def test_a_reseller_passes_on_all_that_he_holds(passed_on, row):
    whole = {"verbs": [CREATE, MODIFY], "max_quantity": 10, "max_days": 60, "scope_group_id": Groups.RHEINTAL}

    grant = await row(CategoryGrant, await passed_on(REX, OF_REX, holder_id=ANN.id, **whole))

    own = await row(CategoryGrant, OF_REX)
    bounds = ("category_id", "scope_group_id", "can_create", "can_modify", "can_revoke", "max_quantity", "max_days")
    assert [getattr(grant, each) for each in bounds] == [getattr(own, each) for each in bounds]


@pytest.mark.parametrize(
    ("more", "bound", "limit"),
    [
        ({"verbs": [CREATE, REVOKE]}, GrantBound.VERBS, None),
        ({"max_quantity": 11}, GrantBound.QUANTITY, 10),
        ({"max_quantity": None}, GrantBound.QUANTITY, 10),
        ({"max_days": 61}, GrantBound.DAYS, 60),
        ({"max_days": None}, GrantBound.DAYS, 60),
    ],
)
async def test_nobody_passes_on_more_than_he_holds(passed_on, grants, more, bound, limit):
    before = await grants()

    with pytest.raises(GrantBoundExceeded) as refused:
        await passed_on(REX, OF_REX, **TO_ANN | more)

    assert refused.value.details == {"bound": bound, "limit": limit}
    assert await grants() == before


async def test_a_right_is_passed_on_below_its_own_scope_only(passed_on, grants):
    before = await grants()

    with pytest.raises(NotFound):
        await passed_on(REX, OF_REX, **TO_ANN | {"scope_group_id": Groups.BOLT})
    with pytest.raises(GrantBoundExceeded) as refused:
        await passed_on(IDA, OF_REX, **TO_ANN | {"scope_group_id": Groups.BOLT})

    assert refused.value.details["bound"] is GrantBound.SCOPE
    assert await grants() == before


async def test_a_right_that_was_taken_back_is_not_passed_on(passed_on, grants):
    before = await grants()

    with pytest.raises(Forbidden):
        await passed_on(BEA, TAKEN_BACK, holder_id=BEA.id, scope_group_id=Groups.BOLT, verbs=[CREATE], max_quantity=5)
    with pytest.raises(WrongState) as refused:
        await passed_on(IDA, TAKEN_BACK, holder_id=BEA.id, scope_group_id=Groups.BOLT, verbs=[CREATE], max_quantity=5)

    assert refused.value.details == {"state": GrantState.REVOKED}
    assert await grants() == before


async def test_a_right_that_is_taken_back_takes_the_whole_chain_along(access_of, passed_on, row, database):
    to_ann = await passed_on(REX, OF_REX, **TO_ANN)
    to_tom = await passed_on(ANN, to_ann, **TO_ANN | {"holder_id": TOM.id, "scope_group_id": Groups.BERLIN})

    await revoke_grant(await access_of(IDA), grant_id=OF_REX)

    for grant_id in (OF_REX, to_ann, to_tom):
        grant = await row(CategoryGrant, grant_id)
        assert (grant.state, grant.revoked_at) == (GrantState.REVOKED, NOW)
    with pytest.raises(NotFound):
        await demo_by(await access_of(ANN), Groups.BERLIN)
    async with database.transaction() as session:
        made = sa.select(sa.func.count()).where(License.owner_group_id == Groups.BERLIN)
        assert await session.scalar(made) == 0


async def test_whoever_gave_a_right_takes_it_back_and_its_holder_does_not(access_of, passed_on, row):
    grant_id = await passed_on(REX, OF_REX, **TO_ANN)

    with pytest.raises(Forbidden):
        await revoke_grant(await access_of(ANN), grant_id=grant_id)
    with pytest.raises(NotFound):
        await revoke_grant(await access_of(ANN), grant_id=OF_SAL)
    assert (await row(CategoryGrant, grant_id)).state is GrantState.ACTIVE
    await revoke_grant(await access_of(REX), grant_id=grant_id)

    assert (await row(CategoryGrant, grant_id)).state is GrantState.REVOKED
    assert (await row(CategoryGrant, OF_REX)).state is GrantState.ACTIVE
    with pytest.raises(WrongState):
        await revoke_grant(await access_of(REX), grant_id=grant_id)


async def test_what_is_passed_on_while_it_is_taken_back_does_not_survive(access_of, database):
    ida, rex = await access_of(IDA), await access_of(REX)

    await asyncio.gather(
        revoke_grant(ida, grant_id=OF_REX),
        pass_on_grant(rex, grant_id=OF_REX, **TO_ANN),
        return_exceptions=True,
    )

    async with database.transaction() as session:
        standing = sa.select(CategoryGrant.holder_id).where(CategoryGrant.state == GrantState.ACTIVE)
        assert set(await session.scalars(standing)) == {SAL.id}
