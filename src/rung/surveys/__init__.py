"""Asking the customer, once, after a matter is settled: who is asked what and when, and what they answered.

It never writes to a customer by itself (the doors do) and never judges an answer (the ladder does). Whoever is not asked
is kept with the reason, so that coverage and response rate are known.
"""
