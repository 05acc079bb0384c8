"""`python -m rung docs`: writes the pages of docs/ that are made from the code."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rung.config.documentation import SOURCE, pages


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Write docs/map.md, docs/events.md and docs/operate/settings.md from the code."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=SOURCE.parents[1] / "docs")

    def handle(self, *, folder: Path, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder; run this in a checkout, or say --folder")
        for path, text in pages().items():
            page = folder / path
            page.parent.mkdir(parents=True, exist_ok=True)
            if not page.exists() or page.read_text(encoding="utf-8") != text:
                page.write_text(text, encoding="utf-8")
                self.stdout.write(f"{page} is written")
