"""What a Prometheus server may read at /metrics: counts and times, nothing about anybody.

With several processes (app/server.py says where they share their counts) each answers for all.
"""

import os
from collections.abc import Iterator
from time import perf_counter
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from app.server import MULTIPROCESS
from core import outbox
from core.clock import now
from core.db import Database
from referrals import timers
from search import sync
from search.engine import SearchEngine
from search.query import SearchQuery, SearchResult

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The instruments of one application."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "handrail_requests",
            "Requests answered.",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "handrail_request_seconds",
            "Time to answer.",
            ["route"],
            buckets=SECONDS,
            registry=self._registry,
        )
        self.search_seconds = Histogram(
            "handrail_search_seconds",
            "Time the search engine took.",
            buckets=SECONDS,
            registry=self._registry,
        )
        self.search_failures = Counter(
            "handrail_search_failures",
            "Searches the engine could not answer.",
            registry=self._registry,
        )

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self._requests.labels(method, route, status).inc()
        self._seconds.labels(route).observe(seconds)

    def page(self, database: Database) -> bytes:
        """Everything, in Prometheus' text format."""
        moment = CollectorRegistry()
        moment.register(OutboxCollector(database))
        return generate_latest(self._counted()) + generate_latest(moment)

    def _counted(self) -> CollectorRegistry:
        if MULTIPROCESS not in os.environ:
            return self._registry
        everybody = CollectorRegistry()
        MultiProcessCollector(everybody)  # type: ignore[no-untyped-call]
        return everybody


class OutboxCollector(Collector):
    """How far behind the outbox is, asked of the database when somebody looks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            with self._database.read() as session:
                backlog, search_lag_s = outbox.backlog(session), sync.lag_s(session)
                timer_lag_s = timers.lag_s(session)
        except SQLAlchemyError:
            yield GaugeMetricFamily("handrail_database_up", "Whether it answers.", 0)
            return
        lag_s = (now() - backlog.oldest_due_at).total_seconds() if backlog.oldest_due_at else 0
        yield GaugeMetricFamily("handrail_database_up", "Whether it answers.", 1)
        yield GaugeMetricFamily("handrail_outbox_waiting", "Messages to do.", backlog.waiting)
        yield GaugeMetricFamily("handrail_outbox_parked", "Messages given up.", backlog.parked)
        yield GaugeMetricFamily(
            "handrail_outbox_lag_seconds", "Age of the oldest due message.", max(0.0, lag_s)
        )
        yield GaugeMetricFamily(
            "handrail_search_lag_seconds",
            "Age of the oldest change that searches do not find yet.",
            search_lag_s,
        )
        yield GaugeMetricFamily(
            "handrail_timer_lag_seconds",
            "How late the clock of referrals is.",
            timer_lag_s,
        )


class TimedEngine:
    """A search engine whose searches are timed; everything else it passes on."""

    def __init__(self, engine: SearchEngine, metrics: Metrics) -> None:
        self._engine = engine
        self._metrics = metrics

    def search(self, query: SearchQuery) -> SearchResult:
        """As the engine's own."""
        started = perf_counter()
        try:
            return self._engine.search(query)
        except Exception:
            self._metrics.search_failures.inc()
            raise
        finally:
            self._metrics.search_seconds.observe(perf_counter() - started)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)
