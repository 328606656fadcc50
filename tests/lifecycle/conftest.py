"""How long the state machine runs: seconds in an ordinary run, a quarter of an hour in a nightly one."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings

_ALWAYS = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=True)
_ORDINARY = settings(_ALWAYS, max_examples=4, stateful_step_count=100, derandomize=True)
_NIGHTLY = settings(_ALWAYS, max_examples=210, stateful_step_count=100)

TOKEN_LIFETIME = timedelta(days=365 * 30)


@pytest.fixture
def run_settings(nightly):
    return _NIGHTLY if nightly else _ORDINARY
