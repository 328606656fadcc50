"""Every mapped class, for the policy, the migrations, and the code that goes through all tables."""

from store.activations import Activation, LicenseFile
from store.audit import AuditEntry, DecisionEntry
from store.branding import Branding
from store.confirmations import Confirmation
from store.container_files import ContainerFile
from store.containers import Container
from store.db.base import Base
from store.db.idempotency import IdempotencyKey
from store.devices import ContainerDevice
from store.grants import CategoryGrant
from store.groups import Group, GroupClosure
from store.invitations import Invitation
from store.licenses import License, LicenseFeature
from store.memberships import Membership
from store.notifications import Delivery, Notification, NotificationRule
from store.orders import LicenseOrder
from store.outgoing_mail import OutgoingMail
from store.portal import Portal
from store.products import Category, Feature, LicenseTemplate, Product, ProductCategory
from store.projects import Project, ProjectParticipant, ProjectRevision, VirtualContainer, VirtualContainerLicense
from store.restores import RestoreCase, RestoredActivation
from store.tickets import Ticket
from store.time_contingents import TimeContingent
from store.users import AccessToken, User

__all__ = [
    "RESOURCES",
    "UNGUARDED",
    "AccessToken",
    "Activation",
    "AuditEntry",
    "Base",
    "Branding",
    "Category",
    "CategoryGrant",
    "Confirmation",
    "Container",
    "ContainerDevice",
    "ContainerFile",
    "DecisionEntry",
    "Delivery",
    "Feature",
    "Group",
    "GroupClosure",
    "IdempotencyKey",
    "Invitation",
    "License",
    "LicenseFeature",
    "LicenseFile",
    "LicenseOrder",
    "LicenseTemplate",
    "Membership",
    "Notification",
    "NotificationRule",
    "OutgoingMail",
    "Portal",
    "Product",
    "ProductCategory",
    "Project",
    "ProjectParticipant",
    "ProjectRevision",
    "RestoreCase",
    "RestoredActivation",
    "Ticket",
    "TimeContingent",
    "User",
    "VirtualContainer",
    "VirtualContainerLicense",
]

# Each of these has a block in policies.polar; the other tables are read only through one of them.
RESOURCES: tuple[type[Base], ...] = (
    Portal,
    Branding,
    User,
    AccessToken,
    Group,
    Membership,
    Invitation,
    Category,
    Product,
    Feature,
    LicenseTemplate,
    CategoryGrant,
    Ticket,
    LicenseOrder,
    License,
    TimeContingent,
    Activation,
    LicenseFile,
    RestoreCase,
    Container,
    Project,
    ProjectParticipant,
    ProjectRevision,
    VirtualContainer,
    Notification,
    NotificationRule,
    AuditEntry,
)

UNGUARDED: tuple[type[Base], ...] = (
    GroupClosure,
    ProductCategory,
    LicenseFeature,
    VirtualContainerLicense,
    IdempotencyKey,
    Delivery,
    DecisionEntry,
    Confirmation,
    OutgoingMail,
    ContainerDevice,
    ContainerFile,
    RestoredActivation,
)
