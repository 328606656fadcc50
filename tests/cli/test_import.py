"""`./portal import` and `./portal export`, run through the command-line entry point."""

import asyncio
import csv

import pytest
import sqlalchemy as sa

from cli.__main__ import main
from resolvers.bulk.columns import FILES
from seeds.cast import ANN, IDA, TOM, Groups, Licenses
from settings import CHECKOUT
from store.audit import AuditEntry, Outcome
from store.containers import Container
from store.db.database import Database
from store.groups import Group, GroupClosure
from store.license_models import RenewalBasis
from store.licenses import License
from store.outgoing_mail import OutgoingMail
from store.users import AccessToken, User, UserStatus

SHOP = {
    "groups": [
        {"key": "plant", "name": "Oak Plant", "kind": "TEAM", "parent": "oak"},
        {"key": "oak", "name": "Oak", "kind": "CUSTOMER", "parent": str(Groups.RHEINTAL)},
    ],
    "users": [
        {"key": "olli", "email": "Olli@oak.example", "name": "Olli Oak"},
        {"key": "tom", "email": TOM.email, "name": TOM.name},
        {"key": "press", "name": "Press 7", "kind": "TECHNICAL", "home_group": "plant"},
    ],
    "memberships": [{"user": "olli", "group": "oak", "role": "ADMIN"}, {"user": "tom", "group": "plant"}],
    "licenses": [
        {
            "key": "l1",
            "firm_code": "6000010",
            "product_code": "1001",
            "model": "SINGLE_USER_SUBSCRIPTION",
            "quantity": "1",
            "owner_group": "oak",
            "features": "1;2",
            "starts_at": "2026-01-31T00:00:00Z",
        },
        {
            "key": "l2",
            "firm_code": "6000010",
            "product_code": "2001",
            "model": "PERPETUAL_MULTI_USER",
            "quantity": "5",
            "owner_group": "oak",
        },
        {
            "key": "l3",
            "firm_code": "6000010",
            "product_code": "1001",
            "model": "DEMO",
            "quantity": "1",
            "days": "30",
            "owner_user": "olli@oak.example",
        },
    ],
    "assignments": [{"license": "l1", "user": "tom"}, {"license": "l2", "group": "plant", "visibility": "PUBLIC"}],
}


@pytest.fixture
def folder(tmp_path):
    """`folder(SHOP)` creates a folder with these rows as CSV files."""

    def write(rows, name="in"):
        (tmp_path / name).mkdir()
        for sheet, lines in rows.items():
            with (tmp_path / name / f"{sheet}.csv").open("w", newline="") as file:
                writer = csv.DictWriter(file, FILES[sheet].header, restval="")
                writer.writeheader()
                writer.writerows(lines)
        return str(tmp_path / name)

    return write


