"""The queue beyond one conversation: views that somebody saved, and what is done to many conversations at once.

It decides nothing about a conversation by itself: what is done to many is done to each, through the verbs of the heart.
"""
