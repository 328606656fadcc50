"""Every construct that cannot be compiled soundly stops the policy, with its line and its reason."""

import re
from pathlib import Path

import pytest

from authz.load_policy import POLICY_FILE, compile_text
from authz.polar.errors import PolicyError
from cli.__main__ import main
from store.db.registry import License

POLICY = POLICY_FILE.read_text()
LAST_LINE = POLICY.count("\n")

# What is appended to the real policy. A single line is the body of one more rule about reading a license.
# Where the fault is not in the first line that is appended, its number stands behind the reason.
UNSOUND = {
    # What Polar can say and SQL cannot
    "cut": (
        "cut and user.is_isv_admin = true",
        "cut makes a rule's meaning depend on the order of rules; write the condition out",
    ),
    "forall": (
        'forall(m in user.memberships, m.state = "ACTIVE")',
        "forall cannot be compiled soundly; write `not` over a relationship, or keep a state in the row",
    ),
    "new": ("x = new User()", "new makes objects that no table holds"),
    "print": ("print(license)", "print has an effect, and a rule may have none"),
    "debug": ("debug()", "debug stops the program, and a rule may not"),
    "addition": ("license.quantity = 1 + 1", "arithmetic is not part of a policy; keep the result in the row"),
    "subtraction": ("license.quantity - 1 = 1", "arithmetic is not part of a policy; keep the result in the row"),
    "a remainder": ("license.quantity mod 2 = 1", "arithmetic is not part of a policy; keep the result in the row"),
    "a negative number": ("license.quantity > -1", "a value was expected, not '-'"),
    "a broken number": ("license.quantity > 1.5", "only whole numbers are part of a policy"),
    "a number no column holds": (
        "license.quantity < 9223372036854775808",
        "9223372036854775808 is more than a column holds",
    ),
    "assignment": ("x := license.quantity and x = 1", "assignment is not part of a policy; use ="),
    "a method call": ("license.require_usable()", "require_usable() is a method call; a rule reads attributes only"),
    "a method call in a path": (
        'license.product.name.lower() = "x"',
        "lower() is a method call; a rule reads attributes only",
    ),
    "an escape in a text": (
        r'license.period = "a\n"',
        r"""'"a\\n"' holds an escape or a control character: a text stands as it is""",
    ),
    "a dictionary": ("license.rules = {}", "a value was expected, not '{'"),
    "a variable in a list": ("license.owner_user in [user]", "a list holds constants only"),
    "a list as a value": ("license.quantity = [1]", "a list of constants stands behind `in` only"),
    "a bare value": ("user.is_isv_admin", "a comparison was expected, not ';'"),
    # What means nothing
    "an unknown attribute": ('license.color = "red"', "License has no attribute color"),
    "an unknown attribute behind a hop": ('license.product.color = "red"', "Product has no attribute color"),
    "an attribute of a column": ("license.quantity.size = 1", "size is asked of something that has no attributes"),
    "an attribute of many": ('user.memberships.role = "ADMIN"', "memberships is many; take one with `in`"),
    "an unknown setting": ('user.portal.color = "red"', "portal has no setting color"),
    "a setting of another account": (
        "license.owner_user != nil and license.owner_user.portal.support_may_decide = true",
        "portal is known of the actor only",
    ),
    "a column that is not read with the token": (
        "user.version > 1",
        "version of the actor is not read with his token; authz/gate/actor.py says what is",
    ),
    "a column of the actor by another name": (
        "license.assigned_user = user and license.assigned_user.version > 1",
        "version of the actor is not read with his token; authz/gate/actor.py says what is",
    ),
    "an unknown class": ("license matches Licence", "there is no class Licence"),
    "an unknown role": ('has_role(user, "boss", license)', "'boss' is not declared in the block of License"),
    "an unknown permission": ('has_permission(user, "fly", license)', "'fly' is not declared in the block of License"),
    "a role that is no constant": (
        "has_role(user, license.period, license)",
        "the word that has_role asks for is a constant",
    ),
    "a role towards no row": ('has_role(user, "admin", license.quantity)', "has_role is asked about a row"),
    "a role of no account": ('has_role(license, "admin", license)', "has_role is asked about an account"),
    "an unknown rule": ("is_nice(license)", "there is no rule is_nice"),
    "a rule with more parameters": (
        "deactivation_allowed(license, user)",
        "there is no rule deactivation_allowed of 2 parameters",
    ),
    "a name for nothing": ("nobody = somebody", "somebody stands for nothing here"),
    "a path from nothing": ("nobody.id = user.id", "nobody stands for nothing here"),
    "a name for nothing in a call": (
        'has_role(user, "admin", nobody)',
        "nobody stands for nothing here; bind it with `in` or `=` first",
    ),
    "the name that is never the same": (
        "_ in user.memberships",
        "_ is another name each time; write a name that begins with _",
    ),
    # Types
    "true is not 1": ("license.quantity = true", "True is not of type int"),
    "1 is not true": ("license.auto_renew = 1", "1 is not of type bool"),
    "a text is no number": ('license.quantity = "1"', "'1' is not of type int"),
    "a text is no uuid": ('license.id = "1"', "'1' is not of type UUID"),
    "a text is no instant": ('license.starts_at > "2026-01-01"', "'2026-01-01' is not of type datetime"),
    "a value that the column never has": ('license.visibility = "SECRET"', "'SECRET' is none of ADMIN_ONLY, PUBLIC"),
    "a listed value that the column never has": (
        'license.visibility in ["PUBLIC", "SECRET"]',
        "'SECRET' is none of ADMIN_ONLY, PUBLIC",
    ),
    "a setting that nobody can make": (
        'user.portal.edition = "GOLD"',
        "'GOLD' is none of BASIC, ENTERPRISE, PROFESSIONAL",
    ),
    "columns of different types": (
        "license.quantity = license.product.name",
        "quantity and name are of different types",
    ),
    "columns that hold documents": ("license.rules = license.product.rules", "Product has no attribute rules"),
    "documents": ("license.rules = license.rules", "rules holds nothing that SQL and Python compare alike"),
    "bytes": (
        "license.ticket != nil and license.ticket.code_hash = license.ticket.code_hash",
        "code_hash holds nothing that SQL and Python compare alike",
    ),
    "rows of different classes": ("license = user", "License and User are never the same"),
    "a row and a column": ("license.product = license.quantity", "a row is compared with a row or with nil only"),
    "a column among rows": ("license.quantity in user.memberships", "only rows are among the rows of a relationship"),
    "among something that is not many": (
        "user in license.owner_user",
        "`in` takes a list of constants or a to-many relationship",
    ),
    # Order
    "order on rows": ("license.product > license.product", "rows have no order"),
    "order on texts": ('license.period > "a"', "period has no order that SQL and Python agree on"),
    "order on choices": ('license.visibility > "ADMIN_ONLY"', "visibility has no order that SQL and Python agree on"),
    "order on ids": ("license.id > license.product_id", "id has no order that SQL and Python agree on"),
    "order on nil": ("license.quantity > nil", "nil has no order"),
    "order on what may be nil": ("license.days > 3", "days may be nil: ask `!= nil` first"),
    "order on settings": ('user.portal.edition > "BASIC"', "portal.edition has no order"),
    "order on constants": ("1 < 2", "two constants are compared: say what is meant"),
    # Nil
    "nil that cannot be": ("license.quantity = nil", "quantity is never nil"),
    "a hop that cannot be nil": ("license.product = nil", "product is never nil"),
    "nil in a list": ("license.days in [1, nil]", "nil in a list: SQL does not find it; write `= nil or ... in [...]`"),
    "nil equals nil": (
        "license.owner_group_id = license.assigned_group_id",
        "both sides may be nil: nil equals nil in a rule and not in SQL; ask `!= nil` first",
    ),
    "nil equals nil, rows": (
        "license.owner_group = license.assigned_group",
        "both sides may be nil: nil equals nil in a rule and not in SQL; ask `!= nil` first",
    ),
    "nil equals itself": (
        "license.owner_group = license.owner_group",
        "both sides may be nil: nil equals nil in a rule and not in SQL; ask `!= nil` first",
    ),
    "unlike what may be nil": ("license.days != license.quantity", "days may be nil: ask `!= nil` first"),
    "rows unlike what may be nil": (
        "license.owner_user != user",
        "one side may be nil: ask `!= nil` first",
    ),
    "an attribute behind what may be nil": (
        'license.owner_group.name = "Acme"',
        "owner_group may be nil, and the check would fail there; ask `owner_group != nil` first",
    ),
    "many behind what may be nil": (
        "_ancestor in license.owner_group.ancestors",
        "owner_group may be nil, and the check would fail there; ask `owner_group != nil` first",
    ),
    "the guard behind the hop": (
        'license.owner_group.name = "Acme" and license.owner_group != nil',
        "owner_group may be nil, and the check would fail there; ask `owner_group != nil` first",
    ),
    "the guard on the other branch": (
        '(license.owner_group != nil or license.quantity = 1) and license.owner_group.name = "Acme"',
        "owner_group may be nil, and the check would fail there; ask `owner_group != nil` first",
    ),
    "a name for what may be nil": (
        "x = license.owner_group and user.is_isv_admin = true",
        "owner_group may be nil, and a rule would hold for nil; ask `owner_group != nil` first",
    ),
    "an unguarded parameter for what may be nil": (
        "anything(license.owner_group);\nanything(_thing) if 1 = 1",
        "owner_group may be nil, and a rule would hold for nil; ask `owner_group != nil` first",
    ),
    # Not
    "a not that would bind": (
        "not m in user.memberships",
        "not would bind m: what is denied cannot say which row it means (write _m)",
    ),
    "a not across what may be nil": (
        'not has_role(user, "admin", license.owner_group)',
        "not across owner_group, which may be nil",
    ),
    # Recursion and what leads nowhere
    "recursion": (
        'has_permission(user, "read", license)',
        "recursion; go through the closure relationship (`x in group.ancestors`) instead",
    ),
    "recursion through the parent": (
        "license.owner_group != nil and above(user, license.owner_group);\nabove(user: User, group: Group) if group.parent != nil"
        " and above(user, group.parent)",
        "recursion; go through the closure relationship (`x in group.ancestors`) instead",
        2,
    ),
    "a rule that can never hold": (
        'license.visibility = "PUBLIC" and license.visibility = "ADMIN_ONLY"',
        "this rule of has_permission is part of no answer: nothing asks for it, or it can never hold",
    ),
    "a rule that looks into an empty list": (
        "license.quantity in []",
        "this rule of has_permission is part of no answer: nothing asks for it, or it can never hold",
    ),
    "a rule that nothing asks for": (
        "license.quantity = 1;\nis_nice(license: License) if license.quantity = 1",
        "this rule of is_nice is part of no answer: nothing asks for it, or it can never hold",
        2,
    ),
    "a name twice": (
        "same(license, license.product);\nsame(x, x)",
        "two parameters are named x; compare them in the rule",
        2,
    ),
    # Fields
    "a field rule that names no field": (
        'license.quantity = 1;\nallow_field(user: User, "read", _product: Product, _field) if user.is_isv_admin = true',
        "a field rule names its fields: `field in [...]`",
        2,
    ),
    "a field rule that denies a field": (
        'license.quantity = 1;\nallow_field(user: User, "read", _product: Product, field) if not field in ["name"] and'
        " user.is_isv_admin = true",
        "a field rule names its fields: `field in [...]`",
        2,
    ),
    "a field rule for what is no column": (
        'license.quantity = 1;\nallow_field(user: User, "read", _product: Product, "color") if user.is_isv_admin = true',
        "Product has no column color",
        2,
    ),
    "a field rule for something else than reading": (
        'license.quantity = 1;\nallow_field(user: User, "write", _product: Product, "name") if user.is_isv_admin = true',
        "this rule of allow_field is part of no answer: nothing asks for it, or it can never hold",
        2,
    ),
    # Syntax
    "an inline query": (
        "license.quantity = 1;\n?= 1 = 1",
        "an inline query runs while the policy loads; tests are the place for it",
        2,
    ),
    "a declaration of types": (
        "license.quantity = 1;\ntype is_nice(license: License)",
        "'(' was expected, not 'is_nice'",
        2,
    ),
    "a keyword as a name": (
        "license.quantity = 1;\nis_nice(matches) if 1 = 1",
        "a parameter was expected, not 'matches'",
        2,
    ),
    "a forgotten semicolon": ("license.quantity = 1\nis_nice(license)", "';' was expected, not 'is_nice'", 2),
    "a forgotten end": ("license.quantity = 1 and", "a value was expected, not ';'"),
    "not twice": ("not not license.quantity = 1", "a condition was expected, not 'not'"),
    "a name that is said once": (
        "row = license.product",
        "row is said once only: write _row, or what it is there for",
    ),
    "half a text": ('license.period = "a', "'\"' is not part of a policy"),
    "a word of another language": ("license.quantity === 1", "a value was expected, not '='"),
    "something unreadable": ("license.quantity = §", "'§' is not part of a policy"),
}


