"""Changes of projects are reported to administrators, and to colleagues on site once published."""

import asyncio

import pytest

from authz.lists.queries import Projection
from resolvers import projects, virtual_containers
from seeds.cast import ANN, BEA, OLGA, TOM, Licenses, Projects, VirtualContainers
from store.errors import BadInput, Unauthenticated
from subscriptions.projects import ProjectStep, project_changes

PROJECTION = Projection(columns=frozenset({"revision", "state"}))
_keys = iter(range(1000))


async def republish(access_of):
    for case, arguments in (
        (projects.edit_project, {"project_id": Projects.HAMBURG}),
        (
            virtual_containers.remove_license,
            {"virtual_container_id": VirtualContainers.HAMBURG_LINE_2, "license_id": Licenses.PROJECT_ADMIN_ONLY},
        ),
        (projects.publish_project, {"project_id": Projects.HAMBURG}),
    ):
        await case(access_of.attempt(key=f"step {next(_keys)}"), **arguments)


@pytest.mark.feature("F81")
async def test_on_site_a_publication_is_reported_but_no_change_of_the_plan(access_of, feed, listen, take):
    olga = await listen(project_changes(await access_of(OLGA), feed, projection=PROJECTION))
    others = [await listen(project_changes(await access_of(who), feed, projection=PROJECTION)) for who in (TOM, BEA)]

    await republish(await access_of(ANN))

    async with asyncio.timeout(10):
        news = [await olga.get() for _ in range(2)]
    assert [each.step for each in news] == [ProjectStep.REOPENED, ProjectStep.PUBLISHED]
    assert (news[1].project_id, news[1].project.revision) == (Projects.HAMBURG, 2)
    again = await take(project_changes(await access_of(OLGA), feed, after=news[0].cursor, projection=PROJECTION), 1)
    assert [each.step for each in again] == [ProjectStep.PUBLISHED]
    await asyncio.sleep(0.2)
    assert [each.qsize() for each in (olga, *others)] == [0, 0, 0]


async def test_a_project_is_not_reported_on_site_before_its_first_publication(access_of, feed, listen):
    olga, ann = [await listen(project_changes(await access_of(who), feed)) for who in (OLGA, ANN)]
    await projects.rename_project((await access_of(ANN)).attempt(key="1"), project_id=Projects.BREMEN, name="Bremen")
    async with asyncio.timeout(10):
        assert (await ann.get()).step is ProjectStep.CHANGED
    await asyncio.sleep(0.2)
    assert olga.qsize() == 0


async def test_an_anonymous_subscription_and_a_malformed_cursor_are_refused(access_of, feed):
    with pytest.raises(Unauthenticated):
        await anext(project_changes(await access_of(None), feed))
    with pytest.raises(BadInput):
        await anext(project_changes(await access_of(ANN), feed, after="nonsense"))
