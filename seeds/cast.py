"""The accounts and rows of the demo world by name; their IDs are the same in every database."""

from dataclasses import dataclass
from uuid import NAMESPACE_DNS, UUID, uuid5

PASSWORD = "winter-harbor"  # noqa: S105 - the documented password of every person in the demo world
_NAMESPACE = uuid5(NAMESPACE_DNS, "demo.portal.example")


def named(kind: str, name: str) -> UUID:
    """Return the ID of a row of the demo world."""
    return uuid5(_NAMESPACE, f"{kind} {name}")


@dataclass(frozen=True)
class Account:
    """An account of the demo world: a person with an email address, or a technical user without one."""

    name: str
    email: str | None
    about: str

    @property
    def id(self) -> UUID:
        return named("user", self.email or self.name)

    @property
    def login(self) -> str:
        """The argument for `./portal token`."""
        return self.email or self.name


IDA = Account("Ida Lund", "ida@northwind.example", "ISV admin of Northwind Software")
REX = Account("Rex Rheiner", "rex@rheintal.example", "admin of the reseller, with grants for trial products")
ANN = Account("Ann Archer", "ann@acme.example", "admin of the customer Acme")
TOM = Account("Tom Tanner", "tom@acme.example", "plain member of Acme Berlin")
BEA = Account("Bea Brandt", "bea@brandt.example", "member of Acme Berlin and admin of Bolt: two customers, one account")
SERVER = Account("Acme License Server", None, "technical user of Acme")
OLGA = Account("Olga Orlova", "olga@plant.example", "on-site colleague in a project of Acme, member of no group")
SAM = Account("Sam Sommer", "sam@sommer.example", "individual customer, member of no group")

CAST = (IDA, REX, ANN, TOM, BEA, SERVER, OLGA, SAM)

# The additional accounts that make the cast cover every row of the access table.
SAL = Account("Sal Silva", "sal@northwind.example", "sales employee of Northwind, with grants for its customers")
UWE = Account("Uwe Urban", "uwe@northwind.example", "support employee of Northwind")
AUDREY = Account("Audrey Aalto", "audrey@northwind.example", "auditor of Northwind")
PIA = Account("Pia Pohl", "pia@planning.example", "admin of a project of Acme, member of no group")
LEA = Account("Lea Lang", "lea@acme.example", "plain member of Acme Berlin Lab")
MAX = Account("Max Meier", "max@bolt.example", "plain member of Bolt")

EXTRAS = (SAL, UWE, AUDREY, PIA, LEA, MAX)


class Groups:
    """The group tree: vendor and reseller at the top, customers below them, and a team within a team."""

    NORTHWIND = named("group", "Northwind Software")
    SALES = named("group", "Northwind Sales")
    BOLT = named("group", "Bolt")
    RHEINTAL = named("group", "Rheintal Reselling")
    ACME = named("group", "Acme")
    BERLIN = named("group", "Acme Berlin")
    LAB = named("group", "Acme Berlin Lab")


class Categories:
    """Product categories."""

    DESIGN = named("category", "Design")
    SIMULATION = named("category", "Simulation")
    TRIALS = named("category", "Trials")


class Products:
    """The products of Northwind."""

    CAD = named("product", "Atlas CAD")
    RENDER = named("product", "Atlas Render")
    FLOW = named("product", "Meridian Flow")
    VIEWER = named("product", "Meridian Viewer")
    GATEWAY = named("product", "Harbor Gateway")


class Licenses:
    """One license for each case that the access table or the license models distinguish."""

    TOM_CAD = named("license", "Tom's subscription, active in his cloud")
    TOM_RENDER = named("license", "Tom's perpetual one, its activation waits for a receipt")
    TOM_PREPAID = named("license", "Tom's prepaid days")
    TOM_GATEWAY = named("license", "Tom's, deactivation disabled for the product")
    TOM_SUSPENDED = named("license", "Tom's, suspended")
    BEA_ACME = named("license", "Bea's from Acme")
    BEA_BOLT = named("license", "Bea's from Bolt")
    SERVER_FLOW = named("license", "the license server's")
    ACME_PUBLIC = named("license", "Acme, public: not for members of its teams")
    ACME_TEN_SEATS = named("license", "Acme, ten seats and none taken")
    ACME_POOL = named("license", "Acme's pool, not assigned")
    ACME_DEMO = named("license", "Acme's demo, made by the reseller")
    ACME_REVOKED = named("license", "Acme's, revoked")
    BERLIN_PUBLIC = named("license", "Acme Berlin, public, ten seats")
    BERLIN_ADMIN_ONLY = named("license", "Acme Berlin, for admins only")
    BERLIN_EXPIRED = named("license", "Acme Berlin, public and expired")
    BERLIN_DONGLE = named("license", "Acme Berlin, in a dongle")
    LAB_PUBLIC = named("license", "Acme Berlin Lab, public")
    PROJECT_PUBLIC = named("license", "the project's, public")
    PROJECT_ADMIN_ONLY = named("license", "the project's, for admins only")
    BOLT_PUBLIC = named("license", "Bolt, public")
    BOLT_ADMIN_ONLY = named("license", "Bolt, for admins only")
    BOLT_CANCELLED = named("license", "Bolt's subscription, cancelled and still running")
    BOLT_SCHEDULED = named("license", "Bolt's, starts next month")
    SALES_NFR = named("license", "not for resale, inside Northwind")
    RHEINTAL_NFR = named("license", "not for resale, at the reseller")
    SAM_HOME = named("license", "Sam's own")


class Projects:
    """One published project and one that is still being prepared."""

    HAMBURG = named("project", "Hamburg plant")
    BREMEN = named("project", "Bremen pilot")


class VirtualContainers:
    """Virtual containers of the projects."""

    HAMBURG_LINE_1 = named("virtual container", "Hamburg line 1")
    HAMBURG_LINE_2 = named("virtual container", "Hamburg line 2")
    BREMEN_TABLE = named("virtual container", "Bremen test table")


class Containers:
    """Local containers and dongles; for cloud containers, which are created automatically, see `cloud_of`."""

    TOM_WORKSTATION = named("container", "Tom's workstation")
    TOM_LAPTOP = named("container", "Tom's laptop")
    BERLIN_DONGLE = named("container", "Berlin dongle")
    BLOCKED_DONGLE = named("container", "Berlin dongle that was lost")
    HAMBURG_LINE_1 = named("container", "Hamburg line 1")


class Tickets:
    """Tickets in each state; the code of the fresh one can be redeemed."""

    FRESH = named("ticket", "fresh")
    ACME = named("ticket", "claimed by Acme")
    BOLT_SPLIT = named("ticket", "split by Bolt")
    BOLT_FIRST = named("ticket", "first half of Bolt's")
    BOLT_SECOND = named("ticket", "second half of Bolt's")
    SAM = named("ticket", "claimed by Sam")
    VOID = named("ticket", "void")

    FRESH_CODE = "DEM2F-RESH7-TKET4-XAMPL-9CQRB"


def cloud_of(owner: UUID) -> UUID:
    """Return the ID of the cloud container that belongs to a user or a group."""
    return named("cloud of", str(owner))
