"""Where signing keys are stored, how they are created, and how they are replaced."""

import multiprocessing
import os
import stat

import pytest

from license_central.embedded import EmbeddedCentral
from license_central.signing_keys import KeyFolder, StaticKeys, UnusableKey


def central_of(keys):
    return EmbeddedCentral(keys, issuer="https://portal.example")


def born(folder, start, found):
    start.wait()
    found.put(KeyFolder(folder).all()[-1].kid)


def test_the_first_start_makes_a_key_that_only_its_owner_may_read(tmp_path):
    KeyFolder(tmp_path / "data" / "keys")

    (file,) = (tmp_path / "data" / "keys").iterdir()
    assert file.name == "0001.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_the_next_start_finds_the_same_key(tmp_path):
    first = KeyFolder(tmp_path).all()

    assert [key.kid for key in KeyFolder(tmp_path).all()] == [key.kid for key in first]


def test_two_processes_that_start_at_once_agree_on_one_key(tmp_path):
    spawn = multiprocessing.get_context("forkserver")
    start, found = spawn.Barrier(4), spawn.Queue()
    started = [spawn.Process(target=born, args=(tmp_path, start, found)) for _ in range(4)]
    for each in started:
        each.start()
    names = {found.get(timeout=60) for _ in started}
    for each in started:
        each.join()

    assert len(names) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["0001.pem"]


async def test_a_new_key_signs_and_the_old_one_still_vouches_in_every_process(tmp_path, grant, noon):
    here, there = central_of(KeyFolder(tmp_path)), central_of(KeyFolder(tmp_path))
    before = await here.issue(grant, noon)

    newest = KeyFolder(tmp_path).rotate()

    after = await here.issue(grant, noon)
    assert before.key_id != after.key_id == newest.kid
    assert [key["kid"] for key in (await there.jwks())["keys"]] == [before.key_id, after.key_id]
    assert await there.verify(before.content) == await there.verify(after.content) == grant


async def test_an_operator_keeps_an_old_key_by_its_public_half(pem, grant, noon):
    central = central_of(StaticKeys([pem(public=True), pem()]))

    signed = await central.issue(grant, noon)

    assert [key["kid"] for key in (await central.jwks())["keys"]][1:] == [signed.key_id]


def test_a_public_key_cannot_sign(pem):
    with pytest.raises(UnusableKey, match="the last key signs, and has to be a private one"):
        StaticKeys([pem(), pem(public=True)])


@pytest.mark.parametrize("text", ["", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----", "secret"])
def test_a_broken_key_is_named_and_not_shown(pem, text):
    with pytest.raises(UnusableKey, match=r"^key 2 is not an Ed25519 key in PEM$"):
        StaticKeys([pem(), text, pem()])


def test_a_broken_file_in_the_folder_is_named(tmp_path):
    (tmp_path / "0001.pem").write_text("secret")

    with pytest.raises(UnusableKey, match=f"^{tmp_path}{os.sep}0001.pem is not an Ed25519 key in PEM$"):
        KeyFolder(tmp_path).all()
