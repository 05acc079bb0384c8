"""Patterns: what customers write about, what frustrates and what delights them, each with the conversations behind it.

It reads grades, touchpoints and the journal, works beside the worker, and keeps what it found as rows with the study they
are of. It never says who among us did it, and never calls going together a cause.
"""
