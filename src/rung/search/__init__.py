"""Search: the words of everything an agent may see, kept beside it, and finding by them.

It reads the rooms below and owns nothing but its index, which can be thrown away and built again at any time. It never
decides who may see what: every search runs inside the gates of `touchpoints` and `customers`.
"""
