"""A grant to be signed, the time of signing, and two License Centrals with different keys."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from joserfc.jwk import OKPKey

from license_central.embedded import EmbeddedCentral
from license_central.license_grants import LicenseGrant
from license_central.signing_keys import KeyFolder
from store.containers import ContainerType
from store.products import LicenseModel

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def noon():
    return NOON


@pytest.fixture
def grant():
    return LicenseGrant(
        activation_id=UUID("01930000-0000-7000-8000-000000000001"),
        license_id=UUID("01930000-0000-7000-8000-000000000002"),
        generation=2,
        model=LicenseModel.MULTI_USER_SUBSCRIPTION,
        quantity=10,
        seat=3,
        firm_code=6000010,
        product_code=201,
        feature_codes=(1, 4, 16),
        container_serial="130-4711",
        container_type=ContainerType.GROUP_CLOUD,
        update_counter=7,
        starts_at=NOON,
        expires_at=NOON + timedelta(days=365),
    )


def add_key(folder):
    """Add a second key to a folder, as an operator does to replace the first one."""
    (folder / "0002.pem").write_bytes(OKPKey.generate_key("Ed25519").as_pem(private=True))


@pytest.fixture
def keys(tmp_path):
    """A folder of two keys; the second one signs."""
    folder = KeyFolder(tmp_path / "keys")
    add_key(tmp_path / "keys")
    return folder


@pytest.fixture
def central(keys):
    return EmbeddedCentral(keys, issuer="https://portal.example")


@pytest.fixture
def other_central(tmp_path):
    """A License Central with the same name and other keys."""
    return EmbeddedCentral(KeyFolder(tmp_path / "other"), issuer="https://portal.example")
