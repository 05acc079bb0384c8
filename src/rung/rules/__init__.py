"""Rules: when something happens in a conversation and something holds of it, something is done, without anybody of us.

It acts only by the verbs of the rooms below, in the name of the rule, and writes down every time what it met and did. It
never changes what somebody did by hand without that being told, and never runs on what happened before a rule was on.
"""
