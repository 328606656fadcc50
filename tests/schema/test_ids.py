"""Global ids: opaque, and only ever what was given out."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.fields.entities import ENTITIES
from schema.fields.ids import decode, decode_as, encode
from store.errors import BadInput

ID = UUID("01890a5d-ac96-774b-bcce-b302099a8057")


@given(st.sampled_from(["License", "User", "AuditEntry"]), st.uuids())
def test_an_id_says_what_it_means(kind, id_):
    assert decode(encode(kind, id_)) == (kind, id_)
    assert not set(encode(kind, id_)) & set("=+/")


@given(st.text())
def test_any_text_is_an_id_or_refused(text):
    try:
        found = decode(text)
    except BadInput:
        return
    assert encode(*found) == text


@pytest.mark.parametrize(
    "text",
    ["", "=", "License", encode("License", ID) + "=", encode("License", ID)[:-1], encode("License", ID) + "A", "ü"],
)
def test_what_was_never_given_out_is_refused(text):
    with pytest.raises(BadInput, match="malformed ID"):
        decode(text)


def test_an_id_of_another_kind_is_refused():
    with pytest.raises(BadInput, match="expected the ID of a License or Ticket, got the ID of a User"):
        decode_as(encode("User", ID), ENTITIES["License"], ENTITIES["Ticket"])
