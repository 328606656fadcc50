"""Technical users: created by administrators with a container and a token, without a password, and deleted."""

import pytest
import sqlalchemy as sa

from authz.gate.access import Access
from authz.gate.results import restored
from authz.gate.transaction import AlreadyAnswered
from authz.lists.queries import PageQuery, Projection
from resolvers.licenses import assign_license
from resolvers.sessions import login
from resolvers.technical_users import create_technical_user, delete_technical_user, issue_token
from seeds.cast import ANN, BEA, IDA, MAX, REX, SERVER, TOM, Groups, Licenses, cloud_of
from store.containers import Container, ContainerState, ContainerType
from store.errors import Forbidden, NotFound, Unauthenticated
from store.groups import Group
from store.licenses import License
from store.users import AccessToken, AccountNotUsable, User, UserKind, UserStatus


async def create_server(access_of, account=ANN, group=Groups.BERLIN):
    attempt = (await access_of(account)).attempt(key="1")
    done = await create_technical_user(attempt, group_id=group, name=" Berlin server ", days=30)
    return done.result.user.id, done.result.token.value


@pytest.mark.feature("F53", "F33")
async def test_a_license_server_has_a_home_group_its_own_container_and_a_token(access_of, with_token, row, database):
    server_id, token = await create_server(access_of)

    server = await row(User, server_id)
    assert (server.name, server.kind, server.home_group_id) == ("Berlin server", UserKind.TECHNICAL, Groups.BERLIN)
    assert (server.email, server.password_hash, server.is_isv_admin) == (None, None, False)
    async with database.transaction() as session:
        clouds = (await session.scalars(sa.select(Container).where(Container.owner_user_id == server.id))).all()
    assert [(each.type, each.state) for each in clouds] == [(ContainerType.TECHNICAL_CLOUD, ContainerState.READY)]
    opened = with_token(token)
    assert (await opened.view.actor()).id == server.id
    page = await opened.view.page(Group, PageQuery(first=10), Projection())
    assert {each.id for each in page.rows} == {Groups.BERLIN}


@pytest.mark.feature("F53")
async def test_a_license_server_cannot_log_in_with_a_password(access_of, portal):
    await create_server(access_of)
    for name in ("Berlin server", "", SERVER.name):
        with pytest.raises(Unauthenticated):
            await login(Access(portal, None, "test"), email=name, password="")


@pytest.mark.parametrize(
    ("account", "group", "refusal"),
    [(TOM, Groups.BERLIN, Forbidden), (BEA, Groups.BERLIN, Forbidden), (ANN, Groups.BOLT, NotFound)],
)
async def test_only_administrators_create_license_servers(access_of, database, account, group, refusal):
    with pytest.raises(refusal):
        await create_server(access_of, account, group)
    async with database.transaction() as session:
        servers = (await session.scalars(sa.select(User.id).where(User.kind == UserKind.TECHNICAL))).all()
    assert servers == [SERVER.id]


async def test_another_token_is_shown_once_and_stored_as_a_hash(access_of, with_token, row):
    attempt = (await access_of(REX)).attempt(key="1")
    done = await issue_token(attempt, user_id=SERVER.id, name="second", days=2)

    token = await row(AccessToken, done.result.access_token.id)
    assert (token.user_id, token.name) == (SERVER.id, "second")
    assert done.result.token.value not in str(done.changes)
    assert (await with_token(done.result.token.value).view.actor()).id == SERVER.id


@pytest.mark.parametrize(
    ("case", "arguments"),
    [(create_technical_user, {"group_id": Groups.BERLIN}), (issue_token, {"user_id": SERVER.id})],
    ids=["create", "issue"],
)
async def test_a_dry_run_and_a_replay_show_no_token(access_of, case, arguments):
    access = await access_of(ANN)
    tried = await case(access.attempt(dry_run=True), name="x", **arguments)
    done = await case(access.attempt(key="1"), name="x", **arguments)
    with pytest.raises(AlreadyAnswered) as replay:
        await case(access.attempt(key="1"), name="x", **arguments)

    assert (tried.payload["token"], done.payload["token"]) == (None, done.result.token.value)
    assert restored(case.result, replay.value.answer["result"]) == {**done.payload, "token": None}


@pytest.mark.parametrize(("account", "refusal"), [(TOM, NotFound), (MAX, NotFound), (SERVER, Forbidden)])
async def test_only_administrators_issue_tokens_of_a_license_server(access_of, account, refusal):
    with pytest.raises(refusal):
        await issue_token((await access_of(account)).attempt(key="1"), user_id=SERVER.id, name="mine", days=2)


async def test_a_person_is_not_managed_as_a_license_server(access_of, row):
    for case, more in ((issue_token, {"name": "mine"}), (delete_technical_user, {})):
        with pytest.raises(Forbidden):
            await case((await access_of(IDA)).attempt(key=case.operation), user_id=TOM.id, **more)
    assert (await row(User, TOM.id)).status is UserStatus.ACTIVE


async def test_a_deleted_license_server_returns_its_licenses_and_its_tokens_are_refused(access_of, row):
    server = await access_of(SERVER)
    await assign_license(
        (await access_of(ANN)).attempt(key="1"), license_id=Licenses.ACME_POOL, target=User, target_id=SERVER.id
    )

    await delete_technical_user((await access_of(ANN)).attempt(key="2"), user_id=SERVER.id)

    kept = await row(User, SERVER.id)
    assert (kept.status, kept.name) == (UserStatus.ERASED, "Deleted account")
    for id_ in (Licenses.ACME_POOL, Licenses.SERVER_FLOW):
        license = await row(License, id_)
        assert (license.owner_group_id, license.assigned_user_id) == (Groups.ACME, None)
    assert (await row(Container, cloud_of(SERVER.id))).state is ContainerState.DELETED
    with pytest.raises(Unauthenticated):
        await server.view.actor()
    with pytest.raises(AccountNotUsable) as refused:
        await issue_token((await access_of(ANN)).attempt(key="3"), user_id=SERVER.id, name="again", days=2)
    assert refused.value.details == {"state": "ERASED"}
    with pytest.raises(AccountNotUsable):
        await assign_license(
            (await access_of(IDA)).attempt(key="4"), license_id=Licenses.ACME_POOL, target=User, target_id=SERVER.id
        )
