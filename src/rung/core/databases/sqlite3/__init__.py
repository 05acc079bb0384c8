"""SQLite as Django drives it, with leaner writing down of statements."""
