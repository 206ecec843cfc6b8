"""A key that can only find what is public, for searches that ask for nothing else.

It is signed with an API key of the server, so it needs no rights there; the server itself adds the filter,
whatever a query says or forgets.
"""

from collections.abc import Iterable

from core.errors import Unavailable
from search.meili.client import Body, Client

PUBLIC = ("public",)
PUBLIC_FILTER = 'visibility = "public"'


def public_client(client: Client, index: str) -> Client | None:
    """The same server with such a key; None when `client`'s own key may not look for one to sign with."""
    try:
        signing = _for_searching(client.api_keys(), index)
    except Unavailable:
        return None
    if signing is None:
        return None
    token = client.tenant_token(signing, {index: {"filter": PUBLIC_FILTER}})
    return Client(client.url, token)


def _for_searching(keys: Iterable[Body], index: str) -> Body | None:
    """A key that may search the index and nothing else, and does not expire."""
    lasting = (key for key in keys if key["actions"] == ["search"] and key["expiresAt"] is None)
    return next((key for key in lasting if {"*", index} & set(key["indexes"])), None)
