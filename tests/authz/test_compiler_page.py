"""The example in docs/compiler.md is what the compiler produces."""

import re
from types import SimpleNamespace

import pytest

from authz.backends.policy_sql import condition_text
from authz.backends.python import python_source
from authz.compiler.compile import compile_policy
from authz.compiler.guards import fold
from authz.gate.actor import PortalContext
from authz.polar.errors import PolicyError
from authz.policy import Policy
from settings import CHECKOUT
from store.db.registry import Group, License, User

PAGE = (CHECKOUT / "docs" / "compiler.md").read_text()
RULES, UNFOLDED, ERROR, SQL, PYTHON, LIBRARY = re.findall(r"^```\w+\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def compiled():
    return compile_policy(RULES, classes=[Group, License], actor=User, settings={"portal": PortalContext})


@pytest.fixture(scope="module")
def predicate(compiled):
    return compiled.permissions[License, "assign"]


def test_the_rules_unfold_to_these_atoms(predicate):
    text = [
        "".join([", ".join(map(str, each.rules)), "\n", *(f"  {atom}\n" for atom in each.atoms)])
        for each in predicate.disjuncts
    ]

    assert "\n".join(text) == UNFOLDED


def test_a_nullable_relationship_is_rejected():
    rule = 'has_permission(_user: User, "assign", license: License) if license.owner_group.name = "Acme";\n'

    with pytest.raises(PolicyError) as error:
        compile_policy(f"{RULES}\n\n{rule}", classes=[Group, License], actor=User, settings={"portal": PortalContext})

    assert f"{error.value}\n" == ERROR


def test_nothing_is_left_to_ask_for_an_isv_administrator(compiled):
    condition = Policy(compiled).condition(License, "assign", SimpleNamespace(is_isv_admin=True))

    assert condition.everything


def test_the_rest_becomes_this_sql(predicate):
    assert f"{condition_text(License, fold(predicate, frozenset()))}\n" == SQL


def test_the_predicate_becomes_this_python(predicate):
    assert f"{python_source(predicate)}\n" == PYTHON


def test_the_library_example_runs():
    user, license = SimpleNamespace(is_isv_admin=True), SimpleNamespace()
    names = {
        "compile_policy": compile_policy,
        "text": RULES,
        "Group": Group,
        "License": License,
        "User": User,
        "user": user,
        "license": license,
        "PortalContext": PortalContext,
        "Policy": Policy,
    }

    exec(LIBRARY, names)  # noqa: S102 - from the page

    assert names["compiled"].permissions
