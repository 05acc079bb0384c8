"""The agents' screens: queue, conversation, customer, and the stream that keeps them fresh.

The desk holds no state and decides nothing. It reads through the gates of the rooms below, and every change is a verb of
theirs. It works without the ladder, the surveys or any one door: what is not installed is not shown.
"""
