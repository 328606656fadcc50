"""Refusals about activations and containers: the code says why, and nothing is written."""

from datetime import timedelta

import pytest

from resolvers import activations, borrows, checkpoints, containers, restores, transfers, virtual_container_pulls
from seeds.cast import OLGA, TOM, Containers, Groups, Licenses, cloud_of, named
from store.activations import (
    Activation,
    ActivationState,
    BorrowOpen,
    NotActive,
    NotBorrowable,
    OperationOpen,
    OriginalNeedsReceipt,
    RequestFileNeeded,
)
from store.containers import Container, ContainerNotEmpty, ContainerNotReady, ContainerState, ContainerType
from store.db.database import Database
from store.devices import CredentialInvalid
from store.errors import BadInput, NotFound, WrongState
from store.license_errors import ContainerTypeNotAllowed, LicenseNotUsable
from store.license_states import Lifecycle
from store.licenses import License
from store.restores import RestoreCase, RestoreOpen, RestoreReason
from tests.resolvers.machines import IN_CLOUD, IN_DONGLE, LATER, LINE_2, PULLED, RESTORE
from tests.resolvers.unchanged import Case, World, named_cases

NOW = LATER - timedelta(days=1)
OF_TOM = named("activation", f"{Licenses.TOM_GATEWAY} {Containers.TOM_WORKSTATION}")
GIVEN_BACK = named("activation", f"{Licenses.BERLIN_PUBLIC} {Containers.TOM_WORKSTATION}")
BLOCKED = {"state": ContainerState.BLOCKED}
LOST = {"reason": RestoreReason.LOST}

# Tom has borrowed the dongle's seat; another activation in the workstation is pending; the laptop is Olga's, and empty.
LENT = (
    Activation,
    OF_TOM,
    {"state": ActivationState.BORROWED, "seat": None, "parent_id": IN_DONGLE, "borrowed_until": LATER},
)
WAITING = {"state": ActivationState.PENDING, "seat": 9}
OPEN = (Activation, GIVEN_BACK, WAITING)
EMPTY_LAPTOP_OF_OLGA = (
    (
        Activation,
        named("activation", f"{Licenses.TOM_RENDER} {Containers.TOM_LAPTOP}"),
        {"state": ActivationState.ABORTED, "seat": None},
    ),
    (Container, Containers.TOM_LAPTOP, {"owner_user_id": OLGA.id}),
)


def restricted_to(license_id, *kinds):
    return License, license_id, {"container_types": list(kinds)}


