"""Django's PostgreSQL backend, which does not ask before each page whether the line to the server still holds."""
