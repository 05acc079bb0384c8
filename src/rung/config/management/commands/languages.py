"""`python -m rung languages`: brings the catalogues of translations up to the code, and compiles them."""

from typing import Any

from django.core.management.base import BaseCommand

from rung.config.languages import write_catalogues


class Command(BaseCommand):
    requires_system_checks = ()
    help = (
        "Bring src/rung/locale up to what the code says, and compile it. New messages wait for a text in the .po files."
    )

    def handle(self, **options: Any) -> None:
        for path in write_catalogues():
            self.stdout.write(f"{path} is written")
