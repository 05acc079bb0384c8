"""What the numbers say: facts folded from the journal, the named KPIs over them, and the screens that show both.

It reads the journal and nothing else, so every number can be worked out again from nothing. It never changes what it
counts, and it never shows a value without saying how sure it is.
"""