def run(*words, url):
    """Run a command with these arguments and return its exit code."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PORTAL_DATABASE_URL", url)
        return main(list(words))


def query(url, statement):
    async def ask():
        database = Database(url, pool_size=1)
        async with database.snapshot() as connection:
            rows = (await connection.execute(statement)).all()
        await database.close()
        return rows

    return asyncio.run(ask())


def command(url, statement):
    async def do():
        database = Database(url, pool_size=1)
        async with database.transaction() as session:
            await session.execute(statement)
        await database.close()

    asyncio.run(do())


def counted(url, *classes):
    return [query(url, sa.select(sa.func.count()).select_from(cls))[0][0] for cls in classes]


def bytes_of(path):
    return {file.name: file.read_bytes() for file in path.iterdir()}


@pytest.mark.feature("F106")
def test_an_export_imported_into_an_empty_portal_gives_the_same_export_again(new_demo, new_database, tmp_path):
    empty = new_database()
    assert run("export", str(tmp_path / "first"), url=new_demo()) == 0

    assert run("import", str(tmp_path / "first"), "--as", IDA.email, url=empty) == 0
    assert run("export", str(tmp_path / "second"), url=empty) == 0

    assert bytes_of(tmp_path / "second") == bytes_of(tmp_path / "first")
    assert len(bytes_of(tmp_path / "first")) == len(FILES)
    first = sa.select(AuditEntry.action, AuditEntry.actor_id).order_by(AuditEntry.number)
    assert query(empty, first) == [("portal.founded", IDA.id), ("portal.imported", IDA.id)]


@pytest.mark.feature("F106")
def test_the_renewal_settings_of_a_license_are_exported_and_imported(new_demo, new_database, tmp_path):
    full, empty = new_demo(), new_database()
    renewal = {"renewal_basis": RenewalBasis.FROM_NOW_IF_EXPIRED, "next_quantity": 4, "time_pool_days": 20}
    command(full, sa.update(License).where(License.id == Licenses.BERLIN_PUBLIC).values(renewal))
    assert run("export", str(tmp_path / "first"), url=full) == 0

    assert run("import", str(tmp_path / "first"), "--as", IDA.email, url=empty) == 0
    assert run("export", str(tmp_path / "second"), url=empty) == 0

    assert bytes_of(tmp_path / "second") == bytes_of(tmp_path / "first")
    imported = sa.select(License.renewal_basis, License.next_quantity, License.time_pool_days)
    assert query(empty, imported.where(License.id == Licenses.BERLIN_PUBLIC)) == [tuple(renewal.values())]
    assert query(empty, imported.where(License.id == Licenses.TOM_CAD)) == [(RenewalBasis.FROM_EXPIRY, None, 0)]


@pytest.mark.feature("F106")
def test_renewal_settings_that_do_not_fit_the_model_are_refused(new_demo, folder, capsys):
    sold = {"firm_code": "6000010", "product_code": "2001", "owner_group": str(Groups.ACME), "quantity": "5"}
    wrong = [
        {"key": "a", "model": "PERPETUAL_MULTI_USER", "next_quantity": "6", **sold},
        {"key": "b", "model": "PERPETUAL_MULTI_USER", "renewal_basis": "FROM_NOW_IF_EXPIRED", **sold},
        {"key": "c", "model": "SINGLE_USER_SUBSCRIPTION", "next_quantity": "2", **sold, "quantity": "1"},
        {"key": "d", "model": "MULTI_USER_SUBSCRIPTION", "next_quantity": "0", **sold},
        {"key": "e", "model": "MULTI_USER_SUBSCRIPTION", "renewal_basis": "NEVER", "time_pool_days": "-1", **sold},
    ]

    assert run("import", folder({"licenses": wrong}), url=new_demo()) == 1

    assert capsys.readouterr().err.splitlines()[:-1] == [
        "licenses.csv:2: next_quantity: a license of this model cannot change its number of seats",
        "licenses.csv:3: renewal_basis: a license of this model cannot be renewed",
        "licenses.csv:4: next_quantity: a license of this model cannot change its number of seats",
        "licenses.csv:5: next_quantity: must be a number from 1 to 1000000, got '0'",
        "licenses.csv:6: renewal_basis: must be one of FROM_EXPIRY, FROM_NOW_IF_EXPIRED, got 'NEVER'",
        "licenses.csv:6: time_pool_days: must be a number from 0 to 36600, got '-1'",
    ]


@pytest.mark.feature("F106", "F124")
def test_an_import_also_creates_containers_emails_closure_rows_and_one_audit_entry(new_demo, folder, capsys):
    url = new_demo()
    before = counted(url, Group, User, Container, License)

    assert run("import", folder(SHOP), url=url) == 0

    assert "users: 2 new, 1 existing" in capsys.readouterr().out
    after = counted(url, Group, User, Container, License)
    assert [b - a for a, b in zip(before, after, strict=True)] == [2, 2, 4, 3]
    plant = sa.select(Group.id, Group.level).where(Group.name == "Oak Plant")
    [(plant_id, level)] = query(url, plant)
    above = sa.select(GroupClosure.depth).where(GroupClosure.descendant_id == plant_id).order_by(GroupClosure.depth)
    assert (level, [depth for (depth,) in query(url, above)]) == (3, [0, 1, 2])
    assert query(url, sa.select(OutgoingMail.email).where(OutgoingMail.email == "olli@oak.example")) == [
        ("olli@oak.example",)
    ]
    assert query(url, sa.select(User.status).where(User.email == "olli@oak.example")) == [(UserStatus.PENDING,)]
    assigned = (
        sa.select(License.expires_at).where(License.assigned_user_id == TOM.id).order_by(License.created_at.desc())
    )
    assert query(url, assigned)[0][0].isoformat() == "2027-01-31T00:00:00+00:00"
    [(actor, after)] = query(
        url, sa.select(AuditEntry.actor_id, AuditEntry.after).where(AuditEntry.action == "portal.imported")
    )
    assert actor == IDA.id
    assert after == {"groups": 2, "users": 2, "memberships": 2, "licenses": 3, "assignments": 2}
    opened = sa.select(AccessToken.revoked_at).where(AccessToken.name == "./portal import")
    assert all(ended is not None for (ended,) in query(url, opened))


@pytest.mark.feature("F106")
def test_a_second_run_changes_nothing_and_says_so(new_demo, folder, capsys):
    url, path = new_demo(), folder(SHOP)
    run("import", path, url=url)
    before = counted(url, Group, User, Container, License, AuditEntry)
    capsys.readouterr()

    assert run("import", path, url=url) == 0

    assert capsys.readouterr().out.splitlines()[-1] == "nothing to import: the portal already has all rows"
    assert counted(url, Group, User, Container, License, AuditEntry) == before


@pytest.mark.feature("F106")
def test_a_dry_run_prints_what_would_be_added_and_adds_nothing(new_demo, folder, capsys):
    url = new_demo()
    before = counted(url, Group, User, Container, License, AuditEntry)

    assert run("import", folder(SHOP), "--dry-run", url=url) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[-2:] == ["assignments: 2 new, 0 existing", "dry run: nothing was written"]
    assert counted(url, Group, User, Container, License, AuditEntry) == before


@pytest.mark.feature("F106")
def test_every_mistake_is_printed_with_file_and_line_and_nothing_is_written(new_demo, folder, capsys):
    url = new_demo()
    wrong = {
        "groups": [
            {"key": "a", "name": "A", "kind": "CUSTOMER", "parent": "b"},
            {"key": "b", "name": "B", "kind": "CUSTOMER", "parent": "a"},
            {"key": "c", "name": "", "kind": "CLUB"},
        ],
        "users": [
            {"key": "x", "email": "no address", "name": "X"},
            {"key": "y", "name": "Y"},
            {"key": "z", "email": "z@oak.example", "name": "Z", "isv_admin": "true"},
        ],
        "memberships": [{"user": "x", "group": "nowhere"}],
        "licenses": [
            {
                "key": "l",
                "firm_code": "6000010",
                "product_code": "1001",
                "model": "PERPETUAL_MULTI_USER",
                "quantity": "1",
                "owner_group": str(Groups.ACME),
                "features": "77",
                "expires_at": "2027-01-01T00:00:00Z",
            },
            {"key": "m", "firm_code": "6000010", "product_code": "9", "model": "DEMO", "quantity": "x"},
        ],
        "assignments": [
            {"license": str(Licenses.ACME_POOL), "group": str(Groups.BOLT)},
            {"license": "l", "group": str(Groups.ACME)},
            {"license": "nothing", "user": ANN.email},
        ],
    }
    before = counted(url, Group, User, Container, License)

    assert run("import", folder(wrong), url=url) == 1

    assert capsys.readouterr().err.splitlines() == [
        "groups.csv:2: parent: the groups above this one form a cycle",
        "groups.csv:3: parent: the groups above this one form a cycle",
        "groups.csv:4: name: must not be empty",
        "groups.csv:4: kind: must be one of ISV, RESELLER, CUSTOMER, TEAM, got 'CLUB'",
        "users.csv:2: email: malformed email address 'no address'",
        "users.csv:3: email: a person needs an email address",
        "users.csv:4: isv_admin: an ISV admin must be a person with status ACTIVE",
        "memberships.csv:2: group: unknown group 'nowhere'",
        "licenses.csv:2: features: the product has no feature 77; add it to features.csv",
        "licenses.csv:2: quantity: a license of this model has at least 2",
        "licenses.csv:2: expires_at: a license of this model never expires",
        "licenses.csv:3: quantity: must be a number from 1 to 1000000, got 'x'",
        "licenses.csv:3: product_code: unknown product 6000010:9; add it to products.csv",
        "assignments.csv:2: group: a license can be assigned only within its owner group or below",
        "assignments.csv:4: license: unknown license 'nothing'",
        "15 mistakes; nothing was imported",
    ]
    assert counted(url, Group, User, Container, License) == before
    refused = sa.select(AuditEntry.action, AuditEntry.outcome, AuditEntry.code).where(AuditEntry.actor_id == IDA.id)
    assert query(url, refused.order_by(AuditEntry.number.desc()).limit(1)) == [
        ("portalImport", Outcome.REFUSED, "IMPORT_REFUSED")
    ]


def test_malformed_files_are_refused_with_the_line_of_each_mistake(new_demo, tmp_path, capsys):
    (tmp_path / "groups.csv").write_text("key,name,kind\na,A,CUSTOMER,and more\n\nb,B,CUSTOMER\n")
    (tmp_path / "users.csv").write_bytes(b"key,email,name\nx,x@oak.example,\xff\n")
    (tmp_path / "licenses.csv").write_text("key,color\n")

    assert run("import", str(tmp_path), url=new_demo()) == 1

    output = capsys.readouterr().err
    assert "groups.csv:2: 3 cells expected, got 4\n" in output
    assert "users.csv:1: not valid UTF-8 from about here on\n" in output
    assert "licenses.csv:1: color: unknown column; the columns are key, firm_code" in output
    assert "licenses.csv:1: quantity: this column is missing\n" in output


def test_only_an_isv_admin_imports(new_demo, folder, capsys):
    url = new_demo()
    before = counted(url, Group)

    assert run("import", folder(SHOP), "--as", ANN.email, url=url) == 1

    assert capsys.readouterr().err == "you may not import this portal\n"
    assert counted(url, Group) == before


def test_the_first_import_into_an_empty_portal_needs_an_administrator(new_database, folder, capsys):
    url = new_database()
    rows = {"users": [{"key": "o", "email": "o@oak.example", "name": "O", "status": "ACTIVE"}]}

    assert run("import", folder(rows), url=url) == 1

    assert "users.csv must have a row for its administrator" in capsys.readouterr().err
    assert counted(url, User, AuditEntry) == [0, 0]


def test_a_folder_without_files_is_refused(new_demo, tmp_path, capsys):
    assert run("import", str(tmp_path), url=new_demo()) == 1
    assert capsys.readouterr().err.startswith(f"{tmp_path} contains none of products.csv, features.csv, groups.csv")


def test_an_export_does_not_overwrite_files(new_demo, folder, capsys):
    existing = folder({"groups": []})

    assert run("export", existing, url=new_demo()) == 1
    assert capsys.readouterr().err == f"{existing}/groups.csv already exists; choose another folder\n"


def test_the_documentation_has_the_description_of_every_column():
    page = (CHECKOUT / "docs" / "import.md").read_text()
    for sheet in FILES.values():
        rows = [f"| `{column.name}`{' **required**' * column.needed} | {column.about} |" for column in sheet.columns]
        about = f"{sheet.about[0].upper()}{sheet.about[1:]}."
        assert "\n".join([f"## {sheet.file}\n\n{about}\n\n| column | content |\n|---|---|", *rows]) in page


def test_the_help_lists_every_column(capsys):
    with pytest.raises(SystemExit):
        main(["import", "--help"])

    output = capsys.readouterr().out
    for sheet in FILES.values():
        assert f"\n{sheet.file} - {sheet.about}\n" in output
        for column in sheet.columns:
            assert f"\n  {column.name + '*' * column.needed:20} {column.about}" in output
