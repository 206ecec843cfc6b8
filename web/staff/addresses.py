"""Addresses that pages of several corners lead to."""

from collections.abc import Sequence

from web.links import with_query

SENT = "/staff/referrals"
REMIND = f"{SENT}/remind"


def reminding(ids: Sequence[str]) -> str:
    """The page that asks about reminding of these referrals; the list when there are none."""
    return with_query(REMIND, [("referral", key) for key in ids]) if ids else SENT
