"""The time zones a person can choose from."""

from functools import cache
from zoneinfo import available_timezones


@cache
def time_zones() -> list[tuple[str, str]]:
    """Every zone a person could live in, by the name of its city."""
    named = [zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/"))]
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in sorted(named))]
