"""Grants: created by the vendor, passed on in part, and revoked with all that came from them."""

import asyncio

import pytest
import sqlalchemy as sa

from resolvers.grants import create_grant, pass_on_grant, revoke_grant
from resolvers.orders import create_order
from seeds.cast import ANN, BEA, IDA, REX, SAL, SERVER, TOM, Categories, Groups, named
from seeds.demo_catalog import template_of
from store.errors import BadInput, Forbidden, NotFound, WrongState
from store.grants import CategoryGrant, GrantBound, GrantBoundExceeded, GrantState, GrantVerb
from store.licenses import License
from store.orders import OrderSource
from store.products import LicenseModel
from tests.portal import NOW

OF_REX = named("grant", "Rex Trials")
OF_SAL = named("grant", "Sal Design")
REVOKED_GRANT = named("grant", "Bea Design")
CREATE, MODIFY, REVOKE = GrantVerb.CREATE, GrantVerb.MODIFY, GrantVerb.REVOKE
TO_ANN = {"holder_id": ANN.id, "scope_group_id": Groups.ACME, "verbs": [CREATE], "max_quantity": 5, "max_days": 30}


@pytest.fixture
def passed_on(access_of):
    async def pass_on(account, grant_id, **values):
        done = await pass_on_grant(await access_of(account), grant_id=grant_id, **values)
        return done.result.category_grant.id

    return pass_on


@pytest.fixture
def count(database):
    async def rows():
        async with database.transaction() as session:
            return len((await session.scalars(sa.select(CategoryGrant.id))).all())

    return rows


async def demo_by(access, group_id):
    return await create_order(
        access,
        template_id=template_of(LicenseModel.DEMO),
        group_id=group_id,
        quantity=1,
        count=1,
        source=OrderSource.PORTAL,
        by_code=False,
    )


@pytest.mark.feature("F59")
async def test_the_vendor_creates_a_grant_with_some_of_the_verbs(access_of, row):
    values = {"category_id": Categories.DESIGN, "holder_id": ANN.id, "scope_group_id": Groups.ACME}

    done = await create_grant(await access_of(IDA), **values, verbs=[CREATE, MODIFY], models=[LicenseModel.DEMO])

    grant = await row(CategoryGrant, done.result.category_grant.id)
    assert (grant.can_create, grant.can_modify, grant.can_revoke) == (True, True, False)
    assert (grant.models, grant.granted_by_id, grant.state) == (["DEMO"], IDA.id, GrantState.ACTIVE)


async def test_only_the_vendor_creates_grants(access_of, count):
    before = await count()
    values = {"holder_id": ANN.id, "scope_group_id": Groups.ACME, "verbs": [CREATE]}

    with pytest.raises(Forbidden):
        await create_grant(await access_of(REX), category_id=Categories.TRIALS, **values)
    with pytest.raises(NotFound):
        await create_grant(await access_of(ANN), category_id=Categories.TRIALS, **values)

    assert await count() == before


async def test_a_grant_needs_a_person_and_a_verb(access_of, count):
    before = await count()
    values = {"category_id": Categories.TRIALS, "scope_group_id": Groups.ACME}

    for wrong in ({"holder_id": SERVER.id, "verbs": [CREATE]}, {"holder_id": ANN.id, "verbs": []}):
        with pytest.raises(BadInput):
            await create_grant(await access_of(IDA), **values, **wrong)

    assert await count() == before


@pytest.mark.feature("F98")
async def test_a_reseller_passes_on_a_part_of_a_grant(access_of, passed_on, row):
    grant = await row(CategoryGrant, await passed_on(REX, OF_REX, **TO_ANN))

    done = await demo_by(await access_of(ANN), Groups.BERLIN)

    assert (grant.passed_on_from_id, grant.granted_by_id, grant.category_id) == (OF_REX, REX.id, Categories.TRIALS)
    assert len(done.result.licenses) == 1


@pytest.mark.feature("F98")
async def test_a_reseller_passes_on_a_whole_grant(passed_on, row):
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
async def test_more_than_the_own_grant_is_not_passed_on(passed_on, count, more, bound, limit):
    before = await count()

    with pytest.raises(GrantBoundExceeded) as refused:
        await passed_on(REX, OF_REX, **TO_ANN | more)

    assert refused.value.details == {"bound": bound, "limit": limit}
    assert await count() == before


async def test_a_grant_is_passed_on_only_below_its_scope(passed_on, count):
    before = await count()

    with pytest.raises(NotFound):
        await passed_on(REX, OF_REX, **TO_ANN | {"scope_group_id": Groups.BOLT})
    with pytest.raises(GrantBoundExceeded) as refused:
        await passed_on(IDA, OF_REX, **TO_ANN | {"scope_group_id": Groups.BOLT})

    assert refused.value.details["bound"] is GrantBound.SCOPE
    assert await count() == before


async def test_a_revoked_grant_is_not_passed_on(passed_on, count):
    before = await count()

    with pytest.raises(Forbidden):
        await passed_on(
            BEA, REVOKED_GRANT, holder_id=BEA.id, scope_group_id=Groups.BOLT, verbs=[CREATE], max_quantity=5
        )
    with pytest.raises(WrongState) as refused:
        await passed_on(
            IDA, REVOKED_GRANT, holder_id=BEA.id, scope_group_id=Groups.BOLT, verbs=[CREATE], max_quantity=5
        )

    assert refused.value.details == {"state": GrantState.REVOKED}
    assert await count() == before


async def test_revoking_a_grant_revokes_all_that_were_passed_on_from_it(access_of, passed_on, row, database):
    to_ann = await passed_on(REX, OF_REX, **TO_ANN)
    to_tom = await passed_on(ANN, to_ann, **TO_ANN | {"holder_id": TOM.id, "scope_group_id": Groups.BERLIN})

    await revoke_grant(await access_of(IDA), grant_id=OF_REX)

    for grant_id in (OF_REX, to_ann, to_tom):
        grant = await row(CategoryGrant, grant_id)
        assert (grant.state, grant.revoked_at) == (GrantState.REVOKED, NOW)
    with pytest.raises(NotFound):
        await demo_by(await access_of(ANN), Groups.BERLIN)
    async with database.transaction() as session:
        created = sa.select(sa.func.count()).where(License.owner_group_id == Groups.BERLIN)
        assert await session.scalar(created) == 0


async def test_a_grant_is_revoked_by_its_giver_and_not_by_its_holder(access_of, passed_on, row):
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


async def test_a_grant_that_is_passed_on_while_it_is_revoked_does_not_survive(access_of, database):
    ida, rex = await access_of(IDA), await access_of(REX)

    await asyncio.gather(
        revoke_grant(ida, grant_id=OF_REX), pass_on_grant(rex, grant_id=OF_REX, **TO_ANN), return_exceptions=True
    )

    async with database.transaction() as session:
        active = sa.select(CategoryGrant.holder_id).where(CategoryGrant.state == GrantState.ACTIVE)
        assert set(await session.scalars(active)) == {SAL.id}
