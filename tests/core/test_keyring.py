"""The keyring and its providers: what was sealed stays readable, and nothing is read under a wrong key."""

import hashlib
import hmac
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from yinling.core import sealing
from yinling.core.sealing import keyring as rings
from yinling.core.sealing import providers
from yinling.core.sealing.keyring import BadKeyring, Keyring, UnknownKeyVersion
from yinling.site.embedded import keyring_file

ONE, TWO = "1:aes:first secret of this test", "2:sm4:second secret of this test"


def test_values_of_both_providers_read_back_under_any_order(settings):
    settings.FIELD_KEYS = ONE
    old, old_digest = sealing.seal("王建国"), sealing.digest("number", "1")
    settings.FIELD_KEYS = f"{TWO},{ONE}"
    new = sealing.seal("王建国")
    assert (old[0], new[0]) == (1, 2) and sealing.unseal(old) == sealing.unseal(new) == "王建国"
    found = sealing.digests("number", "1")
    assert [d[0] for d in found] == [2, 1] and found[1] == old_digest
    assert sealing.digest("number", "1") == found[0] and len(set(sealing.short_digests("number", "1"))) == 2
    first, after = sealing.short_range(2)
    assert first <= sealing.short_digest("number", "1") < after


def test_digests_are_the_hmac_that_they_are_said_to_be():
    key = os.urandom(32)
    for text in (b"", b"x", b"y" * 200):
        made = providers.provider("aes").digester(key)(text)
        assert made == hmac.digest(key, text, "sha256")
        if "sm3" in hashlib.algorithms_available:
            assert providers.provider("sm4").digester(key)(text) == hmac.digest(key, text, "sm3")


@pytest.mark.parametrize("keys", [ONE, TWO])
def test_an_altered_value_or_another_key_is_refused(settings, keys):
    settings.FIELD_KEYS = keys
    sealed = bytearray(sealing.seal("10012345678"))
    settings.FIELD_KEYS = keys.replace("secret", "Secret")
    with pytest.raises(InvalidTag):
        sealing.unseal(bytes(sealed))
    settings.FIELD_KEYS = keys
    for place in (1, 14, len(sealed) - 1):
        sealed[place] ^= 1
        with pytest.raises(InvalidTag):
            sealing.unseal(bytes(sealed))
        sealed[place] ^= 1
    settings.FIELD_KEYS = "9:aes:a key of a later version"
    with pytest.raises(UnknownKeyVersion, match="not in the keyring"):
        sealing.unseal(bytes(sealed))


def test_a_retired_version_still_verifies_the_audit_and_nothing_else(settings):
    settings.FIELD_KEYS = ONE
    seal, value = sealing.digest("audit", "event"), sealing.seal("王建国")
    left = Keyring.parse(ONE).current.without_secret().line()
    assert "secret" not in left
    settings.FIELD_KEYS = f"{TWO},{left}"
    assert sealing.digest_under(1, "audit", "event") == seal
    assert [d[0] for d in sealing.digests("number", "1")] == [2]
    for attempt in (lambda: sealing.unseal(value), lambda: sealing.digest_under(1, "number", "1")):
        with pytest.raises(UnknownKeyVersion, match="retired"):
            attempt()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no key in use"),
        ("0:aes:a secret long enough", "from 1 to"),
        ("1:aes", "not version:provider:secret"),
        ("1:aes:short", "too short"),
        ("1:aes:a secret long enough,1:sm4:a secret long enough", "twice"),
    ],
)
def test_a_bad_keyring_says_what_is_wrong_and_not_the_secret(text, says):
    with pytest.raises(BadKeyring, match=says) as error:
        Keyring.parse(text)
    assert "secret long" not in str(error.value)


def test_a_missing_provider_is_said_clearly(monkeypatch):
    with pytest.raises(sealing.ProviderMissing, match="there are: aes, sm4"):
        Keyring.parse("1:des:a secret long enough")

    def lacks(key):
        raise providers.UnsupportedAlgorithm("no SM4")

    monkeypatch.setattr(providers.algorithms, "SM4", lacks)
    with pytest.raises(sealing.ProviderMissing, match="binary wheel"):
        Keyring.parse(TWO)


def test_the_file_is_made_once_for_the_owner_only_and_takes_over_an_older_secret(tmp_path):
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "fields").write_text("an older secret of 1\n")
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(keyring_file(tmp_path).read_text())) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) == {"1:aes:an older secret of 1\n"}
    assert stat.S_IMODE((tmp_path / "secrets" / "keyring").stat().st_mode) == 0o600
    assert keyring_file(tmp_path / "new").read_text() != keyring_file(tmp_path / "other").read_text()


def test_a_running_process_learns_of_a_new_version(settings, tmp_path, monkeypatch):
    settings.FIELD_KEYS, settings.FIELD_KEYRING = "", tmp_path / "keyring"
    Path(settings.FIELD_KEYRING).write_text(ONE)
    assert sealing.seal("x")[0] == 1
    # Another process adds a key; this one meets a value of it before its next look at the file.
    settings_of_other = f"{ONE}\n{TWO}\n"
    Path(settings.FIELD_KEYRING).write_text(settings_of_other)
    other = Keyring.parse(settings_of_other).keys[2]
    sealed = other.head + bytes(12) + other.sealer.encrypt(bytes(12), b"y", None)
    assert sealing.unseal(sealed) == "y"
    rings.write(Keyring([other, *[k for k in rings.keyring().keys.values() if k.version != 2]]))
    assert sealing.seal("x")[0] == 2
    assert stat.S_IMODE(Path(settings.FIELD_KEYRING).stat().st_mode) == 0o600
    clock = rings._held.look_at + 1
    monkeypatch.setattr(rings, "monotonic", lambda: clock)
    Path(settings.FIELD_KEYRING).write_text(ONE)
    assert sealing.seal("x")[0] == 1


def test_parent_and_child_never_draw_the_same_nonce():
    code = (
        "import os, django; django.setup()\n"
        "from yinling.core.sealing.values import _nonce\n"
        "_nonce()\n"
        "r, w = os.pipe()\n"
        "child = os.fork()\n"
        "mine = [_nonce() for _ in range(600)]\n"
        "if not child:\n    os.write(w, b''.join(mine)); os._exit(0)\n"
        "os.close(w)\n"
        "theirs = b''.join(iter(lambda: os.read(r, 65536), b''))\n"
        "both = mine + [theirs[i:i + 12] for i in range(0, len(theirs), 12)]\n"
        "assert len(set(both)) == len(both) == 1200\n"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, timeout=60)
