"""The encryption of stored ticket codes."""

import pytest

from license_central.code_seal import CodeNotKept, CodeSeal

CODE = "DEM2F-RESH7-TKET4-XAMPL-9CQRB"


def test_a_sealed_code_can_be_read_with_the_key_in_the_folder(tmp_path):
    sealed = CodeSeal(tmp_path / "keys").seal(CODE)

    assert CODE.encode() not in sealed
    assert CodeSeal(tmp_path / "keys").unseal(sealed) == CODE


def test_a_sealed_code_cannot_be_read_with_another_key(tmp_path):
    sealed = CodeSeal(tmp_path / "one").seal(CODE)

    for stored in (sealed, None, b"nonsense"):
        with pytest.raises(CodeNotKept) as refused:
            CodeSeal(tmp_path / "other").unseal(stored)
        assert CODE not in str(refused.value)


def test_the_key_is_readable_only_by_its_owner(tmp_path):
    CodeSeal(tmp_path / "keys")

    assert (tmp_path / "keys" / "tickets.key").stat().st_mode & 0o077 == 0
