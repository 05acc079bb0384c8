"""Gate, verb, page, render. One module for each noun."""
