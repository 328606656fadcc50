"""`./portal policy explain` and `./portal policy verify`, run through the command-line entry point."""

import re

import pytest

from authz.load_policy import load_policy
from cli.__main__ import main
from schema.fields.ids import to_global_id
from seeds.cast import ANN, SAM, SERVER, TOM, Licenses
from settings import CHECKOUT

TEN_SEATS = f"License:{Licenses.ACME_TEN_SEATS}"


@pytest.fixture(scope="module")
def demo_url(new_demo):
    return new_demo()


@pytest.fixture
def policy_command(demo_url, monkeypatch, capsys):
    monkeypatch.setenv("PORTAL_DATABASE_URL", demo_url)

    def run(*words: str) -> tuple[int, str, str]:
        code = main(["policy", *words])
        output = capsys.readouterr()
        return code, output.out, output.err

    return run


def test_the_explanation_of_a_yes_has_its_rules_and_facts(policy_command):
    code, output, _ = policy_command("explain", ANN.email, "assign", TEN_SEATS)

    assert code == 0
    assert output.splitlines()[0].startswith("Ann Archer may assign License")
    assert "Group administrators can manage their group and every group below it." in output
    assert (
        'because Membership (Group Acme) among memberships of User Ann Archer: group = Group Acme, role = "ADMIN"'
        in output
    )


def test_the_explanation_of_a_no_has_the_missing_facts_nearest_first(policy_command):
    code, output, _ = policy_command("explain", TOM.email, "assign", TEN_SEATS, "--paths", "1")

    assert code == 0
    assert output.splitlines()[0].startswith("Tom Tanner may not assign License")
    assert [line.strip() for line in output.splitlines() if "missing a" in line] == [
        'missing a Membership among memberships of User Tom Tanner: group = Group Acme, role = "ADMIN", state = "ACTIVE"'
    ]


def test_a_global_id_of_the_api_works_like_a_uuid(policy_command):
    plain = policy_command("explain", SAM.email, "read", TEN_SEATS)

    assert policy_command("explain", SAM.email, "read", to_global_id("License", Licenses.ACME_TEN_SEATS)) == plain


def test_a_question_can_be_about_the_account_itself(policy_command):
    assert (
        "Tom Tanner may modify User Tom Tanner:" in policy_command("explain", TOM.email, "modify", f"User:{TOM.id}")[1]
    )
    assert "may not modify" in policy_command("explain", SERVER.name, "modify", f"User:{SERVER.id}")[1]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("unknown@acme.example", "read", TEN_SEATS), "there is no account 'unknown@acme.example'"),
        ((TOM.email, "bend", TEN_SEATS), "License has no action 'bend'; it has read, "),
        ((TOM.email, "read", f"Spoon:{TOM.id}"), "the policy has no type 'Spoon'; it has Portal, "),
        ((TOM.email, "read", f"License:{TOM.id}"), f"the database has no License with the ID {TOM.id}"),
        ((TOM.email, "read", "License:seven"), "malformed ID 'License:seven'"),
        ((TOM.email, "read", "seven"), "malformed ID 'seven'"),
    ],
)
def test_the_error_names_what_does_not_exist(policy_command, words, problem):
    code, output, error = policy_command("explain", *words)

    assert (code, output) == (1, "")
    assert error.startswith(problem)


def test_a_small_verification_reports_what_it_compared(policy_command):
    code, output, _ = policy_command("verify", "--triples", "1", "--policies", "1", "--oso-share", "0.01")

    assert code == 0
    first, second = output.splitlines()
    assert first.startswith(f"policies.polar ({load_policy().hash[:12]}): 1 worlds, ")
    assert second.startswith("1 random policies: 1 worlds, ")
    assert all(": 0 differences; " in line for line in (first, second))


def test_the_documentation_shows_the_real_output(policy_command):
    page = (CHECKOUT / "docs" / "debugging-authorization.md").read_text(encoding="utf-8")
    examples = re.findall(r"```\n\$ \./portal policy (explain .*)\n([^`]*)```", page)
    assert len(examples) > 3

    for command, expected in examples:
        _, output, error = policy_command(*command.split())
        assert _without_lines((output + error).strip()) == _without_lines(expected.strip()), command


def _without_lines(text: str) -> str:
    """Without the line numbers of rules, which every change of the policy moves."""
    return re.sub(r"policies\.polar:\d+", "policies.polar:LINE", text)
