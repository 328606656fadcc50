"""Two worlds, one with additional rows that a member may not see: both answer every request with the same bytes."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from graphql import build_schema

from schema.fields.ids import to_global_id
from seeds.cast import ANN, BEA, LEA, OLGA, SAM, SERVER, TOM, Groups, Licenses, Products, cloud_of, named
from settings import CHECKOUT
from store import audit
from store.activations import Activation, ActivationState
from store.audit import AuditEntry
from store.containers import Container, ContainerType
from store.db.clock import SystemClock
from store.db.database import Database
from store.db.idempotency import IdempotencyKey
from store.db.tokens import hash_token
from store.groups import Group, GroupKind
from store.licenses import License
from store.products import LicenseModel
from store.projects import Project
from store.services import cloud_containers, group_tree
from store.ticket_codes import hash_code, mask
from store.tickets import Ticket, TicketState
from store.users import AccessToken, User, UserKind
from tests.end_to_end.queries import arguments_of, documents, encoded
from tests.end_to_end.server import issue_token, serving

MEMBERS = (TOM, BEA, LEA, OLGA, SAM)
HIDDEN = {
    kind: named("hidden", kind)
    for kind in ("License", "Group", "Container", "Ticket", "Activation", "Project", "User", "AuditEntry")
}
MORE = {name: named("hidden", name) for name in ("of the parent", "of the sibling", "of the middle")}
SCHEMA = build_schema((CHECKOUT / "schema.graphql").read_text())
IDS = [
    *encoded(HIDDEN).values(),
    *(to_global_id("License", each) for each in (*MORE.values(), Licenses.BERLIN_PUBLIC, Licenses.BERLIN_ADMIN_ONLY)),
    to_global_id("Group", Groups.BERLIN),
    to_global_id("User", TOM.id),
    to_global_id("Product", Products.CAD),
]


async def add_hidden(database, now):
    """Add rows that no member may see: in their group, above it and beside it."""

    def license_of_acme(id_, **rest):
        return License(
            id=id_,
            product_id=Products.CAD,
            model=LicenseModel.PERPETUAL_MULTI_USER,
            quantity=7,
            starts_at=now,
            anchor_at=now,
            owner_group_id=Groups.ACME,
            **rest,
        )

    async with database.transaction() as session:
        acme = Group(id=HIDDEN["Group"], name="Hidden sibling", kind=GroupKind.TEAM, parent_id=Groups.ACME)
        await group_tree.insert(session, acme)
        person = User(id=HIDDEN["User"], email="hidden@acme.example", name="Hidden person", kind=UserKind.HUMAN)
        session.add(person)
        await session.flush()
        session.add_all([cloud_containers.new_cloud_container(acme), cloud_containers.new_cloud_container(person)])
        ticket = {"state": TicketState.CLAIMED, "claimed_at": now, "owner_group_id": Groups.ACME}
        code = "H2DDE-NAAAA-AAAAA-AAAAA-AAAAA"
        session.add(Ticket(id=HIDDEN["Ticket"], code_hash=hash_code(code), code_masked=mask(code), **ticket))
        await session.flush()
        dongle = {"type": ContainerType.DONGLE, "name": "Hidden dongle", "serial": "3-2999999"}
        session.add(Container(id=HIDDEN["Container"], owner_group_id=Groups.BERLIN, **dongle))
        session.add(Project(id=HIDDEN["Project"], group_id=Groups.BERLIN, name="Hidden project"))
        session.add(license_of_acme(HIDDEN["License"], assigned_group_id=Groups.BERLIN, ticket_id=HIDDEN["Ticket"]))
        session.add(license_of_acme(MORE["of the parent"], assigned_group_id=Groups.ACME, visibility="PUBLIC"))
        session.add(license_of_acme(MORE["of the sibling"], assigned_group_id=HIDDEN["Group"], visibility="PUBLIC"))
        session.add(license_of_acme(MORE["of the middle"]))
        await session.flush()
        session.add(
            Activation(
                id=HIDDEN["Activation"],
                license_id=HIDDEN["License"],
                container_id=cloud_of(Groups.BERLIN),
                seat=1,
                state=ActivationState.ACTIVE,
                requested_by_id=ANN.id,
                requested_at=now,
                receipt_at=now,
            )
        )
        scope = {"license_id": HIDDEN["License"], "group_id": Groups.ACME}
        entry = AuditEntry(id=HIDDEN["AuditEntry"], at=now, actor_id=ANN.id, action="license.assigned", **scope)
        await audit.append(session, [entry])


@pytest.fixture(scope="module")
async def worlds(new_demo, tmp_path_factory):
    """A database and a server each of the plain world and of the one with the hidden rows."""
    databases = [Database(new_demo(), pool_size=4) for _ in range(2)]
    try:  # an open engine would keep the event loop from closing, and the run from ending
        await add_hidden(databases[1], SystemClock().now())
        folder = tmp_path_factory.mktemp("worlds")
        async with serving(databases[0], folder) as plain, serving(databases[1], folder) as more:
            yield list(zip(databases, (plain, more), strict=True))
    finally:
        for database in databases:
            await database.close()


ACTIONS = list(SCHEMA.type_map["Action"].values)
EXPLANATIONS = [
    f"query($id: ID!) {{ {' '.join(f'{action}: explain(action: {action}, id: $id) {{ decision }}' for action in actions)} }}"
    for actions in (ACTIONS[start : start + 10] for start in range(0, len(ACTIONS), 10))
]


@pytest.fixture
def both(worlds):
    """`execute = await both(TOM)`; `await execute(document)` is the one response of both worlds."""

    async def log_in(account):
        (plain, _), (other, _) = worlds
        token = await issue_token(plain, account)
        async with plain.transaction() as session, other.transaction() as other_session:
            issued = await session.scalar(sa.select(AccessToken).where(AccessToken.hash == hash_token(token)))
            await other_session.execute(sa.insert(AccessToken).values(_columns(issued)))

        async def execute(document, **variables):
            responses = [await server.execute(token, document, **variables) for _, server in worlds]
            assert responses[0].content == responses[1].content, document
            assert responses[0].status_code == responses[1].status_code
            return responses[0].json()

        return execute

    return log_in


def _columns(row):
    return {column.key: getattr(row, column.key) for column in sa.inspect(type(row)).column_attrs}


async def test_an_administrator_sees_a_difference_between_the_worlds(worlds):
    """Otherwise the other tests would prove nothing."""
    plain, more = [
        (await server.data(await issue_token(database, ANN), "{ viewer { licenses { totalCount } } }"))["viewer"]
        for database, server in worlds
    ]

    assert more["licenses"]["totalCount"] == plain["licenses"]["totalCount"] + 4


def pytest_generate_tests(metafunc):
    """All members in a nightly run; in an ordinary run only Tom, who is a plain member and nothing else."""
    if "member" in metafunc.fixturenames:
        members = MEMBERS if metafunc.config.getoption("--nightly") else [TOM]
        metafunc.parametrize("member", members, ids=lambda account: account.name.split()[0])


async def test_no_list_filter_order_or_count_reveals_a_hidden_row(member, both, nightly):
    execute = await both(member)
    lists = 0
    for document in documents(SCHEMA, IDS, every=1 if nightly else 16):
        answer = await execute(document)
        assert answer.get("data"), (document, answer)
        lists += document.count("totalCount")
    print(f"{member.name}: {lists} lists")
    assert lists > 100


async def test_the_id_of_a_hidden_row_is_answered_like_an_unknown_one(member, both):
    execute = await both(member)
    for kind, hidden in encoded(HIDDEN).items():
        unknown = to_global_id(kind, UUID(int=4))
        nodes = await execute("query($ids: [ID!]!) { nodes(ids: $ids) { id viewerCan } }", ids=[hidden, unknown])
        assert nodes["data"] == {"nodes": [None, None]}
        for document in EXPLANATIONS:
            answer = await execute(document, id=hidden)
            assert set(answer["data"].values()) == {None}, kind
            assert answer == await execute(document, id=unknown)


async def test_no_mutation_reveals_a_hidden_row(member, both, worlds, nightly):
    execute = await both(member)
    keys_before = [await idempotency_keys(database) for database, _ in worlds]
    errors = (
        "__typename errors { code message path action reason state quantity } changes { action nodeId before after }"
    )
    for mutation, field in SCHEMA.mutation_type.fields.items():
        kind = field.args["input"].type.of_type
        if "idempotencyKey" not in kind.fields or not any(name.endswith(("Id", "Ids")) for name in kind.fields):
            continue
        document = f"mutation($input: {kind.name}!) {{ {mutation}(input: $input) {{ {errors} }} }}"
        for dry_run in (False, True) if nightly else (False,):
            answers = []
            for name, ids in (("hidden", HIDDEN), ("unknown", dict.fromkeys(HIDDEN, UUID(int=4)))):
                key = f"{member.name} {mutation} {name} {dry_run}"
                arguments = arguments_of(field, encoded(ids), key) | {"dryRun": dry_run}
                answer = await execute(document, input=arguments)
                assert answer["data"][mutation]["errors"], (mutation, answer)
                answers.append(answer)
                assert await execute(document, input=arguments) == answer
            assert answers[0] == answers[1]
    keys_after = [await idempotency_keys(database) for database, _ in worlds]
    assert keys_after[0] == keys_after[1] != keys_before[0]
    await execute("{ viewer { auditEntries { totalCount nodes { action outcome code resourceType } } } }")


async def idempotency_keys(database):
    """The stored keys with their answers."""
    async with database.transaction() as session:
        rows = await session.scalars(sa.select(IdempotencyKey).order_by(IdempotencyKey.actor_id, IdempotencyKey.key))
        return [(row.actor_id, row.key, row.operation, row.fingerprint, row.answer) for row in rows]


async def test_a_hidden_row_is_hidden_from_a_technical_user(both):
    execute = await both(SERVER)
    for kind, id_ in encoded({kind: HIDDEN[kind] for kind in ("License", "Group", "Project", "User")}).items():
        assert (await execute("query($id: ID!) { node(id: $id) { id } }", id=id_))["data"] == {"node": None}, kind
