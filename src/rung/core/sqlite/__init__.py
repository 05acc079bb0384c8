"""Django's SQLite backend, which does not rewrite a text each time that it is asked with."""
