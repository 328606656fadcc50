"""The contract of a License Central; another implementation would be tested with the same tests."""

import base64
import json
import shutil
import subprocess
from dataclasses import replace

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from license_central.port import LicenseFileNotGenuine


def bytes_of(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def text_of(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


async def public_key(central, key_id: str) -> bytes:
    (x,) = (key["x"] for key in (await central.jwks())["keys"] if key["kid"] == key_id)
    return bytes_of(x)


@pytest.mark.feature("F01")
async def test_a_verified_file_contains_the_grant(central, grant, noon):
    signed = await central.issue(grant, noon)

    assert await central.verify(signed.content) == grant


async def test_a_perpetual_license_does_not_expire(central, grant, noon):
    perpetual = replace(grant, expires_at=None, seat=None, feature_codes=())
    signed = await central.issue(perpetual, noon)

    assert await central.verify(signed.content) == perpetual
    assert "exp" not in json.loads(bytes_of(signed.content.split(".")[1]))


async def test_a_file_is_a_standard_jws(central, grant, noon):
    signed = await central.issue(grant, noon)

    header, claims, _ = signed.content.split(".")
    assert json.loads(bytes_of(header)) == {"alg": "EdDSA", "typ": "license+jwt", "kid": signed.key_id}
    assert json.loads(bytes_of(claims)) == {
        "iss": "https://portal.example",
        "iat": 1795521600,
        "jti": "01930000-0000-7000-8000-000000000001",
        "sub": "130-4711",
        "nbf": 1795521600,
        "exp": 1827057600,
        "license": {
            "id": "01930000-0000-7000-8000-000000000002",
            "generation": 2,
            "model": "MULTI_USER_SUBSCRIPTION",
            "quantity": 10,
            "seat": 3,
        },
        "product": {"firm_code": 6000010, "product_code": 201, "feature_codes": [1, 4, 16]},
        "container": {"serial": "130-4711", "type": "GROUP_CLOUD", "update_counter": 7},
    }


async def test_the_published_keys_contain_no_private_part(central):
    for key in (await central.jwks())["keys"]:
        assert set(key) == {"kty", "crv", "x", "kid", "use", "alg"}
        assert (key["kty"], key["crv"], key["use"], key["alg"]) == ("OKP", "Ed25519", "sig", "EdDSA")


async def test_another_ed25519_library_verifies_a_file_and_detects_each_changed_byte(central, grant, noon):
    signed = await central.issue(grant, noon)
    key = Ed25519PublicKey.from_public_bytes(await public_key(central, signed.key_id))

    signed_part, _, signature = signed.content.rpartition(".")
    key.verify(bytes_of(signature), signed_part.encode())

    raw = bytes_of(signature)
    changed = [(changed_at(signed_part.encode(), place), raw) for place in range(len(signed_part))]
    changed += [(signed_part.encode(), changed_at(raw, place)) for place in range(len(raw))]
    for text, seal in changed:
        with pytest.raises(InvalidSignature):
            key.verify(seal, text)


async def test_openssl_verifies_a_file_and_detects_changed_bytes(central, tmp_path, grant, noon):
    # Where it is not installed, the test above shows the same with another library.
    if shutil.which("openssl") is None:
        return
    signed = await central.issue(grant, noon)
    spki = bytes.fromhex("302a300506032b6570032100") + await public_key(central, signed.key_id)  # RFC 8410
    (tmp_path / "key.der").write_bytes(spki)
    signed_part, _, signature = signed.content.rpartition(".")
    head, payload = signed_part.split(".")

    def verdict(text: str, seal: bytes) -> int:
        (tmp_path / "signed_part").write_text(text)
        (tmp_path / "signature").write_bytes(seal)
        command = "openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey key.der -in signed_part -sigfile signature"
        return subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False).returncode

    assert verdict(signed_part, bytes_of(signature)) == 0
    assert verdict(signed_part, changed_at(bytes_of(signature), 0)) == 1
    assert verdict(f"{text_of(changed_at(bytes_of(head), 8))}.{payload}", bytes_of(signature)) == 1
    assert verdict(f"{head}.{text_of(changed_at(bytes_of(payload), 40))}", bytes_of(signature)) == 1


async def test_every_changed_character_of_a_file_is_detected(central, grant, noon):
    content = (await central.issue(grant, noon)).content

    for place, character in enumerate(content):
        other = "B" if character != "B" else "C"
        with pytest.raises(LicenseFileNotGenuine):
            await central.verify(content[:place] + other + content[place + 1 :])
        with pytest.raises(LicenseFileNotGenuine):
            await central.verify(content[:place])


@pytest.mark.parametrize("addition", ["=", ".", " ", "\n", "A", "\0"])
async def test_every_addition_to_a_file_is_detected(central, addition, grant, noon):
    content = (await central.issue(grant, noon)).content

    for text in (content + addition, addition + content):
        with pytest.raises(LicenseFileNotGenuine):
            await central.verify(text)


@pytest.mark.feature("F01")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "..",
        "a.b.c",
        "\ud800",
        "e30.e30.e30",
        "x" * 1_000_000,
        *(
            f"{text_of(header)}.e30.AAAA"
            for header in (
                b"[]",
                b"null",
                b"{}",
                b"[" * 300,
                b"[" * 50_000,
                b'{"alg":"none"}',
                b'{"alg":["EdDSA"],"kid":{}}',
                b'{"alg":"EdDSA","kid":"?"}',
                b'{"alg":"EdDSA","kid":null,"crit":["b64"],"b64":false}',
            )
        ),
    ],
)
async def test_any_other_text_is_refused_with_the_same_error(central, text):
    with pytest.raises(LicenseFileNotGenuine):
        await central.verify(text)


async def test_a_file_of_another_license_central_is_refused(central, other_central, grant, noon):
    with pytest.raises(LicenseFileNotGenuine):
        await central.verify((await other_central.issue(grant, noon)).content)


def changed_at(text: bytes, place: int) -> bytes:
    return text[:place] + bytes([text[place] ^ 1]) + text[place + 1 :]
