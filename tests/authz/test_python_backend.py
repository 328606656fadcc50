"""Generated checks on plain objects, each of one rule, without a database and without Oso."""

from types import SimpleNamespace

import pytest

from authz.backends.python import compile_check
from authz.load_policy import compile_text
from store.db.registry import RESOURCES, Membership

BLOCKS = "actor User {}\n" + "\n".join(f"resource {cls.__name__} {{}}" for cls in RESOURCES if cls is not Membership)
HEAD = 'resource Membership { permissions = ["read"]; }\nhas_permission(user: User, "read", membership: Membership) if'

ACME = SimpleNamespace(name="Acme", kind="CUSTOMER", ancestors=[], memberships=[])
ACME.ancestors.append(ACME)
BOLT = SimpleNamespace(name="Bolt", kind="RESELLER", ancestors=[], memberships=[])
GENEROUS = SimpleNamespace(edition="ENTERPRISE", members_may_activate=True)
STRICT = SimpleNamespace(edition="BASIC", members_may_activate=False)


def check(body: str):
    compiled = compile_text(f"{BLOCKS}\n{HEAD} {body};")
    return compile_check(compiled.permissions[Membership, "read"])


def person(name: str, portal: SimpleNamespace = GENEROUS) -> SimpleNamespace:
    return SimpleNamespace(
        name=name, email=None, kind="HUMAN", home_group=None, home_group_id=None, memberships=[], portal=portal
    )


def membership(user: SimpleNamespace, group: SimpleNamespace, role: str = "MEMBER") -> SimpleNamespace:
    made = SimpleNamespace(user=user, group=group, role=role, state="ACTIVE")
    user.memberships.append(made)
    return made


@pytest.mark.parametrize(("portal", "answer"), [(GENEROUS, False), (STRICT, True)])
def test_a_setting_can_be_denied(portal, answer):
    may = check("not (user.portal.members_may_activate = true and membership.user = user)")
    ann = person("Ann", portal)

    assert may(ann, membership(ann, ACME)) is answer


def test_not_may_use_rows_that_the_rule_has_reached():
    may = check('membership.user.name = "Ann" and not (membership.role = "ADMIN" and membership.user = user)')
    ann, bea = person("Ann"), person("Bea")
    own = membership(ann, ACME, "ADMIN")

    assert (may(ann, own), may(bea, own)) == (False, True)


def test_not_may_look_at_a_to_many_relationship():
    may = check('user.name = "Ann" and not (_m in membership.user.memberships and _m.group = membership.group)')
    ann = person("Ann")
    elsewhere = SimpleNamespace(user=ann, group=BOLT, role="MEMBER", state="ACTIVE")
    membership(ann, ACME)

    assert may(ann, elsewhere) is True
    assert may(ann, ann.memberships[0]) is False


def test_a_nil_row_neither_matches_nor_raises():
    may = check('user.home_group != nil and user.home_group.name = "Acme" and membership.state = "ACTIVE"')
    ann, robot = person("Ann"), person("Robot")
    robot.home_group, robot.home_group_id = ACME, 1

    assert (may(ann, membership(ann, ACME)), may(robot, membership(ann, ACME))) == (False, True)


def test_values_that_are_not_in_the_dict_are_read_as_attributes():
    class Distant(SimpleNamespace):
        """A row that fetches its role when it is asked, as one does of which only a part is loaded."""

        @property
        def role(self) -> str:
            return "ADMIN"

    may = check('user.kind = "HUMAN" and membership.role = "ADMIN"')

    assert may(person("Ann"), Distant()) is True


def test_a_missing_attribute_raises():
    may = check('user.kind = "HUMAN" and membership.role = "ADMIN"')

    with pytest.raises(AttributeError, match="role"):
        may(person("Ann"), SimpleNamespace())


def test_not_may_look_at_rows_of_the_actor():
    words = "_m in user.memberships and _m.group = membership.group"
    may = check(f'user.name = "Ann" and not ({words} and _m.role = "ADMIN") and not ({words} and _m.state = "REMOVED")')
    ann, bea = person("Ann"), person("Bea")
    membership(ann, ACME, "ADMIN")
    membership(ann, BOLT)

    assert [may(ann, each) for each in ann.memberships] == [False, True]
    assert [may(bea, each) for each in ann.memberships] == [False, False]
