"""The vault's cipher: a fresh key for each record, wrapped by a key that lives in a file of its own.

Layout of a sealed record: version (1 byte), key id (8), wrapping nonce (12), wrapped data key (48),
nonce (12), ciphertext with its 16-byte tag. AES-256-GCM throughout; the record's kind, id and revision are
authenticated with it, so that a swapped, cut or replayed record fails to open.
"""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x01"


class WillNotOpen(Exception):
    """The record was changed, belongs elsewhere, or was sealed with a key we do not have."""


def key_id(kek: bytes) -> bytes:
    """Return the 8-byte public name of a key-encryption key."""
    return hashlib.sha256(b"everysite/kek/" + kek).digest()[:8]


def fingerprint(kek: bytes, data: bytes) -> str:
    """Return a keyed fingerprint that tells same from changed and says nothing else."""
    return hmac.new(kek, b"fingerprint/" + data, hashlib.sha256).hexdigest()


def seal(kek: bytes, data: bytes, *, kind: str, record: str, revision: int) -> bytes:
    """Return the sealed bytes of one revision of one record."""
    data_key, wrap_nonce, nonce = AESGCM.generate_key(256), os.urandom(12), os.urandom(12)
    named = key_id(kek)
    wrapped = AESGCM(kek).encrypt(wrap_nonce, data_key, _wrap_aad(record, named))
    body = AESGCM(data_key).encrypt(nonce, data, _aad(kind, record, revision))
    return VERSION + named + wrap_nonce + wrapped + nonce + body


def unseal(keks: dict[bytes, bytes], sealed: bytes, *, kind: str, record: str, revision: int) -> bytes:
    """Return the original bytes; `keks` maps key id to key. Raises WillNotOpen."""
    if len(sealed) < 97 or sealed[:1] != VERSION:
        raise WillNotOpen("not a sealed record")
    named, wrap_nonce, wrapped = sealed[1:9], sealed[9:21], sealed[21:69]
    nonce, body = sealed[69:81], sealed[81:]
    if named not in keks:
        raise WillNotOpen("sealed with a key that is not here")
    try:
        data_key = AESGCM(keks[named]).decrypt(wrap_nonce, wrapped, _wrap_aad(record, named))
        return AESGCM(data_key).decrypt(nonce, body, _aad(kind, record, revision))
    except InvalidTag as wrong:
        raise WillNotOpen("the record was changed or belongs elsewhere") from wrong


def _aad(kind: str, record: str, revision: int) -> bytes:
    return f"everysite/vault/1|{kind}|{record}|{revision}".encode()


def _wrap_aad(record: str, named: bytes) -> bytes:
    return b"wrap|" + record.encode() + b"|" + named
