"""The engine of a network: a Meilisearch server, asked for the same answers as the embedded engine."""

from search.meili.engine import MeilisearchEngine

__all__ = ["MeilisearchEngine"]
