"""The heart: conversations and the touchpoints they are made of, whatever door they came through.

It decides what an answer, an assignment, a snooze or a resolution is. It knows nothing of e-mail, surveys, levels or
numbers.
"""
