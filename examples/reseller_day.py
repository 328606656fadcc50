"""A reseller's whole day: a new customer, a demo, a subscription, three lost dongles, and the report of the month."""

from argparse import Namespace
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from examples.talking import Person, Story, arguments, is_refused, letter_to, play, says
from license_central.simulated_container import SimulatedContainer
from store.containers import ContainerType

_TEMPLATES = (
    "query($model: LicenseModel!) { viewer { templates(where: { model: { eq: $model } }) { nodes { id name } } } }"
)
_PLACES = """query($id: ID!) { node(id: $id) { ... on License {
    product { name } lifecycle seatsTaken seatsFree
    activations(where: { state: { eq: ACTIVE } }) { nodes { deviceLabel container { serial } } }
} } }"""
_MONTH = """query($group: ID!, $since: DateTime!) { viewer { reports {
    createdLicenses(from: $since, groupBy: [PRODUCT, MODEL], where: { ownerGroup: { eq: $group } }) {
        rows { product { name } model } totals { soldLicenses demoLicenses }
    }
    restores(from: $since, groupBy: [GROUP, REASON]) { rows { group { id } reason cases completed } }
    anomalies(from: $since) { rows { kind license { id } } }
} } }"""
_RESTORES = """query($id: ID!) { node(id: $id) { ... on License {
    activations { nodes { state restoreCases { nodes { state decidedBy { name } } } } }
} } }"""


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


