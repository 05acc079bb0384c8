"""The door within the house: a colleague asks a team of ours for the sake of a customer who waits.

The request is a conversation like any other, with the colleague as its customer, so that it has the same clocks; it
stands in the queue of the team that is asked, and the conversation of the outside customer waits for it. No letter leaves
the house: what the team answers is read where it was asked.
"""
