"""One module for each person who asks: the stranger, oneself, the administrator."""
