"""How long the machine runs: seconds with every run of the tests, hours of the night with `--hypothesis-profile=nightly`."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings

from authz.listing import Listing
from authz.loading import load_policy

_ALWAYS = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=True)
settings.register_profile("cycle", _ALWAYS, max_examples=4, stateful_step_count=100, derandomize=True)
settings.register_profile("nightly", _ALWAYS, max_examples=210, stateful_step_count=100)

TOKENS_LAST = timedelta(days=365 * 30)


@pytest.fixture(scope="session")
def listing():
    return Listing(load_policy())


@pytest.fixture
def extent():
    """The settings of this run."""
    nightly = settings.get_current_profile_name() == "nightly"
    return settings.get_profile("nightly" if nightly else "cycle")
