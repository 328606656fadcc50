"""Generated checks answer for plain objects too: no database, no Oso, one rule each."""

from types import SimpleNamespace as Thing

import pytest

from authz.backends.python import compile_check
from authz.load_policy import compile_text
from store.db.registry import RESOURCES, Membership

BLOCKS = "actor User {}\n" + "\n".join(f"resource {cls.__name__} {{}}" for cls in RESOURCES if cls is not Membership)
HEAD = 'resource Membership { permissions = ["read"]; }\nhas_permission(user: User, "read", membership: Membership) if'

ACME = Thing(name="Acme", kind="CUSTOMER", ancestors=[], memberships=[])
ACME.ancestors.append(ACME)
BOLT = Thing(name="Bolt", kind="RESELLER", ancestors=[], memberships=[])
GENEROUS = Thing(edition="ENTERPRISE", members_may_activate=True)
STRICT = Thing(edition="BASIC", members_may_activate=False)


def check(words: str):
    compiled = compile_text(f"{BLOCKS}\n{HEAD} {words};")
    return compile_check(compiled.permissions[Membership, "read"])


def person(name: str, portal: Thing = GENEROUS) -> Thing:
    return Thing(
        name=name,
        email=None,
        kind="HUMAN",
        home_group=None,
        home_group_id=None,
        memberships=[],
        portal=portal,
    )


def membership(user: Thing, group: Thing, role: str = "MEMBER") -> Thing:
    made = Thing(user=user, group=group, role=role, state="ACTIVE")
    user.memberships.append(made)
    return made


@pytest.mark.parametrize(("portal", "answer"), [(GENEROUS, False), (STRICT, True)])
def test_a_setting_can_be_denied(portal, answer):
    may = check("not (user.portal.members_may_activate = true and membership.user = user)")
    ann = person("Ann", portal)

    assert may(ann, membership(ann, ACME)) is answer


def test_what_is_denied_may_go_where_the_rule_has_been():
    may = check('membership.user.name = "Ann" and not (membership.role = "ADMIN" and membership.user = user)')
    ann, bea = person("Ann"), person("Bea")
    own = membership(ann, ACME, "ADMIN")

    assert (may(ann, own), may(bea, own)) == (False, True)


def test_what_is_denied_may_look_among_many():
    may = check('user.name = "Ann" and not (_m in membership.user.memberships and _m.group = membership.group)')
    ann = person("Ann")
    elsewhere = Thing(user=ann, group=BOLT, role="MEMBER", state="ACTIVE")
    membership(ann, ACME)

    assert may(ann, elsewhere) is True
    assert may(ann, ann.memberships[0]) is False


def test_nil_is_no_error_and_no_match():
    may = check('user.home_group != nil and user.home_group.name = "Acme" and membership.state = "ACTIVE"')
    ann, robot = person("Ann"), person("Robot")
    robot.home_group, robot.home_group_id = ACME, 1

    assert (may(ann, membership(ann, ACME)), may(robot, membership(ann, ACME))) == (False, True)


def test_values_that_do_not_stand_in_the_row_itself_are_asked_for():
    class Distant(Thing):
        """A row that fetches its role when it is asked, as one does of which only a part is loaded."""

        @property
        def role(self) -> str:
            return "ADMIN"

    may = check('user.kind = "HUMAN" and membership.role = "ADMIN"')

    assert may(person("Ann"), Distant()) is True


def test_what_is_missing_is_an_error_and_no_answer():
    may = check('user.kind = "HUMAN" and membership.role = "ADMIN"')

    with pytest.raises(AttributeError, match="role"):
        may(person("Ann"), Thing())


def test_what_is_denied_may_look_at_what_the_actor_brings_along():
    words = "_m in user.memberships and _m.group = membership.group"
    may = check(f'user.name = "Ann" and not ({words} and _m.role = "ADMIN") and not ({words} and _m.state = "REMOVED")')
    ann, bea = person("Ann"), person("Bea")
    membership(ann, ACME, "ADMIN")
    membership(ann, BOLT)

    assert [may(ann, each) for each in ann.memberships] == [False, True]
    assert [may(bea, each) for each in ann.memberships] == [False, False]
