"""Sealing of identity fields, and blind indexes to find them again.

A sealed value is `<key id>.<base64 of nonce + ciphertext>` (AES-256-GCM). The place it was sealed
for ("patient.name:<row id>") is authenticated with it, so a value copied into another row or
column does not open. The newest key seals; every key on the ring opens, so that keys are rotated
by adding one in front, sealing again in the background, and taking the old one away at the end.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
_KEY_ID = re.compile(r"[a-z0-9-]{1,16}")


class KeyMissing(Exception):
    """A value was sealed with a key that is not on the ring; the message names the key's id."""


class Tampered(Exception):
    """A sealed value does not open: changed, moved from another place, or not sealed at all."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """Keys by id (32 bytes each), the id that seals, and the key of the blind indexes."""

    keys: Mapping[str, bytes] = field(repr=False)
    current: str
    index_key: bytes = field(repr=False)

    @classmethod
    def parse(cls, keys: str, index_key: str) -> "Keyring":
        """From `"k2:<base64>,k1:<base64>"`, newest first, and a base64 index key of 32 bytes.

        Raises ValueError that says which part is wrong, never what it was.
        """
        ring: dict[str, bytes] = {}
        for part in keys.split(","):
            key_id, _, encoded = part.strip().partition(":")
            if not _KEY_ID.fullmatch(key_id) or key_id in ring:
                raise ValueError("a key id is missing, repeated, or not of [a-z0-9-]{1,16}")
            ring[key_id] = _key(encoded, f"key {key_id}")
        return cls(ring, next(iter(ring)), _key(index_key, "the index key"))

    def seal(self, text: str, place: str) -> str:
        """`text` sealed for that place, with the current key."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self.keys[self.current]).encrypt(nonce, text.encode(), place.encode())
        return f"{self.current}.{base64.b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, place: str) -> str:
        """What was sealed for that place. Raises KeyMissing or Tampered."""
        key_id, _, encoded = sealed.partition(".")
        if not _KEY_ID.fullmatch(key_id):
            raise Tampered(f"{place} does not hold a sealed value")
        if key_id not in self.keys:
            raise KeyMissing(f"{place} was sealed with key {key_id}, which is not on the ring")
        try:
            blob = base64.b64decode(encoded, validate=True)
            cipher = AESGCM(self.keys[key_id])
            return cipher.decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], place.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise Tampered(f"{place} does not open") from error

    def is_current(self, sealed: str) -> bool:
        """Whether it was sealed with the newest key."""
        return sealed.startswith(f"{self.current}.")

    def blind(self, text: str, purpose: str) -> str:
        """32 hex digits that stand for `text`: equal for equal text of one purpose."""
        message = f"{purpose}\x00{text}".encode()
        return hmac.new(self.index_key, message, hashlib.sha256).hexdigest()[:32]


def _key(encoded: str, name: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(f"{name} must be {KEY_BYTES} random bytes in base64")
    return key
