"""Lists of people, companies and orders brought in from a file (looked at first, then run, and taken back if need be), and
taken away as one."""
