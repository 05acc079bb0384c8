"""`python -m rung <command>`: every command of the product, the same as Django's manage.py."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rung.config.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(["rung", *sys.argv[1:]])
    except ImproperlyConfigured as wrong:
        sys.exit(f"Rung cannot start: {wrong}")  # an operator reads this, and a setting has no line of code


if __name__ == "__main__":
    main()
