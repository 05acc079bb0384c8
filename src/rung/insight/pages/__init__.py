"""What each screen needs, as frozen dataclasses. One module for each screen, and one for the filter both share."""
