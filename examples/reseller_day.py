"""A reseller creates a customer, a demo and a subscription; three dongles are lost and restored; and a report is run."""

from argparse import Namespace
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from examples.client import ApiUser, Portal, arguments, report, report_refusal, run_script, token_from_mail
from license_central.simulated_container import SimulatedContainer
from store.containers import ContainerType

_TEMPLATES = (
    "query($model: LicenseModel!) { viewer { templates(where: { model: { eq: $model } }) { nodes { id name } } } }"
)
_ACTIVATIONS = """query($id: ID!) { node(id: $id) { ... on License {
    product { name } lifecycle seatsTaken seatsFree
    activations(where: { state: { eq: ACTIVE } }) { nodes { deviceLabel container { serial } } }
} } }"""
_REPORTS = """query($group: ID!, $since: DateTime!) { viewer { reports {
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
    """Return the current time."""
    return datetime.now(UTC)


class ResellerDay:
    """The steps of the script, with the users and IDs of earlier steps."""

    def __init__(self, portal: Portal, args: Namespace) -> None:
        self.portal, self.args = portal, args
        self.domain = f"customer-{now():%Y%m%d%H%M%S}.example"

    async def log_in(self) -> None:
        self.ida = await self.portal.login("ida@northwind.example", self.args.password)
        self.rex = await self.portal.login("rex@rheintal.example", self.args.password)
        self.keys = await self.portal.key_set()
        data = await self.rex.query(
            "{ viewer { user { id } groups(where: { kind: { eq: RESELLER } }) { nodes { id } } } }"
        )
        self.rex_id = data["viewer"]["user"]["id"]
        (self.reseller_group,) = [group["id"] for group in data["viewer"]["groups"]["nodes"]]
        report(f"{self.rex.name} (reseller) and {self.ida.name} (ISV admin) have logged in.")

    async def create_customer(self) -> None:
        created = await self.rex.mutate(
            "groupCreate", "group { id name }", name=self.args.customer, kind="CUSTOMER", parentId=self.reseller_group
        )
        self.customer = created["group"]["id"]
        report(f"{self.rex.name} has created the customer group {created['group']['name']}.")
        email = f"nora@{self.domain}"
        await self.rex.mutate("invitationCreate", "invitation { id }", groupId=self.customer, email=email, role="ADMIN")
        report(f"{self.rex.name} has invited {email} as its administrator.")
        self.nora = await self._register(email, "Nora Nyman")
        pending = await self.nora.query(
            "{ viewer { invitations(where: { state: { eq: PENDING } }) { nodes { id groupName } } } }"
        )
        (invitation,) = pending["viewer"]["invitations"]["nodes"]
        await self.nora.mutate("invitationAccept", "membership { role }", invitationId=invitation["id"])
        report(f"{self.nora.name} has accepted the invitation and administers {invitation['groupName']}.")
        email = f"kim@{self.domain}"
        created = await self.nora.mutate(
            "accountCreate", "user { id }", groupId=self.customer, email=email, name="Kim Kolb"
        )
        self.kim_id = created["user"]["id"]
        anonymous = await self.portal.anonymous("Kim Kolb")
        token = await token_from_mail(email, "CONFIRMATION")
        await anonymous.mutate("accountConfirm", "changes { action }", token=token, password=self.args.password)
        self.kim = await self.portal.login(email, self.args.password)
        report(f"{self.nora.name} has created an account for {self.kim.name}, who has confirmed it.")

    async def _register(self, email: str, name: str) -> ApiUser:
        anonymous = await self.portal.anonymous(name)
        await anonymous.mutate(
            "accountRegister", "changes { action }", email=email, name=name, password=self.args.password
        )
        report_refusal(
            f"{name} has registered and cannot log in before confirming the email address",
            await anonymous.expect_error("UNAUTHENTICATED", "login", email=email, password=self.args.password),
        )
        await anonymous.mutate(
            "accountConfirm", "changes { action }", token=await token_from_mail(email, "CONFIRMATION")
        )
        user = await self.portal.login(email, self.args.password)
        report(f"{name} has confirmed the address with the token from the email, and logged in.")
        return user

    async def order_demo(self) -> None:
        demo = await self._template("DEMO")
        order = {"templateId": demo["id"], "groupId": self.customer}
        error = await self.rex.expect_error("MODEL_RULE", "orderCreate", **order, days=90)
        report_refusal(f"{self.rex.name} cannot order a demo of 90 days", error)
        created = await self.rex.mutate("orderCreate", "licenses { id days } code", **order, days=30)
        (license,) = created["licenses"]
        self.demo = license["id"]
        report(f"{self.rex.name} has ordered a demo of {license['days']} days with the template '{demo['name']}'.")
        error = await self.rex.expect_error("DEMO_EXISTS", "orderCreate", **order, days=30)
        report_refusal("A customer cannot have a second demo of the same product", error)
        await self.nora.mutate("licenseAssign", "license { id }", licenseId=self.demo, targetId=self.kim_id)
        data = await self.kim.query(
            "{ viewer { containers(where: { type: { eq: PERSONAL_CLOUD } }) { nodes { id } } } }"
        )
        (cloud,) = data["viewer"]["containers"]["nodes"]
        activated = await self.kim.mutate(
            "licenseActivate",
            "activation { state } license { expiresAt }",
            licenseId=self.demo,
            containerId=cloud["id"],
        )
        report(
            f"{self.nora.name} has assigned it to {self.kim.name}, who has activated it in the personal cloud: "
            f"{activated['activation']['state']}, expires on {activated['license']['expiresAt'][:10]}."
        )

    async def order_subscription(self) -> None:
        annual = await self._template("SINGLE_USER_SUBSCRIPTION")
        order = {"templateId": annual["id"], "groupId": self.customer}
        error = await self.rex.expect_error("OVER_BOUND", "orderCreate", **order)
        report_refusal(f"{self.rex.name} may not order a year: the grant allows at most {error['limit']} days", error)
        data = await self.ida.query('{ viewer { categories(where: { name: { eq: "Design" } }) { nodes { id } } } }')
        (design,) = data["viewer"]["categories"]["nodes"]
        await self.ida.mutate(
            "categoryGrantCreate",
            "categoryGrant { id }",
            categoryId=design["id"],
            holderId=self.rex_id,
            scopeGroupId=self.customer,
            verbs=["CREATE", "MODIFY", "REVOKE"],
            maxQuantity=5,
            maxDays=366,
        )
        report(
            f"{self.ida.name} has granted {self.rex.name} CREATE, MODIFY and REVOKE for this customer, up to 366 days."
        )
        created = await self.rex.mutate("orderCreate", "licenses { id expiresAt }", **order, externalRef=self.domain)
        (license,) = created["licenses"]
        self.license = license["id"]
        await self.rex.mutate("licenseRevoke", "license { lifecycle }", licenseId=self.demo)
        report(
            f"{self.rex.name} has replaced the demo by '{annual['name']}': the subscription runs until "
            f"{license['expiresAt'][:10]}, and the demo is revoked."
        )
        error = await self.kim.expect_error("NOT_FOUND", "licenseAssign", licenseId=self.license, targetId=self.kim_id)
        report_refusal(f"{self.kim.name} cannot assign a license that is not visible to them", error)
        await self.nora.mutate("licenseAssign", "license { id }", licenseId=self.license, targetId=self.kim_id)
        report(f"{self.nora.name} has assigned the subscription to {self.kim.name}.")

    async def _template(self, model: str) -> Any:
        data = await self.rex.query(_TEMPLATES, model=model)
        (template,) = data["viewer"]["templates"]["nodes"]
        return template

    async def activate_dongle(self, number: int) -> str:
        """Activate the license in a new dongle with files (registration, request, license, receipt); return the activation ID."""
        dongle = SimulatedContainer(ContainerType.DONGLE, self.keys)
        name = f"dongle {number}"
        registered = await self.kim.mutate(
            "containerRegister", "container { id serial }", registrationFile=dongle.register(now()), name=name
        )
        container = registered["container"]["id"]
        activated = await self.kim.mutate(
            "licenseActivate",
            "activation { id state } licenseFile { content }",
            licenseId=self.license,
            containerId=container,
            deviceLabel=name,
            requestFile=dongle.request(now()),
        )
        receipt = dongle.import_file(activated["licenseFile"]["content"], now())
        confirmation = {"activationId": activated["activation"]["id"], "receiptFile": receipt}
        confirmed = await self.kim.mutate("activationConfirm", "activation { state }", **confirmation)
        report(
            f"{self.kim.name} has activated the license in {name} ({dongle.serial}): "
            f"{activated['activation']['state']} at first, {confirmed['activation']['state']} with the receipt."
        )
        if number == 1:
            error = await self.kim.expect_error("CONTAINER_FILE_REPLAYED", "activationConfirm", **confirmation)
            report_refusal("The same receipt cannot be used twice", error)
            error = await self.kim.expect_error(
                "CONTAINER_FILE_NOT_GENUINE",
                "licenseActivate",
                licenseId=self.license,
                containerId=container,
                requestFile=dongle.request(now())[:-4] + "AAAA",
            )
            report_refusal("A request file with a wrong signature is rejected", error)
        activation_id: str = activated["activation"]["id"]
        return activation_id

    async def report_loss(self, number: int, activation: str) -> None:
        """Within the limit a restore is approved by rule, above it by the vendor."""
        case = await self.kim.mutate(
            "restoreRequest",
            "restoreCase { id state } activations { state container { state } }",
            activationId=activation,
            reason="LOST",
        )
        state, name = case["restoreCase"]["state"], f"dongle {number}"
        if state == "COMPLETED":
            (old,) = case["activations"]
            report(
                f"{self.kim.name} has lost {name}: by rule its seat is free again, and the dongle is "
                f"{old['container']['state']}."
            )
            return
        report(f"{self.kim.name} has lost {name}, too, which is over the limit: {state}.")
        error = await self.nora.expect_error("FORBIDDEN", "restoreApprove", restoreCaseId=case["restoreCase"]["id"])
        report_refusal(f"{self.nora.name} may not approve the restore", error)
        approved = await self.ida.mutate(
            "restoreApprove", "restoreCase { state }", restoreCaseId=case["restoreCase"]["id"]
        )
        report(f"{self.ida.name} has approved it for the vendor: {approved['restoreCase']['state']}.")

    async def print_reports(self) -> None:
        since = now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        reports = (await self.rex.query(_REPORTS, group=self.customer, since=since.isoformat()))["viewer"]["reports"]
        created = reports["createdLicenses"]
        names = ", ".join(sorted(f"{row['product']['name']} {row['model']}" for row in created["rows"]))
        report(f"The reports of this month for {self.args.customer}, as seen by {self.rex.name}:")
        report(
            f"  created: {created['totals']['soldLicenses']} sold, {created['totals']['demoLicenses']} demo ({names})"
        )
        for row in reports["restores"]["rows"]:
            if row["group"] and row["group"]["id"] == self.customer:
                report(f"  restores, {row['reason'].lower()}: {row['cases']}, completed: {row['completed']}")
        anomalies = [
            row["kind"]
            for row in reports["anomalies"]["rows"]
            if row["license"] and row["license"]["id"] == self.license
        ]
        report(f"  anomalies: {', '.join(sorted(anomalies))}")
        activations = (await self.ida.query(_RESTORES, id=self.license))["node"]["activations"]["nodes"]
        cases = [case for activation in activations for case in activation["restoreCases"]["nodes"]]
        deciders = Counter(f"by {case['decidedBy']['name']}" if case["decidedBy"] else "by rule" for case in cases)
        report("  decided: " + ", ".join(f"{count} {decider}" for decider, count in deciders.most_common()))
        license = (await self.nora.query(_ACTIVATIONS, id=self.license))["node"]
        (activation,) = license["activations"]["nodes"]
        report(
            f"At the end of the day {license['product']['name']} is {license['lifecycle']} and activated in "
            f"{activation['deviceLabel']} ({activation['container']['serial']})."
        )


async def main(args: Namespace) -> None:
    """Run all steps, from the login to the report."""
    async with Portal(args.url) as portal:
        steps = ResellerDay(portal, args)
        await steps.log_in()
        await steps.create_customer()
        await steps.order_demo()
        await steps.order_subscription()
        for number in (1, 2, 3):
            await steps.report_loss(number, await steps.activate_dongle(number))
        await steps.activate_dongle(4)
        await steps.print_reports()


if __name__ == "__main__":
    parser = arguments(__doc__)
    parser.add_argument("--customer", default="Fjordbank", help="name of the new customer (default: %(default)s)")
    run_script(main, parser)
