"""Rung: a desk that serves people and knows what level of service each of them received."""

__version__ = "0.1.0"
