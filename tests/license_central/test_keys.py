"""The folder of signing keys: creation, permissions and rotation."""

import multiprocessing
import os
import stat

import pytest

from license_central.embedded import EmbeddedCentral
from license_central.signing_keys import KeyFolder, UnusableKey
from tests.license_central.conftest import add_key


def central_of(keys):
    return EmbeddedCentral(keys, issuer="https://portal.example")


def create_folder(folder, start, key_ids):
    start.wait()
    key_ids.put(KeyFolder(folder).all()[-1].kid)


def test_the_first_start_creates_a_key_readable_only_by_its_owner(tmp_path):
    KeyFolder(tmp_path / "data" / "keys")

    (file,) = (tmp_path / "data" / "keys").iterdir()
    assert file.name == "0001.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_the_next_start_uses_the_same_key(tmp_path):
    first = KeyFolder(tmp_path).all()

    assert [key.kid for key in KeyFolder(tmp_path).all()] == [key.kid for key in first]


def test_processes_that_start_together_use_the_same_key(tmp_path):
    spawn = multiprocessing.get_context("forkserver")
    start, key_ids = spawn.Barrier(4), spawn.Queue()
    processes = [spawn.Process(target=create_folder, args=(tmp_path, start, key_ids)) for _ in range(4)]
    for process in processes:
        process.start()
    created = {key_ids.get(timeout=60) for _ in processes}
    for process in processes:
        process.join()

    assert len(created) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["0001.pem"]


async def test_an_added_key_signs_and_the_old_one_still_verifies(tmp_path, grant, noon):
    here, there = central_of(KeyFolder(tmp_path)), central_of(KeyFolder(tmp_path))
    before = await here.issue(grant, noon)

    add_key(tmp_path)

    after = await here.issue(grant, noon)
    assert before.key_id != after.key_id
    assert [key["kid"] for key in (await there.jwks())["keys"]] == [before.key_id, after.key_id]
    assert await there.verify(before.content) == await there.verify(after.content) == grant


async def test_the_public_part_of_an_old_key_is_enough_to_verify(tmp_path, grant, noon):
    central = central_of(KeyFolder(tmp_path))
    before = await central.issue(grant, noon)
    (old_key,) = KeyFolder(tmp_path).all()
    (tmp_path / "0001.pem").write_bytes(old_key.as_pem(private=False))
    add_key(tmp_path)

    assert await central.verify(before.content) == grant
    assert (await central.issue(grant, noon)).key_id != before.key_id


@pytest.mark.parametrize("text", ["", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----", "secret"])
def test_a_broken_key_file_is_named_without_its_content(tmp_path, text):
    (tmp_path / "0001.pem").write_text(text)

    with pytest.raises(UnusableKey, match=f"^{tmp_path}{os.sep}0001.pem is not an Ed25519 key in PEM$"):
        KeyFolder(tmp_path).all()
