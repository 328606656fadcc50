"""A project is published and pulled into a computer on site, then edited and published again; the changes are pulled."""

from argparse import Namespace
from datetime import UTC, datetime
from typing import Any

from examples.client import Portal, UnexpectedResult, arguments, report, report_refusal, run_script
from license_central.simulated_container import SimulatedContainer
from store.containers import ContainerType

_GROUP_AND_USER = """{ viewer {
    groups(where: { name: { eq: "Acme" } }) { nodes { id name } }
    users(where: { email: { eq: "olga@plant.example" } }) { nodes { id } }
} }"""
_TEMPLATE = """{ viewer { templates(where: { model: { eq: MULTI_USER_SUBSCRIPTION } }) { nodes { id name } } } }"""
_UPDATES = """query($id: ID!) { updates(container: $id) {
    state licensesToAdd licensesToRemove boundRevision project { revision }
} }"""
_VIRTUAL_CONTAINER = """query($id: ID!) { node(id: $id) { ... on VirtualContainer {
    state licensesPublished licenses { nodes { product { name } } }
} } }"""


def now() -> datetime:
    """Return the current time."""
    return datetime.now(UTC)


class OnSite:
    """The steps of the script, with the users and IDs of earlier steps."""

    def __init__(self, portal: Portal, args: Namespace) -> None:
        self.portal, self.args = portal, args

    async def log_in_and_order(self) -> None:
        self.ida = await self.portal.login("ida@northwind.example", self.args.password)
        self.ann = await self.portal.login("ann@acme.example", self.args.password)
        self.olga = await self.portal.login("olga@plant.example", self.args.password)
        data = (await self.ann.query(_GROUP_AND_USER))["viewer"]
        ((group,), (olga,)) = data["groups"]["nodes"], data["users"]["nodes"]
        self.group, self.olga_id = group["id"], olga["id"]
        (template,) = (await self.ida.query(_TEMPLATE))["viewer"]["templates"]["nodes"]
        order = await self.ida.mutate(
            "orderCreate", "licenses { id }", templateId=template["id"], groupId=self.group, quantity=5, count=3
        )
        self.first, self.hidden, self.later = [license["id"] for license in order["licenses"]]
        report(f"{self.ida.name} has sold three licenses of the template '{template['name']}' to {group['name']}.")

    async def prepare_project(self) -> None:
        name = f"Plant {now():%Y-%m-%d %H:%M:%S}"
        created = await self.ann.mutate("projectCreate", "project { id name state }", groupId=self.group, name=name)
        self.project = created["project"]["id"]
        created = await self.ann.mutate(
            "virtualContainerCreate", "virtualContainer { id name }", projectId=self.project, name="Line 7"
        )
        self.line = created["virtualContainer"]["id"]
        for license in (self.first, self.hidden, self.later):
            await self.ann.mutate("licenseAssign", "license { id }", licenseId=license, targetId=self.project)
        for license in (self.first, self.hidden):
            await self._add_license(license)
        await self.ann.mutate("licenseSetVisibility", "license { id }", licenseId=self.first, visibility="PUBLIC")
        await self.ann.mutate(
            "projectAddParticipant",
            "projectParticipant { role }",
            projectId=self.project,
            userId=self.olga_id,
            role="ON_SITE",
        )
        report(f"{self.ann.name} has created the project '{name}' with two licenses in Line 7; one of them is public.")

    async def _add_license(self, license: str) -> None:
        await self.ann.mutate(
            "virtualContainerAddLicense", "virtualContainer { id }", virtualContainerId=self.line, licenseId=license
        )

    async def register_computer(self) -> None:
        self.computer = SimulatedContainer(ContainerType.LOCAL, await self.portal.key_set())
        registered = await self.olga.mutate(
            "containerRegister", "container { id }", registrationFile=self.computer.register(now()), name="line 7"
        )
        self.container = registered["container"]["id"]
        report(f"{self.olga.name} has registered the computer on site, {self.computer.serial}.")
        error = await self.olga.expect_error("NOT_FOUND", "virtualContainerPull", **self._pull())
        report_refusal(f"{self.olga.name} cannot see the project before it is published", error)

    def _pull(self) -> dict[str, Any]:
        return {"virtualContainerId": self.line, "containerId": self.container}

    async def publish(self) -> None:
        published = (await self.ann.mutate("projectPublish", "project { state revision }", projectId=self.project))[
            "project"
        ]
        report(f"{self.ann.name} has published the project: {published['state']}, revision {published['revision']}.")

    async def pull(self) -> None:
        """Files are pulled one at a time: each pull sends the receipt of the last file and the request for the next one."""
        receipt: dict[str, str] = {}
        for number in range(10):
            result = await self.olga.mutate(
                "virtualContainerPull",
                "virtualContainer { state boundRevision } licenseFile",
                **self._pull(),
                **receipt,
                requestFile=self.computer.request(now()),
            )
            if result["licenseFile"] is None:
                bound = result["virtualContainer"]
                report(
                    f"{self.olga.name} has pulled {number} files: Line 7 is {bound['state']} to revision "
                    f"{bound['boundRevision']}, and the computer has {len(self.computer.held)} licenses."
                )
                return
            receipt = {"receiptFile": self.computer.import_file(result["licenseFile"], now())}
        raise UnexpectedResult("the pull is not complete after ten files")

    async def try_to_change(self) -> None:
        line = (await self.olga.query(_VIRTUAL_CONTAINER, id=self.line))["node"]
        report(
            f"{self.olga.name} sees that {line['licensesPublished']} licenses are published, but can read only "
            f"{len(line['licenses']['nodes'])}: the other one is visible only to administrators."
        )
        error = await self.olga.expect_error("VIRTUAL_CONTAINER_UP_TO_DATE", "virtualContainerPull", **self._pull())
        report_refusal("There is nothing left to pull", error)
        error = await self.olga.expect_error("FORBIDDEN", "projectEdit", projectId=self.project)
        report_refusal(f"{self.olga.name} may pull the project but not edit it", error)
        error = await self.ann.expect_error(
            "PROJECT_NOT_IN_PROGRESS",
            "virtualContainerRemoveLicense",
            virtualContainerId=self.line,
            licenseId=self.hidden,
        )
        report_refusal("Even an administrator cannot change a published project", error)

    async def edit(self) -> None:
        await self.ann.mutate("projectEdit", "project { state }", projectId=self.project)
        report(f"{self.ann.name} has set the project back to edit mode.")
        error = await self.olga.expect_error("FORBIDDEN", "virtualContainerPull", **self._pull())
        report_refusal("Nothing can be pulled in edit mode", error)
        await self.ann.mutate(
            "virtualContainerRemoveLicense",
            "virtualContainer { id }",
            virtualContainerId=self.line,
            licenseId=self.hidden,
        )
        await self._add_license(self.later)
        report(f"{self.ann.name} has replaced one license of Line 7 by another one.")

    async def check_for_updates(self) -> None:
        update = (await self.olga.query(_UPDATES, id=self.container))["updates"]
        report(
            f"The query updates(container) returns: Line 7 is {update['state']}, at revision {update['boundRevision']} of "
            f"{update['project']['revision']}; licenses to add: {update['licensesToAdd']}, to remove: "
            f"{update['licensesToRemove']}."
        )

    async def check_up_to_date(self) -> None:
        update = (await self.olga.query(_UPDATES, id=self.container))["updates"]
        if update is not None:
            raise UnexpectedResult(f"there is still an update: {update}")
        report("The computer is up to date.")


async def main(args: Namespace) -> None:
    """Run all steps, from the order to the second revision."""
    async with Portal(args.url) as portal:
        steps = OnSite(portal, args)
        await steps.log_in_and_order()
        await steps.prepare_project()
        await steps.register_computer()
        await steps.publish()
        await steps.pull()
        await steps.try_to_change()
        await steps.edit()
        await steps.publish()
        await steps.check_for_updates()
        await steps.pull()
        await steps.check_up_to_date()


if __name__ == "__main__":
    run_script(main, arguments(__doc__))
