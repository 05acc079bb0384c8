"""The made-up company: Fennimore Cycles, who build bicycles to order, with half a year of customers, letters and answers.

It is there so that no screen is empty on the first day, and so that the numbers tell a story: a bad month in the workshop
and how it was made good. It writes through the same verbs as everybody else, at the times it is told, mails nobody, and
never enters a database in which somebody works already.
"""
