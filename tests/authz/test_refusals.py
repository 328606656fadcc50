"""Every construct that cannot be compiled soundly is an error with its line and its reason."""

import re
from pathlib import Path

import pytest

from authz.gate.actor import CARRIED
from authz.load_policy import POLICY_FILE, compile_text
from authz.polar.errors import PolicyError
from cli.__main__ import main
from store.db.registry import License

POLICY = POLICY_FILE.read_text()
LAST_LINE = POLICY.count("\n")

NOT_LOADED = f"version is not loaded with the actor; a rule may read {', '.join(sorted(CARRIED))}"

# What is appended to the real policy, and the expected error: the body of one more rule about reading a license, and more lines.
# A number after the error is the appended line that it is in, if it is not the first.
UNSOUND = {
    # What Polar can say and SQL cannot
    "cut": (
        "cut and user.is_isv_admin = true",
        "cut makes the meaning of a rule depend on the order of rules; write the condition out",
    ),
    "forall": (
        'forall(m in user.memberships, m.state = "ACTIVE")',
        "forall cannot be compiled soundly; use `not` over a relationship, or store the result in a column",
    ),
    "new": ("x = new User()", "new creates objects that are in no table"),
    "print": ("print(license)", "print has a side effect, which a rule must not have"),
    "debug": ("debug()", "debug stops the program, which a rule must not do"),
    "addition": ("license.quantity = 1 + 1", "arithmetic is not supported; store the result in a column"),
    "subtraction": ("license.quantity - 1 = 1", "arithmetic is not supported; store the result in a column"),
    "a remainder": ("license.quantity mod 2 = 1", "arithmetic is not supported; store the result in a column"),
    "a negative number": ("license.quantity > -1", "expected a value, found '-'"),
    "a fraction": ("license.quantity > 1.5", "only integers are supported"),
    "a number that is out of range": (
        "license.quantity < 9223372036854775808",
        "9223372036854775808 is out of range; the largest integer is 9223372036854775807",
    ),
    "assignment": ("x := license.quantity and x = 1", "assignment is not supported; use ="),
    "a method call": ("license.require_usable()", "require_usable() is a method call; a rule reads attributes only"),
    "a method call in a path": (
        'license.product.name.lower() = "x"',
        "lower() is a method call; a rule reads attributes only",
    ),
    "an escape in a string": (
        r'license.period = "a\n"',
        r"""'"a\\n"' contains an escape or a control character, which is not supported""",
    ),
    "a dictionary": ("license.rules = {}", "expected a value, found '{'"),
    "a variable in a list": ("license.owner_user in [user]", "a list may contain constants only"),
    "a list as a value": ("license.quantity = [1]", "a list is allowed only on the right side of `in`"),
    "a value without a comparison": ("user.is_isv_admin", "expected a comparison, found ';'"),
    # What means nothing
    "an unknown attribute": ('license.color = "red"', "License has no attribute color"),
    "an unknown attribute of a related row": ('license.product.color = "red"', "Product has no attribute color"),
    "an attribute of a column": ("license.quantity.size = 1", "cannot read size: only a row has attributes"),
    "an attribute of a to-many relationship": (
        'user.memberships.role = "ADMIN"',
        "memberships is a to-many relationship; bind one of its rows with `in`",
    ),
    "an unknown setting": ('user.portal.color = "red"', "portal has no setting color"),
    "a setting of another account": (
        "license.owner_user != nil and license.owner_user.portal.support_may_decide = true",
        "only the actor has portal",
    ),
    "a column that is not loaded with the actor": ("user.version > 1", NOT_LOADED),
    "a column that is not loaded, of the actor by another name": (
        "license.assigned_user = user and license.assigned_user.version > 1",
        NOT_LOADED,
    ),
    "an unknown class": ("license matches Lizenz", "unknown class Lizenz"),
    "an unknown role": ('has_role(user, "boss", license)', "'boss' is not declared in the block of License"),
    "an unknown permission": ('has_permission(user, "fly", license)', "'fly' is not declared in the block of License"),
    "a role that is not a constant": (
        "has_role(user, license.period, license)",
        "the second argument of has_role must be a constant",
    ),
    "a role on something that is not a row": (
        'has_role(user, "admin", license.quantity)',
        "the third argument of has_role must be a row",
    ),
    "a role of something that is not an account": (
        'has_role(license, "admin", license)',
        "the first argument of has_role must be a User",
    ),
    "an unknown rule": ("is_nice(license)", "unknown rule is_nice"),
    "a call with too many arguments": (
        "deactivation_allowed(license, user)",
        "no rule deactivation_allowed has 2 parameters",
    ),
    "an unbound variable": ("first = second", "second is unbound here"),
    "a path from an unbound variable": ("other.id = user.id", "other is unbound here"),
    "an unbound argument": ('has_role(user, "admin", other)', "other is unbound here; bind it with `in` or `=` first"),
    "the anonymous variable": (
        "_ in user.memberships",
        "`_` is a new variable at each use; write a name that begins with _",
    ),
    # Types
    "true is not 1": ("license.quantity = true", "True is not of type int"),
    "1 is not true": ("license.auto_renew = 1", "1 is not of type bool"),
    "a string is not a number": ('license.quantity = "1"', "'1' is not of type int"),
    "a string is not a UUID": ('license.id = "1"', "'1' is not of type UUID"),
    "a string is not an instant": ('license.starts_at > "2026-01-01"', "'2026-01-01' is not of type datetime"),
    "a value that the column never has": ('license.visibility = "SECRET"', "'SECRET' is not one of ADMIN_ONLY, PUBLIC"),
    "a listed value that the column never has": (
        'license.visibility in ["PUBLIC", "SECRET"]',
        "'SECRET' is not one of ADMIN_ONLY, PUBLIC",
    ),
    "a value that the setting never has": (
        'user.portal.edition = "GOLD"',
        "'GOLD' is not one of BASIC, ENTERPRISE, PROFESSIONAL",
    ),
    "columns of different types": ("license.quantity = license.product.name", "quantity and name have different types"),
    "a document of a related row": ("license.rules = license.product.rules", "Product has no attribute rules"),
    "documents": ("license.rules = license.rules", "rules has a type that SQL and Python do not compare alike"),
    "bytes": (
        "license.ticket != nil and license.ticket.code_hash = license.ticket.code_hash",
        "code_hash has a type that SQL and Python do not compare alike",
    ),
    "rows of different classes": ("license = user", "License and User are different classes and never equal"),
    "a row and a column": ("license.product = license.quantity", "a row can be compared only with a row or with nil"),
    "a column in a relationship": ("license.quantity in user.memberships", "only a row can be in a relationship"),
    "a row in a to-one relationship": (
        "user in license.owner_user",
        "the right side of `in` must be a list of constants or a to-many relationship",
    ),
    # Order
    "order of rows": ("license.product > license.product", "rows have no order"),
    "order of strings": ('license.period > "a"', "period has a type that SQL and Python do not order alike"),
    "order of enum values": (
        'license.visibility > "ADMIN_ONLY"',
        "visibility has a type that SQL and Python do not order alike",
    ),
    "order of IDs": ("license.id > license.product_id", "id has a type that SQL and Python do not order alike"),
    "order of nil": ("license.quantity > nil", "nil has no order"),
    "order of a nullable column": ("license.days > 3", "days may be nil; test `!= nil` first"),
    "order of settings": ('user.portal.edition > "BASIC"', "portal.edition has no order"),
    "order of constants": ("1 < 2", "two constants are compared by order; write the result instead"),
    # Nil
    "a column that is never nil": ("license.quantity = nil", "quantity is never nil"),
    "a relationship that is never nil": ("license.product = nil", "product is never nil"),
    "nil in a list": (
        "license.days in [1, nil]",
        "a list cannot contain nil, which SQL would not find; write `= nil or ... in [...]`",
    ),
    "nil equals nil": (
        "license.owner_group_id = license.assigned_group_id",
        "both sides may be nil, and nil equals nil in Polar but not in SQL; test `!= nil` first",
    ),
    "a nil row equals a nil row": (
        "license.owner_group = license.assigned_group",
        "both sides may be nil, and nil equals nil in Polar but not in SQL; test `!= nil` first",
    ),
    "nil equals itself": (
        "license.owner_group = license.owner_group",
        "both sides may be nil, and nil equals nil in Polar but not in SQL; test `!= nil` first",
    ),
    "inequality with a nullable column": ("license.days != license.quantity", "days may be nil; test `!= nil` first"),
    "inequality with a nullable row": ("license.owner_user != user", "one side may be nil; test `!= nil` first"),
    "an attribute of a nullable row": (
        'license.owner_group.name = "Acme"',
        "owner_group may be nil, and the check would fail there; test `owner_group != nil` first",
    ),
    "a to-many relationship of a nullable row": (
        "_ancestor in license.owner_group.ancestors",
        "owner_group may be nil, and the check would fail there; test `owner_group != nil` first",
    ),
    "a test for nil that comes too late": (
        'license.owner_group.name = "Acme" and license.owner_group != nil',
        "owner_group may be nil, and the check would fail there; test `owner_group != nil` first",
    ),
    "a test for nil in the other branch": (
        '(license.owner_group != nil or license.quantity = 1) and license.owner_group.name = "Acme"',
        "owner_group may be nil, and the check would fail there; test `owner_group != nil` first",
    ),
    "a variable for a nullable row": (
        "x = license.owner_group and user.is_isv_admin = true",
        "owner_group may be nil, and the rule would hold for nil; test `owner_group != nil` first",
    ),
    "an argument that may be nil": (
        "anything(license.owner_group);\nanything(_thing) if 1 = 1",
        "owner_group may be nil, and the rule would hold for nil; test `owner_group != nil` first",
    ),
    # Not
    "not that would bind a variable": ("not m in user.memberships", "`not` cannot bind m; write _m if any row will do"),
    "not across a nullable relationship": (
        'not has_role(user, "admin", license.owner_group)',
        "owner_group may be nil and cannot be followed inside `not`",
    ),
    # Recursion and what leads nowhere
    "recursion": (
        'has_permission(user, "read", license)',
        "recursive rule; use a closure relationship instead (`x in group.ancestors`)",
    ),
    "recursion through the parent": (
        "license.owner_group != nil and above(user, license.owner_group);\nabove(user: User, group: Group) if group.parent != nil"
        " and above(user, group.parent)",
        "recursive rule; use a closure relationship instead (`x in group.ancestors`)",
        2,
    ),
    "a rule that can never hold": (
        'license.visibility = "PUBLIC" and license.visibility = "ADMIN_ONLY"',
        "this rule of has_permission is unused: nothing calls it, or it can never hold",
    ),
    "a rule with an empty list": (
        "license.quantity in []",
        "this rule of has_permission is unused: nothing calls it, or it can never hold",
    ),
    "a rule that is never called": (
        "license.quantity = 1;\nis_nice(license: License) if license.quantity = 1",
        "this rule of is_nice is unused: nothing calls it, or it can never hold",
        2,
    ),
    "two parameters with one name": (
        "same(license, license.product);\nsame(x, x)",
        "two parameters are named x; use two names and compare them in the body",
        2,
    ),
    # Fields
    "a field rule that names no field": (
        'license.quantity = 1;\nallow_field(user: User, "read", _product: Product, _field) if user.is_isv_admin = true',
        "a field rule must name its fields: `field in [...]`",
        2,
    ),
    "a field rule with a negated field": (
        'license.quantity = 1;\nallow_field(user: User, "read", _product: Product, field) if not field in ["name"] and'
        " user.is_isv_admin = true",
        "a field rule must name its fields: `field in [...]`",
        2,
    ),
    "a field rule for something that is not a column": (
        'license.quantity = 1;\nallow_field(user: User, "read", _product: Product, "color") if user.is_isv_admin = true',
        "Product has no column color",
        2,
    ),
    "a field rule for another action than read": (
        'license.quantity = 1;\nallow_field(user: User, "write", _product: Product, "name") if user.is_isv_admin = true',
        "this rule of allow_field is unused: nothing calls it, or it can never hold",
        2,
    ),
    # Syntax
    "an inline query": (
        "license.quantity = 1;\n?= 1 = 1",
        "inline queries run while the policy loads; write a test instead",
        2,
    ),
    "a type declaration": ("license.quantity = 1;\ntype is_nice(license: License)", "expected '(', found 'is_nice'", 2),
    "a keyword as a name": (
        "license.quantity = 1;\nis_nice(matches) if 1 = 1",
        "expected a parameter, found 'matches'",
        2,
    ),
    "a missing semicolon": ("license.quantity = 1\nis_nice(license)", "expected ';', found 'is_nice'", 2),
    "a missing condition": ("license.quantity = 1 and", "expected a value, found ';'"),
    "double negation": ("not not license.quantity = 1", "expected a condition, found 'not'"),
    "a variable that is used only once": (
        "row = license.product",
        "row is used only once; rename it to _row if that is intended",
    ),
    "an unterminated string": ('license.period = "a', "unexpected character '\"'"),
    "an operator of another language": ("license.quantity === 1", "expected a value, found '='"),
    "an unexpected character": ("license.quantity = §", "unexpected character '§'"),
}


