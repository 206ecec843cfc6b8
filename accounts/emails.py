"""E-mail addresses as identities."""

import re
import unicodedata

from core.errors import Invalid

_ADDRESS = re.compile(r"[^@\s]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+")
LENGTH_MAX = 254


def normalise(email: str) -> str:
    """One spelling per mailbox: NFKC, no outer space, lower case. Raises Invalid.

    Anything but printable ASCII is refused: a look-alike letter must not make a second account
    that reads like the first.
    """
    text = unicodedata.normalize("NFKC", email).strip().lower()
    if len(text) > LENGTH_MAX or not text.isascii() or not _ADDRESS.fullmatch(text):
        raise Invalid("Give an e-mail address such as ana@example.org.", parameter="email")
    return text
