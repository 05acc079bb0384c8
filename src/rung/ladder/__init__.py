"""The ladder: which of six levels of service each touchpoint was, read from the journal, and what customers expect by now.

The six levels are Ron Kaufman's. This room grades and explains; it never asks a customer anything, never changes a
conversation, and nothing below knows that it exists: deleting this folder leaves a working desk. Its own rows can all be
worked out again from the journal.
"""
