"""What each screen needs, as frozen dataclasses. One module for each screen."""
