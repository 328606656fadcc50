"""Passwords, tokens and ticket codes: only their hashes are stored."""

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


async def test_only_the_right_password_is_verified():
    stored_hash = await hash_password("winter-harbor")

    assert await verify_password(stored_hash, "winter-harbor")
    for wrong in ("", "winter-harbor ", "Winter-harbor", "winter\0harbor", "\ud800"):
        assert not await verify_password(stored_hash, wrong)


async def test_equal_passwords_have_different_hashes():
    stored_hash = {await hash_password("winter-harbor") for _ in range(2)}

    assert len(stored_hash) == 2
    assert all(each.startswith("$argon2id$") for each in stored_hash)


@pytest.mark.parametrize("stored_hash", [None, "", "not a hash"])
async def test_without_a_hash_no_password_is_verified(stored_hash):
    assert not await verify_password(stored_hash, "")
    assert not await verify_password(stored_hash, "the hash that stands in for an account that does not exist")


async def test_an_unknown_account_takes_as_long_as_a_wrong_password():
    stored_hash = await hash_password("winter-harbor")

    async def shortest(password_hash):
        times = []
        for _ in range(5):
            start = time.perf_counter()
            await verify_password(password_hash, "wrong")
            times.append(time.perf_counter() - start)
        return min(times)

    assert await shortest(None) > await shortest(stored_hash) / 2


async def test_a_token_is_found_by_its_hash_and_not_stored(demo_database):
    async with demo_database.transaction() as session:
        tom = await session.get_one(User, TOM.id)
        text = await issue(session, tom, name="laptop", lifetime=timedelta(days=30), now=NOW)
        token = await session.scalar(sa.select(AccessToken).where(AccessToken.hash == hash_token(text)))

        assert (token.user_id, token.name, token.expires_at) == (TOM.id, "laptop", NOW + timedelta(days=30))
        row = (await session.execute(sa.text("SELECT access_tokens::text FROM access_tokens"))).scalar_one()
        assert text.removeprefix("lp_") not in row
    assert len(text) == len("lp_") + 43


def test_a_code_is_normalized_from_what_users_type():
    code = ticket_codes.new_code()
    typed = f"  {code.lower().replace('-', ' ')}\n"

    assert ticket_codes.normalize(typed) == code
    assert ticket_codes.hash_code(typed) == ticket_codes.hash_code(code)
    assert len(code.replace("-", "")) == ticket_codes.LENGTH


@pytest.mark.feature("F101")
def test_a_mask_shows_only_the_last_block():
    assert ticket_codes.mask("DEM2F-RESH7-TKET4-XAMPL-9CQRB") == "*****-*****-*****-*****-9CQRB"


@pytest.mark.parametrize("text", ["", "ABCDE", "A" * 24, "A" * 26, "I" * 25, "ß" * 25, "A" * 24 + "\0"])
def test_a_malformed_code_is_refused_without_quoting_it(text):
    with pytest.raises(BadInput) as refused:
        ticket_codes.normalize(text)

    assert refused.value.message == "a ticket code must have 25 letters and digits"


@given(st.text())
def test_any_text_is_normalized_or_refused(text):
    try:
        code = ticket_codes.normalize(text)
    except BadInput:
        return
    assert ticket_codes.normalize(code) == code
