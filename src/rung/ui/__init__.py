"""The cellar's front end: templates, components, tokens, behaviours.

It knows no model and no room's word: a room hands it a frozen page and the name of a template, and gets an answer.
It never reads the database and never decides who may see what.
"""
