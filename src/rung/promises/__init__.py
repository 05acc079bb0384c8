"""Promises: what we said we would do by a day, and within which time we mean to answer; the clocks of both.

It never writes to a customer and never judges anybody: it says what is due, when, and whether it was kept.
"""
