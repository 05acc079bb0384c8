"""Training: what could go better, sought in the process, in what is known and in the product before it is sought in people.

It reads cases and levels, works beside the worker, and shows what it finds about one of us to them before anybody else. It
never ranks colleagues, and nothing follows from it by itself.
"""
