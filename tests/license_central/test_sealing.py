"""Ticket codes under seal."""

import pytest

from license_central.code_seal import CodeNotKept, CodeSeal

CODE = "DEM2F-RESH7-TKET4-XAMPL-9CQRB"


def test_a_sealed_code_is_opened_by_every_process_with_the_folder(tmp_path):
    sealed = CodeSeal(tmp_path / "keys").seal(CODE)

    assert CODE.encode() not in sealed
    assert CodeSeal(tmp_path / "keys").unseal(sealed) == CODE


def test_another_key_opens_nothing(tmp_path):
    sealed = CodeSeal(tmp_path / "one").seal(CODE)

    for kept in (sealed, None, b"nonsense"):
        with pytest.raises(CodeNotKept) as refused:
            CodeSeal(tmp_path / "other").unseal(kept)
        assert CODE not in str(refused.value)


def test_only_its_owner_may_read_the_key(tmp_path):
    CodeSeal(tmp_path / "keys")

    assert (tmp_path / "keys" / "tickets.key").stat().st_mode & 0o077 == 0
