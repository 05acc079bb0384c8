"""`python -m rung remirror`: the mirror of the facts made anew from the database, while the desk keeps working."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rung.core import clock
from rung.insight.mirroring import ask_for_rebuilding, is_kept, keep_mirror, own_mirror
from rung.insight.models import MirrorLine


class Command(BaseCommand):
    help = "Make the mirror of the facts anew. May be stopped at any time: the worker, or the next call, goes on."

    def handle(self, **options: Any) -> None:
        if not is_kept():
            raise CommandError("There is no mirror: RUNG_NUMBERS names neither `duckdb` nor a ClickHouse server.")
        mirror = own_mirror()
        ask_for_rebuilding()
        pieces = 0
        while keep_mirror(mirror, at_ms=clock.epoch_ms(clock.now())):
            pieces += 1
        if MirrorLine.objects.filter(pk=1).exclude(building="").exists():
            self.stdout.write("The worker is at it already, and goes on with it.")
            return
        state = mirror.state()
        files = len(state.files()) if state else 0
        self.stdout.write(f"The mirror is made anew: {files} files, {pieces} pieces of work.")
