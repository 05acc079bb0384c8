"""What the environment names outside this installation: hosts, a resolver, a country, who answers the numbers.

What means nothing is said at the start, in a line with what to write: later it would only be a screen that stays empty.
"""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from rung.config.environment import env

# As Django compares them: a name, with a dot before it also every name below it, an IPv6 address in brackets, or any.
_HOST = re.compile(r"\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]|\*", re.IGNORECASE | re.ASCII)


def allowed_hosts(base_url: str, files_url: str = "") -> list[str]:
    """Names to answer to. Raises ImproperlyConfigured for what is none, which would never be asked for by anybody."""
    hosts = [host.strip() for host in env("RUNG_ALLOWED_HOSTS").split(",") if host.strip()]
    for host in hosts:
        if not _HOST.fullmatch(host) or ".." in host:
            raise ImproperlyConfigured(
                f"RUNG_ALLOWED_HOSTS names {host!r}; say names of hosts alone, without https://, port or path, separated "
                "by commas, such as desk.example.org,192.0.2.7 or [2001:db8::7]."
            )
    if files_url:
        hosts.append(urlsplit(files_url).hostname or "")
    return [urlsplit(base_url).hostname or "localhost", "localhost", "127.0.0.1", "[::1]", *hosts]


_RESOLVER = re.compile(r"\[([^\]]+)\]:(\d{1,5})|([^:\[\]]+)(?::(\d{1,5}))?", re.ASCII)


def dns_server() -> str:
    """The resolver to ask, empty for the system's. Raises ImproperlyConfigured when that is no IP address."""
    said = env("RUNG_DNS")
    parts = _RESOLVER.fullmatch(said)
    host, port = (parts[1] or parts[3], parts[2] or parts[4]) if parts else (said, None)
    try:
        is_one = not said or (bool(ip_address(host)) and (port is None or 0 < int(port) < 65536))
    except ValueError:
        is_one = False
    if not is_one:
        raise ImproperlyConfigured(
            f"RUNG_DNS is {said!r}; say the IP address of a resolver, such as 192.0.2.53, 192.0.2.53:5353 or "
            "[2001:db8::53]:5353, or nothing for the one of the system."
        )
    return said


def phone_region() -> str:
    """The country of numbers without a country code, empty for none. Raises ImproperlyConfigured for what is no country."""
    region = env("RUNG_PHONE_REGION").upper()
    if region:
        from phonenumbers import SUPPORTED_REGIONS  # not for those who set none

        if region not in SUPPORTED_REGIONS:
            raise ImproperlyConfigured(
                f"RUNG_PHONE_REGION is {env('RUNG_PHONE_REGION')!r}, which is no country; say its two letters, such as DE, "
                "AT or GB (not UK), or nothing."
            )
    return region


def numbers() -> str:
    """What answers the questions behind the numbers, as given. Raises ImproperlyConfigured where nothing can."""
    named = env("RUNG_NUMBERS")
    if named in ("duckdb", "database"):
        return named
    try:
        parts = urlsplit(named)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        has_port = False
    if has_port and parts.scheme in ("postgres", "postgresql") and _is_read_by_postgresql(named):
        return named
    if has_port and parts.scheme in ("clickhouse", "clickhouses") and parts.hostname and not parts.query:
        return named
    raise ImproperlyConfigured(  # not shown: there may be a password in it
        "RUNG_NUMBERS names nothing that answers questions. Say duckdb, database, postgres://user:password@host/name or "
        "clickhouse://user:password@host:8123/database (clickhouses:// for TLS)."
    )


def _is_read_by_postgresql(address: str) -> bool:
    """Refused here, since the driver's own words about it, later in the log, would hold the password."""
    import psycopg  # not for those who name no such server
    from psycopg.conninfo import conninfo_to_dict

    try:
        return bool(conninfo_to_dict(address))
    except psycopg.Error:
        return False
