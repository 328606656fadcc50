"""Global IDs: opaque, and only their canonical form is accepted."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.fields.entities import ENTITIES
from schema.fields.ids import expect_global_id, from_global_id, to_global_id
from store.errors import BadInput

ID = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
GLOBAL_ID = to_global_id("License", ID)


@given(st.sampled_from(["License", "User", "AuditEntry"]), st.uuids())
def test_an_id_encodes_its_type_and_its_uuid(kind, id_):
    assert from_global_id(to_global_id(kind, id_)) == (kind, id_)
    assert not set(to_global_id(kind, id_)) & set("=+/")


@given(st.text())
def test_any_text_is_a_canonical_id_or_refused(text):
    try:
        decoded = from_global_id(text)
    except BadInput:
        return
    assert to_global_id(*decoded) == text


@pytest.mark.parametrize("text", ["", "=", "License", GLOBAL_ID + "=", GLOBAL_ID[:-1], GLOBAL_ID + "A", "ü"])
def test_a_malformed_id_is_refused(text):
    with pytest.raises(BadInput, match="malformed ID"):
        from_global_id(text)


def test_an_id_of_another_type_is_refused():
    with pytest.raises(BadInput, match="expected the ID of a License or Ticket, got the ID of a User"):
        expect_global_id(to_global_id("User", ID), ENTITIES["License"], ENTITIES["Ticket"])
