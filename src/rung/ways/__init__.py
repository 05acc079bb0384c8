"""Journeys: what customers go through with us, step by step, and how each step was for them, the weakest first."""
