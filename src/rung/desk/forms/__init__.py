"""Cleaning what agents enter. Nothing here writes."""
