"""Reports: facts folded from events, counted by SQL, made into shares and spreads, protected.

facts.py (pure: events → facts) → keeping.py (facts kept beside the events) → counting.py (SQL) →
figures.py and suppression.py (pure) → report.py (the answer to a question).
"""