def _appended(text: str) -> str:
    """The real policy with one more rule about reading a license, and more rules after it."""
    first = text.partition("\n")[0]
    user, row = (name if re.search(rf"(?<![.\w]){name}\b", first) else f"_{name}" for name in ("user", "license"))
    return f'{POLICY}has_permission({user}: User, "read", {row}: License) if {text};\n'


@pytest.mark.parametrize("name", UNSOUND)
def test_the_error_has_its_line(name, tmp_path: Path, capsys):
    text, reason, *more = UNSOUND[name]
    file = tmp_path / "unsound.polar"
    file.write_text(_appended(text))

    code = main(["policy", "check", str(file)])

    line = LAST_LINE + (more[0] if more else 1)
    assert capsys.readouterr().err.splitlines() == [f"{file}:{line}: {reason}"]
    assert code == 1


# Policies over one class with an error in their blocks, its line, and the error.
BLOCKS = {
    "a missing resource block": ("actor User {}\n", 1, "License has no resource block"),
    "a missing actor block": (
        'resource License { permissions = ["read"]; }\nhas_permission(user: User, "read", _l: License) if user.status = "ACTIVE";',
        1,
        "User has no actor block",
    ),
    "a permission in the actor block": (
        'actor User { permissions = ["fly"]; }\nresource License { permissions = []; }',
        1,
        "the actor block must be empty; declare roles and permissions in a resource block",
    ),
    "another actor": (
        "actor User {}\nactor License {}\nresource License { permissions = []; }",
        2,
        "the actor is User, not License",
    ),
    "a permission without a rule": (
        'actor User {}\nresource License {\n  permissions = ["read", "assign"];\n  "assign" if "read";\n}\n'
        'has_permission(user: User, "assign", _l: License) if user.status = "ACTIVE";',
        2,
        "no rule grants 'read' on License",
    ),
    "an unknown class": ("actor User {}\nresource Lizenz {}\nresource License {}", 2, "unknown class Lizenz"),
    "a second block": (
        "actor User {}\nresource License {}\nresource License {}",
        3,
        "second resource block for License",
    ),
    "a second list": (
        'actor User {}\nresource License {\n  roles = ["a"];\n  roles = ["b"];\n}',
        4,
        "second list of roles in this block",
    ),
    "a role that is declared twice": (
        'actor User {}\nresource License { roles = ["a", "a"]; }',
        2,
        "'a' is declared twice",
    ),
    "a role that is a permission": (
        'actor User {}\nresource License { roles = ["a"]; permissions = ["a"]; }',
        2,
        "'a' is declared twice",
    ),
    "an unknown section": (
        "actor User {}\nresource License {\n  rights = [];\n}",
        3,
        "a block has roles, permissions and relations, not rights",
    ),
    "a condition in a block": (
        'actor User {}\nresource License {\n  roles = ["a"];\n  permissions = ["read"];\n  "read" if "a" and "b";\n}',
        5,
        "a shorthand takes no further conditions; write a rule",
    ),
    "a shorthand for an unknown permission": (
        'actor User {}\nresource License {\n  roles = ["a"];\n  "read" if "a";\n}',
        4,
        "'read' is neither a role nor a permission of License",
    ),
    "a shorthand by an unknown role": (
        'actor User {}\nresource License {\n  permissions = ["read"];\n  "read" if "a";\n}',
        4,
        "'a' is neither a role nor a permission of License",
    ),
    "a shorthand on an unknown relation": (
        'actor User {}\nresource License {\n  permissions = ["read"];\n  "read" if "a" on "parent";\n}',
        4,
        "the relation 'parent' is not declared in this block",
    ),
    "a relation to an unknown class": (
        "actor User {}\nresource License {\n  relations = { parent: Grupp };\n}",
        2,
        "unknown class Grupp",
    ),
    "a role that is never granted": (
        'actor User {}\nresource License {\n  roles = ["a"];\n  permissions = ["read"];\n  "read" if "a";\n}\n'
        'has_permission(user: User, "read", _l: License) if user.status = "ACTIVE";',
        5,
        "this shorthand is unused: 'a' is never granted, or it can never hold",
    ),
    "a block without an end": (
        'actor User {}\nresource License {\n  roles = ["a"];\n',
        4,
        "expected '}' before the end of the file",
    ),
    "a block for every resource": (
        "actor User {}\nresource License {}\nresource Resource {}",
        3,
        "Resource stands for every class with a resource block and cannot have a block",
    ),
    "a column of every resource": (
        'actor User {}\nresource License { permissions = ["read"]; }\n'
        'has_permission(_user: User, "read", row: Resource) if row.color = "red";',
        3,
        "License has no attribute color",
    ),
    "a pattern on every resource": (
        'actor User {}\nresource License { permissions = ["read"]; }\n'
        'has_permission(_user: User, "read", _row: Resource{quantity: 1});',
        3,
        "Resource has no columns of its own; name the class",
    ),
    "a field rule for every resource": (
        'actor User {}\nresource License { permissions = ["read"]; }\n'
        'has_permission(user: User, "read", _l: License) if user.status = "ACTIVE";\n'
        'allow_field(user: User, "read", _row: Resource, field) if field in ["quantity"] and user.status = "ACTIVE";',
        4,
        "a field rule is about the columns of one class; name the class",
    ),
    "an account in a rule for anonymous callers": (
        'actor User {}\nresource License { permissions = ["read"]; }\n'
        'has_permission(user: User, "read", _l: License) if user.status = "ACTIVE";\n'
        'allow_anonymous("read", _l: License, field) if field in ["quantity"] and user.status = "ACTIVE";',
        4,
        "user is unbound here",
    ),
    "a public column that does not exist": (
        'actor User {}\nresource License { permissions = ["read"]; }\n'
        'has_permission(user: User, "read", _l: License) if user.status = "ACTIVE";\n'
        'allow_anonymous("read", _l: License, "color");',
        4,
        "License has no column color",
    ),
    "an unknown class in a head": (
        'actor User {}\nresource License { permissions = ["read"]; }\n'
        'has_permission(user: User, "read", _l: Lizenz) if user.status = "ACTIVE";',
        3,
        "unknown class Lizenz",
    ),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_an_error_in_a_block_has_its_line(name):
    text, line, reason = BLOCKS[name]

    with pytest.raises(PolicyError) as refused:
        compile_text(text, classes=[License])

    assert str(refused.value) == f"policies.polar:{line}: {reason}"


def test_all_problems_are_reported_together():
    text = (
        'actor User {}\nresource License { permissions = ["read", "assign", "renew"]; }\n'
        'has_permission(_user: User, "read", l: License) if l.color = "red";\n'
        'has_permission(_user: User, "assign", l: License) if l.quantity = "one";'
    )

    with pytest.raises(PolicyError) as refused:
        compile_text(text, classes=[License])

    assert str(refused.value).splitlines() == [
        "policies.polar:2: no rule grants 'renew' on License",
        "policies.polar:3: License has no attribute color",
        "policies.polar:4: 'one' is not of type int",
    ]


def test_the_policy_of_the_portal_is_sound(capsys):
    assert main(["policy", "check"]) == 0

    assert capsys.readouterr().out.startswith("policies.polar: 27 classes, ")


def test_a_missing_policy_file_is_named(capsys):
    assert main(["policy", "check", "nowhere.polar"]) == 1

    assert capsys.readouterr().err == "cannot read nowhere.polar\n"
