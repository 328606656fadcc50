"""Redeeming tickets: once, all together, by the holder of the code; and what happens to the licenses from them."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from authz.lists.queries import PageQuery, Projection
from license_central.code_seal import CodeNotKept
from resolvers.licenses import unassign_license
from resolvers.orders import create_order
from resolvers.tickets import GUESSES, WINDOW, assign_ticket, claim_tickets, read_code, void_ticket
from seeds.cast import ANN, BEA, IDA, OLGA, SAM, SERVER, TOM, UWE, Groups, Tickets
from seeds.demo_catalog import template_of
from store.errors import BadInput, Forbidden, NotFound, WrongState
from store.groups import Group
from store.license_errors import TargetOutsideOwner
from store.license_states import Lifecycle
from store.licenses import License
from store.orders import DemoExists, OrderSource
from store.products import LicenseModel
from store.ticket_codes import mask, new_code
from store.tickets import (
    CodeProblem,
    CodesRefused,
    Ticket,
    TicketIncomplete,
    TicketNotFresh,
    TicketState,
    TooManyGuesses,
)
from store.users import User


@pytest.fixture
def sold(access_of):
    """`await sold()` returns the code of a ticket that anyone can redeem."""

    async def ordered(model=LicenseModel.SINGLE_USER_SUBSCRIPTION, **rest):
        arguments = {"quantity": 1, "count": 1, "source": OrderSource.PORTAL, "by_code": True} | rest
        answer = await create_order(await access_of(IDA), template_id=template_of(model), **arguments)
        return answer.result.code.value

    return ordered


@pytest.fixture
def redeemed(access_of):
    """`await redeemed(ANN, codes, group_id=...)` redeems codes and returns the result."""

    async def claim(who, *codes, **rest):
        return await claim_tickets(await access_of(who), codes=";".join(codes), **rest)

    return claim


@pytest.fixture
def of_code(database):
    async def found(code):
        async with database.transaction() as session:
            return await session.scalar(sa.select(Ticket).where(Ticket.code_masked == mask(code)))

    return found


async def each(done, cls, row):
    """The rows of this class that a redemption has returned, as they are stored."""
    returned = {Ticket: done.result.tickets, License: done.result.licenses}[cls]
    return [await row(cls, found.id) for found in returned]


@pytest.mark.feature("F20", "F21", "F101")
async def test_a_customer_redeems_several_tickets_and_finds_their_licenses_without_codes(
    access_of, sold, redeemed, row
):
    codes = [await sold(), await sold(LicenseModel.PERPETUAL_SINGLE_USER)]

    answer = await redeemed(SAM, codes[0].lower(), f" {codes[1].replace('-', '')} ")

    licenses = await each(answer, License, row)
    assert {(each.owner_user_id, each.assigned_user_id) for each in licenses} == {(SAM.id, SAM.id)}
    page = await (await access_of(SAM)).view.page(License, PageQuery(first=100), Projection())
    assert {each.id for each in licenses} <= {each.id for each in page.rows}
    assert [each.state for each in await each(answer, Ticket, row)] == [TicketState.CLAIMED] * 2


@pytest.mark.feature("F20")
async def test_an_administrator_redeems_for_the_group_and_groups_below(sold, redeemed, row):
    answer = await redeemed(ANN, await sold(), group_id=Groups.BERLIN)

    (license,), (ticket,) = await each(answer, License, row), await each(answer, Ticket, row)
    assert (license.owner_group_id, license.assigned_user_id) == (Groups.BERLIN, None)
    assert (ticket.owner_group_id, license.ticket_id) == (Groups.BERLIN, ticket.id)


@pytest.mark.feature("F20")
async def test_redeeming_for_a_group_needs_an_administrator(sold, redeemed, of_code):
    code = await sold()

    with pytest.raises(Forbidden):
        await redeemed(TOM, code, group_id=Groups.BERLIN)
    with pytest.raises(NotFound):
        await redeemed(ANN, code, group_id=Groups.BOLT)

    assert (await of_code(code)).state is TicketState.FRESH


@pytest.mark.feature("F20")
async def test_several_codes_are_all_redeemed_or_none(sold, redeemed, of_code):
    good = await sold()
    unknown = new_code()

    with pytest.raises(CodesRefused) as refused:
        await redeemed(SAM, good, "nonsense", unknown, good, "DEM2V-DAAAA-AAAAA-AAAAA-AAAAF")

    assert refused.value.details["codes"] == [
        {"number": 2, "masked_code": None, "problem": CodeProblem.MALFORMED},
        {"number": 3, "masked_code": mask(unknown), "problem": CodeProblem.UNKNOWN},
        {"number": 4, "masked_code": mask(good), "problem": CodeProblem.REPEATED},
        {"number": 5, "masked_code": "*****-*****-*****-*****-AAAAF", "problem": CodeProblem.NOT_FRESH},
    ]
    assert (await of_code(good)).state is TicketState.FRESH
    assert unknown not in str(refused.value.details)


async def test_an_empty_or_too_long_list_of_codes_is_refused(redeemed):
    for codes in ([" ; "], ["x"] * 21):
        with pytest.raises(BadInput):
            await redeemed(SAM, *codes)


@pytest.mark.feature("F99")
async def test_a_ticket_of_three_licenses_is_split_when_it_is_redeemed(sold, redeemed, row):
    answer = await redeemed(ANN, await sold(count=3), group_id=Groups.ACME)

    whole, *parts = await each(answer, Ticket, row)
    licenses = await each(answer, License, row)
    assert (whole.state, len(parts), len(licenses)) == (TicketState.SPLIT, 3, 3)
    assert {(part.state, part.parent_id, part.owner_group_id) for part in parts} == {
        (TicketState.CLAIMED, whole.id, Groups.ACME)
    }
    assert {license.ticket_id for license in licenses} == {part.id for part in parts}


async def test_one_of_two_concurrent_redemptions_of_a_ticket_succeeds(sold, redeemed, row, of_code):
    code = await sold()

    answers = await asyncio.gather(redeemed(SAM, code), redeemed(OLGA, code), return_exceptions=True)

    won = [each for each in answers if not isinstance(each, CodesRefused)]
    lost = [each for each in answers if isinstance(each, CodesRefused)]
    assert (len(won), [each["problem"] for each in lost[0].details["codes"]]) == (1, [CodeProblem.NOT_FRESH])
    (license,) = await each(won[0], License, row)
    assert license.owner_user_id == (await of_code(code)).owner_user_id


async def test_concurrent_redemptions_of_codes_in_different_order_do_not_deadlock(sold, redeemed):
    codes = [await sold() for _ in range(4)]

    answers = await asyncio.gather(redeemed(SAM, *codes), redeemed(OLGA, *reversed(codes)), return_exceptions=True)

    assert sorted(type(each).__name__ for each in answers) == ["CodesRefused", "Completed"]


async def test_a_code_can_be_redeemed_only_in_the_group_it_was_ordered_for(sold, redeemed, of_code, row):
    code, personal = await sold(group_id=Groups.RHEINTAL), await sold(person_id=SAM.id)

    for who, rest in ((SAM, {}), (BEA, {"group_id": Groups.BOLT}), (ANN, {})):
        with pytest.raises(TargetOutsideOwner):
            await redeemed(who, code, **rest)
    with pytest.raises(TargetOutsideOwner):
        await redeemed(OLGA, personal)
    assert {(await of_code(each)).state for each in (code, personal)} == {TicketState.FRESH}
    answer = await redeemed(ANN, code, group_id=Groups.BERLIN)

    assert [license.owner_group_id for license in await each(answer, License, row)] == [Groups.BERLIN]


async def test_two_demos_of_a_product_cannot_be_redeemed_together(sold, redeemed, of_code):
    codes = [await sold(LicenseModel.DEMO), await sold(LicenseModel.DEMO)]

    with pytest.raises(DemoExists):
        await redeemed(SAM, *codes)

    assert {(await of_code(code)).state for code in codes} == {TicketState.FRESH}


async def test_a_technical_user_cannot_redeem_tickets(redeemed, sold, of_code):
    code = await sold()

    with pytest.raises(Forbidden):
        await redeemed(SERVER, code)

    assert (await of_code(code)).state is TicketState.FRESH


async def test_guessing_codes_is_limited_per_caller(sold, redeemed, clock, of_code, access_of):
    code = await sold()
    for number in range(GUESSES):
        with pytest.raises(CodesRefused):
            await claim_tickets(
                (await access_of(SAM)).attempt(key=str(number), dry_run=number % 2 == 0), codes=new_code()
            )

    with pytest.raises(TooManyGuesses) as refused:
        await redeemed(SAM, code)
    assert (await of_code(code)).state is TicketState.FRESH
    assert refused.value.details == {"retry_after": int(WINDOW.total_seconds()) + 1}
    await redeemed(OLGA, await sold())

    clock.advance(WINDOW + timedelta(seconds=1))
    await redeemed(SAM, code)
    assert (await of_code(code)).state is TicketState.CLAIMED


async def test_only_the_owner_can_read_a_code_again(access_of, sold, redeemed, of_code):
    code = await sold()
    await redeemed(ANN, code, group_id=Groups.ACME)
    ticket = await of_code(code)

    tried = await read_code((await access_of(ANN)).attempt(dry_run=True), ticket_id=ticket.id)
    answer = await read_code(await access_of(ANN), ticket_id=ticket.id)

    assert (tried.payload["code"], answer.payload["code"]) == (
        None,
        code,
    )  # a dry run is not recorded and shows no secret
    assert code not in str(answer.changes)
    for who, refusal in ((TOM, NotFound), (BEA, NotFound), (UWE, Forbidden)):
        with pytest.raises(refusal):
            await read_code(await access_of(who), ticket_id=ticket.id)
    with pytest.raises(CodeNotKept):
        await read_code(await access_of(IDA), ticket_id=Tickets.ACME)


@pytest.mark.feature("F100")
async def test_assigning_a_ticket_assigns_all_its_licenses(access_of, sold, redeemed, row):
    answer = await redeemed(ANN, await sold(count=2), group_id=Groups.ACME)
    whole, *_parts = await each(answer, Ticket, row)

    await assign_ticket(await access_of(ANN), ticket_id=whole.id, target=Group, target_id=Groups.BERLIN)

    assert {license.assigned_group_id for license in await each(answer, License, row)} == {Groups.BERLIN}


@pytest.mark.feature("F100")
async def test_a_part_of_a_ticket_cannot_be_assigned(access_of, sold, redeemed, row, database):
    answer = await redeemed(ANN, await sold(count=2), group_id=Groups.ACME)
    whole, *_parts = await each(answer, Ticket, row)
    first, second = await each(answer, License, row)
    async with database.transaction() as session:
        await session.execute(sa.update(License).where(License.id == second.id).values(lifecycle=Lifecycle.SUSPENDED))

    with pytest.raises(TicketIncomplete) as refused:
        await assign_ticket(await access_of(ANN), ticket_id=whole.id, target=User, target_id=TOM.id)

    assert refused.value.details == {"state": Lifecycle.SUSPENDED}
    assert (await row(License, first.id)).assigned_user_id is None


async def test_a_ticket_that_was_not_redeemed_cannot_be_assigned(access_of):
    with pytest.raises(TicketNotFresh) as refused:
        await assign_ticket(await access_of(IDA), ticket_id=Tickets.FRESH, target=User, target_id=TOM.id)
    with pytest.raises(NotFound):
        await assign_ticket(await access_of(ANN), ticket_id=Tickets.BOLT_FIRST, target=User, target_id=TOM.id)

    assert refused.value.details == {"state": TicketState.FRESH}


async def test_a_void_ticket_cannot_be_redeemed_and_its_licenses_are_revoked(access_of, sold, redeemed, row, of_code):
    code = await sold()
    answer = await redeemed(ANN, code, group_id=Groups.ACME)
    ticket = await of_code(code)

    with pytest.raises(Forbidden):
        await void_ticket(await access_of(ANN), ticket_id=ticket.id)
    await void_ticket(await access_of(IDA), ticket_id=ticket.id)

    (license,) = await each(answer, License, row)
    assert (license.lifecycle, (await of_code(code)).state) == (Lifecycle.REVOKED, TicketState.VOID)
    with pytest.raises(WrongState) as refused:
        await void_ticket(await access_of(IDA), ticket_id=ticket.id)
    assert refused.value.details == {"state": TicketState.VOID}


async def test_licenses_from_a_ticket_can_be_unassigned_like_others(access_of, sold, redeemed, row):
    answer = await redeemed(ANN, await sold(), group_id=Groups.ACME)
    (license,), (ticket,) = await each(answer, License, row), await each(answer, Ticket, row)
    await assign_ticket(await access_of(ANN), ticket_id=ticket.id, target=User, target_id=TOM.id)

    await unassign_license(await access_of(ANN), license_id=license.id)

    assert (await row(License, license.id)).assigned_user_id is None
