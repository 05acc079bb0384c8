"""`python -m rung welcome`: the link that creates the first administrator."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rung.accounts.first_run import nobody_has_a_seat, welcome_link


class Command(BaseCommand):
    help = "Print the link that creates the first administrator of a new installation."

    def handle(self, *args: Any, **options: Any) -> None:
        if not nobody_has_a_seat():
            raise CommandError("Somebody has a seat already: an administrator invites the others, at /settings/agents.")
        self.stdout.write(welcome_link())
