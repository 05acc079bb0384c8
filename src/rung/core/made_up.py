"""Addresses of people who are made up, as those of the demo are: nothing is ever sent to them, or from them.

Not everything under .test: whoever tries Rung with a mail server of their own may write from and to such domains.
"""

from collections.abc import Iterable

_DOMAINS: set[str] = set()


def know_as_made_up(domains: Iterable[str]) -> None:
    """From now on nothing is sent to these domains, or from them."""
    _DOMAINS.update(domain.lower() for domain in domains)


def is_made_up(address: str) -> bool:
    return address.lower().rpartition("@")[2] in _DOMAINS
