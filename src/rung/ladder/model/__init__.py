"""The ladder as pure functions of numbers: no database, no clock, no words for people.

Expectation-disconfirmation with adapting expectations; parameters are one immutable value, every function works on
many touchpoints at once. The equation numbers in docstrings are those of the method page.
"""
