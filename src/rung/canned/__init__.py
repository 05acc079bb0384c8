"""Canned answers: what we write again and again, with gaps for names; and macros, canned answers that also act.

It writes nothing to a customer: it gives words to whoever does. What a macro does, it does through the verbs of the heart.
"""
