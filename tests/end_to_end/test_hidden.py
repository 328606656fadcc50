"""Two worlds, in one of which there is more that a member may not see: whatever he asks, both answer with the same bytes."""

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
    """What none of the members may know of: in their own group, above it and beside it."""

    def sold(id_, **rest):
        return License(
            id=id_, product_id=Products.CAD, model=LicenseModel.PERPETUAL_MULTI_USER, quantity=7, starts_at=now,
            anchor_at=now, owner_group_id=Groups.ACME, **rest,
        )  # fmt: skip

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
        session.add(sold(HIDDEN["License"], assigned_group_id=Groups.BERLIN, ticket_id=HIDDEN["Ticket"]))
        session.add(sold(MORE["of the parent"], assigned_group_id=Groups.ACME, visibility="PUBLIC"))
        session.add(sold(MORE["of the sibling"], assigned_group_id=HIDDEN["Group"], visibility="PUBLIC"))
        session.add(sold(MORE["of the middle"]))
        await session.flush()
        session.add(
            Activation(
                id=HIDDEN["Activation"], license_id=HIDDEN["License"], container_id=cloud_of(Groups.BERLIN), seat=1,
                state=ActivationState.ACTIVE, requested_by_id=ANN.id, requested_at=now, receipt_at=now,
            ),
        )  # fmt: skip
        seen = {"license_id": HIDDEN["License"], "group_id": Groups.ACME}
        entry = AuditEntry(id=HIDDEN["AuditEntry"], at=now, actor_id=ANN.id, action="license.assigned", **seen)
        await audit.append(session, [entry])


@pytest.fixture(scope="module")
async def worlds(new_demo, tmp_path_factory):
    """The plain one and the one with more in it: a database and a door each."""
    databases = [Database(new_demo(), pool_size=4) for _ in range(2)]
    try:  # an engine that is left open keeps the loop, and with it the whole run, from ending
        await add_hidden(databases[1], SystemClock().now())
        folder = tmp_path_factory.mktemp("worlds")
        async with serving(databases[0], folder) as plain, serving(databases[1], folder) as more:
            yield list(zip(databases, (plain, more), strict=True))
    finally:
        for each in databases:
            await each.close()


ACTIONS = list(SCHEMA.type_map["Action"].values)
EXPLANATIONS = [
    f"query($id: ID!) {{ {' '.join(f'{each}: explain(action: {each}, id: $id) {{ decision }}' for each in some)} }}"
    for some in (ACTIONS[start : start + 10] for start in range(0, len(ACTIONS), 10))
]


@pytest.fixture
def both(worlds):
    """`ask = await both(TOM)`; `await ask(document)` asks in both worlds and gives the one answer."""

    async def log_in(account):
        (here, _), (there, _) = worlds
        token = await issue_token(here, account)
        async with here.transaction() as session, there.transaction() as other:
            issued = await session.scalar(sa.select(AccessToken).where(AccessToken.hash == hash_token(token)))
            await other.execute(sa.insert(AccessToken).values(_columns(issued)))

        async def ask(document, **variables):
            answers = [await server.execute(token, document, **variables) for _, server in worlds]
            assert answers[0].content == answers[1].content, document
            assert answers[0].status_code == answers[1].status_code
            return answers[0].json()

        return ask

    return log_in


def _columns(row):
    return {each.key: getattr(row, each.key) for each in sa.inspect(type(row)).column_attrs}


def told_an_admin(answer):
    return answer["data"]["viewer"]["licenses"]["totalCount"]


async def test_the_worlds_differ_for_an_administrator(worlds):
    """So that the silence of the others proves something."""
    answers = [
        await server.data(await issue_token(database, ANN), "{ viewer { licenses { totalCount } } }")
        for database, server in worlds
    ]

    assert told_an_admin({"data": answers[1]}) == told_an_admin({"data": answers[0]}) + 4


def pytest_generate_tests(metafunc):
    """All the members ask in a nightly run; in an ordinary one Tom, who is a member and nothing else."""
    if "member" in metafunc.fixturenames:
        asking = MEMBERS if metafunc.config.getoption("--nightly") else [TOM]
        metafunc.parametrize("member", asking, ids=lambda each: each.name.split()[0])


async def test_no_list_no_filter_no_order_and_no_count_tells(member, both, nightly):
    ask = await both(member)
    asked = 0
    for document in documents(SCHEMA, IDS, every=1 if nightly else 16):
        answer = await ask(document)
        assert answer.get("data"), (document, answer)
        asked += document.count("totalCount")
    print(f"{member.name}: {asked} lists")
    assert asked > 100


async def test_an_id_of_something_hidden_is_an_id_of_nothing(member, both):
    ask = await both(member)
    for kind, id_ in encoded(HIDDEN).items():
        nowhere = to_global_id(kind, UUID(int=4))
        found = await ask("query($ids: [ID!]!) { nodes(ids: $ids) { id viewerCan } }", ids=[id_, nowhere])
        assert found["data"] == {"nodes": [None, None]}
        for document in EXPLANATIONS:
            told = await ask(document, id=id_)
            assert set(told["data"].values()) == {None}, kind
            assert told == await ask(document, id=nowhere)


async def test_no_mutation_of_something_hidden_tells(member, both, worlds, nightly):
    ask = await both(member)
    kept_before = [await kept(database) for database, _ in worlds]
    errors = (
        "__typename errors { code message path action reason state quantity } changes { action nodeId before after }"
    )
    for mutation, field in SCHEMA.mutation_type.fields.items():
        kind = field.args["input"].type.of_type
        if "idempotencyKey" not in kind.fields or not any(each.endswith(("Id", "Ids")) for each in kind.fields):
            continue
        document = f"mutation($input: {kind.name}!) {{ {mutation}(input: $input) {{ {errors} }} }}"
        for dry in (False, True) if nightly else (False,):
            pairs = []
            for which, ids in (("hidden", HIDDEN), ("nowhere", dict.fromkeys(HIDDEN, UUID(int=4)))):
                given = arguments_of(field, encoded(ids), f"{member.name} {mutation} {which} {dry}") | {"dryRun": dry}
                answer = await ask(document, input=given)
                assert answer["data"][mutation]["errors"], (mutation, answer)
                pairs.append(answer)
                assert await ask(document, input=given) == answer
            assert pairs[0] == pairs[1]
    kept_after = [await kept(database) for database, _ in worlds]
    assert kept_after[0] == kept_after[1] != kept_before[0]
    await ask("{ viewer { auditEntries { totalCount nodes { action outcome code resourceType } } } }")


async def kept(database):
    """Which keys are kept in a world, and under which answer."""
    async with database.transaction() as session:
        rows = await session.scalars(sa.select(IdempotencyKey).order_by(IdempotencyKey.actor_id, IdempotencyKey.key))
        return [(each.actor_id, each.key, each.operation, each.fingerprint, each.answer) for each in rows]


async def test_a_technical_user_is_told_as_little(both):
    ask = await both(SERVER)
    for kind, id_ in encoded({each: HIDDEN[each] for each in ("License", "Group", "Project", "User")}).items():
        assert (await ask("query($id: ID!) { node(id: $id) { id } }", id=id_))["data"] == {"node": None}, kind
