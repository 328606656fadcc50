"""Only the policy decides who may do what: no other code looks at the rights of the caller."""

import re

import pytest

from settings import CHECKOUT

PACKAGES = ("cli", "jobs", "license_central", "resolvers", "schema", "subscriptions", "transport")
RIGHTS = re.compile(r"\bis_isv_admin\b|\bholds_(?:support|auditor)\b|\bactor\.(?:kind|status|portal\.(?!edition\b))")
# Where the right to administer the portal is a value that is set, shown, imported or exported.
VALUES = {
    "cli/import_.py",
    "resolvers/accounts.py",
    "resolvers/bulk/export.py",
    "resolvers/bulk/lookup.py",
    "resolvers/bulk/people.py",
    "schema/mutations/accounts.py",
    "schema/users.py",
}


def test_no_code_outside_the_policy_decides_by_the_rights_of_the_caller():
    files = {file for package in PACKAGES for file in (CHECKOUT / package).rglob("*.py")}
    found = {file.relative_to(CHECKOUT).as_posix() for file in files if RIGHTS.search(file.read_text(encoding="utf-8"))}

    assert found == VALUES


@pytest.mark.parametrize(
    "text", ["if gate.actor.is_isv_admin:", "gate.actor.portal.members_may_activate", "actor.kind == 1"]
)
def test_a_decision_by_the_rights_of_the_caller_is_found(text):
    assert RIGHTS.search(text)
