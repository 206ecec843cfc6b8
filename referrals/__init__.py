"""Closed-loop referrals: from a need to a partner's answer to a recorded, confirmed outcome."""
