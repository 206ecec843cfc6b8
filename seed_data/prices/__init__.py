"""Invented cash prices of common medicines at the county's pharmacies. They say that they are."""
