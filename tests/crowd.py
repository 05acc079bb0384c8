"""Fills an installation with more settled matters than one page holds, long ago, so that no other story meets them.

rung.run("tests.crowd")
"""

import os
from datetime import UTC, datetime, timedelta

SIZE = 120


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rung.config.settings")
    import django

    django.setup()
    from django.db import transaction

    from rung.core.actor import SYSTEM
    from rung.customers.verbs import recognise_customer
    from tests.cast import written

    begun = datetime(2020, 3, 10, 9, 0, tzinfo=UTC)
    with transaction.atomic():
        customer = recognise_customer("crowd@example.org", name="Many Matters", by=SYSTEM, at=begun)
        for number in range(SIZE):
            at = begun - timedelta(hours=number)
            written(customer, at=at, subject=f"Long settled {number:03}", text="It is well.", is_archived=True)


if __name__ == "__main__":
    main()
