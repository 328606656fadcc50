"""Containers and devices: their keys and files cannot be confused with those of each other or of anything else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from license_central.container_statements import digest_of, read_registration, read_statement, serial_in, serial_of
from license_central.credentials import CloudCredential
from license_central.embedded import EmbeddedCentral
from license_central.port import LicenseFileNotGenuine
from license_central.signing_keys import StaticKeys
from license_central.simulated_container import SimulatedContainer, UpdateRefused
from store.container_files import FileKind, FileNotGenuine
from store.containers import ContainerType
from store.devices import CredentialInvalid


@pytest.fixture
def keys(pem):
    return StaticKeys([pem(), pem()])


@pytest.fixture
def central(keys):
    return EmbeddedCentral(keys, issuer="https://portal.example")


@pytest.fixture
def dongle(keys):
    return SimulatedContainer(ContainerType.DONGLE, {"keys": [each.as_dict(private=False) for each in keys.all()]})


@pytest.fixture
def for_dongle(grant, dongle):
    """`for_dongle(1)` grants the seat to the dongle as its next update."""

    def addressed(number, serial=None):
        return replace(grant, container_serial=serial or dongle.serial, update_counter=number)

    return addressed


def test_a_registration_shows_the_key_and_the_kind(dongle, noon):
    statement, kind = read_registration(dongle.register(noon))
    assert (kind, statement.serial, statement.public_key) == (ContainerType.DONGLE, dongle.serial, dongle.public_key)
    assert (statement.kind, statement.counter, statement.issued_at) == (FileKind.REGISTRATION, 0, noon)
    assert dongle.serial == serial_of(dongle.public_key, ContainerType.DONGLE)
    assert dongle.serial != serial_of(dongle.public_key, ContainerType.LOCAL)


def test_nothing_else_is_a_registration(dongle, noon):
    for content in (dongle.request(noon), dongle.report(noon), "", "a.b.c", dongle.register(noon)[:-8] + "AAAAAAAA"):
        with pytest.raises(FileNotGenuine):
            read_registration(content)


async def test_an_update_goes_in_once_and_its_receipt_names_it(central, dongle, for_dongle, noon):
    update = (await central.issue(for_dongle(1), noon)).content

    receipt = read_statement(dongle.import_file(update, noon), dongle.public_key)

    assert (receipt.kind, receipt.counter, receipt.digest) == (FileKind.RECEIPT, 1, digest_of(update))
    assert receipt.activation_id in dongle.held
    with pytest.raises(UpdateRefused):
        dongle.import_file(update, noon)
    removal = (await central.issue_removal(for_dongle(2), noon)).content
    dongle.import_file(removal, noon)
    assert (dongle.held, dongle.counter) == ({}, 2)


async def test_a_dongle_takes_nothing_of_others_nothing_early_and_nothing_altered(
    central,
    dongle,
    for_dongle,
    pem,
    noon,
):
    foreign = EmbeddedCentral(StaticKeys([pem()]), issuer="https://portal.example")
    update = (await central.issue(for_dongle(1), noon)).content
    for content in (
        (await central.issue(for_dongle(2), noon)).content,
        (await central.issue(for_dongle(1, serial="DNG-AAAA"), noon)).content,
        (await foreign.issue(for_dongle(1), noon)).content,
        update[:-6] + "AAAAAA",
        dongle.request(noon),
    ):
        with pytest.raises(UpdateRefused):
            dongle.import_file(content, noon)
    assert (dongle.held, dongle.counter) == ({}, 0)


async def test_a_removal_is_no_license_and_a_credential_is_neither(central, grant, noon):
    credential = CloudCredential(
        device_id=UUID(int=5),
        container_serial="140-1",
        generation=3,
        expires_at=noon + timedelta(days=90),
    )
    removal = (await central.issue_removal(grant, noon)).content
    entrusted = (await central.issue_credential(credential, noon)).content
    assert await central.verify_credential(entrusted) == credential
    for content in (removal, entrusted):
        with pytest.raises(LicenseFileNotGenuine):
            await central.verify(content)
    for content in (removal, (await central.issue(grant, noon)).content, "", entrusted[:-4] + "AAAA"):
        with pytest.raises(CredentialInvalid):
            await central.verify_credential(content)


def test_a_report_lists_what_is_held_and_a_file_says_whose_it_is(dongle, noon):
    dongle.held = {UUID(int=7): "digest"}
    report = dongle.report(noon)
    assert read_statement(report, dongle.public_key).held == {UUID(int=7): "digest"}
    assert (serial_in(report), serial_in("no file"), serial_in("a.W10.c")) == (dongle.serial, None, None)


def test_who_has_another_key_cannot_speak_for_a_container(dongle, noon):
    other = SimulatedContainer(ContainerType.DONGLE, {"keys": []})
    with pytest.raises(FileNotGenuine):
        read_statement(dongle.request(noon), other.public_key)
    assert datetime(2026, 1, 1, tzinfo=UTC) < read_statement(dongle.request(noon), dongle.public_key).issued_at
