"""One grant and the instant of its signing; any number of keys."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from license_central.license_grants import LicenseGrant
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


@pytest.fixture
def pem():
    """Call it for a new private key, or for the public half of one."""

    def new(*, public=False):
        key = Ed25519PrivateKey.generate()
        if public:
            form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            return key.public_key().public_bytes(*form).decode()
        return key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()

    return new
