"""Activating the seats of a license in cloud containers, and returning them."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from authz.gate.results import Completed
from resolvers.activations import activate_license, deactivate_activation
from seeds.cast import ANN, BEA, IDA, OLGA, SERVER, TOM, Containers, Groups, Licenses, cloud_of
from store.activations import Activation, ActivationState, LicenseFile, NotActive, RequestFileNeeded, SeatsExhausted
from store.audit import AuditEntry
from store.containers import Container
from store.errors import Forbidden, NotFound
from store.license_errors import LicenseExpired, LicenseNotUsable
from store.licenses import License
from store.portal import Portal
from store.products import LicenseModel

TEN = Licenses.ACME_TEN_SEATS


async def _activations(database, license_id):
    async with database.transaction() as session:
        found = await session.scalars(sa.select(Activation).where(Activation.license_id == license_id))
        return list(found)


@pytest.mark.feature("F12", "F02", "F37")
async def test_a_cloud_activation_is_confirmed_immediately_with_a_signed_file(access_of, central, database):
    ann = await access_of(ANN)

    await activate_license(
        ann.attempt(key="1"), license_id=TEN, container_id=cloud_of(Groups.ACME), device_label="rack 4"
    )

    (activation,) = await _activations(database, TEN)
    assert (activation.state, activation.seat, activation.device_label) == (ActivationState.ACTIVE, 1, "rack 4")
    async with database.transaction() as session:
        file = (await session.scalars(sa.select(LicenseFile).where(LicenseFile.activation_id == activation.id))).one()
        container = await session.get_one(Container, cloud_of(Groups.ACME))
    grant = await central.verify(file.content)
    assert (grant.license_id, grant.activation_id, grant.seat) == (TEN, activation.id, 1)
    assert (grant.container_serial, grant.update_counter) == (container.serial, container.update_counter)


@pytest.mark.feature("F85")
async def test_of_a_hundred_concurrent_requests_for_ten_seats_exactly_ten_succeed(access_of, database, row):
    ann = await access_of(ANN)
    before = await row(Container, cloud_of(Groups.ACME))

    answers = await asyncio.gather(
        *(
            activate_license(ann.attempt(key=str(number)), license_id=TEN, container_id=cloud_of(Groups.ACME))
            for number in range(100)
        ),
        return_exceptions=True,
    )

    assert Counter(type(each) for each in answers) == {Completed: 10, SeatsExhausted: 90}
    found = await _activations(database, TEN)
    assert sorted(each.seat for each in found) == list(range(1, 11))
    assert {each.state for each in found} == {ActivationState.ACTIVE}
    assert (await row(Container, cloud_of(Groups.ACME))).update_counter == before.update_counter + 10
    async with database.transaction() as session:
        outcomes = await session.execute(
            sa.select(AuditEntry.outcome, sa.func.count())
            .where(AuditEntry.license_id == TEN)
            .group_by(AuditEntry.outcome)
        )
        assert {outcome.value: count for outcome, count in outcomes} == {"DONE": 10, "REFUSED": 90}


@pytest.mark.feature("F03")
async def test_a_returned_seat_can_be_activated_elsewhere(access_of, database):
    ann = await access_of(ANN)
    await activate_license(ann.attempt(key="1"), license_id=TEN, container_id=cloud_of(Groups.ACME))
    (activation,) = await _activations(database, TEN)

    await deactivate_activation(ann.attempt(key="2"), activation_id=activation.id)
    await activate_license(ann.attempt(key="3"), license_id=TEN, container_id=cloud_of(Groups.BERLIN))

    states = {each.container_id: each.state for each in await _activations(database, TEN)}
    assert states == {cloud_of(Groups.ACME): ActivationState.RETURNED, cloud_of(Groups.BERLIN): ActivationState.ACTIVE}
    with pytest.raises(NotActive) as refused:
        await deactivate_activation(ann.attempt(key="4"), activation_id=activation.id)
    assert refused.value.details == {"state": ActivationState.RETURNED}


@pytest.mark.feature("F12")
async def test_a_member_activates_a_public_license_in_their_own_cloud(access_of, database):
    await activate_license(
        (await access_of(TOM)).attempt(key="1"), license_id=Licenses.BERLIN_PUBLIC, container_id=cloud_of(TOM.id)
    )
    assert cloud_of(TOM.id) in {each.container_id for each in await _activations(database, Licenses.BERLIN_PUBLIC)}


@pytest.mark.feature("F55")
@pytest.mark.parametrize("container", [Groups.BERLIN, Groups.BOLT])
async def test_a_member_cannot_activate_in_a_group_container(access_of, database, container):
    """Bea is a member of Acme Berlin and administers Bolt; she cannot take a license from one to the other."""
    before = len(await _activations(database, Licenses.BERLIN_PUBLIC))
    with pytest.raises(Forbidden):
        await activate_license(
            (await access_of(BEA)).attempt(key="1"), license_id=Licenses.BERLIN_PUBLIC, container_id=cloud_of(container)
        )
    assert len(await _activations(database, Licenses.BERLIN_PUBLIC)) == before


async def test_members_cannot_activate_public_licenses_if_the_vendor_has_disabled_it(access_of, database):
    async with database.transaction() as session:
        await session.execute(sa.update(Portal).values(members_may_activate=False))
    with pytest.raises(Forbidden):
        await activate_license(
            (await access_of(TOM)).attempt(key="1"), license_id=Licenses.BERLIN_PUBLIC, container_id=cloud_of(TOM.id)
        )


@pytest.mark.feature("F12")
async def test_a_technical_user_activates_its_own_license_in_its_own_container(access_of, database):
    async with database.transaction() as session:
        await session.execute(
            sa.update(Activation)
            .where(Activation.license_id == Licenses.SERVER_FLOW, Activation.seat.is_not(None))
            .values(state=ActivationState.RETURNED, seat=None)
        )
    await activate_license(
        (await access_of(SERVER)).attempt(key="1"), license_id=Licenses.SERVER_FLOW, container_id=cloud_of(SERVER.id)
    )


@pytest.mark.feature("F78")
async def test_participants_on_site_cannot_activate_single_licenses(access_of):
    with pytest.raises(Forbidden):
        await activate_license(
            (await access_of(OLGA)).attempt(key="1"), license_id=Licenses.PROJECT_PUBLIC, container_id=cloud_of(OLGA.id)
        )


async def test_expired_suspended_and_scheduled_licenses_cannot_be_activated(access_of):
    expected = {
        Licenses.BERLIN_EXPIRED: (LicenseExpired, "EXPIRED", ANN, Groups.ACME),
        Licenses.TOM_SUSPENDED: (LicenseNotUsable, "SUSPENDED", ANN, Groups.ACME),
        Licenses.BOLT_SCHEDULED: (LicenseNotUsable, "SCHEDULED", BEA, Groups.BOLT),
    }
    for license_id, (error, state, who, group) in expected.items():
        with pytest.raises(error) as refused:
            await activate_license(
                (await access_of(who)).attempt(key=str(license_id)), license_id=license_id, container_id=cloud_of(group)
            )
        assert refused.value.details == {"state": state}


async def test_the_end_of_a_license_is_exclusive(access_of, clock, database):
    async with database.transaction() as session:
        license = await session.get_one(License, TEN)
        license.model, license.expires_at = LicenseModel.PREPAID, clock.now() + timedelta(seconds=1)
    ann = await access_of(ANN)
    await activate_license(ann.attempt(key="1"), license_id=TEN, container_id=cloud_of(Groups.ACME))

    clock.advance(timedelta(seconds=1))

    with pytest.raises(LicenseExpired):
        await activate_license(ann.attempt(key="2"), license_id=TEN, container_id=cloud_of(Groups.ACME))


async def test_a_dongle_is_activated_with_a_request_file_only(access_of):
    with pytest.raises(RequestFileNeeded):
        await activate_license(
            (await access_of(ANN)).attempt(key="1"), license_id=TEN, container_id=Containers.BERLIN_DONGLE
        )


@pytest.mark.feature("F45")
async def test_only_the_vendor_deactivates_a_license_whose_deactivation_is_disabled(access_of, database):
    found = [
        each for each in await _activations(database, Licenses.TOM_GATEWAY) if each.state is ActivationState.ACTIVE
    ]
    for who in (TOM, ANN):
        with pytest.raises(Forbidden) as refused:
            await deactivate_activation((await access_of(who)).attempt(key="1"), activation_id=found[0].id)
        assert any("has disabled it" in each for each in refused.value.details["rules"])

    await deactivate_activation((await access_of(IDA)).attempt(key="1"), activation_id=found[0].id)


@pytest.mark.feature("F44")
async def test_a_container_of_another_customer_is_not_found(access_of):
    with pytest.raises(NotFound):
        await activate_license(
            (await access_of(ANN)).attempt(key="1"), license_id=TEN, container_id=cloud_of(Groups.BOLT)
        )
