"""From what people type to a place on the map, and from two places to a distance.

geocoder = make_geocoder("offline", {"home": "Durham, NC"})
place = geocoder.resolve("durham nc")      # Place, or UnknownPlace with near matches
reach_keys(place)                          # {"zip:27701", "county:NC/Durham", "state:NC", …}
"""

from directory.places.offline import OfflineGeocoder
from directory.places.online import OnlineGeocoder, Places, make_geocoder
from directory.places.place import (
    EARTH_RADIUS_KM,
    HasPoint,
    Place,
    UnknownPlace,
    county_key,
    distance_m,
    reach_keys,
)

__all__ = [
    "EARTH_RADIUS_KM",
    "HasPoint",
    "OfflineGeocoder",
    "OnlineGeocoder",
    "Place",
    "Places",
    "UnknownPlace",
    "county_key",
    "distance_m",
    "make_geocoder",
    "reach_keys",
]
