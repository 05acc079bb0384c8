"""Plants the company of the tests in an installation of its own, beside the standing cast, and studies it.

rung.run("tests.patterns.plant")
"""

import os
from datetime import UTC, datetime


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rung.config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from rung.accounts.models import Team
    from tests.patterns.conftest import company

    company(datetime.now(UTC), list(Team.objects.order_by("pk")), customers=80)
    call_command("study")
    call_command("opportunities")


if __name__ == "__main__":
    main()
