"""Keys and sealed values: what opens, what does not, and where keys may lie."""

import base64
import os
import stat
import threading
from pathlib import Path

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from hypothesis import given
from hypothesis import strategies as st

from redactor import crypto
from redactor.crypto import (
    GCM,
    GCM_SIV,
    ConversationKeys,
    LocalKey,
    RememberedWrap,
    TenantKeys,
    derive,
    join,
    keyed_hash,
    new_key,
    open_sealed,
    seal,
    unwrap_key,
    wrap_key,
)
from redactor.exceptions import CryptoError
from redactor.secret import Secret

KEY = Secret(bytes(range(32)))
ANY_TEXT = st.text(st.characters(exclude_categories=()))  # lone surrogates too
PARTS = st.lists(st.one_of(st.binary(max_size=8), ANY_TEXT.filter(lambda text: len(text) < 8)), max_size=4)


@given(st.binary(max_size=300), st.binary(max_size=40), st.sampled_from([GCM_SIV, GCM]))
def test_what_is_sealed_opens(plaintext: bytes, associated: bytes, scheme: str) -> None:
    sealed = seal(KEY, plaintext, associated, scheme)
    assert open_sealed(KEY, sealed, associated, scheme) == plaintext


@given(st.binary(min_size=1, max_size=40), st.data())
def test_a_changed_bit_does_not_open(plaintext: bytes, data: st.DataObject) -> None:
    sealed = bytearray(seal(KEY, plaintext, b"place"))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(CryptoError, match="does not open"):
        open_sealed(KEY, bytes(sealed), b"place")


@pytest.mark.parametrize("scheme", [GCM_SIV, GCM])
def test_another_key_place_or_scheme_does_not_open(scheme: str) -> None:
    sealed = seal(KEY, b"value", b"place", scheme)
    other = GCM if scheme == GCM_SIV else GCM_SIV
    for key, place, used in ((new_key(), b"place", scheme), (KEY, b"elsewhere", scheme), (KEY, b"place", other)):
        with pytest.raises(CryptoError, match="does not open"):
            open_sealed(key, sealed, place, used)


@pytest.mark.parametrize("sealed", [b"", b"short", bytes(12), bytes(27)])
def test_what_is_too_short_to_be_sealed_does_not_open(sealed: bytes) -> None:
    with pytest.raises(CryptoError, match="does not open"):
        open_sealed(KEY, sealed, b"")


def test_an_unknown_scheme_is_named() -> None:
    with pytest.raises(CryptoError, match=r"unknown scheme 'rot13'.*aes-256-gcm-siv"):
        seal(KEY, b"value", b"", "rot13")


def test_sealing_twice_gives_two_texts() -> None:
    assert seal(KEY, b"value", b"") != seal(KEY, b"value", b"")


def test_gcm_siv_gives_the_vector_of_rfc_8452() -> None:
    # RFC 8452, appendix C.2, "Plaintext (8 bytes) = 0100000000000000", AAD empty.
    key = Secret(bytes.fromhex("01" + "00" * 31))
    sealed = bytes.fromhex("030000000000000000000000" + "c2ef328e5c71c83b843122130f7364b761e0b97427e3df28")
    assert open_sealed(key, sealed, b"") == bytes.fromhex("0100000000000000")


def test_keyed_hash_is_hmac_of_rfc_4231() -> None:
    # RFC 4231, test case 2; the parts are put behind their lengths, so the message is given without them.
    import hashlib
    import hmac

    message = b"what do ya want for nothing?"
    assert (
        keyed_hash(Secret(b"Jefe"), message)
        == hmac.new(b"Jefe", len(message).to_bytes(8, "big") + message, hashlib.sha256).digest()
    )


@given(PARTS, PARTS)
def test_parts_never_run_into_each_other(one: list[bytes | str], other: list[bytes | str]) -> None:
    def as_bytes(parts: list[bytes | str]) -> list[bytes]:
        return [p.encode("utf-8", "surrogatepass") if isinstance(p, str) else p for p in parts]

    assert (join(*one) == join(*other)) == (as_bytes(one) == as_bytes(other))
    assert (keyed_hash(KEY, *one) == keyed_hash(KEY, *other)) == (as_bytes(one) == as_bytes(other))


def test_another_key_gives_another_hash() -> None:
    assert keyed_hash(KEY, "a") != keyed_hash(new_key(), "a")


def test_sub_keys_differ_by_purpose_and_by_key() -> None:
    tenant = TenantKeys.of(KEY)
    conversation = ConversationKeys.of(KEY, "k1")
    keys = [
        tenant.wrap,
        tenant.conversations,
        tenant.subjects,
        conversation.seal,
        conversation.lookup,
        conversation.turns,
    ]
    assert len({key.reveal() for key in keys}) == len(keys)
    assert derive(KEY, "a") == derive(KEY, "a")
    assert derive(KEY, "a", "b") != derive(KEY, "ab")
    assert derive(KEY, "a") != derive(new_key(), "a")


