"""The ground: one append-only journal of what happened, and the worker that lets other rooms react to it.

It knows no customer and no conversation, only entries. It never changes an entry once written, except to blank what was
personal when a person is forgotten.
"""
