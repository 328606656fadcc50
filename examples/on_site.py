"""A colleague on site: a published project is pulled into a computer, edited, republished, and the difference pulled."""

from argparse import Namespace
from datetime import UTC, datetime
from typing import Any

from examples.talking import NotAsTold, Story, arguments, is_refused, play, says
from license_central.simulated_container import SimulatedContainer
from store.containers import ContainerType

_BEGINNING = """{ viewer {
    groups(where: { name: { eq: "Acme" } }) { nodes { id name } }
    users(where: { email: { eq: "olga@plant.example" } }) { nodes { id } }
} }"""
_TEMPLATE = """{ viewer { templates(where: { model: { eq: MULTI_USER_SUBSCRIPTION } }) { nodes { id name } } } }"""
_WAITING = """query($id: ID!) { updates(container: $id) {
    state licensesToAdd licensesToRemove boundRevision project { revision }
} }"""
_SEEN = """query($id: ID!) { node(id: $id) { ... on VirtualContainer {
    state licensesPublished licenses { nodes { product { name } } }
} } }"""


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


class Site:
    """Who and what has come up so far."""

    def __init__(self, story: Story, args: Namespace) -> None:
        self.story, self.args = story, args

    async def begins(self) -> None:
        self.ida = await self.story.login("ida@northwind.example", self.args.password)
        self.ann = await self.story.login("ann@acme.example", self.args.password)
        self.olga = await self.story.login("olga@plant.example", self.args.password)
        there = (await self.ann.asks(_BEGINNING))["viewer"]
        ((group,), (olga,)) = there["groups"]["nodes"], there["users"]["nodes"]
        self.group, self.olga_id = group["id"], olga["id"]
        (template,) = (await self.ida.asks(_TEMPLATE))["viewer"]["templates"]["nodes"]
        sold = await self.ida.does(
            "orderCreate",
            "licenses { id }",
            templateId=template["id"],
            groupId=self.group,
            quantity=5,
            count=3,
        )
        self.first, self.hidden, self.later = [each["id"] for each in sold["licenses"]]
        says(f"{self.ida.name} has sold three licenses of '{template['name']}' to {group['name']}.")

    async def prepares(self) -> None:
        name = f"Plant of {now():%Y-%m-%d %H:%M:%S}"
        made = await self.ann.does("projectCreate", "project { id name state }", groupId=self.group, name=name)
        self.project = made["project"]["id"]
        planned = await self.ann.does(
            "virtualContainerCreate",
            "virtualContainer { id name }",
            projectId=self.project,
            name="Line 7",
        )
        self.line = planned["virtualContainer"]["id"]
        for license in (self.first, self.hidden, self.later):
            await self.ann.does("licenseAssign", "license { id }", licenseId=license, targetId=self.project)
        for license in (self.first, self.hidden):
            await self._plans(license)
        await self.ann.does("licenseSetVisibility", "license { id }", licenseId=self.first, visibility="PUBLIC")
        await self.ann.does(
            "projectAddParticipant", "projectParticipant { role }", projectId=self.project, userId=self.olga_id,
            role="ON_SITE",
        )  # fmt: skip
        says(f"{self.ann.name} has made the project '{name}', planned two licenses for Line 7, one for all to see.")

    async def _plans(self, license: str) -> None:
        await self.ann.does(
            "virtualContainerAddLicense",
            "virtualContainer { id }",
            virtualContainerId=self.line,
            licenseId=license,
        )

    async def brings_a_computer(self) -> None:
        self.computer = SimulatedContainer(ContainerType.LOCAL, await self.story.key_set())
        known = await self.olga.does(
            "containerRegister",
            "container { id }",
            registrationFile=self.computer.register(now()),
            name="line 7",
        )
        self.container = known["container"]["id"]
        says(f"{self.olga.name} has registered the computer on site, {self.computer.serial}.")
        error = await self.olga.fails("NOT_FOUND", "virtualContainerPull", **self._pull())
        is_refused(f"{self.olga.name} knows of no project before it is published", error)

    def _pull(self) -> dict[str, Any]:
        return {"virtualContainerId": self.line, "containerId": self.container}

    async def publishes(self) -> None:
        done = await self.ann.does("projectPublish", "project { state revision }", projectId=self.project)
        says(f"{self.ann.name} has published it: {done['project']['state']}, revision {done['project']['revision']}.")

    async def pulls(self) -> None:
        """Files go one at a time: each pull brings the receipt for the last one, and a request for the next."""
        receipt: dict[str, str] = {}
        for number in range(10):
            done = await self.olga.does(
                "virtualContainerPull", "virtualContainer { state boundRevision } licenseFile",
                **self._pull(), **receipt, requestFile=self.computer.request(now()),
            )  # fmt: skip
            if done["licenseFile"] is None:
                planned = done["virtualContainer"]
                says(
                    f"{self.olga.name} has pulled {number} files: Line 7 is {planned['state']} to revision "
                    f"{planned['boundRevision']}, and the computer holds {len(self.computer.held)} licenses.",
                )
                return
            receipt = {"receiptFile": self.computer.import_file(done["licenseFile"], now())}
        raise NotAsTold("the pull does not come to an end")

    async def changes_nothing(self) -> None:
        seen = (await self.olga.asks(_SEEN, id=self.line))["node"]
        says(
            f"{self.olga.name} reads that {seen['licensesPublished']} licenses are published, and the name of "
            f"{len(seen['licenses']['nodes'])}: the other one is for administrators only.",
        )
        error = await self.olga.fails("VIRTUAL_CONTAINER_UP_TO_DATE", "virtualContainerPull", **self._pull())
        is_refused("There is nothing more to pull", error)
        error = await self.olga.fails("FORBIDDEN", "projectEdit", projectId=self.project)
        is_refused(f"{self.olga.name} carries the project out, and does not change it", error)
        error = await self.ann.fails(
            "PROJECT_NOT_IN_PROGRESS",
            "virtualContainerRemoveLicense",
            virtualContainerId=self.line,
            licenseId=self.hidden,
        )
        is_refused("What is published is not changed by its administrator either", error)

    async def edits(self) -> None:
        await self.ann.does("projectEdit", "project { state }", projectId=self.project)
        says(f"{self.ann.name} has switched the project back to edit mode.")
        error = await self.olga.fails("FORBIDDEN", "virtualContainerPull", **self._pull())
        is_refused("Meanwhile nothing new arrives on site", error)
        await self.ann.does(
            "virtualContainerRemoveLicense",
            "virtualContainer { id }",
            virtualContainerId=self.line,
            licenseId=self.hidden,
        )
        await self._plans(self.later)
        says(f"{self.ann.name} has taken one license out of Line 7, and planned another one.")

    async def hears_of_an_update(self) -> None:
        update = (await self.olga.asks(_WAITING, id=self.container))["updates"]
        says(
            f"The computer asks updates(container) and hears: Line 7 is {update['state']}, on revision "
            f"{update['boundRevision']} of {update['project']['revision']}; {update['licensesToAdd']} license comes and "
            f"{update['licensesToRemove']} goes.",
        )

    async def is_done(self) -> None:
        waiting = (await self.olga.asks(_WAITING, id=self.container))["updates"]
        if waiting is not None:
            raise NotAsTold(f"something still waits: {waiting}")
        says("Nothing waits for the computer any more.")


async def site(args: Namespace) -> None:
    """From the plan to the second revision."""
    async with Story(args.url) as story:
        this = Site(story, args)
        await this.begins()
        await this.prepares()
        await this.brings_a_computer()
        await this.publishes()
        await this.pulls()
        await this.changes_nothing()
        await this.edits()
        await this.publishes()
        await this.hears_of_an_update()
        await this.pulls()
        await this.is_done()


if __name__ == "__main__":
    play(site, arguments(__doc__))
