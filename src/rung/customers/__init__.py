"""Whom we serve: people, their addresses, companies and orders. It knows nothing of how or when they write to us."""
