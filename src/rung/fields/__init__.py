"""Custom fields: what a company wants to know of its conversations, customers and companies beyond what Rung knows itself.

It keeps values under a subject's number and never looks at the subject: whose it is to see is asked one floor higher.
"""