def _appended(words: str) -> str:
    """The real policy with one more rule, or several, the first of them about reading a license."""
    first = words.partition("\n")[0]
    user, row = (name if re.search(rf"(?<![.\w]){name}\b", first) else f"_{name}" for name in ("user", "license"))
    return f'{POLICY}has_permission({user}: User, "read", {row}: License) if {words};\n'


@pytest.mark.parametrize("name", UNSOUND)
def test_it_stops_the_start_with_its_line(name, tmp_path: Path, capsys):
    words, reason, *more = UNSOUND[name]
    file = tmp_path / "unsound.polar"
    file.write_text(_appended(words))

    code = main(["policy", "check", str(file)])

    line = LAST_LINE + (more[0] if more else 1)
    assert capsys.readouterr().err.splitlines() == [f"{file}:{line}: {reason}"]
    assert code == 1


# Whole policies over one class: what is wrong with its blocks.
BLOCKS = {
    "a forgotten class": ("actor User {}\n", 1, "License has no block: say who may do what with it"),
    "a forgotten actor": (
        'resource License { permissions = ["read"]; }\nhas_permission(user: User, "read", _l: License) if user.status = "ACTIVE";',
        1,
        "User has no actor block",
    ),
    "words in the block of the actor": (
        'actor User { permissions = ["fly"]; }\nresource License { permissions = []; }',
        1,
        "the block of the actor says nothing; what an account may do stands in the blocks of resources",
    ),
    "another actor": (
        "actor User {}\nactor License {}\nresource License { permissions = []; }",
        2,
        "License is not who asks; User is",
    ),
    "a forgotten action": (
        'actor User {}\nresource License {\n  permissions = ["read", "assign"];\n  "assign" if "read";\n}\n'
        'has_permission(user: User, "assign", _l: License) if user.status = "ACTIVE";',
        2,
        "'read' on License is granted by no rule",
    ),
    "an action that the program asks for": (
        'actor User {}\nresource License { permissions = ["read"]; }\n'
        'has_permission(user: User, "read", _l: License) if user.status = "ACTIVE";',
        1,
        "the program asks for 'assign' on License, and the policy does not know it",
    ),
    "an unknown class": ("actor User {}\nresource Licence {}\nresource License {}", 2, "there is no class Licence"),
    "a second block": ("actor User {}\nresource License {}\nresource License {}", 3, "License has a second block"),
    "a second list": (
        'actor User {}\nresource License {\n  roles = ["a"];\n  roles = ["b"];\n}',
        4,
        "the block has a second list of roles",
    ),
    "a word twice": ('actor User {}\nresource License { roles = ["a", "a"]; }', 2, "'a' is declared twice"),
    "a role that is a permission": (
        'actor User {}\nresource License { roles = ["a"]; permissions = ["a"]; }',
        2,
        "'a' is declared twice",
    ),
    "something else in a block": (
        "actor User {}\nresource License {\n  rights = [];\n}",
        3,
        "rights is not part of a block",
    ),
    "a condition in a block": (
        'actor User {}\nresource License {\n  roles = ["a"];\n  permissions = ["read"];\n  "read" if "a" and "b";\n}',
        5,
        "conditions go in rules, not in blocks",
    ),
    "a shorthand for nothing": (
        'actor User {}\nresource License {\n  roles = ["a"];\n  "read" if "a";\n}',
        4,
        "'read' is neither a role nor a permission of License",
    ),
    "a shorthand by nothing": (
        'actor User {}\nresource License {\n  permissions = ["read"];\n  "read" if "a";\n}',
        4,
        "'a' is neither a role nor a permission of License",
    ),
    "a shorthand on nothing": (
        'actor User {}\nresource License {\n  permissions = ["read"];\n  "read" if "a" on "parent";\n}',
        4,
        "'parent' is not among the relations of the block",
    ),
    "a relation to nothing": (
        "actor User {}\nresource License {\n  relations = { parent: Grupp };\n}",
        2,
        "there is no class Grupp",
    ),
    "a role that nobody has": (
        'actor User {}\nresource License {\n  roles = ["a"];\n  permissions = ["read"];\n  "read" if "a";\n}\n'
        'has_permission(user: User, "read", _l: License) if user.status = "ACTIVE";',
        5,
        "'a' gives 'read' to nobody",
    ),
    "a block without an end": (
        'actor User {}\nresource License {\n  roles = ["a"];\n',
        4,
        "'}' was expected before the end of the file",
    ),
    "a block for every resource": (
        "actor User {}\nresource License {}\nresource Resource {}",
        3,
        "Resource means every class with a resource block; it has no block of its own",
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
        "a field rule is about the columns of one class; name it",
    ),
    "an account in a rule for anonymous callers": (
        'actor User {}\nresource License { permissions = ["read"]; }\n'
        'has_permission(user: User, "read", _l: License) if user.status = "ACTIVE";\n'
        'allow_anonymous("read", _l: License, field) if field in ["quantity"] and user.status = "ACTIVE";',
        4,
        "user stands for nothing here",
    ),
    "a public column that is none": (
        'actor User {}\nresource License { permissions = ["read"]; }\n'
        'has_permission(user: User, "read", _l: License) if user.status = "ACTIVE";\n'
        'allow_anonymous("read", _l: License, "color");',
        4,
        "License has no column color",
    ),
    "an unknown class in a head": (
        'actor User {}\nresource License { permissions = ["read"]; }\n'
        'has_permission(user: User, "read", _l: Licence) if user.status = "ACTIVE";',
        3,
        "there is no class Licence",
    ),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_is_whole_and_true(name):
    text, line, reason = BLOCKS[name]

    with pytest.raises(PolicyError) as refused:
        compile_text(text, classes=[License], required=[("assign", License)] if "asks for" in name else [])

    assert str(refused.value) == f"policies.polar:{line}: {reason}"


def test_every_problem_is_told_at_once():
    text = (
        'actor User {}\nresource License { permissions = ["read", "assign", "renew"]; }\n'
        'has_permission(_user: User, "read", l: License) if l.color = "red";\n'
        'has_permission(_user: User, "assign", l: License) if l.quantity = "one";'
    )

    with pytest.raises(PolicyError) as refused:
        compile_text(text, classes=[License])

    assert str(refused.value).splitlines() == [
        "policies.polar:2: 'renew' on License is granted by no rule",
        "policies.polar:3: License has no attribute color",
        "policies.polar:4: 'one' is not of type int",
    ]


def test_the_policy_of_the_portal_is_sound(capsys):
    assert main(["policy", "check"]) == 0

    assert capsys.readouterr().out.startswith("policies.polar: 27 classes, ")


def test_a_policy_that_is_not_there_is_named(capsys):
    assert main(["policy", "check", "nowhere.polar"]) == 1

    assert capsys.readouterr().err == "there is no file nowhere.polar\n"