def test_a_conversation_key_unwraps_in_its_own_place_only() -> None:
    tenant = TenantKeys.of(KEY)
    key = new_key()
    wrapped = wrap_key(tenant, key, "default", "c1", "k1")
    assert unwrap_key(tenant, wrapped, "default", "c1", "k1") == key
    for keys, context in ((tenant, ("default", "c2", "k1")), (TenantKeys.of(new_key()), ("default", "c1", "k1"))):
        with pytest.raises(CryptoError, match="changed or moved"):
            unwrap_key(keys, wrapped, *context)


def test_keys_print_as_stars() -> None:
    shown = repr([KEY, TenantKeys.of(KEY), ConversationKeys.of(KEY, "k1"), LocalKey(KEY)])
    assert repr(KEY.reveal())[2:20] not in shown
    assert KEY.reveal().hex() not in shown
    assert shown.count("**********") == 7


def test_a_key_of_the_wrong_length_is_refused() -> None:
    for make in (LocalKey, TenantKeys.of):
        with pytest.raises(CryptoError, match="has 32 bytes, not 16"):
            make(Secret(bytes(16)))


def test_openssl_without_gcm_siv_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(key: bytes) -> None:
        raise UnsupportedAlgorithm("no")

    monkeypatch.setattr(crypto, "_SCHEMES", {GCM_SIV: refuse})
    with pytest.raises(CryptoError, match="fips = true"):
        seal(KEY, b"", b"")


# -- the key-encryption key


def test_a_local_key_unwraps_what_it_wrapped_and_nothing_else() -> None:
    one, other, key = LocalKey.ephemeral(), LocalKey.ephemeral(), new_key()
    assert one.unwrap(one.wrap(key)) == key
    assert key.reveal() not in one.wrap(key)
    assert one.key_id != other.key_id
    with pytest.raises(CryptoError, match=f"does not open with key {other.key_id}"):
        other.unwrap(one.wrap(key))
    with pytest.raises(CryptoError):
        one.unwrap(b"not wrapped")


def test_a_slow_keeper_is_asked_once_per_key() -> None:
    asked: list[bytes] = []

    class Slow(LocalKey):
        def unwrap(self, wrapped: bytes) -> Secret[bytes]:
            asked.append(wrapped)
            return super().unwrap(wrapped)

    slow, keys = Slow(KEY), [new_key(), new_key()]
    wrapped = [slow.wrap(key) for key in keys]
    remembered = RememberedWrap(slow)
    assert remembered.key_id == slow.key_id
    for _ in range(3):
        assert [remembered.unwrap(each) for each in wrapped] == keys
        with pytest.raises(CryptoError):
            remembered.unwrap(b"not wrapped")
    assert [asked.count(each) for each in wrapped] == [1, 1]
    assert asked.count(b"not wrapped") == 3
    made = new_key()
    assert remembered.unwrap(remembered.wrap(made)) == made
    assert len(asked) == 5


def test_a_key_file_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        path = tmp_path / "new" / "folder" / "redactor.key"
        first = LocalKey.from_file(path)
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]
    assert len(base64.b64decode(path.read_bytes())) == 32
    assert LocalKey.from_file(path).key_id == first.key_id


def test_two_that_make_the_key_file_at_once_get_the_same_key(tmp_path: Path) -> None:
    path = tmp_path / "redactor.key"
    barrier, found = threading.Barrier(8), []

    def make() -> None:
        barrier.wait()
        found.append(LocalKey.from_file(path).key_id)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610])
def test_a_key_file_others_may_read_is_refused_with_what_to_do(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "redactor.key"
    LocalKey.from_file(path)
    path.chmod(mode)
    with pytest.raises(CryptoError, match=rf"mode {mode:04o}.*chmod 600"):
        LocalKey.from_file(path)


@pytest.mark.parametrize("content", ["", "short", "!" * 44, base64.b64encode(b"x" * 31).decode()])
def test_a_damaged_key_file_is_refused_without_showing_it(tmp_path: Path, content: str) -> None:
    path = tmp_path / "redactor.key"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(CryptoError, match="does not hold a key; expected 32 bytes in base64") as caught:
        LocalKey.from_file(path)
    assert not content or content not in str(caught.value)


def test_a_folder_in_place_of_the_key_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CryptoError, match="cannot be used"):
        LocalKey.from_file(tmp_path)


def test_the_environment_gives_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_KEY", base64.b64encode(KEY.reveal()).decode() + "\n")
    assert LocalKey.from_environment("TEST_KEY").key_id == LocalKey(KEY).key_id


@pytest.mark.parametrize(
    ("value", "message"), [(None, "holds no key.*openssl rand"), (" ", "holds no key"), ("x", "does not hold")]
)
def test_a_missing_or_wrong_environment_key_is_refused(
    monkeypatch: pytest.MonkeyPatch, value: str | None, message: str
) -> None:
    monkeypatch.delenv("TEST_KEY", raising=False)
    if value is not None:
        monkeypatch.setenv("TEST_KEY", value)
    with pytest.raises(CryptoError, match=message):
        LocalKey.from_environment("TEST_KEY")
