"""Passwords, tokens and ticket codes: only what cannot be turned back is kept."""

import time
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from seeds.cast import TOM
from store import ticket_codes
from store.db.passwords import hash_password, verify_password
from store.db.tokens import hash_token, issue
from store.errors import BadInput
from store.users import AccessToken, User
from tests.portal import NOW


async def test_the_right_password_matches_and_no_other_does():
    kept = await hash_password("winter-harbor")

    assert await verify_password(kept, "winter-harbor")
    for wrong in ("", "winter-harbor ", "Winter-harbor", "winter\0harbor", "\ud800"):
        assert not await verify_password(kept, wrong)


async def test_the_same_password_is_kept_differently_each_time():
    kept = {await hash_password("winter-harbor") for _ in range(2)}

    assert len(kept) == 2
    assert all(each.startswith("$argon2id$") for each in kept)


@pytest.mark.parametrize("kept", [None, "", "no hash at all"])
async def test_without_a_password_nothing_matches(kept):
    assert not await verify_password(kept, "")
    assert not await verify_password(kept, "nobody has this password, because nobody has this account")


async def test_an_unknown_account_takes_as_long_as_a_wrong_password():
    kept = await hash_password("winter-harbor")

    async def shortest(password_hash):
        times = []
        for _ in range(5):
            began = time.perf_counter()
            await verify_password(password_hash, "wrong")
            times.append(time.perf_counter() - began)
        return min(times)

    assert await shortest(None) > await shortest(kept) / 2


async def test_a_token_is_found_by_its_hash_and_not_kept(demo_database):
    async with demo_database.transaction() as session:
        tom = await session.get_one(User, TOM.id)
        text = await issue(session, tom, name="laptop", lifetime=timedelta(days=30), now=NOW)
        token = await session.scalar(sa.select(AccessToken).where(AccessToken.hash == hash_token(text)))

        assert (token.user_id, token.name, token.expires_at) == (TOM.id, "laptop", NOW + timedelta(days=30))
        row = (await session.execute(sa.text("SELECT access_tokens::text FROM access_tokens"))).scalar_one()
        assert text.removeprefix("lp_") not in row
    assert len(text) == len("lp_") + 43


def test_a_code_is_read_as_people_type_it():
    code = ticket_codes.new_code()
    typed = f"  {code.lower().replace('-', ' ')}\n"

    assert ticket_codes.normalize(typed) == code
    assert ticket_codes.hash_code(typed) == ticket_codes.hash_code(code)
    assert len(code.replace("-", "")) == ticket_codes.LENGTH


@pytest.mark.feature("F101")
def test_a_mask_shows_the_last_block_only():
    assert ticket_codes.mask("DEM2F-RESH7-TKET4-XAMPL-9CQRB") == "*****-*****-*****-*****-9CQRB"


@pytest.mark.parametrize("text", ["", "ABCDE", "A" * 24, "A" * 26, "I" * 25, "ß" * 25, "A" * 24 + "\0"])
def test_what_is_no_code_is_refused_without_repeating_it(text):
    with pytest.raises(BadInput) as refused:
        ticket_codes.normalize(text)

    assert refused.value.message == "a ticket code must have 25 letters and digits"


@given(st.text())
def test_any_text_is_a_code_or_refused(text):
    try:
        code = ticket_codes.normalize(text)
    except BadInput:
        return
    assert ticket_codes.normalize(code) == code
