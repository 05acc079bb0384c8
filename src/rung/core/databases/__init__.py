"""Django's own databases with one thing changed: what a page's statements cost to write down (record 106)."""
