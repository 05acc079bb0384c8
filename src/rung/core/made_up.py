"""Addresses that nobody has. The demo's people and mailboxes have such ones: nothing is ever sent to them, or from them."""

# RFC 2606: nobody's mail server answers to these.
DOMAINS = (".test", ".invalid", ".localhost")


def is_made_up(address: str) -> bool:
    return address.lower().endswith(DOMAINS)
