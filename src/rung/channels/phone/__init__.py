"""Calls, logged by hand by whoever spoke. A provider's telephone system may announce them later."""
