"""Addresses that nobody has. The demo's people have such ones, and nothing is ever sent to them."""

# RFC 2606: nobody's mail server answers to these.
DOMAINS = (".test", ".invalid", ".localhost")


def is_made_up(address: str) -> bool:
    return address.lower().endswith(DOMAINS)
