"""`python -m rung <command>`: every command of the product, the same as Django's manage.py."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rung.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["rung", *sys.argv[1:]])


if __name__ == "__main__":
    main()
