"""The files of containers and the credentials of devices: none is accepted in place of another."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from license_central.container_statements import digest_of, read_registration, read_statement, serial_in, serial_of
from license_central.credentials import CloudCredential
from license_central.port import LicenseFileNotGenuine
from license_central.simulated_container import SimulatedContainer, UpdateRefused
from store.container_files import FileKind, FileNotGenuine
from store.containers import ContainerType
from store.devices import CredentialInvalid


@pytest.fixture
def dongle(keys):
    return SimulatedContainer(ContainerType.DONGLE, {"keys": [key.as_dict(private=False) for key in keys.all()]})


@pytest.fixture
def for_dongle(grant, dongle):
    """Return the grant for the dongle as update `number`: `for_dongle(1)`."""

    def grant_for(number, serial=None):
        return replace(grant, container_serial=serial or dongle.serial, update_counter=number)

    return grant_for


def test_a_registration_contains_the_key_and_the_container_type(dongle, noon):
    statement, kind = read_registration(dongle.register(noon))
    assert (kind, statement.serial, statement.public_key) == (ContainerType.DONGLE, dongle.serial, dongle.public_key)
    assert (statement.kind, statement.counter, statement.issued_at) == (FileKind.REGISTRATION, 0, noon)
    assert dongle.serial == serial_of(dongle.public_key, ContainerType.DONGLE)
    assert dongle.serial != serial_of(dongle.public_key, ContainerType.LOCAL)


def test_other_files_are_not_read_as_registrations(dongle, noon):
    for content in (dongle.request(noon), dongle.report(noon), "", "a.b.c", dongle.register(noon)[:-8] + "AAAAAAAA"):
        with pytest.raises(FileNotGenuine):
            read_registration(content)


async def test_an_update_is_imported_once_and_its_receipt_identifies_it(central, dongle, for_dongle, noon):
    update = (await central.issue(for_dongle(1), noon)).content

    receipt = read_statement(dongle.import_file(update, noon), dongle.public_key)

    assert (receipt.kind, receipt.counter, receipt.digest) == (FileKind.RECEIPT, 1, digest_of(update))
    assert receipt.activation_id in dongle.held
    with pytest.raises(UpdateRefused):
        dongle.import_file(update, noon)
    removal = (await central.issue_removal(for_dongle(2), noon)).content
    dongle.import_file(removal, noon)
    assert (dongle.held, dongle.counter) == ({}, 2)


async def test_a_dongle_refuses_foreign_premature_and_altered_updates(central, other_central, dongle, for_dongle, noon):
    update = (await central.issue(for_dongle(1), noon)).content
    for content in (
        (await central.issue(for_dongle(2), noon)).content,
        (await central.issue(for_dongle(1, serial="DNG-AAAA"), noon)).content,
        (await other_central.issue(for_dongle(1), noon)).content,
        update[:-6] + "AAAAAA",
        dongle.request(noon),
    ):
        with pytest.raises(UpdateRefused):
            dongle.import_file(content, noon)
    assert (dongle.held, dongle.counter) == ({}, 0)


async def test_licenses_removals_and_credentials_are_not_accepted_for_one_another(central, grant, noon):
    credential = CloudCredential(
        device_id=UUID(int=5), container_serial="140-1", generation=3, expires_at=noon + timedelta(days=90)
    )
    removal = (await central.issue_removal(grant, noon)).content
    signed_credential = (await central.issue_credential(credential, noon)).content
    assert await central.verify_credential(signed_credential) == credential
    for content in (removal, signed_credential):
        with pytest.raises(LicenseFileNotGenuine):
            await central.verify(content)
    for content in (removal, (await central.issue(grant, noon)).content, "", signed_credential[:-4] + "AAAA"):
        with pytest.raises(CredentialInvalid):
            await central.verify_credential(content)


def test_a_report_lists_activations_and_every_file_names_its_container(dongle, noon):
    dongle.held = {UUID(int=7): "digest"}
    report = dongle.report(noon)
    assert read_statement(report, dongle.public_key).held == {UUID(int=7): "digest"}
    assert (serial_in(report), serial_in("no file"), serial_in("a.W10.c")) == (dongle.serial, None, None)


def test_a_file_signed_with_another_key_is_refused(dongle, noon):
    other = SimulatedContainer(ContainerType.DONGLE, {"keys": []})
    with pytest.raises(FileNotGenuine):
        read_statement(dongle.request(noon), other.public_key)
    assert datetime(2026, 1, 1, tzinfo=UTC) < read_statement(dongle.request(noon), dongle.public_key).issued_at
