"""`./portal policy explain` and `./portal policy verify`, as they are typed."""

import pytest

from authz.load_policy import load_policy
from cli.__main__ import main
from schema.fields.ids import encode
from seeds.cast import ANN, SAM, SERVER, TOM, Licenses

TEN_SEATS = f"License:{Licenses.ACME_TEN_SEATS}"


@pytest.fixture(scope="module")
def demo_url(new_demo):
    return new_demo()


@pytest.fixture
def policy_command(demo_url, monkeypatch, capsys):
    monkeypatch.setenv("PORTAL_DATABASE_URL", demo_url)

    def run(*words: str) -> tuple[int, str, str]:
        code = main(["policy", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_a_yes_is_explained_by_its_rules_and_its_facts(policy_command):
    code, said, _ = policy_command("explain", ANN.email, "assign", TEN_SEATS)

    assert code == 0
    assert said.splitlines()[0].startswith("Ann Archer may assign License")
    assert "A group administrator administers the group and every group below it." in said
    assert (
        'because Membership (Group Acme) among memberships of User Ann Archer: group = Group Acme, role = "ADMIN"'
        in said
    )


def test_a_no_is_explained_by_what_is_missing_the_nearest_way_first(policy_command):
    code, said, _ = policy_command("explain", TOM.email, "assign", TEN_SEATS, "--ways", "1")

    assert code == 0
    assert said.splitlines()[0].startswith("Tom Tanner may not assign License")
    assert [line.strip() for line in said.splitlines() if "lacks" in line] == [
        'lacks a Membership among memberships of User Tom Tanner: group = Group Acme, role = "ADMIN", state = "ACTIVE"',
    ]


def test_an_id_of_the_api_means_the_same(policy_command):
    plain = policy_command("explain", SAM.email, "read", TEN_SEATS)

    assert policy_command("explain", SAM.email, "read", encode("License", Licenses.ACME_TEN_SEATS)) == plain


def test_an_account_can_be_asked_about_itself(policy_command):
    assert (
        "Tom Tanner may modify User Tom Tanner:" in policy_command("explain", TOM.email, "modify", f"User:{TOM.id}")[1]
    )
    assert "may not modify" in policy_command("explain", SERVER.name, "modify", f"User:{SERVER.id}")[1]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("nobody@acme.example", "read", TEN_SEATS), "there is no account 'nobody@acme.example'"),
        ((TOM.email, "bend", TEN_SEATS), "there is no 'bend' on License; there is read, "),
        ((TOM.email, "read", f"Spoon:{TOM.id}"), "the policy does not speak of a Spoon"),
        ((TOM.email, "read", f"License:{TOM.id}"), f"there is no License {TOM.id}"),
        ((TOM.email, "read", "License:seven"), "'License:seven' is no id"),
        ((TOM.email, "read", "seven"), "'seven' is no id"),
    ],
)
def test_what_is_not_there_is_named(policy_command, words, problem):
    code, said, told = policy_command("explain", *words)

    assert (code, said) == (1, "")
    assert told.startswith(problem)


def test_a_small_comparison_says_what_was_compared(policy_command):
    code, said, _ = policy_command("verify", "--triples", "1", "--policies", "1", "--ask", "0.01")

    assert code == 0
    first, second = said.splitlines()
    assert first.startswith(f"policies.polar ({load_policy().hash[:12]}): 1 worlds, ")
    assert second.startswith("1 random policies: 1 worlds, ")
    assert all(": 0 differences; " in line for line in (first, second))
