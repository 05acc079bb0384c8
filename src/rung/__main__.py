"""`python -m rung <command>`: every command of the product, the same as Django's manage.py."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rung.config.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(["rung", *sys.argv[1:]])
    except ImproperlyConfigured as wrong:
        sys.exit(f"Rung cannot start: {wrong}")  # an operator reads this, and a setting has no line of code
    except OperationalError as refused:
        if getattr(refused.__cause__, "sqlstate", "") is not None:
            raise  # it was said by a server that we had reached
        sys.exit(f"The database of DATABASE_URL cannot be reached: {' '.join(str(refused).split())}")


if __name__ == "__main__":
    main()