OF_SEATS = (
    Case(
        activations.activate_license,
        {"license_id": Licenses.ACME_TEN_SEATS, "container_id": cloud_of(Groups.ACME)},
        ContainerTypeNotAllowed,
        {"state": "GROUP_CLOUD"},
        (restricted_to(Licenses.ACME_TEN_SEATS, ContainerType.LOCAL),),
    ),
    Case(
        transfers.transfer_license,
        {"activation_id": IN_CLOUD, "container_id": cloud_of(TOM.id)},
        ContainerTypeNotAllowed,
        {"state": "PERSONAL_CLOUD"},
        (restricted_to(Licenses.BERLIN_PUBLIC, ContainerType.LOCAL),),
    ),
    Case(
        borrows.borrow_activation,
        {"activation_id": IN_DONGLE, "container_id": Containers.TOM_LAPTOP, "until": LATER},
        ContainerTypeNotAllowed,
        {"state": "LOCAL"},
        (restricted_to(Licenses.BERLIN_DONGLE, ContainerType.DONGLE),),
    ),
    Case(
        virtual_container_pulls.pull_virtual_container,
        PULLED,
        ContainerTypeNotAllowed,
        {"state": "PERSONAL_CLOUD"},
        (restricted_to(Licenses.PROJECT_ADMIN_ONLY, ContainerType.LOCAL),),
    ),
    *(
        Case(each, {"container_id": Containers.TOM_LAPTOP, **which}, RequestFileNeeded, {}, puts)
        for each, which, puts in (
            (activations.activate_license, {"license_id": Licenses.ACME_TEN_SEATS}, ()),
            (transfers.transfer_license, {"activation_id": IN_CLOUD}, ()),
            (borrows.borrow_activation, {"activation_id": IN_DONGLE, "until": LATER}, ()),
            (virtual_container_pulls.pull_virtual_container, LINE_2, EMPTY_LAPTOP_OF_OLGA),
        )
    ),
    *(
        Case(each, {"container_id": Containers.TOM_LAPTOP, "request_file": "x", **which}, OperationOpen)
        for each, which in (
            (activations.activate_license, {"license_id": Licenses.ACME_TEN_SEATS}),
            (transfers.transfer_license, {"activation_id": IN_CLOUD}),
            (borrows.borrow_activation, {"activation_id": IN_DONGLE, "until": LATER}),
        )
    ),
    Case(
        activations.deactivate_activation,
        {"activation_id": IN_DONGLE},
        OperationOpen,
        puts=((Activation, GIVEN_BACK, WAITING | {"container_id": Containers.BERLIN_DONGLE}),),
    ),
    *(
        Case(each, {"activation_id": OF_TOM, **until}, refused, details, (LENT, *puts))
        for each, until in ((borrows.return_activation, {}), (borrows.extend_activation, {"until": LATER}))
        for refused, details, puts in (
            (OperationOpen, {}, (OPEN,)),
            (ContainerNotReady, BLOCKED, ((Container, Containers.TOM_WORKSTATION, BLOCKED),)),
        )
    ),
    Case(
        borrows.extend_activation,
        {"activation_id": OF_TOM, "until": LATER},
        LicenseNotUsable,
        {"state": Lifecycle.SUSPENDED},
        (LENT, (License, Licenses.TOM_GATEWAY, {"lifecycle": Lifecycle.SUSPENDED})),
    ),
    *(
        Case(each, {"activation_id": IN_DONGLE, **rest}, BorrowOpen, {}, (LENT,))
        for each, rest in (
            (activations.deactivate_activation, {}),
            (activations.withdraw_activation, {}),
            (transfers.transfer_license, {"container_id": cloud_of(Groups.ACME)}),
            (borrows.borrow_activation, {"container_id": Containers.TOM_LAPTOP, "until": LATER}),
        )
    ),
    Case(
        activations.confirm_activation,
        {"activation_id": IN_DONGLE, "receipt_file": "x"},
        BorrowOpen,
        puts=(LENT, (Activation, IN_DONGLE, {"state": ActivationState.RETURNING})),
    ),
    Case(
        borrows.borrow_activation,
        {"activation_id": IN_CLOUD, "container_id": Containers.TOM_LAPTOP, "until": LATER},
        NotBorrowable,
    ),
    Case(
        borrows.borrow_activation,
        {"activation_id": IN_DONGLE, "container_id": cloud_of(Groups.ACME), "until": LATER},
        NotBorrowable,
    ),
    Case(
        borrows.borrow_activation,
        {"activation_id": IN_DONGLE, "container_id": Containers.TOM_LAPTOP, "until": NOW},
        BadInput,
    ),
    Case(
        transfers.transfer_license,
        {"activation_id": IN_DONGLE, "container_id": cloud_of(Groups.ACME)},
        OriginalNeedsReceipt,
    ),
    *(
        Case(each, {**which, **LOST}, RestoreOpen, {"state": "AWAITING_APPROVAL"})
        for each, which in (
            (restores.request_restore, {"activation_id": OF_TOM}),
            (restores.report_lost, {"container_id": Containers.TOM_WORKSTATION}),
            (
                transfers.transfer_license,
                {"activation_id": OF_TOM, "container_id": cloud_of(TOM.id), "original_available": False},
            ),
        )
    ),
    Case(
        restores.approve_restore,
        {"restore_case_id": RESTORE.id},
        NotActive,
        {"state": "RETURNED"},
        (
            (RestoreCase, RESTORE.id, {"lost_container_id": None, "activation_id": IN_CLOUD}),
            (Activation, IN_CLOUD, {"state": ActivationState.RETURNED, "seat": None}),
        ),
    ),
    Case(
        restores.approve_restore,
        {"restore_case_id": named("restore", "the lost dongle")},
        WrongState,
        {"state": "COMPLETED"},
    ),
)

OF_CONTAINERS = (
    Case(containers.delete_container, {"container_id": cloud_of(Groups.BERLIN)}, ContainerNotEmpty),
    Case(containers.delete_container, {"container_id": Containers.TOM_WORKSTATION}, ContainerNotEmpty, puts=(LENT,)),
    Case(containers.reset_container, {"container_id": Containers.BERLIN_DONGLE}, BadInput),
    Case(containers.import_credential, {"container_id": Containers.BERLIN_DONGLE, "device_label": "x"}, BadInput),
    Case(containers.release_device, {"container_id": cloud_of(Groups.ACME), "device_label": "x"}, NotFound),
    Case(restores.report_lost, {"container_id": cloud_of(Groups.ACME), **LOST}, BadInput),
    Case(checkpoints.check_container, {"container_id": cloud_of(Groups.ACME), "file": "x"}, CredentialInvalid),
    *(
        Case(
            containers.confirm_reset,
            {"container_id": cloud_of(TOM.id), "accept": True},
            ContainerNotReady,
            {"state": state},
            ((Container, cloud_of(TOM.id), {"reset_requested_at": NOW, "state": state}),),
        )
        for state in (ContainerState.BLOCKED, ContainerState.UNEXPECTED, ContainerState.DELETED)
    ),
)


@pytest.fixture(scope="module")
async def database(new_demo):
    """Shared by all tests of the module, because refusals write nothing."""
    database = Database(new_demo(), pool_size=4)
    yield database
    await database.close()


@pytest.mark.parametrize("case", named_cases([*OF_SEATS, *OF_CONTAINERS]))
async def test_a_refusal_says_why_and_nothing_is_written(case, access_of, database):
    await World(database).refuses_case(await access_of(case.by), case)
