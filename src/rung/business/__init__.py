"""Business data: what we are called and where we are found, and when we work: calendars of opening hours and holidays, who
keeps which, and who is away.

It measures time by these hours and decides nothing by it; promises and numbers do, higher up.
"""
