"""License models from order to activation."""

from datetime import timedelta

import pytest

from resolvers.activations import activate_license, deactivate_activation
from resolvers.license_terms import modify_license, renew_license
from resolvers.licenses import assign_license
from resolvers.orders import create_order
from seeds.cast import ANN, IDA, TOM, Groups, Products, cloud_of
from seeds.demo_catalog import feature_id, template_of
from store.activations import Activation, LicenseFile, SeatsExhausted
from store.containers import ContainerType
from store.license_errors import ContainerTypeNotAllowed, LicenseExpired
from store.license_models import ModelRuleBroken
from store.licenses import License
from store.orders import OrderSource
from store.products import LicenseModel
from store.users import User
from tests.portal import NOW

DAY = timedelta(days=1)


@pytest.fixture
def bought(access_of):
    """`await bought(model)` is the id of a license that Ida has created for Acme, and Ann has assigned to Tom."""

    async def buy(model, **rest):
        arguments = {"quantity": 1, "count": 1, "source": OrderSource.PORTAL, "by_code": False} | rest
        done = await create_order(
            await access_of(IDA), template_id=template_of(model), group_id=Groups.ACME, **arguments
        )
        license_id = done.result.licenses[0].id
        await assign_license(await access_of(ANN), license_id=license_id, target=User, target_id=TOM.id)
        return license_id

    return buy


@pytest.fixture
def seat(access_of):
    """`await seat(license_id)` activates one more seat in Tom's cloud, or for Ann in that of Acme."""

    async def take(license_id, who=TOM):
        cloud = cloud_of(Groups.ACME if who == ANN else who.id)
        return await activate_license(await access_of(who), license_id=license_id, container_id=cloud)

    return take


def activation_id_of(done):
    return done.result.activation.id


@pytest.mark.feature("F84")
async def test_a_perpetual_single_user_license_is_active_in_one_container_at_a_time(access_of, bought, seat, row):
    license_id = await bought(LicenseModel.PERPETUAL_SINGLE_USER)
    first = activation_id_of(await seat(license_id))

    with pytest.raises(SeatsExhausted) as refused:
        await seat(license_id)
    await deactivate_activation(await access_of(TOM), activation_id=first)
    await seat(license_id)

    assert refused.value.details == {"quantity": 1}
    assert (await row(License, license_id)).expires_at is None
    with pytest.raises(ModelRuleBroken):
        await renew_license(await access_of(IDA), license_id=license_id)


@pytest.mark.feature("F85")
async def test_a_perpetual_multi_user_license_is_active_as_often_as_it_has_seats(access_of, bought, seat):
    license_id = await bought(LicenseModel.PERPETUAL_MULTI_USER, quantity=2)
    first = activation_id_of(await seat(license_id, ANN))
    await seat(license_id, ANN)

    with pytest.raises(SeatsExhausted) as refused:
        await seat(license_id, ANN)
    await deactivate_activation(await access_of(ANN), activation_id=first)
    await seat(license_id, ANN)

    assert refused.value.details == {"quantity": 2}


@pytest.mark.feature("F12", "F85")
async def test_shared_seats_cannot_be_activated_in_a_personal_cloud(bought, seat, row):
    license_id = await bought(LicenseModel.PERPETUAL_MULTI_USER, quantity=2)

    with pytest.raises(ContainerTypeNotAllowed) as refused:
        await seat(license_id)

    assert refused.value.details == {"state": ContainerType.PERSONAL_CLOUD}
    assert (await row(License, license_id)).first_activated_at is None


@pytest.mark.feature("F89")
async def test_a_second_device_does_not_extend_bought_days(access_of, bought, seat, clock, row):
    license_id = await bought(LicenseModel.PREPAID, days=10)
    first = activation_id_of(await seat(license_id))
    clock.advance(4 * DAY)
    await deactivate_activation(await access_of(TOM), activation_id=first)

    await seat(license_id)

    assert (await row(License, license_id)).expires_at == NOW + 10 * DAY
    clock.advance(6 * DAY)
    with pytest.raises(LicenseExpired):
        await seat(license_id)


@pytest.mark.feature("F92")
async def test_a_license_file_contains_the_features_of_the_license(access_of, bought, seat, row, central):
    license_id = await bought(LicenseModel.SINGLE_USER_SUBSCRIPTION, feature_ids=[feature_id(Products.CAD, 1)])
    await modify_license(
        await access_of(IDA), license_id=license_id, feature_ids=[feature_id(Products.CAD, code) for code in (1, 3)]
    )

    done = await seat(license_id)

    file = await row(LicenseFile, done.result.license_file.id)
    grant = await central.verify(file.content)
    assert (grant.feature_codes, grant.activation_id) == ((1, 3), activation_id_of(done))
    assert grant.expires_at == NOW.replace(year=2027)
    assert (await row(Activation, activation_id_of(done))).seat == 1
