"""Calls: announced by a telephone system, or logged by hand by whoever spoke; once over they are touchpoints."""
