"""Notices: who of us hears, in the page and by mail, of what others did in matters that are theirs.

It decides nothing about a conversation. What it tells, it takes from the journal, and only from where its reader may look.
"""
