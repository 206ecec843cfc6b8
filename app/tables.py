"""The whole schema: importing this makes every table known to `metadata`."""

import accounts.models  # noqa: F401
import core.audit
import core.outbox
import core.sentinel  # noqa: F401
import directory.models
import directory.prices.models  # noqa: F401
import notices.models  # noqa: F401
import patients.models
import patients.moving  # noqa: F401
import referrals.consenting
import referrals.erasing
import referrals.handing_over
import referrals.links
import referrals.models
import referrals.moving
import referrals.reports.models  # noqa: F401
from core.db import Base

metadata = Base.metadata
