"""Secrets an installation outside the demo must set; by setting, without the prefix."""

from base64 import b64encode

_KEY = b64encode(b"0123456789abcdef0123456789abcdef").decode()

SECRETS = {"SECRET_KEY": "k" * 32, "ENCRYPTION_KEYS": f"first:{_KEY}", "INDEX_KEY": _KEY}
