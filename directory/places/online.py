"""Any geopy geocoder behind the offline one: cached, rate-limited, asked only for addresses.

ZIPs, cities, counties and coordinates never leave the machine; a street address does, because the
operator chose a geocoding service.
"""

import inspect
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from geopy.adapters import URLLibAdapter
from geopy.exc import GeocoderNotFound, GeocoderQueryError, GeopyError
from geopy.geocoders import get_geocoder_for_service

from core.errors import Invalid, Unavailable
from directory.places import text as reading
from directory.places.gazetteer import gazetteer
from directory.places.memory import GeocoderMemory
from directory.places.offline import OfflineGeocoder
from directory.places.place import Place, UnknownPlace, distance_m

TIMEOUT_S = 5.0
PATIENCE_S = 3.0
"""How long a request waits for its turn before it is told to come back."""

_ZIP_IN_ADDRESS = re.compile(r"\b(\d{5})(?:-\d{4})?\b")
_ZIP_AROUND_M = 40_000


class OnlineGeocoder:
    """`resolve`, `at`, `nearest_zip` and `suggest` as OfflineGeocoder has them, plus addresses."""

    def __init__(
        self,
        name: str,
        service: Any,
        offline: OfflineGeocoder,
        memory: GeocoderMemory,
        *,
        per_second: float = 1.0,
        asking: Mapping[str, Any] | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._name = name
        self._service = service
        self._offline = offline
        self._memory = memory
        self._spacing = 1 / per_second
        self._asking = dict(asking or {})
        self._clock = clock
        self._sleep = sleep
        self.home = offline.home
        self.at = offline.at
        self.nearest_zip = offline.nearest_zip
        self.suggest = offline.suggest

    def resolve(self, text: str) -> Place:
        """As offline; what that does not know, and street addresses, are asked of the service.

        Raises UnknownPlace, or Unavailable when the service does not answer or our turn is far.
        """
        asked = reading.clean(text)
        if reading.is_street_address(asked):
            return self._address(asked)
        try:
            return self._offline.resolve(asked)
        except UnknownPlace as unknown:
            if not asked or reading.read_zip(asked) or reading.read_point(asked):
                raise
            return self._address(asked, unknown)

    def _address(self, asked: str, unknown: UnknownPlace | None = None) -> Place:
        question = reading.fold(asked)
        answer = self._memory.recall(self._name, question, self._clock())
        if answer is None:
            answer = self._ask(asked)
            self._memory.keep(self._name, question, answer, self._clock())
        if not answer:
            raise unknown or UnknownPlace(f"No place called “{asked[:60]}” is known.")
        lat, lng, code = answer
        return self._place(asked, lat, lng, code)

    def _ask(self, asked: str) -> list[Any]:
        """[latitude, longitude, ZIP or None] from the service, or [] when it knows no such place."""
        self._wait_for_turn()
        try:
            found = self._service.geocode(asked, **self._asking)
        except GeocoderQueryError:
            return []
        except (GeopyError, OSError) as problem:
            seconds = getattr(problem, "retry_after", None) or 30
            raise Unavailable(
                "Addresses cannot be looked up right now. A ZIP code or a city works.",
                parameter="near",
                retry_after_s=int(seconds),
            ) from problem
        if found is None:
            return []
        codes = _ZIP_IN_ADDRESS.findall(found.address or "")
        return [found.latitude, found.longitude, codes[-1] if codes else None]

    def _wait_for_turn(self) -> None:
        wait = self._memory.turn(self._name, self._spacing, PATIENCE_S, self._clock())
        if wait is None:
            raise Unavailable(
                "Too many addresses are being looked up. A ZIP code or a city works.",
                parameter="near",
                retry_after_s=5,
            )
        if wait:
            self._sleep(wait)

    def _place(self, asked: str, lat: float, lng: float, code: str | None) -> Place:
        """The service's point, with the facts of the ZIP it named or else the nearest one."""
        place = replace(self._offline.at(lat, lng), label=asked, kind="address")
        row = gazetteer().zips.get(code or "")
        if row is None or distance_m(place, row) > _ZIP_AROUND_M:
            return place
        return row.around(place)


Places = OfflineGeocoder | OnlineGeocoder
"""What the rest of the product calls a geocoder."""


def make_geocoder(
    name: str = "offline",
    options: Mapping[str, Any] | None = None,
    cache_path: Path | None = None,
    rate_limit: float = 1.0,
) -> Places:
    """The geocoder an operator chose.

    `name` is "offline" or any name geopy knows ("nominatim", "photon", "googlev3" …). `options`
    are arguments of that geopy class (`api_key`, `domain`, `timeout`, `user_agent` …) or of its
    `geocode` method (`country_codes`, `components` …), and `home`, the place that settles
    ambiguous names. `rate_limit` is questions a second over all processes that share `cache_path`.
    Raises Invalid, naming the option, when the class would not take it.
    """
    given = dict(options or {})
    offline = OfflineGeocoder(home=given.pop("home", ""))
    if name == "offline":
        _refuse_others(given, set(), name)
        return offline
    if rate_limit <= 0:
        raise Invalid("The rate limit must be above 0 questions a second.", parameter="rate_limit")
    cls = _geopy_class(name)
    building, asking = _parameters(cls.__init__), _parameters(cls.geocode)
    _refuse_others(given, building | asking, name)
    # geopy's usual adapter asks three times, each with the whole timeout, behind the rate's back.
    defaults = {"timeout": TIMEOUT_S, "user_agent": "handrail", "adapter_factory": URLLibAdapter}
    made = {key: value for key, value in (defaults | given).items() if key in building}
    try:
        service = cls(**made)
    except (TypeError, ValueError, GeopyError) as problem:
        raise Invalid(f"geocoder {name!r}: {problem}", parameter="geocoder_options") from problem
    return OnlineGeocoder(
        name,
        service,
        offline,
        GeocoderMemory(cache_path),
        per_second=rate_limit,
        asking={key: value for key, value in given.items() if key not in building},
    )


def _geopy_class(name: str) -> Any:
    try:
        return get_geocoder_for_service(name)
    except GeocoderNotFound as problem:
        raise Invalid(
            f"No geocoder is called {name!r}. Allowed: offline, or a geopy name such as nominatim,"
            " photon, pelias, googlev3, azure.",
            parameter="geocoder",
        ) from problem


def _parameters(function: Callable[..., Any]) -> set[str]:
    return set(inspect.signature(function).parameters) - {"self", "query", "exactly_one"}


def _refuse_others(given: Mapping[str, Any], allowed: set[str], name: str) -> None:
    wrong = sorted(set(given) - allowed)
    if wrong:
        raise Invalid(
            f"geocoder {name!r} has no option {wrong[0]!r}."
            f" Allowed: {', '.join(sorted(allowed | {'home'}))}.",
            parameter="geocoder_options",
        )
