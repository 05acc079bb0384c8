"""From where on something is said (section 5.3). Shares are fractions of 1."""

FEWEST = 10
"""Cases below which nothing is said of anybody."""
DELTA = 0.05
"""A difference smaller than this, as a share, is none that anybody need do something about."""
SURE = 0.9
FALSE_DISCOVERIES = 0.10
FEWEST_COLLEAGUES = 4
"""With fewer who deal with a topic, one person cannot be told from the topic: nothing is said of people."""
FEWEST_EACH = 5
NEARLY_ALL = 0.8

FEWEST_BEFORE_AND_AFTER = 10
"""Conversations of those trained, in each of the two windows."""
FEWEST_OF_A_CONTROL = 5
FEWEST_CONTROLS = 2