class Day:
    """Who and what has come up so far."""

    def __init__(self, story: Story, args: Namespace) -> None:
        self.story, self.args = story, args
        self.domain = f"customer-{now():%Y%m%d%H%M%S}.example"

    async def begins(self) -> None:
        self.ida = await self.story.login("ida@northwind.example", self.args.password)
        self.rex = await self.story.login("rex@rheintal.example", self.args.password)
        self.keys = await self.story.key_set()
        answer = await self.rex.asks(
            "{ viewer { user { id } groups(where: { kind: { eq: RESELLER } }) { nodes { id } } } }",
        )
        self.rex_id = answer["viewer"]["user"]["id"]
        (self.house,) = [each["id"] for each in answer["viewer"]["groups"]["nodes"]]
        says(f"{self.rex.name}, a reseller, and {self.ida.name}, his vendor, have logged in.")

    async def wins_a_customer(self) -> None:
        made = await self.rex.does(
            "groupCreate",
            "group { id name }",
            name=self.args.customer,
            kind="CUSTOMER",
            parentId=self.house,
        )
        self.customer = made["group"]["id"]
        says(f"{self.rex.name} has created the customer {made['group']['name']} below his house.")
        email = f"nora@{self.domain}"
        await self.rex.does("invitationCreate", "invitation { id }", groupId=self.customer, email=email, role="ADMIN")
        says(f"{self.rex.name} has invited {email} to administer it.")
        self.nora = await self._registers(email, "Nora Nyman")
        waiting = await self.nora.asks(
            "{ viewer { invitations(where: { state: { eq: PENDING } }) { nodes { id groupName } } } }",
        )
        (invitation,) = waiting["viewer"]["invitations"]["nodes"]
        await self.nora.does("invitationAccept", "membership { role }", invitationId=invitation["id"])
        says(f"{self.nora.name} has accepted, and administers {invitation['groupName']}.")
        email = f"kim@{self.domain}"
        made = await self.nora.does("accountCreate", "user { id }", groupId=self.customer, email=email, name="Kim Kolb")
        self.kim_id = made["user"]["id"]
        newcomer = await self.story.stranger("Kim Kolb")
        token = await letter_to(email, "CONFIRMATION")
        await newcomer.does("accountConfirm", "changes { action }", token=token, password=self.args.password)
        self.kim = await self.story.login(email, self.args.password)
        says(f"{self.nora.name} has made an account for her colleague {self.kim.name}, who has opened it.")

    async def _registers(self, email: str, name: str) -> Person:
        stranger = await self.story.stranger(name)
        await stranger.does(
            "accountRegister",
            "changes { action }",
            email=email,
            name=name,
            password=self.args.password,
        )
        is_refused(
            f"{name} has registered, and cannot log in before the letter is back",
            await stranger.fails("UNAUTHENTICATED", "login", email=email, password=self.args.password),
        )
        await stranger.does("accountConfirm", "changes { action }", token=await letter_to(email, "CONFIRMATION"))
        person = await self.story.login(email, self.args.password)
        says(f"{name} has confirmed her address by the token of the letter, and logged in.")
        return person

    async def lends_a_demo(self) -> None:
        demo = await self._template("DEMO")
        wish = {"templateId": demo["id"], "groupId": self.customer}
        error = await self.rex.fails("MODEL_RULE", "orderCreate", **wish, days=90)
        is_refused(f"{self.rex.name} cannot make a demo of 90 days", error)
        made = await self.rex.does("orderCreate", "licenses { id days } code", **wish, days=30)
        (license,) = made["licenses"]
        self.demo = license["id"]
        says(f"{self.rex.name} has made a demo of {license['days']} days from '{demo['name']}'.")
        error = await self.rex.fails("DEMO_EXISTS", "orderCreate", **wish, days=30)
        is_refused("A second demo of the same product is one too many", error)
        await self.nora.does("licenseAssign", "license { id }", licenseId=self.demo, targetId=self.kim_id)
        cloud = await self.kim.asks(
            "{ viewer { containers(where: { type: { eq: PERSONAL_CLOUD } }) { nodes { id } } } }",
        )
        (own,) = cloud["viewer"]["containers"]["nodes"]
        taken = await self.kim.does(
            "licenseActivate",
            "activation { state } license { expiresAt }",
            licenseId=self.demo,
            containerId=own["id"],
        )
        says(
            f"{self.nora.name} has given it to {self.kim.name}, whose cloud has it at once: "
            f"{taken['activation']['state']}, and the thirty days run until {taken['license']['expiresAt'][:10]}.",
        )

    async def sells_a_subscription(self) -> None:
        yearly = await self._template("SINGLE_USER_SUBSCRIPTION")
        wish = {"templateId": yearly["id"], "groupId": self.customer}
        error = await self.rex.fails("OVER_BOUND", "orderCreate", **wish)
        is_refused(f"{self.rex.name} may not sell a year; his right of creation ends at {error['limit']} days", error)
        shelf = await self.ida.asks('{ viewer { categories(where: { name: { eq: "Design" } }) { nodes { id } } } }')
        (design,) = shelf["viewer"]["categories"]["nodes"]
        await self.ida.does(
            "categoryGrantCreate", "categoryGrant { id }", categoryId=design["id"], holderId=self.rex_id,
            scopeGroupId=self.customer, verbs=["CREATE", "MODIFY", "REVOKE"], maxQuantity=5, maxDays=366,
        )  # fmt: skip
        says(f"{self.ida.name} lets {self.rex.name} create, change and revoke for this customer, up to 366 days.")
        made = await self.rex.does("orderCreate", "licenses { id expiresAt }", **wish, externalRef=self.domain)
        (license,) = made["licenses"]
        self.license = license["id"]
        await self.rex.does("licenseRevoke", "license { lifecycle }", licenseId=self.demo)
        says(
            f"{self.rex.name} has turned the demo into '{yearly['name']}': the subscription runs until "
            f"{license['expiresAt'][:10]}, and the demo is revoked.",
        )
        error = await self.kim.fails("NOT_FOUND", "licenseAssign", licenseId=self.license, targetId=self.kim_id)
        is_refused(f"{self.kim.name} cannot help himself to a license that he does not see", error)
        await self.nora.does("licenseAssign", "license { id }", licenseId=self.license, targetId=self.kim_id)
        says(f"{self.nora.name} has assigned the subscription to {self.kim.name}.")

    async def _template(self, model: str) -> Any:
        answer = await self.rex.asks(_TEMPLATES, model=model)
        (found,) = answer["viewer"]["templates"]["nodes"]
        return found

    async def takes_a_dongle(self, number: int) -> str:
        """Everything goes by files: registration, request, license, receipt. Gives the activation's id."""
        dongle = SimulatedContainer(ContainerType.DONGLE, self.keys)
        name = f"dongle {number}"
        known = await self.kim.does(
            "containerRegister",
            "container { id serial }",
            registrationFile=dongle.register(now()),
            name=name,
        )
        container = known["container"]["id"]
        asked = await self.kim.does(
            "licenseActivate", "activation { id state } licenseFile { content }", licenseId=self.license,
            containerId=container, deviceLabel=name, requestFile=dongle.request(now()),
        )  # fmt: skip
        receipt = dongle.import_file(asked["licenseFile"]["content"], now())
        brought = {"activationId": asked["activation"]["id"], "receiptFile": receipt}
        done = await self.kim.does("activationConfirm", "activation { state }", **brought)
        says(
            f"{self.kim.name} has carried the license into {name} ({dongle.serial}) by files: "
            f"{asked['activation']['state']}, and {done['activation']['state']} with the receipt.",
        )
        if number == 1:
            error = await self.kim.fails("CONTAINER_FILE_REPLAYED", "activationConfirm", **brought)
            is_refused("The same receipt counts once", error)
            error = await self.kim.fails(
                "CONTAINER_FILE_NOT_GENUINE", "licenseActivate", licenseId=self.license, containerId=container,
                requestFile=dongle.request(now())[:-4] + "AAAA",
            )  # fmt: skip
            is_refused("A request that was altered on the way is none", error)
        seat: str = asked["activation"]["id"]
        return seat

    async def loses(self, number: int, activation: str) -> None:
        """Within the limit the rules decide, above it the vendor."""
        case = await self.kim.does(
            "restoreRequest", "restoreCase { id state } activations { state container { state } }",
            activationId=activation, reason="LOST",
        )  # fmt: skip
        state, name = case["restoreCase"]["state"], f"dongle {number}"
        if state == "COMPLETED":
            (old,) = case["activations"]
            says(
                f"{self.kim.name} has lost {name}: by the rules its license is free again, and the dongle is "
                f"{old['container']['state']}.",
            )
            return
        says(f"{self.kim.name} has lost {name} too; this is one more than the rules allow: {state}.")
        error = await self.nora.fails("FORBIDDEN", "restoreApprove", restoreCaseId=case["restoreCase"]["id"])
        is_refused(f"{self.nora.name} does not decide about it", error)
        done = await self.ida.does("restoreApprove", "restoreCase { state }", restoreCaseId=case["restoreCase"]["id"])
        says(f"{self.ida.name} has approved it for the vendor: {done['restoreCase']['state']}.")

    async def reports(self) -> None:
        since = now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        month = (await self.rex.asks(_MONTH, group=self.customer, since=since.isoformat()))["viewer"]["reports"]
        created = month["createdLicenses"]
        names = ", ".join(sorted(f"{each['product']['name']} {each['model']}" for each in created["rows"]))
        says(f"The month of {self.rex.name} for {self.args.customer}, by the reports of the portal:")
        says(f"  created: {created['totals']['soldLicenses']} sold, {created['totals']['demoLicenses']} demo ({names})")
        for each in month["restores"]["rows"]:
            if each["group"] and each["group"]["id"] == self.customer:
                says(f"  {each['reason'].lower()}: {each['cases']}, of which {each['completed']} are replaced")
        odd = [
            each["kind"]
            for each in month["anomalies"]["rows"]
            if each["license"] and each["license"]["id"] == self.license
        ]
        says(f"  out of the ordinary: {', '.join(sorted(odd))}")
        places = (await self.ida.asks(_RESTORES, id=self.license))["node"]["activations"]["nodes"]
        cases = [case for place in places for case in place["restoreCases"]["nodes"]]
        by_whom = Counter(f"by {case['decidedBy']['name']}" if case["decidedBy"] else "by rule" for case in cases)
        says("  decided: " + ", ".join(f"{count} {how}" for how, count in by_whom.most_common()))
        license = (await self.nora.asks(_PLACES, id=self.license))["node"]
        (place,) = license["activations"]["nodes"]
        says(
            f"In the evening {license['product']['name']} is {license['lifecycle']}, with its seat in "
            f"{place['deviceLabel']} ({place['container']['serial']}).",
        )


async def day(args: Namespace) -> None:
    """From the first log-in to the report."""
    async with Story(args.url) as story:
        this = Day(story, args)
        await this.begins()
        await this.wins_a_customer()
        await this.lends_a_demo()
        await this.sells_a_subscription()
        for number in (1, 2, 3):
            await this.loses(number, await this.takes_a_dongle(number))
        await this.takes_a_dongle(4)
        await this.reports()


if __name__ == "__main__":
    parser = arguments(__doc__)
    parser.add_argument("--customer", default="Fjordbank", help="the name of the new customer")
    play(day, parser)
