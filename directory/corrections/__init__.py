"""Corrections to a listing by those who run the service: what may be said (values.py), what stands
there now (standing.py), and how it is put right (applying.py).

A correction is JSON by field, the same in all three; fields that are not named stay as they are.
"""

from directory.corrections.applying import apply, check_places
from directory.corrections.standing import Place, Standing, standing
from directory.corrections.values import FIELDS, checked

__all__ = ["FIELDS", "Place", "Standing", "apply", "check_places", "checked", "standing"]
